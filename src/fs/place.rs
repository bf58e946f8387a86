//! A file that is read and written through the opened directory that it is in.
//!
//! What is looked at by its path may be something else when it is opened by its path, and a link that takes a file's
//! place in between leads a write anywhere (<https://cwe.mitre.org/data/definitions/367.html>). A [`FilePlace`] never
//! follows a link that has the file's name, and looks at what it opened.

use std::fs::File;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, ErrorKind, Seek, Write};
use std::path::{Path, PathBuf};

use super::access::Access;
use super::directory::{DirectoryHandle, EntryStatus, FileKind, FileStamp, set_access, status_of_file};
use super::metadata::{is_absence, is_absent, parent_or_current};
use super::own_names::STAGING_PREFIX;
use super::read::read_within;
use crate::env::before_change;
use crate::error::{Error, Result};
use crate::path::{RepoPath, display, path_to_bytes};

/// How often another name is tried for what is created under a new one.
const MAX_NAMES: usize = 16;

/// An opened directory, and the name of a file in it that may not exist.
#[derive(Debug)]
pub struct FilePlace {
    directory: DirectoryHandle,
    name: Vec<u8>,
    /// For messages.
    path: PathBuf,
}

/// A regular file as it was read.
#[derive(Debug, Clone)]
pub struct ReadFile {
    /// Its content.
    pub bytes: Vec<u8>,
    stamp: FileStamp,
}

/// What must be in a place for it to be written.
#[derive(Debug, Clone, Copy)]
pub enum Expected<'f> {
    /// Anything but a directory; a link is replaced.
    Anything,
    /// Nothing.
    Nothing,
    /// The file that was read, without any change since.
    Unchanged(&'f ReadFile),
}

impl FilePlace {
    /// The place at a path. Links in the directories above it are followed.
    ///
    /// # Errors
    /// Action if the directory cannot be opened or the path has no name.
    pub fn at(path: &Path) -> Result<Self> {
        let name = path.file_name().map(|name| path_to_bytes(Path::new(name)));
        let name = name.ok_or_else(|| failed("open", path)(ErrorKind::InvalidInput.into()))?;
        let directory = DirectoryHandle::open(parent_or_current(path)).map_err(failed("open", path))?;
        Ok(Self { directory, name, path: path.to_path_buf() })
    }

    /// The place at a path below a directory, no part of which may be a link.
    ///
    /// # Errors
    /// Action if a directory above it does not exist, is a link or cannot be opened.
    pub fn below(root: &Path, path: &RepoPath) -> Result<Self> {
        let shown = path.to_path(root);
        let above = path.parent().unwrap_or_default();
        let directory = DirectoryHandle::open(root).and_then(|root| open_below(&root, &above));
        let directory = directory.map_err(failed("open", &shown))?;
        Ok(Self { directory, name: path.name().to_vec(), path: shown })
    }

    /// Reads the file; `None` if nothing exists there.
    ///
    /// # Errors
    /// Action if it is not a regular file, has more than `limit` bytes, or cannot be read.
    pub fn read(&self, limit: u64) -> Result<Option<ReadFile>> {
        let Some(found) = self.status().map_err(failed("read", &self.path))? else { return Ok(None) };
        self.require_file("read", found.kind)?;
        let read = || -> io::Result<(FileKind, ReadFile)> {
            let file = self.directory.open_entry(&self.name)?;
            let status = status_of_file(&file)?;
            let bytes = match status.kind {
                FileKind::File => read_within(&file, status.stamp.size, limit)?,
                _ => Vec::new(),
            };
            Ok((status.kind, ReadFile { bytes, stamp: status.stamp }))
        };
        match read() {
            Ok((kind, file)) => self.require_file("read", kind).map(|()| Some(file)),
            Err(error) if is_absence(&error) => Ok(None),
            Err(error) => Err(failed("read", &self.path)(error)),
        }
    }

    /// Writes the file: a temporary file first, which is synced and then renamed. It is created in the directory
    /// `staging` if that is on the same file system, else beside the file.
    ///
    /// # Errors
    /// Action if something else is there than expected, or it cannot be written; nothing has changed then.
    pub fn write(
        &self,
        bytes: &[u8],
        access: Access,
        staging: Option<&Path>,
        expected: Expected<'_>,
    ) -> Result<()> {
        self.fill(|file| file.write_all(bytes), access, staging, expected)
    }

    /// Writes a copy of an open file, from its start, to this place, which must be free.
    ///
    /// # Errors
    /// As [`FilePlace::write`].
    pub(super) fn copy(&self, from: &File, access: Access) -> Result<()> {
        let copy = |to: &mut File| {
            let mut from = from;
            from.rewind().and_then(|()| io::copy(&mut from, to)).map(drop)
        };
        self.fill(copy, access, None, Expected::Nothing)
    }

    /// Creates a symbolic link at this place, which must be free.
    ///
    /// # Errors
    /// Action if it cannot be created.
    pub(super) fn make_link(&self, target: &[u8]) -> Result<()> {
        self.directory.make_link(&self.name, target).map_err(failed("write", &self.path))
    }

    /// As [`FilePlace::write`]; `content` writes the content.
    fn fill(
        &self,
        content: impl Fn(&mut File) -> io::Result<()>,
        access: Access,
        staging: Option<&Path>,
        expected: Expected<'_>,
    ) -> Result<()> {
        let before = self.status().map_err(failed("write", &self.path))?;
        let before = before.filter(|before| before.kind == FileKind::File);
        let mode = access.creation_mode(before.map(|before| before.mode));
        let fill = |file: &mut File| {
            before_change();
            content(file)?;
            self.give_access(file, access, before)?;
            before_change();
            file.sync_all()
        };
        let in_staging = staging
            .and_then(|staging| DirectoryHandle::open(staging).ok())
            .map(|staging| self.replace_from(&staging, mode, expected, fill));
        let written = match in_staging {
            Some(Ok(is_written)) => Ok(is_written),
            // The staging directory is on another file system or not writable.
            _ => self.replace_from(&self.directory, mode, expected, fill),
        };
        match written {
            Ok(true) => Ok(()),
            Ok(false) => Err(self.changed()),
            Err(error) => Err(failed("write", &self.path)(error)),
        }
    }

    /// Appends to the file, creates it if it does not exist, and waits until the bytes are on the disk.
    ///
    /// # Errors
    /// Action; some of the bytes may have been written then.
    pub fn append(&self, bytes: &[u8], access: Access) -> Result<()> {
        let mut file = self.open_to_append("write", access)?;
        before_change();
        let written = file.write_all(bytes).and_then(|()| {
            before_change();
            file.sync_all()
        });
        written.map_err(failed("write", &self.path))
    }

    /// Deletes the file if it is what was read.
    ///
    /// # Errors
    /// Action if it is something else or cannot be deleted.
    pub fn remove(&self, expected: &ReadFile) -> Result<()> {
        if !self.is_as_expected(Expected::Unchanged(expected)).map_err(failed("remove", &self.path))? {
            return Err(self.changed());
        }
        self.directory.remove_entry(&self.name).map_err(failed("remove", &self.path))
    }

    /// Opens the file for appending, or creates it.
    pub(super) fn open_to_append(&self, action: &'static str, access: Access) -> Result<File> {
        let opened = self.try_open_to_append(access);
        let found = self.status().ok().flatten();
        match (opened, found) {
            // The reason for an error, or a device that was opened without one.
            (_, Some(found)) if found.kind != FileKind::File => Err(self.refused(action, found.kind)),
            (opened, _) => opened.map_err(failed(action, &self.path)),
        }
    }

    /// As [`FilePlace::open_to_append`], with the system's error.
    pub(super) fn try_open_to_append(&self, access: Access) -> io::Result<File> {
        let file = self.directory.append_to_entry(&self.name, access.creation_mode(None))?;
        let status = status_of_file(&file)?;
        if status.kind != FileKind::File {
            return Err(ErrorKind::InvalidInput.into());
        }
        let mode = access.mode(status.mode, None);
        if mode != status.mode {
            // Only the owner may; who cannot has what others gave him.
            let _ = set_access(&file, status.group, mode);
        }
        Ok(file)
    }

    /// Opens the file for reading, if it is a regular one.
    pub(super) fn try_open(&self) -> io::Result<File> {
        self.directory.open_regular(&self.name)
    }

    /// The kind of what is there; `None` if nothing is.
    pub(super) fn kind(&self) -> Option<FileKind> {
        Some(self.status().ok()??.kind)
    }

    /// The error for something that is no regular file.
    pub(super) fn refused(&self, action: &str, kind: FileKind) -> Error {
        let what = match kind {
            FileKind::Link => "a symlink",
            FileKind::Directory => "a directory",
            _ => "not a regular file",
        };
        Error::action(format!("refusing to {action} `{}`: it is {what}", display(&self.path)))
    }

    fn require_file(&self, action: &str, kind: FileKind) -> Result<()> {
        if kind == FileKind::File { Ok(()) } else { Err(self.refused(action, kind)) }
    }

    fn changed(&self) -> Error {
        Error::action(format!("`{}` was changed by another process", display(&self.path))).hint("try again")
    }

    /// What is known of what is there; `None` if nothing is.
    pub(super) fn status(&self) -> io::Result<Option<EntryStatus>> {
        self.directory.status_of(&self.name)
    }

    fn is_as_expected(&self, expected: Expected<'_>) -> io::Result<bool> {
        Ok(match expected {
            Expected::Anything => true,
            Expected::Nothing => self.status()?.is_none(),
            Expected::Unchanged(read) => self.status()?.is_some_and(|status| {
                status.kind == FileKind::File && status.stamp.has_same_content(read.stamp)
            }),
        })
    }

    /// The directory.
    pub(super) fn directory(&self) -> &DirectoryHandle {
        &self.directory
    }

    /// The name in it.
    pub(super) fn name(&self) -> &[u8] {
        &self.name
    }

    /// The path, for messages.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives a temporary file the permissions and the group that it is to have in this place.
    pub(super) fn give_access(
        &self,
        file: &File,
        access: Access,
        before: Option<EntryStatus>,
    ) -> io::Result<()> {
        let group = match before.filter(|_| access.keeps()) {
            Some(before) => before.group,
            None => self.directory.group_of_new()?,
        };
        let created = status_of_file(file)?.mode;
        set_access(file, group, access.mode(created, before.map(|before| before.mode)))
    }

    /// Fills a temporary file in a directory and renames it to this place; `false` if something else is there than
    /// expected.
    fn replace_from(
        &self,
        staging: &DirectoryHandle,
        mode: u32,
        expected: Expected<'_>,
        fill: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> io::Result<bool> {
        through_temporary_file(staging, mode, fill, |name| match expected {
            Expected::Nothing => match staging.rename_to_free(name, &self.directory, &self.name) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
                renamed => renamed.map(|()| true),
            },
            _ if !self.is_as_expected(expected)? => Ok(false),
            _ => staging.rename_entry(name, &self.directory, &self.name).map(|()| true),
        })
    }
}

/// Reads a whole regular file, without following a link; `None` if it does not exist.
///
/// # Errors
/// Action if it is a link, a directory or a device, has more than `limit` bytes, or cannot be read.
pub fn read_regular(path: &Path, limit: u64) -> Result<Option<Vec<u8>>> {
    if is_absent(path) {
        return Ok(None);
    }
    Ok(FilePlace::at(path)?.read(limit)?.map(|file| file.bytes))
}

/// Creates a file in a directory, fills it, and puts it where it belongs by its name; returns what `put` says, whether it
/// did. The file is deleted if it did not, or after an error. Its mode loses the bits of the umask.
pub(super) fn through_temporary_file(
    directory: &DirectoryHandle,
    mode: u32,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
    put: impl FnOnce(&[u8]) -> io::Result<bool>,
) -> io::Result<bool> {
    let (name, mut file) = with_new_name(|name| directory.create_entry(name, mode))?;
    let is_put = fill(&mut file).and_then(|()| put(&name));
    if !matches!(is_put, Ok(true)) {
        let _ = directory.remove_entry(&name);
    }
    is_put
}

/// Creates something under a name that nobody can know before; returns the name too.
pub(super) fn with_new_name<T>(create: impl Fn(&[u8]) -> io::Result<T>) -> io::Result<(Vec<u8>, T)> {
    let mut tries = 0;
    loop {
        let name =
            format!("{STAGING_PREFIX}{:016x}", RandomState::new().build_hasher().finish()).into_bytes();
        match create(&name) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists && tries < MAX_NAMES => tries += 1,
            created => return Ok((name, created?)),
        }
    }
}

/// Opens a directory below another; a link on the way is an error.
pub(super) fn open_below(root: &DirectoryHandle, path: &RepoPath) -> io::Result<DirectoryHandle> {
    let mut names = path.components();
    let Some(first) = names.next() else { return root.duplicate() };
    // Where this fails, it is said at which name.
    if let Some(opened) = path.parent().filter(|above| !above.is_root()).and_then(|_| root.open_path(path)) {
        return Ok(opened);
    }
    names.try_fold(root.open_child(first)?, |above, name| above.open_child(name))
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = display(path);
    move |error| Error::action(format!("failed to {action} `{path}`")).cause(error)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "it makes what is opened")]

    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn no_link_on_the_way_is_followed() {
        let directory = tempfile::tempdir().expect("a directory");
        let top = directory.path();
        fs::create_dir_all(top.join("a/b/c")).expect("directories");
        symlink("b", top.join("a/link")).expect("a link");
        symlink("c", top.join("a/b/last")).expect("a link");
        fs::write(top.join("a/file"), "").expect("a file");
        let root = DirectoryHandle::open(top).expect("a directory");
        let opened = |path: &str| open_below(&root, &RepoPath::new(path.as_bytes()).expect("a path"));
        for path in ["", "a", "a/b", "a/b/c"] {
            let found = opened(path).and_then(|found| found.identity()).expect("a directory");
            let expected = DirectoryHandle::open(&top.join(path)).and_then(|found| found.identity());
            assert_eq!(found, expected.expect("a directory"), "{path}");
        }
        for path in ["a/link/c", "a/b/last", "a/link", "a/file", "a/none/c", "none"] {
            opened(path).map(drop).expect_err(path);
        }
    }
}
