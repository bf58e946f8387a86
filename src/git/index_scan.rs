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
        let mut nameless = false;
        for _ in 0..scan.count {
            let raw = scan.entry(body, offset).ok_or_else(cut_short)?;
            let kept = path_length
                .checked_sub(raw.strip)
                .ok_or_else(|| damaged("a path is longer than it can be"))?;
            path_length = if scan.version == 4 { kept + raw.name.len() } else { raw.name.len() };
            nameless |= path_length == 0;
            if path_length.min(usize::from(FLAG_NAME_LENGTH)) != raw.name_flag {
                return Err(damaged("a path has another length than its entry says"));
            }
            if raw.mode == DIRECTORY {
                return Ok(None);
            }
            EntryKind::from_mode(raw.mode).ok_or_else(|| damaged("an entry has an unknown mode"))?;
            offset = raw.next;
        }
        match extensions_are_optional(body, offset)? {
            true if nameless => Err(damaged("an entry has no path")),
            // The entries of a split index that replace one of the shared index have no path.
            optional => Ok(optional.then_some(scan)),
        }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::ErrorKind;

    /// One entry to write by hand.
    struct Written {
        path: &'static [u8],
        mode: u32,
        flags: u16,
        extended: Option<u16>,
    }

    fn file(path: &'static [u8]) -> Written {
        Written { path, mode: 0o100_644, flags: 0, extended: None }
    }

    fn unmerged(path: &'static [u8], stage: u16) -> Written {
        Written { flags: stage << 12, ..file(path) }
    }

    /// Writes an index as the format's description says, independently of how it is read.
    fn index(
        version: u32,
        id_length: usize,
        entries: &[Written],
        extensions: &[(&[u8; 4], &[u8])],
    ) -> Vec<u8> {
        let count = u32::try_from(entries.len()).expect("few entries");
        let mut bytes = [b"DIRC".as_slice(), &version.to_be_bytes(), &count.to_be_bytes()].concat();
        let mut previous: &[u8] = b"";
        for entry in entries {
            let start = bytes.len();
            bytes.extend([0; 24]);
            bytes.extend(entry.mode.to_be_bytes());
            bytes.extend([0; 8]);
            bytes.extend(7_u32.to_be_bytes());
            bytes.extend(vec![0xab; id_length]);
            let length = u16::try_from(entry.path.len().min(0xfff)).expect("a length of 12 bits");
            let extended = if entry.extended.is_some() { FLAG_EXTENDED } else { 0 };
            bytes.extend((entry.flags | extended | length).to_be_bytes());
            bytes.extend(entry.extended.map(u16::to_be_bytes).into_iter().flatten());
            if version == 4 {
                let shared = previous.iter().zip(entry.path).take_while(|(a, b)| a == b).count();
                bytes.push(u8::try_from(previous.len() - shared).expect("short paths"));
                bytes.extend(&entry.path[shared..]);
                bytes.push(0);
                previous = entry.path;
            } else {
                bytes.extend(entry.path);
                bytes.resize(start + (bytes.len() - start) / 8 * 8 + 8, 0);
            }
        }
        for (name, content) in extensions {
            bytes.extend(*name);
            bytes.extend(u32::try_from(content.len()).expect("short content").to_be_bytes());
            bytes.extend(*content);
        }
        bytes.extend(vec![0; id_length]);
        bytes
    }

    #[derive(Default)]
    struct Seen(Vec<(Vec<u8>, EntryKind, Option<u64>)>);

    impl Visitor for Seen {
        fn entry(&mut self, entry: &Entry<'_>) {
            self.0.push((entry.path.to_vec(), entry.kind, entry.size));
        }
    }

    fn scan(bytes: &[u8], id_length: usize) -> Result<Option<Seen>> {
        let mut seen = Seen::default();
        match Scan::examine(bytes, id_length)? {
            None => Ok(None),
            Some(scan) => scan.visit(bytes, &mut seen).map(|()| Some(seen)),
        }
    }

    fn paths(bytes: &[u8], id_length: usize) -> Vec<Vec<u8>> {
        let seen = scan(bytes, id_length).expect("a whole index").expect("an index that can be scanned");
        seen.0.into_iter().map(|(path, ..)| path).collect()
    }

    const VARIANTS: [(u32, usize); 6] = [(2, 20), (3, 20), (4, 20), (2, 32), (3, 32), (4, 32)];

    #[test]
    fn reads_every_version_and_hash() {
        let link = Written { path: b"a/link", mode: 0o120_000, flags: 0x8000, extended: None };
        let entries = [file(b"a"), link, file(b"a/x"), file(b"\xff\n")];
        for (version, id_length) in VARIANTS {
            let bytes = index(version, id_length, &entries, &[(b"TREE", b"whatever"), (b"ZZZZ", b"")]);
            let seen = scan(&bytes, id_length).expect("whole").expect("scannable").0;
            let expected = [
                (b"a".to_vec(), EntryKind::File, Some(7)),
                (b"a/link".to_vec(), EntryKind::Link, Some(7)),
                (b"a/x".to_vec(), EntryKind::File, Some(7)),
                (b"\xff\n".to_vec(), EntryKind::File, Some(7)),
            ];
            assert_eq!(seen, expected, "version {version}, {id_length} bytes");
        }
    }

    #[test]
    fn shows_an_unmerged_path_once_and_an_announced_one_never() {
        let announced = Written { extended: Some(EXTENDED_INTENT_TO_ADD), ..file(b"b") };
        let skipped = Written { extended: Some(0x4000), ..file(b"c") };
        let entries = [unmerged(b"a", 1), unmerged(b"a", 3), announced, skipped, unmerged(b"d", 2)];
        for (version, id_length) in VARIANTS {
            let bytes = index(version, id_length, &entries, &[]);
            assert_eq!(paths(&bytes, id_length), [b"a", b"c", b"d"], "version {version}");
        }
    }

    #[test]
    fn a_path_longer_than_its_length_field_is_read_whole() {
        let long: &'static [u8] = &[b'x'; 5000];
        for version in [2, 3] {
            assert_eq!(paths(&index(version, 20, &[file(long), file(b"y")], &[]), 20), [long, b"y"]);
        }
    }

    #[test]
    fn leaves_to_git_what_only_git_understands() {
        let directory = Written { mode: DIRECTORY, ..file(b"venv/") };
        let cases = [
            ("split", index(2, 20, &[], &[(b"link", &[0; 20])])),
            ("sparse", index(3, 20, &[], &[(b"sdir", b"")])),
            ("sparse directory", index(2, 20, &[directory], &[])),
            ("newer", index(5, 20, &[], &[])),
        ];
        for (name, bytes) in cases {
            assert!(scan(&bytes, 20).expect(name).is_none(), "{name}");
        }
    }

    #[test]
    fn no_cut_index_passes_for_a_whole_one() {
        for (version, id_length) in VARIANTS {
            let bytes = index(version, id_length, &[file(b"a"), file(b"a/b")], &[(b"TREE", b"1234")]);
            // Exactly the bytes of the extension gone: only the checksum could tell, and no entry is lost.
            let without_extension = bytes.len() - 12;
            for length in (0..bytes.len()).filter(|length| *length != without_extension) {
                let error = scan(&bytes[..length], id_length).err().map(|error| error.kind());
                assert_eq!(error, Some(ErrorKind::Undecided), "version {version} cut to {length} bytes");
            }
            assert_eq!(paths(&bytes[..without_extension], id_length), [b"a".as_slice(), b"a/b"]);
        }
    }

    #[test]
    fn no_flipped_bit_makes_it_panic() {
        for (version, id_length) in VARIANTS {
            let whole = index(version, id_length, &[file(b"a"), unmerged(b"a/b", 2)], &[(b"TREE", b"1234")]);
            for bit in 0..whole.len() * 8 {
                let mut bytes = whole.clone();
                bytes[bit / 8] ^= 1 << (bit % 8);
                // A flip in a path or a size cannot be noticed; what matters is that every answer is one.
                let shown = scan(&bytes, id_length).map(|seen| seen.map_or(0, |seen| seen.0.len()));
                assert!(shown.map_or(true, |count| count <= 2), "bit {bit} of version {version}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_have_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..300), version in 2_u32..5) {
            let head = [b"DIRC".as_slice(), &version.to_be_bytes(), &3_u32.to_be_bytes(), &bytes].concat();
            for id_length in [20, 32] {
                prop_assert!(scan(&bytes, id_length).is_err());
                let shown = scan(&head, id_length).map(|seen| seen.map_or(0, |seen| seen.0.len()));
                prop_assert!(shown.map_or(true, |count| count <= 3));
            }
        }
    }
}
