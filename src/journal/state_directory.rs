//! Where snapshots and the audit log are kept: `<common git directory>/pyenv/`, which all work trees share.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::error::{Error, Result};
use crate::formats::audit_log::{self, AuditLogHead, AuditRecord};
use crate::formats::snapshot::{self, Snapshot};
use crate::fs::{self, IfLink, Lock, Replacement};
use crate::git::RepositoryLayout;

/// The directory of this program's own files.
#[derive(Debug, Clone)]
pub struct StateDirectory {
    directory: PathBuf,
}

impl StateDirectory {
    /// The state directory of a repository; it need not exist yet.
    #[must_use]
    pub fn of(layout: &RepositoryLayout) -> Self {
        Self { directory: layout.common_directory.join(fs::STATE_DIRECTORY) }
    }

    /// Writes a snapshot so that it outlives a loss of power.
    ///
    /// # Errors
    /// Action if it cannot be written.
    pub fn write_snapshot(&self, snapshot: &Snapshot) -> Result<()> {
        let directory = self.directory.join("snapshots");
        let failed = |cause| Error::action("failed to write the snapshot").cause(cause);
        let bytes = snapshot::write(snapshot).map_err(failed)?;
        fs::make_directory(&directory)?;
        let path = directory.join(format!("{}.json", snapshot.id));
        fs::write_atomically(&path, private(&bytes))?;
        fs::sync_directories(&directory, 3)
    }

    /// Appends to the audit log, so that it outlives a loss of power.
    ///
    /// # Errors
    /// Action if it cannot be written.
    pub fn append(&self, record: AuditRecord) -> Result<()> {
        fs::make_directory(&self.directory)?;
        let _lock = Lock::wait(&self.directory.join("audit-log.lock"), || ())?;
        let time = Timestamp::now().to_string();
        let failed = |cause: String| Error::action("failed to write the audit log").cause(cause);
        let added = audit_log::new_entry(&self.read_log()?, time, record).map_err(failed)?;
        fs::append_synced(&self.log_path(), &added.bytes)?;
        let head = audit_log::write_head(&added.head).map_err(failed)?;
        fs::write_atomically(&self.head_path(), private(&head))?;
        fs::sync_directories(&self.directory, 2)
    }

    /// The bytes of the audit log; none before the first line.
    pub(super) fn read_log(&self) -> Result<Vec<u8>> {
        Ok(fs::read_regular(&self.log_path())?.unwrap_or_default())
    }

    /// What the head's file says of the audit log's last line.
    pub(super) fn read_head(&self) -> Result<Option<AuditLogHead>> {
        let bytes = fs::read_regular(&self.head_path())?;
        Ok(bytes.and_then(|bytes| audit_log::parse_head(&bytes)))
    }

    fn log_path(&self) -> PathBuf {
        self.directory.join("audit-log.jsonl")
    }

    fn head_path(&self) -> PathBuf {
        self.directory.join("audit-log.head")
    }
}

fn private(bytes: &[u8]) -> Replacement<'_> {
    Replacement { bytes, executable: None, staging: None, if_link: IfLink::Replace }
}
