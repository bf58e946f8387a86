//! Which Python environments are created from.
//!
//! [`find()`] finds a Python for a [`Query`]: of what the [`SOURCES`] list, names that cannot match are passed over, shims,
//! scripts and environments are followed to the interpreter behind them, and that is run, once, to describe itself; then an
//! environment of it is started in a temporary directory, so that it is known that they start, and from where. Both
//! answers are cached until its file or its library changes. Of shims and scripts, only those of pyenv are followed
//! without running them; what they say is not cached, because it depends on where they are run.

mod candidate;
mod facts;
mod find;
mod likely;
mod missing;
mod named;
mod query;
mod resolve;
mod search;
mod sources;

pub use find::{FoundPython, find};
pub use likely::likely_python;
pub use query::Query;
pub use sources::{SOURCES, pyenv_root};
