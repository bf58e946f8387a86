//! Names, versions and specifiers as Python's packaging standards define them, and requests for a Python. Nothing
//! here reads a disk.

mod name;
mod request;
mod version;

pub use name::normalised;
pub use request::{Build, Request, VersionRequest};
pub use version::{Specifiers, Version};
