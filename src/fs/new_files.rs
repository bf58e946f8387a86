//! Creating the content of a new directory, which only this user can write into. Nothing that exists is overwritten.

use std::borrow::Cow;
use std::io::Write;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::UNIX_EPOCH;

use super::link_cache::{CachedName, LinkCache, modification_of};
use super::open_directory::OpenDirectory;
use crate::error::{Error, Result};
use crate::path::RepoPath;

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
pub fn new_directories(root: &OpenDirectory, directories: &[RepoPath]) -> Result<()> {
    let create = |path: &RepoPath| root.handle.make_child(path.as_bytes(), 0o777).map_err(failed(path));
    directories.iter().try_for_each(create)
}

/// Creates a symbolic link.
///
/// # Errors
/// Action if the path exists or the link cannot be created.
pub fn new_link(root: &OpenDirectory, path: &RepoPath, target: &[u8]) -> Result<()> {
    root.handle.make_link(path.as_bytes(), target).map_err(failed(path))
}

/// Creates files in this order. If there are many, another thread prepares their contents while this one writes; more
/// threads that write would only wait for each other in the file system.
///
/// # Errors
/// Action if a file exists or cannot be written; any error of `content`.
pub fn new_files<'f, T: Sync>(
    root: &OpenDirectory,
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
pub fn new_file(root: &OpenDirectory, file: &NewFile<'_>) -> Result<()> {
    if file.cached.is_some_and(|(cache, name)| cache.add(&name, &file.bytes, root, file.path)) {
        return Ok(());
    }
    let mode = if file.executable { 0o777 } else { 0o666 };
    let written = root.handle.create_entry(file.path.as_bytes(), mode).and_then(|mut open| {
        open.write_all(&file.bytes)?;
        file.hash.map_or(Ok(()), |hash| open.set_modified(UNIX_EPOCH + modification_of(hash)))
    });
    written.map_err(failed(file.path))
}

fn failed(path: &RepoPath) -> impl FnOnce(std::io::Error) -> Error {
    move |error| {
        Error::action(format!("failed to create `{}` in the new directory", path.seen_from_root()))
            .cause(error)
    }
}
