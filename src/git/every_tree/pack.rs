//! The trees of a pack: which of its objects are trees, and their compressed bytes.
//!
//! Objects are gone through in the order of the file. Most deltas are of an object before them, whose type is theirs; a
//! delta that names its base by its id may be of a later one, so its type is known at the end.
//!
//! Format: <https://git-scm.com/docs/gitformat-pack>.

use super::files::ObjectFile;
use super::pack_index::PackIndex;

/// The most objects of a pack that is looked at.
const MOST_OBJECTS: usize = 8 << 20;
/// The most compressed bytes of trees that are held.
const MOST_COMPRESSED: usize = 128 << 20;
/// How much of a pack is read at once.
const WINDOW: usize = 256 << 10;
/// The most bytes before the compressed ones: the size, and the id or the distance of a base.
const LONGEST_HEADER: usize = 10 + 32;
/// `PACK`, the version and the number of objects.
const PACK_HEADER: u64 = 12;

/// An object that is a tree, or a delta that may be one.
#[derive(Debug)]
pub(super) struct PackedTree {
    /// Where its compressed bytes are in [`PackedTrees::compressed`].
    start: usize,
    end: usize,
    /// The number of bytes when they are decompressed.
    pub(super) size: usize,
    pub(super) base: DeltaBase,
}

/// What an object is a delta of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DeltaBase {
    /// Nothing: it is whole.
    Whole,
    /// A tree, by its number among the trees.
    Tree(u32),
    /// No tree: neither is this.
    NoTree,
    /// An object whose type is not known yet, by its number in the file.
    Object(usize),
}

/// The trees of a pack in the order of the file.
#[derive(Debug, Default)]
pub(super) struct PackedTrees {
    pub(super) trees: Vec<PackedTree>,
    compressed: Vec<u8>,
    /// The number of objects.
    pub(super) objects: usize,
}

impl PackedTrees {
    /// The compressed bytes of a tree.
    pub(super) fn compressed(&self, tree: &PackedTree) -> &[u8] {
        self.compressed.get(tree.start..tree.end).unwrap_or_default()
    }

    /// Reads the trees of a pack; `None` if the pack or its index is not as git writes them, or too large.
    pub(super) fn read(mut index: PackIndex, pack: ObjectFile, id_length: usize) -> Option<Self> {
        let count = index.count;
        if count > MOST_OBJECTS {
            return None;
        }
        let mut window = PackWindow { pack, bytes: Vec::new(), start: 0 };
        let header = window.at(0, PACK_HEADER)?;
        let is_known = matches!(header.get(..8)?, b"PACK\0\0\0\x02" | b"PACK\0\0\0\x03");
        if !is_known || header.get(8..12)? != u32::try_from(count).ok()?.to_be_bytes() {
            return None;
        }
        let end = window.pack.length().checked_sub(u64::try_from(id_length).ok()?)?;
        let by_id = index.places()?;
        let mut places = by_id.clone();
        places.sort_unstable();
        let first = places.first().copied().unwrap_or(end);
        if first < PACK_HEADER || places.last().is_some_and(|last| *last >= end) {
            return None;
        }
        let numbers = vec![NO_TREE; count];
        let bases = BasesById { index, by_id, ids: None };
        let mut reading =
            PackReading { window, places, end, numbers, bases, id_length, found: Self::default() };
        (0..count).try_for_each(|object| reading.object(object))?;
        reading.settle()
    }
}

/// The number of an object that is no tree.
const NO_TREE: u32 = u32::MAX;

/// The state while a pack is read.
struct PackReading {
    window: PackWindow,
    /// Where objects begin, in the order of the file, and where the last ends.
    places: Vec<u64>,
    end: u64,
    /// The number among the trees of each object.
    numbers: Vec<u32>,
    bases: BasesById,
    id_length: usize,
    found: PackedTrees,
}

impl PackReading {
    /// Reads the header of an object, and the rest of it if it is or may be a tree.
    fn object(&mut self, object: usize) -> Option<()> {
        let start = *self.places.get(object)?;
        let end = self.places.get(object + 1).copied().unwrap_or(self.end);
        let length = end - start;
        let header = self.window.at(start, length.min(LONGEST_HEADER as u64))?;
        let mut rest = header;
        let (kind, size) = read_header(&mut rest)?;
        let base = match kind {
            // Commits, files and tags.
            1 | 3 | 4 => return Some(()),
            2 => DeltaBase::Whole,
            6 => {
                let base = start.checked_sub(read_distance(&mut rest)?)?;
                let before = self.places.get(..object)?.binary_search(&base).ok()?;
                match *self.numbers.get(before)? {
                    NO_TREE => return Some(()),
                    tree => DeltaBase::Tree(tree),
                }
            }
            7 => {
                let (id, after) = rest.split_at_checked(self.id_length)?;
                rest = after;
                let place = self.bases.place(id, self.id_length)?;
                DeltaBase::Object(self.places.binary_search(&place).ok()?)
            }
            _ => return None,
        };
        let header = header.len() - rest.len();
        let whole = self.window.at(start, length)?;
        let compressed = whole.get(header..)?;
        let known = self.found.compressed.len();
        if known + compressed.len() > MOST_COMPRESSED {
            return None;
        }
        self.found.compressed.extend_from_slice(compressed);
        let number = u32::try_from(self.found.trees.len()).ok()?;
        *self.numbers.get_mut(object)? = number;
        let tree = PackedTree { start: known, end: self.found.compressed.len(), size, base };
        self.found.trees.push(tree);
        Some(())
    }

    /// Finds the bases that were named by their ids.
    fn settle(mut self) -> Option<PackedTrees> {
        for tree in &mut self.found.trees {
            if let DeltaBase::Object(object) = tree.base {
                tree.base = match *self.numbers.get(object)? {
                    NO_TREE => DeltaBase::NoTree,
                    number => DeltaBase::Tree(number),
                };
            }
        }
        self.found.objects = self.numbers.len();
        Some(self.found)
    }
}

/// Finds objects by their ids. Few packs need it.
struct BasesById {
    index: PackIndex,
    /// Where objects begin, in the order of their ids.
    by_id: Vec<u64>,
    ids: Option<Vec<u8>>,
}

impl BasesById {
    fn place(&mut self, id: &[u8], id_length: usize) -> Option<u64> {
        if self.ids.is_none() {
            self.ids = Some(self.index.ids()?);
        }
        let ids = self.ids.as_ref()?;
        let (mut low, mut high) = (0, self.by_id.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            match ids.get(middle * id_length..(middle + 1) * id_length)?.cmp(id) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return self.by_id.get(middle).copied(),
            }
        }
        None
    }
}

/// A part of a pack, which moves forward.
struct PackWindow {
    pack: ObjectFile,
    bytes: Vec<u8>,
    start: u64,
}

impl PackWindow {
    /// Some bytes of the pack. What lies between two calls and is longer than the window is not read.
    fn at(&mut self, at: u64, count: u64) -> Option<&[u8]> {
        let end = at.checked_add(count)?;
        if at < self.start || end > self.start + self.bytes.len() as u64 {
            let left = self.pack.length().checked_sub(at)?;
            let wanted = usize::try_from(count).ok().filter(|wanted| *wanted <= MOST_COMPRESSED)?;
            let wanted = usize::try_from(left).map_or(wanted, |left| left.min(wanted.max(WINDOW)));
            self.pack.read_into(at, wanted, &mut self.bytes)?;
            self.start = at;
        }
        let from = usize::try_from(at - self.start).ok()?;
        self.bytes.get(from..from + usize::try_from(count).ok()?)
    }
}

/// Reads the type and the size of an object.
fn read_header(rest: &mut &[u8]) -> Option<(u8, usize)> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    let (mut size, mut shift, mut byte) = (usize::from(first & 15), 4, *first);
    while byte & 0x80 != 0 {
        let (next, after) = rest.split_first()?;
        *rest = after;
        byte = *next;
        let bits = usize::from(byte & 0x7f);
        size |= bits.checked_shl(shift).filter(|moved| moved >> shift == bits)?;
        shift += 7;
    }
    Some((first >> 4 & 7, size))
}

/// Reads how far the base of a delta is before it.
fn read_distance(rest: &mut &[u8]) -> Option<u64> {
    let mut distance: u64 = 0;
    for number in 0..9 {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        distance = (if number == 0 { 0 } else { distance + 1 }) << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some(distance);
        }
    }
    None
}
