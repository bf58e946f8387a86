//! From facts to a report: which rules run, what settings suppress, what the command is limited to.

mod assemble;
mod paths;
mod rules;
mod suppress;

pub use assemble::assemble;
pub use paths::{concerns, repository_paths, require_known};
pub use rules::{enabled_groups, enabled_rules};
pub use suppress::{allowed, allowed_unread};
