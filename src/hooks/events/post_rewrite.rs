//! After `git rebase` or `git commit --amend`: git passes which of them, and writes a line for each commit.

use crate::hooks::event::{
    EventSetting, HookEvent, HookInput, HookPlace, HookTask, NOTICE, UsualInstallation,
};
use crate::hooks::notice;

pub(super) static EVENT: HookEvent = HookEvent {
    name: "post-rewrite",
    script: include_str!("../../../hooks/post-rewrite"),
    input: HookInput { has_arguments: true, stdin: Some("the rewritten commits") },
    task: HookTask::Notice(notice::after_rewrite),
    runs: HookPlace::WorkTree,
    installed: UsualInstallation::None,
    setting: EventSetting { key: "hooks.postRewrite", value: |settings| &settings.hooks.post_rewrite },
    git_command: Some("rebase"),
    framework_hook: Some(NOTICE),
};
