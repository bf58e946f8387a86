//! Creating directories, and linking, renaming and deleting single files. No link is followed, and nothing is
//! overwritten except by [`rename`].
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::directory::DirectoryHandle;
use super::own_names::STAGING_PREFIX;
use crate::env::before_change;
use crate::error::{Error, Result};
use crate::git::Sharing;
use crate::path::{RepoPath, display};

/// Creates a directory and its parents if they do not exist.
///
/// # Errors
/// Action if it does not exist afterwards.
pub fn make_directory(path: &Path) -> Result<()> {
    before_change();
    fs::create_dir_all(path).map_err(failed("make", path))
}

/// Creates a directory and its parents if they do not exist; those that it creates are for their owner alone.
///
/// # Errors
/// Action if it does not exist afterwards.
pub fn make_private_directory(path: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    before_change();
    builder.create(path).map_err(failed("make", path))
}

/// Creates a directory and its parents below `root`, no part of which may be a link. What others may do in them is what
/// the umask leaves and how the repository is shared.
///
/// # Errors
/// Action if it does not exist afterwards.
pub fn make_directory_below(root: &Path, path: &RepoPath, sharing: Sharing) -> Result<()> {
    let make = |above: DirectoryHandle, name: &[u8]| -> io::Result<DirectoryHandle> {
        match above.make_child(name, 0o777) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let child = above.open_child(name)?;
        let mode = child.status()?.mode;
        let shared = sharing.directory_mode(mode);
        if shared != mode {
            // Only the owner may; who cannot has what others gave him.
            let _ = child.set_mode(shared);
        }
        Ok(child)
    };
    let made = DirectoryHandle::open(root).and_then(|root| path.components().try_fold(root, make));
    made.map(drop).map_err(failed("make", &path.to_path(root)))
}

/// Deletes the temporary files that killed runs have left in a directory in which nobody else writes now. One that cannot
/// be deleted stays.
pub fn remove_temporary_files(directory: &Path) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let is_own = entry.file_name().to_string_lossy().starts_with(STAGING_PREFIX);
        if is_own && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            before_change();
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Gives a file or link a second name and keeps the first, so that one of the two exists at any time.
///
/// # Errors
/// Action if the second name exists or cannot be created.
pub fn add_name(path: &Path, second: &Path) -> Result<()> {
    let made = match fs::read_link(path) {
        Ok(target) => make_link(&target, second),
        Err(_) => fs::hard_link(path, second),
    };
    made.map_err(failed("keep", path))
}

/// What a symbolic link points to, as written; `None` if it is no link.
#[must_use]
pub fn link_target(path: &Path) -> Option<PathBuf> {
    fs::read_link(path).ok()
}

/// Renames a file or link; an existing file with the new name is replaced atomically.
///
/// # Errors
/// Action; both are unchanged then.
pub fn rename(from: &Path, to: &Path) -> Result<()> {
    before_change();
    fs::rename(from, to).map_err(failed("rename", from))
}

/// Deletes a file or link; it is no error if it does not exist.
///
/// # Errors
/// Action if it still exists.
pub fn remove_file(path: &Path) -> Result<()> {
    before_change();
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Deletes an empty directory.
///
/// # Errors
/// Action if it still exists.
pub fn remove_empty_directory(path: &Path) -> Result<()> {
    before_change();
    fs::remove_dir(path).map_err(failed("remove", path))
}

fn failed(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = display(path);
    move |error| Error::action(format!("failed to {what} `{path}`")).cause(error)
}

#[cfg(unix)]
pub(super) fn make_link(target: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(not(unix))]
pub(super) fn make_link(target: &Path, link: &Path) -> std::io::Result<()> {
    std::os::windows::fs::symlink_file(target, link)
}
