//! The text of `lock`.

use std::io::{self, Write};

use super::notes::write_notes;
use crate::message::Message;
use crate::model::{Freshness, LockStep, LockedFile, Locking, Outcome};
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::shell_word;

impl WriteText for Locking {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        if style.detail == Detail::Quiet && self.outcome() == Outcome::Clean {
            return Ok(());
        }
        self.files.iter().try_for_each(|file| write_file(self, file, style, out))?;
        write_notes(&self.notes, style, out)?;
        match self.step {
            LockStep::WouldLock => writeln!(out, "dry run: nothing was changed"),
            LockStep::Checked | LockStep::Locked => Ok(()),
        }
    }
}

fn write_file(
    locking: &Locking,
    file: &LockedFile,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let path = style.shown(&file.path);
    let head = |role, text: &str| style.paint.paint(role, text);
    let with = file.tool.map(|tool| format!(" with {tool}")).unwrap_or_default();
    match (&file.after, file.command.is_empty()) {
        (Some(Freshness::Fresh), true) => writeln!(out, "{} `{path}`", head(Role::Heading, "up to date:"))?,
        (Some(Freshness::Fresh), false) if file.is_changed => {
            writeln!(out, "{} `{path}`{with}", head(Role::Heading, "locked"))?;
        }
        (Some(Freshness::Fresh), false) => {
            writeln!(out, "{} `{path}`{with}", head(Role::Heading, "nothing changed in"))?;
        }
        (_, false) if locking.step == LockStep::WouldLock => {
            writeln!(out, "{} `{path}`{with}", head(Role::Heading, "would lock"))?;
        }
        (Some(Freshness::Stale(reason)), _) => {
            let reason = style.said(&reason.escaped());
            writeln!(out, "{} `{path}`: {reason}", head(Role::Warning, "stale:"))?;
        }
        (None, _) => writeln!(out, "{} `{path}`", head(Role::Warning, "missing:"))?,
        (Some(Freshness::Unknown(reason) | Freshness::Unreadable(reason)), _) => {
            let reason = Message::of(reason).escaped();
            writeln!(
                out,
                "{} `{path}`: {}",
                head(Role::Warning, "could not determine:"),
                style.said(&reason)
            )?;
        }
    }
    if let Some(reason) = &file.refusal {
        let reason = Message::of(reason).escaped();
        writeln!(out, "  its command {}, so run it yourself", style.said(&reason))?;
    }
    if locking.step == LockStep::WouldLock || style.detail == Detail::Verbose {
        write_command(&file.command, style, out)?;
    }
    Ok(())
}

/// Writes a command, if there is one.
pub(super) fn write_command(words: &[String], style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    if words.is_empty() {
        return Ok(());
    }
    let words: Vec<String> = words.iter().map(|word| shell_word(word.as_bytes())).collect();
    let label = style.paint.paint(Role::Detail, "command:");
    writeln!(out, "  {label} {}", style.paint.paint(Role::Command, &words.join(" ")))
}
