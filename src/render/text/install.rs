//! The text of `install`: what was installed, and with what.

use std::io::{self, Write};

use super::lock::write_command;
use super::notes::write_notes;
use crate::model::{InstallStep, Installation, PackageAction, PackageChange};
use crate::path::{RepoPath, printable};
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::counted;

impl WriteText for Installation {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        if style.detail == Detail::Quiet && self.remaining.is_empty() {
            return Ok(());
        }
        write_head(self, style, out)?;
        if self.step == InstallStep::WouldInstall || style.detail == Detail::Verbose {
            self.commands.iter().try_for_each(|words| write_command(words, style, out))?;
        }
        self.changes.iter().try_for_each(|change| write_change(change, out))?;
        for remaining in &self.remaining {
            let label = style.paint.paint(Role::Warning, "still out of step:");
            writeln!(out, "  {label} {}", style.said(&remaining.escaped()))?;
        }
        write_notes(&self.notes, style, out)?;
        match self.step {
            InstallStep::WouldInstall => writeln!(out, "dry run: nothing was changed"),
            InstallStep::UpToDate | InstallStep::Installed => Ok(()),
        }
    }
}

fn write_head(installation: &Installation, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let label = style.said(&installation.selection.label());
    let files = named(&installation.files, style);
    let with = installation.backend.as_ref().map(|(name, _)| format!(" with {name}")).unwrap_or_default();
    match installation.step {
        InstallStep::UpToDate => {
            let of = files.map(|files| format!(" with {files}")).unwrap_or_default();
            writeln!(out, "{} {label} is in step{of}", style.paint.paint(Role::Heading, "up to date:"))?;
        }
        InstallStep::Installed if installation.changes.is_empty() => {
            writeln!(out, "{} in {label}{with}", style.paint.paint(Role::Heading, "nothing changed"))?;
        }
        InstallStep::Installed => {
            let changes = counted(installation.changes.len() as u64, "package");
            let head = style.paint.paint(Role::Heading, "installed");
            writeln!(out, "{head} into {label}{with}: {changes} changed")?;
        }
        InstallStep::WouldInstall => {
            let head = style.paint.paint(Role::Heading, "would install");
            let from = files.map(|files| format!(" from {files}")).unwrap_or_default();
            writeln!(out, "{head} into {label}{with}{from}")?;
        }
    }
    match &installation.backend {
        Some((_, because)) if style.detail == Detail::Verbose => {
            let because = style.said(&because.escaped());
            writeln!(out, "  {} {because}", style.paint.paint(Role::Detail, "because:"))
        }
        _ => Ok(()),
    }
}

/// The files for a sentence; `None` if there are none.
fn named(files: &[RepoPath], style: &Style<'_>) -> Option<String> {
    let (first, rest) = files.split_first()?;
    let first = format!("`{}`", style.shown(first));
    Some(match rest {
        [] => first,
        [second] => format!("{first} and `{}`", style.shown(second)),
        more => format!("{first} and {}", counted(more.len() as u64, "other file")),
    })
}

/// Writes `+ idna 3.10`, `~ idna 3.9 -> 3.10`, `~ idna 3.10 (file:///x.whl), installed again` or `- idna 3.10`.
fn write_change(change: &PackageChange, out: &mut dyn Write) -> io::Result<()> {
    let name = printable(change.name.as_bytes());
    let version = |version: &Option<String>| {
        version.as_ref().map(|version| format!(" {}", printable(version.as_bytes()))).unwrap_or_default()
    };
    let (from, to) = (version(&change.from), version(&change.to));
    match change.action {
        PackageAction::Added => writeln!(out, "  + {name}{to}"),
        PackageAction::Removed => writeln!(out, "  - {name}{from}"),
        PackageAction::Changed if from == to => writeln!(out, "  ~ {name}{to}, installed again"),
        PackageAction::Changed if to.is_empty() => writeln!(out, "  ~ {name}{from} -> another version"),
        PackageAction::Changed => writeln!(out, "  ~ {name}{from} ->{to}"),
    }
}
