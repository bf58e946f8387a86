//! What both adapters do with entries.

use std::collections::HashSet;

use super::reader::Reader;
use crate::error::{Error, Result};
use crate::message::message;
use crate::path::{RepoPath, below};
use crate::tree::{Content, Entry, EntryKind, OwnedEntry, Visitor};

/// Collects every entry with a valid path.
pub(super) struct EntryCollector(pub(super) Vec<OwnedEntry>);

impl Visitor for EntryCollector {
    fn restart(&mut self) {
        self.0.clear();
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        self.0.extend(OwnedEntry::keep(entry));
    }
}

/// The roots that are not inside another root, sorted.
pub(super) fn outermost(roots: &[RepoPath]) -> Vec<&RepoPath> {
    let mut sorted: Vec<_> = roots.iter().collect();
    sorted.sort_by(|a, b| a.components().cmp(b.components()));
    sorted.dedup_by(|inner, outer| inner.is_within(outer));
    sorted
}

/// Which entries of an index are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IndexEntries {
    /// Those that a commit would contain.
    Committed,
    /// Those, and the paths of `git add -N`.
    All,
}

/// Paths that are compared with each path of an index.
pub(super) struct Roots<'a> {
    few: Vec<&'a [u8]>,
    many: HashSet<&'a [u8]>,
}

impl<'a> Roots<'a> {
    /// More are looked up instead of being compared one by one.
    const FEW: usize = 4;

    pub(super) fn new(roots: &'a [RepoPath]) -> Self {
        let outermost: Vec<&[u8]> = outermost(roots).into_iter().map(RepoPath::as_bytes).collect();
        if outermost.len() <= Self::FEW {
            return Self { few: outermost, many: HashSet::new() };
        }
        Self { few: Vec::new(), many: outermost.into_iter().collect() }
    }

    /// Says whether a path is one of these or below one.
    pub(super) fn contain(&self, path: &[u8]) -> bool {
        if self.many.is_empty() {
            return self.few.iter().any(|root| below(path, root).is_some());
        }
        let ends = memchr::memchr_iter(b'/', path).chain([path.len()]);
        ends.into_iter().any(|end| self.many.contains(&path[..end]))
    }
}

/// What kind of entry a mode of a tree or index means, as git reads it; `None` for a directory.
pub(super) fn kind_of(mode: i32) -> Option<EntryKind> {
    let mode = u32::try_from(mode).unwrap_or_default();
    match mode & 0o170_000 {
        0o040_000 => None,
        0o100_000 => EntryKind::from_mode(mode),
        0o120_000 => Some(EntryKind::Link),
        _ => Some(EntryKind::Submodule),
    }
}

/// Reads the blob of an entry.
pub(super) fn read_entry(reader: &dyn Reader, entry: &OwnedEntry, limit: u64) -> Result<Content> {
    let id = entry.id.ok_or_else(|| Error::undecided(message!("no object for `{}`", entry.path)))?;
    reader.read_blob(id, limit)
}

/// The sizes of entries: the size in the entry, else the size of its object.
pub(super) fn entry_sizes(reader: &dyn Reader, entries: &[OwnedEntry]) -> Vec<Option<u64>> {
    let is_unknown = |entry: &&OwnedEntry| entry.size.is_none();
    let ids: Vec<_> = entries.iter().filter(is_unknown).filter_map(|entry| entry.id).collect();
    let mut read = reader.blob_sizes(&ids).into_iter();
    let mut from_object = |entry: &OwnedEntry| entry.id.and_then(|_| read.next().flatten());
    entries.iter().map(|entry| entry.size.or_else(|| from_object(entry))).collect()
}
