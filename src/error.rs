//! The one error type: what failed, why, and what to do about it.
//!
//! Only `cli/` prints it: as `error:`, `cause:` and `hint:` lines, or as the `error` object of the JSON envelope.

use std::fmt;

use crate::message::{Message, Say, message};

/// The kind of an error, which determines the exit status (see [`ErrorKind::exit_code`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The command line is wrong or refers to something that does not exist.
    Usage,
    /// A setting is unknown, malformed or of the wrong type.
    Settings,
    /// An action (writing, untracking, installing a hook) failed.
    Action,
    /// Something could not be read, so the result could not be determined.
    Undecided,
}

impl ErrorKind {
    /// The value of the `error.kind` field of JSON output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Settings => "settings",
            Self::Action => "action",
            Self::Undecided => "undecided",
        }
    }

    /// The exit status: 2, or 3 for "could not determine".
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
/// The message is a lower-case sentence without a final period; paths and commands are in backticks.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: Message,
    causes: Vec<Message>,
    hints: Vec<Message>,
    full_command: Option<Box<Message>>,
}

impl Error {
    /// Creates an error of any kind.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<Message>) -> Self {
        Self { kind, message: message.into(), causes: Vec::new(), hints: Vec::new(), full_command: None }
    }

    /// Creates an error about the command line.
    #[must_use]
    pub fn usage(message: impl Into<Message>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// Creates an error about a setting.
    #[must_use]
    pub fn settings(message: impl Into<Message>) -> Self {
        Self::new(ErrorKind::Settings, message)
    }

    /// Creates an error about an action that failed.
    #[must_use]
    pub fn action(message: impl Into<Message>) -> Self {
        Self::new(ErrorKind::Action, message)
    }

    /// Creates an error about something that could not be determined.
    #[must_use]
    pub fn undecided(message: impl Into<Message>) -> Self {
        Self::new(ErrorKind::Undecided, message)
    }

    /// Creates an error about a place that was free and no longer is.
    #[must_use]
    pub fn created_meanwhile(place: impl Say) -> Self {
        Self::action(message!("`{}` already exists: another process created it", place))
            .hint("check what it is, then try again")
    }

    /// Adds a cause, shown below the message.
    #[must_use]
    pub fn cause(mut self, cause: impl Say) -> Self {
        self.causes.push(Message::default().then(cause));
        self
    }

    /// Adds a hint: what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Message>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds a hint with a command that does what the reader meant, as it is printed: `lead` says what it does.
    #[must_use]
    pub fn suggest(self, lead: &str, command: impl AsRef<str>) -> Self {
        self.hint(format!("{lead} `{}`", command.as_ref()))
    }

    /// Adds a hint with the command or the name that was probably meant.
    #[must_use]
    pub fn did_you_mean(self, meant: impl AsRef<str>) -> Self {
        self.hint(format!("did you mean `{}`?", meant.as_ref()))
    }

    /// Names the command that shows the causes in full. Without it, text never shows only their beginning.
    #[must_use]
    pub fn shown_in_full_by(mut self, command: impl Into<Message>) -> Self {
        self.full_command = Some(Box::new(command.into()));
        self
    }

    /// The same error once more, for a result that reports it beside others.
    #[must_use]
    pub fn again(&self) -> Self {
        let Self { kind, message, causes, hints, full_command } = self;
        Self {
            kind: *kind,
            message: message.clone(),
            causes: causes.clone(),
            hints: hints.clone(),
            full_command: full_command.clone(),
        }
    }

    /// Changes the kind, for a caller to whom the same failure means something else.
    #[must_use]
    pub fn of_kind(mut self, kind: ErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// The kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What failed.
    #[must_use]
    pub fn message(&self) -> &Message {
        &self.message
    }

    /// Why, the immediate cause first.
    #[must_use]
    pub fn causes(&self) -> &[Message] {
        &self.causes
    }

    /// What failed and why, in one line.
    #[must_use]
    pub fn summary(&self) -> Message {
        Message::joined([&self.message].into_iter().chain(&self.causes).cloned(), ": ")
    }

    /// The immediate cause, or what failed if nothing is known of why.
    #[must_use]
    pub fn reason(&self) -> &Message {
        self.causes.first().unwrap_or(&self.message)
    }

    /// What to do next.
    #[must_use]
    pub fn hints(&self) -> &[Message] {
        &self.hints
    }

    /// The command that shows the causes in full, if text may show only their beginning.
    #[must_use]
    pub fn full_command(&self) -> Option<&Message> {
        self.full_command.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary().seen_from_root())
    }
}

impl Say for Error {
    fn say(&self, message: &mut Message) {
        self.summary().say(message);
    }
}

impl Say for crate::path::BadPath {
    fn say(&self, message: &mut Message) {
        self.to_string().say(message);
    }
}

impl Say for std::io::Error {
    fn say(&self, message: &mut Message) {
        self.to_string().say(message);
    }
}

/// The result of a function that can fail with an [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;
