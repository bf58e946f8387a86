//! Files that many environments have alike, kept once and given to each as a hard link, as uv does
//! (<https://docs.astral.sh/uv/reference/settings/#link-mode>): a link costs a fraction of a new file.
//!
//! Whoever writes into such a file in place writes into all; installers replace files and do not do so. What was
//! written into shows by its time, and is not given any more.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::own_names::STAGING_PREFIX;
use super::read::is_own;

/// The time of change that every kept file has: 2020-01-01. One that was written into has another.
const SEAL: Duration = Duration::from_secs(1_577_836_800);

/// A directory of kept files, named by their content.
#[derive(Debug)]
pub struct Store {
    directory: PathBuf,
    /// A file that was just made where kept files are given to.
    fresh: Metadata,
}

impl Store {
    /// Opens a store, and makes its directory where it is missing; `None` if it cannot be made, if anybody else could
    /// have put something into it, or if it is on another disk than `fresh`, a file that was just made where kept
    /// files are given to.
    #[must_use]
    pub fn open(directory: &Path, fresh: &Path) -> Option<Self> {
        make_private(directory).ok()?;
        let (own, fresh) = (fs::symlink_metadata(directory).ok()?, fs::symlink_metadata(fresh).ok()?);
        let usable = own.is_dir() && is_own(&own) && is_on_one_disk(&own, &fresh);
        usable.then(|| Self { directory: directory.to_path_buf(), fresh })
    }

    /// Gives the kept file of this name and size another name, `to`; `false` if there is none as it was kept, or the
    /// system does not link the two places.
    #[must_use]
    pub fn give(&self, name: &str, size: u64, to: &Path) -> bool {
        let kept = self.directory.join(name);
        let Ok(metadata) = fs::symlink_metadata(&kept) else { return false };
        let sealed = metadata.modified().is_ok_and(|time| time == SystemTime::UNIX_EPOCH + SEAL);
        let as_new = is_as_new(&metadata, &self.fresh);
        if !(metadata.is_file() && metadata.len() == size && sealed && as_new) {
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
        builder.prefix(STAGING_PREFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(&self.directory)?;
        file.write_all(bytes)?;
        file.as_file().set_modified(SystemTime::UNIX_EPOCH + SEAL)?;
        file.persist(kept).map(drop).map_err(|error| error.error)
    }
}

/// Says whether a link from one to the other may be made.
#[cfg(unix)]
fn is_on_one_disk(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    one.dev() == other.dev()
}

/// Says whether a kept file has the owner and mode of one that is new: who changes those of an environment changes
/// them in the store too.
#[cfg(unix)]
fn is_as_new(kept: &Metadata, fresh: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (kept.uid(), kept.mode()) == (fresh.uid(), fresh.mode())
}

/// The attempt tells.
#[cfg(not(unix))]
fn is_on_one_disk(_: &Metadata, _: &Metadata) -> bool {
    true
}

/// Says whether a kept file may be written, as one that is new.
#[cfg(not(unix))]
fn is_as_new(kept: &Metadata, fresh: &Metadata) -> bool {
    kept.permissions() == fresh.permissions()
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
        let fresh = top.path().join("fresh");
        fs::write(&fresh, "").expect("a file");
        let store = Store::open(&top.path().join("a/store"), &fresh).expect("a store");
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
        fs::set_permissions(&second, fs::Permissions::from_mode(0o600)).expect("a mode");
        assert!(!store.give("name", 4, &third), "another mode");
        assert!(store.keep("name", b"text", &third));
        fs::remove_file(&second).and_then(|()| fs::rename(&third, &second)).expect("the new one");
        fs::write(&second, "TEXT").expect("a change");
        assert!(!store.give("name", 4, &third));
        assert_eq!(fs::read(&second).expect("what was written"), b"TEXT");
        assert!(!third.exists());
    }

    #[test]
    fn a_store_that_others_may_write_is_none() {
        let top = tempfile::tempdir().expect("a directory");
        let place = top.path().join("store");
        assert!(Store::open(&place, top.path()).is_some());
        fs::set_permissions(&place, fs::Permissions::from_mode(0o777)).expect("a mode");
        assert!(Store::open(&place, top.path()).is_none());
        std::os::unix::fs::symlink(top.path(), top.path().join("link")).expect("a link");
        assert!(Store::open(&top.path().join("link"), top.path()).is_none());
        assert!(Store::open(Path::new("/dev/null/store"), top.path()).is_none());
    }
}
