//! Before a commit.

use crate::hooks::event::{
    EventSetting, GUARD, HookEvent, HookInput, HookPlace, HookTask, UsualInstallation,
};
use crate::hooks::index;
use crate::model::GateTrigger;

pub(super) static EVENT: HookEvent = HookEvent {
    name: "pre-commit",
    script: include_str!("../../../hooks/pre-commit"),
    input: HookInput { has_arguments: false, stdin: None },
    task: HookTask::Gate(|session, event, _| index::check_staged(session, event, GateTrigger::Commit)),
    runs: HookPlace::WorkTree,
    installed: UsualInstallation::WorkTree,
    setting: EventSetting { key: "hooks.preCommit", value: |settings| &settings.hooks.pre_commit },
    git_command: Some("commit"),
    framework_hook: Some(GUARD),
};
