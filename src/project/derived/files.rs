//! The files around a lock, by paths relative to its directory.

use std::collections::BTreeSet;

use super::state::{FilesState, StateSource};
use crate::fs::{DirectoryEntry, FileKind, list_directory};
use crate::path::{RepoPath, resolve};
use crate::project::locks::ProjectFiles;

/// The files of a state, seen from a directory.
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
        self.state.read(&self.place(path)?)
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
            let listed = list_directory(&place.to_path(top)).map_err(|error| error.to_string())?;
            let is_directory = |entry: &DirectoryEntry| matches!(entry.kind, FileKind::Directory);
            let directories = listed.into_iter().flatten().filter(is_directory);
            names.extend(directories.map(|entry| String::from_utf8_lossy(&entry.name).into_owned()));
        }
        Ok(names.into_iter().collect())
    }
}
