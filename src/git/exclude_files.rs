//! The ignore files that are not in the work tree: <https://git-scm.com/docs/gitignore#_description>.

use std::path::{Path, PathBuf};

use super::repository::Repository;
use crate::error::Result;
use crate::path::bytes_to_path;

impl Repository<'_> {
    /// The files with rules that no other clone has: `info/exclude` of the repository and `core.excludesFile` of the user,
    /// whether they exist or not.
    ///
    /// # Errors
    /// Undecided if the configuration cannot be read.
    pub fn exclude_files(&self) -> Result<Vec<PathBuf>> {
        let of_repository = self.layout().common_directory.join("info/exclude");
        Ok([of_repository].into_iter().chain(self.user_exclude_file()?).collect())
    }

    fn user_exclude_file(&self) -> Result<Option<PathBuf>> {
        let is_set = self.configuration()?.iter().any(|entry| entry.key == "core.excludesfile");
        if !is_set {
            let home = || Some(self.env().path("HOME")?.join(".config"));
            let directory = self.env().path("XDG_CONFIG_HOME").or_else(home);
            return Ok(directory.map(|directory| directory.join("git/ignore")));
        }
        // Git knows all that may stand for a home.
        let value =
            self.git().output(&["config", "-z", "--type=path", "--get", "core.excludesFile"], Vec::new())?;
        let path = value.strip_suffix(b"\0").unwrap_or(&value);
        let top = self.layout().work_tree.as_deref().unwrap_or(Path::new(""));
        Ok((!path.is_empty()).then(|| top.join(bytes_to_path(path))))
    }
}
