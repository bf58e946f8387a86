//! The result of a command, as far as renderers know it.

use std::io::{self, Write};

use super::style::Style;

/// A result that can be shown as text. For each command, a file of `text/` implements it.
pub trait WriteText {
    /// Writes the result as text.
    ///
    /// # Errors
    /// Whatever writing fails with.
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()>;

    /// Whether another program reads the text, so that no line of it may be broken.
    fn is_verbatim(&self) -> bool {
        false
    }
}

/// A result that can be shown as JSON. For each command, a file of `json/` implements it.
pub trait WriteJson {
    /// Writes the result as one JSON document.
    ///
    /// # Errors
    /// Whatever writing fails with.
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()>;
}

/// A result that every renderer can show.
pub trait CommandResult: WriteText + WriteJson {}

impl<R: WriteText + WriteJson> CommandResult for R {}

/// The result of a dry run.
pub struct ShownPlan<'r> {
    /// The result itself.
    pub result: &'r dyn CommandResult,
    /// The command that carries out just what it shows; `None` if there is nothing to do.
    pub command: Option<String>,
}
