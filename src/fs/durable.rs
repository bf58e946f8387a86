//! Writes that survive a power failure.
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use crate::error::{Error, Result};
use crate::path::display;

/// Appends bytes to a file, creates it if it does not exist, and waits until they are on the disk.
///
/// # Errors
/// Action; some of the bytes may have been written then.
pub fn append_synced(path: &Path, bytes: &[u8]) -> Result<()> {
    let opened = OpenOptions::new().append(true).create(true).open(path);
    let written = opened.and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|error| Error::action(format!("failed to write `{}`", display(path))).cause(error))
}

/// Waits until the entries of a directory and of `levels - 1` directories above it, which may be new, are on the disk.
/// Directories that cannot be synced, as on Windows, are left to the system.
///
/// # Errors
/// Action if the disk fails.
pub fn sync_directories(directory: &Path, levels: usize) -> Result<()> {
    for directory in directory.ancestors().take(levels) {
        let Ok(opened) = File::open(directory) else { continue };
        match opened.sync_all() {
            Err(error) if error.raw_os_error().is_some() && !is_unsupported(&error) => {
                let failed = Error::action(format!("failed to write `{}`", display(directory)));
                return Err(failed.cause(error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether an error comes from a file system that cannot sync directories.
fn is_unsupported(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    matches!(error.kind(), InvalidInput | PermissionDenied | Unsupported)
}
