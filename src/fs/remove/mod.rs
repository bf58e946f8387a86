//! Deleting a directory with everything in it, and nothing else.

#[cfg(unix)]
mod access;
mod condemned;
mod outcome;
mod parts;
mod place;
#[cfg(not(unix))]
mod portable;
mod tree;
#[cfg(unix)]
mod unix;

pub(super) use condemned::changed_since;
pub use condemned::{CondemnedState, is_condemned, is_condemned_mark};
pub(super) use outcome::SETTINGS_FILE;
pub use outcome::{KeptEntry, RemovedTree};
pub(super) use parts::remove_parts;
pub use place::DirectoryPlace;
pub use tree::remove_tree;
