//! The repository as the rest of the program uses it: the same answers from either adapter.

use std::cell::{OnceCell, RefCell};

use super::command::Git;
use super::config_entry::ConfigEntry;
use super::entries::{IndexEntries, entry_sizes, read_entry};
use super::history::{Commit, History, Introduced, ReceiveChanges};
use super::index_file::IndexFile;
use super::index_scan::Reading;
use super::layout::RepositoryLayout;
use super::libgit2::Libgit2;
use super::plumbing::Plumbing;
use super::pointed::Pointed;
use super::range::CommitRange;
use super::reader::Reader;
use super::scratch::ScratchRepository;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::path::{RepoPath, display};
use crate::tree::{Content, ObjectId, OwnedEntry, PlaceSet, Tree, Visitor};

/// An open repository.
pub struct Repository<'r> {
    pub(super) layout: RepositoryLayout,
    /// `None` if libgit2 cannot open the repository.
    pub(super) libgit2: Option<Libgit2>,
    pub(super) plumbing: Plumbing<'r>,
    /// Only one adapter may be used: the other one does not help out.
    pub(super) single_adapter: bool,
    pub(super) env: Env,
    /// Made when it is first needed.
    pub(super) scratch: OnceCell<ScratchRepository>,
    /// The configuration once it was read; emptied when this program changes it.
    pub(super) known_configuration: RefCell<Option<Vec<ConfigEntry>>>,
}

impl<'r> Repository<'r> {
    /// Where the parts of the repository are.
    #[must_use]
    pub fn layout(&self) -> &RepositoryLayout {
        &self.layout
    }

    /// The process environment that it was opened with.
    #[must_use]
    pub fn env(&self) -> &Env {
        &self.env
    }

    /// The index of this run, as a tree. A missing index file is an empty tree.
    ///
    /// # Errors
    /// Undecided if the index is damaged or cannot be read.
    pub fn index_tree(&self) -> Result<Box<dyn Tree + '_>> {
        let index = IndexFile::open(&self.layout.index_file)?;
        Ok(Box::new(RepositoryTree { repository: self, listing: EntryListing::Index(index) }))
    }

    /// Reads blobs ahead that only git can read, with one process for all of them: every blob without libgit2, else
    /// those that libgit2 lacks, as in a partial clone.
    fn prefetch(&self, entries: &[&OwnedEntry], limit: u64) {
        let mut ids: Vec<ObjectId> = entries.iter().filter_map(|entry| entry.id).collect();
        if let Some(libgit2) = &self.libgit2 {
            let sizes = libgit2.blob_sizes(&ids);
            ids = ids.into_iter().zip(sizes).filter(|(_, size)| size.is_none()).map(|(id, _)| id).collect();
        }
        if !(self.single_adapter && self.libgit2.is_some()) {
            self.plumbing.prefetch(&ids, limit);
        }
    }

    /// The full name of the branch that is checked out; `None` for a detached `HEAD`.
    ///
    /// # Errors
    /// Undecided if git cannot be run.
    pub fn head_branch(&self) -> Result<Option<String>> {
        let output = self.git().run(&["symbolic-ref", "--quiet", "HEAD"], Vec::new())?;
        let name = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
        Ok((output.status == Some(0)).then_some(name))
    }

    /// What moved `HEAD` last, as its reflog says; empty if that says nothing.
    ///
    /// # Errors
    /// Undecided if git cannot be run or fails.
    pub fn last_action(&self) -> Result<String> {
        let output = self.git().output(&["reflog", "-1", "--format=%gs", "HEAD"], Vec::new())?;
        Ok(String::from_utf8_lossy(&output).trim_end().to_owned())
    }

    /// What objects lead to, through any tags, in the same order. Git is run at most once.
    ///
    /// # Errors
    /// Undecided if git cannot be run.
    pub fn pointed_at(&self, ids: &[ObjectId]) -> Result<Vec<Pointed>> {
        let commit = |id: &ObjectId| {
            let resolved = self.libgit2.as_ref()?.resolve(&id.to_string());
            resolved.ok().flatten().map(Pointed::Commit)
        };
        let mut known: Vec<Option<Pointed>> = ids.iter().map(commit).collect();
        let others: Vec<ObjectId> =
            ids.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(id, _)| *id).collect();
        let mut asked = self.plumbing.pointed_at(&others)?.into_iter();
        for place in known.iter_mut().filter(|known| known.is_none()) {
            *place = asked.next();
        }
        Ok(known.into_iter().map(|known| known.unwrap_or(Pointed::Missing)).collect())
    }

    /// The paths that differ between two commits, also those that only one of them has; invalid ones are left out.
    ///
    /// # Errors
    /// Undecided if git cannot be run or lacks one of them.
    pub fn changed_between(&self, old: ObjectId, new: ObjectId) -> Result<Vec<RepoPath>> {
        let (old, new) = (old.to_string(), new.to_string());
        let compare = ["diff-tree", "-r", "-z", "--name-only", "--no-renames", "--ignore-submodules=none"];
        let mut changed = Vec::new();
        self.git().records(&[&compare[..], &[&old, &new, "--"]].concat(), &mut |path| {
            changed.extend(RepoPath::new(path));
        })?;
        Ok(changed)
    }

    /// Returns whether commits name parents that this repository does not have.
    ///
    /// # Errors
    /// Undecided if git cannot be run.
    pub fn is_shallow(&self) -> Result<bool> {
        let output = self.git().output(&["rev-parse", "--is-shallow-repository"], Vec::new())?;
        Ok(output.starts_with(b"true"))
    }

    /// Calls git in this repository.
    pub(super) fn git(&self) -> &Git<'r> {
        self.plumbing.git()
    }

    /// Shows the entries of an index file; asks git about an index that only git can read.
    pub(super) fn visit_index_file(
        &self,
        index: &IndexFile,
        entries: IndexEntries,
        visitor: &mut dyn Visitor,
    ) -> Result<()> {
        let named = |error: Error| error.cause(display(&self.layout.index_file));
        match index.visit(&self.layout, entries, visitor).map_err(named)? {
            Reading::Complete => Ok(()),
            Reading::OnlyGit => {
                visitor.restart();
                self.plumbing.visit_index_entries(entries, visitor)
            }
        }
    }

    /// Queries libgit2, and git if that fails.
    fn query<'s, T>(&'s self, question: impl Fn(&'s dyn Reader) -> Result<T>) -> Result<T> {
        match &self.libgit2 {
            None => question(&self.plumbing),
            Some(libgit2) if self.single_adapter => question(libgit2),
            Some(libgit2) => question(libgit2).or_else(|_| question(&self.plumbing)),
        }
    }
}

impl Reader for Repository<'_> {
    fn resolve(&self, revision: &str) -> Result<Option<ObjectId>> {
        match self.query(|reader| reader.resolve(revision)) {
            // Git understands more forms of a revision.
            Ok(None) if self.libgit2.is_some() && !self.single_adapter => self.plumbing.resolve(revision),
            answer => answer,
        }
    }

    fn head(&self) -> Result<Option<ObjectId>> {
        self.query(|reader| reader.head())
    }

    fn tips(&self, prefix: &str) -> Result<Vec<ObjectId>> {
        self.query(|reader| reader.tips(prefix))
    }

    fn commit_tree(&self, commit: ObjectId) -> Result<Box<dyn Tree + '_>> {
        let listing = EntryListing::Commit(self.query(|reader| reader.commit_tree(commit))?);
        Ok(Box::new(RepositoryTree { repository: self, listing }))
    }

    fn visit_index(&self, visitor: &mut dyn Visitor) -> Result<()> {
        match &self.libgit2 {
            Some(libgit2) if self.single_adapter => libgit2.visit_index(visitor),
            _ => self.index_tree()?.visit(visitor),
        }
    }

    fn entries_below(&self, commit: ObjectId, roots: &[RepoPath]) -> Result<Vec<OwnedEntry>> {
        self.query(|reader| reader.entries_below(commit, roots))
    }

    fn history(&self, range: &CommitRange) -> Result<History> {
        self.query(|reader| reader.history(range))
    }

    fn is_longer(&self, range: &CommitRange, count: usize) -> Result<bool> {
        self.query(|reader| reader.is_longer(range, count))
    }

    fn changes(&self, lists: &[Vec<Commit>], most: u64, receive: ReceiveChanges<'_>) -> Result<bool> {
        self.query(|reader| reader.changes(lists, most, receive))
    }

    fn introduced(&self, commits: &[Commit], paths: Option<&PlaceSet>) -> Result<Vec<Introduced>> {
        self.query(|reader| reader.introduced(commits, paths))
    }

    fn read_blob(&self, id: ObjectId, limit: u64) -> Result<Content> {
        if self.plumbing.was_prefetched(id) {
            return self.plumbing.read_blob(id, limit);
        }
        self.query(|reader| reader.read_blob(id, limit))
    }

    fn blob_sizes(&self, ids: &[ObjectId]) -> Vec<Option<u64>> {
        match &self.libgit2 {
            Some(libgit2) => libgit2.blob_sizes(ids),
            None => self.plumbing.blob_sizes(ids),
        }
    }
}

/// What a tree of the repository lists.
enum EntryListing<'a> {
    /// The files of a commit, as one adapter lists them.
    Commit(Box<dyn Tree + 'a>),
    /// The index.
    Index(IndexFile),
}

/// The files of a commit or of the index, whose blobs are read by the adapter that can.
struct RepositoryTree<'a> {
    repository: &'a Repository<'a>,
    listing: EntryListing<'a>,
}

impl Tree for RepositoryTree<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) -> Result<()> {
        match &self.listing {
            EntryListing::Commit(tree) => tree.visit(visitor),
            EntryListing::Index(index) => {
                self.repository.visit_index_file(index, IndexEntries::Committed, visitor)
            }
        }
    }

    fn read(&self, entry: &OwnedEntry, limit: u64) -> Result<Content> {
        read_entry(self.repository, entry, limit)
    }

    fn prefetch(&self, entries: &[&OwnedEntry], limit: u64) {
        self.repository.prefetch(entries, limit);
    }

    fn sizes(&self, entries: &[OwnedEntry]) -> Vec<Option<u64>> {
        entry_sizes(self.repository, entries)
    }
}
