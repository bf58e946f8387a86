//! Files that many environments have alike, kept once and given to each as a hard link, as uv does
//! (<https://docs.astral.sh/uv/reference/settings/#link-mode>): a link costs a fraction of a new file.
//!
//! Whoever writes into such a file in place writes into all; installers replace files and do not do so. What was
//! written into shows by its time, and is not given any more.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::read::is_own;

/// The time of change that every kept file has: 2020-01-01. One that was written into has another.
const SEAL: Duration = Duration::from_secs(1_577_836_800);

/// A directory of kept files, named by their content.
#[derive(Debug)]
pub struct Store {
    directory: PathBuf,
}

impl Store {
    /// Opens a store, and makes its directory where it is missing; `None` if it cannot be made, or if anybody else
    /// could have put something into it.
    #[must_use]
    pub fn open(directory: &Path) -> Option<Self> {
        make_private(directory).ok()?;
        let metadata = fs::symlink_metadata(directory).ok()?;
        (metadata.is_dir() && is_own(&metadata)).then(|| Self { directory: directory.to_path_buf() })
    }

    /// Gives the kept file of this name and size another name, `to`; `false` if there is none as it was kept, or the
    /// system does not link the two places.
    #[must_use]
    pub fn give(&self, name: &str, size: u64, to: &Path) -> bool {
        let kept = self.directory.join(name);
        let Ok(metadata) = fs::symlink_metadata(&kept) else { return false };
        let sealed = metadata.modified().is_ok_and(|time| time == SystemTime::UNIX_EPOCH + SEAL);
        if !(metadata.is_file() && metadata.len() == size && sealed) {
            // It is kept anew when it is written next. Whoever has it as a link keeps what he has.
            let _ = fs::remove_file(&kept);
            return false;
        }
        fs::hard_link(&kept, to).is_ok()
    }

    /// Keeps a content under a name and gives it a first other name, `to`; `false` where that is not possible. It is
    /// written in the store and not where it is used, so that the numbers of kept files lie together on the disk:
    /// giving them changes fewer of its blocks.
    pub(super) fn keep(&self, name: &str, bytes: &[u8], to: &Path) -> bool {
        let kept = self.directory.join(name);
        self.write(&kept, bytes).is_ok() && fs::hard_link(&kept, to).is_ok()
    }

    fn write(&self, kept: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".git-pyenv-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(&self.directory)?;
        file.write_all(bytes)?;
        file.as_file().set_modified(SystemTime::UNIX_EPOCH + SEAL)?;
        file.persist(kept).map(drop).map_err(|error| error.error)
    }
}

/// Makes a directory that nobody else may look into.
fn make_private(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use super::*;

    #[test]
    fn what_was_kept_is_given_until_somebody_writes_into_it() {
        let top = tempfile::tempdir().expect("a directory");
        let store = Store::open(&top.path().join("a/store")).expect("a store");
        let [first, second, third] = ["first", "second", "third"].map(|name| top.path().join(name));
        assert!(!store.give("name", 4, &first));
        assert!(store.keep("name", b"text", &first));
        assert!(!store.give("name", 5, &second), "another size is another file");
        assert!(!store.keep("name", b"text", &first), "something has that name");
        fs::remove_file(&first).expect("a removed file");
        assert!(store.keep("name", b"text", &first));
        assert!(store.give("name", 4, &second));
        let number = |path: &Path| fs::metadata(path).expect("a file").ino();
        assert_eq!(number(&first), number(&second));
        fs::write(&second, "TEXT").expect("a change");
        assert!(!store.give("name", 4, &third));
        assert_eq!(fs::read(&second).expect("what was written"), b"TEXT");
        assert!(!third.exists());
    }

    #[test]
    fn a_store_that_others_may_write_is_none() {
        let top = tempfile::tempdir().expect("a directory");
        let place = top.path().join("store");
        assert!(Store::open(&place).is_some());
        fs::set_permissions(&place, fs::Permissions::from_mode(0o777)).expect("a mode");
        assert!(Store::open(&place).is_none());
        std::os::unix::fs::symlink(top.path(), top.path().join("link")).expect("a link");
        assert!(Store::open(&top.path().join("link")).is_none());
        assert!(Store::open(Path::new("/dev/null/store")).is_none());
    }
}
