//! The repository as the rest of the program sees it: one answer, whichever adapter gives it.

use super::command::Git;
use super::entries::{entry_sizes, read_entry};
use super::index_file::IndexTree;
use super::layout::Layout;
use super::libgit2::Libgit2;
use super::plumbing::Plumbing;
use super::range::CommitRange;
use super::reader::{Introduced, Reader};
use crate::env::Env;
use crate::error::Result;
use crate::path::RepoPath;
use crate::tree::{Content, ObjectId, OwnedEntry, Tree, Visitor};

/// An open repository.
pub struct Repository<'r> {
    pub(super) layout: Layout,
    /// `None` where libgit2 cannot open the repository.
    pub(super) libgit2: Option<Libgit2>,
    pub(super) plumbing: Plumbing<'r>,
    /// One adapter was asked for: it does not get help from the other.
    pub(super) alone: bool,
    pub(super) env: Env,
}

impl<'r> Repository<'r> {
    /// Where the parts of the repository are.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The index that git names for this run, as a tree. An index file that does not exist is an empty tree.
    ///
    /// # Errors
    /// Undecided if the index is damaged or cannot be read.
    pub fn index_tree(&self) -> Result<Box<dyn Tree + '_>> {
        Ok(Box::new(IndexTree::open(self)?))
    }

    /// Has blobs read at once for which git has to be asked, because each would be a process of its own: all of
    /// them, or those that libgit2 lacks, as in a partial clone.
    pub(super) fn expect(&self, entries: &[&OwnedEntry], limit: u64) {
        let mut ids: Vec<ObjectId> = entries.iter().filter_map(|entry| entry.id).collect();
        if let Some(libgit2) = &self.libgit2 {
            let sizes = libgit2.blob_sizes(&ids);
            ids = ids.into_iter().zip(sizes).filter(|(_, size)| size.is_none()).map(|(id, _)| id).collect();
        }
        if !(self.alone && self.libgit2.is_some()) {
            self.plumbing.expect(&ids, limit);
        }
    }

    /// Calls git for this repository.
    pub(super) fn git(&self) -> &Git<'r> {
        self.plumbing.git()
    }

    /// Shows an index that only git can read.
    pub(super) fn visit_unscannable_index(&self, visitor: &mut dyn Visitor) -> Result<()> {
        self.plumbing.visit_index(visitor)
    }

    /// Asks libgit2, and git where it fails.
    fn ask<'s, T>(&'s self, question: impl Fn(&'s dyn Reader) -> Result<T>) -> Result<T> {
        match &self.libgit2 {
            None => question(&self.plumbing),
            Some(libgit2) if self.alone => question(libgit2),
            Some(libgit2) => question(libgit2).or_else(|_| question(&self.plumbing)),
        }
    }
}

impl Reader for Repository<'_> {
    fn resolve(&self, revision: &str) -> Result<Option<ObjectId>> {
        match self.ask(|reader| reader.resolve(revision)) {
            // Git knows more ways to write a revision.
            Ok(None) if self.libgit2.is_some() && !self.alone => self.plumbing.resolve(revision),
            answer => answer,
        }
    }

    fn head(&self) -> Result<Option<ObjectId>> {
        self.ask(|reader| reader.head())
    }

    fn tips(&self, prefix: &str) -> Result<Vec<ObjectId>> {
        self.ask(|reader| reader.tips(prefix))
    }

    fn commit_tree(&self, commit: ObjectId) -> Result<Box<dyn Tree + '_>> {
        let listing = self.ask(|reader| reader.commit_tree(commit))?;
        Ok(Box::new(CommitTree { repository: self, listing }))
    }

    fn visit_index(&self, visitor: &mut dyn Visitor) -> Result<()> {
        match &self.libgit2 {
            Some(libgit2) if self.alone => libgit2.visit_index(visitor),
            _ => self.index_tree()?.visit(visitor),
        }
    }

    fn entries_below(&self, commit: ObjectId, roots: &[RepoPath]) -> Result<Vec<OwnedEntry>> {
        self.ask(|reader| reader.entries_below(commit, roots))
    }

    fn introduced_by(&self, range: &CommitRange) -> Result<Vec<Introduced>> {
        self.ask(|reader| reader.introduced_by(range))
    }

    fn read_blob(&self, id: ObjectId, limit: u64) -> Result<Content> {
        if self.plumbing.knows(id) {
            return self.plumbing.read_blob(id, limit);
        }
        self.ask(|reader| reader.read_blob(id, limit))
    }

    fn blob_sizes(&self, ids: &[ObjectId]) -> Vec<Option<u64>> {
        match &self.libgit2 {
            Some(libgit2) => libgit2.blob_sizes(ids),
            None => self.plumbing.blob_sizes(ids),
        }
    }
}

/// The files of a commit, listed by one adapter and read by whichever can.
struct CommitTree<'a> {
    repository: &'a Repository<'a>,
    listing: Box<dyn Tree + 'a>,
}

impl Tree for CommitTree<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) -> Result<()> {
        self.listing.visit(visitor)
    }

    fn read(&self, entry: &OwnedEntry, limit: u64) -> Result<Content> {
        read_entry(self.repository, entry, limit)
    }

    fn expect(&self, entries: &[&OwnedEntry], limit: u64) {
        self.repository.expect(entries, limit);
    }

    fn sizes(&self, entries: &[OwnedEntry]) -> Vec<Option<u64>> {
        entry_sizes(self.repository, entries)
    }
}
