//! What exists at the target path, and whether it is what is requested.

use super::target_path::TargetPath;
use crate::detect;
use crate::error::{Error, Result};
use crate::formats::pyvenv_cfg::PyvenvCfg;
use crate::fs::{self, DiskTree};
use crate::inspect::{inspect, other_platform, problems, pyvenv_cfg};
use crate::message::{Message, message};
use crate::model::{
    CreationStep, Environment, Interpreter, MadeEnvironment, Platform, PythonRequest, PythonRequests,
    Selection,
};
use crate::path::display;
use crate::project::{conda_activation, make_room_command};
use crate::python::{Build, Request, Version};
use crate::setting::Origin;
use crate::shells::scripts_directory;

/// An environment, complete or not, that exists at a target path.
pub(super) struct ExistingEnvironment<'t> {
    environment: Environment,
    pub(super) target: &'t TargetPath,
}

impl<'t> ExistingEnvironment<'t> {
    /// Looks at a target path. `None` if nothing exists there, or a directory that an
    /// environment can be made in.
    ///
    /// # Errors
    /// Action if something else exists there, undecided if it cannot be read.
    pub(super) fn at(target: &'t TargetPath, selection: &Selection) -> Result<Option<Self>> {
        let refused = |what: &str| Error::action(message!("`{}` already exists and is {}", target, what));
        let kept = |error: Error| {
            let error = match make_room_command(selection) {
                Some(command) => error.suggest("make room for it with", command),
                None => error,
            };
            error.hint("use another directory with `--env`")
        };
        if !fs::exists(&target.directory) {
            let above = target.directory.ancestors().skip(1).find(|above| fs::exists(above));
            return match above.filter(|above| !fs::is_directory(above)) {
                None => Ok(None),
                Some(above) => Err(Error::action(message!("cannot create `{}`", target))
                    .cause(format!("`{}` is not a directory", display(above)))),
            };
        }
        if fs::is_link(&target.directory) {
            return Err(kept(refused("a symlink")));
        }
        if !fs::is_directory(&target.directory) {
            return Err(kept(
                refused("a file").cause("such a file may contain the path of an environment (PEP 832)"),
            ));
        }
        if fs::is_vacant_directory(&target.directory) {
            return Ok(None);
        }
        let detection = detect::environments(&DiskTree::new(&target.directory))?;
        let found = detection.environments.into_iter().find(|environment| environment.root.is_root());
        found.map(|environment| Some(Self { environment, target })).ok_or_else(|| {
            kept(
                refused("not an environment")
                    .cause("the directory contains other files, and `--force` replaces only environments"),
            )
        })
    }

    /// The result for an environment that stays as it is, because it is what is requested.
    pub(super) fn as_made(&self, requests: &PythonRequests) -> MadeEnvironment {
        MadeEnvironment {
            environment: self.at_target(),
            outside: self.target.inside.is_none().then(|| self.target.directory.clone()),
            step: CreationStep::AlreadyThere,
            chosen_by: requests.satisfied(&self.build()),
            warnings: self
                .environment
                .python
                .as_deref()
                .map(|version| requests.overruled.warnings(version, &self.build()))
                .unwrap_or_default(),
            interpreter: None,
            activation: conda_activation(&self.target.directory),
            options: None,
            seeds: Vec::new(),
            replaced: None,
        }
    }

    /// What its settings file says.
    fn pyvenv_cfg(&self) -> Result<PyvenvCfg> {
        Ok(pyvenv_cfg::read(&self.target.directory)?.unwrap_or_default())
    }

    /// The environment, named by its target path.
    fn at_target(&self) -> Environment {
        let root = self.target.inside.clone().unwrap_or_default();
        Environment { root, ..self.environment.clone() }
    }

    /// Says whether this Python is the one behind it: the one that its link leads to, or in the place of a copy the
    /// one of the version and in the directory that are recorded.
    fn is_made_from(&self, wanted: &Interpreter) -> Result<bool> {
        let directory = &self.target.directory;
        let program = directory.join(scripts_directory(Platform::Posix)).join("python");
        if fs::is_link(&program) {
            let real = fs::real_path(&program);
            return Ok(
                real == fs::real_path(&wanted.executable) || real.as_ref() == Some(&wanted.real_executable)
            );
        }
        let home = self.pyvenv_cfg()?.home().and_then(|home| fs::real_path(home.as_ref()));
        let places =
            [&wanted.executable, &wanted.real_executable].map(|file| file.parent().and_then(fs::real_path));
        let version = wanted.version.to_string();
        let same_version = self.environment.python.as_deref().is_none_or(|own| version.starts_with(own));
        Ok(same_version && (home.is_none() || places.contains(&home)))
    }

    /// How it differs from what is requested, as predicates such as `uses Python 3.11`; nothing if it does not. `find` finds the Python that a new one would have.
    pub(super) fn differences(
        &self,
        requests: &PythonRequests,
        system_site_packages: bool,
        find: impl FnOnce() -> Result<Interpreter>,
    ) -> Result<Vec<Message>> {
        let mut differences = problems(&inspect(&self.target.directory, &self.at_target()));
        differences.extend(other_platform(&self.target.directory).map(Message::from));
        let settings = self.pyvenv_cfg()?;
        if let Some(unsatisfied) = requests.unsatisfied(&self.build()) {
            differences.push(message!("uses Python {} ({})", self.version(), unsatisfied));
        }
        let system = settings.get("include-system-site-packages") == Some("true");
        if system_site_packages && !system {
            differences
                .push("does not use the system site packages (requested by --system-site-packages)".into());
        }
        if differences.is_empty() {
            differences.extend(self.other_base(requests, find)?);
        }
        Ok(differences)
    }

    /// Says, as a predicate, that it was created from another Python than the one that the command line names by a
    /// path or as a program, about which its version says nothing.
    fn other_base(
        &self,
        requests: &PythonRequests,
        find: impl FnOnce() -> Result<Interpreter>,
    ) -> Result<Option<Message>> {
        let by_name = |named: &&PythonRequest| {
            matches!(named.origin, Origin::Flag(_))
                && matches!(named.request, Request::Path(_) | Request::Name(_))
        };
        let Some(named) = requests.requests.iter().find(by_name) else { return Ok(None) };
        let other = !self.is_made_from(&find()?)?;
        Ok(other.then(|| message!("uses another Python {} ({})", self.version(), named)))
    }

    fn version(&self) -> &str {
        self.environment.python.as_deref().unwrap_or("of unknown version")
    }

    /// Its Python, as far as it is recorded.
    fn build(&self) -> Build {
        let version = self.environment.python.as_deref().and_then(Version::parse);
        Build { version, ..Build::default() }
    }
}
