//! Which Python environments are created from.
//!
//! [`find()`] finds a Python for a [`Query`]: of what the [`SOURCES`] list, names that cannot match are passed over, shims
//! and environments are followed to the interpreter behind them, and only that is run, once, to describe itself. Its
//! answer is cached until its file changes.

mod candidate;
mod facts;
mod find;
mod missing;
mod named;
mod query;
mod resolve;
mod search;
mod sources;

pub use find::find;
pub use query::Query;
pub use sources::{SOURCES, pyenv_root};
