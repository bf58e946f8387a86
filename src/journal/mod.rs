//! What this program remembers of its own work: the state directory of a repository or of the user, with snapshots,
//! archives and the audit log.

mod archives;
mod audit_log;
mod copies;
mod left_overs;
mod locked_log;
mod operations;
mod snapshots;
mod state_directory;
mod user;

pub use archives::KeptArchive;
pub use audit_log::audit_log_here;
pub use locked_log::LockedLog;
pub use operations::{by_command, by_month, operations, total};
pub use snapshots::{SnapshotReading, operation_id, state_here};
pub use state_directory::StateDirectory;
