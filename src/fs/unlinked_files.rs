//! The files of the link cache that no environment has: their only name is the one in the cache.
//!
//! Another process may link or add a file meanwhile. One that is linked after it was counted keeps its other names when the
//! one in the cache is deleted; one that is to be linked after that is written anew, as where there is no cache.

use std::path::{Path, PathBuf};

use super::directory::{DirectoryHandle, EntryStatus, FileKind};
use super::own_names::CACHE_DIRECTORY;
use super::remove::KeptEntry;
use crate::order::Arrange as _;
use crate::ports::Progress;

/// How many files of the cache have no other name, and their size in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UnlinkedFiles {
    /// The number of files.
    pub files: u64,
    /// Their size.
    pub bytes: u64,
}

/// Where the link cache is, in the user's directory for caches.
#[must_use]
pub fn link_cache_directory(caches: &Path) -> PathBuf {
    caches.join(CACHE_DIRECTORY).join("files")
}

/// The files of a link cache that have no other name. A cache that others can write is none, and neither is what a link
/// leads to.
#[must_use]
pub fn unlinked_files(directory: &Path) -> UnlinkedFiles {
    let mut found = UnlinkedFiles::default();
    visit(directory, &mut |_, _, _, size| {
        found.files += 1;
        found.bytes += size;
    });
    found
}

/// Deletes the files of a link cache that have no other name; returns how much went, and what could not be deleted.
#[must_use]
pub fn remove_unlinked_files(directory: &Path, progress: &dyn Progress) -> (UnlinkedFiles, Vec<KeptEntry>) {
    let (mut removed, mut kept) = (UnlinkedFiles::default(), Vec::new());
    visit(directory, &mut |above, mode, name, size| match above.remove_entry(name) {
        Ok(()) => {
            removed.files += 1;
            removed.bytes += size;
            progress.advance(1, size);
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => {
            kept.push(KeptEntry { path: [mode, b"/", name].concat(), reason: error.to_string() });
        }
    });
    kept.arrange();
    (removed, kept)
}

/// Receives the open directory that a file is in, the name of that, the name of the file and its size.
type SeeFile<'s> = &'s mut dyn FnMut(&DirectoryHandle, &[u8], &[u8], u64);

/// Shows each file without another name.
fn visit(directory: &Path, see: SeeFile<'_>) {
    let Ok(cache) = DirectoryHandle::open_no_follow(directory) else { return };
    if !cache.status().as_ref().is_ok_and(EntryStatus::is_owned) {
        return;
    }
    for mode in cache.list_shared().unwrap_or_default() {
        // One for each mode that a file may have, in octal.
        let is_mode = mode.name.iter().all(|byte| (b'0'..=b'7').contains(byte));
        let opened =
            cache.open_child(&mode.name).ok().filter(|_| is_mode && mode.kind == FileKind::Directory);
        let Some(above) = opened else { continue };
        for entry in above.list_shared().unwrap_or_default() {
            let status = above.status_of(&entry.name).ok().flatten();
            let only = status.filter(|status| status.kind == FileKind::File && status.links == 1);
            if let Some(status) = only {
                see(&above, &mode.name, &entry.name, status.stamp.size);
            }
        }
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "it makes what is deleted")]

    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::ports::NoProgress;

    #[test]
    fn only_files_without_another_name_go() {
        let top = tempfile::tempdir().expect("a directory");
        let cache = top.path().join("cache");
        for path in ["644", "755", "other"] {
            fs::create_dir_all(cache.join(path)).expect("a directory");
        }
        for path in ["644/a.1", "644/b.1", "755/c.1", "other/d.1", "644/.git-pyenv-0"] {
            fs::write(cache.join(path), "text").expect("a file");
        }
        fs::hard_link(cache.join("644/b.1"), top.path().join("in-use")).expect("a link");
        symlink("../../in-use", cache.join("644/link")).expect("a link");
        symlink(top.path(), cache.join("600")).expect("a link");
        assert_eq!(unlinked_files(&cache), UnlinkedFiles { files: 3, bytes: 12 });
        fs::set_permissions(&cache, fs::Permissions::from_mode(0o777)).expect("a mode");
        assert_eq!(unlinked_files(&cache), UnlinkedFiles::default(), "others can write it");
        fs::set_permissions(&cache, fs::Permissions::from_mode(0o755)).expect("a mode");
        let (removed, kept) = remove_unlinked_files(&cache, &NoProgress);
        assert_eq!((removed, kept), (UnlinkedFiles { files: 3, bytes: 12 }, Vec::new()));
        for (path, stays) in [("644/a.1", false), ("644/b.1", true), ("755/c.1", false), ("other/d.1", true)]
        {
            assert_eq!(cache.join(path).exists(), stays, "{path}");
        }
        assert!(top.path().join("in-use").exists() && cache.join("644/link").symlink_metadata().is_ok());
        assert_eq!(unlinked_files(&top.path().join("gone")), UnlinkedFiles::default());
    }
}
