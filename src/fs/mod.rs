//! The disk. Outside of this folder `std::fs` is used in a few files of `git/`, and to find programs.
//!
//! Reading: `read` and `metadata` for single files, `listing` for a directory, `tree_listing` (a walk, `tree_walk`, that makes
//! a `listed_tree`), `measure`, `repositories` and `disk_tree` for everything below one, `open_directory` for one that stays
//! the same, `tree_state` for what shows later whether anything was changed, `plan_basis` for what a plan rests on, `followed_directory` for files behind links.
//! Writing: `place` for files, with `access` for their permissions, `unfinished_file` for large ones, `staging`, `new_files`
//! and `new_tree` for directories, `trial_environment` for a temporary one, `remove` to delete them. `directory` has the
//! handles through which directories are opened.

mod access;
mod directory;
mod disk_tree;
mod durable;
mod entry;
mod environment_lock;
mod followed_directory;
mod hard_links;
mod link_cache;
mod listed_tree;
mod listing;
mod lock;
mod measure;
mod metadata;
mod move_in;
mod new_files;
mod new_tree;
mod open_directory;
mod opened_file;
mod own_names;
mod place;
mod plan_basis;
mod process;
mod process_use;
mod program_copy;
mod read;
mod remove;
mod repositories;
mod reserved_room;
mod resolve;
mod staging;
mod threads;
mod top_directory;
mod tree_listing;
mod tree_members;
mod tree_state;
mod tree_walk;
mod trial_environment;
mod unfinished_file;
mod unlinked_files;
mod visit;

pub use crate::env::is_executable;
pub use access::Access;
pub use directory::{DirectoryEntry, FileKind, FileStamp};
pub use disk_tree::DiskTree;
pub use durable::sync_directories;
pub use entry::{
    add_name, link_target, make_directory, make_directory_below, make_private_directory,
    remove_empty_directory, remove_file, remove_temporary_files, rename,
};
pub use environment_lock::{EnvironmentLock, is_environment_lock, was_install_interrupted};
pub use followed_directory::{FollowedDirectory, FoundFile};
pub use link_cache::{CachedName, LinkCache};
pub use listed_tree::{ListedDirectory, ListedEntry, TreeListing};
pub use listing::{is_empty_directory, is_placeholder_name, is_vacant_directory, list_directory, list_paths};
pub use lock::Lock;
pub use measure::{DirectorySize, MeasuringJob, measure};
pub use metadata::{
    Identity, Times, exists, file_stamp, identity, is_absent, is_directory, is_link, is_on_noexec_mount,
    last_changed, not_executable, times,
};
pub use move_in::MovedIn;
pub use new_files::{NewFile, new_directories, new_file, new_files, new_link};
pub use new_tree::{ModificationTime, NewTree};
pub use open_directory::{FilesIn, OpenDirectory};
pub use opened_file::OpenedFile;
pub use own_names::{
    CACHE_DIRECTORY, KEPT_HOOKS_SUFFIX, LOCK_FILE, OLD_KEPT_HOOK_SUFFIX, STAGING_PREFIX, STATE_DIRECTORY,
    USER_STATE_DIRECTORY, is_staging_name,
};
pub use place::{Expected, FilePlace, ReadFile, read_regular};
pub use plan_basis::{add_file, add_place, add_tree};
pub use process::{Process, is_below_git, parent_processes, user_id};
pub use process_use::{ProcessUse, UseKind, processes_using};
pub use program_copy::ProgramCopy;
pub use read::{open_optional, open_stream, read_optional, read_owned, read_start, read_until};
pub use remove::{
    CondemnedState, DirectoryPlace, KeptEntry, RemovedTree, is_condemned, is_condemned_mark, remove_tree,
};
pub use repositories::{FoundRepositories, find_repositories, find_repositories_but};
pub use reserved_room::ReservedRoom;
pub use resolve::{
    FileKey, Resolution, file_key, is_same_file, normalise_path, path_through_links, real_directory_path,
    real_path, resolve_links,
};
pub use staging::{AsideDirectory, CondemnedParts, InnerStaging, StagingClaim, StagingDirectory, Taken};
pub use threads::{Background, in_parallel};
pub use top_directory::TopDirectory;
pub use tree_listing::{ChangedEntry, ListingChanges, list_tree};
pub use tree_members::TreeMember;
pub use tree_state::tree_state;
pub use trial_environment::TrialEnvironment;
pub use unfinished_file::{UnfinishedFile, clear_unfinished_files};
pub use unlinked_files::{UnlinkedFiles, link_cache_directory, remove_unlinked_files, unlinked_files};
pub use visit::{DirectoryVisitor, UnvisitedDirectory, visit_directories};
