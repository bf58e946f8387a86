//! Listing everything below a directory, and comparing it later with what was listed.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::directory::{DirectoryHandle, EntryStatus, FileKind, FileStamp};
use super::hard_links::{self, SharedFile};
use super::listed_tree::{ListedDirectory, TreeListing, UnsortedDirectory};
use super::tree_walk::{TreeVisitor, walk_tree};
use crate::error::{Error, Result};
use crate::model::Skip;
use crate::order::Arrange as _;
use crate::path::{RepoPath, display};
use crate::tree::{EntryKind, OwnedEntry};

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
    let lister = Lister::default();
    walk_tree(directory, parts, &lister);
    let found = lister.found.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (shared, freed) = hard_links::sizes(found.shared);
    let sizes = (found.bytes + shared, found.bytes + freed);
    TreeListing::new(found.directories, sizes, found.unreadable, found.of_others)
}

/// Collects a listing.
#[derive(Default)]
struct Lister {
    found: Mutex<FoundBelow>,
}

/// What was found so far, in no order.
#[derive(Default)]
struct FoundBelow {
    directories: Vec<ListedDirectory>,
    /// The bytes of what has one name.
    bytes: u64,
    shared: Vec<SharedFile>,
    unreadable: Vec<Skip>,
    of_others: Vec<RepoPath>,
}

/// A directory that is being read.
struct DirectoryInProgress {
    listed: UnsortedDirectory,
    bytes: u64,
    shared: Vec<SharedFile>,
    /// Entries of another user.
    of_others: Vec<Vec<u8>>,
    is_of_other_user: bool,
}

impl TreeVisitor for Lister {
    type Directory = DirectoryInProgress;

    fn begin(&self, _: &RepoPath, is_of_other_user: bool) -> DirectoryInProgress {
        let (shared, of_others) = (Vec::new(), Vec::new());
        DirectoryInProgress {
            listed: UnsortedDirectory::begin(),
            bytes: 0,
            shared,
            of_others,
            is_of_other_user,
        }
    }

    fn entry(
        &self,
        directory: &mut DirectoryInProgress,
        name: &[u8],
        kind: FileKind,
        status: Option<EntryStatus>,
    ) {
        let stamp = status.map(|status| status.stamp);
        directory.listed.add(name, entry_kind(kind), stamp);
        let Some(EntryStatus { stamp, links, .. }) = status else { return };
        if links > 1 {
            directory.shared.push(((stamp.device, stamp.inode), links, stamp.size));
        } else {
            directory.bytes += stamp.size;
        }
        if status.is_some_and(|status| status.is_of_other_user()) {
            directory.of_others.push(name.to_vec());
        }
    }

    fn end(&self, path: RepoPath, directory: DirectoryInProgress) {
        let DirectoryInProgress { listed, bytes, shared, of_others, is_of_other_user } = directory;
        let listed = listed.complete(path);
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.bytes += bytes;
        found.shared.extend(shared);
        found.of_others.extend(is_of_other_user.then(|| listed.path().clone()));
        found.of_others.extend(of_others.iter().filter_map(|name| listed.path().join(name).ok()));
        found.directories.push(listed);
    }

    fn unreadable(&self, path: RepoPath, reason: String) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.unreadable.push(Skip { path, reason: reason.into(), blob: None });
    }
}

fn entry_kind(kind: FileKind) -> EntryKind {
    if kind == FileKind::Link { EntryKind::Link } else { EntryKind::File }
}

/// What a later look at a directory shows that was listed before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListingChanges {
    /// The entries that are new or not what they were, by path. What is gone is none.
    pub changed: Vec<ChangedEntry>,
    /// Directories that cannot be read now, by path.
    pub unreadable: Vec<Skip>,
}

/// An entry that is new or not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedEntry {
    /// What is there now.
    pub entry: OwnedEntry,
    /// What shows a later change of it; `None` if it was gone before it could be looked at.
    pub stamp: Option<FileStamp>,
    /// Its number in the listing; `None` if it is new.
    pub number: Option<usize>,
}

/// Compares everything below an open directory, or some paths in it, with what was listed of the same.
pub(super) fn compare_open(
    directory: &DirectoryHandle,
    parts: Option<&[RepoPath]>,
    before: &TreeListing,
) -> ListingChanges {
    let comparison = ListingComparison { before, changes: Mutex::default() };
    walk_tree(directory, parts, &comparison);
    let mut changes = comparison.changes.into_inner().unwrap_or_else(PoisonError::into_inner);
    changes.changed.sort_by(|one, other| one.entry.path.cmp(&other.entry.path));
    changes.unreadable.arrange();
    changes
}

/// Collects what differs from a listing.
struct ListingComparison<'b> {
    before: &'b TreeListing,
    changes: Mutex<ListingChanges>,
}

/// A directory that is being compared.
struct ComparedDirectory<'b> {
    path: RepoPath,
    before: Option<&'b ListedDirectory>,
    /// Where in it the next entry is looked for: the system mostly names them in the order of the time before.
    next: usize,
    changed: Vec<ChangedEntry>,
}

impl<'b> TreeVisitor for ListingComparison<'b> {
    type Directory = ComparedDirectory<'b>;

    fn begin(&self, path: &RepoPath, _: bool) -> ComparedDirectory<'b> {
        ComparedDirectory {
            path: path.clone(),
            before: self.before.directory(path.as_bytes()),
            next: 0,
            changed: Vec::new(),
        }
    }

    fn entry(
        &self,
        directory: &mut ComparedDirectory<'b>,
        name: &[u8],
        kind: FileKind,
        status: Option<EntryStatus>,
    ) {
        let ComparedDirectory { path, before, next, changed } = directory;
        let known = before.and_then(|before| before.find_near(next, name));
        let stamp = status.map(|status| status.stamp);
        if stamp.is_some() && known.is_some_and(|known| known.stamp == stamp) {
            return;
        }
        // Never fails: a listed name is a single component.
        let Ok(path) = path.join(name) else { return };
        let size = stamp.map(|stamp| stamp.size);
        let entry = OwnedEntry { path, kind: entry_kind(kind), id: None, size, is_unmerged: false };
        changed.push(ChangedEntry { entry, stamp, number: known.map(|known| known.number) });
    }

    fn end(&self, _: RepoPath, directory: ComparedDirectory<'b>) {
        if !directory.changed.is_empty() {
            let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
            changes.changed.extend(directory.changed);
        }
    }

    fn unreadable(&self, path: RepoPath, reason: String) {
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        changes.unreadable.push(Skip { path, reason: reason.into(), blob: None });
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "it creates what is listed")]

    use std::fs::{self, File, FileTimes};
    use std::os::unix::fs::symlink;
    use std::time::SystemTime;

    use super::super::tree_walk::MAX_DEPTH;
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
        let paths: Vec<String> = found.entries().map(|entry| entry.path().seen_from_root()).collect();
        assert_eq!((paths, found.bytes), (vec!["link".to_owned(), "a/.hidden/file".to_owned()], 11));
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

    /// What somebody may do while an environment is being removed.
    fn change(top: &Path, (what, place): (u8, u8)) {
        const PLACES: [&str; 6] = ["a/one", "a/two", "a/b/three", "c/four", "five", "a/b"];
        let path = top.join(PLACES[usize::from(place) % PLACES.len()]);
        // What cannot be done, because something else was done before, is no change.
        let _ = match what % 7 {
            0 => fs::write(&path, "new"),
            1 => fs::remove_file(&path),
            2 => fs::rename(&path, top.join("moved")),
            3 => fs::remove_file(&path).and_then(|()| symlink("a", &path)),
            4 => fs::hard_link(&path, top.join("a/again")),
            5 => fs::remove_dir_all(&path),
            _ => fs::create_dir_all(path.join("below")).and_then(|()| fs::write(path.join("below/x"), "x")),
        };
    }

    /// The entries of a listing that another does not have in the same way.
    fn new_in(now: &TreeListing, before: &TreeListing) -> Vec<ChangedEntry> {
        let known = |path: &RepoPath| before.entries().find(|entry| entry.path() == *path);
        let changed = now.entries().filter_map(|entry| {
            let known = known(&entry.path());
            let is_same = known.is_some_and(|known| known.stamp == entry.stamp);
            let number = known.map(|known| known.number);
            (!is_same).then(|| ChangedEntry { entry: entry.to_owned(), stamp: entry.stamp, number })
        });
        let mut changed: Vec<ChangedEntry> = changed.collect();
        changed.sort_by(|one, other| one.entry.path.cmp(&other.entry.path));
        changed
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(64))]
        #[test]
        fn a_comparison_finds_what_two_listings_differ_in(
            changes in proptest::collection::vec(proptest::prelude::any::<(u8, u8)>(), 0..6),
            is_partial: bool,
        ) {
            let directory = tempfile::tempdir().expect("a directory");
            let top = directory.path();
            fs::create_dir_all(top.join("a/b")).expect("directories");
            fs::create_dir_all(top.join("c")).expect("a directory");
            for name in ["a/one", "a/two", "a/b/three", "c/four", "five"] {
                fs::write(top.join(name), "old").expect("a file");
            }
            let parts = ["a", "five"].map(|part| RepoPath::new(part.as_bytes()).expect("a path"));
            let parts = is_partial.then_some(&parts[..]);
            let opened = DirectoryHandle::open(top).expect("a directory");
            let before = list_open(&opened, parts);
            proptest::prop_assert_eq!(compare_open(&opened, parts, &before), ListingChanges::default());
            changes.into_iter().for_each(|one| change(top, one));
            let now = list_open(&opened, parts);
            let found = compare_open(&opened, parts, &before);
            proptest::prop_assert_eq!(found.changed, new_in(&now, &before));
            proptest::prop_assert_eq!(found.unreadable, now.unreadable);
        }
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
