//! Where snapshots and the audit log are kept: `<common git directory>/pyenv/`, which all work trees share.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::error::{Error, Result};
use crate::formats::audit_log::{self, AuditLogHead, AuditRecord};
use crate::formats::snapshot::{self, Snapshot};
use crate::fs::{self, Access, Expected, FilePlace, Lock};
use crate::git::{Repository, Sharing};
use crate::path::RepoPath;

const LOG: &str = "audit-log.jsonl";
const HEAD: &str = "audit-log.head";
const LOCK: &str = "audit-log.lock";
const SNAPSHOTS: &str = "snapshots";

/// The most bytes read of the audit log: some 200,000 removals.
const LOG_LIMIT: u64 = 256 * 1024 * 1024;
/// The most bytes read of the head's file, which is one line.
const HEAD_LIMIT: u64 = 64 * 1024;

/// The directory of this program's own files. They may hold what only the owner of the repository should read, such as
/// addresses of private package indexes.
#[derive(Debug, Clone)]
pub struct StateDirectory {
    common_directory: PathBuf,
    sharing: Sharing,
}

impl StateDirectory {
    /// The state directory of a repository; it need not exist yet.
    ///
    /// # Errors
    /// Undecided or settings if git's configuration does not say who shares the repository.
    pub fn of(repository: &Repository<'_>) -> Result<Self> {
        let common_directory = repository.layout().common_directory.clone();
        Ok(Self { common_directory, sharing: repository.sharing()? })
    }

    /// Writes a snapshot so that it outlives a loss of power.
    ///
    /// # Errors
    /// Action if it cannot be written.
    pub fn write_snapshot(&self, snapshot: &Snapshot) -> Result<()> {
        let failed = |cause| Error::action("failed to write the snapshot").cause(cause);
        let bytes = snapshot::write(snapshot).map_err(failed)?;
        let directory = path(SNAPSHOTS)?;
        fs::make_directory_below(&self.common_directory, &directory, self.sharing)?;
        self.write(&format!("{SNAPSHOTS}/{}.json", snapshot.id), &bytes)?;
        fs::sync_directories(&directory.to_path(&self.common_directory), 3)
    }

    /// Appends to the audit log, so that it outlives a loss of power.
    ///
    /// # Errors
    /// Action if it cannot be written.
    pub fn append(&self, record: AuditRecord) -> Result<()> {
        let directory = path("")?;
        fs::make_directory_below(&self.common_directory, &directory, self.sharing)?;
        let lock = path(LOCK)?.to_path(&self.common_directory);
        let _lock = Lock::wait_at(&self.place(LOCK)?, &lock, self.sharing, || ())?;
        let time = Timestamp::now().to_string();
        let failed = |cause: String| Error::action("failed to write the audit log").cause(cause);
        let added = audit_log::new_entry(&self.read_log()?, time, record).map_err(failed)?;
        self.place(LOG)?.append(&added.bytes, Access::private(self.sharing))?;
        self.write(HEAD, &audit_log::write_head(&added.head).map_err(failed)?)?;
        fs::sync_directories(&directory.to_path(&self.common_directory), 2)
    }

    /// The bytes of the audit log; none before the first line.
    pub(super) fn read_log(&self) -> Result<Vec<u8>> {
        Ok(self.read(LOG, LOG_LIMIT)?.unwrap_or_default())
    }

    /// What the head's file says of the audit log's last line.
    pub(super) fn read_head(&self) -> Result<Option<AuditLogHead>> {
        Ok(self.read(HEAD, HEAD_LIMIT)?.and_then(|bytes| audit_log::parse_head(&bytes)))
    }

    /// Reads a file; `None` if it does not exist.
    fn read(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>> {
        if !fs::exists(&path(name)?.to_path(&self.common_directory)) {
            return Ok(None);
        }
        Ok(self.place(name)?.read(limit)?.map(|file| file.bytes))
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.place(name)?.write(bytes, Access::private(self.sharing), None, Expected::Anything)
    }

    /// The place of a file. No link is followed below the git directory.
    fn place(&self, name: &str) -> Result<FilePlace> {
        FilePlace::below(&self.common_directory, &path(name)?)
    }
}

/// A path in the state directory, relative to the common git directory.
fn path(name: &str) -> Result<RepoPath> {
    let directory = RepoPath::new(fs::STATE_DIRECTORY.as_bytes());
    directory
        .and_then(|directory| directory.join(name.as_bytes()))
        .map_err(|error| Error::action(format!("`{name}` is not a valid path")).cause(error))
}
