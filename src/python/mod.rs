//! What Python's packaging standards define: names, versions and specifiers. Nothing here reads a disk.

mod name;
mod version;

pub use name::normalised;
pub use version::{Specifiers, Version};
