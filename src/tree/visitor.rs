//! What receives the paths of a tree.

use super::entry::Entry;
use super::sieve::Sieve;

/// Receives the paths of a tree.
pub trait Visitor {
    /// Asks whether the paths below `directory` (never the root) are wanted.
    ///
    /// Only trees that have directories ask; a flat list visits everything, so the answer may save work
    /// but must not change the result.
    fn enter(&mut self, directory: &[u8]) -> bool {
        let _ = directory;
        true
    }

    /// What the visitor wants to see; everything, if there is no sieve. A tree that finds it easier may show
    /// more.
    fn sieve(&self) -> Option<Sieve> {
        None
    }

    /// Is told how many paths the sieve kept back, once at the end.
    fn left_out(&mut self, count: u64) {
        let _ = count;
    }

    /// Is told that what was shown so far does not count: the listing begins anew, from another source.
    fn restart(&mut self);

    /// Receives one path.
    fn entry(&mut self, entry: &Entry<'_>);
}
