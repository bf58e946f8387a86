//! A tree with the places of its entries, and how a delta makes one from another.
//!
//! An entry of the new tree that lies in a run of bytes which the delta copies, and begins where the base has the
//! beginning of an entry, is an entry of the base: it was seen there. Only the others are looked at.
//!
//! Format: <https://git-scm.com/docs/gitformat-pack#_deltified_representation>.

use crate::git::raw_entry::{RawEntry, TreeEntry};

/// The most bytes of a tree that is looked at: one of a million files has half as many.
pub(super) const MOST_BYTES: usize = 64 << 20;

/// Receives an entry and says whether to go on.
pub(super) type See<'s> = &'s mut dyn FnMut(&TreeEntry<'_>) -> bool;

/// The bytes of a tree, and where entries start in them; the end is the last of the places.
#[derive(Debug, Default)]
pub(super) struct ParsedTree {
    pub(super) bytes: Vec<u8>,
    starts: Vec<u32>,
    runs: Vec<CopiedBytes>,
}

/// Bytes that a delta copies.
#[derive(Debug, Clone, Copy)]
struct CopiedBytes {
    /// Where they are in the new tree.
    start: usize,
    end: usize,
    /// Where they are in the base.
    source: usize,
}

impl ParsedTree {
    /// The bytes that are allocated.
    pub(super) fn capacity(&self) -> usize {
        self.bytes.capacity() + self.starts.capacity() * size_of::<u32>()
    }

    /// Parses `bytes` and shows every entry; `None` if they are malformed or `see` stops.
    pub(super) fn parse(&mut self, id_length: usize, see: See<'_>) -> Option<()> {
        self.starts.clear();
        let mut at = 0;
        while at < self.bytes.len() {
            at = self.parse_one(at, id_length, see)?;
        }
        self.push_start(at)
    }

    /// Makes the tree that a delta describes and shows the entries that the base does not have; `None` if the delta is
    /// malformed or `see` stops.
    pub(super) fn apply(&mut self, base: &Self, delta: &[u8], id_length: usize, see: See<'_>) -> Option<()> {
        self.build(&base.bytes, delta)?;
        self.starts.clear();
        let (mut at, mut run) = (0, 0);
        while at < self.bytes.len() {
            while self.runs.get(run).is_some_and(|run| run.end <= at) {
                run += 1;
            }
            let copied = self.runs.get(run).filter(|run| run.start <= at).copied();
            at = match copied.and_then(|run| self.copy_starts(base, at, run)) {
                Some(after) => after,
                None => self.parse_one(at, id_length, see)?,
            };
        }
        self.push_start(at)
    }

    /// Shows the entry at a place and returns its end.
    fn parse_one(&mut self, at: usize, id_length: usize, see: See<'_>) -> Option<usize> {
        let RawEntry { raw, mode, name, id } = RawEntry::first(self.bytes.get(at..)?, id_length)?;
        if !see(&TreeEntry { mode, name, id }) {
            return None;
        }
        let after = at + raw.len();
        self.push_start(at)?;
        Some(after)
    }

    fn push_start(&mut self, at: usize) -> Option<()> {
        self.starts.push(u32::try_from(at).ok()?);
        Some(())
    }

    /// Adds the entries from `at` on that are whole in a run and begin at entries of the base. Returns the end of the
    /// last; `None` if there is none.
    fn copy_starts(&mut self, base: &Self, at: usize, run: CopiedBytes) -> Option<usize> {
        let source = u32::try_from(run.source + (at - run.start)).ok()?;
        let source_end = u32::try_from(run.source + (run.end - run.start)).ok()?;
        let first = base.starts.binary_search(&source).ok()?;
        let ends = base.starts.get(first + 1..)?;
        let count = ends.partition_point(|end| *end <= source_end);
        let last = ends.get(..count)?.last()?;
        let at = u32::try_from(at).ok()?;
        let moved = base.starts[first..first + count].iter().map(|start| start - source + at);
        self.starts.extend(moved);
        usize::try_from(last - source + at).ok()
    }

    /// Makes the bytes, and notes which of them are copied.
    fn build(&mut self, base: &[u8], delta: &[u8]) -> Option<()> {
        let mut rest = delta;
        let (base_size, size) = (read_size(&mut rest)?, read_size(&mut rest)?);
        if base_size != base.len() || size > MOST_BYTES {
            return None;
        }
        self.bytes.clear();
        self.runs.clear();
        self.bytes.try_reserve(size).ok()?;
        while let Some((&operation, after)) = rest.split_first() {
            rest = after;
            let start = self.bytes.len();
            let piece = if operation & 0x80 != 0 {
                let (source, length) = read_copy(operation, &mut rest)?;
                let end = start + length;
                self.runs.push(CopiedBytes { start, end, source });
                base.get(source..source.checked_add(length)?)?
            } else {
                let (piece, after) = rest.split_at_checked(usize::from(operation))?;
                rest = after;
                // 0 is reserved.
                (operation != 0).then_some(piece)?
            };
            if start + piece.len() > size {
                return None;
            }
            self.bytes.extend_from_slice(piece);
        }
        (self.bytes.len() == size).then_some(())
    }
}

/// Reads a size: seven bits to a byte, the lowest first.
fn read_size(rest: &mut &[u8]) -> Option<usize> {
    let mut size: usize = 0;
    for shift in (0..35).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        size |= usize::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(size);
        }
    }
    None
}

/// Reads where a copy begins in the base, and its length.
fn read_copy(operation: u8, rest: &mut &[u8]) -> Option<(usize, usize)> {
    let mut part = |bits: std::ops::Range<u32>| {
        let mut value = 0;
        for (place, bit) in bits.enumerate() {
            if operation & (1 << bit) != 0 {
                let (byte, after) = rest.split_first()?;
                *rest = after;
                value |= usize::from(*byte) << (8 * place);
            }
        }
        Some(value)
    };
    let (source, length) = (part(0..4)?, part(4..7)?);
    Some((source, if length == 0 { 0x10000 } else { length }))
}
