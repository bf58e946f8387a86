//! Errors, for every command.

use std::io::{self, Write};

use crate::error::Error;
use crate::message::Message;
use crate::path::printable;
use crate::render::command_result::WriteText;
use crate::render::role::Role;
use crate::render::style::Style;

impl WriteText for Error {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        write_error(self, style, out)
    }
}

/// Writes an error as `error:`, `cause:` and `hint:` lines.
///
/// # Errors
/// Whatever writing fails with.
pub fn write_error(error: &Error, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (paint, line) = (style.paint, |text: &str| printable(text.as_bytes()));
    writeln!(out, "{} {}", paint.paint(Role::Error, "error:"), line(&style.said(error.message())))?;
    for cause in error.causes() {
        let cause = style.said(cause);
        let mut lines = cause.lines().filter(|part| !part.trim().is_empty());
        let first = lines.next().unwrap_or_default();
        writeln!(out, "  {} {}", paint.paint(Role::Detail, "cause:"), line(first.trim()))?;
        lines.try_for_each(|rest| writeln!(out, "         {}", line(rest.trim_end())))?;
    }
    write_hints(error.hints(), style, out)
}

/// Writes `hint:` lines. Further lines of a hint are for a file: they are written as they are, so that they can be
/// copied.
pub(super) fn write_hints(hints: &[Message], style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    for hint in hints {
        let hint = style.said(hint);
        let mut lines = hint.lines().map(|line| printable(line.as_bytes()));
        let first = lines.next().unwrap_or_default();
        writeln!(out, "  {} {first}", style.paint.paint(Role::Info, "hint:"))?;
        lines.try_for_each(|line| writeln!(out, "{line}"))?;
    }
    Ok(())
}
