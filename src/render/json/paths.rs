//! Paths as JSON strings.

use std::path::Path;

use crate::path::{RepoPath, path_to_bytes};
use crate::text::hexadecimal;

/// Returns a path of the repository as text; the root is `.`.
pub(super) fn repository_path(path: &RepoPath) -> String {
    if path.is_root() { ".".to_owned() } else { String::from_utf8_lossy(path.as_bytes()).into_owned() }
}

/// Returns a path of the disk as text.
pub(super) fn disk_path(path: &Path) -> String {
    String::from_utf8_lossy(&path_to_bytes(path)).into_owned()
}

/// Returns the bytes of a path in hexadecimal, unless they are UTF-8.
pub(super) fn non_utf8_hex(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).is_err().then(|| hexadecimal(bytes))
}
