//! After a checkout: git passes the commit before, the commit after, and whether a branch was checked out or only files.

use crate::hooks::event::{
    EventSetting, HookEvent, HookInput, HookPlace, HookTask, NOTICE, UsualInstallation,
};
use crate::hooks::notice;

pub(super) static EVENT: HookEvent = HookEvent {
    name: "post-checkout",
    script: include_str!("../../../hooks/post-checkout"),
    input: HookInput { has_arguments: true, stdin: None },
    task: HookTask::Notice(notice::after_checkout),
    runs: HookPlace::WorkTree,
    installed: UsualInstallation::None,
    setting: EventSetting { key: "hooks.postCheckout", value: |settings| &settings.hooks.post_checkout },
    git_command: Some("checkout"),
    framework_hook: Some(NOTICE),
};
