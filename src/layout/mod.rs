//! The directories, links and files of a new environment, computed from an interpreter. Nothing here accesses a disk.
//!
//! The layout is that of `python -m venv` (<https://docs.python.org/3/library/venv.html>); `bin/python` is the only
//! link that points outside. `script.rs` writes the programs, `seed.rs` installs wheels, `relocation.rs`
//! changes the texts of an environment that is moved.

mod environment;
mod lay_out;
mod library;
mod relocation;
mod request;
mod script;
mod seed;

/// The version of the layout. It grows when an environment that an older version has created should be created again.
pub const LAYOUT_VERSION: u32 = 1;

pub use environment::{EnvironmentLayout, LayoutFile, LayoutLink};
pub use lay_out::lay_out;
pub use relocation::Relocation;
pub use request::LayoutRequest;
