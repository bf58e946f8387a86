//! Writes that survive a power failure.
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::fs::File;
use std::path::Path;

use crate::env::before_change;
use crate::error::{Error, Result};
use crate::path::display;

/// Waits until the entries of a directory and of `levels - 1` directories above it, which may be new, are on the disk.
/// Directories that cannot be synced, as on Windows, are left to the system.
///
/// # Errors
/// Action if the disk fails.
pub fn sync_directories(directory: &Path, levels: usize) -> Result<()> {
    for directory in directory.ancestors().take(levels) {
        let Ok(opened) = File::open(directory) else { continue };
        before_change();
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
