//! Reads the bytes of git's index file in place: versions 2, 3 and 4, SHA-1 and SHA-256.
//!
//! Format: <https://git-scm.com/docs/index-format>. [`Scan::examine`] checks the whole structure before
//! [`Scan::visit`] shows the first entry, so a damaged or foreign index is noticed before anybody acts on half
//! of it. The checksum at the end is not recomputed: git writes the file whole and renames it into place, may
//! be told not to write the checksum at all (`index.skipHash`), and hashing costs more than everything else
//! here together.

use crate::error::{Error, Result};
use crate::tree::{Entry, EntryKind, ObjectId, Visitor};

const HEADER_LENGTH: usize = 12;
/// Bytes of an entry before its object name: times, device, inode, mode, owner, group and size.
const STATUS_LENGTH: usize = 40;
const MODE_OFFSET: usize = 24;
const SIZE_OFFSET: usize = 36;

const FLAG_EXTENDED: u16 = 0x4000;
const FLAG_STAGE: u16 = 0x3000;
const FLAG_NAME_LENGTH: u16 = 0x0fff;
const EXTENDED_INTENT_TO_ADD: u16 = 0x2000;
const EXTENDED_KNOWN: u16 = 0x6000;
/// The mode of a directory, which only a sparse index holds.
const DIRECTORY: u32 = 0o040_000;

/// The structure of an index that was found whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scan {
    version: u32,
    count: u32,
    id_length: usize,
}

/// One entry as it stands in the file.
struct Raw<'b> {
    mode: u32,
    size: u32,
    id: &'b [u8],
    stage: u16,
    intent_to_add: bool,
    /// How many bytes of the previous path do not belong to this one (version 4).
    strip: usize,
    /// The path, in version 4 what follows the part shared with the previous path.
    name: &'b [u8],
    name_flag: usize,
    next: usize,
}

impl Scan {
    /// Checks an index from end to end; `None` if only git can read it (split, sparse or of a newer git).
    ///
    /// # Errors
    /// Undecided if it is cut short or damaged.
    pub(super) fn examine(bytes: &[u8], id_length: usize) -> Result<Option<Self>> {
        let header = bytes.get(..HEADER_LENGTH).filter(|header| header.starts_with(b"DIRC"));
        let header = header.ok_or_else(|| damaged("it has no index header"))?;
        let scan = Self { version: be32(header, 4), count: be32(header, 8), id_length };
        if !matches!(scan.version, 2..=4) {
            return Ok(None);
        }
        let end = bytes.len().checked_sub(id_length).ok_or_else(cut_short)?;
        let body = bytes.get(..end).ok_or_else(cut_short)?;
        let mut offset = HEADER_LENGTH;
        let mut path_length = 0_usize;
        for _ in 0..scan.count {
            let raw = scan.entry(body, offset).ok_or_else(cut_short)?;
            let kept = path_length
                .checked_sub(raw.strip)
                .ok_or_else(|| damaged("a path is longer than it can be"))?;
            path_length = if scan.version == 4 { kept + raw.name.len() } else { raw.name.len() };
            if path_length == 0 || path_length.min(usize::from(FLAG_NAME_LENGTH)) != raw.name_flag {
                return Err(damaged("a path has another length than its entry says"));
            }
            if raw.mode == DIRECTORY {
                return Ok(None);
            }
            EntryKind::from_mode(raw.mode).ok_or_else(|| damaged("an entry has an unknown mode"))?;
            offset = raw.next;
        }
        Ok(extensions_are_optional(body, offset)?.then_some(scan))
    }

    /// Shows the entries of the same bytes that [`Scan::examine`] saw.
    ///
    /// # Errors
    /// Undecided if the bytes have changed since.
    pub(super) fn visit(&self, bytes: &[u8], visitor: &mut dyn Visitor) -> Result<()> {
        let end = bytes.len().checked_sub(self.id_length).ok_or_else(cut_short)?;
        let body = bytes.get(..end).ok_or_else(cut_short)?;
        let mut offset = HEADER_LENGTH;
        let mut rebuilt = Vec::new();
        let mut unmerged = Vec::new();
        for _ in 0..self.count {
            let raw = self.entry(body, offset).ok_or_else(cut_short)?;
            offset = raw.next;
            let path = if self.version == 4 {
                rebuilt.truncate(rebuilt.len().checked_sub(raw.strip).ok_or_else(cut_short)?);
                rebuilt.extend_from_slice(raw.name);
                rebuilt.as_slice()
            } else {
                raw.name
            };
            if raw.intent_to_add || (raw.stage > 0 && unmerged == path) {
                continue;
            }
            if raw.stage > 0 {
                unmerged.clear();
                unmerged.extend_from_slice(path);
            }
            let kind =
                EntryKind::from_mode(raw.mode).ok_or_else(|| damaged("an entry has an unknown mode"))?;
            let size = (raw.size > 0).then_some(u64::from(raw.size));
            visitor.entry(&Entry { path, kind, id: ObjectId::new(raw.id), size });
        }
        Ok(())
    }

    /// Reads the entry at `start`; `None` if it does not fit into the bytes.
    #[inline]
    fn entry<'b>(&self, body: &'b [u8], start: usize) -> Option<Raw<'b>> {
        let fixed = STATUS_LENGTH + self.id_length + 2;
        let head = body.get(start..start.checked_add(fixed)?)?;
        let flags = be16(head, fixed - 2);
        let mut offset = start + fixed;
        let mut intent_to_add = false;
        if flags & FLAG_EXTENDED != 0 {
            let extended = be16(body.get(offset..offset + 2)?, 0);
            if extended & !EXTENDED_KNOWN != 0 {
                return None;
            }
            intent_to_add = extended & EXTENDED_INTENT_TO_ADD != 0;
            offset += 2;
        }
        let name_flag = usize::from(flags & FLAG_NAME_LENGTH);
        let (strip, name, next) = if self.version == 4 {
            let (strip, offset) = variable_length(body, offset)?;
            let name = until_nul(body, offset)?;
            (strip, name, offset + name.len() + 1)
        } else {
            let name = plain_name(body, offset, name_flag)?;
            let length = offset - start + name.len();
            (0, name, start + (length + 8) / 8 * 8)
        };
        let (mode, size) = (be32(head, MODE_OFFSET), be32(head, SIZE_OFFSET));
        let id = &head[STATUS_LENGTH..fixed - 2];
        let stage = (flags & FLAG_STAGE) >> 12;
        (next <= body.len()).then_some(Raw {
            mode,
            size,
            id,
            stage,
            intent_to_add,
            strip,
            name,
            name_flag,
            next,
        })
    }
}

/// Says whether all extensions may be ignored, and checks that they end where the checksum starts.
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

/// The path of versions 2 and 3: its length stands in the flags unless it is too long for them.
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

/// Reads the number and where it ends, in the encoding of offsets in pack files.
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
    Error::undecided("the index is damaged").cause(cause).hint("`git ls-files` shows what git thinks of it")
}

fn cut_short() -> Error {
    damaged("it is cut short, or an entry does not fit into it")
}
