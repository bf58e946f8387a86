//! The repository: the only folder that names `git2`, and the only one that speaks git's plumbing.
//!
//! [`Repository`] is what the rest of the program sees. Behind it two adapters implement [`Reader`]:
//! libgit2, which starts no process, and git's plumbing commands. libgit2 cannot read SHA-256 or reftable
//! repositories, nor sparse or split indexes, so the plumbing answers there; when neither can, the answer is
//! "could not tell". The index itself is read by neither of them where it can be scanned in place.

mod blob_cache;
mod command;
mod config;
mod discovery;
mod entries;
mod hooks;
mod ignore;
mod index_change;
mod index_file;
mod index_scan;
mod layout;
mod libgit2;
mod open;
mod plumbing;
mod range;
mod reader;
mod remote;
mod repository;
mod tracked;
mod version;

pub use config::ConfigEntry;
pub use hooks::{ConfigHook, HooksPath};
pub use ignore::{IgnoreQuestion, IgnoreRule};
pub use index_change::StagedFile;
pub use layout::Layout;
pub use range::CommitRange;
pub use reader::{Introduced, Reader};
pub use repository::Repository;
pub use tracked::Worktree;
pub use version::GitVersion;
