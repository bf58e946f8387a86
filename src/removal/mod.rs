//! Removing environments: what belongs to one, what cannot be recreated, and the removal itself.

mod foreign;
mod generated_files;
mod inspected_directory;
mod owned_files;
mod recovery;
mod remove;
mod snapshot;

pub use recovery::{finish, open_intents};
pub use remove::{RecordedRemoval, Removal, Removed};
