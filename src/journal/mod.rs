//! What this program remembers of its own work: the state directory of a repository, with snapshots and the audit log.

mod audit_log;
mod state_directory;
mod user;

pub use state_directory::StateDirectory;
