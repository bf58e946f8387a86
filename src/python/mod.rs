//! What Python's packaging standards define: names, versions and specifiers; and the ways to ask for a Python.
//! Nothing here reads a disk.

mod name;
mod request;
mod version;

pub use name::normalised;
pub use request::{Build, Request, VersionRequest};
pub use version::{Specifiers, Version};
