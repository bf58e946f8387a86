//! `cleanup`: deletes environments, what is left of some, and caches, after a plan.
//!
//! `named` says where the arguments lead; `search` finds what there is in a work tree; `select` says what of it is meant;
//! `backups` selects among archives; `plan` looks at each and says what its deletion would take away; `prepare` puts these
//! together; `carry_out` deletes. `write_plan` writes a plan to a file, `applied_plan` says later whether it still holds.

mod applied_plan;
mod backups;
mod carry_out;
mod named;
mod plan;
mod prepare;
mod request;
mod search;
mod select;
mod write_plan;

pub use prepare::{PreparedCleanup, prepare};
pub use request::{CleanupRequest, CleanupTargets, DeletingCommand};
