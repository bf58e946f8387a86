//! A directory that stays the one that was opened, whatever its path leads to later.

use std::cell::OnceCell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind};
use std::path::Path;

use super::access::Access;
use super::directory::{DirectoryHandle, EntryStatus, FileKind, open_file};
use super::listed_tree::TreeListing;
use super::metadata::Identity;
use super::place::{FilePlace, open_below};
use super::read::read_within;
use super::tree_listing::{ListingChanges, compare_open, list_open};
use crate::error::{Error, Result};
use crate::git::Sharing;
use crate::path::{RepoPath, display};
use crate::tree::{Content, EntryKind, OwnedEntry};

/// An open directory. What is in it is reached from the directory itself, one component at a time and never through a
/// link, so that nobody can lead this program elsewhere by replacing a part of a path.
#[derive(Debug)]
pub struct OpenDirectory {
    pub(super) handle: DirectoryHandle,
}

impl From<DirectoryHandle> for OpenDirectory {
    fn from(handle: DirectoryHandle) -> Self {
        Self { handle }
    }
}

/// The files directly in a directory below an open one.
#[derive(Debug)]
pub struct FilesIn<'o> {
    top: &'o OpenDirectory,
    directory: RepoPath,
    opened: OnceCell<Option<DirectoryHandle>>,
}

impl FilesIn<'_> {
    /// Opens a regular file for reading.
    ///
    /// # Errors
    /// That of the system; invalid input if it is something else than a regular file.
    pub fn open(&self, name: &[u8]) -> io::Result<File> {
        if self.directory.is_root() {
            return self.top.handle.open_regular(name);
        }
        let opened = self.opened.get_or_init(|| open_below(&self.top.handle, &self.directory).ok());
        opened.as_ref().ok_or(ErrorKind::NotFound)?.open_regular(name)
    }
}

impl OpenDirectory {
    /// Opens the directory at a path. Links in the directories above it are followed.
    ///
    /// # Errors
    /// Undecided if it is a link or no directory, or cannot be opened.
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |error| Error::undecided(format!("failed to read `{}`", display(path))).cause(error);
        Ok(Self { handle: DirectoryHandle::open_no_follow(path).map_err(failed)? })
    }

    /// What the directory is known by; `None` on systems without inode numbers.
    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        self.handle.identity().ok().flatten()
    }

    /// Lists everything below it.
    #[must_use]
    pub fn list_tree(&self) -> TreeListing {
        list_open(&self.handle, None)
    }

    /// Lists some paths in it, and everything below these.
    #[must_use]
    pub fn list_parts(&self, parts: &[RepoPath]) -> TreeListing {
        list_open(&self.handle, Some(parts))
    }

    /// Looks again at everything below it, or at some paths in it and everything below these, and says what is new or not
    /// what it was when the same was listed.
    #[must_use]
    pub fn compare(&self, parts: Option<&[RepoPath]>, before: &TreeListing) -> ListingChanges {
        compare_open(&self.handle, parts, before)
    }

    /// Opens a regular file below it for reading.
    ///
    /// # Errors
    /// That of the system; invalid input if it is something else than a regular file.
    pub fn open_file(&self, path: &RepoPath) -> io::Result<File> {
        self.within(path, |directory, name| directory.open_regular(name))
    }

    /// The files directly in a directory below it, which is opened once, when the first is.
    #[must_use]
    pub fn files_in(&self, directory: RepoPath) -> FilesIn<'_> {
        FilesIn { top: self, directory, opened: OnceCell::new() }
    }

    /// Reads a regular file below it.
    ///
    /// # Errors
    /// That of the system; invalid input if it is something else than a regular file, too large if it has more than
    /// `limit` bytes.
    pub fn read(&self, path: &RepoPath, limit: u64) -> io::Result<Vec<u8>> {
        let file = self.open_file(path)?;
        read_within(&file, file.metadata()?.len(), limit)
    }

    /// What a link below it says.
    ///
    /// # Errors
    /// That of the system.
    pub fn read_link(&self, path: &RepoPath) -> io::Result<Vec<u8>> {
        self.within(path, |directory, name| directory.read_link(name))
    }

    /// Reads an entry that its listing has, as trees read theirs.
    ///
    /// # Errors
    /// Undecided if it cannot be read.
    pub fn content(&self, entry: &OwnedEntry, limit: u64) -> Result<Content> {
        let failed = |error| {
            Error::undecided(format!("failed to read `{}`", entry.path.seen_from_root())).cause(error)
        };
        if entry.kind == EntryKind::Link {
            return Ok(Content::Whole(self.read_link(&entry.path).map_err(failed)?));
        }
        let status = self.existing(&entry.path).map_err(failed)?;
        match status.kind {
            FileKind::File if status.stamp.size > limit => Ok(Content::TooLarge(status.stamp.size)),
            FileKind::File => Ok(Content::Whole(self.read(&entry.path, limit).map_err(failed)?)),
            _ => Ok(Content::Whole(Vec::new())),
        }
    }

    /// Says whether a regular file below it has the same content as another file, named by its path.
    ///
    /// # Errors
    /// That of the system.
    pub fn is_copy_of(&self, path: &RepoPath, other: &Path) -> io::Result<bool> {
        let (one, other) = (self.open_file(path)?, open_file(other, true)?);
        let (size, other_size) = (one.metadata()?, other.metadata()?);
        if !other_size.is_file() || size.len() != other_size.len() {
            return Ok(false);
        }
        let (mut one, mut other) = (BufReader::new(one), BufReader::new(other));
        loop {
            let (part, other_part) = (one.fill_buf()?, other.fill_buf()?);
            let length = part.len().min(other_part.len());
            if length == 0 {
                return Ok(part.len() == other_part.len());
            }
            if part[..length] != other_part[..length] {
                return Ok(false);
            }
            one.consume(length);
            other.consume(length);
        }
    }

    /// Copies a file or link below it to a free place in a repository's directory, where only those may read it who share
    /// the repository, and waits until the copy is on the disk. A program stays one.
    ///
    /// # Errors
    /// Action; the copy does not exist then.
    pub fn copy(&self, path: &RepoPath, to: &FilePlace, sharing: Sharing) -> Result<()> {
        let failed =
            |error| Error::action(format!("failed to copy `{}`", path.seen_from_root())).cause(error);
        let status = self.existing(path).map_err(failed)?;
        if status.kind == FileKind::Link {
            return to.make_link(&self.read_link(path).map_err(failed)?);
        }
        let is_program = status.mode & 0o100 != 0;
        let access = if is_program { Access::private_program(sharing) } else { Access::private(sharing) };
        to.copy(&self.open_file(path).map_err(failed)?, access)
    }

    /// What an entry below it is; `None` if it does not exist or cannot be looked at.
    #[must_use]
    pub fn kind_of(&self, path: &RepoPath) -> Option<FileKind> {
        Some(self.status_of(path).ok()??.kind)
    }

    /// What is known of an entry below it; `None` if it does not exist.
    pub(super) fn status_of(&self, path: &RepoPath) -> io::Result<Option<EntryStatus>> {
        self.within(path, |directory, name| directory.status_of(name))
    }

    fn existing(&self, path: &RepoPath) -> io::Result<EntryStatus> {
        self.status_of(path)?.ok_or(ErrorKind::NotFound.into())
    }

    /// Calls a function with the directory that holds an entry, and the entry's name.
    fn within<T>(
        &self,
        path: &RepoPath,
        call: impl FnOnce(&DirectoryHandle, &[u8]) -> io::Result<T>,
    ) -> io::Result<T> {
        match path.parent().filter(|above| !above.is_root()) {
            Some(above) => call(&open_below(&self.handle, &above)?, path.name()),
            None => call(&self.handle, path.name()),
        }
    }
}
