//! From facts to a report: which rules run, what settings suppress, what the command is limited to.

mod asked;
mod assemble;
mod paths;
mod rules;
mod suppress;

pub use asked::AskedFacts;
pub use assemble::assemble;
pub use paths::{concerns, repository_paths, require_known};
pub use rules::enabled_rules;
pub use suppress::{allowed, allowed_unread};
