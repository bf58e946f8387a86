//! Where snapshots and the audit trail are kept: `<common git directory>/pyenv/`, which all work trees share.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::error::{Error, Result};
use crate::formats::snapshot::{self, Snapshot};
use crate::formats::trail::{self, Head, Record};
use crate::fs::{self, IfLink, Lock, Replacement};
use crate::ops::Session;

/// The directory of this program's own files.
#[derive(Debug, Clone)]
pub(super) struct Store {
    directory: PathBuf,
    pub(super) work_tree: Option<PathBuf>,
}

impl Store {
    /// The store of a repository; it need not be there yet.
    pub(super) fn new(session: &Session<'_>) -> Self {
        let layout = session.repository.layout();
        Self {
            directory: layout.common_directory.join(fs::STATE_DIRECTORY),
            work_tree: layout.work_tree.clone(),
        }
    }

    /// Writes a snapshot so that it outlives a loss of power.
    pub(super) fn write_snapshot(&self, snapshot: &Snapshot) -> Result<()> {
        let directory = self.directory.join("snapshots");
        let failed = |cause| Error::action("failed to write the snapshot").cause(cause);
        let bytes = snapshot::write(snapshot).map_err(failed)?;
        fs::make_directory(&directory)?;
        let path = directory.join(format!("{}.json", snapshot.id));
        fs::write_atomically(&path, private(&bytes))?;
        fs::sync_directories(&directory, 3)
    }

    /// Adds to the trail, so that it outlives a loss of power.
    pub(super) fn append(&self, record: Record) -> Result<()> {
        fs::make_directory(&self.directory)?;
        let _lock = Lock::wait(&self.directory.join("trail.lock"), || ())?;
        let time = Timestamp::now().to_string();
        let failed = |cause: String| Error::action("failed to write the audit trail").cause(cause);
        let added = trail::addition(&self.read_trail()?, time, record).map_err(failed)?;
        fs::append_synced(&self.trail_path(), &added.bytes)?;
        let head = trail::write_head(&added.head).map_err(failed)?;
        fs::write_atomically(&self.head_path(), private(&head))?;
        fs::sync_directories(&self.directory, 2)
    }

    /// The bytes of the trail; none before the first line.
    pub(super) fn read_trail(&self) -> Result<Vec<u8>> {
        Ok(fs::read_regular(&self.trail_path())?.unwrap_or_default())
    }

    /// What the head's file says of the trail's last line.
    pub(super) fn read_head(&self) -> Result<Option<Head>> {
        let bytes = fs::read_regular(&self.head_path())?;
        Ok(bytes.and_then(|bytes| trail::parse_head(&bytes)))
    }

    fn trail_path(&self) -> PathBuf {
        self.directory.join("trail.jsonl")
    }

    fn head_path(&self) -> PathBuf {
        self.directory.join("trail.head")
    }
}

fn private(bytes: &[u8]) -> Replacement<'_> {
    Replacement { bytes, executable: None, staging: None, if_link: IfLink::Replace }
}
