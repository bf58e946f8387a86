//! The one error type: what failed, why, and what to do about it.
//!
//! It is shown in one place (`cli/`), as `error:`, `cause:` and `hint:` lines or as the `error` object of
//! the JSON envelope.

use std::fmt;

/// What went wrong, in the sense of the exit status (see [`ErrorKind::exit_code`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The command line asks for something that does not exist or does not fit.
    Usage,
    /// A setting is unknown, malformed or of the wrong type.
    Settings,
    /// An action (writing, untracking, installing a hook) failed.
    Action,
    /// What had to be read could not be read, so there is no answer.
    Undecided,
}

impl ErrorKind {
    /// The name used in the `error.kind` field of JSON output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Settings => "settings",
            Self::Action => "action",
            Self::Undecided => "undecided",
        }
    }

    /// The exit status of a run that ended with this error: 2, or 3 for "could not tell".
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Usage | Self::Settings | Self::Action => 2,
            Self::Undecided => 3,
        }
    }
}

/// An error with its causes and hints.
///
/// The message is a lower-case sentence without a final period; paths and commands stand in backticks.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    causes: Vec<String>,
    hints: Vec<String>,
}

impl Error {
    /// Starts an error of any kind.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), causes: Vec::new(), hints: Vec::new() }
    }

    /// Starts an error in how the program was called.
    #[must_use]
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// Starts an error in a setting.
    #[must_use]
    pub fn settings(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Settings, message)
    }

    /// Starts an error of an action that could not be carried out.
    #[must_use]
    pub fn action(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Action, message)
    }

    /// Starts an error that leaves the question open.
    #[must_use]
    pub fn undecided(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Undecided, message)
    }

    /// Adds a cause, shown below the message.
    #[must_use]
    pub fn cause(mut self, cause: impl fmt::Display) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    /// Adds a hint: what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same failure, seen from a caller for whom it means something else.
    #[must_use]
    pub fn of_kind(mut self, kind: ErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// What kind of error this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What failed.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Why, nearest cause first.
    #[must_use]
    pub fn causes(&self) -> &[String] {
        &self.causes
    }

    /// What to do next.
    #[must_use]
    pub fn hints(&self) -> &[String] {
        &self.hints
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.causes.iter().try_for_each(|cause| write!(f, ": {cause}"))
    }
}

impl std::error::Error for Error {}

/// The result of whatever can fail with an [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;
