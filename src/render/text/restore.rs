//! The text of `restore`: a table of what can be brought back, or what was.

use std::io::{self, Write};

use super::error::beginning;
use super::log::time;
use super::notes::write_notes;
use super::table::{Cell, Column, Narrowing, Table};
use crate::message::{Message, named_singly};
use crate::model::{
    ArchiveContent, RestorableEnvironment, RestorableList, Restoration, RestorationSource, UnavailablePackage,
};
use crate::path::{display, path_to_bytes, printable};
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::{counted, grouped, shell_quote, shell_word, size};

/// How many paths are named in one line.
const IN_LINE: usize = 5;

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
        self.write_unavailable(style, out)?;
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
            _ => format!("{} in `{}`", named_singly(&self.only).seen_from_root(), display(&self.shown)),
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
        self.write_copies(out)?;
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

    /// Writes which files came back from their copies, each in a line if they are many: nothing else tells.
    fn write_copies(&self, out: &mut dyn Write) -> io::Result<()> {
        // These are paths in the environment.
        match self.copies.len() {
            0 => Ok(()),
            1..=IN_LINE => {
                writeln!(
                    out,
                    "  brought back from their copies: {}",
                    named_singly(&self.copies).seen_from_root()
                )
            }
            many => {
                writeln!(out, "  brought back {} from their copies:", counted(many as u64, "file"))?;
                self.copies
                    .iter()
                    .try_for_each(|path| writeln!(out, "    {}", Message::of(path).seen_from_root()))
            }
        }
    }

    fn write_unavailable(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut is_cut = false;
        for missing in &self.unavailable {
            is_cut |= write_reason(missing, style, out)?;
        }
        if is_cut {
            let id = shell_word(self.environment.id.as_bytes());
            let command = style.paint.paint(Role::Command, &format!("git pyenv restore -v {id}"));
            writeln!(out, "see all of it with: {command}")?;
        }
        Ok(())
    }
}

/// Writes why a package could not be had; the result is whether only the beginning of that was written.
fn write_reason(missing: &UnavailablePackage, style: &Style<'_>, out: &mut dyn Write) -> io::Result<bool> {
    let head = style.paint.paint(Role::Error, "could not be had:");
    let version = missing.package.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
    let package = printable(format!("{}{version}", missing.package.name).as_bytes());
    writeln!(out, "{head} {package}")?;
    let lines: Vec<&str> = missing.reason.lines().collect();
    let (shown, more) = beginning(&lines, style);
    shown.iter().try_for_each(|line| writeln!(out, "  {}", printable(line.as_bytes())))?;
    more.as_ref().map_or(Ok(()), |more| writeln!(out, "  {more}"))?;
    Ok(more.is_some())
}
