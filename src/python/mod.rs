//! Names, versions, specifiers, requirements and markers as Python's packaging standards define them, and requests for
//! a Python. Nothing here reads a disk.

mod answer;
mod clause;
mod lexer;
mod marker;
mod name;
mod poetry;
mod request;
mod requirement;
mod specifiers;
mod version;

pub use answer::Answer;
pub use marker::{ActiveNames, DecisiveEnvironment, Marker, MarkerEnvironment};
pub use name::normalised;
pub use request::{Build, Request, VersionRequest};
pub use requirement::{Requirement, Wanted};
pub use specifiers::Specifiers;
pub use version::Version;
