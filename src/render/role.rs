//! What a piece of text is, which decides its colour.

/// The role of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// An error.
    Error,
    /// A warning.
    Warning,
    /// A note or an information.
    Info,
    /// A command to type.
    Command,
    /// A heading.
    Heading,
    /// A detail of less importance.
    Detail,
}
