//! The first step of detection: one pass over the paths of a tree that collects markers.
//!
//! It reads no content, and it is the only step that costs time in a repository without environments.

use std::collections::{BTreeMap, HashMap};

use super::marker::{self, PathMarker};
use super::path_class::{self, PathClass};
use crate::formats::{conda_record, own_ignore};
use crate::model::{REDIRECT_FILE_NAME, Skip};
use crate::path::{RepoPath, below, display_bytes, split_name};
use crate::tree::{Entry, EntryKind, OwnedEntry, PathFilter, Visitor};

/// The most entries kept per marker of a candidate that is not read; more would prove nothing more.
const KEPT_PER_MARKER: usize = 12;
/// The most invalid paths kept.
pub(super) const KEPT_INVALID: usize = 12;
/// A `.gitignore` that a creator wrote has fewer bytes.
const OWN_IGNORE_LIMIT: u64 = 80;

/// Parts of an environment that contain deep trees.
const DEEP_PARTS: [&[u8]; 4] = [b"lib", b"lib64", b"include", b"share"];
/// The number of directories below such a part down to the deepest marker (`share/jupyter/kernels/python3`).
const DEEPEST_MARKER: usize = 3;

/// A directory that may be an environment.
#[derive(Debug, Default)]
pub(super) struct CandidateDirectory {
    /// The markers below it, each with its entries.
    pub(super) markers: BTreeMap<PathMarker, Vec<OwnedEntry>>,
}

/// Collects markers and links in one pass.
pub(super) struct MarkerFinder<'b> {
    /// Candidates by the path of their root.
    pub(super) candidates: HashMap<Box<[u8]>, CandidateDirectory>,
    /// Links and `.venv` files that may point to an environment.
    pub(super) links: Vec<OwnedEntry>,
    /// The number of paths.
    pub(super) paths: u64,
    /// Invalid paths, which no work tree can contain and which were not examined.
    pub(super) invalid: Vec<Skip>,
    directory: Vec<u8>,
    class: Option<PathClass>,
    /// The last directory that is known to be an environment.
    known: Option<Box<[u8]>>,
    visitor: &'b mut dyn Visitor,
}

impl<'b> MarkerFinder<'b> {
    /// Starts a pass that also passes every path to `visitor`.
    pub(super) fn new(visitor: &'b mut dyn Visitor) -> Self {
        Self {
            candidates: HashMap::new(),
            links: Vec::new(),
            paths: 0,
            invalid: Vec::new(),
            directory: Vec::new(),
            class: None,
            known: None,
            visitor,
        }
    }

    /// Adds a marker to the candidate whose root is the first `root` bytes of the entry's path.
    fn add(&mut self, marker: PathMarker, root: usize, entry: &Entry<'_>) {
        let root = &entry.path[..root];
        if !self.candidates.contains_key(root) {
            self.candidates.insert(root.into(), CandidateDirectory::default());
        }
        let Some(candidate) = self.candidates.get_mut(root) else {
            return;
        };
        let kept = candidate.markers.entry(marker).or_default();
        let is_wanted = match marker {
            // One per directory: how many there are is what belongs to an environment.
            PathMarker::PackageData => kept.last().is_none_or(|last| {
                path_class::package_folder(last.path.as_bytes()) != path_class::package_folder(entry.path)
            }),
            PathMarker::LooseScript => true,
            // Of hundreds of records, the one of Python says its version.
            PathMarker::CondaRecord => {
                kept.len() < KEPT_PER_MARKER
                    || conda_record::python_version(split_name(entry.path).1).is_some()
            }
            _ => marker.is_read(entry.kind) || kept.len() < KEPT_PER_MARKER,
        };
        if is_wanted {
            match OwnedEntry::keep(entry) {
                Some(owned) => kept.push(owned),
                None => self.record_invalid(entry),
            }
        }
    }

    /// Records a path with `..` or the like, which only a crafted index or tree has.
    fn record_invalid(&mut self, entry: &Entry<'_>) {
        if self.invalid.len() < KEPT_INVALID {
            let reason = format!("invalid path in git: `{}`", display_bytes(entry.path)).into();
            self.invalid.push(Skip { path: RepoPath::root(), reason, blob: None });
        }
    }

    /// Adds the markers that the entry's directory shows by itself, once per directory.
    fn enter_directory(&mut self, directory: &[u8], entry: &Entry<'_>) {
        self.directory.clear();
        self.directory.extend_from_slice(directory);
        let class = path_class::of(directory);
        self.class = Some(class);
        if let Some((marker, root)) = marker::of_directory(directory, class) {
            self.add(marker, root, entry);
        }
        if let PathClass::SitePackages { root, package: Some((start, end)), .. } = class
            && marker::is_pip(&directory[start..end])
        {
            self.add(PathMarker::SeededPip, root, entry);
        }
    }

    /// Returns whether a directory is known to be an environment, and remembers it.
    fn is_known_environment(&mut self, root: &[u8]) -> bool {
        if self.known.as_deref() == Some(root) {
            return true;
        }
        let markers = self.candidates.get(root).map(|candidate| &candidate.markers);
        let is_known = markers.is_some_and(|markers| {
            let has = |marker: PathMarker| markers.contains_key(&marker);
            has(PathMarker::SitePackages) && (has(PathMarker::Config) || has(PathMarker::CondaHistory))
        });
        if is_known {
            self.known = Some(root.into());
        }
        is_known
    }

    /// Returns whether a plain directory is so deep in the last known environment that no marker of it can be below:
    /// the directories with markers ([`PathClass`]) are less deep.
    fn is_deep(&self, directory: &[u8]) -> bool {
        let rest = self.known.as_deref().and_then(|root| below(directory, root)).unwrap_or_default();
        let mut parts = rest.split(|&byte| byte == b'/');
        let first = parts.next().unwrap_or_default();
        DEEP_PARTS.iter().any(|part| first.eq_ignore_ascii_case(part)) && parts.count() >= DEEPEST_MARKER
    }

    /// Records links and `.venv` files. Their content decides later whether they point to an environment.
    fn record_link(&mut self, name: &[u8], entry: &Entry<'_>) {
        let redirect = name == REDIRECT_FILE_NAME.as_bytes() && entry.kind.is_file();
        if redirect || (entry.kind == EntryKind::Link && !has_file_extension(name)) {
            match OwnedEntry::keep(entry) {
                Some(owned) => self.links.push(owned),
                None => self.record_invalid(entry),
            }
        }
    }
}

impl Visitor for MarkerFinder<'_> {
    /// Skips deep directories of a known environment: whatever is found there is part of it.
    fn enter(&mut self, directory: &[u8]) -> bool {
        match path_class::of(directory) {
            PathClass::SitePackages { root, package: Some((start, end)), .. } => {
                let is_package = end == directory.len();
                let is_known = self.is_known_environment(&directory[..root]);
                !is_known || (is_package && marker::is_pip(&directory[start..end]))
            }
            PathClass::Plain => !self.is_deep(directory),
            _ => true,
        }
    }

    fn restart(&mut self) {
        self.candidates.clear();
        self.links.clear();
        self.invalid.clear();
        self.paths = 0;
        self.class = None;
        self.known = None;
        self.visitor.restart();
    }

    fn filters(&self) -> Option<Vec<PathFilter>> {
        let mut filters = self.visitor.filters()?;
        filters.push(PathFilter {
            directory: may_contain_markers,
            name: may_be_marker,
            first_bytes: marker::FIRST_BYTES_IN_ROOT,
        });
        Some(filters)
    }

    fn filtered_out(&mut self, count: u64) {
        self.paths += count;
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        self.paths += 1;
        self.visitor.entry(entry);
        let (directory, name) = split_name(entry.path);
        if self.class.is_none() || directory != self.directory.as_slice() {
            self.enter_directory(directory, entry);
        }
        let marked = match self.class {
            Some(PathClass::Plain) => {
                marker::in_root(name, entry.kind).map(|marker| (marker, directory.len()))
            }
            Some(class) => marker::of(directory, class, name, entry.kind),
            None => None,
        };
        if let Some((marker, root)) = marked
            && (marker != PathMarker::OwnIgnore || may_be_own_ignore(directory, entry))
        {
            self.add(marker, root, entry);
        }
        self.record_link(name, entry);
    }
}

/// Returns whether any file in a directory may be a marker.
fn may_contain_markers(directory: &[u8]) -> bool {
    path_class::of(directory) != PathClass::Plain
}

/// Returns whether an entry of this name, in any directory, is a marker or may be a link to an environment.
fn may_be_marker(name: &[u8], kind: EntryKind) -> bool {
    kind == EntryKind::Link || name == REDIRECT_FILE_NAME.as_bytes() || marker::in_root(name, kind).is_some()
}

/// Returns whether a `.gitignore` may be one that a creator wrote. Every project has its own in the root; for the others
/// git has a blob id to compare, and those of creators are short.
fn may_be_own_ignore(directory: &[u8], entry: &Entry<'_>) -> bool {
    let short = || entry.size.is_none_or(|size| size < OWN_IGNORE_LIMIT);
    !directory.is_empty()
        && if entry.id.is_empty() { short() } else { own_ignore::is_own_ignore_blob(entry.id) }
}

/// Returns whether a name has a file extension (`libz.so`, `README.md`), unlike names of environments.
fn has_file_extension(name: &[u8]) -> bool {
    let dot = memchr::memrchr(b'.', name).filter(|&at| at > 0);
    dot.is_some_and(|at| at + 1 < name.len() && name[at + 1..].iter().all(u8::is_ascii_alphabetic))
        && !name.ends_with(b"env")
}
