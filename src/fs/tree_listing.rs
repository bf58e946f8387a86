//! Listing everything below a directory without following links: also hidden and ignored files and nested repositories.
//! Several directories are listed at a time, each opened through its parent.

use std::path::Path;

use rayon::prelude::*;

use super::directory::{DirectoryEntry, DirectoryHandle, FileKind, FileStamp};
use super::threads;
use crate::error::{Error, Result};
use crate::model::Skip;
use crate::path::{RepoPath, display};
use crate::tree::{EntryKind, OwnedEntry};

/// Directories below this depth count as unreadable: every level costs each thread a descriptor.
const MAX_DEPTH: usize = 64;

/// Everything below a directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TreeListing {
    /// Files, links and everything else that is not a directory, with their sizes, sorted by path.
    pub entries: Vec<OwnedEntry>,
    /// What shows a change of each entry; `None` for one that was gone before it could be looked at.
    pub stamps: Vec<Option<FileStamp>>,
    /// Directories that could not be listed, sorted by path.
    pub unreadable: Vec<Skip>,
}

impl TreeListing {
    /// The size of all entries in bytes; unknown sizes count nothing.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.entries.iter().filter_map(|entry| entry.size).sum()
    }

    /// The place of a path in `entries` and `stamps`.
    #[must_use]
    pub fn position(&self, path: &[u8]) -> Option<usize> {
        self.entries.binary_search_by(|entry| entry.path.as_bytes().cmp(path)).ok()
    }
}

/// Lists everything below `root`.
///
/// # Errors
/// Undecided if `root` is not a directory or cannot be opened.
pub fn list_tree(root: &Path) -> Result<TreeListing> {
    let failed = |error| Error::undecided(format!("failed to read `{}`", display(root))).cause(error);
    Ok(list_open(&DirectoryHandle::open_no_follow(root).map_err(failed)?))
}

/// Lists everything below an open directory.
pub(super) fn list_open(directory: &DirectoryHandle) -> TreeListing {
    let mut found = threads::install(|| list_below(directory, &RepoPath::root(), 0));
    found.entries.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
    found.unreadable.sort();
    let (entries, stamps) = found.entries.into_iter().unzip();
    TreeListing { entries, stamps, unreadable: found.unreadable }
}

/// What is below one directory, in no order.
#[derive(Default)]
struct FoundBelow {
    entries: Vec<(OwnedEntry, Option<FileStamp>)>,
    unreadable: Vec<Skip>,
}

impl FoundBelow {
    fn unreadable(path: &RepoPath, reason: String) -> Self {
        let skip = Skip { path: path.clone(), reason, blob: None };
        Self { entries: Vec::new(), unreadable: vec![skip] }
    }
}

fn list_below(directory: &DirectoryHandle, path: &RepoPath, depth: usize) -> FoundBelow {
    let mut found = FoundBelow::default();
    let entries = match directory.list_shared() {
        Ok(entries) => entries,
        Err(error) => return FoundBelow::unreadable(path, error.to_string()),
    };
    let mut directories = Vec::new();
    for DirectoryEntry { name, kind } in entries {
        // Never fails: a listed name is a single component.
        let Ok(path) = path.join(&name) else { continue };
        let kind = match kind {
            FileKind::Directory => {
                directories.push((name, path));
                continue;
            }
            FileKind::Link => EntryKind::Link,
            FileKind::File | FileKind::Other => EntryKind::File,
        };
        let stamp = directory.status_of(&name).ok().flatten().map(|status| status.stamp);
        let entry = OwnedEntry { path, kind, id: None, size: stamp.map(|stamp| stamp.size) };
        found.entries.push((entry, stamp));
    }
    let below = directories.par_iter().map(|(name, path)| match enter(directory, name, depth) {
        Ok(child) => list_below(&child, path, depth + 1),
        Err(reason) => FoundBelow::unreadable(path, reason),
    });
    below.collect::<Vec<_>>().into_iter().for_each(|below| {
        found.entries.extend(below.entries);
        found.unreadable.extend(below.unreadable);
    });
    found
}

/// Opens a subdirectory, or returns the reason why it is not listed.
fn enter(
    directory: &DirectoryHandle,
    name: &[u8],
    depth: usize,
) -> std::result::Result<DirectoryHandle, String> {
    let failed = |error: std::io::Error| error.to_string();
    let child = directory.open_child(name).map_err(failed)?;
    match directory.is_mounted(&child).map_err(failed)? {
        true => Err("it is a mount point".to_owned()),
        false if depth >= MAX_DEPTH => Err("directories are nested too deeply".to_owned()),
        false => Ok(child),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "it creates what is listed")]

    use std::fs::{self, File, FileTimes};
    use std::os::unix::fs::symlink;
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn everything_is_listed_and_no_link_followed() {
        let directory = tempfile::tempdir().expect("a directory");
        let top = directory.path().join("top");
        fs::create_dir_all(top.join("a/.hidden")).expect("directories");
        fs::write(top.join("a/.hidden/file"), [0; 10]).expect("a file");
        symlink("a", top.join("link")).expect("a link");
        symlink("top", directory.path().join("itself")).expect("a link");
        let found = list_tree(&top).expect("a listing");
        let paths: Vec<String> = found.entries.iter().map(|entry| entry.path.to_string()).collect();
        assert_eq!((paths, found.bytes()), (vec!["a/.hidden/file".to_owned(), "link".to_owned()], 11));
        list_tree(&directory.path().join("itself")).expect_err("a link instead of a directory");
    }

    #[test]
    fn directories_that_are_nested_too_deeply_are_unreadable() {
        let directory = tempfile::tempdir().expect("a directory");
        fs::create_dir_all(directory.path().join("d/".repeat(MAX_DEPTH + 2))).expect("directories");
        let unreadable = list_tree(directory.path()).expect("a listing").unreadable;
        let depths = unreadable.iter().map(|skip| skip.path.as_bytes().split(|&byte| byte == b'/').count());
        assert_eq!(depths.collect::<Vec<_>>(), [MAX_DEPTH + 1]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn access_times_stay() {
        let directory = tempfile::tempdir().expect("a directory");
        fs::write(directory.path().join("file"), "").expect("a file");
        let long_ago = FileTimes::new().set_accessed(SystemTime::UNIX_EPOCH);
        File::open(directory.path()).and_then(|top| top.set_times(long_ago)).expect("a time");
        list_tree(directory.path()).expect("a listing");
        let accessed = fs::metadata(directory.path()).and_then(|metadata| metadata.accessed());
        assert_eq!(accessed.expect("a time"), SystemTime::UNIX_EPOCH);
    }
}
