//! Before a push: git passes the remote's name and URL, and writes a line for each reference.

use crate::hooks::event::{EventSetting, HookEffect, HookEvent, HookInput};
use crate::hooks::push;

pub(super) static EVENT: HookEvent = HookEvent {
    name: "pre-push",
    script: include_str!("../../../hooks/pre-push"),
    input: HookInput { has_arguments: true, stdin: Some("what is being pushed") },
    effect: HookEffect::Gate,
    setting: EventSetting { key: "hooks.prePush", value: |settings| &settings.hooks.pre_push },
    git_command: "push",
    check: push::check,
};
