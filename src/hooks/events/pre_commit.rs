//! Before a commit.

use crate::hooks::event::{EventSetting, HookEffect, HookEvent, HookInput};
use crate::hooks::index;
use crate::model::GateTrigger;

pub(super) static EVENT: HookEvent = HookEvent {
    name: "pre-commit",
    script: include_str!("../../../hooks/pre-commit"),
    input: HookInput { has_arguments: false, stdin: None },
    effect: HookEffect::Gate,
    setting: EventSetting { key: "hooks.preCommit", value: |settings| &settings.hooks.pre_commit },
    git_command: "commit",
    check: |session, event, _| index::check_staged(session, event, GateTrigger::Commit),
};
