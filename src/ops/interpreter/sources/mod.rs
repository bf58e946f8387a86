//! Where interpreters are, in the order in which they are preferred when a version is asked for.

mod asdf;
mod framework;
mod homebrew;
mod mise;
mod path;
mod pyenv;
mod uv;

pub(super) use path::SOURCE as PATH;
pub(in crate::ops) use pyenv::root as pyenv_root;
pub(super) use pyenv::{behind_shim, version_directory};
pub(super) use uv::lasting;

use super::candidate::Candidate;
use crate::env::Env;
use crate::model::InterpreterSource;
use crate::python::VersionRequest;

/// A place where interpreters are.
pub struct Source {
    /// What it is called.
    pub kind: InterpreterSource,
    /// Lists what might be interpreters, the preferred ones first; a request narrows what is listed, if it can.
    pub(super) list: for<'e> fn(&'e Env, Option<&VersionRequest>) -> Candidates<'e>,
}

/// Candidates that are looked for as they are taken.
pub(super) type Candidates<'e> = Box<dyn Iterator<Item = Candidate> + 'e>;

/// All of them.
pub static SOURCES: [&Source; 7] = [
    &pyenv::SOURCE,
    &uv::SOURCE,
    &path::SOURCE,
    &mise::SOURCE,
    &asdf::SOURCE,
    &homebrew::SOURCE,
    &framework::SOURCE,
];
