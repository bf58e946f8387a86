//! The result of a command, as far as renderers know it.

use std::io::{self, Write};

use super::style::Style;

/// A result that can be shown as text. Each file of `text/` that belongs to a command implements it.
pub trait WriteText {
    /// Writes the result as text.
    ///
    /// # Errors
    /// Whatever writing fails with.
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()>;
}
