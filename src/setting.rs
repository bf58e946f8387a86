//! The value of a setting together with its origin.

use crate::message::{Message, Say, message};
use crate::path::RepoPath;

/// Where the value of a setting came from; a later variant overrides an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Built in.
    Default,
    /// A settings file of the repository, and the line where known.
    File {
        /// The file.
        path: RepoPath,
        /// The line, counted from 1.
        line: Option<usize>,
    },
    /// Git's configuration: the origin as git prints it, for example `file:.git/config`.
    GitConfig(String),
    /// An environment variable, by name.
    Environment(String),
    /// A command-line flag, by name.
    Flag(String),
}

impl Origin {
    /// Returns whether the value was committed with the repository, so that the user did not choose it.
    #[must_use]
    pub fn is_from_repository(&self) -> bool {
        matches!(self, Self::File { .. })
    }

    /// Returns whether the value was given for one run: another command does not see it, unless it is told again.
    #[must_use]
    pub fn is_of_one_run(&self) -> bool {
        match self {
            Self::Default | Self::File { .. } => false,
            // `git -c KEY=VALUE`, as git names it.
            Self::GitConfig(place) => place.starts_with("command line"),
            Self::Environment(_) | Self::Flag(_) => true,
        }
    }
}

impl Say for Origin {
    fn say(&self, message: &mut Message) {
        let said = match self {
            Self::Default => "default".into(),
            Self::File { path, line: Some(line) } => message!("{}:{}", path, line),
            Self::File { path, line: None } => message!("{}", path),
            Self::GitConfig(place) => message!("git config ({})", place),
            Self::Environment(name) => message!("environment variable {}", name),
            Self::Flag(name) => message!("option {}", name),
        };
        said.say(message);
    }
}

/// A value and its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    /// The effective value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

impl<T> Setting<Option<T>> {
    /// The value, if it was given for one run ([`Origin::is_of_one_run`]).
    pub fn of_one_run(&self) -> Option<&T> {
        self.value.as_ref().filter(|_| self.origin.is_of_one_run())
    }
}

impl<T> Setting<T> {
    /// A built-in value.
    pub fn default_value(value: T) -> Self {
        Self { value, origin: Origin::Default }
    }
}
