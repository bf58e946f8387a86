//! Trees that are in no pack: each object is a file of its own.
//!
//! Format: <https://git-scm.com/book/en/v2/Git-Internals-Git-Objects#_object_storage>.

use std::path::Path;

use super::files::ObjectFile;
use super::inflate::Inflate;
use super::parsed_tree::{MOST_BYTES, ParsedTree};
use crate::git::raw_entry::SeeEntry;

/// The most bytes of a header such as `tree 1234<nul>`.
const LONGEST_HEADER: usize = 32;
/// How much of a file is read to know its type.
const START: u64 = 256;

/// Shows every entry of an object if it is a tree. Returns how many there are; `None` if it is malformed or too large, or
/// `see` stops.
pub(super) fn see(path: &Path, id_length: usize, inflate: &mut Inflate, see: SeeEntry<'_>) -> Option<u64> {
    let mut source = ObjectFile::open(path)?;
    let start = source.read(0, usize::try_from(source.length().min(START)).ok()?)?;
    let mut header = Vec::new();
    inflate.start(&start, LONGEST_HEADER, &mut header)?;
    let kind_end = memchr::memchr(b' ', &header)?;
    let (kind, size) = (header.get(..kind_end)?, header.get(kind_end + 1..)?);
    match kind {
        b"tree" => {}
        b"blob" | b"commit" | b"tag" => return Some(0),
        _ => return None,
    }
    let digits = size.get(..memchr::memchr(0, size)?)?;
    let size: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let length = usize::try_from(source.length()).ok()?;
    if size.max(length) > MOST_BYTES {
        return None;
    }
    let header = kind_end + 1 + digits.len() + 1;
    let mut tree = ParsedTree::default();
    inflate.whole(&source.read(0, length)?, header + size, &mut tree.bytes)?;
    tree.bytes.drain(..header);
    let mut entries = 0;
    tree.parse(id_length, &mut |entry| {
        entries += 1;
        see(entry)
    })?;
    Some(entries)
}
