//! `cleanup`: deletes environments, what is left of some, and caches, after a plan.
//!
//! `named` says where the arguments lead; `search` finds what there is in a work tree; `select` says what of it is meant;
//! `backups` selects among archives; `plan` looks at each and says what its deletion would take away; `prepare` puts these
//! together; `carry_out` deletes. `below` does that for a whole directory, with `tool_homes` for what stays there; `store` is
//! the link cache; `ground` is what things belong to. `write_plan` writes a plan to a file, `applied_plan` says later whether
//! it still holds.

mod applied_plan;
mod backups;
mod below;
mod carry_out;
mod ground;
mod named;
mod plan;
mod planned;
mod prepare;
mod request;
mod search;
mod select;
mod store;
mod tool_homes;
mod write_plan;

pub use below::{Below, PreparedBelow, find_below, prepare_below};
pub use planned::PlannedCleanup;
pub use prepare::{PreparedCleanup, prepare};
pub use request::{CleanupRequest, CleanupTargets, DeletingCommand};
pub use store::{PreparedStore, prepare_store};
