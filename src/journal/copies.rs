//! Bringing back the copies of files that may have been changed since a tool made them.

use std::path::{Path, PathBuf};

use super::state_directory::{COPIES, StateDirectory};
use crate::error::Result;
use crate::fs::{self, Access, Expected, FilePlace};
use crate::git::Sharing;
use crate::path::RepoPath;

/// The most bytes of a copy that is brought back.
const LIMIT: u64 = 256 * 1024 * 1024;

/// What the new environment has of its own: the files that say what it is made from.
const OWN: [&[u8]; 2] = [b"pyvenv.cfg", b".git-pyenv.lock"];

impl StateDirectory {
    /// Where the copies of a snapshot are, if there are any.
    #[must_use]
    pub fn copies_path(&self, id: &str) -> PathBuf {
        self.path().join(COPIES).join(id)
    }

    /// Puts the copies of a snapshot into the place of the files that a new environment has instead, as far as they differ
    /// from these, and returns their paths. Only regular files take part, and not those that say what the environment is
    /// made from.
    ///
    /// # Errors
    /// Action if a copy cannot be read or written.
    pub fn bring_copies_back(&self, id: &str, copied: &[RepoPath], to: &Path) -> Result<Vec<RepoPath>> {
        let mut brought = Vec::new();
        for path in copied.iter().filter(|path| !OWN.contains(&path.as_bytes())) {
            if self.bring_copy_back(id, path, to)? {
                brought.push(path.clone());
            }
        }
        Ok(brought)
    }

    fn bring_copy_back(&self, id: &str, path: &RepoPath, to: &Path) -> Result<bool> {
        let kept = self.copies_path(id);
        let source = path.to_path(&kept);
        let is_file = |place: &Path| !fs::is_link(place) && !fs::is_directory(place);
        let target = path.to_path(to);
        // What is a link, or lies in a directory that the new environment does not have, is left in the state directory.
        let has_place = target.parent().is_some_and(|above| fs::is_directory(above) && !fs::is_link(above));
        if fs::is_absent(&source) || !is_file(&source) || !has_place {
            return Ok(false);
        }
        let Some(bytes) = FilePlace::below(&kept, path)?.read(LIMIT)? else { return Ok(false) };
        let place = FilePlace::below(to, path)?;
        if fs::exists(&target) && !is_file(&target) {
            return Ok(false);
        }
        let there = place.read(LIMIT)?;
        if there.as_ref().is_some_and(|there| there.bytes == bytes.bytes) {
            return Ok(false);
        }
        let expected = there.as_ref().map_or(Expected::Nothing, Expected::Unchanged);
        let is_program = there.is_none() && fs::is_executable(&source);
        let access = if is_program { Access::program_of_repository(Sharing::Umask) } else { Access::FILE };
        place.write(&bytes.bytes, access, None, expected)?;
        Ok(true)
    }
}
