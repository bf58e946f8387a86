//! A tree with entries on top: a commit together with what the commits before it brought in.

use std::collections::BTreeMap;

use super::entry::{Entry, OwnedEntry};
use super::interface::{Content, Tree};
use super::visitor::Visitor;
use crate::error::Result;
use crate::path::RepoPath;

/// A base tree, some of whose entries are replaced and to which others are added.
pub struct Overlay<'t> {
    base: Box<dyn Tree + 't>,
    added: BTreeMap<RepoPath, OwnedEntry>,
}

impl<'t> Overlay<'t> {
    /// Lays entries over a base. The base must be able to read them by their blob.
    #[must_use]
    pub fn new(base: Box<dyn Tree + 't>, added: BTreeMap<RepoPath, OwnedEntry>) -> Self {
        Self { base, added }
    }
}

impl Tree for Overlay<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) -> Result<()> {
        self.base.visit(&mut Uncovered { visitor, added: &self.added })?;
        for entry in self.added.values() {
            visitor.entry(&entry.borrowed());
        }
        Ok(())
    }

    fn read(&self, entry: &OwnedEntry, limit: u64) -> Result<Content> {
        self.base.read(entry, limit)
    }

    fn expect(&self, entries: &[&OwnedEntry], limit: u64) {
        self.base.expect(entries, limit);
    }

    fn sizes(&self, entries: &[OwnedEntry]) -> Vec<Option<u64>> {
        self.base.sizes(entries)
    }
}

/// Passes on what no added entry covers.
struct Uncovered<'v> {
    visitor: &'v mut dyn Visitor,
    added: &'v BTreeMap<RepoPath, OwnedEntry>,
}

impl Visitor for Uncovered<'_> {
    fn enter(&mut self, directory: &[u8]) -> bool {
        self.visitor.enter(directory)
    }

    fn restart(&mut self) {
        self.visitor.restart();
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        let covered = RepoPath::new(entry.path).is_ok_and(|path| self.added.contains_key(&path));
        if !covered {
            self.visitor.entry(entry);
        }
    }
}
