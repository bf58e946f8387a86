//! Git's hooks: what they do when git runs them, and how they get there and away again.
//!
//! | file | what it does |
//! |---|---|
//! | `run.rs` | the answer for a commit, a merge or a push |
//! | `push.rs` | which commits a push publishes, what they bring in, how to take it out of them |
//! | `framework.rs` | what pre-commit or prek is about to do |
//! | `place.rs` | where git looks for hooks, and whether that place is this repository's own |
//! | `managers.rs` | other programs that manage hooks, and what they need to be told |
//! | `install.rs` | puts our hooks beside those that are there |
//! | `uninstall.rs` | takes them away and leaves everything as it was |
//! | `apply.rs` | makes the changes, and undoes them when one fails |
//! | `status.rs` | whether git will run our hooks |

mod apply;
mod framework;
mod install;
mod managers;
mod place;
mod push;
mod run;
mod status;
mod uninstall;

pub use install::{InstallRequest, install};
pub use run::{RunRequest, is_off, run};
pub use status::status;
pub use uninstall::{UninstallRequest, uninstall};

use crate::model::HookEvent;

/// What the file of a hook holds.
fn shim(event: HookEvent) -> &'static str {
    match event {
        HookEvent::PreCommit => include_str!("../../hooks/pre-commit"),
        HookEvent::PreMergeCommit => include_str!("../../hooks/pre-merge-commit"),
        HookEvent::PrePush => include_str!("../../hooks/pre-push"),
    }
}

/// Says whether a hook file is ours, of this version or another.
fn is_ours(bytes: &[u8]) -> bool {
    let second = bytes.split(|&byte| byte == b'\n').nth(1);
    second.is_some_and(|line| line.starts_with(b"# git-pyenv hook v"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_hooks_are_recognised_in_every_version() {
        for event in HookEvent::ALL {
            assert!(is_ours(shim(event).as_bytes()), "{}", event.name());
            assert!(shim(event).contains(&format!("\nevent={}\n", event.name())));
        }
        assert!(is_ours(b"#!/bin/sh\n# git-pyenv hook v0\n"));
        for foreign in
            ["", "#!/bin/sh\n", "#!/bin/sh\necho\n# git-pyenv hook v1\n", "#!/bin/sh\n# git-pyenv\n"]
        {
            assert!(!is_ours(foreign.as_bytes()), "{foreign}");
        }
    }
}
