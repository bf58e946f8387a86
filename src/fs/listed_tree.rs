//! What was listed of everything below a directory. Environments have tens of thousands of files, so no entry has an
//! allocation of its own: the names of a directory stand together, and a path is made where somebody asks for one.

use std::cell::Cell;
use std::time::SystemTime;

use super::directory::{FileStamp, time_of};
use crate::model::Skip;
use crate::order::Arrange as _;
use crate::path::{RepoPath, split_name};
use crate::tree::{EntryKind, OwnedEntry};

/// Everything below a directory. Its entries, which are all that is not a directory, have numbers without gaps, in the order
/// of [`TreeListing::entries`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TreeListing {
    /// By path.
    directories: Vec<ListedDirectory>,
    /// The number of entries.
    length: usize,
    /// Directories that could not be listed, sorted by path.
    pub unreadable: Vec<Skip>,
    /// Files, links and directories of another user, sorted by path; none for the superuser, who has all.
    pub of_others: Vec<RepoPath>,
    /// The bytes of files that have no name elsewhere: so much is free once all of it is deleted.
    pub freed_bytes: u64,
    /// The size of all entries in bytes; one with several names counts once.
    pub bytes: u64,
}

/// The files, links and everything else that is not a directory, directly in one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListedDirectory {
    path: RepoPath,
    /// The number of the first entry.
    first: usize,
    /// All names, one after the other.
    names: Box<[u8]>,
    /// By name.
    entries: Box<[PackedEntry]>,
}

/// A directory that is being read. What it is read into is used again for the next one, so that each directory takes the
/// memory that it needs, once.
#[derive(Debug, Default)]
pub(super) struct UnsortedDirectory {
    names: Vec<u8>,
    entries: Vec<PackedEntry>,
}

/// An entry as it is kept: [`FileStamp`] and a name in less memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PackedEntry {
    device: u64,
    inode: u64,
    size: u64,
    /// Seconds.
    modified: i64,
    changed: i64,
    /// Nanoseconds.
    modified_rest: u32,
    changed_rest: u32,
    /// Where its name is in those of the directory.
    start: u32,
    length: u16,
    kind: EntryKind,
    /// Whether there is a stamp.
    is_known: bool,
}

/// An entry of a listing, which is no directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedEntry<'l> {
    /// The directory that it is in.
    pub directory: &'l RepoPath,
    /// Its name there.
    pub name: &'l [u8],
    /// A link, or a file, which also stands for everything else.
    pub kind: EntryKind,
    /// What shows a change of it; `None` if it was gone before it could be looked at.
    pub stamp: Option<FileStamp>,
    /// Its number in the listing.
    pub number: usize,
}

impl ListedEntry<'_> {
    /// Its size in bytes, if it is known.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.stamp.map(|stamp| stamp.size)
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> RepoPath {
        // Never fails: a listed name is a single component.
        self.directory.join(self.name).unwrap_or_default()
    }

    /// The same as a value of its own.
    #[must_use]
    pub fn to_owned(&self) -> OwnedEntry {
        let (path, kind, size) = (self.path(), self.kind, self.size());
        OwnedEntry { path, kind, id: None, size, is_unmerged: false }
    }
}

impl TreeListing {
    /// Puts directories in order. `sizes` are the bytes of all entries and of those that have no name elsewhere.
    pub(super) fn new(
        mut directories: Vec<ListedDirectory>,
        (bytes, freed_bytes): (u64, u64),
        mut unreadable: Vec<Skip>,
        mut of_others: Vec<RepoPath>,
    ) -> Self {
        directories.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        unreadable.arrange();
        of_others.arrange();
        let mut length = 0;
        for directory in &mut directories {
            directory.first = length;
            length += directory.entries.len();
        }
        Self { directories, length, unreadable, of_others, freed_bytes, bytes }
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The directories that could be listed, by path, the root of the listing too.
    #[must_use]
    pub fn directories(&self) -> &[ListedDirectory] {
        &self.directories
    }

    /// All entries: directory after directory by path, those of each by name.
    pub fn entries(&self) -> impl Iterator<Item = ListedEntry<'_>> {
        self.directories.iter().flat_map(ListedDirectory::entries)
    }

    /// The directory of a path; `None` if there is none, or it could not be listed.
    #[must_use]
    pub fn directory(&self, path: &[u8]) -> Option<&ListedDirectory> {
        let at = self.directories.binary_search_by(|directory| directory.path.as_bytes().cmp(path)).ok()?;
        self.directories.get(at)
    }

    /// The entry of a path.
    #[must_use]
    pub fn find(&self, path: &[u8]) -> Option<ListedEntry<'_>> {
        let (directory, name) = split_name(path);
        self.directory(directory)?.find(name)
    }

    /// The entry of a number.
    #[must_use]
    pub fn entry(&self, number: usize) -> Option<ListedEntry<'_>> {
        let after = self.directories.partition_point(|directory| directory.first <= number);
        let directory = self.directories.get(after.checked_sub(1)?)?;
        directory.entry(number - directory.first)
    }

    /// The directories below a path, not that of the path itself, by path.
    pub fn directories_below<'l>(&'l self, path: &'l RepoPath) -> impl Iterator<Item = &'l ListedDirectory> {
        let start = match path.is_root() {
            true => 0,
            false => {
                let first = [path.as_bytes(), b"/"].concat();
                self.directories.partition_point(|directory| directory.path.as_bytes() < first.as_slice())
            }
        };
        let below = self.directories.iter().skip(start).filter(|directory| !directory.path.is_root());
        below.take_while(|directory| directory.path.is_within(path))
    }

    /// The directories directly in one, by path.
    pub fn directories_in<'l>(&'l self, path: &'l RepoPath) -> impl Iterator<Item = &'l ListedDirectory> {
        let is_in = |below: &&ListedDirectory| split_name(below.path.as_bytes()).0 == path.as_bytes();
        self.directories_below(path).filter(is_in)
    }

    /// Whether there is an entry somewhere below a path.
    #[must_use]
    pub fn has_entries_below(&self, path: &RepoPath) -> bool {
        let own = self.directory(path.as_bytes());
        own.into_iter().chain(self.directories_below(path)).any(|directory| !directory.entries.is_empty())
    }

    /// When the content of a file was changed last; `None` if there is none.
    #[must_use]
    pub fn modified(&self) -> Option<SystemTime> {
        let files = self.directories.iter().flat_map(|directory| &directory.entries);
        let files = files.filter(|entry| entry.kind.is_file() && entry.is_known);
        files.map(|entry| entry.modified).max().map(time_of)
    }
}

#[cfg(test)]
impl TreeListing {
    /// Regular files with their sizes, in the directories above them.
    pub(crate) fn of_files(files: &[(&str, u64)]) -> Self {
        let mut directories: std::collections::BTreeMap<&[u8], UnsortedDirectory> = Default::default();
        for (path, size) in files {
            let (directory, name) = split_name(path.as_bytes());
            let stamp = FileStamp { device: 0, inode: 0, size: *size, modified: (0, 0), changed: (0, 0) };
            directories.entry(directory).or_default().add(name, EntryKind::File, Some(stamp));
            let mut above = directory;
            while !above.is_empty() {
                above = split_name(above).0;
                directories.entry(above).or_default();
            }
        }
        let complete = |(path, directory): (&[u8], UnsortedDirectory)| {
            directory.complete(RepoPath::new(path).expect("a path"))
        };
        Self::new(directories.into_iter().map(complete).collect(), (0, 0), Vec::new(), Vec::new())
    }
}

thread_local! {
    static READ_INTO: Cell<UnsortedDirectory> = Cell::default();
}

impl UnsortedDirectory {
    /// Begins with a directory.
    pub(super) fn begin() -> Self {
        READ_INTO.take()
    }

    /// Adds an entry.
    pub(super) fn add(&mut self, name: &[u8], kind: EntryKind, stamp: Option<FileStamp>) {
        // No system has longer names, and none has so many in one directory.
        let place = u32::try_from(self.names.len()).ok().zip(u16::try_from(name.len()).ok());
        let Some((start, length)) = place else { return };
        self.names.extend_from_slice(name);
        self.entries.push(PackedEntry::of(stamp, (start, length), kind));
    }

    /// The directory at a path with all of its entries.
    pub(super) fn complete(mut self, path: RepoPath) -> ListedDirectory {
        let Self { names, entries } = &mut self;
        // Some file systems name the newest first, so that files that were created in order are in the reverse order.
        if entries.is_sorted_by(|one, other| one.name(names) > other.name(names)) {
            entries.reverse();
        } else {
            entries.sort_unstable_by(|one, other| one.name(names).cmp(other.name(names)));
        }
        let listed = ListedDirectory {
            path,
            first: 0,
            names: names.as_slice().into(),
            entries: entries.as_slice().into(),
        };
        self.names.clear();
        self.entries.clear();
        READ_INTO.set(self);
        listed
    }
}

impl ListedDirectory {
    /// Its path, relative to the root of the listing.
    #[must_use]
    pub fn path(&self) -> &RepoPath {
        &self.path
    }

    /// The numbers of its entries.
    #[must_use]
    pub fn numbers(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.entries.len()
    }

    /// Its entries, by name.
    pub fn entries(&self) -> impl Iterator<Item = ListedEntry<'_>> {
        (0..self.entries.len()).filter_map(|at| self.entry(at))
    }

    /// The entry of a name.
    #[must_use]
    pub fn find(&self, name: &[u8]) -> Option<ListedEntry<'_>> {
        self.entry(self.position(name)?)
    }

    /// As [`ListedDirectory::find`], where names are mostly asked for in an order, upwards or downwards: `near` is where the
    /// one before was found.
    #[must_use]
    pub fn find_near(&self, near: &mut usize, name: &[u8]) -> Option<ListedEntry<'_>> {
        let is_here = |at: &usize| self.entries.get(*at).is_some_and(|entry| entry.name(&self.names) == name);
        let beside = [near.wrapping_add(1), near.wrapping_sub(1), *near];
        let at = beside.into_iter().find(is_here).or_else(|| self.position(name))?;
        *near = at;
        self.entry(at)
    }

    fn position(&self, name: &[u8]) -> Option<usize> {
        self.entries.binary_search_by(|entry| entry.name(&self.names).cmp(name)).ok()
    }

    fn entry(&self, at: usize) -> Option<ListedEntry<'_>> {
        let entry = self.entries.get(at)?;
        let (name, number) = (entry.name(&self.names), self.first + at);
        Some(ListedEntry { directory: &self.path, name, kind: entry.kind, stamp: entry.stamp(), number })
    }
}

impl PackedEntry {
    fn of(stamp: Option<FileStamp>, (start, length): (u32, u16), kind: EntryKind) -> Self {
        let none = FileStamp { device: 0, inode: 0, size: 0, modified: (0, 0), changed: (0, 0) };
        let FileStamp { device, inode, size, modified, changed } = stamp.unwrap_or(none);
        // Never more than a second.
        let rest = |nanoseconds: i64| u32::try_from(nanoseconds).unwrap_or(0);
        Self {
            device,
            inode,
            size,
            modified: modified.0,
            changed: changed.0,
            modified_rest: rest(modified.1),
            changed_rest: rest(changed.1),
            start,
            length,
            kind,
            is_known: stamp.is_some(),
        }
    }

    fn stamp(&self) -> Option<FileStamp> {
        let Self { device, inode, size, .. } = *self;
        let modified = (self.modified, i64::from(self.modified_rest));
        let changed = (self.changed, i64::from(self.changed_rest));
        self.is_known.then_some(FileStamp { device, inode, size, modified, changed })
    }

    fn name<'n>(&self, names: &'n [u8]) -> &'n [u8] {
        let start = self.start as usize;
        names.get(start..start + usize::from(self.length)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn every_entry_is_found_by_its_path_and_by_its_number(
            files in proptest::collection::btree_set("((a|a-|a\\.|b)/){0,3}(x|y|z)", 0..40),
            names in proptest::collection::vec("x|y|z|w", 0..10),
        ) {
            let listed: Vec<(&str, u64)> = files.iter().map(|path| (path.as_str(), 1)).collect();
            let listing = TreeListing::of_files(&listed);
            let mut paths: Vec<String> = listing.entries().map(|entry| entry.path().seen_from_root()).collect();
            let numbers: Vec<usize> = listing.entries().map(|entry| entry.number).collect();
            proptest::prop_assert_eq!(numbers, (0..files.len()).collect::<Vec<_>>());
            for entry in listing.entries() {
                proptest::prop_assert_eq!(listing.entry(entry.number), Some(entry));
                proptest::prop_assert_eq!(listing.find(entry.path().as_bytes()), Some(entry));
            }
            paths.sort();
            proptest::prop_assert_eq!(paths, files.iter().cloned().collect::<Vec<_>>());
            proptest::prop_assert_eq!(listing.entry(files.len()), None);
            for directory in listing.directories() {
                let mut near = 0;
                for name in &names {
                    let found = directory.find(name.as_bytes());
                    proptest::prop_assert_eq!(directory.find_near(&mut near, name.as_bytes()), found);
                }
                let path = directory.path();
                let below = listing.directories().iter().filter(|other| {
                    other.path().is_within(path) && other.path() != path
                });
                proptest::prop_assert!(listing.directories_below(path).eq(below), "{:?}", path);
                let is_within = |file: &String| RepoPath::new(file.as_bytes()).expect("a path").is_within(path);
                proptest::prop_assert_eq!(listing.has_entries_below(path), files.iter().any(is_within));
            }
        }
    }
}
