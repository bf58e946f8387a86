//! Where snapshots and the audit log are kept: `<common git directory>/pyenv/`, which all work trees share, and for what
//! lies in no repository `git-pyenv/` in the user's directory for state.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use super::user;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::formats::audit_log::AuditUser;
use crate::formats::snapshot::{self, Snapshot};
use crate::fs::{self, Access, Expected, FilePlace, Lock, OpenDirectory};
use crate::git::{Repository, Sharing};
use crate::path::{RepoPath, display_bytes, path_to_bytes};
use crate::text::shell_quote;

pub(super) const LOG: &str = "audit-log.jsonl";
pub(super) const HEAD: &str = "audit-log.head";
pub(super) const LOCK: &str = "audit-log.lock";
/// The lock of those who write here.
pub(super) const IN_USE: &str = "in-use.lock";
pub(super) const SNAPSHOTS: &str = "snapshots";
pub(super) const COPIES: &str = "copies";

/// The most bytes read of the audit log: some 200,000 removals.
const LOG_LIMIT: u64 = 256 * 1024 * 1024;
/// The most bytes read of the head's file, which is one line.
const HEAD_LIMIT: u64 = 64 * 1024;

/// The directory of this program's own files. They may hold what only the owner of the repository should read, such as
/// addresses of private package indexes.
#[derive(Debug, Clone)]
pub struct StateDirectory {
    /// An existing directory, or one that is made.
    base: PathBuf,
    /// The name of the state directory in it.
    name: &'static str,
    pub(super) sharing: Sharing,
    /// Who the entries are of that are appended.
    pub(super) user: AuditUser,
    /// The lock of those who write here, once it was written.
    pub(super) held: Arc<OnceLock<Lock>>,
}

impl StateDirectory {
    /// The state directory of a repository; it need not exist yet.
    ///
    /// # Errors
    /// Undecided or settings if git's configuration does not say who shares the repository.
    pub fn of(repository: &Repository<'_>) -> Result<Self> {
        let base = repository.layout().common_directory.clone();
        let user = user::current(repository.env());
        Ok(Self {
            base,
            name: fs::STATE_DIRECTORY,
            sharing: repository.sharing()?,
            user,
            held: Arc::default(),
        })
    }

    /// The state directory of the user, for what lies in no repository; it need not exist yet. It is for its owner alone.
    ///
    /// # Errors
    /// Action if the environment does not say where it is.
    pub fn of_user(env: &Env) -> Result<Self> {
        let missing = || {
            let variable = if cfg!(windows) { "LOCALAPPDATA" } else { "HOME" };
            Error::action("there is no directory for state of the user")
                .cause(format!("`{variable}` is not set"))
        };
        let base = env.state_directory().ok_or_else(missing)?;
        let (user, held) = (user::current(env), Arc::default());
        Ok(Self { base, name: fs::USER_STATE_DIRECTORY, sharing: Sharing::PRIVATE, user, held })
    }

    /// Where it is, absolute.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.base.join(self.name)
    }

    /// Who shares it.
    pub(super) fn sharing(&self) -> Sharing {
        self.sharing
    }

    /// Writes a snapshot so that it outlives a loss of power.
    ///
    /// # Errors
    /// Action if it cannot be written.
    pub fn write_snapshot(&self, snapshot: &Snapshot) -> Result<()> {
        let failed = |cause| Error::action("failed to write the snapshot").cause(cause);
        let bytes = snapshot::write(snapshot).map_err(failed)?;
        let directory = self.make_directory(SNAPSHOTS)?;
        self.write(&format!("{SNAPSHOTS}/{}.json", snapshot.id), &bytes)?;
        fs::sync_directories(&directory, 3)
    }

    /// Where the snapshot of this id is.
    ///
    /// # Errors
    /// Action if the id is no name of a file.
    pub fn snapshot_path(&self, id: &str) -> Result<PathBuf> {
        self.absolute(&format!("{SNAPSHOTS}/{id}.json"))
    }

    /// Writes the packages of a snapshot as a requirements file beside it, and returns where it is.
    ///
    /// # Errors
    /// Action if it cannot be written.
    pub fn write_requirements(&self, id: &str, text: &str) -> Result<PathBuf> {
        let name = format!("{SNAPSHOTS}/{id}.txt");
        self.make_directory(SNAPSHOTS)?;
        self.write(&name, text.as_bytes())?;
        self.absolute(&name)
    }

    /// Copies files and links of an open directory so that the copies outlive a loss of power, and returns the directory
    /// that they are in, each at its own path.
    ///
    /// # Errors
    /// Action if something cannot be copied; some copies may be there then.
    pub fn write_copies(&self, id: &str, from: &OpenDirectory, paths: &[RepoPath]) -> Result<PathBuf> {
        let directory = format!("{COPIES}/{id}");
        let in_copies = |path: &RepoPath| match path.is_root() {
            true => directory.clone().into_bytes(),
            false => [directory.as_bytes(), b"/", path.as_bytes()].concat(),
        };
        let above: BTreeSet<RepoPath> = paths.iter().flat_map(|path| path.ancestors().skip(1)).collect();
        let made = above.iter().map(|above| self.make_directory(in_copies(above)));
        let made = made.collect::<Result<Vec<PathBuf>>>()?;
        for path in paths {
            from.copy(path, &self.place(in_copies(path))?, self.sharing)?;
        }
        made.iter().rev().try_for_each(|directory| fs::sync_directories(directory, 1))?;
        let directory = self.absolute(&directory)?;
        fs::sync_directories(&directory, 4)?;
        Ok(directory)
    }

    /// The bytes of the audit log; none before the first line.
    pub(super) fn read_log(&self) -> Result<Vec<u8>> {
        self.read(LOG, LOG_LIMIT).map(Option::unwrap_or_default).map_err(|error| self.too_long(error))
    }

    /// Adds how to begin a new log, if the one that is there has become too long to be read.
    fn too_long(&self, error: Error) -> Error {
        let log = self.path().join(LOG);
        if fs::file_stamp(&log).is_none_or(|[size, ..]| size <= LOG_LIMIT) {
            return error;
        }
        let numbered = |number: &u32| !fs::exists(&self.path().join(format!("audit-log.{number}.jsonl")));
        let number = (1..).find(numbered).unwrap_or_default();
        let word = |name: &str| shell_quote(&path_to_bytes(&self.path().join(name)));
        let [log, head] = [LOG, HEAD].map(word);
        let kept = ["jsonl", "head"].map(|end| word(&format!("audit-log.{number}.{end}")));
        error.suggest(
            "keep it, and begin a new one, with",
            format!("mv {log} {} && mv {head} {}", kept[0], kept[1]),
        )
    }

    /// The bytes of the file of its head; `None` before the first line.
    pub(super) fn read_head(&self) -> Result<Option<Vec<u8>>> {
        self.read(HEAD, HEAD_LIMIT)
    }

    /// Reads a file; `None` if it does not exist.
    ///
    /// # Errors
    /// Action if it is not a regular file, has more than `limit` bytes, or cannot be read.
    pub fn read(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>> {
        if fs::is_absent(&self.absolute(name)?) {
            return Ok(None);
        }
        Ok(self.place(name)?.read(limit)?.map(|file| file.bytes))
    }

    /// Writes a file in a directory that exists.
    ///
    /// # Errors
    /// Action if it cannot be written; nothing has changed then.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.place(name)?.write(bytes, Access::private(self.sharing), None, Expected::Anything)
    }

    /// Deletes a file of at most `limit` bytes, if it exists.
    ///
    /// # Errors
    /// As [`StateDirectory::read`]; action if it cannot be deleted.
    pub fn delete(&self, name: &str, limit: u64) -> Result<()> {
        let place = self.place(name)?;
        place.read(limit)?.map_or(Ok(()), |file| place.remove(&file))
    }

    /// Creates a directory and those above it, and returns where it is.
    ///
    /// # Errors
    /// Action if it cannot be created.
    pub fn make_directory(&self, name: impl AsRef<[u8]>) -> Result<PathBuf> {
        let path = self.inside(name)?;
        fs::make_private_directory(&self.base)?;
        fs::make_directory_below(&self.base, &path, self.sharing)?;
        self.hold()?;
        Ok(path.to_path(&self.base))
    }

    pub(super) fn absolute(&self, name: &str) -> Result<PathBuf> {
        Ok(self.inside(name)?.to_path(&self.base))
    }

    /// The place of a file. No link is followed below the base.
    pub(super) fn place(&self, name: impl AsRef<[u8]>) -> Result<FilePlace> {
        FilePlace::below(&self.base, &self.inside(name)?)
    }

    /// A path in the state directory, relative to the base.
    fn inside(&self, name: impl AsRef<[u8]>) -> Result<RepoPath> {
        let name = name.as_ref();
        let directory = RepoPath::new(self.name.as_bytes());
        directory.and_then(|directory| directory.join(name)).map_err(|error| {
            Error::action(format!("`{}` is not a valid path", display_bytes(name))).cause(error)
        })
    }
}
