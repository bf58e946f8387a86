//! What installing, uninstalling and looking at hooks shows to people.

use std::io::{self, Write};
use std::path::Path;

use crate::model::{HookAction, HookChange, HookInstallation, HookReport, HookState};
use crate::path::{path_to_bytes, printable};
use crate::render::{Role, Style};

/// Writes a report for people.
pub(super) fn report(report: &HookReport, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let prefix = if report.dry_run { "would " } else { "" };
    for change in &report.changes {
        writeln!(out, "{prefix}{}", sentence(change, report.dry_run))?;
    }
    for state in &report.states {
        state_text(state, style, out)?;
    }
    for note in &report.notes {
        writeln!(out, "{} {}", style.paint.paint(Role::Info, "note:"), printable(note.as_bytes()))?;
    }
    match report.action {
        HookAction::Install | HookAction::Uninstall if report.changes.is_empty() => {
            writeln!(out, "nothing to do")
        }
        HookAction::Install | HookAction::Uninstall => Ok(()),
        HookAction::Status => status_text(report, style, out),
    }
}

/// What a change does or did.
fn sentence(change: &HookChange, future: bool) -> String {
    let (verb, rest) = match change {
        HookChange::MakeDirectory(path) => (["make", "made"], shown(path)),
        HookChange::Keep { hook, kept } => {
            let name = kept.file_name().map(|name| shown(Path::new(name))).unwrap_or_default();
            (["keep", "kept"], format!("{} as {name}: it still runs, first", shown(hook)))
        }
        HookChange::Write { hook, .. } => (["install", "installed"], shown(hook)),
        HookChange::Restore { hook, .. } => {
            (["restore", "restored"], format!("{} as it was before", shown(hook)))
        }
        HookChange::Remove(path) => (["remove", "removed"], shown(path)),
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

fn state_text(state: &HookState, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
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
        writeln!(out, "  {} {}", style.paint.paint(Role::Detail, head), printable(line.as_bytes()))?;
    }
    Ok(())
}

fn status_text(report: &HookReport, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    if let Some(version) = &report.git_version {
        writeln!(out, "git {version}{}", if report.states.is_empty() { "" } else { guarded(report) })?;
    }
    match &report.program {
        Some(program) => writeln!(out, "hooks run {}", shown(program))?,
        None => writeln!(out, "hooks find no git-pyenv")?,
    }
    if report.exit_code() == 0 {
        return Ok(());
    }
    writeln!(
        out,
        "to install what is missing:\n  {}",
        style.paint.paint(Role::Command, "git pyenv hook install")
    )
}

/// Which gits run the hooks: those in configuration are younger than those in files.
fn guarded(report: &HookReport) -> &'static str {
    let configured =
        report.states.iter().any(|state| matches!(state.installation, HookInstallation::Config(_)));
    if configured { "; gits before 2.54 are not guarded" } else { "; hooks in files run with every git" }
}

fn shown(path: &Path) -> String {
    printable(&path_to_bytes(path))
}
