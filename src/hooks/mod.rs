//! Git's hooks: what they do when git runs them, and how they get there and away again.
//!
//! | file | what it does |
//! |---|---|
//! | `events/` | the table: one file per hook of git that this program can be |
//! | `event.rs` | what a row of the table says |
//! | `run.rs` | runs a hook |
//! | `framework.rs` | what pre-commit or prek is about to do |
//! | `index.rs` | checks what a commit or a merge would record |
//! | `push.rs` | checks the commits that a push publishes |
//! | `pushed_references.rs` | the references that are pushed, and the commits that the remote does not have yet |
//! | `switch.rs` | the settings that switch hooks off |
//! | `hooks_directory.rs` | where git looks for hooks, and whether that directory belongs to this repository alone |
//! | `hook_file.rs` | a hook's file: ours, another one, or none |
//! | `configuration.rs` | our hooks in git's configuration: keys and values |
//! | `managers.rs` | other programs that manage hooks, and what they need to be told |
//! | `install.rs` | puts our hooks beside those that are there |
//! | `uninstall.rs` | takes them away and leaves everything as it was |
//! | `apply.rs` | makes the changes, and undoes them when one fails |
//! | `status.rs` | whether git will run our hooks |

mod apply;
mod configuration;
mod event;
mod events;
mod framework;
mod hook_file;
mod hooks_directory;
mod index;
mod install;
mod managers;
mod plan;
mod push;
mod pushed_references;
mod run;
mod status;
mod switch;
mod uninstall;

pub use apply::apply;
pub use event::{EventSetting, HookCall, HookEffect, HookEvent, HookInput};
pub use events::{HOOK_EVENTS, find};
pub use install::{InstallOptions, plan_installation};
pub use plan::HookPlan;
pub use run::{HookRun, is_bypassed, run};
pub use status::{HookStatus, status};
pub use uninstall::plan_uninstallation;
