//! Creating the content of a new directory. Nothing that exists is overwritten.
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::borrow::Cow;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::UNIX_EPOCH;

use super::entry::make_link;
use super::link_cache::{CachedName, LinkCache, modification_of};
use crate::error::{Error, Result};
use crate::path::{RepoPath, bytes_to_path};

/// The number of files from which on a second thread pays off.
const MANY: usize = 64;
/// How many contents may wait to be written.
const MAX_WAITING: usize = 32;

/// A file to create.
#[derive(Debug)]
pub struct NewFile<'f> {
    /// Its path in the directory.
    pub path: &'f RepoPath,
    /// Whether it is executable.
    pub executable: bool,
    /// Its content.
    pub bytes: Cow<'f, [u8]>,
    /// The hash of its content, if its modification time is to be derived from it: every environment that has the file
    /// then has the same time, and other content another.
    pub hash: Option<&'f str>,
    /// The cache that it is added to, and its name there.
    pub cached: Option<(&'f LinkCache, CachedName<'f>)>,
}

/// Creates directories; parents come before their children.
///
/// # Errors
/// Action if one exists or cannot be created.
pub fn new_directories(root: &Path, directories: &[RepoPath]) -> Result<()> {
    directories.iter().try_for_each(|path| fs::create_dir(path.to_path(root)).map_err(failed(path)))
}

/// Creates a symbolic link.
///
/// # Errors
/// Action if the path exists or the link cannot be created.
pub fn new_link(root: &Path, path: &RepoPath, target: &[u8]) -> Result<()> {
    make_link(&bytes_to_path(target), &path.to_path(root)).map_err(failed(path))
}

/// Creates files in this order. If there are many, another thread prepares their contents while this one writes; more
/// threads that write would only wait for each other in the file system.
///
/// # Errors
/// Action if a file exists or cannot be written; any error of `content`.
pub fn new_files<'f, T: Sync>(
    root: &Path,
    files: &'f [T],
    content: impl Fn(&'f T) -> Result<NewFile<'f>> + Sync,
) -> Result<()> {
    if files.len() < MANY {
        return files.iter().try_for_each(|file| new_file(root, &content(file)?));
    }
    thread::scope(|scope| {
        let (ready, next) = sync_channel(MAX_WAITING);
        let content = &content;
        let prepare = move || files.iter().try_for_each(|file| ready.send(content(file)));
        // If writing fails, the receiver is dropped, sending fails, and this thread ends too.
        if thread::Builder::new().spawn_scoped(scope, prepare).is_err() {
            return files.iter().try_for_each(|file| new_file(root, &content(file)?));
        }
        next.iter().try_for_each(|file| new_file(root, &file?))
    })
}

/// Creates a file. It is not synced: a directory that is incomplete after a power failure is created again.
///
/// # Errors
/// Action if the file exists or cannot be written.
pub fn new_file(root: &Path, file: &NewFile<'_>) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if file.executable { 0o777 } else { 0o666 });
    let path = file.path.to_path(root);
    if file.cached.is_some_and(|(cache, name)| cache.add(&name, &file.bytes, &path)) {
        return Ok(());
    }
    let written = options.open(&path).and_then(|mut open| {
        open.write_all(&file.bytes)?;
        file.hash.map_or(Ok(()), |hash| open.set_modified(UNIX_EPOCH + modification_of(hash)))
    });
    written.map_err(failed(file.path))
}

fn failed(path: &RepoPath) -> impl FnOnce(std::io::Error) -> Error {
    move |error| Error::action(format!("failed to create `{path}` in the new directory")).cause(error)
}
