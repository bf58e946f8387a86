//! Git's hooks: what they check when git runs them, and how they are installed and uninstalled.
//!
//! | file | what it does |
//! |---|---|
//! | `events/` | the table: one file per hook of git that this program can be |
//! | `event.rs` | what a row of the table says |
//! | `run.rs` | runs a hook |
//! | `framework.rs` | what pre-commit or prek asks to check |
//! | `index.rs` | checks what a commit or a merge would record, or all that git has |
//! | `environments.rs` | adds the environments of the work tree to that, if a setting asks for it |
//! | `push.rs` | checks the commits that a push publishes |
//! | `pushed_references.rs` | the references that are pushed, and the commits that the remote does not have yet |
//! | `receive.rs` | checks the commits that a push brings to this repository |
//! | `received_references.rs` | the references that such a push changes |
//! | `notice.rs` | says after a checkout, merge or rebase which environments are out of step |
//! | `switch.rs` | what switches hooks off |
//! | `hooks_directory.rs` | where git looks for hooks, and whether that directory belongs to this repository alone |
//! | `hook_file.rs` | a hook's file: ours, another one, or none, and where the other one is kept |
//! | `obstacle.rs` | what keeps files of ours out of the directory of hooks |
//! | `configuration.rs` | our hooks in git's configuration: keys and values |
//! | `managers.rs` | other programs that manage hooks, and what to add to their configuration |
//! | `usual.rs` | which hooks a repository usually has |
//! | `plan.rs` | what installing or uninstalling changes |
//! | `install.rs` | plans how our hooks get beside those that exist |
//! | `uninstall.rs` | plans how our hooks are removed and the earlier ones restored |
//! | `apply.rs` | makes the changes of a plan, and undoes them if one fails |
//! | `judge.rs` | whether git will run a hook of ours |
//! | `status.rs` | whether git will run our hooks, and what to do about it |

mod apply;
mod configuration;
mod environments;
mod event;
mod events;
mod framework;
mod hook_file;
mod hooks_directory;
mod index;
mod install;
mod judge;
mod managers;
mod notice;
mod obstacle;
mod plan;
mod push;
mod pushed_references;
mod receive;
mod received_references;
mod run;
mod status;
mod switch;
mod uninstall;
mod usual;

pub use apply::apply;
pub use event::{EventSetting, HookCall, HookEvent, HookInput, HookPlace, HookTask, UsualInstallation};
pub use events::{HOOK_EVENTS, find};
pub use install::{InstallOptions, plan_installation};
pub use plan::HookPlan;
pub use run::{HookResult, HookRun, run};
pub use status::{HookStatus, status};
pub use switch::{is_bypassed, reason_off};
pub use uninstall::plan_uninstallation;
pub use usual::{notices, usual_events};
