//! An index as a whole in memory: its entries as they are stored, its extensions, and the form that everything reads:
//! version 3, without extensions.
//!
//! Format: <https://git-scm.com/docs/index-format>.

use super::index_format::{
    FIXED_SHA1, FIXED_SHA256, FLAG_EXTENDED, FLAG_NAME_LENGTH, FLAG_STAGE, HEADER_LENGTH, MODE_OFFSET,
    SIGNATURE, STATUS_LENGTH, cut_short, head_at, header, next_path, padded, plain_name,
};
use crate::error::Result;
use crate::tree::{EntryKind, OwnedEntry};

/// An entry of an index as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredEntry {
    pub(super) path: Vec<u8>,
    /// Times, mode and the like, and then the object name.
    pub(super) status_and_id: Vec<u8>,
    pub(super) flags: u16,
    /// Is stored if [`StoredEntry::flags`] says so.
    pub(super) extended: u16,
}

impl StoredEntry {
    /// An entry of which only the path, the kind and the object are known; `None` without an object.
    pub(super) fn of(entry: &OwnedEntry) -> Option<Self> {
        let mut status_and_id = vec![0; STATUS_LENGTH];
        status_and_id[MODE_OFFSET..MODE_OFFSET + 4].copy_from_slice(&mode(entry.kind).to_be_bytes());
        status_and_id.extend(entry.id?.as_bytes());
        Some(Self { path: entry.path.as_bytes().to_vec(), status_and_id, flags: 0, extended: 0 })
    }

    /// The merge stage, in the bits of the flags.
    pub(super) fn stage(&self) -> u16 {
        self.flags & FLAG_STAGE
    }

    fn write(&self, index: &mut Vec<u8>) {
        let start = index.len();
        let length = u16::try_from(self.path.len()).unwrap_or(u16::MAX).min(FLAG_NAME_LENGTH);
        index.extend(&self.status_and_id);
        index.extend((self.flags & !FLAG_NAME_LENGTH | length).to_be_bytes());
        if self.flags & FLAG_EXTENDED != 0 {
            index.extend(self.extended.to_be_bytes());
        }
        index.extend(&self.path);
        index.resize(start + padded(index.len() - start), 0);
    }
}

/// Reads all entries of an index, also those with which a split index replaces others.
///
/// # Errors
/// Undecided if the index is damaged.
pub(super) fn read(index: &[u8], id_length: usize) -> Result<Vec<StoredEntry>> {
    let mut entries = Vec::new();
    let end = each_entry(index, id_length, &mut |path, status_and_id, flags, extended| {
        let (path, status_and_id) = (path.to_vec(), status_and_id.to_vec());
        entries.push(StoredEntry { path, status_and_id, flags, extended });
    })?;
    each_extension(index, end, id_length, &mut |_, _| {})?;
    Ok(entries)
}

/// The content of an extension; `None` if the index does not have it, or is of a version that is not known.
///
/// # Errors
/// As [`read`].
pub(super) fn extension<'i>(index: &'i [u8], id_length: usize, name: &[u8; 4]) -> Result<Option<&'i [u8]>> {
    if !matches!(header(index)?.0, 2..=4) {
        return Ok(None);
    }
    let end = each_entry(index, id_length, &mut |_, _, _, _| {})?;
    let mut content = None;
    each_extension(index, end, id_length, &mut |found, bytes| {
        if found == name {
            content = Some(bytes);
        }
    })?;
    Ok(content)
}

/// Passes on the names and contents of the extensions, which fill the index up to its checksum.
fn each_extension<'i>(
    index: &'i [u8],
    start: usize,
    id_length: usize,
    receive: &mut dyn FnMut(&[u8; 4], &'i [u8]),
) -> Result<()> {
    let end = index.len().checked_sub(id_length).ok_or_else(cut_short)?;
    let mut rest = index.get(start..end).ok_or_else(cut_short)?;
    while !rest.is_empty() {
        let (name, after) = rest.split_first_chunk::<4>().ok_or_else(cut_short)?;
        let (size, after) = after.split_first_chunk::<4>().ok_or_else(cut_short)?;
        let size = usize::try_from(u32::from_be_bytes(*size)).map_err(|_| cut_short())?;
        let (content, after) = after.split_at_checked(size).ok_or_else(cut_short)?;
        receive(name, content);
        rest = after;
    }
    Ok(())
}

/// Receives an entry: its path, what comes before the flags, the flags and the extended flags.
type Receiver<'r> = &'r mut dyn FnMut(&[u8], &[u8], u16, u16);

/// Passes on the entries, and returns where they end.
fn each_entry(index: &[u8], id_length: usize, receive: Receiver<'_>) -> Result<usize> {
    let (version, count) = header(index)?;
    match id_length {
        20 => each_of::<FIXED_SHA1>(index, version, count, receive),
        _ => each_of::<FIXED_SHA256>(index, version, count, receive),
    }
}

fn each_of<const FIXED: usize>(
    index: &[u8],
    version: u32,
    count: u32,
    receive: Receiver<'_>,
) -> Result<usize> {
    let (mut start, mut path) = (HEADER_LENGTH, Vec::new());
    for _ in 0..count {
        let head = head_at::<FIXED>(index, start)?.ok_or_else(cut_short)?;
        if version == 4 {
            start = next_path(index, head.end, &mut path)?.ok_or_else(cut_short)?;
        } else {
            let name = plain_name(index, head.end, head.name_flag())?.ok_or_else(cut_short)?;
            path.clear();
            path.extend_from_slice(name);
            start += padded(head.end - start + name.len());
        }
        receive(&path, &head.bytes[..FIXED - 2], head.flags, head.extended);
    }
    Ok(start)
}

/// Writes an index with these entries, which are sorted by path and stage; `None` if there are too many. The checksum
/// is left out, as with `index.skipHash`.
pub(super) fn write(entries: &[StoredEntry], id_length: usize) -> Option<Vec<u8>> {
    let count = u32::try_from(entries.len()).ok()?;
    let mut index = [SIGNATURE.as_slice(), &3_u32.to_be_bytes(), &count.to_be_bytes()].concat();
    entries.iter().for_each(|entry| entry.write(&mut index));
    index.resize(index.len() + id_length, 0);
    Some(index)
}

/// The mode of an entry in the index.
pub(super) fn mode(kind: EntryKind) -> u32 {
    match kind {
        EntryKind::File => 0o100_644,
        EntryKind::Executable => 0o100_755,
        EntryKind::Link => 0o120_000,
        EntryKind::Submodule => 0o160_000,
    }
}
