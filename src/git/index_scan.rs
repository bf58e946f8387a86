//! Reads git's index file piece by piece: versions 2, 3 and 4, SHA-1 and SHA-256.
//!
//! Format: <https://git-scm.com/docs/index-format>. One pass shows the entries and checks the whole structure. It may
//! find only after some entries that the index is damaged, or that only git can read it; a visitor must discard what it
//! was shown when the pass fails, and start again when told so. The checksum at the end is not verified: git writes the
//! whole file and renames it into place, can be told to write no checksum (`index.skipHash`), and computing it would
//! take longer than everything else here together.

use std::io::Read;

use super::entries::IndexEntries;
use super::index_format::{
    EXTENDED_INTENT_TO_ADD, FIXED_SHA1, FIXED_SHA256, FLAG_NAME_LENGTH, FLAG_STAGE, HEADER_LENGTH, Head,
    MODE_OFFSET, SIZE_OFFSET, STATUS_LENGTH, be32, cut_short, damaged, head_at, header, next_path, padded,
    plain_name, wrong_length,
};
use super::index_window::IndexWindow;
use crate::error::Result;
use crate::tree::{Entry, EntryKind, FilterRun, Visitor};

/// The name and the size of an extension.
const EXTENSION_HEADER_LENGTH: usize = 8;
/// The mode of a directory, which only a sparse index contains.
const DIRECTORY: u32 = 0o040_000;

/// Whether the scan could read the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Every entry was shown.
    Complete,
    /// The index is split, and has to be merged first, or sparse or from a newer git, and only git can read it. Not all
    /// entries were shown.
    OnlyGit,
}

/// Shows the entries of an index that has `size` bytes.
///
/// # Errors
/// Undecided if it is cut short, damaged or cannot be read; what was shown is then meaningless.
pub(super) fn visit(
    source: &mut dyn Read,
    size: u64,
    id_length: usize,
    entries: IndexEntries,
    visitor: &mut dyn Visitor,
) -> Result<Reading> {
    let mut window = IndexWindow::new(source, size.checked_sub(id_length as u64).ok_or_else(cut_short)?)?;
    let (version, remaining) = header(window.bytes())?;
    if !matches!(version, 2..=4) {
        return Ok(Reading::OnlyGit);
    }
    window.consume(HEADER_LENGTH);
    let path = Vec::new();
    let mut pass = Pass {
        visitor,
        entries,
        remaining,
        path,
        unmerged: Vec::new(),
        has_empty_path: false,
        filtered_out: 0,
    };
    while pass.remaining > 0 {
        let (reading, end) = match (version, id_length) {
            (4, 20) => pass.compressed::<FIXED_SHA1>(window.bytes())?,
            (4, _) => pass.compressed::<FIXED_SHA256>(window.bytes())?,
            (_, 20) => pass.plain::<FIXED_SHA1>(window.bytes())?,
            (..) => pass.plain::<FIXED_SHA256>(window.bytes())?,
        };
        if reading == Reading::OnlyGit {
            return Ok(reading);
        }
        window.consume(end);
        if pass.remaining > 0 && !window.refill()? {
            return Err(cut_short());
        }
    }
    pass.visitor.filtered_out(pass.filtered_out);
    match (extensions_are_optional(&mut window)?, pass.has_empty_path) {
        (true, true) => Err(damaged("an entry has no path")),
        (true, false) => Ok(Reading::Complete),
        // In a split index, entries that replace one of the shared index have no path.
        (false, _) => Ok(Reading::OnlyGit),
    }
}

/// A pass over the entries, of which each piece has some.
struct Pass<'v> {
    visitor: &'v mut dyn Visitor,
    entries: IndexEntries,
    /// The number of entries to come.
    remaining: u32,
    /// The path of the last entry, from which version 4 derives the next.
    path: Vec<u8>,
    /// The path of the last entry with a merge stage; its other stages are not shown.
    unmerged: Vec<u8>,
    has_empty_path: bool,
    filtered_out: u64,
}

impl Pass<'_> {
    /// Versions 2 and 3: each path is stored whole, padded so that entries start at multiples of eight. Returns where
    /// the entries end that the piece has whole.
    ///
    /// What the visitor's filters keep back costs no more than finding the next entry.
    fn plain<const FIXED: usize>(&mut self, piece: &[u8]) -> Result<(Reading, usize)> {
        let mut run = self.visitor.filters().map(FilterRun::new);
        let mut start = 0;
        while self.remaining > 0 {
            let Some(head) = head_at::<FIXED>(piece, start)? else { break };
            let Some(path) = plain_name(piece, head.end, head.name_flag())? else { break };
            let end = start + padded(head.end - start + path.len());
            if end > piece.len() {
                break;
            }
            start = end;
            self.remaining -= 1;
            if let Some(run) = &mut run
                && head.is_plain_file()
                && !path.is_empty()
                && !run.wants_file(path)
            {
                continue;
            }
            if self.show(&head, path)? == Reading::OnlyGit {
                return Ok((Reading::OnlyGit, start));
            }
        }
        self.filtered_out += run.map_or(0, |run| run.filtered_out());
        Ok((Reading::Complete, start))
    }

    /// Version 4: each path is stored as the number of bytes to remove from the previous path, and the bytes to append.
    fn compressed<const FIXED: usize>(&mut self, piece: &[u8]) -> Result<(Reading, usize)> {
        let mut path = std::mem::take(&mut self.path);
        let mut start = 0;
        while self.remaining > 0 {
            let Some(head) = head_at::<FIXED>(piece, start)? else { break };
            let Some(end) = next_path(piece, head.end, &mut path)? else { break };
            if path.len().min(usize::from(FLAG_NAME_LENGTH)) != head.name_flag() {
                return Err(wrong_length());
            }
            start = end;
            self.remaining -= 1;
            if self.show(&head, &path)? == Reading::OnlyGit {
                return Ok((Reading::OnlyGit, start));
            }
        }
        self.path = path;
        Ok((Reading::Complete, start))
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
        let announced =
            head.extended & EXTENDED_INTENT_TO_ADD != 0 && self.entries == IndexEntries::Committed;
        let is_unmerged = head.flags & FLAG_STAGE != 0;
        if announced || (is_unmerged && self.was_shown(path)) {
            return Ok(Reading::Complete);
        }
        let size = be32(head.bytes, SIZE_OFFSET);
        self.visitor.entry(&Entry {
            path,
            kind,
            id: &head.bytes[STATUS_LENGTH..FIXED - 2],
            size: (size > 0).then_some(u64::from(size)),
            is_unmerged,
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
fn extensions_are_optional(window: &mut IndexWindow<'_>) -> Result<bool> {
    let mut optional = true;
    while window.remaining() > 0 {
        if window.bytes().len() < EXTENSION_HEADER_LENGTH {
            window.refill()?;
        }
        let header = window.bytes().first_chunk::<EXTENSION_HEADER_LENGTH>().ok_or_else(cut_short)?;
        let (is_optional, size) = (header[0].is_ascii_uppercase(), be32(header, 4));
        optional &= is_optional;
        window.consume(EXTENSION_HEADER_LENGTH);
        window.skip(u64::from(size))?;
    }
    Ok(optional)
}

#[cfg(test)]
mod tests;
