//! The hooks of git that this program can be. One file per event; [`HOOK_EVENTS`] is the table.
//!
//! A new event is a file here with an `EVENT`, its row in the table, the shell file in `hooks/` that
//! `hook install` writes, and the setting that switches it off (`config::KEYS`). Everything else reads the table.

use super::event::HookEvent;

mod post_checkout;
mod post_merge;
mod post_rewrite;
mod pre_commit;
mod pre_merge_commit;
mod pre_push;
mod pre_receive;
mod update;

/// Every event, in the order in which they are listed.
pub static HOOK_EVENTS: &[&HookEvent] = &[
    &pre_commit::EVENT,
    &pre_merge_commit::EVENT,
    &pre_push::EVENT,
    &post_checkout::EVENT,
    &post_merge::EVENT,
    &post_rewrite::EVENT,
    &pre_receive::EVENT,
    &update::EVENT,
];

/// The events that `framework.rs` recognises by variables.
pub(super) static POST_CHECKOUT: &HookEvent = &post_checkout::EVENT;
pub(super) static POST_MERGE: &HookEvent = &post_merge::EVENT;
pub(super) static POST_REWRITE: &HookEvent = &post_rewrite::EVENT;
pub(super) static PRE_MERGE_COMMIT: &HookEvent = &pre_merge_commit::EVENT;
pub(super) static PRE_PUSH: &HookEvent = &pre_push::EVENT;

/// The event that git calls by this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static HookEvent> {
    HOOK_EVENTS.iter().copied().find(|event| event.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hooks::hook_file::is_ours;

    #[test]
    fn the_script_of_each_event_is_recognised() {
        for event in HOOK_EVENTS {
            assert!(is_ours(event.script.as_bytes()), "{}", event.name);
        }
    }
}
