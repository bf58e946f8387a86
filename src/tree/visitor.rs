//! Visitors receive the paths of a tree.

use super::entry::Entry;
use super::path_filter::PathFilter;

/// Receives the paths of a tree.
pub trait Visitor {
    /// Returns whether the visitor wants the paths below `directory`, which is never the root.
    ///
    /// Only trees that have directories ask; a flat list shows everything. So the answer may save work but must
    /// not change the result.
    fn enter(&mut self, directory: &[u8]) -> bool {
        let _ = directory;
        true
    }

    /// Returns which paths the visitor wants to see: those that any of the filters selects; `None` means all. A tree may
    /// ignore the filters and show more.
    fn filters(&self) -> Option<Vec<PathFilter>> {
        None
    }

    /// Receives, once at the end, how many paths the filters excluded.
    fn filtered_out(&mut self, count: u64) {
        let _ = count;
    }

    /// Discards every path received so far: the tree starts again from another source.
    fn restart(&mut self);

    /// Receives one path.
    fn entry(&mut self, entry: &Entry<'_>);
}

/// Ignores every path.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoopVisitor;

impl Visitor for NoopVisitor {
    fn filters(&self) -> Option<Vec<PathFilter>> {
        Some(Vec::new())
    }

    fn restart(&mut self) {}

    fn entry(&mut self, _: &Entry<'_>) {}
}
