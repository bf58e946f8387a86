//! What both adapters do with entries.

use super::reader::Reader;
use crate::error::{Error, Result};
use crate::path::RepoPath;
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
    let id = entry.id.ok_or_else(|| Error::undecided(format!("no object for `{}`", entry.path)))?;
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
