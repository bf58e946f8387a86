//! The work tree as it lies on the disk.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::model::Skip;
use crate::path::{RepoPath, path_to_bytes};
use crate::tree::{Content, Entry, EntryKind, OwnedEntry, Tree, Visitor};

/// A directory and everything below it that belongs to the same repository.
///
/// `.git` is left out, nested repositories are shown as one entry, links are shown and never followed. In
/// each directory the files come before the directories.
pub struct DiskTree {
    root: PathBuf,
    skipped: RefCell<Vec<Skip>>,
}

impl DiskTree {
    /// Looks at the directory `root`.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf(), skipped: RefCell::new(Vec::new()) }
    }

    /// The directories that could not be listed so far, in the order in which they were met.
    #[must_use]
    pub fn skipped(&self) -> Vec<Skip> {
        self.skipped.borrow().clone()
    }

    /// Lists one directory: names with what they are, sorted.
    fn list(&self, directory: &RepoPath) -> std::io::Result<Vec<(Vec<u8>, fs::FileType)>> {
        let entries = fs::read_dir(directory.to_path(&self.root))?;
        let named = entries.map(|entry| {
            let entry = entry?;
            Ok((path_to_bytes(Path::new(&entry.file_name())), entry.file_type()?))
        });
        let mut listed = named.collect::<std::io::Result<Vec<_>>>()?;
        listed.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(listed)
    }

    fn visit_directory(&self, directory: &RepoPath, visitor: &mut dyn Visitor) {
        let listed = match self.list(directory) {
            Ok(listed) => listed,
            Err(error) => {
                let skip = Skip { path: directory.clone(), reason: error.to_string(), blob: None };
                self.skipped.borrow_mut().push(skip);
                return;
            }
        };
        let repository = listed.iter().any(|(name, _)| name == b".git");
        if repository && !directory.is_root() {
            show(visitor, directory, EntryKind::Submodule);
            return;
        }
        let below = |name: &Vec<u8>| directory.join(name).ok();
        for (name, kind) in listed.iter().filter(|(_, kind)| !kind.is_dir()) {
            let kind = if kind.is_symlink() { EntryKind::Link } else { EntryKind::File };
            below(name).into_iter().for_each(|path| show(visitor, &path, kind));
        }
        for (name, _) in listed.iter().filter(|(name, kind)| kind.is_dir() && name != b".git") {
            let Some(path) = below(name) else { continue };
            if visitor.enter(path.as_bytes()) {
                self.visit_directory(&path, visitor);
            }
        }
    }
}

fn show(visitor: &mut dyn Visitor, path: &RepoPath, kind: EntryKind) {
    visitor.entry(&Entry { path: path.as_bytes(), kind, id: &[], size: None });
}

impl Tree for DiskTree {
    fn visit(&self, visitor: &mut dyn Visitor) -> Result<()> {
        self.visit_directory(&RepoPath::root(), visitor);
        Ok(())
    }

    fn read(&self, entry: &OwnedEntry, limit: u64) -> Result<Content> {
        let path = entry.path.to_path(&self.root);
        let failed =
            |error: std::io::Error| Error::undecided(format!("failed to read `{}`", entry.path)).cause(error);
        if entry.kind == EntryKind::Link {
            return Ok(Content::Whole(path_to_bytes(&fs::read_link(&path).map_err(failed)?)));
        }
        // A FIFO would block for ever; nothing but a regular file has content.
        let size = fs::symlink_metadata(&path).map_err(failed)?;
        if !size.is_file() {
            return Ok(Content::Whole(Vec::new()));
        }
        if size.len() > limit {
            return Ok(Content::TooLarge(size.len()));
        }
        let mut content = Vec::new();
        File::open(&path).and_then(|file| file.take(limit).read_to_end(&mut content)).map_err(failed)?;
        Ok(Content::Whole(content))
    }

    fn sizes(&self, entries: &[OwnedEntry]) -> Vec<Option<u64>> {
        let size = |entry: &OwnedEntry| fs::symlink_metadata(entry.path.to_path(&self.root)).ok();
        entries.iter().map(|entry| size(entry).map(|metadata| metadata.len())).collect()
    }
}
