//! The work tree as it lies on the disk.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::cell::RefCell;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::directory::{Directory, NameKind, Named, open_file};
use super::own_names::STAGING_PREFIX;
use super::staging::StagingDirectory;
use crate::error::{Error, Result};
use crate::model::Skip;
use crate::path::{RepoPath, bytes_to_path, path_to_bytes};
use crate::tree::{Child, ChildKind, Content, Entry, EntryKind, OwnedEntry, Tree, Visitor};

/// A directory and everything below it that belongs to the same repository.
///
/// `.git` is left out, and so is what another run of this program is making at this instant; nested repositories are shown as one entry, links are shown and never followed. In
/// each directory the files come before the directories. Sizes are not looked up.
pub struct DiskTree {
    root: PathBuf,
    /// The only name in the root that is looked at.
    only: Option<Vec<u8>>,
    skipped: RefCell<Vec<Skip>>,
}

impl DiskTree {
    /// Looks at the directory `root`.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf(), only: None, skipped: RefCell::new(Vec::new()) }
    }

    /// Looks at one directory alone, as something in the directory that holds it; `None` for a root.
    #[must_use]
    pub fn of_one(directory: &Path) -> Option<Self> {
        let only = Some(path_to_bytes(Path::new(directory.file_name()?)));
        Some(Self { only, ..Self::new(directory.parent()?) })
    }

    /// The directories that could not be listed so far, in the order in which they were met.
    #[must_use]
    pub fn skipped(&self) -> Vec<Skip> {
        self.skipped.borrow().clone()
    }

    fn skip(&self, directory: &[u8], error: &std::io::Error) {
        if let Ok(path) = RepoPath::new(directory) {
            let skip = Skip { path, reason: error.to_string(), blob: None };
            let mut skipped = self.skipped.borrow_mut();
            if !skipped.contains(&skip) {
                skipped.push(skip);
            }
        }
    }

    /// Lists a directory of this path, sorted. Of the tree's root only what this tree shows.
    fn list(&self, directory: &mut Directory, path: &[u8]) -> std::io::Result<Vec<Named>> {
        let mut names = directory.list()?;
        if let Some(only) = self.only.as_ref().filter(|_| path.is_empty()) {
            names.retain(|named| named.name == *only);
        }
        names.retain(|named| {
            let place = || self.root.join(bytes_to_path(path)).join(bytes_to_path(&named.name));
            named.kind != NameKind::Directory
                || !named.name.starts_with(STAGING_PREFIX.as_bytes())
                || !StagingDirectory::is_in_use(&place())
        });
        names.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(names)
    }

    /// Shows a directory; `path` is its own and the same again at the end.
    fn visit_directory(
        &self,
        opened: std::io::Result<Directory>,
        path: &mut Vec<u8>,
        visitor: &mut dyn Visitor,
    ) {
        let listed = opened.and_then(|mut directory| Ok((self.list(&mut directory, path)?, directory)));
        let (names, directory) = match listed {
            Ok(listed) => listed,
            Err(error) => return self.skip(path, &error),
        };
        if !path.is_empty() && names.iter().any(|named| named.name == b".git") {
            return show(visitor, path, EntryKind::Submodule);
        }
        for named in names.iter().filter(|named| named.kind != NameKind::Directory) {
            below(path, &named.name, |path| show(visitor, path, entry_kind(named.kind)));
        }
        let inner = |named: &&Named| named.kind == NameKind::Directory && named.name != b".git";
        for named in names.iter().filter(inner) {
            below(path, &named.name, |path| {
                if visitor.enter(path) {
                    self.visit_directory(directory.enter(&named.name), path, visitor);
                }
            });
        }
    }
}

/// Appends a name to a path for as long as `use_it` takes.
fn below(path: &mut Vec<u8>, name: &[u8], use_it: impl FnOnce(&mut Vec<u8>)) {
    let length = path.len();
    if length > 0 {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    use_it(path);
    path.truncate(length);
}

fn show(visitor: &mut dyn Visitor, path: &[u8], kind: EntryKind) {
    visitor.entry(&Entry { path, kind, id: &[], size: None });
}

fn entry_kind(kind: NameKind) -> EntryKind {
    if kind == NameKind::Link { EntryKind::Link } else { EntryKind::File }
}

impl Tree for DiskTree {
    fn visit(&self, visitor: &mut dyn Visitor) -> Result<()> {
        self.visit_directory(Directory::open(&self.root), &mut Vec::new(), visitor);
        Ok(())
    }

    fn read(&self, entry: &OwnedEntry, limit: u64) -> Result<Content> {
        let path = entry.path.to_path(&self.root);
        let failed =
            |error: std::io::Error| Error::undecided(format!("failed to read `{}`", entry.path)).cause(error);
        if entry.kind == EntryKind::Link {
            return Ok(Content::Whole(path_to_bytes(&fs::read_link(&path).map_err(failed)?)));
        }
        // Nothing but a regular file has content: a FIFO would have to be waited for.
        let size = fs::symlink_metadata(&path).map_err(failed)?;
        if !size.is_file() {
            return Ok(Content::Whole(Vec::new()));
        }
        if size.len() > limit {
            return Ok(Content::TooLarge(size.len()));
        }
        let mut content = Vec::new();
        let read = open_file(&path, false).and_then(|file| file.take(limit).read_to_end(&mut content));
        read.map_err(failed)?;
        Ok(Content::Whole(content))
    }

    fn sizes(&self, entries: &[OwnedEntry]) -> Vec<Option<u64>> {
        let size = |entry: &OwnedEntry| fs::symlink_metadata(entry.path.to_path(&self.root)).ok();
        entries.iter().map(|entry| size(entry).map(|metadata| metadata.len())).collect()
    }

    fn children(&self, directory: &RepoPath) -> Option<Vec<Child>> {
        let opened = Directory::open(&directory.to_path(&self.root));
        let names = opened.and_then(|mut opened| self.list(&mut opened, directory.as_bytes()));
        let names = names.unwrap_or_else(|error| {
            // What is not there holds nothing.
            if error.kind() != std::io::ErrorKind::NotFound {
                self.skip(directory.as_bytes(), &error);
            }
            Vec::new()
        });
        if !directory.is_root() && names.iter().any(|named| named.name == b".git") {
            return Some(vec![Child {
                path: directory.clone(),
                kind: ChildKind::Entry(EntryKind::Submodule),
            }]);
        }
        let child = |named: Named| {
            let kind = match named.kind {
                NameKind::Directory => ChildKind::Directory,
                other => ChildKind::Entry(entry_kind(other)),
            };
            Some(Child { path: directory.join(&named.name).ok()?, kind })
        };
        Some(names.into_iter().filter(|named| named.name != b".git").filter_map(child).collect())
    }
}
