//! The selected environment, for commands that use it.

use std::path::{Path, PathBuf};

use super::selection::{existing, select};
use crate::env::PROGRAM_SUFFIX;
use crate::error::{Error, Result};
use crate::formats::pyvenv_cfg::PyvenvCfg;
use crate::fs::{exists, is_directory, is_executable, is_link, real_path};
use crate::inspect::{is_environment, pyvenv_cfg};
use crate::model::{Platform, Selection, SelectionReason};
use crate::path::{display, path_to_bytes};
use crate::session::Session;
use crate::shells::scripts_directory;
use crate::text::shell_quote;

/// An environment that exists.
pub struct SelectedEnvironment {
    /// Its directory, absolute.
    pub root: PathBuf,
    /// The directory of its programs.
    pub scripts: PathBuf,
    /// What its `pyvenv.cfg` says.
    pub config: PyvenvCfg,
    /// [`Selection::env_option`], for commands in messages.
    pub env_option: String,
}

impl SelectedEnvironment {
    /// Finds the selected environment.
    ///
    /// # Errors
    /// Usage if there is none; settings as [`select`]; action for one of conda, which only conda can activate.
    pub fn find(session: &Session<'_>, named: Option<&str>) -> Result<Self> {
        let settings = session.work_tree_settings()?;
        let selection = select(session, &settings, named)?;
        if !is_environment(&selection.directory) {
            return Err(missing(session, &selection)?);
        }
        let env_option = selection.env_option();
        let root = selection.directory;
        if !exists(&root.join("pyvenv.cfg")) {
            return Err(of_conda(&root));
        }
        let config = pyvenv_cfg::read(&root).ok().flatten().unwrap_or_default();
        let places =
            [Platform::Posix, Platform::Windows].map(|platform| root.join(scripts_directory(platform)));
        let scripts = places.iter().find(|place| is_directory(place)).unwrap_or(&places[0]).clone();
        Ok(Self { root, scripts, config, env_option })
    }

    /// What a prompt shows of it.
    pub fn prompt(&self) -> String {
        let recorded = self.config.get("prompt").map(|prompt| prompt.trim_matches(['\'', '"']).to_owned());
        let name = || self.root.file_name().map(|name| name.to_string_lossy().into_owned());
        recorded.or_else(name).unwrap_or_default()
    }

    /// Refuses an environment whose interpreter is a link to what is gone: activated, it would leave `python` to
    /// whatever comes next in `PATH`.
    ///
    /// # Errors
    /// As [`Self::python`].
    pub fn refuse_dead_link(&self) -> Result<()> {
        let python = self.scripts.join("python");
        match is_link(&python) && real_path(&python).is_none() {
            true => self.python().map(drop),
            false => Ok(()),
        }
    }

    /// Its interpreter.
    ///
    /// # Errors
    /// Action if it is gone, or what it links to.
    pub fn python(&self) -> Result<PathBuf> {
        let python = self.scripts.join(format!("python{}", PROGRAM_SUFFIX));
        if is_executable(&python) {
            return Ok(python);
        }
        let error = Error::action(format!("the environment `{}` is broken", display(&self.root)));
        let error = match (exists(&python), self.config.home()) {
            (true, Some(home)) => {
                error.cause(format!("the Python it was created from no longer exists in `{home}`"))
            }
            (true, None) => error.cause(format!("`{}` does not point to an executable", display(&python))),
            (false, _) => error.cause(format!("it has no `{}`", display(&python))),
        };
        Err(error.hint(self.recreate()))
    }

    /// The hint to recreate it.
    pub fn recreate(&self) -> String {
        format!("recreate it with `git pyenv create --force{}`", self.env_option)
    }
}

/// The error for an environment that does not exist, with those that could be selected instead.
fn missing(session: &Session<'_>, selection: &Selection) -> Result<Error> {
    let place = selection.place();
    let error = match exists(&selection.directory) {
        true => Error::usage(format!("`{place}` is not an environment")),
        false => Error::usage(format!("no environment at `{place}`")),
    };
    let error = match &selection.reason {
        SelectionReason::Named => error,
        SelectionReason::Default => error.cause(format!("`{place}` is the default")),
        reason @ SelectionReason::Lock(_) => {
            error.cause(format!("`{place}` is the default because {reason}"))
        }
        reason => error.cause(format!("`{place}` is selected because {reason}")),
    };
    let others = existing(session)?;
    let word = |other: &PathBuf| {
        shell_quote(&other.file_name().map(|name| path_to_bytes(name.as_ref())).unwrap_or_default())
    };
    let choosing =
        others.iter().map(|other| format!("select an existing one with `git pyenv use {}`", word(other)));
    let create = format!("create it with `git pyenv create{}`", selection.env_option());
    Ok(choosing.fold(error, Error::hint).hint(create))
}

fn of_conda(root: &Path) -> Error {
    let word = shell_quote(&path_to_bytes(root));
    Error::action(format!("`{}` is a conda environment, which only conda can activate", display(root)))
        .hint(format!("activate it with `conda activate {word}`"))
        .hint(format!("or use `conda run --prefix {word} COMMAND`"))
}
