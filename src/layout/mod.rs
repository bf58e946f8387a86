//! What an environment consists of: facts in, directories, links and files out. Nothing here touches a disk.
//!
//! The layout is that of `python -m venv` (<https://docs.python.org/3/library/venv.html>), with `bin/python` as the
//! link that leads out. `script.rs` writes the programs, `seed.rs` lays out wheels.

mod environment;
mod lay_out;
mod library;
mod request;
mod script;
mod seed;

pub use environment::{EnvironmentLayout, IGNORE, LayoutFile, LayoutLink};
pub use lay_out::lay_out;
pub use request::LayoutRequest;
