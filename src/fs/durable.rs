//! Writing so that it outlives a loss of power.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use crate::error::{Error, Result};
use crate::path::display;

/// Adds bytes to the end of a file, which is made if there is none, and waits until the disk has them.
///
/// # Errors
/// Action; a part of the bytes may be there then.
pub fn append_synced(path: &Path, bytes: &[u8]) -> Result<()> {
    let opened = OpenOptions::new().append(true).create(true).open(path);
    let written = opened.and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|error| Error::action(format!("failed to write `{}`", display(path))).cause(error))
}

/// Waits until the disk has the names in a directory, and in `levels - 1` directories above it, which may be new.
/// What cannot be synced, as on Windows, is left to the system.
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

/// What file systems say that sync no directories.
fn is_unsupported(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    matches!(error.kind(), InvalidInput | PermissionDenied | Unsupported)
}
