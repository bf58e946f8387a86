//! The disk: the only folder that names `std::fs`.

mod atomic;
mod directory;

mod disk;
mod durable;
mod entry;
mod fill;
#[cfg(unix)]
mod held;
mod lock;
mod look;
mod measure;
mod place;
mod process;
mod remove;
mod repositories;
mod stamp;
mod store;
mod survey;
mod times;
mod way;
mod workshop;

pub use atomic::{Replacement, ScratchFile, read_optional, read_regular, replace_entry, write_atomically};
pub use directory::{NameKind, Named};
pub use disk::DiskTree;
pub use durable::{append_synced, sync_directories};
pub use entry::{add_name, is_directory, is_link, remove_empty_directory, remove_file, rename};
pub use fill::{NewFile, new_directories, new_file, new_files, new_link};
pub use lock::Lock;
pub use look::{Lead, entries_of, follow, is_same, names, read_start, real_path};
pub use measure::{Load, Measured, measure};
pub use place::{
    Identity, exists, identity, is_empty_directory, is_executable, make_directory, plain_path,
    real_directory_path,
};
pub use process::{Process, parent_processes};
pub use remove::{KeptEntry, RemovedTree, remove_tree};
pub use repositories::{FoundRepositories, find_repositories};
pub use stamp::{begins_with, file_stamp, read_own};
pub use store::Store;
pub use survey::{Survey, survey};
pub use times::{Times, times};
pub use way::way_to;
pub use workshop::Workshop;
