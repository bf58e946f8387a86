//! Ignore files outside of the work tree that git does not read.

use std::path::PathBuf;

use super::opened::Session;
use crate::error::Result;
use crate::fs::read_optional;
use crate::git::ignore_file_fault;
use crate::tree::SETTINGS_LIMIT;

impl Session<'_> {
    /// The ignore files outside of the work tree in which git finds no rules because of their encoding, and why, as a
    /// predicate.
    ///
    /// # Errors
    /// As [`Repository::exclude_files`](crate::git::Repository::exclude_files).
    pub fn unread_exclude_files(&self) -> Result<Vec<(PathBuf, &'static str)>> {
        let fault = |file: PathBuf| {
            let bytes = read_optional(&file, SETTINGS_LIMIT).ok()??;
            ignore_file_fault(&bytes).map(|fault| (file, fault))
        };
        Ok(self.repository.exclude_files()?.into_iter().filter_map(fault).collect())
    }
}
