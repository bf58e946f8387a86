//! From the files of a project to what an environment is asked to contain.
//!
//! Nothing of the repository is run, no path is followed out of the work tree, and pip's and uv's own configuration is not
//! read. What only running something would tell becomes an [`crate::model::UnreadableRequirement`] that is no error.

mod choice;
mod collection;
mod conda;
mod files;
mod lock;
mod notes;
mod pipfile;
mod pyproject;
mod requirements;
mod script;
mod setup_cfg;
mod sources;
mod workspace;

pub use files::{RequestOptions, requested};
pub(super) use sources::is_archive;
