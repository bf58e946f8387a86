//! Puts the two parts of a split index together: the shared index, and what this one changes of it.
//!
//! Git is not asked, because it sets the time of the shared part whenever it reads it.
//! Format: <https://git-scm.com/docs/index-format#_split_index>, and for the bitmaps
//! <https://git-scm.com/docs/bitmap-format#_appendix_a_serialization_format_for_an_ewah_bitmap>.

use super::stored_index::{StoredEntry, extension, read, write};
use crate::error::{Error, Result};
use crate::tree::ObjectId;

/// The name of the extension.
const LINK: &[u8; 4] = b"link";

/// What a split index says of its shared part.
pub(super) struct Link<'b> {
    /// Which file holds it, by the name of its content.
    pub(super) shared: ObjectId,
    deleted: Bitmap<'b>,
    replaced: Bitmap<'b>,
}

/// A compressed bitmap.
#[derive(Default)]
struct Bitmap<'b> {
    words: &'b [u8],
}

/// What an index says of its shared part; `None` if it is not split.
///
/// # Errors
/// Undecided if the index is damaged.
pub(super) fn link(index: &[u8], id_length: usize) -> Result<Option<Link<'_>>> {
    let content = extension(index, id_length, LINK)?;
    let link = content.map(|content| Link::parse(content, id_length).ok_or_else(damaged)).transpose()?;
    Ok(link.filter(|link| !link.shared.is_zero()))
}

/// Makes one index of a split index, what it says of its shared part, and that part.
///
/// # Errors
/// Undecided if one of them is damaged, or they do not fit together.
pub(super) fn merge(index: &[u8], link: &Link<'_>, shared: &[u8], id_length: usize) -> Result<Vec<u8>> {
    let mut merged = read(shared, id_length)?;
    let mut own = read(index, id_length)?.into_iter();
    for position in link.replaced.positions().ok_or_else(damaged)? {
        let old = merged.get_mut(position).ok_or_else(damaged)?;
        let new = own.next().filter(|new| new.path.is_empty() || new.path == old.path).ok_or_else(damaged)?;
        *old = StoredEntry { path: std::mem::take(&mut old.path), ..new };
    }
    let mut kept = vec![true; merged.len()];
    for position in link.deleted.positions().ok_or_else(damaged)? {
        *kept.get_mut(position).ok_or_else(damaged)? = false;
    }
    let mut kept = kept.into_iter();
    merged.retain(|_| kept.next().unwrap_or(true));
    add(&mut merged, own.collect())?;
    write(&merged, id_length).ok_or_else(damaged)
}

/// Adds entries as git does: one replaces what has its path and stage, and one without a stage all that have its path.
fn add(entries: &mut Vec<StoredEntry>, added: Vec<StoredEntry>) -> Result<()> {
    if added.iter().any(|entry| entry.path.is_empty()) {
        return Err(damaged());
    }
    let place = |entries: &[StoredEntry], new: &StoredEntry| {
        entries.binary_search_by(|old| old.path.cmp(&new.path)).ok().map(|found| {
            let start =
                entries[..found].iter().rposition(|old| old.path != new.path).map_or(0, |before| before + 1);
            let end = entries[found..].iter().position(|old| old.path != new.path);
            start..end.map_or(entries.len(), |end| found + end)
        })
    };
    let mut replaced = vec![false; entries.len()];
    for new in &added {
        for index in place(entries, new).into_iter().flatten() {
            replaced[index] |= new.stage() == 0 || entries[index].stage() == new.stage();
        }
    }
    let mut replaced = replaced.into_iter();
    entries.retain(|_| !replaced.next().unwrap_or(false));
    entries.extend(added);
    entries.sort_by(|a, b| (&a.path, a.stage()).cmp(&(&b.path, b.stage())));
    Ok(())
}

impl<'b> Link<'b> {
    /// Reads the name of the shared part, and the bitmaps, which may be missing.
    fn parse(content: &'b [u8], id_length: usize) -> Option<Self> {
        let (id, rest) = content.split_at_checked(id_length)?;
        let shared = ObjectId::new(id)?;
        if rest.is_empty() {
            return Some(Self { shared, deleted: Bitmap::default(), replaced: Bitmap::default() });
        }
        let (deleted, rest) = Bitmap::parse(rest)?;
        let (replaced, rest) = Bitmap::parse(rest)?;
        rest.is_empty().then_some(Self { shared, deleted, replaced })
    }
}

impl<'b> Bitmap<'b> {
    /// Splits a bitmap from what follows it: the numbers of its bits and words, the words, and the place of the last
    /// marker, which only a writer needs.
    fn parse(bytes: &'b [u8]) -> Option<(Self, &'b [u8])> {
        let (count, rest) = bytes.get(4..)?.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*count)).ok()?.checked_mul(8)?;
        let (words, rest) = rest.split_at_checked(length)?;
        Some((Self { words }, rest.get(4..)?))
    }

    /// The positions of the bits that are set. Each marker stands for a number of words that are all the same, and for
    /// a number of words that follow it.
    ///
    /// `None` if the bitmap is damaged, or has more bits than any index has entries.
    fn positions(&self) -> Option<Vec<usize>> {
        let mut words = self
            .words
            .chunks_exact(8)
            .map(|word| word.iter().fold(0, |all, &byte| all << 8 | u64::from(byte)));
        let mut positions = Vec::new();
        let mut start = 0_usize;
        while let Some(marker) = words.next() {
            let same = usize::try_from(marker >> 1 & 0xffff_ffff).ok()?;
            let end = start.checked_add(same.checked_mul(64)?).filter(|end| *end <= MOST_BITS)?;
            if marker & 1 == 1 {
                positions.extend(start..end);
            }
            start = end;
            for _ in 0..marker >> 33 {
                let word = words.next()?;
                positions.extend((0..64).filter(|bit| word >> bit & 1 == 1).map(|bit| start + bit));
                start += 64;
            }
        }
        Some(positions)
    }
}

/// More than any index has entries that this program can hold; a damaged bitmap must not fill the memory.
const MOST_BITS: usize = 1 << 28;

fn damaged() -> Error {
    Error::undecided("the split index is corrupt").hint("check it with `git ls-files`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bitmap(words: &[u64]) -> Vec<u8> {
        let count = u32::try_from(words.len()).expect("few words");
        let words: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        [&[0; 4], count.to_be_bytes().as_slice(), &words, &[0; 4]].concat()
    }

    #[test]
    fn bitmaps_are_runs_and_words() {
        let read = |words: &[u64]| {
            let bytes = bitmap(words);
            let (bitmap, rest) = Bitmap::parse(&bytes).expect("a bitmap");
            assert!(rest.is_empty());
            bitmap.positions()
        };
        assert_eq!(read(&[]), Some(Vec::new()));
        assert_eq!(read(&[1 << 33, 0b101]), Some(vec![0, 2]));
        assert_eq!(read(&[1 | 1 << 1, 1 << 33, 1 << 63]), Some((0..64).chain([127]).collect()));
        assert_eq!(read(&[2 << 1 | 1 << 33, 1]), Some(vec![128]));
        assert_eq!(read(&[2 << 33, 1]), None, "a word is missing");
        assert_eq!(read(&[u64::MAX]), None, "more bits than there is memory");
    }

    #[test]
    fn a_damaged_link_is_none() {
        let id = [1; 20];
        assert!(Link::parse(&id, 20).is_some());
        let whole = [&id[..], &bitmap(&[]), &bitmap(&[1 << 33, 1])].concat();
        assert!(Link::parse(&whole, 20).is_some());
        for cut in (0..whole.len()).filter(|cut| *cut != 20) {
            assert!(Link::parse(&whole[..cut], 20).is_none(), "{cut}");
        }
    }

    #[test]
    fn added_entries_replace_those_of_their_path() {
        let entry = |path: &[u8], stage: u16, byte| StoredEntry {
            path: path.to_vec(),
            status_and_id: vec![byte],
            flags: stage << 12,
            extended: 0,
        };
        let mut entries = vec![entry(b"a", 0, 0), entry(b"b", 1, 0), entry(b"b", 2, 0), entry(b"c", 0, 0)];
        add(&mut entries, vec![entry(b"c", 0, 1), entry(b"b", 2, 1), entry(b"aa", 0, 1)]).expect("a merge");
        let expected = vec![
            entry(b"a", 0, 0),
            entry(b"aa", 0, 1),
            entry(b"b", 1, 0),
            entry(b"b", 2, 1),
            entry(b"c", 0, 1),
        ];
        assert_eq!(entries, expected);
        add(&mut entries, vec![entry(b"b", 0, 2)]).expect("a merge");
        assert_eq!(entries[2..4], [entry(b"b", 0, 2), entry(b"c", 0, 1)]);
        assert!(add(&mut entries, vec![entry(b"", 0, 0)]).is_err());
    }
}
