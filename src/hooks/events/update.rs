//! Before a push changes one reference of a repository: git passes its name, the object before and the object after. Those
//! that were pushed before it are in place already.

use crate::hooks::event::{EventSetting, HookEvent, HookInput, HookPlace, HookTask, UsualInstallation};
use crate::hooks::receive;

pub(super) static EVENT: HookEvent = HookEvent {
    name: "update",
    script: include_str!("../../../hooks/update"),
    input: HookInput { has_arguments: true, stdin: None },
    task: HookTask::Gate(receive::check_one),
    runs: HookPlace::Anywhere,
    installed: UsualInstallation::None,
    setting: EventSetting { key: "hooks.update", value: |settings| &settings.hooks.update },
    git_command: None,
    framework_hook: None,
};
