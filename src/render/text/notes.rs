//! Lines beside the result: notes, what could not be read, and what settings suppress.

use std::io::{self, Write};

use crate::model::{Skip, Suppression};
use crate::path::printable;
use crate::render::role::Role;
use crate::render::style::Style;

/// Writes one `note:` line each.
pub(super) fn write_notes(notes: &[String], style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let head = style.paint.paint(Role::Info, "note:");
    notes.iter().try_for_each(|note| writeln!(out, "{head} {}", printable(note.as_bytes())))
}

/// Writes what could not be read.
pub(super) fn write_skipped(skipped: &[Skip], style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let head = style.paint.paint(Role::Warning, "could not check");
    skipped
        .iter()
        .try_for_each(|skip| writeln!(out, "{head} `{}`: {}", skip.path, printable(skip.reason.as_bytes())))
}

/// Writes what settings suppress.
pub(super) fn write_suppressed(
    suppressed: &[Suppression],
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let head = style.paint.paint(Role::Info, "note:");
    suppressed.iter().try_for_each(|suppression| {
        let because = printable(suppression.because.as_bytes());
        writeln!(out, "{head} {} is {because}", printable(suppression.finding.as_bytes()))
    })
}
