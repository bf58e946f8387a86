//! What detection sees: a list of paths with content, wherever they come from.
//!
//! The git index, a commit, the disk and a list in memory all implement [`Tree`], so the same content
//! gives the same environments from each of them. No tree follows links.

mod entry;
mod excerpt;
mod interface;
mod limits;
mod memory;
mod object_id;
mod overlay;
mod path_filter;
mod place_set;
mod visitor;

pub use entry::{Entry, EntryKind, OwnedEntry};
pub use excerpt::Excerpt;
pub use interface::{Child, ChildKind, Content, Tree};
pub use limits::{DECIDING_FILE_LIMIT, LOCK_LIMIT, PATH_LIMIT, SETTINGS_LIMIT, SMALL_FILE_LIMIT};
pub use memory::MemoryTree;
pub use object_id::ObjectId;
pub use overlay::Overlay;
pub use path_filter::{FilterRun, PathFilter};
pub use place_set::{Narrowed, PlaceSet};
pub use visitor::{NoopVisitor, Visitor};
