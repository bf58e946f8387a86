//! The files around a lock, by paths relative to its directory.

use std::collections::BTreeSet;

use super::state::{FilesState, StateSource};
use crate::path::{RepoPath, resolve};
use crate::project::locks::{DiskFiles, ProjectFiles};

/// The files of a state, seen from a directory. Those of a work tree are read as [`DiskFiles`] reads them, but only inside of
/// the repository, so that the index, a commit and the work tree are judged alike.
pub(super) struct FilesFrom<'s> {
    pub(super) state: &'s FilesState<'s>,
    pub(super) directory: RepoPath,
}

impl FilesFrom<'_> {
    /// The path of a file in the repository.
    ///
    /// # Errors
    /// If it is outside.
    pub(super) fn place(&self, path: &str) -> Result<RepoPath, String> {
        resolve(self.directory.as_bytes(), path.as_bytes())
            .ok_or_else(|| format!("`{path}` is outside of the repository"))
    }
}

impl ProjectFiles for FilesFrom<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        self.state.read(&self.place(path)?).map_err(|reason| reason.seen_from_root())
    }

    fn directories(&self, path: &str) -> Result<Vec<String>, String> {
        let place = self.place(path)?;
        let mut names = BTreeSet::new();
        for entry in self.state.entries.keys() {
            let below = if place.is_root() { Some(entry.as_bytes()) } else { entry.below(&place) };
            let mut parts = below.unwrap_or_default().split(|&byte| byte == b'/');
            if let (Some(first), Some(_)) = (parts.next(), parts.next()) {
                names.insert(String::from_utf8_lossy(first).into_owned());
            }
        }
        if let StateSource::Disk(top) = self.state.source {
            names.extend(DiskFiles { directory: place.to_path(top) }.directories("")?);
        }
        Ok(names.into_iter().collect())
    }
}
