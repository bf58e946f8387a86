//! From a scope to facts: what git has and what the disk has, before the rules run.

mod brought;
mod commit;
mod fix_in_clone;
mod history_fix;
mod ignored;
mod limits;
mod nothing;
mod range;
mod scanned;
mod scope;
mod staged;
mod states;
mod tree;
mod work_tree;

pub use brought::short;
pub use fix_in_clone::fix_in_clone;
pub use history_fix::{
    FixedReference, ToRemove, TrackedPlace, affected, history_fix, reference_with, tracked_places,
};
pub use nothing::certainly_nothing;
pub use range::{RangePart, SettingsOfCommits, introduced_by, parts};
pub use scanned::Scanned;
pub use scope::scan;
pub use staged::index;
pub use work_tree::{WorkTreeScan, work_tree};
