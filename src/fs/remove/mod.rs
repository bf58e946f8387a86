//! Deleting a directory with everything in it, and nothing else.

#[cfg(unix)]
mod access;
mod outcome;
mod parts;
mod place;
#[cfg(not(unix))]
mod portable;
mod tree;
#[cfg(unix)]
mod unix;

pub use outcome::{KeptEntry, RemovedTree};
pub use parts::remove_parts;
pub use place::DirectoryPlace;
pub use tree::remove_tree;
