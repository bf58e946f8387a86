//! Directory handles that are paths, for systems where no descriptor of a directory can be used.
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::entry::{DirectoryEntry, EntryStatus, FileKind, FileSize, FileStamp};
use crate::fs::entry::make_link;
use crate::fs::metadata::Identity;
use crate::path::{RepoPath, bytes_to_path, path_to_bytes};

/// A directory; it is opened when it is listed.
#[derive(Debug)]
pub(in crate::fs) struct DirectoryHandle(PathBuf);

impl DirectoryHandle {
    /// The directory at a path, which may be a link to one.
    pub(in crate::fs) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(path.to_path_buf()))
    }

    /// The directory at a path; a link is an error.
    pub(in crate::fs) fn open_no_follow(path: &Path) -> io::Result<Self> {
        let is_directory = fs::symlink_metadata(path)?.is_dir();
        if is_directory { Self::open(path) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    /// A subdirectory; a link is an error.
    pub(in crate::fs) fn open_child(&self, name: &[u8]) -> io::Result<Self> {
        Self::open_no_follow(&self.0.join(bytes_to_path(name)))
    }

    /// This system has no such call.
    pub(in crate::fs) fn open_path(&self, _: &RepoPath) -> Option<Self> {
        None
    }

    /// Mount points are links here, and never opened as subdirectories.
    pub(in crate::fs) fn is_mounted(&self, _: &Self) -> io::Result<bool> {
        Ok(false)
    }

    /// The entries of the directory, in no order.
    pub(in crate::fs) fn list(&mut self) -> io::Result<Vec<DirectoryEntry>> {
        let entries = fs::read_dir(&self.0)?.map(|entry| {
            let entry = entry?;
            Ok(DirectoryEntry {
                name: path_to_bytes(Path::new(&entry.file_name())),
                kind: kind(entry.file_type()?),
            })
        });
        entries.collect()
    }

    /// Calls a function with each entry, and with what is known of those that `looks_at` accepts.
    pub(in crate::fs) fn read_once(
        &self,
        looks_at: impl Fn(&[u8], FileKind) -> bool,
        mut call: impl FnMut(&[u8], FileKind, Option<EntryStatus>),
    ) -> io::Result<()> {
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            let (name, kind) = (path_to_bytes(Path::new(&entry.file_name())), kind(entry.file_type()?));
            let found = looks_at(&name, kind).then(|| entry.metadata().ok()).flatten();
            call(&name, kind, found.as_ref().map(entry_status));
        }
        Ok(())
    }

    /// Whether it belongs to another user: unknown here.
    pub(in crate::fs) fn is_of_other_user(&self) -> bool {
        false
    }

    /// The size of an entry.
    pub(in crate::fs) fn size_of(&self, name: &[u8]) -> io::Result<FileSize> {
        let metadata = fs::symlink_metadata(self.0.join(bytes_to_path(name)))?;
        let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let modified = modified.map_or(0, |age| i64::try_from(age.as_secs()).unwrap_or(i64::MAX));
        let kind = kind(metadata.file_type());
        Ok(FileSize { kind, bytes: metadata.len(), shared: None, links: 1, modified })
    }

    /// As [`DirectoryHandle::list`], for a handle that several threads use.
    pub(in crate::fs) fn list_shared(&self) -> io::Result<Vec<DirectoryEntry>> {
        Self(self.0.clone()).list()
    }

    /// The size of the regular file that a path below it leads to, through links; `None` if it leads to something else.
    pub(in crate::fs) fn target_size(&self, path: &[u8]) -> io::Result<Option<u64>> {
        let metadata = fs::metadata(self.path_of(path))?;
        Ok(metadata.is_file().then(|| metadata.len()))
    }

    /// Opens for reading what a path below it leads to, through links.
    pub(in crate::fs) fn open_target(&self, path: &[u8]) -> io::Result<File> {
        File::open(self.path_of(path))
    }

    /// One more handle of the same directory.
    pub(in crate::fs) fn duplicate(&self) -> io::Result<Self> {
        Ok(Self(self.0.clone()))
    }

    /// Unknown here.
    pub(in crate::fs) fn identity(&self) -> io::Result<Option<Identity>> {
        Ok(None)
    }
}

/// Single entries. No link is followed.
impl DirectoryHandle {
    /// The path of an entry.
    pub(in crate::fs) fn path_of(&self, name: &[u8]) -> PathBuf {
        self.0.join(bytes_to_path(name))
    }

    /// What is known of an entry; `None` if it does not exist.
    pub(in crate::fs) fn status_of(&self, name: &[u8]) -> io::Result<Option<EntryStatus>> {
        match fs::symlink_metadata(self.path_of(name)) {
            Ok(metadata) => Ok(Some(entry_status(&metadata))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Opens a file for reading.
    pub(in crate::fs) fn open_entry(&self, name: &[u8]) -> io::Result<File> {
        open_file(&self.path_of(name), false)
    }

    /// Creates a file for writing. It is an error if something exists there.
    pub(in crate::fs) fn create_entry(&self, name: &[u8], _: u32) -> io::Result<File> {
        File::create_new(self.path_of(name))
    }

    /// Opens a file for appending, and creates it if it does not exist.
    pub(in crate::fs) fn append_to_entry(&self, name: &[u8], _: u32) -> io::Result<File> {
        match self.status_of(name)? {
            Some(status) if status.kind == FileKind::Link => Err(io::ErrorKind::InvalidInput.into()),
            _ => OpenOptions::new().read(true).append(true).create(true).open(self.path_of(name)),
        }
    }

    /// Creates a subdirectory.
    pub(in crate::fs) fn make_child(&self, name: &[u8], _: u32) -> io::Result<()> {
        fs::create_dir(self.path_of(name))
    }

    /// Renames an entry; a file that has the new name is replaced, a link as a link.
    pub(in crate::fs) fn rename_entry(&self, name: &[u8], to: &Self, new_name: &[u8]) -> io::Result<()> {
        fs::rename(self.path_of(name), to.path_of(new_name))
    }

    /// Renames a file if nothing has the new name.
    pub(in crate::fs) fn rename_to_free(&self, name: &[u8], to: &Self, new_name: &[u8]) -> io::Result<()> {
        match to.status_of(new_name)? {
            Some(_) => Err(io::ErrorKind::AlreadyExists.into()),
            None => self.rename_entry(name, to, new_name),
        }
    }

    /// This system cannot swap entries.
    pub(in crate::fs) fn exchange(&self, _: &[u8], _: &Self, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Gives a file another name, which nothing has yet.
    pub(in crate::fs) fn link_entry(&self, name: &[u8], to: &Self, new_name: &[u8]) -> io::Result<()> {
        fs::hard_link(self.path_of(name), to.path_of(new_name))
    }

    /// What a link says.
    pub(in crate::fs) fn read_link(&self, name: &[u8]) -> io::Result<Vec<u8>> {
        Ok(path_to_bytes(&fs::read_link(self.path_of(name))?))
    }

    /// Creates a symbolic link.
    pub(in crate::fs) fn make_link(&self, path: &[u8], target: &[u8]) -> io::Result<()> {
        make_link(&bytes_to_path(target), &self.path_of(path))
    }

    /// Deletes a file or link.
    pub(in crate::fs) fn remove_entry(&self, name: &[u8]) -> io::Result<()> {
        fs::remove_file(self.path_of(name))
    }

    /// Deletes an empty subdirectory.
    pub(in crate::fs) fn remove_directory(&self, name: &[u8]) -> io::Result<()> {
        fs::remove_dir(self.path_of(name))
    }

    /// What is known of the directory itself.
    pub(in crate::fs) fn status(&self) -> io::Result<EntryStatus> {
        Ok(entry_status(&fs::metadata(&self.0)?))
    }

    /// There are no groups here.
    pub(in crate::fs) fn group_of_new(&self) -> io::Result<u32> {
        Ok(0)
    }

    /// There are no modes here.
    pub(in crate::fs) fn set_mode(&self, _: u32) -> io::Result<()> {
        Ok(())
    }

    /// Times of directories are left as they are here.
    pub(in crate::fs) fn set_time(&self, _: (i64, u32)) -> io::Result<()> {
        Ok(())
    }

    /// Times of links are left as they are here.
    pub(in crate::fs) fn set_link_time(&self, _: &[u8], _: (i64, u32)) -> io::Result<()> {
        Ok(())
    }

    /// Takes away the read-only attribute.
    pub(in crate::fs) fn make_writable(&self) -> io::Result<()> {
        let mut permissions = fs::metadata(&self.0)?.permissions();
        permissions.set_readonly(false);
        fs::set_permissions(&self.0, permissions)
    }
}

impl EntryStatus {
    /// Whether it belongs to another user: unknown here.
    pub(in crate::fs) fn is_of_other_user(&self) -> bool {
        false
    }

    /// Whether no other user can have written the file or directory: unknown here.
    pub(in crate::fs) fn is_owned(&self) -> bool {
        true
    }
}

/// What is known of an open file.
pub(in crate::fs) fn status_of_file(file: &File) -> io::Result<EntryStatus> {
    Ok(entry_status(&file.metadata()?))
}

/// There are no groups and modes here.
pub(in crate::fs) fn set_access(_: &File, _: u32, _: u32) -> io::Result<()> {
    Ok(())
}

/// There are no modes here.
pub(in crate::fs) fn set_file_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}

fn entry_status(metadata: &fs::Metadata) -> EntryStatus {
    let since = |time: io::Result<SystemTime>| {
        let since = time.ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        since.map_or((0, 0), |since| (since.as_secs() as i64, i64::from(since.subsec_nanos())))
    };
    EntryStatus {
        kind: kind(metadata.file_type()),
        stamp: FileStamp {
            device: 0,
            inode: 0,
            size: metadata.len(),
            modified: since(metadata.modified()),
            changed: since(metadata.created()),
        },
        mode: 0,
        owner: 0,
        group: 0,
        links: 1,
    }
}

fn kind(file_type: fs::FileType) -> FileKind {
    match file_type {
        kind if kind.is_symlink() => FileKind::Link,
        kind if kind.is_dir() => FileKind::Directory,
        kind if kind.is_file() => FileKind::File,
        _ => FileKind::Other,
    }
}

/// Opens a file for reading.
pub(in crate::fs) fn open_file(path: &Path, follow: bool) -> io::Result<File> {
    if !follow && fs::symlink_metadata(path)?.is_symlink() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    File::open(path)
}
