//! The disk: the only folder that names `std::fs`.

mod atomic;
mod disk;
mod place;

pub use atomic::{Replacement, read_optional, write_atomically};
pub use disk::DiskTree;
pub use place::{exists, is_executable, make_directory, plain_path, real_directory_path};
