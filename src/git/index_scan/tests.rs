//! Tests the scan with indexes that are written by hand, cut short, changed bit by bit or random.

use proptest::prelude::*;

use super::*;
use crate::error::ErrorKind;
use crate::git::index_format::FLAG_EXTENDED;

/// An entry of an index written by hand.
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

/// Writes an index by the description of the format, independently of the code that reads it.
fn index(version: u32, id_length: usize, entries: &[Written], extensions: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
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
    fn restart(&mut self) {
        self.0.clear();
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        self.0.push((entry.path.to_vec(), entry.kind, entry.size));
    }
}

fn scan(bytes: &[u8], id_length: usize) -> Result<Option<Seen>> {
    let mut seen = Seen::default();
    let mut source = bytes;
    let reading = visit(&mut source, bytes.len() as u64, id_length, IndexEntries::Committed, &mut seen)?;
    Ok((reading == Reading::Complete).then_some(seen))
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
        // Exactly the extension is cut off: only the checksum could show that, and no entry is lost.
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
            // A flipped bit in a path or a size cannot be noticed; the scan must only return some answer.
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
