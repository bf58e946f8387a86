//! A cache of files with the same content in many environments. Each environment gets a hard link, as in uv
//! (<https://docs.astral.sh/uv/reference/settings/#link-mode>): a link costs a fraction of a new file.
//!
//! All links to a file have the same permissions, so the cache has a directory for each mode that a umask leaves. Writing
//! into such a file in place changes it in every environment; installers replace files instead. A file that was written
//! into has another modification time and is not used any more.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use super::directory::{DirectoryHandle, EntryStatus, FileKind};
use super::entry::make_private_directory;
use super::open_directory::OpenDirectory;
use super::place::through_temporary_file;
use crate::path::RepoPath;

/// The time from which on cached files were modified, since 1970: 2000-01-01.
const FIRST_MODIFICATION: u64 = 946_684_800;
/// Modification times are spread over 20 years: those of two contents are almost never the same.
const MODIFICATIONS: u64 = 20 * 365 * 86_400;

/// The name of a cached file.
#[derive(Debug, Clone, Copy)]
pub struct CachedName<'h> {
    /// The hash of its content.
    pub hash: &'h str,
    /// Which copy it is: two files of one environment are never one, even if their content is the same.
    pub copy: u32,
}

impl CachedName<'_> {
    fn file_name(&self) -> Vec<u8> {
        format!("{}.{}", self.hash, self.copy).into_bytes()
    }
}

/// The modification time of a file with content of this hash, since 1970. Python takes compiled code for current if the
/// time and the size of its source are those that it was compiled from
/// (<https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation>): the times of two contents must
/// differ. They are even, because some file systems keep no odd ones.
pub(super) fn modification_of(hash: &str) -> Duration {
    // FNV-1a: <http://www.isthe.com/chongo/tech/comp/fnv/>
    let mixed = hash.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |mixed, byte| {
        (mixed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Duration::from_secs(FIRST_MODIFICATION + mixed % (MODIFICATIONS / 2) * 2)
}

/// A directory of cached files, named by their content.
#[derive(Debug)]
pub struct LinkCache {
    directory: DirectoryHandle,
    /// A file that was just created where the links will be.
    fresh: EntryStatus,
}

impl LinkCache {
    /// Opens a cache and creates its directory if it does not exist. `fresh` is a file that was just created in the
    /// directory `root`, where the links will be. Returns `None` if the directory cannot be created, if another user could
    /// have written into it, or if it is on another file system than `fresh`.
    #[must_use]
    pub fn open(directory: &Path, root: &OpenDirectory, fresh: &RepoPath) -> Option<Self> {
        make_private_directory(directory).ok()?;
        let parent = DirectoryHandle::open_no_follow(directory).ok()?;
        parent.status().ok().filter(EntryStatus::is_owned)?;
        let fresh = root.status_of(fresh).ok()??;
        let name = format!("{:o}", fresh.mode);
        match parent.make_child(name.as_bytes(), 0o700) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return None,
            _ => {}
        }
        let directory = parent.open_child(name.as_bytes()).ok()?;
        let usable = directory.status().ok()?.stamp.device == fresh.stamp.device;
        usable.then_some(Self { directory, fresh })
    }

    /// Links the cached file of this content and size to a path in an open directory. Returns `false` if the file is not
    /// cached, was changed, or cannot be linked.
    #[must_use]
    pub fn link(&self, name: &CachedName<'_>, size: u64, root: &OpenDirectory, to: &RepoPath) -> bool {
        let file = name.file_name();
        let Ok(Some(status)) = self.directory.status_of(&file) else { return false };
        let seconds = i64::try_from(modification_of(name.hash).as_secs()).unwrap_or_default();
        let unwritten = status.stamp.modified == (seconds, 0) && status.stamp.size == size;
        if !(status.kind == FileKind::File && unwritten && is_like_new(&status, &self.fresh)) {
            // The file is cached again when it is written next; environments that have a link to it keep it.
            let _ = self.directory.remove_entry(&file);
            return false;
        }
        self.directory.link_entry(&file, &root.handle, to.as_bytes()).is_ok()
    }

    /// Writes a file into the cache and links it to a path; `false` if that is not possible. The file is created in the
    /// cache and not where it is used, so that the inodes of cached files are close together on the disk: linking them
    /// then changes fewer blocks.
    pub(super) fn add(
        &self,
        name: &CachedName<'_>,
        bytes: &[u8],
        root: &OpenDirectory,
        to: &RepoPath,
    ) -> bool {
        let file = name.file_name();
        // Not synced, like all files of a new environment.
        let fill = |cached: &mut File| {
            cached.write_all(bytes)?;
            cached.set_modified(UNIX_EPOCH + modification_of(name.hash))
        };
        let put = |temporary: &[u8]| {
            self.directory.rename_entry(temporary, &self.directory, &file)?;
            Ok(true)
        };
        through_temporary_file(&self.directory, 0o666, fill, put).is_ok()
            && self.directory.link_entry(&file, &root.handle, to.as_bytes()).is_ok()
    }
}

/// Whether a cached file has the owner and mode of a new file. They are the same for all links, so that `chmod` in one
/// environment changes the cached file too.
fn is_like_new(cached: &EntryStatus, fresh: &EntryStatus) -> bool {
    (cached.owner, cached.mode) == (fresh.owner, fresh.mode)
}

#[cfg(unix)]
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text.as_bytes()).expect("a path")
    }

    /// A cache with the directory that it links to.
    struct InDirectory<'d> {
        cache: LinkCache,
        root: &'d OpenDirectory,
    }

    impl InDirectory<'_> {
        fn link(&self, name: &CachedName<'_>, size: u64, to: &Path) -> bool {
            self.cache.link(name, size, self.root, &self.below(to))
        }

        fn add(&self, name: &CachedName<'_>, bytes: &[u8], to: &Path) -> bool {
            self.cache.add(name, bytes, self.root, &self.below(to))
        }

        fn below(&self, to: &Path) -> RepoPath {
            path(to.file_name().and_then(|name| name.to_str()).expect("a name"))
        }
    }

    #[test]
    fn cached_files_are_linked_until_they_are_changed() {
        let top = tempfile::tempdir().expect("a directory");
        fs::write(top.path().join("fresh"), "").expect("a file");
        let root = OpenDirectory::open(top.path()).expect("a directory");
        let opened = LinkCache::open(&top.path().join("a/cache"), &root, &path("fresh")).expect("a cache");
        let cache = InDirectory { cache: opened, root: &root };
        let [first, second, third] = ["first", "second", "third"].map(|name| top.path().join(name));
        let name = CachedName { hash: "name", copy: 1 };
        assert!(!cache.link(&name, 4, &first));
        assert!(cache.add(&name, b"text", &first));
        assert!(!cache.link(&name, 5, &second), "another size is another file");
        assert!(!cache.add(&name, b"text", &first), "something has that name");
        fs::remove_file(&first).expect("a removed file");
        assert!(cache.add(&name, b"text", &first));
        assert!(cache.link(&name, 4, &second));
        let other = CachedName { hash: "eman", copy: 1 };
        assert_ne!(modification_of(name.hash), modification_of(other.hash));
        let number = |path: &Path| fs::metadata(path).expect("a file").ino();
        assert_eq!(number(&first), number(&second));
        fs::set_permissions(&second, fs::Permissions::from_mode(0o600)).expect("a mode");
        assert!(!cache.link(&name, 4, &third), "another mode");
        assert!(cache.add(&name, b"text", &third));
        fs::remove_file(&second).and_then(|()| fs::rename(&third, &second)).expect("the new one");
        fs::write(&second, "TEXT").expect("a change");
        assert!(!cache.link(&name, 4, &third));
        assert_eq!(fs::read(&second).expect("what was written"), b"TEXT");
        assert!(!third.exists());
    }

    #[test]
    fn a_cache_that_others_can_write_is_not_used() {
        let top = tempfile::tempdir().expect("a directory");
        let directory = top.path().join("cache");
        fs::write(top.path().join("fresh"), "").expect("a file");
        let root = OpenDirectory::open(top.path()).expect("a directory");
        let open = |directory: &Path| LinkCache::open(directory, &root, &path("fresh"));
        assert!(open(&directory).is_some());
        fs::set_permissions(&directory, fs::Permissions::from_mode(0o777)).expect("a mode");
        assert!(open(&directory).is_none());
        std::os::unix::fs::symlink(top.path(), top.path().join("link")).expect("a link");
        assert!(open(&top.path().join("link")).is_none());
        assert!(open(Path::new("/dev/null/cache")).is_none());
    }
}
