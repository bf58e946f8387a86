//! Listing everything below a directory without following links: also hidden and ignored files and nested repositories.
//! Several directories are listed at a time, each opened through its parent.

use std::path::Path;
use std::time::SystemTime;

use rayon::prelude::*;

use super::directory::{DirectoryEntry, DirectoryHandle, FileKind, FileStamp};
use super::hard_links;
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
    /// Files, links and directories of another user, sorted by path; none for the superuser, who has all.
    pub of_others: Vec<RepoPath>,
    /// The bytes of files that have no name elsewhere: so much is free once all of it is deleted.
    pub freed_bytes: u64,
    /// The size of all entries in bytes; one with several names counts once.
    pub bytes: u64,
}

impl TreeListing {
    /// When the content of a file was changed last; `None` if there is none.
    #[must_use]
    pub fn modified(&self) -> Option<SystemTime> {
        let entries = self.entries.iter().zip(&self.stamps);
        let files = entries.filter(|(entry, _)| entry.kind.is_file());
        files.filter_map(|(_, stamp)| Some(stamp.as_ref()?.modified_at())).max()
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
    Ok(list_open(&DirectoryHandle::open_no_follow(root).map_err(failed)?, None))
}

/// Lists everything below an open directory, or only some paths in it and what is below these.
pub(super) fn list_open(directory: &DirectoryHandle, parts: Option<&[RepoPath]>) -> TreeListing {
    let mut found = threads::install(|| list_below(directory, &RepoPath::root(), (parts, 0)));
    found.entries.sort_by(|(a, ..), (b, ..)| a.path.cmp(&b.path));
    found.unreadable.sort();
    found.of_others.sort();
    let (bytes, freed_bytes) = sizes(&found.entries);
    let (entries, stamps) = found.entries.into_iter().map(|(entry, stamp, _)| (entry, stamp)).unzip();
    let FoundBelow { unreadable, of_others, .. } = found;
    TreeListing { entries, stamps, unreadable, of_others, freed_bytes, bytes }
}

/// The bytes of all entries, and of those that have no name elsewhere. Unknown sizes count nothing.
fn sizes(entries: &[ListedEntry]) -> (u64, u64) {
    let known = entries.iter().filter_map(|(_, stamp, links)| Some(((*stamp)?, *links)));
    let (shared, single): (Vec<_>, Vec<_>) = known.partition(|(_, links)| *links > 1);
    let single: u64 = single.iter().map(|(stamp, _)| stamp.size).sum();
    let names = shared.into_iter().map(|(stamp, links)| ((stamp.device, stamp.inode), links, stamp.size));
    let (shared, freed) = hard_links::sizes(names.collect());
    (single + shared, single + freed)
}

/// An entry, what shows a change of it, and how many names it has.
type ListedEntry = (OwnedEntry, Option<FileStamp>, u64);

/// What is below one directory, in no order.
#[derive(Default)]
struct FoundBelow {
    entries: Vec<ListedEntry>,
    unreadable: Vec<Skip>,
    of_others: Vec<RepoPath>,
}

impl FoundBelow {
    fn unreadable(path: &RepoPath, reason: String) -> Self {
        let skip = Skip { path: path.clone(), reason, blob: None };
        Self { unreadable: vec![skip], ..Self::default() }
    }
}

/// Lists a directory at a depth. Of the parts, if there are any, only those count that are at or below an entry, or above.
fn list_below(
    directory: &DirectoryHandle,
    path: &RepoPath,
    (parts, depth): (Option<&[RepoPath]>, usize),
) -> FoundBelow {
    let mut found = FoundBelow::default();
    let entries = match directory.list_shared() {
        Ok(entries) => entries,
        Err(error) => return FoundBelow::unreadable(path, error.to_string()),
    };
    if directory.status().is_ok_and(|status| status.is_of_other_user()) {
        found.of_others.push(path.clone());
    }
    let mut directories = Vec::new();
    for DirectoryEntry { name, kind } in entries {
        // Never fails: a listed name is a single component.
        let Ok(path) = path.join(&name) else { continue };
        let is_listed = |parts: &[RepoPath]| parts.iter().any(|part| path.is_within(part));
        let kind = match kind {
            FileKind::Directory => {
                let leads = |parts: &[RepoPath]| parts.iter().any(|part| part.is_within(&path));
                if parts.is_some_and(|parts| !is_listed(parts) && !leads(parts)) {
                    continue;
                }
                directories.push((name, path));
                continue;
            }
            _ if parts.is_some_and(|parts| !is_listed(parts)) => continue,
            FileKind::Link => EntryKind::Link,
            FileKind::File | FileKind::Other => EntryKind::File,
        };
        let status = directory.status_of(&name).ok().flatten();
        if status.is_some_and(|status| status.is_of_other_user()) {
            found.of_others.push(path.clone());
        }
        let stamp = status.map(|status| status.stamp);
        let entry =
            OwnedEntry { path, kind, id: None, size: stamp.map(|stamp| stamp.size), is_unmerged: false };
        found.entries.push((entry, stamp, status.map_or(1, |status| status.links)));
    }
    let below = directories.par_iter().map(|(name, path)| match enter(directory, name, depth) {
        Ok(child) => list_below(&child, path, (parts, depth + 1)),
        Err(reason) => FoundBelow::unreadable(path, reason),
    });
    below.collect::<Vec<_>>().into_iter().for_each(|below| {
        found.entries.extend(below.entries);
        found.unreadable.extend(below.unreadable);
        found.of_others.extend(below.of_others);
    });
    found
}

/// Opens a subdirectory, or returns the reason why it is not listed.
pub(super) fn enter(
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
        assert_eq!((paths, found.bytes), (vec!["a/.hidden/file".to_owned(), "link".to_owned()], 11));
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
