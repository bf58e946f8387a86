//! The JSON of `hook install`, `hook uninstall` and `hook status`.

use std::io::{self, Write};

use serde::Serialize;

use super::envelope::{Envelope, RepositoryJson};
use super::paths::disk_path;
use crate::message::Message;
use crate::model::{HookAction, HookAdvice, HookChange, HookInstallation, HookReport, HookState, Outcome};
use crate::render::command_result::WriteJson;

/// The section of `hook install`, `hook uninstall` and `hook status`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct HooksSection {
    /// Of `hook install`, `hook uninstall` and `hook status`.
    hooks: HooksJson,
}

/// The hooks of the repository, and what was changed.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Hooks"))]
struct HooksJson {
    /// `install`, `uninstall` or `status`.
    action: &'static str,
    /// It was a dry run: `changes` says what would be changed.
    dry_run: bool,
    /// What was changed, in this order.
    changes: Vec<ChangeJson>,
    /// Of `status`: one entry per hook.
    events: Vec<StateJson>,
    /// Of `status`: the version of git.
    git_version: Option<String>,
    /// Of `status`: the program that hooks will run.
    program: Option<String>,
    /// Notes for the user.
    notes: Vec<String>,
}

/// One change.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Change"))]
struct ChangeJson {
    /// `make-directory`, `keep`, `write`, `restore`, `remove`, `set` or `unset`.
    action: &'static str,
    /// The file, or the key of git's configuration.
    target: String,
    /// The new path of a hook that is kept, or the value that is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

/// The state of one hook.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "State"))]
struct StateJson {
    /// The name of the hook.
    event: &'static str,
    /// Git will run it.
    will_run: bool,
    /// `file`, `config` or `manager`; null if it is not installed.
    installed: Option<&'static str>,
    /// The file of the hook or of the hook manager, or the origin of the configuration.
    place: Option<String>,
    /// The hook that runs first.
    chained: Option<String>,
    /// Why it will not run.
    problems: Vec<String>,
    /// Notes for the user.
    notes: Vec<String>,
}

impl WriteJson for HookReport {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let outcome = if self.exit_code() == 0 { Outcome::Clean } else { Outcome::Findings };
        let envelope = Envelope {
            repository: Some(RepositoryJson::of(&self.repository)),
            ..Envelope::new("hook", outcome, HooksSection { hooks: HooksJson::of(self) })
        };
        envelope.with_plan_id(self.dry_run && !self.changes.is_empty(), &self.basis).write(out)
    }
}

impl HooksJson {
    fn of(report: &HookReport) -> Self {
        let action = match report.action {
            HookAction::Install => "install",
            HookAction::Uninstall => "uninstall",
            HookAction::Status => "status",
        };
        Self {
            action,
            dry_run: report.dry_run,
            changes: report.changes.iter().map(ChangeJson::of).collect(),
            events: report.states.iter().map(StateJson::of).collect(),
            git_version: report.git_version.clone(),
            program: report.program.as_deref().map(disk_path),
            notes: seen(&report.notes).into_iter().chain(refusal(&report.advice)).collect(),
        }
    }
}

/// Why `hook install` would refuse, and what to do instead.
fn seen(said: &[Message]) -> Vec<String> {
    said.iter().map(Message::seen_from_root).collect()
}

fn refusal(advice: &HookAdvice) -> Vec<String> {
    match advice {
        HookAdvice::Nothing | HookAdvice::Install => Vec::new(),
        HookAdvice::Refused { reason, hints } => {
            std::iter::once(reason).chain(hints).map(Message::seen_from_root).collect()
        }
    }
}

impl ChangeJson {
    fn of(change: &HookChange) -> Self {
        let (action, target, value) = match change {
            HookChange::MakeDirectory(path) | HookChange::MakeKeptDirectory(path) => {
                ("make-directory", disk_path(path), None)
            }
            HookChange::Keep { hook, kept } => ("keep", disk_path(hook), Some(disk_path(kept))),
            HookChange::SaveEdited { hook, copy } => ("save", disk_path(hook), Some(disk_path(copy))),
            HookChange::Write { hook, .. } => ("write", disk_path(hook), None),
            HookChange::Restore { kept, hook } => ("restore", disk_path(hook), Some(disk_path(kept))),
            HookChange::Remove(path)
            | HookChange::RemoveSecond { second: path, .. }
            | HookChange::RemoveKeptDirectory { kept: path, .. } => ("remove", disk_path(path), None),
            HookChange::Set { key, value } => ("set", key.clone(), Some(value.clone())),
            HookChange::Unset { key, .. } => ("unset", key.clone(), None),
        };
        Self { action, target, value }
    }
}

impl StateJson {
    fn of(state: &HookState) -> Self {
        let (installed, place) = match &state.installation {
            HookInstallation::None => (None, None),
            HookInstallation::File(path) => (Some("file"), Some(disk_path(path))),
            HookInstallation::Config(origin) => (Some("config"), Some(origin.clone())),
            HookInstallation::Manager { file, .. } => (Some("manager"), Some(disk_path(file))),
        };
        Self {
            event: state.event,
            will_run: state.will_run(),
            installed,
            place,
            chained: state.chained.as_deref().map(disk_path),
            problems: seen(&state.problems),
            notes: seen(&state.notes),
        }
    }
}
