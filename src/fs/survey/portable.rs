//! The survey by paths, where there are no descriptors of directories.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::fs;
use std::path::Path;

use super::Survey;
use crate::error::{Error, Result};
use crate::model::Skip;
use crate::path::{RepoPath, path_to_bytes, shown};
use crate::tree::{EntryKind, OwnedEntry};

/// See [`super::survey`].
pub(super) fn survey(root: &Path) -> Result<Survey> {
    let failed = |error| Error::undecided(format!("failed to read `{}`", shown(root))).cause(error);
    let mut found = Survey::default();
    let mut pending = vec![RepoPath::root()];
    fs::read_dir(root).map_err(failed)?;
    while let Some(place) = pending.pop() {
        if let Err(error) = look(root, &place, &mut found, &mut pending) {
            found.unreadable.push(Skip { path: place, reason: error.to_string(), blob: None });
        }
    }
    Ok(found)
}

fn look(
    root: &Path,
    place: &RepoPath,
    found: &mut Survey,
    pending: &mut Vec<RepoPath>,
) -> std::io::Result<()> {
    for entry in fs::read_dir(place.to_path(root))? {
        let entry = entry?;
        let Ok(path) = place.join(path_to_bytes(Path::new(&entry.file_name()))) else { continue };
        let metadata = fs::symlink_metadata(entry.path())?;
        if metadata.is_dir() {
            pending.push(path);
            continue;
        }
        let kind = if metadata.is_symlink() { EntryKind::Link } else { EntryKind::File };
        found.entries.push(OwnedEntry { path, kind, id: None, size: Some(metadata.len()) });
    }
    Ok(())
}
