//! What the configuration would say after a change that is not made.

use std::path::Path;

use super::config_entry::{ConfigEntry, section_of};
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
        let is_own = |entry: &ConfigEntry| own.iter().any(|file| self.is_from(entry, file));
        let is_in_section = |entry: &ConfigEntry| is_own(entry) && entry.section() == section_of(key);
        let is_old = |entry: &ConfigEntry| is_own(entry) && entry.has_key(key);
        // Git changes a value in its place, and adds a new one at the end of its section.
        let in_place = entries.iter().rposition(is_old);
        let in_section = entries.iter().rposition(is_in_section).map(|at| at + 1);
        let is_of_one_run = |entry: &ConfigEntry| entry.origin.starts_with(OF_COMMAND_LINE);
        let at = in_place.or(in_section).or_else(|| entries.iter().position(is_of_one_run));
        let at = at.unwrap_or(entries.len());
        let before = entries.iter().take(at).filter(|entry| is_old(entry)).count();
        entries.retain(|entry| !is_old(entry));
        if let Some(value) = value {
            let origin = format!("{OF_FILE}{}", display(&local));
            let (key, value) = (key.to_owned(), Some(value.to_owned()));
            entries.insert(at - before, ConfigEntry { key, value, origin });
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
