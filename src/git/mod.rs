//! The repository: the only folder that uses `git2` and git's plumbing commands.
//!
//! The rest of the program uses [`Repository`]. Two adapters implement [`Reader`] for it: libgit2, which starts no
//! process, and git's plumbing commands. libgit2 cannot read SHA-256 or reftable repositories, so the plumbing answers
//! there; if neither can, the error is of the kind "undecided". Most indexes need neither adapter: the file is scanned in
//! place, and merged with its shared part if it is split. The plumbing lists those that are sparse or from a newer git.

mod blob_cache;
mod check_ignore;
mod command;
mod config;
mod config_entry;
mod discovery;
mod entries;
mod every_tree;
mod exclude_files;
mod head_file;
mod history;
mod hooks;
mod ignore;
mod ignore_rule;
mod index_change;
mod index_file;
mod index_format;
mod index_scan;
mod index_window;
mod layout;
mod libgit2;
mod libgit2_history;
mod open;
mod plumbing;
mod plumbing_history;
mod pointed;
mod program;
mod range;
mod raw_entry;
mod reader;
mod remote;
mod repository;
mod scratch;
mod sharing;
mod split_index;
mod stored_index;
mod supposed_config;
mod tracked;
mod tree_changes;
mod variables;
mod version;

pub use config_entry::ConfigEntry;
pub use history::{Change, Commit, History, Introduced, ReceiveChanges};
pub use hooks::{ConfigHook, HooksPath, disabled_event};
pub use ignore_rule::{IgnoreQuestion, IgnoreRule, ignore_file_fault};
pub use index_change::StagedFile;
pub use layout::RepositoryLayout;
pub use pointed::Pointed;
pub use range::CommitRange;
pub use raw_entry::{SeeEntry, TreeEntry};
pub use reader::Reader;
pub use repository::Repository;
pub use sharing::Sharing;
pub use tracked::Worktree;
pub use variables::{elsewhere, local_variables};
pub use version::{GitVersion, MINIMUM_GIT};
