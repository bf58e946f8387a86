//! `restore`: lists what was removed, and brings it back.
//!
//! `choice` finds the snapshot that is meant; `place` says where the environment may go; `listing` lists; `plan` decides
//! what it is made from. `archive` unpacks one, and `relocate` repairs what is unpacked at another place. `snapshot` is what
//! `create` and `install` are asked for where there is no whole archive, and what comes after them. `operation` records it.

mod archive;
mod choice;
mod listing;
mod operation;
mod place;
mod plan;
mod python;
mod relocate;
mod request;
mod snapshot;

pub use archive::ArchiveRestore;
pub use listing::list;
pub use operation::RestoreOperation;
pub use plan::{PreparedRestore, prepare};
pub use request::RestoreRequest;
pub use snapshot::SnapshotRestore;
