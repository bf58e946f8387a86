//! The value of a setting together with its origin.

use std::fmt;

/// Where the value of a setting came from; a later variant overrides an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Built in.
    Default,
    /// A settings file of the repository: its path as shown to people, and the line where known.
    File {
        /// The file, relative to the repository root.
        path: String,
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

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line: Some(line) } => write!(f, "{path}:{line}"),
            Self::File { path, line: None } => f.write_str(path),
            Self::GitConfig(place) => write!(f, "git config ({place})"),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::Flag(name) => write!(f, "option {name}"),
        }
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
