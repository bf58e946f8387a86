//! What a `RECORD` says of the files of an environment. Of tens of thousands of rows most name a file that nobody touched
//! since the list was written: of these nothing is kept but that.

use std::path::Path;

use super::generated_files::listed_source_of;
use super::inspected_directory::InspectedDirectory;
use super::listed_files::{LIST_LIMIT, ListedFile, SoundList, resolve};
use crate::formats::record::{CheckedFile, RecordText};
use crate::fs::{FileStamp, ListedDirectory, ListedEntry, TreeListing};
use crate::path::{RepoPath, split_name};

/// What a list says.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    /// The entries that it names and that are as they were installed, by number.
    pub(super) untouched: Vec<usize>,
    /// What it says of other entries, by number.
    pub(super) rows: Vec<(usize, ListedFile)>,
    /// What it says of files that are not there.
    pub(super) absent: Vec<(Box<[u8]>, ListedFile)>,
    /// The list itself, if nothing stands in it that no installer writes.
    pub(super) sound: Option<SoundList>,
}

/// Reads a `RECORD` whose paths are relative to a directory, `site`. With `trusts_times` a file of the recorded size that is
/// older than the list is as it was installed.
pub(super) fn read(
    inspected: &InspectedDirectory,
    list: ListedEntry<'_>,
    site: &[u8],
    trusts_times: bool,
) -> Recorded {
    let Some(bytes) = inspected.read(&list.path(), LIST_LIMIT) else { return Recorded::default() };
    let written = list.stamp.filter(|stamp| trusts_times && stamp.is_as_written());
    let mut reading = RecordReading {
        listing: &inspected.listing,
        places: ListedPlaces::new(&inspected.listing, &inspected.directory, site),
        written,
        found: Recorded::default(),
        list: SoundList::of(list.number),
        tag: None,
    };
    let is_sound = RecordText::new(&bytes).check_each(|row| reading.row(row));
    let RecordReading { found, list, .. } = reading;
    Recorded { sound: is_sound.then_some(list), ..found }
}

/// A list that is being read.
struct RecordReading<'l> {
    listing: &'l TreeListing,
    places: ListedPlaces<'l>,
    /// What shows when the list was written, if that may be trusted.
    written: Option<FileStamp>,
    found: Recorded,
    list: SoundList,
    /// The tag of the Python whose compiled files it names first.
    tag: Option<Vec<u8>>,
}

impl RecordReading<'_> {
    fn row(&mut self, CheckedFile { path, hash, size }: CheckedFile<'_>) {
        let listed = ListedFile { hash, size };
        match self.places.of(path) {
            Some(ListedPlace::Entry(entry)) => self.entry(entry, listed),
            Some(ListedPlace::Absent(path)) => {
                if !self.names_compiled(&path) && !self.names_cache(&path) {
                    self.list.names_absent = true;
                }
                self.found.absent.push((path.as_bytes().into(), listed));
            }
            None => {}
        }
    }

    fn entry(&mut self, entry: ListedEntry<'_>, listed: ListedFile) {
        let is_untouched = self.is_untouched(&entry, &listed);
        if is_untouched {
            self.found.untouched.push(entry.number);
        } else {
            self.found.rows.push((entry.number, listed));
        }
        let is_compiled = entry.name.ends_with(b".pyc") && self.names_compiled(&entry.path());
        if !is_compiled && !is_untouched && listed.hash.is_some() {
            self.list.expected.push(entry.number);
        }
    }

    /// Says whether nothing of a file was changed since the list was written.
    fn is_untouched(&self, entry: &ListedEntry<'_>, listed: &ListedFile) -> bool {
        let times = self.written.zip(entry.stamp);
        let is_same_size = listed.size.is_some() && listed.size == entry.size();
        listed.hash.is_some()
            && is_same_size
            && entry.kind.is_file()
            && times.is_some_and(|(written, stamp)| stamp.is_older_than(&written))
    }

    /// Says whether a path is that of a compiled file, and notes whether Python compiles it from what is there.
    fn names_compiled(&mut self, path: &RepoPath) -> bool {
        let Some((source, own)) = listed_source_of(path.as_bytes()) else { return false };
        let tag = self.tag.get_or_insert_with(|| own.to_vec());
        if tag.as_slice() != own || self.listing.find(&source).is_none() {
            self.list.names_absent = true;
        }
        true
    }

    /// Says whether a path that does not exist is that of a directory for compiled files: virtualenv names one for each
    /// directory.
    fn names_cache(&self, path: &RepoPath) -> bool {
        let above = path.parent().filter(|_| path.name() == b"__pycache__");
        above.is_some_and(|above| self.listing.has_entries_below(&above))
    }
}

/// What a path of a list leads to.
#[derive(Debug, PartialEq, Eq)]
enum ListedPlace<'l> {
    Entry(ListedEntry<'l>),
    /// Nothing is there.
    Absent(RepoPath),
}

/// Where the paths of a list lead. Lists name the files of a directory one after the other.
struct ListedPlaces<'l> {
    listing: &'l TreeListing,
    /// The directory of the environment.
    environment: &'l Path,
    /// What paths are relative to, in the environment.
    site: &'l [u8],
    /// The directory of the path before, as written; `None` before the first.
    written: Option<Vec<u8>>,
    /// The same, if it is there and the way to it needs no resolving.
    directory: Option<&'l ListedDirectory>,
    /// Where in it the file before was found.
    near: usize,
}

impl<'l> ListedPlaces<'l> {
    fn new(listing: &'l TreeListing, environment: &'l Path, site: &'l [u8]) -> Self {
        Self { listing, environment, site, written: None, directory: None, near: 0 }
    }

    /// Where a path leads; `None` if that is outside of the environment.
    fn of(&mut self, path: &[u8]) -> Option<ListedPlace<'l>> {
        let (directory, name) = split_name(path);
        if self.written.as_deref() != Some(directory) {
            self.enter(directory);
        }
        // An absolute path at the top of the system has no directory before its `/`.
        let plain = self.directory.filter(|_| path.first() != Some(&b'/'));
        if let Some(entry) = plain.and_then(|directory| directory.find_near(&mut self.near, name)) {
            return Some(ListedPlace::Entry(entry));
        }
        look_up(self.listing, resolve(self.environment, self.site, path)?)
    }

    fn enter(&mut self, directory: &[u8]) {
        let is_plain = |part: &[u8]| !matches!(part, b"" | b"." | b"..");
        let parts = [self.site, directory].into_iter().filter(|part| !part.is_empty());
        let path = parts.collect::<Vec<_>>().join(&b'/');
        let is_plain = directory.is_empty() || directory.split(|&byte| byte == b'/').all(is_plain);
        self.directory = self.listing.directory(&path).filter(|_| is_plain);
        self.written.get_or_insert_default().clear();
        self.written.get_or_insert_default().extend_from_slice(directory);
        self.near = 0;
    }
}

/// What is at a path.
fn look_up(listing: &TreeListing, path: RepoPath) -> Option<ListedPlace<'_>> {
    Some(listing.find(path.as_bytes()).map_or(ListedPlace::Absent(path), ListedPlace::Entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paths as lists have them: mostly plain ones of files that are there, and all that may stand in an edited list.
    fn written() -> impl proptest::strategy::Strategy<Value = String> {
        "(/env/)?(s/)?((a|b|c|\\.\\.|\\.|)/){0,3}(one|two|three|\\.\\.|\\.||x\0)"
    }

    proptest::proptest! {
        #[test]
        fn paths_lead_where_they_say(
            files in proptest::collection::btree_set("(s/)?((a|b|c)/){0,3}(one|two|three)", 0..20),
            paths in proptest::collection::vec(written(), 0..20),
            site in "s|s/a|",
        ) {
            let files: Vec<(&str, u64)> = files.iter().map(|path| (path.as_str(), 1)).collect();
            let (listing, environment) = (TreeListing::of_files(&files), Path::new("/env"));
            let mut places = ListedPlaces::new(&listing, environment, site.as_bytes());
            for path in paths {
                let resolved = resolve(environment, site.as_bytes(), path.as_bytes());
                let expected = resolved.and_then(|path| look_up(&listing, path));
                proptest::prop_assert_eq!(places.of(path.as_bytes()), expected, "{:?}", path);
            }
        }
    }
}
