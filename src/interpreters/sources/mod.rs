//! Where interpreters are, one source per file; [`SOURCES`] is the table.
//!
//! To add a source: one file with a `SOURCE`, one `mod` line and one row.

mod asdf;
mod framework;
mod homebrew;
mod mise;
mod path;
mod pyenv;
mod source;
mod uv;

pub(super) use path::SOURCE as PATH;
pub use pyenv::root as pyenv_root;
pub(super) use pyenv::{Shim, behind_shim, version_directory};
pub(super) use source::Source;
pub(super) use uv::lasting;

/// Every source, in the order in which they are preferred when a version is requested.
pub static SOURCES: [&Source; 7] = [
    &pyenv::SOURCE,
    &uv::SOURCE,
    &path::SOURCE,
    &mise::SOURCE,
    &asdf::SOURCE,
    &homebrew::SOURCE,
    &framework::SOURCE,
];
