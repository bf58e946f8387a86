//! Before a push: git passes the remote's name and URL, and writes a line for each reference.

use crate::hooks::event::{
    EventSetting, GUARD, HookEvent, HookInput, HookPlace, HookTask, UsualInstallation,
};
use crate::hooks::push;

pub(super) static EVENT: HookEvent = HookEvent {
    name: "pre-push",
    script: include_str!("../../../hooks/pre-push"),
    input: HookInput { has_arguments: true, stdin: Some("what is being pushed") },
    task: HookTask::Gate(push::check),
    runs: HookPlace::Anywhere,
    installed: UsualInstallation::WorkTree,
    setting: EventSetting { key: "hooks.prePush", value: |settings| &settings.hooks.pre_push },
    git_command: Some("push"),
    framework_hook: Some(GUARD),
};
