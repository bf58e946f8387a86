//! Making directories, giving files other names and taking names away. Nothing here follows a link or overwrites what
//! it was not told to.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::fs;
use std::path::Path;

use crate::error::{Error, Result};
use crate::path::display;

/// Makes a directory and those above it.
///
/// # Errors
/// Action if it is not there afterwards.
pub fn make_directory(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(failed("make", path))
}

/// Gives a file or link a second name beside the first, so that there is no moment without either.
///
/// # Errors
/// Action if the second name is taken or cannot be made.
pub fn add_name(path: &Path, second: &Path) -> Result<()> {
    let made = match fs::read_link(path) {
        Ok(target) => make_link(&target, second),
        Err(_) => fs::hard_link(path, second),
    };
    made.map_err(failed("keep", path))
}

/// Renames a file or link; what had the new name is replaced at the same instant.
///
/// # Errors
/// Action, with both as they were.
pub fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).map_err(failed("rename", from))
}

/// Removes a file or link; it is no error if there is none.
///
/// # Errors
/// Action if it is still there.
pub fn remove_file(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Removes a directory that holds nothing.
///
/// # Errors
/// Action if it is still there.
pub fn remove_empty_directory(path: &Path) -> Result<()> {
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
