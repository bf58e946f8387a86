//! Lines beside the result: notes, what could not be read, and what settings suppress. Nothing is painted without a line:
//! whether to colour may have to be asked of git, which a clean gate has no time for.

use std::io::{self, Write};

use crate::model::{Skip, Suppression};
use crate::path::printable;
use crate::render::role::Role;
use crate::render::style::Style;

/// Writes one `note:` line each.
pub(super) fn write_notes(notes: &[String], style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    notes.iter().try_for_each(|note| {
        let head = style.paint.paint(Role::Info, "note:");
        writeln!(out, "{head} {}", printable(note.as_bytes()))
    })
}

/// Writes what could not be read.
pub(super) fn write_skipped(skipped: &[Skip], style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    skipped.iter().try_for_each(|skip| {
        let head = style.paint.paint(Role::Warning, "could not check");
        writeln!(out, "{head} `{}`: {}", skip.path, printable(skip.reason.as_bytes()))
    })
}

/// Writes what settings suppress.
pub(super) fn write_suppressed(
    suppressed: &[Suppression],
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    suppressed.iter().try_for_each(|suppression| {
        let head = style.paint.paint(Role::Info, "note:");
        let because = printable(suppression.because.as_bytes());
        writeln!(out, "{head} {} is {because}", printable(suppression.finding.as_bytes()))
    })
}
