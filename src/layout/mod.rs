//! What an environment consists of: facts in, directories, links and files out. Nothing here touches a disk.
//!
//! The layout is that of `python -m venv` (<https://docs.python.org/3/library/venv.html>), with `bin/python` as the
//! link that leads out. `script.rs` writes the programs, `seed.rs` lays out wheels.

mod blueprint;
mod environment;
mod library;
mod request;
mod script;
mod seed;

pub use blueprint::blueprint;
pub use environment::{Blueprint, File, IGNORE, Link};
pub use request::Request;
