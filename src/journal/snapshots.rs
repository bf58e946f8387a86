//! Reading the snapshots of a state directory.

use std::path::Path;

use jiff::Timestamp;

use crate::error::{ErrorKind, Result};
use crate::formats::snapshot::{self, Snapshot, identifier};
use crate::fs;
use crate::model::Unread;
use crate::order::Arrange as _;
use crate::path::{bytes_to_path, display, path_to_bytes};
use crate::session::{Ports, Session};

use super::state_directory::{SNAPSHOTS, StateDirectory};

/// The most bytes read of a snapshot. Those of large environments have some hundred kilobytes.
const LIMIT: u64 = 64 * 1024 * 1024;

/// The snapshots of a state directory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SnapshotReading {
    /// Those that can be read, newest first.
    pub snapshots: Vec<Snapshot>,
    /// The others, and what is wrong with them.
    pub damaged: Vec<Unread>,
}

/// An id for an operation that begins now with what is at a path; `word` tells those of one process apart.
#[must_use]
pub fn operation_id(path: &Path, word: &str) -> String {
    let seed = [&path_to_bytes(path), std::process::id().to_be_bytes().as_slice(), word.as_bytes()].concat();
    identifier(&Timestamp::now().to_string(), &seed)
}

/// The state directory of the repository around the working directory or, outside of one, of the user, and the
/// repository.
///
/// # Errors
/// As [`Session::open`] for a repository that cannot be opened; action if the user has no directory for state.
pub fn state_here(ports: Ports<'_>) -> Result<(StateDirectory, Option<Session<'_>>)> {
    match Session::open(ports, Vec::new()) {
        Ok(session) => Ok((StateDirectory::of(&session.repository)?, Some(session))),
        Err(error) if error.kind() == ErrorKind::Usage && ports.env.raw("GIT_DIR").is_none() => {
            Ok((StateDirectory::of_user(ports.env)?, None))
        }
        Err(error) => Err(error),
    }
}

impl StateDirectory {
    /// Reads all snapshots.
    ///
    /// # Errors
    /// Undecided if their directory is there and cannot be listed.
    pub fn snapshots(&self) -> Result<SnapshotReading> {
        let directory = self.path().join(SNAPSHOTS);
        let listed = fs::list_directory(&directory)?.unwrap_or_default();
        let mut reading = SnapshotReading::default();
        for entry in listed {
            let Some(id) = entry.name.strip_suffix(b".json") else { continue };
            match self.snapshot_named(id) {
                Ok(snapshot) => reading.snapshots.push(snapshot),
                Err(reason) => {
                    reading.damaged.push(Unread {
                        path: directory.join(bytes_to_path(&entry.name)),
                        reason: reason.into(),
                    });
                }
            }
        }
        // The names sort by time; newest first.
        reading.snapshots.arrange_by(|one, other| other.id.cmp(&one.id));
        Ok(reading)
    }

    /// Reads a snapshot by the name of its file; otherwise says why it cannot be used.
    fn snapshot_named(&self, id: &[u8]) -> Result<Snapshot, String> {
        let name = std::str::from_utf8(id).map_err(|_| "its name is not UTF-8".to_owned())?;
        let snapshot = self.read_snapshot(name)?;
        let path = snapshot.path.to_path();
        if !path.is_absolute() || path_to_bytes(&path).contains(&0) {
            return Err(format!("`{}` is no absolute path", display(&path)));
        }
        Ok(snapshot)
    }

    /// Reads what the file of a snapshot says; otherwise says why it cannot be read.
    pub(super) fn read_snapshot(&self, name: &str) -> Result<Snapshot, String> {
        let bytes =
            self.read(&format!("{SNAPSHOTS}/{name}.json"), LIMIT).map_err(|error| error.to_string())?;
        let snapshot = snapshot::parse(&bytes.ok_or("it is gone")?).map_err(|error| error.to_string())?;
        if snapshot.id != name {
            return Err("it names itself otherwise than its file".to_owned());
        }
        Ok(snapshot)
    }
}
