//! What `create` did.

use std::path::{Path, PathBuf};

use super::{Environment, Installation, Outcome, PlanBasis, ReplacedEnvironment, RepositoryLabel};
use crate::error::Error;
use crate::message::Message;

/// What became of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreationStep {
    /// It was made.
    Made,
    /// It was made, and took the place of another.
    Replaced,
    /// It exists and matches the request.
    AlreadyThere,
    /// It would be made.
    WouldMake,
    /// It would be made and take the place of another.
    WouldReplace,
}

/// An environment as it is now, or would be.
#[derive(Debug, Clone)]
pub struct MadeEnvironment {
    /// What it is; the root is where it lies in the work tree, and the root of the tree if it lies outside.
    pub environment: Environment,
    /// Its directory, absolute, if it lies outside of the work tree.
    pub outside: Option<PathBuf>,
    /// What became of it.
    pub step: CreationStep,
    /// The Python that it is created from; unknown for one that existed.
    pub interpreter: Option<PathBuf>,
    /// The words of all that the Python was chosen by; there may be none.
    pub chosen_by: Vec<Message>,
    /// How its Python differs from what the project says, where the command line decided, and the programs of `PATH` that
    /// could not be used, as sentences without an end.
    pub warnings: Vec<Message>,
    /// The command that activates it where `git pyenv activate` does not.
    pub activation: Option<String>,
    /// What its `pyvenv.cfg` was made from; `None` for one that existed, and for that of a plug-in.
    pub options: Option<EnvironmentOptions>,
    /// The packages that it starts with, with their versions.
    pub seeds: Vec<String>,
    /// What became of the environment that it took the place of, or would become.
    pub replaced: Option<ReplacedEnvironment>,
}

/// What was chosen for a new environment beside its Python.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentOptions {
    /// What shells show while it is active.
    pub prompt: String,
    /// It has the packages of the Python that it is created from.
    pub system_site_packages: bool,
}

impl MadeEnvironment {
    /// Something was written.
    #[must_use]
    pub fn is_new(&self) -> bool {
        matches!(self.step, CreationStep::Made | CreationStep::Replaced)
    }

    /// The command that installs again what was in the environment that it took the place of; `top` is that of the work
    /// tree. `None` if there was nothing, and if it has no pip to do that.
    #[must_use]
    pub fn install_command(&self, top: &Path) -> Option<InstallCommand> {
        let requirements = self.replaced.as_ref()?.record.as_ref()?.requirements.clone()?;
        self.seeds.iter().find(|seed| seed.starts_with("pip "))?;
        let directory = self.outside.clone().unwrap_or_else(|| self.environment.root.to_path(top));
        Some(InstallCommand { python: directory.join("bin/python"), requirements })
    }
}

/// `PYTHON -m pip install -r REQUIREMENTS`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallCommand {
    /// The interpreter of the environment, absolute.
    pub python: PathBuf,
    /// The requirements file, absolute.
    pub requirements: PathBuf,
}

impl InstallCommand {
    /// The arguments between the two.
    pub const ARGUMENTS: [&'static str; 4] = ["-m", "pip", "install", "-r"];
}

/// One of the requested environments.
#[derive(Debug)]
pub struct Attempt {
    /// Its name in the settings, or as it was requested; `None` for the one that is selected without a name.
    pub name: Option<String>,
    /// What came of it.
    pub result: Result<MadeEnvironment, Error>,
    /// What came of installing into it; `None` if that was not requested or there was nothing to install into.
    pub installation: Option<Result<Installation, Error>>,
}

impl Attempt {
    /// Why it failed, if it did.
    #[must_use]
    pub fn failure(&self) -> Option<&Error> {
        self.result.as_ref().err().or_else(|| self.installation.as_ref()?.as_ref().err())
    }
}

/// What `create` did.
#[derive(Debug)]
pub struct Creation {
    /// The repository.
    pub repository: RepositoryLabel,
    /// The environments, in the order in which they were made.
    pub attempts: Vec<Attempt>,
    /// All that the settings name were requested.
    pub all: bool,
    /// Nothing was to be changed.
    pub dry_run: bool,
    /// What it rests on, as a plan.
    pub basis: PlanBasis,
}

impl Creation {
    /// Findings if an environment is out of step after an installation.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let mut installations =
            self.attempts.iter().filter_map(|attempt| attempt.installation.as_ref()?.as_ref().ok());
        match installations.all(|installation| installation.outcome() == Outcome::Clean) {
            true => Outcome::Clean,
            false => Outcome::Findings,
        }
    }

    /// Whether it is a plan to make something.
    #[must_use]
    pub fn is_plan(&self) -> bool {
        let would_make = |made: &MadeEnvironment| {
            matches!(made.step, CreationStep::WouldMake | CreationStep::WouldReplace)
        };
        self.attempts.iter().any(|attempt| attempt.result.as_ref().is_ok_and(would_make))
    }

    /// The exit status: that of the worst failure.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        self.failure().map_or_else(|| self.outcome().exit_code(), |error| error.kind().exit_code())
    }

    /// The failure of the whole, if any part failed.
    #[must_use]
    pub fn failure(&self) -> Option<Error> {
        let failures: Vec<&Error> = self.attempts.iter().filter_map(Attempt::failure).collect();
        let worst = failures.iter().max_by_key(|error| error.kind().exit_code())?;
        let (failed, all) = (failures.len(), self.attempts.len());
        if !self.all {
            return Some(worst.again());
        }
        Some(Error::new(worst.kind(), format!("{failed} of {all} environments failed")))
    }
}
