//! Errors, for every command.

use std::io::{self, Write};

use crate::error::Error;
use crate::message::{Message, message};
use crate::path::printable;
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::counted;

/// How many lines of a long cause are shown.
const SHOWN: usize = 40;

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
    let mut is_cut = false;
    for cause in error.causes() {
        let cause = style.said(cause);
        let lines: Vec<&str> = cause.lines().filter(|part| !part.trim().is_empty()).collect();
        let (shown, more) = match error.full_command() {
            Some(_) => beginning(&lines, style),
            None => (&lines[..], None),
        };
        is_cut |= more.is_some();
        let (first, rest) = shown.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
        writeln!(out, "  {} {}", paint.paint(Role::Detail, "cause:"), line(first.trim()))?;
        rest.iter().try_for_each(|rest| writeln!(out, "         {}", line(rest.trim_end())))?;
        more.map_or(Ok(()), |more| writeln!(out, "         {more}"))?;
    }
    if let Some(command) = error.full_command().filter(|_| is_cut) {
        write_hints(&[message!("see all of it with `{}`", command)], style, out)?;
    }
    write_hints(error.hints(), style, out)
}

/// The lines of a long text that are shown, and a line that says how many are not; with `-v` all of them.
pub(super) fn beginning<'l, 's>(lines: &'l [&'s str], style: &Style<'_>) -> (&'l [&'s str], Option<String>) {
    let is_cut = lines.len() > SHOWN && style.detail != Detail::Verbose;
    match lines.split_at_checked(SHOWN).filter(|_| is_cut) {
        Some((shown, more)) => (shown, Some(format!("… and {}", counted(more.len() as u64, "more line")))),
        None => (lines, None),
    }
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
