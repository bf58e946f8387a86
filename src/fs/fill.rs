//! Fills a new directory.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::borrow::Cow;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::sync_channel;

use super::Store;
use super::entry::make_link;
use crate::error::{Error, Result};
use crate::path::{RepoPath, bytes_to_path};

/// As many files as are worth another thread.
const MANY: usize = 64;
/// How many contents may be ready and not written.
const AHEAD: usize = 32;

/// A file to be made.
#[derive(Debug)]
pub struct NewFile<'f> {
    /// Where, in the directory.
    pub path: &'f RepoPath,
    /// It is a program.
    pub executable: bool,
    /// What is in it.
    pub bytes: Cow<'f, [u8]>,
    /// Where it is kept for the next environment, and under which name.
    pub kept: Option<(&'f Store, &'f str)>,
}

/// Makes directories, outer ones first.
///
/// # Errors
/// Action if one is there already or cannot be made.
pub fn new_directories(root: &Path, directories: &[RepoPath]) -> Result<()> {
    directories.iter().try_for_each(|path| fs::create_dir(path.to_path(root)).map_err(failed(path)))
}

/// Makes a symbolic link.
///
/// # Errors
/// Action if something has its name or it cannot be made.
pub fn new_link(root: &Path, path: &RepoPath, target: &[u8]) -> Result<()> {
    make_link(&bytes_to_path(target), &path.to_path(root)).map_err(failed(path))
}

/// Makes files, in this order. Of many the contents are got ready by another thread while one writes: several that
/// write at once wait for each other in the file system.
///
/// # Errors
/// Action if something has the name of one or it cannot be written; whatever `content` fails with.
pub fn new_files<'f, T: Sync>(
    root: &Path,
    files: &'f [T],
    content: impl Fn(&'f T) -> Result<NewFile<'f>> + Send,
) -> Result<()> {
    if files.len() < MANY {
        return files.iter().try_for_each(|file| new_file(root, &content(file)?));
    }
    std::thread::scope(|scope| {
        let (ready, next) = sync_channel(AHEAD);
        // When writing fails there is nobody left to send to, and this ends too.
        scope.spawn(move || files.iter().try_for_each(|file| ready.send(content(file))));
        next.iter().try_for_each(|file| new_file(root, &file?))
    })
}

/// Makes a file. Nothing is synced: a directory that is not finished when the power fails is made anew.
///
/// # Errors
/// Action if something has its name or it cannot be written.
pub fn new_file(root: &Path, file: &NewFile<'_>) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if file.executable { 0o777 } else { 0o666 });
    let path = file.path.to_path(root);
    if file.kept.is_some_and(|(store, name)| store.keep(name, &file.bytes, &path)) {
        return Ok(());
    }
    let written = options.open(&path).and_then(|mut open| open.write_all(&file.bytes));
    written.map_err(failed(file.path))
}

fn failed(path: &RepoPath) -> impl FnOnce(std::io::Error) -> Error {
    move |error| Error::action(format!("failed to make `{path}` in the new directory")).cause(error)
}
