//! Deleting what an environment consists of where it is, because its directory cannot be moved and gets other content.

use super::carry_out::abandoned;
use super::recorded_removal::Removed;
use super::remove::Removal;
use crate::env::stop_point;
use crate::error::{Error, Result};
use crate::formats::audit_log::AuditAction;
use crate::fs::{AsideDirectory, StagingDirectory, list_directory};
use crate::model::ReplacedEnvironment;
use crate::path::{RepoPath, display};
use crate::ports::Progress;

impl Removal {
    /// Records the environment and deletes everything in its directory but staging directories in use. The list of that is
    /// written first, so that the next run finishes what a killed one has begun.
    ///
    /// # Errors
    /// Action if something cannot be written or the environment was changed meanwhile, with the environment as it was; also
    /// if the result cannot be recorded.
    pub fn delete_content(
        self,
        command: &str,
        brought: &[String],
        progress: &dyn Progress,
    ) -> Result<(ReplacedEnvironment, Removed)> {
        let directory = self.directory().to_path_buf();
        let parts = self.content()?;
        let first = parts.first().map(RepoPath::name).unwrap_or_default();
        let aside = AsideDirectory::for_parts(&directory, first, true)?;
        let mut recorded = self.record(AuditAction::Replace, command, &aside.path(), brought)?;
        stop_point("recorded");
        if let Err(error) = recorded.place_archive() {
            return Err(abandoned(recorded, error));
        }
        let condemned = recorded.require_unchanged().and_then(|()| aside.condemn_parts(&directory, &parts));
        let condemned = match condemned {
            Ok(condemned) => condemned,
            Err(error) => return Err(abandoned(recorded, error)),
        };
        stop_point("parts-condemned");
        let replaced = recorded.replaced();
        Ok((replaced, recorded.delete_parts(&condemned, progress)?))
    }

    /// What lies directly in its directory.
    fn content(&self) -> Result<Vec<RepoPath>> {
        let directory = self.directory();
        let entries = list_directory(directory)?.unwrap_or_default();
        let own = StagingDirectory::in_use_in(directory);
        let names = entries.into_iter().map(|entry| entry.name).filter(|name| !own.contains(name));
        let parts = names.map(RepoPath::new).collect::<std::result::Result<Vec<_>, _>>();
        parts.map_err(|error| Error::action(format!("failed to list `{}`", display(directory))).cause(error))
    }
}
