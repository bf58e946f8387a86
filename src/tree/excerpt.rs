//! Some entries of a tree.

use super::entry::OwnedEntry;
use super::interface::{Content, Tree};
use super::visitor::Visitor;
use crate::error::Result;

/// A tree that lists these entries and no others.
pub struct Excerpt<'t> {
    entries: Vec<OwnedEntry>,
    source: &'t dyn Tree,
}

impl<'t> Excerpt<'t> {
    /// Takes entries, which `source` must be able to read by their blob id.
    #[must_use]
    pub fn new(entries: Vec<OwnedEntry>, source: &'t dyn Tree) -> Self {
        Self { entries, source }
    }
}

impl Tree for Excerpt<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) -> Result<()> {
        self.entries.iter().for_each(|entry| visitor.entry(&entry.borrowed()));
        Ok(())
    }

    fn read(&self, entry: &OwnedEntry, limit: u64) -> Result<Content> {
        self.source.read(entry, limit)
    }

    fn prefetch(&self, entries: &[&OwnedEntry], limit: u64) {
        self.source.prefetch(entries, limit);
    }

    fn sizes(&self, entries: &[OwnedEntry]) -> Vec<Option<u64>> {
        self.source.sizes(entries)
    }
}
