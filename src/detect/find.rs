//! The first step of detection: one pass over a tree's paths that keeps what carries a mark.
//!
//! It reads no content, and it is the only step that a repository without environments pays for.

use std::collections::{BTreeMap, HashMap};

use super::mark::{self, Mark};
use super::place::{self, Place};
use crate::formats::own_ignore;
use crate::model::Skip;
use crate::path::{RepoPath, below, display_bytes, split_name};
use crate::tree::{Entry, EntryKind, OwnedEntry, Sieve, Visitor};

/// How many entries of one mark are kept per candidate; more prove nothing more.
const KEPT_PER_MARK: usize = 12;

/// The parts of an environment that hold whole trees.
const DEEP_PARTS: [&[u8]; 4] = [b"lib", b"lib64", b"include", b"share"];
/// From here on below such a part there is nothing on the way to a mark (`share/jupyter/kernels/python3`).
const DEEPEST_WAY: usize = 3;

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
    /// Paths that no work tree can have and that therefore cannot be looked at.
    pub(super) impossible: Vec<Skip>,
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
            impossible: Vec::new(),
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
            match OwnedEntry::keep(entry) {
                Some(owned) => kept.push(owned),
                None => self.note_impossible(entry),
            }
        }
    }

    /// Notes a path with `..` or the like: a crafted index or tree has it, and nobody can say what it holds.
    fn note_impossible(&mut self, entry: &Entry<'_>) {
        if self.impossible.len() < KEPT_PER_MARK {
            let reason = format!("git has the impossible path `{}`", display_bytes(entry.path));
            self.impossible.push(Skip { path: RepoPath::root(), reason, blob: None });
        }
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

    /// Says whether a directory is known to be an environment, and remembers it.
    fn seal(&mut self, root: &[u8]) -> bool {
        if self.sealed.as_deref() == Some(root) {
            return true;
        }
        let marks = self.candidates.get(root).map(|candidate| &candidate.marks);
        let is_known = marks.is_some_and(|marks| {
            let has = |mark: Mark| marks.contains_key(&mark);
            has(Mark::SitePackages) && (has(Mark::Config) || has(Mark::CondaHistory))
        });
        if is_known {
            self.sealed = Some(root.into());
        }
        is_known
    }

    /// Says whether a directory without a mark lies so deep in the environment that was known last that no mark of
    /// it can follow: its own deep places ([`Place`]) are no deeper than that.
    fn is_deep(&self, directory: &[u8]) -> bool {
        let rest = self.sealed.as_deref().and_then(|root| below(directory, root)).unwrap_or_default();
        let mut parts = rest.split(|&byte| byte == b'/');
        let first = parts.next().unwrap_or_default();
        DEEP_PARTS.iter().any(|part| first.eq_ignore_ascii_case(part)) && parts.count() >= DEEPEST_WAY
    }

    /// Notes links and `.venv` files; whether they stand for an environment is decided by their content.
    fn note_link(&mut self, name: &[u8], entry: &Entry<'_>) {
        let redirect = name == b".venv" && entry.kind.is_file();
        if redirect || (entry.kind == EntryKind::Link && !has_file_extension(name)) {
            match OwnedEntry::keep(entry) {
                Some(owned) => self.links.push(owned),
                None => self.note_impossible(entry),
            }
        }
    }
}

impl Visitor for Finder<'_> {
    /// Leaves out the depths of a directory that is known to be an environment: what is found there folds into it.
    fn enter(&mut self, directory: &[u8]) -> bool {
        match place::of(directory) {
            Place::SitePackages { root, package: Some((start, end)), .. } => {
                let is_package = end == directory.len();
                let is_known = self.seal(&directory[..root]);
                !is_known || (is_package && mark::is_pip(&directory[start..end]))
            }
            Place::Plain => !self.is_deep(directory),
            _ => true,
        }
    }

    fn restart(&mut self) {
        self.candidates.clear();
        self.links.clear();
        self.impossible.clear();
        self.paths = 0;
        self.place = None;
        self.sealed = None;
        self.beside.restart();
    }

    fn sieve(&self) -> Option<Sieve> {
        Some(Sieve {
            directory: is_telling_directory,
            name: is_telling_name,
            first_bytes: mark::FIRST_BYTES_IN_ROOT,
        })
    }

    fn left_out(&mut self, count: u64) {
        self.paths += count;
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        self.paths += 1;
        self.beside.entry(entry);
        let (directory, name) = split_name(entry.path);
        if self.place.is_none() || directory != self.directory.as_slice() {
            self.enter_place(directory, entry);
        }
        let marked = match self.place {
            Some(Place::Plain) => mark::in_root(name, entry.kind).map(|mark| (mark, directory.len())),
            Some(place) => mark::of(directory, place, name, entry.kind),
            None => None,
        };
        if let Some((mark, root)) = marked
            && (mark != Mark::OwnIgnore || may_be_own_ignore(directory, entry))
        {
            self.add(mark, root, entry);
        }
        self.note_link(name, entry);
    }
}

/// A directory in which any file may be a mark. Paths at most one directory deep are always looked at, because
/// settings are there.
fn is_telling_directory(directory: &[u8]) -> bool {
    !directory.contains(&b'/') || place::of(directory) != Place::Plain
}

/// A name that is a mark, or may be a link to an environment, in any directory.
fn is_telling_name(name: &[u8], kind: EntryKind) -> bool {
    kind == EntryKind::Link || name == b".venv" || mark::in_root(name, kind).is_some()
}

/// Says whether a `.gitignore` has to be looked at. Every project has one in its root; of the others git knows
/// the content by its name, and a creator's is short.
fn may_be_own_ignore(directory: &[u8], entry: &Entry<'_>) -> bool {
    let short = || entry.size.is_none_or(|size| size < 80);
    !directory.is_empty()
        && if entry.id.is_empty() { short() } else { own_ignore::is_own_ignore_blob(entry.id) }
}

/// Says whether a name ends like a file (`libz.so`, `README.md`), which no environment's name does.
fn has_file_extension(name: &[u8]) -> bool {
    let dot = memchr::memrchr(b'.', name).filter(|&at| at > 0);
    dot.is_some_and(|at| at + 1 < name.len() && name[at + 1..].iter().all(u8::is_ascii_alphabetic))
        && !name.ends_with(b"env")
}
