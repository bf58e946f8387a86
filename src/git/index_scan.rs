//! Reads the bytes of git's index file in place: versions 2, 3 and 4, SHA-1 and SHA-256.
//!
//! Format: <https://git-scm.com/docs/index-format>. One pass shows the entries and checks the whole structure. It may
//! find only after some entries that the index is damaged, or that only git can read it; a visitor must discard what it
//! was shown when the pass fails, and start again when told so. The checksum at the end is not verified: git writes the
//! whole file and renames it into place, can be told to write no checksum (`index.skipHash`), and computing it would
//! take longer than everything else here together.

use crate::error::{Error, Result};
use crate::tree::{Entry, EntryKind, FilterRun, Visitor};

const HEADER_LENGTH: usize = 12;
/// Bytes of an entry before its object name: times, device, inode, mode, owner, group and size.
const STATUS_LENGTH: usize = 40;
const MODE_OFFSET: usize = 24;
const SIZE_OFFSET: usize = 36;
/// Bytes of an entry up to and including its flags, for SHA-1 and SHA-256.
const FIXED_SHA1: usize = STATUS_LENGTH + 20 + 2;
const FIXED_SHA256: usize = STATUS_LENGTH + 32 + 2;

const FLAG_EXTENDED: u16 = 0x4000;
const FLAG_STAGE: u16 = 0x3000;
const FLAG_NAME_LENGTH: u16 = 0x0fff;
const EXTENDED_INTENT_TO_ADD: u16 = 0x2000;
const EXTENDED_KNOWN: u16 = 0x6000;
/// The mode of a directory, which only a sparse index contains.
const DIRECTORY: u32 = 0o040_000;

/// Whether the scan could read the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Every entry was shown.
    Complete,
    /// The index is split, sparse or from a newer git: only git can read it. Not all entries were shown.
    OnlyGit,
}

/// Shows the entries of an index.
///
/// # Errors
/// Undecided if it is cut short or damaged; what was shown is then meaningless.
pub(super) fn visit(bytes: &[u8], id_length: usize, visitor: &mut dyn Visitor) -> Result<Reading> {
    let header = bytes.get(..HEADER_LENGTH).filter(|header| header.starts_with(b"DIRC"));
    let header = header.ok_or_else(|| damaged("it has no index header"))?;
    let (version, count) = (be32(header, 4), be32(header, 8));
    if !matches!(version, 2..=4) {
        return Ok(Reading::OnlyGit);
    }
    let end = bytes.len().checked_sub(id_length).ok_or_else(cut_short)?;
    let body = bytes.get(..end).ok_or_else(cut_short)?;
    let mut pass = Pass { body, offset: HEADER_LENGTH, visitor, unmerged: Vec::new(), has_empty_path: false };
    let reading = match (version, id_length) {
        (4, 20) => pass.compressed::<FIXED_SHA1>(count)?,
        (4, _) => pass.compressed::<FIXED_SHA256>(count)?,
        (_, 20) => pass.plain::<FIXED_SHA1>(count)?,
        (..) => pass.plain::<FIXED_SHA256>(count)?,
    };
    if reading == Reading::OnlyGit {
        return Ok(reading);
    }
    match (extensions_are_optional(body, pass.offset)?, pass.has_empty_path) {
        (true, true) => Err(damaged("an entry has no path")),
        (true, false) => Ok(Reading::Complete),
        // In a split index, entries that replace one of the shared index have no path.
        (false, _) => Ok(Reading::OnlyGit),
    }
}

/// A pass over the entries.
struct Pass<'b, 'v> {
    body: &'b [u8],
    offset: usize,
    visitor: &'v mut dyn Visitor,
    /// The path of the last entry with a merge stage; its other stages are not shown.
    unmerged: Vec<u8>,
    has_empty_path: bool,
}

/// The part of an entry before its path.
struct Head<'b, const FIXED: usize> {
    bytes: &'b [u8; FIXED],
    flags: u16,
    extended: u16,
    /// Where the path, or in version 4 its encoding, starts.
    end: usize,
}

impl<const FIXED: usize> Head<'_, FIXED> {
    #[inline(always)]
    fn name_flag(&self) -> usize {
        usize::from(self.flags & FLAG_NAME_LENGTH)
    }

    /// An ordinary file: regular, without merge stage, not from `git add -N`.
    #[inline(always)]
    fn is_plain_file(&self) -> bool {
        let regular = matches!(be32(self.bytes, MODE_OFFSET), 0o100_644 | 0o100_755);
        regular && self.extended & EXTENDED_INTENT_TO_ADD == 0 && self.flags & FLAG_STAGE == 0
    }
}

impl<'b> Pass<'b, '_> {
    /// Versions 2 and 3: each path is stored whole, padded so that entries start at multiples of eight.
    ///
    /// What the visitor's filter keeps back costs no more than finding the next entry.
    fn plain<const FIXED: usize>(&mut self, count: u32) -> Result<Reading> {
        let mut run = self.visitor.filter().map(FilterRun::new);
        for _ in 0..count {
            let start = self.offset;
            let head = self.head::<FIXED>().ok_or_else(cut_short)?;
            let path = plain_name(self.body, head.end, head.name_flag()).ok_or_else(cut_short)?;
            if path.len() < head.name_flag() {
                return Err(wrong_length());
            }
            self.offset = start + (head.end - start + path.len() + 8) / 8 * 8;
            if self.offset > self.body.len() {
                return Err(cut_short());
            }
            if let Some(run) = &mut run
                && head.is_plain_file()
                && !path.is_empty()
                && !run.wants_file(path)
            {
                continue;
            }
            if self.show(&head, path)? == Reading::OnlyGit {
                return Ok(Reading::OnlyGit);
            }
        }
        self.visitor.filtered_out(run.map_or(0, |run| run.filtered_out()));
        Ok(Reading::Complete)
    }

    /// Version 4: each path is stored as the number of bytes to remove from the previous path, and the bytes to append.
    fn compressed<const FIXED: usize>(&mut self, count: u32) -> Result<Reading> {
        let mut path: Vec<u8> = Vec::new();
        for _ in 0..count {
            let head = self.head::<FIXED>().ok_or_else(cut_short)?;
            let (strip, start) = variable_length(self.body, head.end).ok_or_else(cut_short)?;
            let tail = until_nul(self.body, start).ok_or_else(cut_short)?;
            self.offset = start + tail.len() + 1;
            let kept = path.len().checked_sub(strip);
            path.truncate(kept.ok_or_else(|| damaged("a path is too long"))?);
            path.extend_from_slice(tail);
            if path.len().min(usize::from(FLAG_NAME_LENGTH)) != head.name_flag() {
                return Err(wrong_length());
            }
            if self.show(&head, &path)? == Reading::OnlyGit {
                return Ok(Reading::OnlyGit);
            }
        }
        Ok(Reading::Complete)
    }

    /// The fixed part of the entry at the current offset; `None` if the file ends before.
    #[inline(always)]
    fn head<const FIXED: usize>(&self) -> Option<Head<'b, FIXED>> {
        let rest = self.body.get(self.offset..)?;
        let bytes = rest.first_chunk::<FIXED>()?;
        let flags = be16(bytes, FIXED - 2);
        let mut end = self.offset + FIXED;
        let mut extended = 0;
        if flags & FLAG_EXTENDED != 0 {
            extended = be16(rest.get(FIXED..FIXED + 2)?, 0);
            if extended & !EXTENDED_KNOWN != 0 {
                return None;
            }
            end += 2;
        }
        Some(Head { bytes, flags, extended, end })
    }

    /// Shows one entry.
    #[inline(always)]
    fn show<const FIXED: usize>(&mut self, head: &Head<'_, FIXED>, path: &[u8]) -> Result<Reading> {
        let mode = be32(head.bytes, MODE_OFFSET);
        let Some(kind) = EntryKind::from_mode(mode) else {
            let sparse = mode == DIRECTORY;
            return if sparse { Ok(Reading::OnlyGit) } else { Err(damaged("an entry has an unknown mode")) };
        };
        self.has_empty_path |= path.is_empty();
        let intent_to_add = head.extended & EXTENDED_INTENT_TO_ADD != 0;
        if intent_to_add || (head.flags & FLAG_STAGE != 0 && self.was_shown(path)) {
            return Ok(Reading::Complete);
        }
        let size = be32(head.bytes, SIZE_OFFSET);
        self.visitor.entry(&Entry {
            path,
            kind,
            id: &head.bytes[STATUS_LENGTH..FIXED - 2],
            size: (size > 0).then_some(u64::from(size)),
        });
        Ok(Reading::Complete)
    }

    /// Says whether a lower merge stage of this path was already shown, and remembers the path.
    fn was_shown(&mut self, path: &[u8]) -> bool {
        let shown = self.unmerged == path;
        self.unmerged.clear();
        self.unmerged.extend_from_slice(path);
        shown
    }
}

/// Says whether all extensions are optional, and checks that they end where the checksum starts.
fn extensions_are_optional(body: &[u8], mut offset: usize) -> Result<bool> {
    let mut optional = true;
    while offset < body.len() {
        let header = body.get(offset..offset + 8).ok_or_else(cut_short)?;
        let size = usize::try_from(be32(header, 4)).map_err(|_| cut_short())?;
        optional &= header[0].is_ascii_uppercase();
        offset = offset.checked_add(8).and_then(|start| start.checked_add(size)).ok_or_else(cut_short)?;
    }
    if offset == body.len() { Ok(optional) } else { Err(cut_short()) }
}

/// The path in versions 2 and 3. Its length is in the flags unless it is too long for them.
#[inline]
fn plain_name(body: &[u8], offset: usize, name_flag: usize) -> Option<&[u8]> {
    if name_flag == usize::from(FLAG_NAME_LENGTH) {
        return until_nul(body, offset);
    }
    let name = body.get(offset..offset.checked_add(name_flag)?)?;
    (*body.get(offset + name_flag)? == 0).then_some(name)
}

fn until_nul(body: &[u8], offset: usize) -> Option<&[u8]> {
    let rest = body.get(offset..)?;
    rest.get(..memchr::memchr(0, rest)?)
}

/// Reads a number in the encoding of offsets in pack files, and returns where it ends.
///
/// <https://git-scm.com/docs/pack-format> ("offset encoding").
fn variable_length(body: &[u8], mut offset: usize) -> Option<(usize, usize)> {
    let mut byte = *body.get(offset)?;
    let mut value = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        offset += 1;
        byte = *body.get(offset)?;
        value = value.checked_add(1)?.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
    }
    Some((value, offset + 1))
}

fn be16(bytes: &[u8], offset: usize) -> u16 {
    u16::from_be_bytes([bytes[offset], bytes[offset + 1]])
}

fn be32(bytes: &[u8], offset: usize) -> u32 {
    u32::from_be_bytes([bytes[offset], bytes[offset + 1], bytes[offset + 2], bytes[offset + 3]])
}

fn damaged(cause: &str) -> Error {
    Error::undecided("the index is corrupt").cause(cause).hint("check it with `git ls-files`")
}

fn wrong_length() -> Error {
    damaged("the length of a path does not match its entry")
}

fn cut_short() -> Error {
    damaged("it is truncated, or an entry is too long")
}

#[cfg(test)]
mod tests;
