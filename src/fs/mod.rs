//! The disk: the only folder that names `std::fs`.

mod atomic;
mod directory;
mod disk;
mod durable;
mod entry;
#[cfg(unix)]
mod held;
mod link_cache;
mod lock;
mod look;
mod measure;
mod metadata;
mod new_files;
mod own_names;
mod process;
mod read;
mod remove;
mod repositories;
mod resolve;
mod staging;
mod survey;

pub use atomic::{Replacement, ScratchFile, replace_entry, write_atomically};
pub use directory::{NameKind, Named};
pub use disk::DiskTree;
pub use durable::{append_synced, sync_directories};
pub use entry::{add_name, make_directory, remove_empty_directory, remove_file, rename};
pub use link_cache::LinkCache;
pub use lock::Lock;
pub use look::{entries_of, exists, is_directory, is_empty_directory, is_executable, is_link, names};
pub use measure::{DirectorySize, MeasuringJob, measure};
pub use metadata::{Identity, Times, file_stamp, identity, is_same, times};
pub use new_files::{NewFile, new_directories, new_file, new_files, new_link};
pub use own_names::{CACHE_DIRECTORY, CHAINED_HOOK_SUFFIX, LOCK_FILE, STAGING_PREFIX, STATE_DIRECTORY};
pub use process::{Process, parent_processes};
pub use read::{open_optional, read_optional, read_own, read_regular, read_start};
pub use remove::{KeptEntry, RemovedTree, remove_tree};
pub use repositories::{FoundRepositories, find_repositories};
pub use resolve::{
    Resolution, normalize_path, path_through_links, real_directory_path, real_path, resolve_links,
};
pub use staging::StagingDirectory;
pub use survey::{Survey, survey};
