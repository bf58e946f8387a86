//! Writing files so that a killed process leaves either the old content or the new one.
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::metadata::parent_or_current;
use super::own_names::STAGING_PREFIX;
use crate::error::{Error, Result};
use crate::path::display;

/// A file to write, new or in place of an existing one.
#[derive(Debug, Clone, Copy)]
pub struct Replacement<'a> {
    /// The new content.
    pub bytes: &'a [u8],
    /// Whether the file is executable; `None` keeps the mode of the existing file.
    pub executable: Option<bool>,
    /// A directory for the temporary file, used if it is on the same file system; otherwise the temporary file is
    /// created next to the target. A killed process leaves the temporary file there, and next to the target the next
    /// `git add .` would add it.
    pub staging: Option<&'a Path>,
    /// What to do if the path is a symbolic link.
    pub if_link: IfLink,
}

/// What to do if a path to write to is a symbolic link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfLink {
    /// Replace the file that it points to, so that a linked `.gitignore` stays a link.
    Follow,
    /// Replace the link; the file that it points to stays as it is.
    Replace,
}

/// Writes a file: to a temporary file first, which is synced and then renamed.
///
/// # Errors
/// Action; the old content is unchanged then.
pub fn write_atomically(path: &Path, replacement: Replacement<'_>) -> Result<()> {
    let target = match replacement.if_link {
        IfLink::Follow => fs::canonicalize(path).ok(),
        IfLink::Replace => None,
    };
    replace(target.as_deref().unwrap_or(path), replacement)
        .map_err(|error| Error::action(format!("failed to write `{}`", display(path))).cause(error))
}

fn replace(path: &Path, replacement: Replacement<'_>) -> io::Result<()> {
    let write_in = |directory: &Path| {
        write_and_rename(directory, path, 0o600, |file| {
            file.write_all(replacement.bytes)?;
            let old = fs::metadata(path).ok().map(|metadata| metadata.permissions());
            set_mode(file, old, replacement.executable)?;
            file.sync_all()
        })
    };
    let parent = parent_or_current(path);
    match replacement.staging.map(write_in) {
        Some(Ok(())) => Ok(()),
        // The staging directory is on another file system or not writable.
        Some(Err(_)) | None => write_in(parent),
    }
}

/// Creates a temporary file in a directory, calls `write` to fill it, and renames it to `path`. Its mode is `mode`
/// without the bits of the umask. If anything fails, the temporary file is deleted.
pub(super) fn write_and_rename(
    directory: &Path,
    path: &Path,
    mode: u32,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(STAGING_PREFIX);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = builder.tempfile_in(directory)?;
    write(file.as_file_mut())?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

#[cfg(unix)]
fn set_mode(file: &File, old: Option<fs::Permissions>, executable: Option<bool>) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = match (executable, old) {
        (Some(true), _) => 0o755,
        (None, Some(old)) => old.mode() & 0o777,
        _ => 0o644,
    };
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &File, _: Option<fs::Permissions>, _: Option<bool>) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_link_is_followed_or_replaced() {
        let top = tempfile::tempdir().expect("a directory");
        let [file, link, staging] = ["file", "link", "staging"].map(|name| top.path().join(name));
        fs::write(&file, "old").expect("a file");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("a mode");
        symlink("file", &link).expect("a link");
        fs::create_dir(&staging).expect("a directory");
        let replacement =
            Replacement { bytes: b"new", executable: None, staging: Some(&staging), if_link: IfLink::Follow };
        write_atomically(&link, replacement).expect("written");
        assert_eq!(fs::read_link(&link).expect("a link"), Path::new("file"));
        assert_eq!(fs::read(&file).expect("a file"), b"new");
        assert_eq!(fs::metadata(&file).expect("metadata").permissions().mode() & 0o777, 0o640);
        let missing = top.path().join("missing");
        let replacement = Replacement {
            bytes: b"other",
            executable: Some(true),
            staging: Some(&missing),
            if_link: IfLink::Replace,
        };
        write_atomically(&link, replacement).expect("written");
        assert!(fs::symlink_metadata(&link).expect("a file").is_file());
        assert_eq!(fs::metadata(&link).expect("metadata").permissions().mode() & 0o777, 0o755);
        assert_eq!(fs::read(&file).expect("a file"), b"new");
        assert_eq!(fs::read_dir(top.path()).expect("a directory").count(), 3, "no temporary file");
        assert_eq!(fs::read_dir(&staging).expect("a directory").count(), 0, "no temporary file");
    }
}
