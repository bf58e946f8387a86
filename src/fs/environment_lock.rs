//! The lock of one environment, which keeps two installs apart, and the mark that an interrupted one leaves.
//!
//! Both are one file in the environment: locked while somebody installs, empty unless something is being installed. So
//! the mark goes with the environment, and whoever finds it on a file that nobody has locked knows that an install was
//! interrupted.

use std::fs::{File, TryLockError};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::lock::Lock;
use super::metadata::{exists, is_same_open_file};
use super::own_names::INSTALL_LOCK_FILE;
use super::place::{FilePlace, read_regular};
use crate::error::{Error, Result};
use crate::git::Sharing;
use crate::path::display;

/// The content of the file while something is being installed.
const MARK: &[u8] = b"an install into this environment has begun and has not ended\n";

/// The most bytes read of the file.
const LIMIT: u64 = 4096;

/// How often the lock is taken anew because the environment was replaced meanwhile.
const MAX_TRIES: usize = 16;

/// The lock of an environment. It is released when this value is dropped and no program that got it as
/// [`EnvironmentLock::as_stdin`] runs any more.
#[derive(Debug)]
pub struct EnvironmentLock {
    lock: Lock,
    path: PathBuf,
}

impl EnvironmentLock {
    /// Waits until no other process installs into the environment at `root`; `on_wait` is called first if one does.
    ///
    /// # Errors
    /// Action if the lock file cannot be created, is not a regular file, or if waiting fails.
    pub fn wait(root: &Path, on_wait: &dyn Fn()) -> Result<Self> {
        let path = root.join(INSTALL_LOCK_FILE);
        for _ in 0..MAX_TRIES {
            let place = FilePlace::at(&path)?;
            let lock = Lock::wait_at(&place, &path, Sharing::Umask, on_wait)?;
            // The environment may have been replaced while this process waited: then this is the lock of the old one.
            if lock.file().is_none_or(|file| is_same_open_file(file, &path)) {
                return Ok(Self { lock, path });
            }
        }
        Err(Error::action(format!("failed to lock `{}`", display(&path)))
            .cause("the environment is being replaced again and again"))
    }

    /// As [`EnvironmentLock::wait`], for who only keeps installs out; `None` if nobody has ever installed into it.
    ///
    /// # Errors
    /// As [`EnvironmentLock::wait`].
    pub fn wait_if_used(root: &Path, on_wait: &dyn Fn()) -> Result<Option<Self>> {
        let is_used = exists(&root.join(INSTALL_LOCK_FILE));
        is_used.then(|| Self::wait(root, on_wait)).transpose()
    }

    /// Marks the environment: until [`EnvironmentLock::unmark`], its packages are in doubt.
    ///
    /// # Errors
    /// Action if the file cannot be written.
    pub fn mark(&self) -> Result<()> {
        self.write(MARK)
    }

    /// Says whether an install before this one has left its mark.
    #[must_use]
    pub fn is_marked(&self) -> bool {
        is_marked(&self.path)
    }

    /// Takes the mark away.
    ///
    /// # Errors
    /// Action if the file cannot be written.
    pub fn unmark(&self) -> Result<()> {
        self.write(b"")
    }

    /// The locked file as standard input of a program, which then holds the lock too: an installer that outlives this
    /// process keeps others out. It reads nothing.
    #[must_use]
    pub fn as_stdin(&self) -> Stdio {
        // At its end there is nothing to read.
        let at_end = |mut file: &File| file.seek(io::SeekFrom::End(0)).and_then(|_| file.try_clone());
        self.lock.file().and_then(|file| at_end(file).ok()).map_or_else(Stdio::null, Stdio::from)
    }

    fn write(&self, text: &[u8]) -> Result<()> {
        let Some(mut file) = self.lock.file() else { return Ok(()) };
        let written = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(text));
        let failed = |error| Error::action(format!("failed to write `{}`", display(&self.path))).cause(error);
        // It has to outlive this process, not a loss of power, which leaves the packages in doubt as well.
        written.map_err(failed)
    }
}

/// Says whether an install into the environment at `root` was interrupted: there is a mark, and nobody installs now.
#[must_use]
pub fn was_install_interrupted(root: &Path) -> bool {
    let path = root.join(INSTALL_LOCK_FILE);
    let file = || FilePlace::at(&path).ok()?.try_open().ok();
    is_marked(&path)
        && file().is_some_and(|file| !matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

fn is_marked(path: &Path) -> bool {
    read_regular(path, LIMIT).ok().flatten().is_some_and(|text| !text.is_empty())
}

/// Says whether a file directly in an environment is its lock, with nothing in it that somebody else wrote.
#[must_use]
pub fn is_environment_lock(name: &[u8], text: &[u8]) -> bool {
    name == INSTALL_LOCK_FILE.as_bytes() && (text.is_empty() || text == MARK)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test looks at the disk")]
mod tests {
    use super::*;

    #[test]
    fn a_mark_counts_while_nobody_holds_the_lock() {
        let directory = tempfile::tempdir().expect("a directory");
        let root = directory.path();
        let read = || std::fs::read(root.join(INSTALL_LOCK_FILE)).expect("a file");
        assert!(!was_install_interrupted(root));
        let lock = EnvironmentLock::wait(root, &|| panic!("nobody has it")).expect("a lock");
        assert!(!was_install_interrupted(root));
        lock.mark().expect("a mark");
        lock.mark().expect("a mark once more");
        assert!(is_environment_lock(INSTALL_LOCK_FILE.as_bytes(), &read()));
        assert!(!was_install_interrupted(root), "it is at work");
        drop(lock);
        assert!(was_install_interrupted(root));
        let lock = EnvironmentLock::wait(root, &|| ()).expect("a lock");
        assert!(lock.is_marked());
        lock.unmark().expect("no mark");
        drop(lock);
        assert!(!was_install_interrupted(root) && read().is_empty());
        assert!(!is_environment_lock(INSTALL_LOCK_FILE.as_bytes(), b"mine"));
        assert!(!is_environment_lock(b"mine", b""));
    }

    #[test]
    fn the_lock_is_that_of_the_environment_that_is_there_now() {
        let directory = tempfile::tempdir().expect("a directory");
        let (root, old) = (directory.path().join("venv"), directory.path().join("old"));
        std::fs::create_dir(&root).expect("a directory");
        let first = EnvironmentLock::wait(&root, &|| ()).expect("a lock");
        let second = std::thread::scope(|scope| {
            let second = scope.spawn(|| {
                let replace = || {
                    if !old.exists() {
                        std::fs::rename(&root, &old).expect("a rename");
                        std::fs::create_dir(&root).expect("a directory");
                    }
                    first.unmark().expect("a write");
                    first.lock.file().expect("a file").unlock().expect("no lock");
                };
                EnvironmentLock::wait(&root, &replace).expect("the lock of the new one")
            });
            second.join().expect("no panic")
        });
        second.mark().expect("a mark");
        assert!(!std::fs::read(root.join(INSTALL_LOCK_FILE)).expect("the new one's").is_empty());
        assert!(std::fs::read(old.join(INSTALL_LOCK_FILE)).expect("the old one's").is_empty());
    }
}
