//! Lines beside the result: notes, what could not be read, and what settings suppress. Nothing is painted without a line:
//! whether to colour may have to be asked of git, which a clean gate has no time for.

use std::io::{self, Write};

use crate::message::{Message, Say};
use crate::model::{Skip, Suppression};
use crate::render::role::Role;
use crate::render::style::Style;

/// Writes one `note:` line each.
pub(super) fn write_notes<S: Say>(notes: &[S], style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    notes.iter().try_for_each(|note| {
        let head = style.paint.paint(Role::Info, "note:");
        writeln!(out, "{head} {}", style.said(&Message::of(note).escaped()))
    })
}

/// Writes what could not be read.
pub(super) fn write_skipped(skipped: &[Skip], style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    skipped.iter().try_for_each(|skip| {
        let head = style.paint.paint(Role::Warning, "could not check");
        writeln!(out, "{head} `{}`: {}", style.shown(&skip.path), style.said(&skip.reason.escaped()))
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
        let because = style.said(&suppression.because.escaped());
        writeln!(out, "{head} {} is {because}", style.said(&suppression.finding.escaped()))
    })
}
