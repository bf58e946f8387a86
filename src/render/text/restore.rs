//! The text of `restore`: a table of what can be brought back, or what was.

use std::io::{self, Write};

use super::log::time;
use super::notes::write_notes;
use super::table::{Cell, Column, Narrowing, Table};
use crate::message::named_singly;
use crate::model::{
    ArchiveContent, RestorableEnvironment, RestorableList, Restoration, RestorationSource, UnavailablePackage,
};
use crate::path::{RepoPath, display, path_to_bytes, printable};
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::{counted, grouped, shell_quote, shell_word, size};

/// How many paths of a kind are named.
const SHOWN: usize = 5;

/// The columns, from left to right.
const COLUMNS: [Column; 7] = [
    Column::left("ID"),
    Column::left("REMOVED"),
    Column::left("PATH"),
    Column::left("KIND"),
    Column::right("PACKAGES"),
    Column::left("ARCHIVE"),
    Column::left("PLACE"),
];

/// What matters least is given up first on a narrow terminal. The id is what the command takes, so it is never dropped or
/// cut.
const NARROWINGS: [Narrowing; 6] = [
    Narrowing::Drop("PLACE"),
    Narrowing::Drop("KIND"),
    Narrowing::Drop("REMOVED"),
    Narrowing::Drop("PACKAGES"),
    Narrowing::Drop("ARCHIVE"),
    Narrowing::Cut("PATH", 12),
];

/// The command that brings back what was removed under this snapshot, to another place if that is given as a word of the
/// shell.
fn restore_command(id: &str, to: Option<&str>) -> String {
    let to = to.map(|to| format!(" --to {to}")).unwrap_or_default();
    format!("git pyenv restore {}{to}", shell_word(id.as_bytes()))
}

/// Writes `restore it with: git pyenv restore ID`, with the place if that is another than before.
pub(super) fn write_restore_line(
    id: &str,
    to: Option<&str>,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "  restore it with: {}", style.paint.paint(Role::Command, &restore_command(id, to)))
}

impl WriteText for RestorableList {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        if style.detail == Detail::Quiet {
            self.environments
                .iter()
                .try_for_each(|environment| writeln!(out, "{}", printable(environment.id.as_bytes())))?;
        } else {
            self.write_table(style, out)?;
        }
        for unread in &self.unread {
            let head = style.paint.paint(Role::Warning, "could not read");
            writeln!(out, "{head} `{}`: {}", display(&unread.path), style.said(&unread.reason.escaped()))?;
        }
        Ok(())
    }
}

impl RestorableList {
    fn write_table(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        let Some(newest) = self.environments.first() else {
            return writeln!(out, "nothing was removed that could be restored");
        };
        let mut table = Table::new(COLUMNS, self.environments.iter().map(row).collect());
        table.fit(&NARROWINGS, style);
        let (head, lines) = table.lines(style);
        writeln!(out, "{head}")?;
        lines.iter().try_for_each(|line| writeln!(out, "{line}"))?;
        let free = self.environments.iter().find(|environment| !environment.is_occupied).unwrap_or(newest);
        let command = style.paint.paint(Role::Command, &restore_command(&free.id, None));
        writeln!(out, "restore one with its id, or the start of it: {command}")
    }
}

fn row(environment: &RestorableEnvironment) -> [Cell; COLUMNS.len()] {
    let archive = match environment.archive {
        ArchiveContent::None => "",
        ArchiveContent::Whole => "all files",
        ArchiveContent::Foreign => "foreign files",
        ArchiveContent::Missing => "missing",
    };
    [
        printable(environment.id.as_bytes()),
        time(&environment.time),
        display(&environment.shown),
        printable(environment.kind.as_bytes()),
        grouped(environment.packages),
        archive.to_owned(),
        if environment.is_occupied { "occupied" } else { "" }.to_owned(),
    ]
    .map(Cell::from)
}

impl WriteText for Restoration {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        if style.detail != Detail::Quiet {
            self.write_head(style, out)?;
            self.write_details(style, out)?;
        }
        self.unavailable.iter().try_for_each(|missing| write_unavailable(missing, style, out))?;
        if style.detail == Detail::Quiet {
            return Ok(());
        }
        write_notes(&self.notes, style, out)?;
        if self.is_dry_run {
            return writeln!(out, "dry run: nothing was changed");
        }
        if !self.unavailable.is_empty() {
            writeln!(out, "the snapshot {} stays", printable(self.environment.id.as_bytes()))?;
        }
        if !self.only.is_empty() {
            return Ok(());
        }
        let place = shell_quote(&path_to_bytes(&self.shown));
        let command = style.activation(&format!(" --env {place}"));
        writeln!(out, "  activate it: {}", style.paint.paint(Role::Command, &command))
    }
}

impl Restoration {
    fn write_head(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        let verb = if self.is_dry_run { "would restore" } else { "restored" };
        let head = style.paint.paint(Role::Heading, verb);
        let from = match self.source {
            RestorationSource::Archive => "its archive",
            RestorationSource::Snapshot => "its snapshot",
            RestorationSource::Both => "its snapshot and the archive of its foreign files",
        };
        let what = match self.only.len() {
            0 => format!("`{}`", display(&self.shown)),
            _ => format!("{} in `{}`", named(&self.only), display(&self.shown)),
        };
        writeln!(out, "{head} {what} from {from} of {}", time(&self.environment.time))
    }

    fn write_details(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        if let Some((version, interpreter)) = &self.python {
            let version = printable(version.as_bytes());
            writeln!(out, "  with Python {version} ({})", display(interpreter))?;
        }
        if self.source != RestorationSource::Archive {
            let packages = counted(self.packages.len() as u64, "package");
            writeln!(out, "  {packages} {}", if self.is_dry_run { "to install" } else { "installed" })?;
        }
        if self.entries > 0 {
            let files = counted(self.entries, "file");
            writeln!(out, "  {files} ({}) from the archive", size(self.bytes))?;
        }
        if !self.copies.is_empty() {
            writeln!(out, "  brought back from their copies: {}", named(&self.copies))?;
        }
        if !self.repaired.is_empty() {
            writeln!(
                out,
                "  the new place was written into {}",
                counted(self.repaired.len() as u64, "file")
            )?;
        }
        if !self.is_dry_run && style.detail != Detail::Verbose {
            return Ok(());
        }
        for package in &self.packages {
            let version = package.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
            writeln!(out, "  + {}", printable(format!("{}{version}", package.name).as_bytes()))?;
        }
        for words in &self.commands {
            let words: Vec<String> = words.iter().map(|word| shell_word(word.as_bytes())).collect();
            let label = style.paint.paint(Role::Detail, "command:");
            writeln!(out, "  {label} {}", style.paint.paint(Role::Command, &words.join(" ")))?;
        }
        Ok(())
    }
}

fn write_unavailable(missing: &UnavailablePackage, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let head = style.paint.paint(Role::Error, "could not be had:");
    let version = missing.package.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
    let package = printable(format!("{}{version}", missing.package.name).as_bytes());
    writeln!(out, "{head} {package}")?;
    missing.reason.lines().try_for_each(|line| writeln!(out, "  {}", printable(line.as_bytes())))
}

/// Formats `` `a`, `b` and 3 more ``.
fn named(paths: &[RepoPath]) -> String {
    // These are paths in the environment.
    let names = named_singly(paths.iter().take(SHOWN)).seen_from_root();
    let more = paths.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{names}{rest}")
}
