//! Which environment a command uses.

use std::fmt;
use std::path::PathBuf;

use super::InvocationDirectory;
use crate::path::{RepoPath, display, path_to_bytes};
use crate::setting::{Origin, Setting};
use crate::text::shell_quote;

/// Why this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelectionReason {
    /// It was named on the command line.
    Named,
    /// `git pyenv use` or the setting `environment` chose it.
    Used(Origin),
    /// The setting `venvDirectory` says so.
    Directory(Origin),
    /// It is there, in the working directory or the nearest above it.
    Existing,
    /// The project's lock file belongs to a tool that keeps its environment in `.venv`.
    Lock(RepoPath),
    /// Nothing says anything else.
    Default,
}

impl fmt::Display for SelectionReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named => f.write_str("it was named on the command line"),
            Self::Used(origin) => write!(f, "`environment` is set in {origin}"),
            Self::Directory(origin) => write!(f, "`venvDirectory` is set in {origin}"),
            Self::Existing => f.write_str("it exists"),
            Self::Lock(file) => write!(f, "`{file}` exists"),
            Self::Default => f.write_str("it is the default"),
        }
    }
}

/// The environment that a command uses. It need not exist yet.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The name in `environments`, if it has one.
    pub name: Option<String>,
    /// Its directory, absolute.
    pub directory: PathBuf,
    /// Its directory in the work tree; `None` outside of it.
    pub path: Option<RepoPath>,
    /// Where the directory's name came from; what a repository says must not lead out of it.
    pub origin: Origin,
    /// The Python requested by the settings: of this environment, else `pythonVersion`.
    pub python: Setting<Option<String>>,
    /// Why this one.
    pub reason: SelectionReason,
    /// How it was named on the command line.
    pub typed: Option<String>,
    /// For paths in suggested commands.
    pub invocation_directory: InvocationDirectory,
}

impl Selection {
    /// Where it is: in the work tree, else absolute.
    #[must_use]
    pub fn place(&self) -> String {
        self.path.as_ref().map_or_else(|| display(&self.directory), ToString::to_string)
    }

    /// The option with which another command selects the same environment, after a space; empty if it does so by itself.
    #[must_use]
    pub fn env_option(&self) -> String {
        let is_of_one_run = match &self.reason {
            SelectionReason::Used(origin) | SelectionReason::Directory(origin) => origin.is_of_one_run(),
            _ => false,
        };
        match &self.typed {
            Some(typed) => format!(" --env {}", shell_quote(typed.as_bytes())),
            None if is_of_one_run || self.name.is_some() => format!(" --env {}", self.word()),
            None => String::new(),
        }
    }

    /// As [`Selection::env_option`], for a command that runs when the environment has been moved to another name, which may be
    /// what is found then.
    #[must_use]
    pub fn env_option_once_moved(&self) -> String {
        use SelectionReason::{Default, Existing, Lock};
        match (&self.reason, &self.typed) {
            (Existing | Lock(_) | Default, None) => format!(" --env {}", self.word()),
            _ => self.env_option(),
        }
    }

    /// The environment as one word of a command.
    #[must_use]
    pub fn word(&self) -> String {
        match (&self.name, &self.path) {
            (Some(name), _) => shell_quote(name.as_bytes()),
            (None, Some(path)) => self.invocation_directory.word(path),
            (None, None) => shell_quote(&path_to_bytes(&self.directory)),
        }
    }

    /// The option with which another command requests the same Python, after a space; empty if it does so by itself.
    #[must_use]
    pub fn python_option(&self) -> String {
        let of_one_run = self.python.of_one_run();
        of_one_run.map(|text| format!(" --python {}", shell_quote(text.as_bytes()))).unwrap_or_default()
    }
}
