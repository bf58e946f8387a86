//! Replacing single files, so that a killed process leaves the old content or the new.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use crate::error::{Error, Result};
use crate::path::display;

/// What is to stand at a path.
#[derive(Debug, Clone, Copy)]
pub struct Replacement<'a> {
    /// The new content.
    pub bytes: &'a [u8],
    /// The file shall be executable; `None` keeps the mode of the file that is there.
    pub executable: Option<bool>,
    /// Where to write it before it is renamed in, if that is on the same file system: a killed process leaves its
    /// half of a file there and not beside `path`, where the next `git add .` would take it in.
    pub workshop: Option<&'a Path>,
}

/// A file in the system's directory for temporary files that goes away with this value.
#[derive(Debug)]
pub struct ScratchFile(tempfile::NamedTempFile);

impl ScratchFile {
    /// Makes one with this content, readable by nobody else.
    ///
    /// # Errors
    /// Undecided if it cannot be written.
    pub fn new(bytes: &[u8]) -> Result<Self> {
        let made = tempfile::NamedTempFile::new().and_then(|mut file| file.write_all(bytes).map(|()| file));
        made.map(Self).map_err(|error| Error::undecided("failed to write a temporary file").cause(error))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// Replaces or makes a file: written elsewhere, synced, renamed in.
///
/// A link is followed to the file it names, so that a linked `.gitignore` stays a link.
///
/// # Errors
/// Action, with the old content untouched.
pub fn write_atomically(path: &Path, replacement: Replacement<'_>) -> Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    replace(&target, replacement)
        .map_err(|error| Error::action(format!("failed to write `{}`", display(path))).cause(error))
}

/// As [`write_atomically`], but a link is replaced itself, and what it names is not touched.
///
/// # Errors
/// Action, with the old content untouched.
pub fn replace_entry(path: &Path, replacement: Replacement<'_>) -> Result<()> {
    replace(path, replacement)
        .map_err(|error| Error::action(format!("failed to write `{}`", display(path))).cause(error))
}

fn replace(path: &Path, replacement: Replacement<'_>) -> std::io::Result<()> {
    let beside = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match replacement.workshop.map(|workshop| replace_from(workshop, path, replacement)) {
        Some(Ok(())) => Ok(()),
        // Another file system, or one may write there and not here.
        Some(Err(_)) | None => replace_from(beside, path, replacement),
    }
}

/// Writes the new content in a directory and gives it its name.
fn replace_from(directory: &Path, path: &Path, replacement: Replacement<'_>) -> std::io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".git-pyenv-").tempfile_in(directory)?;
    file.write_all(replacement.bytes)?;
    let old = fs::metadata(path).ok().map(|metadata| metadata.permissions());
    set_mode(file.as_file(), old, replacement.executable)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(unix)]
fn set_mode(file: &File, old: Option<fs::Permissions>, executable: Option<bool>) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = match (executable, old) {
        (Some(true), _) => 0o755,
        (None, Some(old)) => old.mode() & 0o777,
        _ => 0o644,
    };
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &File, _: Option<fs::Permissions>, _: Option<bool>) -> std::io::Result<()> {
    Ok(())
}
