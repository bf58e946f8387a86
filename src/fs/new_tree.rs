//! Putting a tree into a directory that only this user can write into: files, links and directories with their permissions
//! and times. Nothing that exists is overwritten, and no link is followed.

use std::fs::FileTimes;
use std::io::{self, Read, Write};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::directory::{DirectoryHandle, FileKind, set_file_mode};
use super::open_directory::OpenDirectory;
use super::place::open_below;
use crate::path::RepoPath;

/// So much of a content is written at a time.
const CHUNK: usize = 128 * 1024;

/// When something was changed last: seconds since 1970-01-01 UTC, negative before that, and nanoseconds after these.
pub type ModificationTime = (i64, u32);

/// Creates what is in a new directory, in any order in which directories come before what they hold.
#[derive(Debug)]
pub struct NewTree<'t> {
    root: &'t OpenDirectory,
    /// The directory that was used last: what follows each other is mostly in one.
    last: Option<(RepoPath, DirectoryHandle)>,
    buffer: Vec<u8>,
}

impl<'t> NewTree<'t> {
    /// Begins with an empty directory.
    #[must_use]
    pub fn new(root: &'t OpenDirectory) -> Self {
        Self { root, last: None, buffer: vec![0; CHUNK] }
    }

    /// Creates a directory into which only this user can write, until [`NewTree::finish_directory`].
    ///
    /// # Errors
    /// That of the system.
    pub fn directory(&mut self, path: &RepoPath) -> io::Result<()> {
        self.above(path)?.make_child(path.name(), 0o700)
    }

    /// Says whether this directory was created; another kind of entry is none.
    ///
    /// # Errors
    /// That of the system.
    pub fn has_directory(&mut self, path: &RepoPath) -> io::Result<bool> {
        let found = self.above(path)?.status_of(path.name())?;
        Ok(found.is_some_and(|found| found.kind == FileKind::Directory))
    }

    /// Creates a file with exactly `size` bytes of a content.
    ///
    /// # Errors
    /// That of the system; unexpected end if the content is shorter.
    pub fn file(
        &mut self,
        path: &RepoPath,
        (content, size): (&mut dyn Read, u64),
        mode: u32,
        modified: ModificationTime,
    ) -> io::Result<()> {
        let mut file = self.above(path)?.create_entry(path.name(), 0o600)?;
        let mut left = size;
        while left > 0 {
            let length = usize::try_from(left).map_or(CHUNK, |left| left.min(CHUNK));
            let part = self.buffer.get_mut(..length).unwrap_or_default();
            let read = content.read(part)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            file.write_all(part.get(..read).unwrap_or_default())?;
            left = left.saturating_sub(read as u64);
        }
        // Writing takes away the bits for set-user-ID and set-group-ID.
        set_file_mode(&file, mode)?;
        file.set_times(FileTimes::new().set_modified(system_time(modified)?))
    }

    /// Creates a symbolic link.
    ///
    /// # Errors
    /// That of the system.
    pub fn link(&mut self, path: &RepoPath, target: &[u8], modified: ModificationTime) -> io::Result<()> {
        let above = self.above(path)?;
        above.make_link(path.name(), target)?;
        above.set_link_time(path.name(), modified)
    }

    /// Gives a file that was created another name.
    ///
    /// # Errors
    /// That of the system.
    pub fn hard_link(&mut self, path: &RepoPath, target: &RepoPath) -> io::Result<()> {
        let from = open_below(&self.root.handle, &target.parent().unwrap_or_default())?;
        from.link_entry(target.name(), self.above(path)?, path.name())
    }

    /// Gives a directory its permissions and its time, when everything in it is there. Those in it come before.
    ///
    /// # Errors
    /// That of the system.
    pub fn finish_directory(&self, path: &RepoPath, mode: u32, modified: ModificationTime) -> io::Result<()> {
        let opened = open_below(&self.root.handle, path)?;
        opened.set_mode(mode)?;
        opened.set_time(modified)
    }

    /// The directory that an entry is in.
    fn above(&mut self, path: &RepoPath) -> io::Result<&DirectoryHandle> {
        let above = path.parent().unwrap_or_default();
        if self.last.as_ref().is_none_or(|(last, _)| *last != above) {
            self.last = Some((above.clone(), open_below(&self.root.handle, &above)?));
        }
        self.last.as_ref().map(|(_, opened)| opened).ok_or(io::ErrorKind::NotFound.into())
    }
}

/// A time as the standard library has it.
fn system_time((seconds, nanoseconds): ModificationTime) -> io::Result<SystemTime> {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let whole = if seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
    let time = whole.and_then(|whole| whole.checked_add(Duration::from_nanos(nanoseconds.into())));
    time.ok_or(io::ErrorKind::InvalidInput.into())
}

#[cfg(all(test, unix))]
#[expect(clippy::disallowed_methods, reason = "a test looks at the disk")]
mod tests {
    use std::fs;
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn everything_gets_its_permissions_and_times() {
        let path = |text: &str| RepoPath::new(text.as_bytes()).expect("a path");
        let directory = tempfile::tempdir().expect("a directory");
        let root = OpenDirectory::open(directory.path()).expect("a directory");
        let mut tree = NewTree::new(&root);
        tree.directory(&path("a")).expect("a directory");
        tree.directory(&path("a/b")).expect("a directory");
        tree.file(&path("a/b/f"), (&mut b"12345".as_slice(), 4), 0o4751, (-5, 7)).expect("a file");
        tree.link(&path("a/l"), b"b/f", (3, 999_999_999)).expect("a link");
        tree.hard_link(&path("h"), &path("a/b/f")).expect("a link");
        tree.finish_directory(&path("a/b"), 0o500, (11, 12)).expect("a directory");
        tree.finish_directory(&path("a"), 0o711, (13, 14)).expect("a directory");
        let seen = |name: &str| {
            let found = fs::symlink_metadata(directory.path().join(name)).expect("metadata");
            (found.mode() & 0o7777, found.mtime(), found.mtime_nsec())
        };
        assert_eq!(seen("a/b/f"), (0o4751, -5, 7));
        assert_eq!((seen("a/l").1, seen("a/l").2), (3, 999_999_999));
        assert_eq!((seen("a/b"), seen("a")), ((0o500, 11, 12), (0o711, 13, 14)));
        let inode = |name: &str| fs::metadata(directory.path().join(name)).expect("metadata").ino();
        assert_eq!(inode("h"), inode("a/b/f"));
        assert_eq!(fs::read(directory.path().join("h")).expect("a file"), b"1234");
        fs::set_permissions(
            directory.path().join("a/b"),
            std::os::unix::fs::PermissionsExt::from_mode(0o700),
        )
        .expect("permissions");
    }

    #[test]
    fn nothing_is_overwritten_and_no_link_is_followed() {
        let path = |text: &str| RepoPath::new(text.as_bytes()).expect("a path");
        let directory = tempfile::tempdir().expect("a directory");
        let outside = tempfile::tempdir().expect("a directory");
        std::os::unix::fs::symlink(outside.path(), directory.path().join("l")).expect("a link");
        fs::write(directory.path().join("f"), "mine").expect("a file");
        let root = OpenDirectory::open(directory.path()).expect("a directory");
        let mut tree = NewTree::new(&root);
        let mut file = |name: &str| tree.file(&path(name), (&mut b"x".as_slice(), 1), 0o600, (0, 0));
        assert!(file("f").is_err() && file("l").is_err() && file("l/f").is_err());
        assert!(tree.file(&path("g"), (&mut b"x".as_slice(), 2), 0o600, (0, 0)).is_err(), "too short");
        assert!(tree.directory(&path("l/d")).is_err() && tree.hard_link(&path("h"), &path("l/x")).is_err());
        assert_eq!(fs::read_dir(outside.path()).expect("a directory").count(), 0);
        assert_eq!(fs::read(directory.path().join("f")).expect("a file"), b"mine");
    }
}
