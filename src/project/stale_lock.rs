//! Whether the lock that an environment was compared with is what the project asks for.

use std::path::Path;

use super::locks::{DiskFiles, LockInput, format_of};
use crate::fs::read_optional;
use crate::model::{Freshness, RequestedBy, RequestedPackages};
use crate::path::RepoPath;

/// The most bytes read of a lock or a manifest.
const LIMIT: u64 = 256 * 1024 * 1024;

/// Says that the lock among the files that were read is stale, in a sentence that starts with its path; `None` if no lock
/// says what is asked for, or if it is fresh or that cannot be known.
pub(super) fn stale_lock(top: &Path, requested: &RequestedPackages) -> Option<String> {
    let RequestedBy::Lock(_) = &requested.source else { return None };
    let read = |file: &RepoPath| read_optional(&file.to_path(top), LIMIT).ok().flatten();
    requested.files.iter().find_map(|file| {
        let format = format_of(file.name())?;
        let directory = file.parent().unwrap_or_default();
        // A manifest that was not read leads out of the work tree.
        let beside = directory.join(format.manifest).ok().filter(|path| requested.files.contains(path));
        let (lock, manifest) = (read(file)?, beside.as_ref().and_then(read));
        let files = DiskFiles { directory: directory.to_path(top) };
        let input = LockInput { file, lock: &lock, manifest: manifest.as_deref(), files: &files };
        let Freshness::Stale(because) = (format.freshness)(&input) else { return None };
        let source = beside.map_or_else(|| format.manifest.to_owned(), |path| path.to_string());
        Some(format!("{file}: it does not match `{source}`: {because}"))
    })
}
