//! Before a merge that git commits by itself. If the hook stops it, `git commit` completes it.

use crate::hooks::event::{
    EventSetting, GUARD, HookEvent, HookInput, HookPlace, HookTask, UsualInstallation,
};
use crate::hooks::index;
use crate::model::GateTrigger;

pub(super) static EVENT: HookEvent = HookEvent {
    name: "pre-merge-commit",
    script: include_str!("../../../hooks/pre-merge-commit"),
    input: HookInput { has_arguments: false, stdin: None },
    task: HookTask::Gate(|session, event, _| index::check_staged(session, event, GateTrigger::Merge)),
    runs: HookPlace::WorkTree,
    installed: UsualInstallation::WorkTree,
    setting: EventSetting { key: "hooks.preMergeCommit", value: |settings| &settings.hooks.pre_merge_commit },
    git_command: Some("commit"),
    framework_hook: Some(GUARD),
};
