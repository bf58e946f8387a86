//! Before a repository takes in a push, once for all references, which git writes as lines. The objects are still in quarantine:
//! <https://git-scm.com/docs/git-receive-pack#_quarantine_environment>.

use crate::hooks::event::{EventSetting, HookEvent, HookInput, HookPlace, HookTask, UsualInstallation};
use crate::hooks::receive;

pub(super) static EVENT: HookEvent = HookEvent {
    name: "pre-receive",
    script: include_str!("../../../hooks/pre-receive"),
    input: HookInput { has_arguments: false, stdin: Some("what is being pushed") },
    task: HookTask::Gate(receive::check_all),
    runs: HookPlace::Anywhere,
    installed: UsualInstallation::Bare,
    setting: EventSetting { key: "hooks.preReceive", value: |settings| &settings.hooks.pre_receive },
    git_command: None,
    framework_hook: None,
};
