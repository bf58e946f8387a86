//! Files that get their name once they are complete, and that other runs can tell from what a killed run left.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use super::access::Access;
use super::directory::{DirectoryEntry, DirectoryHandle, FileKind};
use super::own_names::STAGING_PREFIX;
use super::place::FilePlace;
use crate::error::{Error, Result};
use crate::path::display;

/// A file that is being written under another name in its directory. It is deleted when it is dropped before it has got
/// its own.
#[derive(Debug)]
pub struct UnfinishedFile {
    place: FilePlace,
    temporary: Vec<u8>,
    /// Locked, so that no other run takes it for one that a killed run left.
    file: File,
    is_put: bool,
}

impl UnfinishedFile {
    /// Begins a file at a place.
    ///
    /// # Errors
    /// Action if it cannot be created.
    pub fn create(place: FilePlace, access: Access) -> Result<Self> {
        let temporary = [STAGING_PREFIX.as_bytes(), place.name()].concat();
        let directory = place.directory();
        let created = directory.create_entry(&temporary, access.creation_mode(None));
        let file = created.map_err(failed("write", place.path()))?;
        let unfinished = Self { place, temporary, file, is_put: false };
        let locked = match unfinished.file.try_lock() {
            Err(TryLockError::Error(error)) if error.kind() != ErrorKind::Unsupported => Err(error),
            _ => unfinished.place.give_access(&unfinished.file, access, None),
        };
        locked.map_err(failed("write", unfinished.place.path()))?;
        Ok(unfinished)
    }

    /// Waits until what was written is on the disk.
    ///
    /// # Errors
    /// That of the disk.
    pub fn sync(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Opens what was written for reading.
    ///
    /// # Errors
    /// That of the system.
    pub fn read_again(&self) -> io::Result<File> {
        self.place.directory().open_regular(&self.temporary)
    }

    /// Gives the file its name, which must be free, and which reaches the disk with the next sync of its directory.
    ///
    /// # Errors
    /// Action; the file does not exist then.
    pub fn put(mut self) -> Result<()> {
        let directory = self.place.directory();
        let put = directory.rename_to_free(&self.temporary, directory, self.place.name());
        put.map_err(failed("write", self.place.path()))?;
        self.is_put = true;
        Ok(())
    }
}

impl Write for &UnfinishedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&self.file).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&self.file).flush()
    }
}

impl Drop for UnfinishedFile {
    fn drop(&mut self) {
        if !self.is_put {
            let _ = self.place.directory().remove_entry(&self.temporary);
        }
    }
}

/// Deletes the files of a directory that killed runs have left unfinished. `before` is called with the name that each was
/// to have.
pub fn clear_unfinished_files(directory: &Path, before: &dyn Fn(&[u8])) {
    let Ok(directory) = DirectoryHandle::open_no_follow(directory) else { return };
    for DirectoryEntry { name, kind } in directory.list_shared().unwrap_or_default() {
        let Some(own) = name.strip_prefix(STAGING_PREFIX.as_bytes()) else { continue };
        let file = if kind == FileKind::File { directory.open_regular(&name).ok() } else { None };
        let Some(file) = file else { continue };
        if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
            continue;
        }
        before(own);
        let _ = directory.remove_entry(&name);
    }
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = display(path);
    move |error| Error::action(format!("failed to {action} `{path}`")).cause(error)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

    use std::cell::RefCell;
    use std::fs;

    use super::*;

    fn begun(directory: &Path) -> UnfinishedFile {
        let place = FilePlace::at(&directory.join("file")).expect("a place");
        let file = UnfinishedFile::create(place, Access::PRIVATE).expect("a file");
        (&file).write_all(b"half").expect("bytes");
        file
    }

    fn names(directory: &Path) -> Vec<String> {
        let names = fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry"));
        names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_is_there_whole_or_not_at_all() {
        let directory = tempfile::tempdir().expect("a directory");
        drop(begun(directory.path()));
        assert_eq!(names(directory.path()), Vec::<String>::new());
        begun(directory.path()).put().expect("a file");
        assert_eq!(names(directory.path()), ["file"]);
        begun(directory.path()).put().expect_err("the name is taken");
        assert_eq!(names(directory.path()), ["file"]);
    }

    #[test]
    fn what_a_killed_run_left_is_deleted_and_nothing_else() {
        let directory = tempfile::tempdir().expect("a directory");
        let busy = begun(directory.path());
        for name in [".git-pyenv-left", "kept"] {
            fs::write(directory.path().join(name), "").expect("a file");
        }
        fs::create_dir(directory.path().join(".git-pyenv-directory")).expect("a directory");
        let told = RefCell::new(Vec::new());
        clear_unfinished_files(directory.path(), &|name| told.borrow_mut().push(name.to_vec()));
        assert_eq!(told.into_inner(), [b"left"]);
        busy.put().expect("a file");
        let mut left = names(directory.path());
        left.sort();
        assert_eq!(left, [".git-pyenv-directory", "file", "kept"]);
    }
}
