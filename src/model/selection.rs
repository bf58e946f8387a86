//! Which environment a command uses.

use std::path::PathBuf;

use super::InvocationDirectory;
use crate::message::{Message, Say, message};
use crate::path::{RepoPath, display, path_to_bytes, printable};
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
    /// A line of `.python-envs` names it.
    PythonEnvs(Origin),
    /// The project's tool uses it: the tool, and what says so.
    Tool {
        /// The tool.
        name: &'static str,
        /// The variable or file that names the environment; `None` if it lies where the tool keeps them.
        named_by: Option<Message>,
    },
    /// It is there, in the working directory or the nearest above it.
    Existing,
    /// The project's lock file belongs to a tool that keeps its environment in `.venv`.
    Lock(RepoPath),
    /// This ignore file names it, and not the default.
    IgnoreFile(RepoPath),
    /// Nothing says anything else.
    Default,
}

impl Say for SelectionReason {
    fn say(&self, message: &mut Message) {
        let said = match self {
            Self::Named => "it was named on the command line".into(),
            Self::Used(origin) => message!("`environment` is set in {}", origin),
            Self::Directory(origin) => message!("`venvDirectory` is set in {}", origin),
            Self::PythonEnvs(origin) => message!("{} names it", origin),
            Self::Tool { name, named_by: Some(place) } => message!("{} uses it, as `{}` says", name, place),
            Self::Tool { name, named_by: None } => message!("{} keeps it there", name),
            Self::Existing => "it exists".into(),
            Self::Lock(file) => message!("`{}` exists", file),
            Self::IgnoreFile(file) => message!("`{}` names it", file),
            Self::Default => "it is the default".into(),
        };
        said.say(message);
    }
}

/// The environment that a command uses. It need not exist yet.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The project that it belongs to: its directory in the work tree.
    pub project: RepoPath,
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
    /// The type whose plug-in makes it; `None` if this program does.
    pub plug_in: Option<String>,
    /// How it was named on the command line.
    pub typed: Option<String>,
    /// For paths in suggested commands.
    pub invocation_directory: InvocationDirectory,
}

impl Selection {
    /// Where it is: in the work tree, else absolute.
    #[must_use]
    pub fn place(&self) -> Message {
        self.path.as_ref().map_or_else(|| display(&self.directory).into(), |path| message!("{}", path))
    }

    /// Where it is, as a message names it, with its name if it has one: `` `.venv` ``, `` `docs` at `.venv-docs` ``.
    #[must_use]
    pub fn label(&self) -> Message {
        let name = self.name.as_ref().map(|name| format!("`{}` at ", printable(name.as_bytes())));
        message!("{}`{}`", name.unwrap_or_default(), self.place())
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

    /// Says whether the user, by settings, a variable or the command line, or the usual place of the environment decided, not a tool
    /// or a file that may come from the repository.
    #[must_use]
    pub fn is_named_by_user(&self) -> bool {
        match &self.reason {
            SelectionReason::PythonEnvs(_) => false,
            SelectionReason::Tool { .. } => matches!(self.origin, Origin::Environment(_)),
            _ => true,
        }
    }

    /// Says whether something names the environment, which then is the only one that is meant, though it may be missing. What is found
    /// by looking, and what is made where nothing is found, is not named.
    #[must_use]
    pub fn is_explicit(&self) -> bool {
        match &self.reason {
            SelectionReason::Named
            | SelectionReason::Used(_)
            | SelectionReason::Directory(_)
            | SelectionReason::PythonEnvs(_)
            | SelectionReason::Tool { .. } => true,
            SelectionReason::Existing
            | SelectionReason::Lock(_)
            | SelectionReason::IgnoreFile(_)
            | SelectionReason::Default => false,
        }
    }

    /// As [`Selection::env_option`], for a command that replaces the environment.
    #[must_use]
    pub fn env_option_to_replace(&self) -> String {
        if self.is_named_by_user() { self.env_option() } else { format!(" --env {}", self.word()) }
    }

    /// As [`Selection::env_option`], for a command that runs when the environment has been moved to another name, which may be
    /// what is found then.
    #[must_use]
    pub fn env_option_once_moved(&self) -> String {
        use SelectionReason::{Default, Existing, IgnoreFile, Lock, PythonEnvs, Tool};
        match (&self.reason, &self.typed) {
            (Existing | Lock(_) | IgnoreFile(_) | PythonEnvs(_) | Tool { .. } | Default, None) => {
                format!(" --env {}", self.word())
            }
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
