//! What detection sees: a list of paths with content, wherever they come from.
//!
//! The git index, a commit, the disk and a list in memory all implement [`Tree`], so the same content
//! gives the same environments from each of them. No tree follows links.

mod entry;
mod interface;
mod listed;
mod object_id;
mod overlay;
mod sieve;
mod visitor;

pub use entry::{Entry, EntryKind, OwnedEntry};
pub use interface::{Child, ChildKind, Content, Tree};
pub use listed::Listed;
pub use object_id::ObjectId;
pub use overlay::Overlay;
pub use sieve::{Sieve, Sifting};
pub use visitor::Visitor;
