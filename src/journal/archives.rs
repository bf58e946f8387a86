//! Where archives are kept: `archives/ID.tar.zst` in the state directory, beside the snapshots of the same ids.

use std::path::PathBuf;
use std::time::SystemTime;

use jiff::Timestamp;

use super::StateDirectory;
use crate::error::{Error, Result};
use crate::formats::snapshot::Snapshot;
use crate::fs::{self, Access, FileKind, OpenedFile, UnfinishedFile};
use crate::path::{RepoPath, bytes_to_path};

const ARCHIVES: &str = "archives";
const ENDING: &str = ".tar.zst";

/// An archive that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptArchive {
    /// The id of its snapshot.
    pub id: String,
    /// Where it is, absolute.
    pub path: PathBuf,
    /// The size of the file in bytes.
    pub bytes: u64,
    /// When it was made: as its snapshot says, else when the file was changed last.
    pub made: SystemTime,
    /// What says of which environment it is; `None` if that is gone or cannot be read.
    pub snapshot: Option<Snapshot>,
}

impl StateDirectory {
    /// Begins the archive of a snapshot.
    ///
    /// # Errors
    /// Action if it cannot be created.
    pub fn begin_archive(&self, id: &str) -> Result<UnfinishedFile> {
        self.make_directory(ARCHIVES)?;
        self.hold()?;
        UnfinishedFile::create(self.place(name(id))?, Access::private(self.sharing()))
    }

    /// Gives an archive its name, so that it outlives a loss of power, and returns where it is.
    ///
    /// # Errors
    /// Action if that fails.
    pub fn place_archive(&self, id: &str, file: UnfinishedFile) -> Result<PathBuf> {
        file.put()?;
        fs::sync_directories(&self.path().join(ARCHIVES), 3)?;
        self.archive_path(id)
    }

    /// Where the archive of a snapshot is.
    ///
    /// # Errors
    /// Action if the id is no name of a file.
    pub fn archive_path(&self, id: &str) -> Result<PathBuf> {
        self.absolute(&name(id))
    }

    /// Opens the archive of a snapshot; `None` if it does not exist.
    ///
    /// # Errors
    /// Action if it is something else than a regular file, or cannot be opened.
    pub fn open_archive(&self, id: &str) -> Result<Option<OpenedFile>> {
        if fs::is_absent(&self.archive_path(id)?) {
            return Ok(None);
        }
        let name = name(id);
        let failed =
            |cause: String| Error::action(format!("failed to open the archive `{name}`")).cause(cause);
        let path = RepoPath::new(name.as_bytes()).map_err(|error| failed(error.to_string()))?;
        let opened = fs::OpenDirectory::open(&self.path()).map_err(|error| failed(error.to_string()))?;
        opened.open_to_reread(&path).map(Some).map_err(|error| failed(error.to_string()))
    }

    /// The archives, oldest first: their ids begin with the time.
    ///
    /// # Errors
    /// Undecided if their directory exists and cannot be listed.
    pub fn archives(&self) -> Result<Vec<KeptArchive>> {
        let directory = self.path().join(ARCHIVES);
        let listed = fs::list_directory(&directory)?.unwrap_or_default();
        let archive = |entry: fs::DirectoryEntry| {
            let path = directory.join(bytes_to_path(&entry.name));
            let id = std::str::from_utf8(&entry.name).ok()?.strip_suffix(ENDING)?;
            let is_own = fs::is_staging_name(&entry.name);
            let [bytes, ..] = (entry.kind == FileKind::File && !is_own).then(|| fs::file_stamp(&path))??;
            let snapshot = self.read_snapshot(id).ok();
            let time = snapshot.as_ref().and_then(|snapshot| snapshot.time.parse::<Timestamp>().ok());
            let made = time.map(SystemTime::from).or_else(|| fs::times(&path).modified)?;
            Some(KeptArchive { id: id.to_owned(), path, bytes, made, snapshot })
        };
        Ok(listed.into_iter().filter_map(archive).collect())
    }

    /// Deletes an archive, if there is one, after its snapshot no longer names it.
    ///
    /// # Errors
    /// Action if the snapshot cannot be written or the archive still exists.
    pub fn delete_archive(&self, id: &str) -> Result<()> {
        self.forget_archive(id)?;
        fs::remove_file(&self.archive_path(id)?)
    }

    /// Clears what killed runs have left of archives: the environments are in their places.
    pub(super) fn clear_unfinished_archives(&self) {
        let forget = |name: &[u8]| {
            let id = std::str::from_utf8(name).ok().and_then(|name| name.strip_suffix(ENDING));
            // The next run tries again.
            let _ = id.map(|id| self.forget_archive(id));
        };
        fs::clear_unfinished_files(&self.path().join(ARCHIVES), &forget);
    }

    fn forget_archive(&self, id: &str) -> Result<()> {
        match self.read_snapshot(id).ok() {
            Some(snapshot) if snapshot.archive.is_some() => {
                self.write_snapshot(&Snapshot { archive: None, ..snapshot })
            }
            _ => Ok(()),
        }
    }
}

/// The path of an archive in the state directory.
fn name(id: &str) -> String {
    format!("{ARCHIVES}/{id}{ENDING}")
}
