//! The disk: the only folder that names `std::fs`.

mod atomic;
mod disk;

pub use atomic::{Replacement, read_optional, write_atomically};
pub use disk::DiskTree;
