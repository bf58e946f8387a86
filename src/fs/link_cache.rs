//! A cache of files with the same content in many environments. Each environment gets a hard link, as in uv
//! (<https://docs.astral.sh/uv/reference/settings/#link-mode>): a link costs a fraction of a new file.
//!
//! Writing into such a file in place changes it in every environment; installers replace files instead. A file that
//! was written into has another modification time and is not used any more.
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::atomic::write_and_rename;
use super::read::is_owned;

/// The modification time of every cached file, since 1970: 2020-01-01. A file that was written into has another.
const CACHED_MODIFICATION_TIME: Duration = Duration::from_secs(1_577_836_800);

/// A directory of cached files, named by their content.
#[derive(Debug)]
pub struct LinkCache {
    directory: PathBuf,
    /// A file that was just created where the links will be.
    fresh: Metadata,
}

impl LinkCache {
    /// Opens a cache and creates its directory if it does not exist. `fresh` is a file that was just created where the
    /// links will be. Returns `None` if the directory cannot be created, if another user could have written into it,
    /// or if it is on another file system than `fresh`.
    #[must_use]
    pub fn open(directory: &Path, fresh: &Path) -> Option<Self> {
        create_private(directory).ok()?;
        let (own, fresh) = (fs::symlink_metadata(directory).ok()?, fs::symlink_metadata(fresh).ok()?);
        let usable = own.is_dir() && is_owned(&own) && is_on_same_device(&own, &fresh);
        usable.then(|| Self { directory: directory.to_path_buf(), fresh })
    }

    /// Links the cached file of this name and size to a path. Returns `false` if the file is not cached, was changed,
    /// or cannot be linked.
    #[must_use]
    pub fn link(&self, name: &str, size: u64, to: &Path) -> bool {
        let cached = self.directory.join(name);
        let Ok(metadata) = fs::symlink_metadata(&cached) else { return false };
        let time = SystemTime::UNIX_EPOCH + CACHED_MODIFICATION_TIME;
        let unwritten = metadata.modified().is_ok_and(|modified| modified == time);
        let as_new = is_like_new(&metadata, &self.fresh);
        if !(metadata.is_file() && metadata.len() == size && unwritten && as_new) {
            // The file is cached again when it is written next; environments that have a link to it keep it.
            let _ = fs::remove_file(&cached);
            return false;
        }
        fs::hard_link(&cached, to).is_ok()
    }

    /// Writes a file into the cache and links it to a path; `false` if that is not possible. The file is created in the
    /// cache and not where it is used, so that the inodes of cached files are close together on the disk: linking them
    /// then changes fewer blocks.
    pub(super) fn add(&self, name: &str, bytes: &[u8], to: &Path) -> bool {
        let cached = self.directory.join(name);
        self.write(&cached, bytes).is_ok() && fs::hard_link(&cached, to).is_ok()
    }

    /// Not synced, like all files of a new environment.
    fn write(&self, cached: &Path, bytes: &[u8]) -> io::Result<()> {
        write_and_rename(&self.directory, cached, 0o666, |file| {
            file.write_all(bytes)?;
            file.set_modified(SystemTime::UNIX_EPOCH + CACHED_MODIFICATION_TIME)
        })
    }
}

/// Whether a hard link from one to the other is possible.
#[cfg(unix)]
fn is_on_same_device(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    one.dev() == other.dev()
}

/// Whether a cached file has the owner and mode of a new file. They are the same for all links, so that `chmod` in one
/// environment changes the cached file too.
#[cfg(unix)]
fn is_like_new(cached: &Metadata, fresh: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (cached.uid(), cached.mode()) == (fresh.uid(), fresh.mode())
}

/// Unknown here; linking fails if they are not.
#[cfg(not(unix))]
fn is_on_same_device(_: &Metadata, _: &Metadata) -> bool {
    true
}

/// Whether a cached file is writable if a new file is.
#[cfg(not(unix))]
fn is_like_new(cached: &Metadata, fresh: &Metadata) -> bool {
    cached.permissions() == fresh.permissions()
}

/// Creates a directory that other users cannot read.
fn create_private(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use super::*;

    #[test]
    fn cached_files_are_linked_until_they_are_changed() {
        let top = tempfile::tempdir().expect("a directory");
        let fresh = top.path().join("fresh");
        fs::write(&fresh, "").expect("a file");
        let cache = LinkCache::open(&top.path().join("a/cache"), &fresh).expect("a cache");
        let [first, second, third] = ["first", "second", "third"].map(|name| top.path().join(name));
        assert!(!cache.link("name", 4, &first));
        assert!(cache.add("name", b"text", &first));
        assert!(!cache.link("name", 5, &second), "another size is another file");
        assert!(!cache.add("name", b"text", &first), "something has that name");
        fs::remove_file(&first).expect("a removed file");
        assert!(cache.add("name", b"text", &first));
        assert!(cache.link("name", 4, &second));
        let number = |path: &Path| fs::metadata(path).expect("a file").ino();
        assert_eq!(number(&first), number(&second));
        fs::set_permissions(&second, fs::Permissions::from_mode(0o600)).expect("a mode");
        assert!(!cache.link("name", 4, &third), "another mode");
        assert!(cache.add("name", b"text", &third));
        fs::remove_file(&second).and_then(|()| fs::rename(&third, &second)).expect("the new one");
        fs::write(&second, "TEXT").expect("a change");
        assert!(!cache.link("name", 4, &third));
        assert_eq!(fs::read(&second).expect("what was written"), b"TEXT");
        assert!(!third.exists());
    }

    #[test]
    fn a_cache_that_others_can_write_is_not_used() {
        let top = tempfile::tempdir().expect("a directory");
        let directory = top.path().join("cache");
        assert!(LinkCache::open(&directory, top.path()).is_some());
        fs::set_permissions(&directory, fs::Permissions::from_mode(0o777)).expect("a mode");
        assert!(LinkCache::open(&directory, top.path()).is_none());
        std::os::unix::fs::symlink(top.path(), top.path().join("link")).expect("a link");
        assert!(LinkCache::open(&top.path().join("link"), top.path()).is_none());
        assert!(LinkCache::open(Path::new("/dev/null/cache"), top.path()).is_none());
    }
}
