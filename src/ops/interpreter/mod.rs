//! Which Python environments are made from.
//!
//! [`asked()`] gathers what is asked for, [`find`] finds a Python that fits: of what the [`SOURCES`] list, names that
//! cannot fit are passed over, shims and environments are followed to the interpreter behind them, and only that is
//! run, once, to describe itself. Its answer is kept until its file changes.

mod asked;
mod candidate;
mod facts;
mod missing;
mod named;
mod resolve;
mod search;
mod sources;

use std::path::Path;

pub use asked::asked;
pub use sources::SOURCES;
pub(super) use sources::pyenv_root;

use crate::error::Result;
use crate::model::{Asked, Interpreter};
use crate::session::Ports;

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'w> {
    /// What is asked for, by whom.
    pub asked: &'w Asked,
    /// The top of the work tree, absolute. A Python in it is only run if the user named it: what a repository brings
    /// along is not trusted.
    pub work_tree: Option<&'w Path>,
}

/// Finds a Python that fits. Without any request it is the `python3` of `PATH`, as for `python3 -m venv`, else the newest
/// there is.
///
/// # Errors
/// Action, with what there is instead; usage if what was named is no Python.
pub fn find(ports: Ports<'_>, wanted: Wanted<'_>) -> Result<Interpreter> {
    let search = search::Search::new(ports, wanted);
    let requests = &wanted.asked.requests;
    if requests.is_empty() {
        return search.usual().ok_or_else(|| missing::error(&search));
    }
    let mut failure = None;
    for asked in requests {
        match search.one(asked) {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => {}
            Err(error) => drop(failure.get_or_insert(error)),
        }
    }
    Err(failure.unwrap_or_else(|| missing::error(&search)))
}
