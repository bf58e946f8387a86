//! The text of `log`: the operations of the audit log, or whether it is unbroken.

use std::io::{self, Write};

use crate::model::{
    AuditLogReport, AuditLogState, LoggedAction, LoggedBreak, LoggedOperation, OperationState,
};
use crate::path::{display, printable};
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::{counted, grouped, milliseconds, size};

/// How many things that were not deleted are named, unless everything is wanted.
const SHOWN: usize = 3;

impl WriteText for AuditLogReport {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        if self.is_verification {
            return write_verdict(&self.state, style, out);
        }
        for operation in &self.operations {
            write_operation(&self.state, operation, style, out)?;
        }
        if self.state.entries == 0 && self.state.first_break.is_none() {
            writeln!(out, "the audit log is empty")?;
        }
        if self.omitted > 0 && style.detail != Detail::Quiet {
            let are = if self.omitted == 1 { "is" } else { "are" };
            let all = self.omitted.saturating_add(self.operations.len() as u64);
            let command = style.paint.paint(Role::Command, &format!("git pyenv log -n {all}"));
            let operations = counted(self.omitted, "older operation");
            writeln!(out, "{operations} {are} not shown; see all with: {command}")?;
        }
        if !self.state.unknown.is_empty() {
            let entries = counted(self.state.unknown.len() as u64, "entry");
            writeln!(out, "{entries} of a later version cannot be shown")?;
        }
        write_break(&self.state, Role::Warning, style, out)
    }
}

/// Warns of a broken log.
pub(super) fn write_break(
    state: &AuditLogState,
    role: Role,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(LoggedBreak { line, reason }) = &state.first_break else { return Ok(()) };
    let place = line.map(|line| format!(" at line {line}")).unwrap_or_default();
    let broken = style.paint.paint(role, "broken");
    writeln!(out, "the audit log is {broken}{place}: {}", printable(reason.as_bytes()))
}

fn write_verdict(state: &AuditLogState, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    if state.first_break.is_some() {
        write_break(state, Role::Error, style, out)?;
        return writeln!(out, "  it is in {}", display(&state.directory));
    }
    let Some(digest) = &state.head else { return writeln!(out, "the audit log is empty") };
    writeln!(out, "the audit log is unbroken: {}", counted(state.entries, "entry"))?;
    writeln!(out, "  digest of the last one: {digest}")?;
    state.torn.iter().try_for_each(|line| {
        writeln!(out, "  line {line} was cut off when a run was killed, before it did anything")
    })
}

fn write_operation(
    state: &AuditLogState,
    operation: &LoggedOperation,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let path = style.said(&state.named(&operation.path));
    let files = counted(operation.files, "file");
    let kind = printable(operation.kind.as_bytes());
    let what = format!("{path} ({kind}, {files}, {})", size(operation.bytes));
    writeln!(out, "{}  {} {what}{}", time(operation.began()), verb(operation, style), result(operation))?;
    if style.detail == Detail::Quiet {
        return Ok(());
    }
    writeln!(out, "  {}", style.paint.paint(Role::Detail, &origin(operation)))?;
    if let Some(reason) = &operation.reason {
        writeln!(out, "  {}", printable(reason.as_bytes()))?;
    }
    write_kept(operation, style, out)?;
    if !operation.is_proven() {
        let mark = style.paint.paint(Role::Warning, "not proven");
        writeln!(out, "  {mark}: it does not follow from the entry before it")?;
    }
    if style.detail == Detail::Verbose {
        for event in &operation.events {
            writeln!(out, "  line {}: {}  {}", event.line, time(&event.time), event.name)?;
        }
    }
    Ok(())
}

/// Formats `replaced`, or `failed: replacing`.
fn verb(operation: &LoggedOperation, style: &Style<'_>) -> String {
    let (past, present) = match operation.action {
        LoggedAction::Replace => ("replaced", "replacing"),
        LoggedAction::Remove | LoggedAction::Tidy => ("deleted", "deleting"),
        LoggedAction::Restore => ("restored", "restoring"),
        LoggedAction::Unknown => ("did something with", "doing something with"),
    };
    let role = match operation.state {
        OperationState::Done => return past.to_owned(),
        OperationState::Failed => Role::Error,
        OperationState::Unfinished | OperationState::Unknown => Role::Warning,
    };
    format!("{} {present}", style.paint.paint(role, &format!("{}:", operation.state.name())))
}

/// Formats `, freed 3.0 MiB in 120 ms`; what was freed only where it is not all.
fn result(operation: &LoggedOperation) -> String {
    let freed = operation.freed_bytes.filter(|freed| *freed != operation.bytes);
    let freed = freed.map(|freed| format!(", freed {}", size(freed))).unwrap_or_default();
    let time = operation.milliseconds.map(|time| format!(" in {}", milliseconds(time))).unwrap_or_default();
    freed + &time
}

/// Formats `git pyenv create by ada, snapshot 2026…, 12 packages`.
fn origin(operation: &LoggedOperation) -> String {
    let program = || format!("git-pyenv {}", printable(operation.program.as_bytes()));
    let command = operation.command.as_ref();
    let command = command.map(|name| format!("git pyenv {}", printable(name.as_bytes())));
    let user = match (&operation.user, operation.uid) {
        (Some(name), _) => format!(" by {}", printable(name.as_bytes())),
        (None, Some(uid)) => format!(" by user {uid}"),
        (None, None) => String::new(),
    };
    let snapshot = operation.snapshot.as_ref();
    let snapshot = snapshot.map(|id| format!(", snapshot {}", printable(id.as_bytes()))).unwrap_or_default();
    let packages = operation.packages.map(|count| format!(", {}", counted(count, "package")));
    format!("{}{user}{snapshot}{}", command.unwrap_or_else(program), packages.unwrap_or_default())
}

fn write_kept(operation: &LoggedOperation, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    if operation.kept_count == 0 {
        return Ok(());
    }
    writeln!(out, "  not deleted: {}", counted(operation.kept_count, "file"))?;
    let shown = if style.detail == Detail::Verbose { operation.kept.len() } else { SHOWN };
    operation.kept.iter().take(shown).try_for_each(|kept| {
        writeln!(out, "    {}: {}", display(&kept.path), printable(kept.reason.as_bytes()))
    })?;
    match operation.kept.len().saturating_sub(shown) {
        0 => Ok(()),
        more => {
            let command = style.paint.paint(Role::Command, "git pyenv log -v");
            writeln!(out, "    and {} more; see them all with: {command}", grouped(more as u64))
        }
    }
}

/// Formats `2026-11-26 08:10:14 UTC`; a time that is none is left as it is.
pub(super) fn time(time: &str) -> String {
    let parts = time.strip_suffix('Z').and_then(|time| time.split_once('T'));
    let parts = parts.and_then(|(day, clock)| Some((day, clock.get(..8)?)));
    let text = parts.map_or_else(|| time.to_owned(), |(day, clock)| format!("{day} {clock} UTC"));
    printable(text.as_bytes())
}
