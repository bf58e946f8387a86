//! `activate` and `use` as text.

use std::io::{self, Write};

use crate::model::{Activation, UseReport};
use crate::path::{display, printable};
use crate::render::{Detail, Role, Style};

/// The command alone, as it is: a shell reads it.
pub(super) fn activation(activation: &Activation, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", activation.command)
}

/// Which environment is in use, and why.
pub(super) fn use_report(report: &UseReport, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let selection = &report.selection;
    let outside = || display(&selection.directory);
    let place = selection.path.as_ref().map_or_else(outside, ToString::to_string);
    let name = selection.name.as_ref().map(|name| format!("`{name}`, ")).unwrap_or_default();
    let missing = if report.exists { "" } else { ", which is not there yet" };
    writeln!(out, "environment: {name}`{place}`{missing}")?;
    if style.detail == Detail::Quiet {
        return Ok(());
    }
    let because = printable(selection.reason.to_string().as_bytes());
    writeln!(out, "  {} {because}", style.paint.paint(Role::Detail, "because:"))?;
    let head = style.paint.paint(Role::Info, "note:");
    report.notes.iter().try_for_each(|note| writeln!(out, "{head} {}", printable(note.as_bytes())))
}
