//! Room on a disk that is kept free for what has to be written later.

use std::io::Write;
use std::path::Path;

use super::directory::DirectoryHandle;
use super::place::with_new_name;
use crate::error::{Error, Result};
use crate::path::display;

/// A file that holds room until this value is dropped. A killed run leaves it as a temporary file.
#[derive(Debug)]
pub struct ReservedRoom {
    directory: DirectoryHandle,
    name: Vec<u8>,
}

impl ReservedRoom {
    /// Reserves so many bytes in a directory. It is not waited until they are on the disk: a file system that puts that off
    /// has counted them by then.
    ///
    /// # Errors
    /// Action if there is no room.
    pub fn in_directory(directory: &Path, bytes: usize) -> Result<Self> {
        let failed =
            |error| Error::action(format!("failed to reserve room in `{}`", display(directory))).cause(error);
        let opened = DirectoryHandle::open_no_follow(directory).map_err(failed)?;
        let (name, mut file) = with_new_name(|name| opened.create_entry(name, 0o600)).map_err(failed)?;
        let room = Self { directory: opened, name };
        file.write_all(&vec![0; bytes]).map_err(failed)?;
        Ok(room)
    }
}

impl Drop for ReservedRoom {
    fn drop(&mut self) {
        let _ = self.directory.remove_entry(&self.name);
    }
}
