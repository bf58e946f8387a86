//! A state of the project's files: the disk, the index or a commit.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::Result;
use crate::formats::project_tables::{ProjectTables, WorkspaceMembers};
use crate::fs::read_optional;
use crate::message::{Message, message};
use crate::path::RepoPath;
use crate::project::projects::{has_member, is_aside};
use crate::text::grouped;
use crate::tree::{Content, Entry, LOCK_LIMIT, OwnedEntry, PathFilter, Tree, Visitor};

/// Where content comes from.
pub(super) enum StateSource<'s> {
    /// A work tree.
    Disk(&'s Path),
    /// The index or a commit.
    Tree(&'s dyn Tree),
}

/// The files of a project in one state.
pub(super) struct FilesState<'s> {
    pub(super) source: StateSource<'s>,
    /// The manifests, locks and requirements files that it has.
    pub(super) entries: BTreeMap<RepoPath, OwnedEntry>,
    /// The projects of whoever works here: they count also in directories that are put aside.
    pub(super) projects: Vec<RepoPath>,
}

impl FilesState<'_> {
    /// Says whether a file is data for tests, of an example or of dependencies: it may be stale on purpose.
    pub(super) fn is_aside(&self, file: &RepoPath) -> bool {
        let directory = file.parent().unwrap_or_default();
        let project = directory.ancestors().find(|above| self.projects.contains(above)).unwrap_or_default();
        directory.components().skip(project.components().count()).any(is_aside)
    }

    /// Says whether a directory is a member of a workspace of uv, which has its lock at its root. As for uv, the nearest
    /// `pyproject.toml` above decides.
    pub(super) fn is_member(&self, directory: &RepoPath) -> bool {
        let Some(own) = self.tables(directory) else { return false };
        if own.workspace.is_some() || !own.has_metadata {
            return false;
        }
        let above = directory.ancestors().skip(1);
        let root = above.into_iter().find_map(|above| Some((self.tables(&above)?.workspace, above)));
        root.is_some_and(|(workspace, root)| {
            workspace.is_some_and(|workspace| has_member(&workspace, &root, directory))
        })
    }

    /// The workspace of which a directory is the root; `None` if it is that of none.
    pub(super) fn workspace(&self, directory: &RepoPath) -> Option<WorkspaceMembers> {
        self.tables(directory)?.workspace
    }

    /// What the `pyproject.toml` of a directory says; `None` without one.
    fn tables(&self, directory: &RepoPath) -> Option<ProjectTables> {
        let path = directory.join("pyproject.toml").ok()?;
        // All that a tree has are among the entries; to look for another one there takes long.
        let may_be = matches!(self.source, StateSource::Disk(_)) || self.entries.contains_key(&path);
        let read = may_be.then(|| self.read(&path).ok().flatten()).flatten();
        read.map(|bytes| ProjectTables::of_pyproject(&bytes))
    }

    /// Reads a file; `None` if it does not exist.
    ///
    /// # Errors
    /// Why it cannot be read, as a lower-case fragment.
    pub(super) fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Message> {
        self.read_within(path, LOCK_LIMIT)
    }

    /// As [`FilesState::read`], with a limit in bytes.
    ///
    /// # Errors
    /// As there.
    pub(super) fn read_within(&self, path: &RepoPath, limit: u64) -> Result<Option<Vec<u8>>, Message> {
        let read = match self.source {
            StateSource::Disk(top) => read_optional(&path.to_path(top), limit),
            StateSource::Tree(tree) => self.read_of(tree, path, limit),
        };
        read.map_err(|error| message!("`{}` cannot be read: {}", path, error.summary()))
    }

    fn read_of(&self, tree: &dyn Tree, path: &RepoPath, limit: u64) -> Result<Option<Vec<u8>>> {
        let found = match self.entries.get(path) {
            Some(entry) => Some(entry.clone()),
            None => find(tree, path)?,
        };
        let Some(entry) = found.filter(|entry| entry.kind.is_file()) else { return Ok(None) };
        if entry.is_unmerged {
            return Err(crate::error::Error::undecided("it is unmerged"));
        }
        match tree.read(&entry, limit)? {
            Content::Whole(bytes) => Ok(Some(bytes)),
            Content::TooLarge(size) => {
                let (size, limit) = (grouped(size), grouped(limit));
                Err(crate::error::Error::undecided(format!("it has {size} bytes; the limit is {limit}")))
            }
        }
    }
}

/// Finds a file of any name.
fn find(tree: &dyn Tree, path: &RepoPath) -> Result<Option<OwnedEntry>> {
    let mut finder = PathFinder { path, found: None };
    tree.visit(&mut finder)?;
    Ok(finder.found)
}

struct PathFinder<'p> {
    path: &'p RepoPath,
    found: Option<OwnedEntry>,
}

impl Visitor for PathFinder<'_> {
    fn enter(&mut self, directory: &[u8]) -> bool {
        crate::path::below(self.path.as_bytes(), directory).is_some()
    }

    fn filters(&self) -> Option<Vec<PathFilter>> {
        None
    }

    fn restart(&mut self) {
        self.found = None;
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        if entry.path == self.path.as_bytes() {
            self.found = OwnedEntry::keep(entry);
        }
    }
}
