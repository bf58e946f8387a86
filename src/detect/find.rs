//! The first step of detection: one pass over a tree's paths that keeps what carries a mark.
//!
//! It reads no content, and it is the only step that a repository without environments pays for.

use std::collections::{BTreeMap, HashMap};

use super::mark::{self, Mark};
use super::place::{self, Place};
use crate::path::split_name;
use crate::tree::{Entry, EntryKind, OwnedEntry, Visitor};

/// How many entries of one mark are kept per candidate; more prove nothing more.
const KEPT_PER_MARK: usize = 12;

/// A directory that may be an environment.
#[derive(Debug, Default)]
pub(super) struct Candidate {
    /// The marks below it, each with the entries that bear it.
    pub(super) marks: BTreeMap<Mark, Vec<OwnedEntry>>,
}

/// What one pass has found.
pub(super) struct Finder<'b> {
    /// Candidates by the bytes of their root's path.
    pub(super) candidates: HashMap<Box<[u8]>, Candidate>,
    /// Links (and `.venv` files) that may stand for an environment.
    pub(super) links: Vec<OwnedEntry>,
    /// How many paths were shown.
    pub(super) paths: u64,
    directory: Vec<u8>,
    place: Option<Place>,
    sealed: Option<Box<[u8]>>,
    beside: &'b mut dyn Visitor,
}

impl<'b> Finder<'b> {
    /// Starts a pass that shows every path to `beside` too.
    pub(super) fn new(beside: &'b mut dyn Visitor) -> Self {
        Self {
            candidates: HashMap::new(),
            links: Vec::new(),
            paths: 0,
            directory: Vec::new(),
            place: None,
            sealed: None,
            beside,
        }
    }

    /// Adds a mark to the candidate whose root is the first `root` bytes of the entry's path.
    fn add(&mut self, mark: Mark, root: usize, entry: &Entry<'_>) {
        let root = &entry.path[..root];
        if !self.candidates.contains_key(root) {
            self.candidates.insert(root.into(), Candidate::default());
        }
        let Some(candidate) = self.candidates.get_mut(root) else {
            return;
        };
        let kept = candidate.marks.entry(mark).or_default();
        if kept.len() < KEPT_PER_MARK {
            kept.extend(OwnedEntry::keep(entry));
        }
    }

    /// The last component, if the path lies in the directory seen last.
    ///
    /// A million paths pass here, nearly all of them in the directory of the one before.
    #[inline]
    fn name_in_same_directory<'p>(&self, path: &'p [u8]) -> Option<&'p [u8]> {
        self.place?;
        let name = if self.directory.is_empty() {
            path
        } else {
            path.strip_prefix(self.directory.as_slice())?.strip_prefix(b"/")?
        };
        (!has_slash(name)).then_some(name)
    }

    /// Notes what the entry's directory alone shows, once per directory.
    fn enter_place(&mut self, directory: &[u8], entry: &Entry<'_>) {
        self.directory.clear();
        self.directory.extend_from_slice(directory);
        let place = place::of(directory);
        self.place = Some(place);
        match place {
            Place::SitePackages { root, package, .. } => {
                self.add(Mark::SitePackages, root, entry);
                if package.is_some_and(|(start, end)| mark::is_pip(&directory[start..end])) {
                    self.add(Mark::SeededPip, root, entry);
                }
            }
            Place::Pypackages { root } => self.add(Mark::Pypackages, root, entry),
            _ => {}
        }
    }

    /// Notes links and `.venv` files; whether they stand for an environment is decided by their content.
    fn note_link(&mut self, name: &[u8], entry: &Entry<'_>) {
        let redirect = name == b".venv" && entry.kind.is_file();
        if redirect || (entry.kind == EntryKind::Link && !has_file_extension(name)) {
            self.links.extend(OwnedEntry::keep(entry));
        }
    }
}

impl Visitor for Finder<'_> {
    /// Leaves out the packages of a directory that is known to be an environment: they fold into it.
    fn enter(&mut self, directory: &[u8]) -> bool {
        let Place::SitePackages { root, package: Some((start, end)), .. } = place::of(directory) else {
            return true;
        };
        let root = &directory[..root];
        if self.sealed.as_deref() == Some(root) && end < directory.len() {
            return false;
        }
        let marks = self.candidates.get(root).map(|candidate| &candidate.marks);
        let known =
            marks.is_some_and(|m| m.contains_key(&Mark::Config) && m.contains_key(&Mark::SitePackages));
        if known {
            self.sealed = Some(root.into());
        }
        !known || mark::is_pip(&directory[start..end])
    }

    fn restart(&mut self) {
        self.candidates.clear();
        self.links.clear();
        self.paths = 0;
        self.place = None;
        self.sealed = None;
        self.beside.restart();
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        self.paths += 1;
        self.beside.entry(entry);
        let name = match self.name_in_same_directory(entry.path) {
            Some(name) => name,
            None => {
                let (directory, name) = split_name(entry.path);
                self.enter_place(directory, entry);
                name
            }
        };
        let directory = &entry.path[..self.directory.len()];
        let marked = match self.place {
            Some(Place::Plain) => mark::in_root(name, entry.kind).map(|mark| (mark, directory.len())),
            Some(place) => mark::of(directory, place, name, entry.kind),
            None => None,
        };
        if let Some((mark, root)) = marked {
            self.add(mark, root, entry);
        }
        self.note_link(name, entry);
    }
}

/// Says whether there is a `/`, eight bytes at a time: for the few bytes of a file name that is twice as fast
/// as a general search, and it is asked for every path of the repository.
#[inline]
fn has_slash(name: &[u8]) -> bool {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    const SLASHES: u64 = u64::from_ne_bytes([b'/'; 8]);
    // A byte of `word` is zero where the name has a slash; the rest is the usual test for a zero byte
    // (https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord).
    let zero_byte = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let (chunks, rest) = name.as_chunks::<8>();
    let found = chunks.iter().fold(0, |found, chunk| found | zero_byte(u64::from_ne_bytes(*chunk) ^ SLASHES));
    found != 0 || rest.contains(&b'/')
}

/// Says whether a name ends like a file (`libz.so`, `README.md`), which no environment's name does.
fn has_file_extension(name: &[u8]) -> bool {
    let dot = memchr::memrchr(b'.', name).filter(|&at| at > 0);
    dot.is_some_and(|at| at + 1 < name.len() && name[at + 1..].iter().all(u8::is_ascii_alphabetic))
        && !name.ends_with(b"env")
}

#[cfg(test)]
mod tests {
    use super::has_slash;

    proptest::proptest! {
        #[test]
        fn slashes_are_found_wherever_they_are(name: Vec<u8>, at in 0_usize..40) {
            proptest::prop_assert_eq!(has_slash(&name), name.contains(&b'/'));
            let mut with = name.clone();
            with.insert(at.min(name.len()), b'/');
            proptest::prop_assert!(has_slash(&with));
        }
    }
}
