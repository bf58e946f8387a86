//! The text of `hook install`, `hook uninstall` and `hook status`.

use std::io::{self, Write};
use std::path::Path;

use super::error::write_hints;
use super::notes::write_notes;
use crate::model::{HookAction, HookAdvice, HookChange, HookInstallation, HookReport, HookState};
use crate::path::{path_to_bytes, printable};
use crate::render::command_result::WriteText;
use crate::render::role::Role;
use crate::render::style::Style;

impl WriteText for HookReport {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        let prefix = if self.dry_run { "would " } else { "" };
        for change in &self.changes {
            writeln!(out, "{prefix}{}", sentence(change, self.dry_run))?;
        }
        for state in &self.states {
            write_state(state, style, out)?;
        }
        write_notes(&self.notes, style, out)?;
        match self.action {
            HookAction::Install | HookAction::Uninstall if self.changes.is_empty() => {
                writeln!(out, "nothing to do")
            }
            HookAction::Install | HookAction::Uninstall => Ok(()),
            HookAction::Status => write_status(self, style, out),
        }
    }
}

/// Describes a change, done or planned.
fn sentence(change: &HookChange, future: bool) -> String {
    let (verb, rest) = match change {
        HookChange::MakeDirectory(path) | HookChange::MakeKeptDirectory(path) => {
            (["create", "created"], shown(path))
        }
        HookChange::Keep { hook, kept } => {
            (["keep", "kept"], format!("{} as {}: it still runs first", shown(hook), shown(kept)))
        }
        HookChange::SaveEdited { hook, copy } => {
            (["save", "saved"], format!("{}, which was edited, as {}", shown(hook), shown(copy)))
        }
        HookChange::RemoveSecond { second, .. } => (["remove", "removed"], shown(second)),
        HookChange::Write { hook, .. } => (["install", "installed"], shown(hook)),
        HookChange::Restore { hook, .. } => {
            (["restore", "restored"], format!("{} as it was before", shown(hook)))
        }
        HookChange::Remove(path) | HookChange::RemoveKeptDirectory { kept: path, .. } => {
            (["remove", "removed"], shown(path))
        }
        HookChange::Set { key, value } => {
            let value = printable(value.as_bytes());
            (["set", "set"], format!("{key} = {value} in the repository's configuration"))
        }
        HookChange::Unset { key, .. } => {
            (["remove", "removed"], format!("{key} from the repository's configuration"))
        }
    };
    format!("{} {rest}", verb[usize::from(!future)])
}

fn write_state(state: &HookState, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let verdict = match (&state.installation, state.will_run()) {
        (_, true) => style.paint.paint(Role::Command, "will run"),
        (HookInstallation::None, _) => style.paint.paint(Role::Warning, "not installed"),
        _ => style.paint.paint(Role::Error, "will not run"),
    };
    let place = match &state.installation {
        HookInstallation::None => String::new(),
        HookInstallation::File(path) => format!(": {}", shown(path)),
        HookInstallation::Config(origin) => {
            format!(": git's configuration ({})", printable(origin.as_bytes()))
        }
        HookInstallation::Manager { name, file } => format!(": {name}, {}", shown(file)),
    };
    writeln!(out, "{}: {verdict}{place}", state.event)?;
    if let Some(chained) = &state.chained {
        writeln!(out, "  runs first: {}", shown(chained))?;
    }
    let lines = state
        .problems
        .iter()
        .map(|line| ("problem:", line))
        .chain(state.notes.iter().map(|line| ("note:", line)));
    for (head, line) in lines {
        writeln!(out, "  {} {}", style.paint.paint(Role::Detail, head), style.said(&line.escaped()))?;
    }
    Ok(())
}

fn write_status(report: &HookReport, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    if let Some(version) = &report.git_version {
        writeln!(out, "git {version}{}", if report.states.is_empty() { "" } else { guarded(report) })?;
    }
    match &report.program {
        Some(program) => writeln!(out, "hooks run {}", shown(program))?,
        None => writeln!(out, "git-pyenv not found by hooks")?,
    }
    let command = style.paint.paint(Role::Command, "git pyenv hook install");
    match &report.advice {
        HookAdvice::Nothing => Ok(()),
        HookAdvice::Install => writeln!(out, "to install missing hooks:\n  {command}"),
        HookAdvice::Refused { reason, hints } => {
            writeln!(out, "`{command}` cannot install missing hooks: {}", style.said(&reason.escaped()))?;
            write_hints(hints, style, out)
        }
    }
}

/// Says which versions of git do not run the hooks: only newer ones run hooks from the configuration.
fn guarded(report: &HookReport) -> &'static str {
    let configured =
        report.states.iter().any(|state| matches!(state.installation, HookInstallation::Config(_)));
    if configured { "; versions before 2.54 ignore the hooks" } else { "" }
}

fn shown(path: &Path) -> String {
    printable(&path_to_bytes(path))
}
