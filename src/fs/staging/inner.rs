//! Building the content of a directory that already exists, and stays: it may be a mount point, which nothing can be renamed
//! over, or have attributes, a mode and an owner that somebody gave it.
//!
//! The staging directory is in the directory itself, so that both are on the same file system whatever is mounted there.
//! Its content is moved up entry by entry, `pyvenv.cfg` last: until then the directory is no environment. What is moved is
//! listed first, so that [`InnerStaging::recover`] knows what a killed run has moved, and deletes nothing else.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::files::{
    MARKER_LIMIT, MOVED, NEW, create_with_new, delete, each_left_over, has_only_first_files, is_for,
    is_taken, open_marker,
};
use crate::env::stop_point;
use crate::error::{Error, Result};
use crate::fs::directory::DirectoryHandle;
use crate::fs::listing::is_placeholder;
use crate::fs::open_directory::OpenDirectory;
use crate::fs::remove::SETTINGS_FILE;
use crate::order::Arrange as _;
use crate::path::display;

/// A staging directory in the directory that is filled. Dropping it deletes it and what is in it.
#[derive(Debug)]
pub struct InnerStaging {
    target: DirectoryHandle,
    /// The name of the staging directory in the target.
    pub(super) name: Vec<u8>,
    directory: DirectoryHandle,
    new: OpenDirectory,
    path: PathBuf,
    /// Locked while it is open.
    _marker: File,
}

/// An entry of the target that came from a staging directory.
struct MovedEntry {
    name: Vec<u8>,
    /// The inode number, which the move does not change; 0 where the system has none.
    inode: u64,
}

impl InnerStaging {
    /// Creates a staging directory in a directory that exists.
    ///
    /// # Errors
    /// Action if something cannot be written; nothing is left behind then.
    pub fn create(target: &Path) -> Result<Self> {
        let failed =
            |error: io::Error| Error::action(format!("failed to prepare `{}`", display(target))).cause(error);
        let opened = DirectoryHandle::open_no_follow(target).map_err(failed)?;
        let (name, directory, new, marker) = create_with_new(&opened, target).map_err(failed)?;
        let (new, path) = (OpenDirectory::from(new), target.to_path_buf());
        Ok(Self { target: opened, name, directory, new, path, _marker: marker })
    }

    /// The directory whose content will be moved to the target; empty at first.
    #[must_use]
    pub fn new_directory(&self) -> &OpenDirectory {
        &self.new
    }

    /// Moves the new content to the target, if nothing but files that keep a directory in git are there; such a file stays
    /// if the new content has one of that name. Returns whether it did.
    ///
    /// # Errors
    /// Action if the system refuses; the target is then what it was before.
    pub fn commit(self) -> Result<bool> {
        let refused = |error: io::Error| {
            Error::action(format!("failed to move the new content to `{}`", display(&self.path))).cause(error)
        };
        let there = self.target.list_shared().map_err(refused)?;
        if there.iter().any(|entry| entry.name != self.name && !is_placeholder(entry)) {
            return Ok(false);
        }
        let is_kept = |name: &[u8]| there.iter().any(|entry| entry.name == name);
        let entries = self.entries().map_err(refused)?;
        let entries: Vec<MovedEntry> = entries.into_iter().filter(|entry| !is_kept(&entry.name)).collect();
        self.announce(&entries).map_err(refused)?;
        for (number, entry) in entries.iter().enumerate() {
            stop_point(if entry.name == SETTINGS_FILE { "all-but-settings-moved" } else { "entry-moved" });
            let moved = self.new.handle.rename_to_free(&entry.name, &self.target, &entry.name);
            let Err(error) = moved else { continue };
            entries[..number].iter().for_each(|entry| self.take_back(entry));
            return if is_taken(&error) { Ok(false) } else { Err(refused(error)) };
        }
        stop_point("filled");
        Ok(true)
    }

    /// The entries of the new content in the order in which they are moved: the file that hides it from git is the first,
    /// the one that makes it an environment the last.
    fn entries(&self) -> io::Result<Vec<MovedEntry>> {
        let mut entries = Vec::new();
        for entry in self.new.handle.list_shared()? {
            let status = self.new.handle.status_of(&entry.name)?.ok_or(ErrorKind::NotFound)?;
            entries.push(MovedEntry { inode: status.stamp.inode, name: entry.name });
        }
        entries
            .arrange_by(|a, b| (a.name == SETTINGS_FILE, &a.name).cmp(&(b.name == SETTINGS_FILE, &b.name)));
        Ok(entries)
    }

    /// Lists what will be moved.
    fn announce(&self, entries: &[MovedEntry]) -> io::Result<()> {
        let lines = entries.iter().flat_map(|entry| {
            let number = entry.inode.to_string().into_bytes();
            [number, b" ".to_vec(), entry.name.clone(), b"\0".to_vec()]
        });
        let lines: Vec<u8> = lines.flatten().collect();
        self.directory.create_entry(MOVED, 0o600)?.write_all(&lines)
    }

    /// Moves an entry back, if it still is the one that was moved.
    fn take_back(&self, entry: &MovedEntry) {
        take_back(&self.target, entry, &self.new.handle);
    }

    /// Cleans up in a directory after killed runs that filled it: takes back what they have moved, unless all was, and
    /// deletes their staging directories. Keeps those that another process uses, and those for which `is_kept` returns
    /// true.
    pub(super) fn recover(target: &Path, is_kept: &dyn Fn(&Path) -> bool) {
        let Ok(opened) = DirectoryHandle::open_no_follow(target) else { return };
        each_left_over(&opened, target, is_kept, |name, directory| {
            recover_one(&opened, name, &directory, target);
        });
    }
}

impl Drop for InnerStaging {
    fn drop(&mut self) {
        delete(&self.target, &self.name, &self.directory);
    }
}

/// Cleans up after one killed run, if it worked for this target.
fn recover_one(opened: &DirectoryHandle, name: &[u8], directory: &DirectoryHandle, target: &Path) {
    let Some(mut marker) = open_marker(directory) else {
        if has_only_first_files(directory) {
            delete(opened, name, directory);
        }
        return;
    };
    // Locked until the end, so that no other process deletes the same directory.
    if !is_for(&mut marker, target) || marker.try_lock().is_err() {
        return;
    }
    let entries = announced(directory);
    let is_there = |entry: &MovedEntry| is_entry(opened, entry);
    if !entries.iter().any(|entry| entry.name == SETTINGS_FILE && is_there(entry)) {
        let Ok(new) = directory.open_child(NEW) else { return };
        entries.iter().for_each(|entry| take_back(opened, entry, &new));
    }
    delete(opened, name, directory);
}

/// What a killed run was about to move.
fn announced(directory: &DirectoryHandle) -> Vec<MovedEntry> {
    let mut listed = Vec::new();
    let opened = directory.open_regular(MOVED);
    let read = opened.and_then(|file| file.take(MARKER_LIMIT).read_to_end(&mut listed));
    if read.is_err() {
        return Vec::new();
    }
    let entries = listed.split(|byte| *byte == 0).filter_map(|line| {
        let space = line.iter().position(|byte| *byte == b' ')?;
        let (number, name) = (line.get(..space)?, line.get(space + 1..)?);
        let inode = std::str::from_utf8(number).ok()?.parse().ok()?;
        let is_name = !name.is_empty() && name != b"." && name != b".." && !name.contains(&b'/');
        is_name.then(|| MovedEntry { name: name.to_vec(), inode })
    });
    entries.collect()
}

/// Whether an entry of this directory is the one that was moved there.
fn is_entry(directory: &DirectoryHandle, entry: &MovedEntry) -> bool {
    let status = directory.status_of(&entry.name);
    status.is_ok_and(|status| status.is_some_and(|status| status.stamp.inode == entry.inode))
}

/// Moves an entry back to the directory that it came from, if it still is the one that was moved.
fn take_back(target: &DirectoryHandle, entry: &MovedEntry, new: &DirectoryHandle) {
    if is_entry(target, entry) {
        // What cannot be moved back stays, and is no environment.
        let _ = target.rename_to_free(&entry.name, new, &entry.name);
    }
}
