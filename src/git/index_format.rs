//! The format of git's index: the parts of an entry, and the errors for what is not one.
//!
//! <https://git-scm.com/docs/index-format>

use crate::error::{Error, Result};

/// What an index starts with.
pub(super) const SIGNATURE: &[u8; 4] = b"DIRC";
/// The signature, the version and the number of entries.
pub(super) const HEADER_LENGTH: usize = 12;
/// Bytes of an entry before its object name: times, device, inode, mode, owner, group and size.
pub(super) const STATUS_LENGTH: usize = 40;
pub(super) const MODE_OFFSET: usize = 24;
pub(super) const SIZE_OFFSET: usize = 36;
/// Bytes of an entry up to and including its flags, for SHA-1 and SHA-256.
pub(super) const FIXED_SHA1: usize = STATUS_LENGTH + 20 + 2;
pub(super) const FIXED_SHA256: usize = STATUS_LENGTH + 32 + 2;

pub(super) const FLAG_EXTENDED: u16 = 0x4000;
pub(super) const FLAG_STAGE: u16 = 0x3000;
pub(super) const FLAG_NAME_LENGTH: u16 = 0x0fff;
pub(super) const EXTENDED_INTENT_TO_ADD: u16 = 0x2000;
const EXTENDED_KNOWN: u16 = 0x6000;

/// The part of an entry before its path.
pub(super) struct Head<'b, const FIXED: usize> {
    pub(super) bytes: &'b [u8; FIXED],
    pub(super) flags: u16,
    pub(super) extended: u16,
    /// Where the path, or in version 4 its encoding, starts.
    pub(super) end: usize,
}

impl<const FIXED: usize> Head<'_, FIXED> {
    #[inline(always)]
    pub(super) fn name_flag(&self) -> usize {
        usize::from(self.flags & FLAG_NAME_LENGTH)
    }

    /// An ordinary file: regular, without merge stage, not from `git add -N`.
    #[inline(always)]
    pub(super) fn is_plain_file(&self) -> bool {
        let regular = matches!(be32(self.bytes, MODE_OFFSET), 0o100_644 | 0o100_755);
        regular && self.extended & EXTENDED_INTENT_TO_ADD == 0 && self.flags & FLAG_STAGE == 0
    }
}

/// The version of an index and the number of its entries.
///
/// # Errors
/// Undecided if it does not start as an index does.
pub(super) fn header(index: &[u8]) -> Result<(u32, u32)> {
    let header = index.first_chunk::<HEADER_LENGTH>().filter(|header| header.starts_with(SIGNATURE));
    let header = header.ok_or_else(|| damaged("it has no index header"))?;
    Ok((be32(header, 4), be32(header, 8)))
}

/// The length of an entry in versions 2 and 3: one to eight NUL follow its path, so that the next entry starts at a
/// multiple of eight.
#[inline(always)]
pub(super) fn padded(length: usize) -> usize {
    length / 8 * 8 + 8
}

/// The fixed part of the entry at an offset; `None` if the piece ends before.
#[inline(always)]
pub(super) fn head_at<const FIXED: usize>(piece: &[u8], offset: usize) -> Result<Option<Head<'_, FIXED>>> {
    let Some(rest) = piece.get(offset..) else { return Ok(None) };
    let Some(bytes) = rest.first_chunk::<FIXED>() else { return Ok(None) };
    let flags = be16(bytes, FIXED - 2);
    let mut end = offset + FIXED;
    let mut extended = 0;
    if flags & FLAG_EXTENDED != 0 {
        let Some(more) = rest.get(FIXED..FIXED + 2) else { return Ok(None) };
        extended = be16(more, 0);
        if extended & !EXTENDED_KNOWN != 0 {
            return Err(damaged("an entry has unknown flags"));
        }
        end += 2;
    }
    Ok(Some(Head { bytes, flags, extended, end }))
}

/// The path in versions 2 and 3; `None` if the piece ends before. Its length is in the flags unless it is too long for
/// them.
#[inline(always)]
pub(super) fn plain_name(piece: &[u8], offset: usize, name_flag: usize) -> Result<Option<&[u8]>> {
    if name_flag == usize::from(FLAG_NAME_LENGTH) {
        let name = until_nul(piece, offset);
        return if name.is_some_and(|name| name.len() < name_flag) { Err(wrong_length()) } else { Ok(name) };
    }
    let end = offset + name_flag;
    match piece.get(end) {
        None => Ok(None),
        Some(0) => Ok(piece.get(offset..end)),
        Some(_) => Err(wrong_length()),
    }
}

/// Turns the previous path of version 4 into the next one, and returns where its encoding ends; `None` if the piece ends
/// before.
#[inline(always)]
pub(super) fn next_path(piece: &[u8], offset: usize, path: &mut Vec<u8>) -> Result<Option<usize>> {
    let Some((strip, start)) = variable_length(piece, offset)? else { return Ok(None) };
    let Some(tail) = until_nul(piece, start) else { return Ok(None) };
    let kept = path.len().checked_sub(strip).ok_or_else(|| damaged("a path is too long"))?;
    path.truncate(kept);
    path.extend_from_slice(tail);
    Ok(Some(start + tail.len() + 1))
}

fn until_nul(body: &[u8], offset: usize) -> Option<&[u8]> {
    let rest = body.get(offset..)?;
    rest.get(..memchr::memchr(0, rest)?)
}

/// Reads a number in the encoding of offsets in pack files, and returns where it ends; `None` if the piece ends before.
///
/// <https://git-scm.com/docs/pack-format> ("offset encoding").
fn variable_length(piece: &[u8], mut offset: usize) -> Result<Option<(usize, usize)>> {
    let Some(&first) = piece.get(offset) else { return Ok(None) };
    let mut byte = first;
    let mut value = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        offset += 1;
        let Some(&next) = piece.get(offset) else { return Ok(None) };
        byte = next;
        let shifted = value.checked_add(1).and_then(|value| value.checked_mul(128));
        let added = shifted.and_then(|value| value.checked_add(usize::from(byte & 0x7f)));
        value = added.ok_or_else(|| damaged("a path is too long"))?;
    }
    Ok(Some((value, offset + 1)))
}

fn be16(bytes: &[u8], offset: usize) -> u16 {
    u16::from_be_bytes([bytes[offset], bytes[offset + 1]])
}

pub(super) fn be32(bytes: &[u8], offset: usize) -> u32 {
    u32::from_be_bytes([bytes[offset], bytes[offset + 1], bytes[offset + 2], bytes[offset + 3]])
}

pub(super) fn damaged(cause: &str) -> Error {
    Error::undecided("the index is corrupt").cause(cause).hint("check it with `git ls-files`")
}

pub(super) fn wrong_length() -> Error {
    damaged("the length of a path does not match its entry")
}

pub(super) fn cut_short() -> Error {
    damaged("it is truncated, or an entry is too long")
}
