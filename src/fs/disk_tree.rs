//! The work tree on the disk, as a [`Tree`].
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::directory::{DirectoryEntry, DirectoryHandle, FileKind, open_file, status_of_file};
use super::own_names::is_staging_name;
use super::read::read_within;
use super::repositories::OTHER_FILE_SYSTEM;
use super::staging::StagingDirectory;
use crate::error::{Error, Result};
use crate::model::Skip;
use crate::path::{RepoPath, bytes_to_path, display, path_to_bytes};
use crate::tree::{Child, ChildKind, Content, Entry, EntryKind, OwnedEntry, Tree, Visitor};

/// A directory and everything below it that belongs to the same repository.
///
/// `.git` and staging directories in use are left out. A nested repository is one entry. Links are entries and never
/// followed. In each directory the files come before the directories. Sizes are not read.
pub struct DiskTree<'d> {
    root: PathBuf,
    /// If set, directories below the root that are not part of the tree; neither are other file systems then.
    passed_over: Option<&'d dyn Fn(&Path) -> bool>,
    /// If set, the only entry of the root that is part of the tree.
    only: Option<Vec<u8>>,
    skipped: RefCell<Vec<Skip>>,
    nested: RefCell<BTreeSet<RepoPath>>,
}

impl<'d> DiskTree<'d> {
    /// The tree of the directory `root`.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
            passed_over: None,
            only: None,
            skipped: RefCell::new(Vec::new()),
            nested: RefCell::new(BTreeSet::new()),
        }
    }

    /// The tree of a directory's parent with this directory as its only entry; `None` for a root.
    #[must_use]
    pub fn of_single(directory: &Path) -> Option<Self> {
        let only = Some(path_to_bytes(Path::new(directory.file_name()?)));
        Some(Self { only, ..Self::new(directory.parent()?) })
    }

    /// The same without what is at and below directories for which this returns true, and without other file systems, which
    /// are noted as skipped.
    #[must_use]
    pub fn but(self, is_passed_over: &'d dyn Fn(&Path) -> bool) -> Self {
        Self { passed_over: Some(is_passed_over), ..self }
    }

    /// The directories that could not be listed so far, in the order of the errors.
    #[must_use]
    pub fn skipped(&self) -> Vec<Skip> {
        self.skipped.borrow().clone()
    }

    /// The nested repositories that were visited as one entry so far.
    #[must_use]
    pub fn nested(&self) -> Vec<RepoPath> {
        self.nested.borrow().iter().cloned().collect()
    }

    fn skip(&self, directory: &[u8], error: &std::io::Error) {
        if let Ok(path) = RepoPath::new(directory) {
            let skip = Skip { path, reason: error.to_string().into(), blob: None };
            let mut skipped = self.skipped.borrow_mut();
            if !skipped.contains(&skip) {
                skipped.push(skip);
            }
        }
    }

    /// The entries of a directory that are part of the tree, sorted; `path` is its path.
    fn list(&self, directory: &mut DirectoryHandle, path: &[u8]) -> std::io::Result<Vec<DirectoryEntry>> {
        let mut entries = directory.list()?;
        if let Some(only) = self.only.as_ref().filter(|_| path.is_empty()) {
            entries.retain(|entry| entry.name == *only);
        }
        entries.retain(|entry| {
            let full_path = || self.root.join(bytes_to_path(path)).join(bytes_to_path(&entry.name));
            entry.kind != FileKind::Directory
                || !is_staging_name(&entry.name)
                || !StagingDirectory::is_in_use(&full_path())
        });
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    /// Opens a subdirectory, which is an error for another file system if these are left out.
    fn enter(&self, directory: &DirectoryHandle, name: &[u8]) -> std::io::Result<DirectoryHandle> {
        let child = directory.open_child(name)?;
        match self.passed_over.is_some() && directory.is_mounted(&child)? {
            true => Err(std::io::Error::other(OTHER_FILE_SYSTEM)),
            false => Ok(child),
        }
    }

    /// Shows a directory to the visitor; `path` is its path, and is unchanged at the end.
    fn visit_directory(
        &self,
        opened: std::io::Result<DirectoryHandle>,
        path: &mut Vec<u8>,
        visitor: &mut dyn Visitor,
    ) {
        let listed = opened.and_then(|mut directory| Ok((self.list(&mut directory, path)?, directory)));
        let (entries, directory) = match listed {
            Ok(listed) => listed,
            Err(error) => return self.skip(path, &error),
        };
        if !path.is_empty() && entries.iter().any(|entry| entry.name == b".git") {
            self.nested.borrow_mut().extend(RepoPath::new(path.as_slice()));
            return show(visitor, path, EntryKind::Submodule);
        }
        for entry in entries.iter().filter(|entry| entry.kind != FileKind::Directory) {
            with_name(path, &entry.name, |path| show(visitor, path, entry_kind(entry.kind)));
        }
        let inner = |entry: &&DirectoryEntry| entry.kind == FileKind::Directory && entry.name != b".git";
        for entry in entries.iter().filter(inner) {
            with_name(path, &entry.name, |path| {
                let place = || self.root.join(bytes_to_path(path));
                if visitor.enter(path) && !self.passed_over.is_some_and(|is_over| is_over(&place())) {
                    self.visit_directory(self.enter(&directory, &entry.name), path, visitor);
                }
            });
        }
    }
}

/// Calls a function with a name appended to a path.
fn with_name(path: &mut Vec<u8>, name: &[u8], call: impl FnOnce(&mut Vec<u8>)) {
    let length = path.len();
    if length > 0 {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    call(path);
    path.truncate(length);
}

fn show(visitor: &mut dyn Visitor, path: &[u8], kind: EntryKind) {
    visitor.entry(&Entry { path, kind, id: &[], size: None, is_unmerged: false });
}

fn entry_kind(kind: FileKind) -> EntryKind {
    if kind == FileKind::Link { EntryKind::Link } else { EntryKind::File }
}

impl Tree for DiskTree<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) -> Result<()> {
        self.visit_directory(DirectoryHandle::open(&self.root), &mut Vec::new(), visitor);
        Ok(())
    }

    fn read(&self, entry: &OwnedEntry, limit: u64) -> Result<Content> {
        let path = entry.path.to_path(&self.root);
        // The root of this tree need not be the top of a work tree.
        let failed = |error: std::io::Error| {
            Error::undecided(format!("failed to read `{}`", display(&path))).cause(error)
        };
        if entry.kind == EntryKind::Link {
            return Ok(Content::Whole(path_to_bytes(&fs::read_link(&path).map_err(failed)?)));
        }
        // Only regular files have content: reading a FIFO could wait for ever.
        if !fs::symlink_metadata(&path).map_err(failed)?.is_file() {
            return Ok(Content::Whole(Vec::new()));
        }
        // What is opened may be another file than the one that was looked at, and may grow.
        let file = open_file(&path, false).map_err(failed)?;
        let status = status_of_file(&file).map_err(failed)?;
        if status.kind != FileKind::File {
            return Ok(Content::Whole(Vec::new()));
        }
        match read_within(&file, status.stamp.size, limit) {
            Ok(content) => Ok(Content::Whole(content)),
            Err(error) if error.kind() == ErrorKind::FileTooLarge => {
                let size = status_of_file(&file).map_or(status.stamp.size, |status| status.stamp.size);
                Ok(Content::TooLarge(size))
            }
            Err(error) => Err(failed(error)),
        }
    }

    fn sizes(&self, entries: &[OwnedEntry]) -> Vec<Option<u64>> {
        let size = |entry: &OwnedEntry| fs::symlink_metadata(entry.path.to_path(&self.root)).ok();
        entries.iter().map(|entry| size(entry).map(|metadata| metadata.len())).collect()
    }

    fn children(&self, directory: &RepoPath) -> Option<Vec<Child>> {
        let opened = DirectoryHandle::open(&directory.to_path(&self.root));
        let entries = opened.and_then(|mut opened| self.list(&mut opened, directory.as_bytes()));
        let entries = entries.unwrap_or_else(|error| {
            // A directory that does not exist has no children.
            if error.kind() != std::io::ErrorKind::NotFound {
                self.skip(directory.as_bytes(), &error);
            }
            Vec::new()
        });
        if !directory.is_root() && entries.iter().any(|entry| entry.name == b".git") {
            return Some(vec![Child {
                path: directory.clone(),
                kind: ChildKind::Entry(EntryKind::Submodule),
            }]);
        }
        let child = |entry: DirectoryEntry| {
            let kind = match entry.kind {
                FileKind::Directory => ChildKind::Directory,
                other => ChildKind::Entry(entry_kind(other)),
            };
            Some(Child { path: directory.join(&entry.name).ok()?, kind })
        };
        Some(entries.into_iter().filter(|entry| entry.name != b".git").filter_map(child).collect())
    }
}
