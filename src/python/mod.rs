//! What Python's packaging standards define: versions and specifiers. Nothing here reads a disk.

mod version;

pub use version::{Specifiers, Version};
