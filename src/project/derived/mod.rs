//! Locks, and compiled and exported requirements: which of them there are in a scope, and whether they are stale.

mod examine;
mod files;
mod of_project;
mod state;
mod watch;

pub use examine::add_derived_files;
pub use of_project::derived_files_of;
pub use watch::DEPENDENCY_FILES;
pub(super) use watch::is_for_dependencies;
