//! A tree with entries on top: a commit together with what the commits before it added.

use std::collections::BTreeMap;

use super::entry::{Entry, OwnedEntry};
use super::interface::{Content, Tree};
use super::visitor::Visitor;
use crate::error::Result;
use crate::path::RepoPath;

/// A base tree with some entries replaced and others added.
pub struct Overlay<'t> {
    base: Box<dyn Tree + 't>,
    added: BTreeMap<RepoPath, OwnedEntry>,
}

impl<'t> Overlay<'t> {
    /// Puts entries over a base, which must be able to read them by their blob id.
    #[must_use]
    pub fn new(base: Box<dyn Tree + 't>, added: BTreeMap<RepoPath, OwnedEntry>) -> Self {
        Self { base, added }
    }
}

impl Tree for Overlay<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) -> Result<()> {
        self.base.visit(&mut NotReplaced { visitor, added: &self.added })?;
        for entry in self.added.values() {
            visitor.entry(&entry.borrowed());
        }
        Ok(())
    }

    fn read(&self, entry: &OwnedEntry, limit: u64) -> Result<Content> {
        self.base.read(entry, limit)
    }

    fn prefetch(&self, entries: &[&OwnedEntry], limit: u64) {
        self.base.prefetch(entries, limit);
    }

    fn sizes(&self, entries: &[OwnedEntry]) -> Vec<Option<u64>> {
        self.base.sizes(entries)
    }
}

/// Passes on the entries that no added entry replaces.
struct NotReplaced<'v> {
    visitor: &'v mut dyn Visitor,
    added: &'v BTreeMap<RepoPath, OwnedEntry>,
}

impl Visitor for NotReplaced<'_> {
    fn enter(&mut self, directory: &[u8]) -> bool {
        self.visitor.enter(directory)
    }

    fn restart(&mut self) {
        self.visitor.restart();
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        let is_replaced = RepoPath::new(entry.path).is_ok_and(|path| self.added.contains_key(&path));
        if !is_replaced {
            self.visitor.entry(entry);
        }
    }
}
