//! The directories, links and files of a new environment, computed from an interpreter. Nothing here accesses a disk.
//!
//! The layout is that of `python -m venv` (<https://docs.python.org/3/library/venv.html>); `bin/python` is the only
//! link that points outside. `script.rs` writes the programs, `seed.rs` installs wheels.

mod environment;
mod lay_out;
mod library;
mod request;
mod script;
mod seed;

pub use environment::{EnvironmentLayout, LayoutFile, LayoutLink};
pub use lay_out::lay_out;
pub use request::LayoutRequest;
