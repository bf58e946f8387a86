//! Renderers: output formats that can show the result of every command.

use std::io::{self, Write};

use super::command_result::CommandResult;
use super::style::Style;
use crate::error::Error;

/// Writes the error of a command, which is given by name.
pub type ErrorWriter = fn(command: &str, &Error, &mut dyn Write) -> io::Result<()>;

/// An output format that can show the result of every command.
pub struct Renderer {
    /// The name that `--output` takes.
    pub name: &'static str,
    /// Writes a result.
    pub render: fn(&dyn CommandResult, &Style<'_>, &mut dyn Write) -> io::Result<()>,
    /// Writes an error to standard output. `None` if the format has no place for errors: they then are only shown as
    /// text on standard error.
    pub error: Option<ErrorWriter>,
}
