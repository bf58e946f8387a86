//! What installing, uninstalling and looking at hooks adds to the envelope.

use schemars::JsonSchema;
use serde::Serialize;

use super::place;
use crate::model::{HookAction, HookChange, HookInstallation, HookReport, HookState};

/// The `hooks` field of the envelope.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Hooks {
    /// `install`, `uninstall` or `status`.
    action: &'static str,
    /// Nothing was changed: `changes` says what would be.
    dry_run: bool,
    /// What was changed, in this order.
    changes: Vec<Change>,
    /// Of `status`: one for each hook.
    events: Vec<State>,
    /// Of `status`: the git in use.
    git_version: Option<String>,
    /// Of `status`: the program that hooks will find.
    program: Option<String>,
    /// What else is worth knowing.
    notes: Vec<String>,
}

/// One thing that is changed.
#[derive(Debug, Serialize, JsonSchema)]
struct Change {
    /// `make-directory`, `keep`, `write`, `restore`, `remove`, `set` or `unset`.
    action: &'static str,
    /// The file, or the key of git's configuration.
    target: String,
    /// The second name of the hook that is kept, or the value that is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

/// What is known of one hook.
#[derive(Debug, Serialize, JsonSchema)]
struct State {
    /// The name of the hook.
    event: &'static str,
    /// Git will run it.
    will_run: bool,
    /// `file`, `config` or `manager`; null where it is not installed.
    installed: Option<&'static str>,
    /// The file of the hook or of the manager, or where the configuration stands.
    place: Option<String>,
    /// The hook that runs first.
    chained: Option<String>,
    /// What keeps it from running.
    problems: Vec<String>,
    /// What else is worth knowing of it.
    notes: Vec<String>,
}

impl Hooks {
    /// Takes over a report.
    pub(super) fn of(report: &HookReport) -> Self {
        let action = match report.action {
            HookAction::Install => "install",
            HookAction::Uninstall => "uninstall",
            HookAction::Status => "status",
        };
        Self {
            action,
            dry_run: report.dry_run,
            changes: report.changes.iter().map(change).collect(),
            events: report.states.iter().map(state).collect(),
            git_version: report.git_version.clone(),
            program: report.program.as_deref().map(place),
            notes: report.notes.clone(),
        }
    }
}

fn change(change: &HookChange) -> Change {
    let (action, target, value) = match change {
        HookChange::MakeDirectory(path) => ("make-directory", place(path), None),
        HookChange::Keep { hook, kept } => ("keep", place(hook), Some(place(kept))),
        HookChange::Write { hook, .. } => ("write", place(hook), None),
        HookChange::Restore { kept, hook } => ("restore", place(hook), Some(place(kept))),
        HookChange::Remove(path) => ("remove", place(path), None),
        HookChange::Set { key, value } => ("set", key.clone(), Some(value.clone())),
        HookChange::Unset { key, .. } => ("unset", key.clone(), None),
    };
    Change { action, target, value }
}

fn state(state: &HookState) -> State {
    let (installed, found) = match &state.installation {
        HookInstallation::None => (None, None),
        HookInstallation::File(path) => (Some("file"), Some(place(path))),
        HookInstallation::Config(origin) => (Some("config"), Some(origin.clone())),
        HookInstallation::Manager { file, .. } => (Some("manager"), Some(place(file))),
    };
    State {
        event: state.event,
        will_run: state.will_run(),
        installed,
        place: found,
        chained: state.chained.as_deref().map(place),
        problems: state.problems.clone(),
        notes: state.notes.clone(),
    }
}
