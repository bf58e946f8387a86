//! What of an environment is archived before it is deleted, and what becomes of the archive.

use std::collections::HashSet;

use super::archive::ArchiveJob;
use super::examined_environment::ExaminedEnvironment;
use super::recorded_removal::RecordedRemoval;
use super::remove::Removal;
use crate::env::stop_point;
use crate::error::Result;
use crate::formats::snapshot::{ArchiveCoverage, Snapshot};
use crate::model::Measure;
use crate::path::RepoPath;
use crate::ports::{Progress, SignalGuard};

impl Removal {
    /// How much is archived before it is deleted; `None` if nothing is.
    #[must_use]
    pub fn archived(&self) -> Option<Measure> {
        let ExaminedEnvironment { inspected, plan, policy, .. } = &self.examined;
        match policy.backup? {
            ArchiveCoverage::All => Some(Measure { files: self.files(), bytes: self.bytes() }),
            ArchiveCoverage::Foreign => {
                let foreign: HashSet<&RepoPath> = plan.foreign.iter().map(|file| &file.path).collect();
                let is_foreign = |path: &RepoPath| path.ancestors().any(|above| foreign.contains(&above));
                let entries = inspected.listing.entries().filter(|entry| is_foreign(&entry.path()));
                let sizes: Vec<u64> = entries.map(|entry| entry.size().unwrap_or(0)).collect();
                let (files, bytes) = (sizes.len() as u64, sizes.iter().sum());
                (!foreign.is_empty()).then_some(Measure { files, bytes })
            }
        }
    }

    /// Archives what the policy says, if anything, and compares the archive with the disk.
    ///
    /// # Errors
    /// Action if that fails or a signal is pending; nothing of the archive is left then.
    pub fn archive(&mut self, progress: &dyn Progress, signals: &dyn SignalGuard) -> Result<()> {
        let ExaminedEnvironment { inspected, plan, policy, .. } = &self.examined;
        let chosen = match policy.backup {
            Some(ArchiveCoverage::All) => inspected.parts.clone(),
            Some(ArchiveCoverage::Foreign) if !plan.foreign.is_empty() => {
                Some(plan.foreign.iter().map(|file| file.path.clone()).collect())
            }
            Some(ArchiveCoverage::Foreign) | None => return Ok(()),
        };
        let job = ArchiveJob {
            opened: &inspected.opened,
            covers: policy.backup.unwrap_or(ArchiveCoverage::All),
            chosen,
            may_miss: &|path| policy.discards(path),
            progress,
            signals,
        };
        let snapshot = self.snapshot();
        let archive = job.carry_out(self.state.begin_archive(&snapshot.id)?)?;
        let reference = Some(archive.reference.clone());
        let snapshot = Snapshot { archive: reference, ..snapshot };
        self.archived = Some((snapshot, archive));
        Ok(())
    }

    /// What is copied one by one: nothing if all of it is archived.
    pub(super) fn copied(&self) -> &[RepoPath] {
        let is_archived = self.examined.policy.backup == Some(ArchiveCoverage::All);
        if is_archived { &[] } else { &self.examined.plan.copied }
    }
}

impl RecordedRemoval {
    /// Gives the archive, if there is one, its name: from now on the environment can be restored from it.
    ///
    /// # Errors
    /// Action if it has none then.
    pub fn place_archive(&mut self) -> Result<()> {
        let Some((file, id)) = self.archive.take().zip(self.record.snapshot.as_deref()) else {
            return Ok(());
        };
        let path = self.state.place_archive(id, file)?;
        let record = self.prepared.as_mut().and_then(|(_, replaced)| replaced.record.as_mut());
        if let Some(record) = record {
            record.archive = Some(path.clone());
        }
        self.archive_path = Some(path);
        stop_point("archive-placed");
        Ok(())
    }

    /// Deletes the archive, if there is one, of an environment that stays as it is.
    pub(super) fn forget_archive(&self) {
        // What stays of it can be deleted as any other.
        let _ = self.record.snapshot.as_deref().map(|id| self.state.delete_archive(id));
    }
}
