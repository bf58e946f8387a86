//! Whether the lock that an environment was compared with is what the project asks for.

use std::path::Path;

use super::locks::{DiskFiles, LockFormat, LockInput, format_of};
use crate::fs::read_optional;
use crate::message::{Message, message};
use crate::model::{Derivation, DerivedFile, Freshness, RequestedBy, RequestedPackages};
use crate::path::RepoPath;
use crate::tree::LOCK_LIMIT;

/// Says that the lock among the files that were read is stale, in a sentence that starts with its path; `None` if no lock
/// says what is asked for, or if it is fresh or that cannot be known. `known` are locks that were compared already.
pub(super) fn stale_lock(
    top: &Path,
    requested: &RequestedPackages,
    known: &[DerivedFile],
) -> Option<Message> {
    let RequestedBy::Lock(_) = &requested.source else { return None };
    requested.files.iter().find_map(|file| {
        let format = format_of(file.name())?;
        let directory = file.parent().unwrap_or_default();
        // A manifest that was not read leads out of the work tree.
        let beside = directory.join(format.manifest).ok().filter(|path| requested.files.contains(path));
        let is_it = |found: &&DerivedFile| found.path == *file && found.derivation == Derivation::Lock;
        let freshness = match known.iter().find(is_it) {
            Some(found) => found.freshness.clone(),
            None => freshness(top, file, format, beside.as_ref())?,
        };
        let Freshness::Stale(because) = freshness else { return None };
        let source: Message = beside.map_or_else(|| format.manifest.into(), |path| message!("{}", path));
        Some(message!("{}: it does not match `{}`: {}", file, source, because))
    })
}

/// Whether a lock in the work tree is fresh; `None` if it does not exist.
fn freshness(
    top: &Path,
    file: &RepoPath,
    format: &LockFormat,
    manifest: Option<&RepoPath>,
) -> Option<Freshness> {
    let read = |file: &RepoPath| read_optional(&file.to_path(top), LOCK_LIMIT).ok().flatten();
    let (lock, manifest) = (read(file)?, manifest.and_then(read));
    let files = DiskFiles { directory: file.parent().unwrap_or_default().to_path(top) };
    let input = LockInput { file, lock: &lock, manifest: manifest.as_deref(), files: &files };
    Some((format.freshness)(&input))
}
