//! The survey by descriptors, several directories at a time.

use std::path::Path;

use rayon::prelude::*;
use rustix::io::Errno;

use super::Survey;
use crate::error::{Error, Result};
use crate::fs::NameKind;
use crate::fs::held::HeldDirectory;
use crate::model::Skip;
use crate::path::{RepoPath, shown};
use crate::tree::{EntryKind, OwnedEntry};

/// Deeper directories count as unreadable: every level costs each thread a descriptor.
const DEEPEST: usize = 64;

/// See [`super::survey`].
pub(super) fn survey(root: &Path) -> Result<Survey> {
    let failed = |error| Error::undecided(format!("failed to read `{}`", shown(root))).cause(error);
    Ok(look(&HeldDirectory::open(root).map_err(failed)?, &RepoPath::root(), 0))
}

fn look(directory: &HeldDirectory, place: &RepoPath, depth: usize) -> Survey {
    let mut found = Survey::default();
    let listed = match directory.list() {
        Ok(listed) => listed,
        Err(error) => return unreadable(place, error),
    };
    let mut directories = Vec::new();
    for (name, kind) in listed {
        // A name of a directory's own listing is one component.
        let Ok(path) = place.join(name.to_bytes()) else { continue };
        let kind = match kind {
            NameKind::Directory => {
                directories.push((name, path));
                continue;
            }
            NameKind::Link => EntryKind::Link,
            NameKind::File | NameKind::Other => EntryKind::File,
        };
        found.entries.push(OwnedEntry { path, kind, id: None, size: directory.size(&name).ok() });
    }
    let below = directories.par_iter().map(|(name, path)| match directory.open_child(name) {
        Ok(child) if depth < DEEPEST => look(&child, path, depth + 1),
        Ok(_) => unreadable(path, Errno::NAMETOOLONG),
        Err(error) => unreadable(path, error),
    });
    below.collect::<Vec<_>>().into_iter().for_each(|below| {
        found.entries.extend(below.entries);
        found.unreadable.extend(below.unreadable);
    });
    found
}

fn unreadable(place: &RepoPath, error: Errno) -> Survey {
    let reason = match error {
        Errno::XDEV => "something is mounted here".to_owned(),
        Errno::NAMETOOLONG => "directories are nested too deeply".to_owned(),
        error => std::io::Error::from(error).to_string(),
    };
    let skip = Skip { path: place.clone(), reason, blob: None };
    Survey { entries: Vec::new(), unreadable: vec![skip] }
}
