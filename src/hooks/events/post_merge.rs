//! After a merge or pull: git passes whether it was squashed.

use crate::hooks::event::{
    EventSetting, HookEvent, HookInput, HookPlace, HookTask, NOTICE, UsualInstallation,
};
use crate::hooks::notice;

pub(super) static EVENT: HookEvent = HookEvent {
    name: "post-merge",
    script: include_str!("../../../hooks/post-merge"),
    input: HookInput { has_arguments: true, stdin: None },
    task: HookTask::Notice(notice::after_merge),
    runs: HookPlace::WorkTree,
    installed: UsualInstallation::None,
    setting: EventSetting { key: "hooks.postMerge", value: |settings| &settings.hooks.post_merge },
    git_command: Some("merge"),
    framework_hook: Some(NOTICE),
};
