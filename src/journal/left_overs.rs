//! What killed runs left in a state directory: temporary files, unfinished archives, and copies for a deletion that never began.
//!
//! Every run that writes into the directory holds a lock of its own for that, shared with the others. Who gets it alone
//! knows that nobody is writing.

use std::sync::Arc;

use super::StateDirectory;
use super::state_directory::{COPIES, IN_USE, SNAPSHOTS};
use crate::error::Result;
use crate::fs::{self, FileKind, Lock};
use crate::path::{bytes_to_path, path_to_bytes};
use crate::ports::NoProgress;

impl StateDirectory {
    /// Holds the lock of those who write, until the last copy of this value is dropped.
    pub(super) fn hold(&self) -> Result<()> {
        if self.held.get().is_none() {
            let lock = Lock::share_at(&self.place(IN_USE)?, &self.absolute(IN_USE)?, self.sharing)?;
            let _ = self.held.set(lock);
        }
        Ok(())
    }

    /// Waits until no other run deletes what is recorded here; for what lies in no repository, which has a lock of its own.
    ///
    /// # Errors
    /// Action if the state directory cannot be written.
    pub fn lock(&self, on_wait: impl FnOnce()) -> Result<Lock> {
        let lock = self.make_directory("")?.join(fs::LOCK_FILE);
        Lock::wait(&lock, self.sharing, on_wait)
    }

    /// Deletes what runs left that were killed before they had recorded what they were about to do, unless somebody is
    /// writing right now. What cannot be deleted stays.
    pub fn clear_left_overs(&self) {
        if fs::is_directory(&self.path()) {
            // That writes snapshots, and so holds the lock that is then taken alone: only as long as this copy lives.
            let mut apart = self.clone();
            apart.held = Arc::default();
            apart.clear_unfinished_archives();
            drop(apart);
            let _ = self.clear_if_alone();
        }
    }

    fn clear_if_alone(&self) -> Result<()> {
        let lock = self.absolute(IN_USE)?;
        let Some(_alone) = Lock::try_alone_at(&self.place(IN_USE)?, &lock, self.sharing)? else {
            return Ok(());
        };
        let top = self.path();
        fs::remove_temporary_files(&top);
        for entry in fs::list_directory(&top)?.unwrap_or_default() {
            if entry.kind == FileKind::Directory {
                fs::remove_temporary_files(&top.join(bytes_to_path(&entry.name)));
            }
        }
        self.clear_copies()
    }

    /// Deletes copies and requirements of snapshots that were never written. A snapshot is written after both, and may have
    /// been deleted by hand, but not what the audit log says of it.
    fn clear_copies(&self) -> Result<()> {
        let snapshots = self.path().join(SNAPSHOTS);
        let named = |entry: &fs::DirectoryEntry| bytes_to_path(&entry.name);
        let unrecorded = |id: &std::path::Path| -> bool {
            let json = [path_to_bytes(id), b".json".to_vec()].concat();
            fs::is_absent(&snapshots.join(bytes_to_path(&json))) && !self.mentions(id)
        };
        for entry in fs::list_directory(&self.path().join(COPIES))?.unwrap_or_default() {
            if entry.kind == FileKind::Directory && unrecorded(&named(&entry)) {
                fs::remove_tree(&self.path().join(COPIES).join(named(&entry)), &NoProgress)?;
            }
        }
        for entry in fs::list_directory(&snapshots)?.unwrap_or_default() {
            let name = named(&entry);
            let is_text = name.extension().is_some_and(|extension| extension == "txt");
            if is_text && name.file_stem().is_some_and(|id| unrecorded(std::path::Path::new(id))) {
                fs::remove_file(&snapshots.join(name))?;
            }
        }
        Ok(())
    }

    /// Whether the audit log has a snapshot, or could not be read.
    fn mentions(&self, id: &std::path::Path) -> bool {
        self.read_audit_log().map_or(true, |reading| {
            let mut snapshots =
                reading.entries.iter().filter_map(|read| read.entry.record.snapshot.as_deref());
            snapshots.any(|snapshot| std::path::Path::new(snapshot) == id)
        })
    }
}
