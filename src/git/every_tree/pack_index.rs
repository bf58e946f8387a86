//! The index of a pack, version 2: where its objects begin.
//!
//! Format: <https://git-scm.com/docs/gitformat-pack#_version_2_pack_idx_files_support_packs_larger_than_4_gib_and>.

use super::files::ObjectFile;

const MAGIC: &[u8] = b"\xfftOc\0\0\0\x02";
/// The magic and the table of how many ids begin with each byte or a lower one.
const HEADER: usize = 8 + 256 * 4;
/// A place with this bit is one in the table of large places.
const LARGE: u32 = 1 << 31;

/// The index of a pack. Only what is needed of it is read.
pub(super) struct PackIndex {
    source: ObjectFile,
    id_length: usize,
    /// The number of objects.
    pub(super) count: usize,
}

impl PackIndex {
    /// Reads the header; `None` if it is not such an index.
    pub(super) fn open(mut source: ObjectFile, id_length: usize) -> Option<Self> {
        let header = source.read(0, HEADER)?;
        let totals: Vec<u32> = numbers(header.strip_prefix(MAGIC)?).collect();
        if !totals.is_sorted() {
            return None;
        }
        let count = usize::try_from(*totals.last()?).ok()?;
        let index = Self { source, id_length, count };
        let least = index.large_start().checked_add(2 * id_length)?;
        (index.source.length() >= u64::try_from(least).ok()?).then_some(index)
    }

    /// Where the table of places starts, after the ids and checksums.
    fn places_start(&self) -> usize {
        HEADER + self.count * (self.id_length + 4)
    }

    fn large_start(&self) -> usize {
        self.places_start() + self.count * 4
    }

    /// Where objects begin in the pack, in the order of their ids.
    pub(super) fn places(&mut self) -> Option<Vec<u64>> {
        let large = self.source.length() - u64::try_from(self.large_start() + 2 * self.id_length).ok()?;
        if !large.is_multiple_of(8) || large / 8 > self.count as u64 {
            return None;
        }
        let large = self.source.read(self.large_start() as u64, usize::try_from(large).ok()?)?;
        let table = self.source.read(self.places_start() as u64, self.count * 4)?;
        let place = |place: u32| {
            if place & LARGE == 0 {
                return Some(u64::from(place));
            }
            let at = usize::try_from(place & !LARGE).ok()?.checked_mul(8)?;
            large.get(at..at + 8)?.try_into().ok().map(u64::from_be_bytes)
        };
        numbers(&table).map(place).collect()
    }

    /// The ids of all objects, one after the other, sorted.
    pub(super) fn ids(&mut self) -> Option<Vec<u8>> {
        self.source.read(HEADER as u64, self.count * self.id_length)
    }
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|four| four.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}
