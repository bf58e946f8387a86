//! Finding and reading the settings files of a tree.

use crate::config::{SETTINGS_FILES, SettingsFile};
use crate::error::{Error, Result};
use crate::message::message;
use crate::path::{RepoPath, below};
use crate::tree::{Content, Entry, EntryKind, OwnedEntry, PathFilter, SETTINGS_LIMIT, Tree, Visitor};

/// No settings file has a longer path; nearly every path of a repository has.
const LONGEST_NAME: usize = 32;
/// The first bytes of the file names.
const FIRST_BYTES: &[u8] = b"p";

/// Picks the settings files out of a tree while something else passes over it.
#[derive(Debug, Default)]
pub struct SettingsFinder {
    found: Vec<OwnedEntry>,
}

impl Visitor for SettingsFinder {
    fn enter(&mut self, directory: &[u8]) -> bool {
        SETTINGS_FILES.iter().any(|name| below(name.as_bytes(), directory).is_some())
    }

    fn filters(&self) -> Option<Vec<PathFilter>> {
        let name =
            |name: &[u8], _: EntryKind| SETTINGS_FILES.iter().any(|file| file.as_bytes().ends_with(name));
        Some(vec![PathFilter { directory: |_| false, name, first_bytes: FIRST_BYTES }])
    }

    fn restart(&mut self) {
        self.found.clear();
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        if entry.path.len() > LONGEST_NAME {
            return;
        }
        if SETTINGS_FILES.iter().any(|name| name.as_bytes() == entry.path) && entry.kind.is_file() {
            self.found.extend(OwnedEntry::keep(entry));
        }
    }
}

impl SettingsFinder {
    /// The files that were found.
    #[must_use]
    pub fn found(&self) -> &[OwnedEntry] {
        &self.found
    }

    /// Reads the files that were found, in the order of precedence.
    ///
    /// # Errors
    /// Undecided if one cannot be read, settings if one is too large to be one.
    pub fn read(&self, tree: &dyn Tree) -> Result<Vec<SettingsFile>> {
        let ordered = SETTINGS_FILES
            .iter()
            .filter_map(|name| self.found.iter().find(|e| e.path.as_bytes() == name.as_bytes()));
        let needed = |entry: &OwnedEntry, error: Error| error.cause(message!("needed for `{}`", entry.path));
        ordered
            .map(|entry| match tree.read(entry, SETTINGS_LIMIT).map_err(|error| needed(entry, error))? {
                Content::Whole(bytes) => Ok(SettingsFile { path: entry.path.clone(), bytes }),
                Content::TooLarge(size) => {
                    Err(Error::settings(message!("`{}` is too large for a settings file", entry.path))
                        .cause(format!("it has {size} bytes; the limit is {SETTINGS_LIMIT}")))
                }
            })
            .collect()
    }
}

pub(super) fn settings_path(name: &str) -> Result<RepoPath> {
    RepoPath::new(name.as_bytes())
        .map_err(|error| Error::settings(format!("`{name}` is not a valid path")).cause(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_settings_file_is_missed_for_its_length_or_first_byte() {
        let is_short = |name: &str| name.len() <= LONGEST_NAME;
        let begins =
            |name: &str| name.rsplit('/').next().is_some_and(|file| file.as_bytes().starts_with(FIRST_BYTES));
        assert!(SETTINGS_FILES.iter().all(|name| is_short(name) && begins(name)));
    }
}
