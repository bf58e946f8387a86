//! What the configuration would say after a change that is not made.

use std::path::Path;

use super::config_entry::ConfigEntry;
use super::repository::Repository;
use crate::error::Result;
use crate::path::display;

/// How the origin of a file begins, and that of `git -c` and of variables.
const OF_FILE: &str = "file:";
const OF_COMMAND_LINE: &str = "command line:";

impl Repository<'_> {
    /// Answers from now on as if the configuration of this work tree had this value for a key, or none. Nothing is written.
    ///
    /// # Errors
    /// As [`Repository::configuration`].
    pub fn suppose_in_work_tree(&self, key: &str, value: Option<&str>) -> Result<()> {
        let mut entries = self.configuration()?;
        let local = self.layout.common_directory.join("config");
        let own = [&local, &self.layout.git_directory.join("config.worktree")];
        entries.retain(|entry| !entry.has_key(key) || !own.iter().any(|file| self.is_from(entry, file)));
        if let Some(value) = value {
            let is_of_one_run = |entry: &ConfigEntry| entry.origin.starts_with(OF_COMMAND_LINE);
            let at = entries.iter().position(is_of_one_run).unwrap_or(entries.len());
            let origin = format!("{OF_FILE}{}", display(&local));
            let (key, value) = (key.to_owned(), Some(value.to_owned()));
            entries.insert(at, ConfigEntry { key, value, origin });
        }
        self.known_configuration.replace(Some(entries));
        Ok(())
    }

    /// Whether an entry is of this file, which is absolute. Git names a file as seen from the top.
    fn is_from(&self, entry: &ConfigEntry, file: &Path) -> bool {
        let Some(origin) = entry.origin.strip_prefix(OF_FILE) else { return false };
        let tops = [self.layout.work_tree.as_deref(), Some(&*self.env.directory)];
        tops.into_iter().flatten().any(|top| top.join(origin) == file)
    }
}
