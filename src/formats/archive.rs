//! Archives of environments: POSIX tar with extended headers, compressed with Zstandard.
//!
//! The first member is the environment's directory itself, named `./`. All others follow in byte order of their paths, a
//! directory before what it holds. Names and targets of links are bytes as the system has them; where a field of the header
//! is too short or too coarse for one, or for a time, an extended header has it
//! (<https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html>). The whole is one frame with a checksum
//! (<https://www.rfc-editor.org/rfc/rfc8878>). Who owned a file is not kept: it belongs to who restores it.
//!
//! [`TarReader`] takes no more than [`ArchiveWriter`] writes: kinds of members, fields or an order that are not described
//! here are errors.

mod decompressed;
mod header;
mod reader;
mod writer;

pub use header::{ArchiveMember, ArchiveSize, MemberKind, MemberTime};
pub use reader::{ArchiveReader, TarReader, open};
pub use writer::ArchiveWriter;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::{self, Cursor, Read};

    use proptest::prelude::*;

    use super::*;
    use crate::path::RepoPath;

    /// A member with its content.
    type Stored = (ArchiveMember, Vec<u8>);

    const ANY_SIZE: ArchiveSize = ArchiveSize { members: 1000, bytes: 1_000_000 };

    fn member(path: &[u8], kind: MemberKind, content: &[u8]) -> Stored {
        let path = RepoPath::new(path).expect("a path");
        let modified = MemberTime { seconds: 1_700_000_000, nanoseconds: 123_456_789 };
        (ArchiveMember { path, kind, mode: 0o755, modified }, content.to_vec())
    }

    fn directory(path: &[u8]) -> Stored {
        member(path, MemberKind::Directory, b"")
    }

    fn file(path: &[u8], content: &[u8]) -> Stored {
        member(path, MemberKind::File { size: content.len() as u64 }, content)
    }

    fn link(path: &[u8], target: &[u8]) -> Stored {
        member(path, MemberKind::Link { target: target.to_vec() }, b"")
    }

    fn hard_link(path: &[u8], target: &[u8]) -> Stored {
        member(path, MemberKind::HardLink { target: RepoPath::new(target).expect("a path") }, b"")
    }

    fn written(members: &[Stored]) -> (Vec<u8>, ArchiveSize) {
        let mut writer = ArchiveWriter::new(Vec::new()).expect("an archive");
        for (member, content) in members {
            writer.add(member, &mut content.as_slice()).expect("a member");
        }
        writer.finish().expect("an archive")
    }

    fn all<R: Read>(mut reader: TarReader<R>) -> io::Result<Vec<Stored>> {
        let mut members = Vec::new();
        while let Some(member) = reader.next_member()? {
            let mut content = Vec::new();
            reader.read_to_end(&mut content)?;
            members.push((member, content));
        }
        Ok(members)
    }

    fn read(bytes: &[u8], size: ArchiveSize) -> io::Result<Vec<Stored>> {
        all(open(Cursor::new(bytes.to_vec()), size)?)
    }

    fn tar_of(bytes: &[u8]) -> Vec<u8> {
        zstd::decode_all(bytes).expect("a frame")
    }

    fn small() -> Vec<Stored> {
        vec![
            directory(b""),
            directory(b"bin"),
            link(b"bin/python", b"/usr/bin/python\xff"),
            directory(b"lib"),
            directory(b"lib-empty"),
            file(b"lib/a\nb\x1b\xff", &[7; 600]),
            file(b"lib/b", b""),
            hard_link(b"lib/c", b"lib/a\nb\x1b\xff"),
            file(&[b"x".as_slice(), &[b'y'; 300]].concat(), b"long"),
        ]
    }

    #[test]
    fn what_is_written_is_read() {
        let (bytes, size) = written(&small());
        assert_eq!(size, ArchiveSize { members: 9, bytes: 604 });
        assert_eq!(read(&bytes, size).expect("an archive"), small());
        // What nobody reads of a content is skipped, and still has to be there.
        let mut reader = open(Cursor::new(bytes), size).expect("an archive");
        let mut count = 0;
        while reader.next_member().expect("a member").is_some() {
            count += 1;
        }
        assert_eq!(count, 9);
    }

    #[test]
    fn times_are_exact() {
        let times = [(0, 0), (0, 1), (-1, 0), (-1, 999_999_999), (-5, 500_000_000), (1 << 40, 5)];
        for (seconds, nanoseconds) in times {
            let (mut root, content) = directory(b"");
            root.modified = MemberTime { seconds, nanoseconds };
            let (bytes, size) = written(&[(root.clone(), content.clone())]);
            assert_eq!(read(&bytes, size).expect("an archive"), [(root, content)]);
        }
    }

    #[test]
    fn an_archive_holds_no_more_than_it_says() {
        let (bytes, size) = written(&small());
        for short in
            [ArchiveSize { members: size.members - 1, ..size }, ArchiveSize { bytes: size.bytes - 1, ..size }]
        {
            let error = read(&bytes, short).expect_err("too much");
            assert!(error.to_string().contains("more than"), "{error}");
        }
        let zeros = zstd::encode_all(io::repeat(0).take(1 << 30), 3).expect("a frame");
        assert!(zeros.len() < 1 << 20);
        read(&zeros, ANY_SIZE).expect_err("a bomb");
    }

    #[test]
    fn a_file_that_became_shorter_is_no_member() {
        let mut writer = ArchiveWriter::new(Vec::new()).expect("an archive");
        let (member, _) = file(b"a", b"abc");
        let error = writer.add(&member, &mut b"ab".as_slice()).expect_err("too short");
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn what_leads_elsewhere_is_refused() {
        let root = || directory(b"");
        let refused: [(&str, Vec<Stored>); 10] = [
            ("no root", vec![file(b"a", b"")]),
            ("two roots", vec![root(), root()]),
            ("repeated", vec![root(), file(b"a", b""), file(b"a", b"")]),
            ("out of order", vec![root(), file(b"b", b""), file(b"a", b"")]),
            ("no directory above", vec![root(), file(b"a/b", b"")]),
            ("below a link", vec![root(), link(b"a", b"/"), file(b"a/b", b"")]),
            ("below a file", vec![root(), file(b"a", b""), directory(b"a/b")]),
            ("link to nothing", vec![root(), hard_link(b"a", b"b")]),
            ("link to a link", vec![root(), link(b"a", b"b"), hard_link(b"b", b"a")]),
            ("link to a directory", vec![root(), directory(b"a"), hard_link(b"b", b"a")]),
        ];
        for (what, members) in refused {
            let (bytes, size) = written(&members);
            assert!(read(&bytes, size).is_err(), "{what}");
        }
        // Names that no writer here can write.
        let plain = tar_of(&written(&[root(), file(b"aaaa", b"")]).0);
        let at = memchr::memmem::find(&plain, b"aaaa").expect("a name");
        for name in [b"/etc", b"../a", b"a//b", b"a/..", b"./aa", b"aa/.", b"aaa/", b"\0aaa"] {
            let mut changed = plain.clone();
            changed[at..at + 4].copy_from_slice(name);
            header::tests::sign(&mut changed[at..at + 512]);
            let read = all(TarReader::new(changed.as_slice(), ANY_SIZE));
            assert!(read.is_err(), "{}", String::from_utf8_lossy(name));
        }
        for kind in *b"3467gSLK" {
            let mut changed = plain.clone();
            changed[at + 156] = kind;
            header::tests::sign(&mut changed[at..at + 512]);
            assert!(all(TarReader::new(changed.as_slice(), ANY_SIZE)).is_err(), "{}", char::from(kind));
        }
        assert!(all(TarReader::new(plain.as_slice(), ANY_SIZE)).is_ok());
    }

    #[test]
    fn every_damage_is_seen() {
        let (bytes, size) = written(&small());
        for length in 0..bytes.len() {
            assert!(read(&bytes[..length], size).is_err(), "cut off at {length}");
        }
        for at in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[at / 8] ^= 1 << (at % 8);
            assert!(read(&damaged, size).is_err() || read(&damaged, size).unwrap() == small(), "bit {at}");
        }
        let more = [bytes.as_slice(), b"more"].concat();
        assert!(read(&more, size).is_err(), "something behind the end");
        let plain = tar_of(&bytes);
        for length in 0..plain.len() {
            let cut = all(TarReader::new(&plain[..length], size));
            assert!(cut.is_err(), "cut off at {length} of {}", plain.len());
        }
        let more = [plain.as_slice(), &[1]].concat();
        assert!(all(TarReader::new(more.as_slice(), size)).is_err(), "something behind the end");
    }

    fn name() -> impl Strategy<Value = Vec<u8>> {
        let short = prop::collection::vec(any::<u8>(), 1..12);
        let long = prop::collection::vec(any::<u8>(), 90..256);
        prop_oneof![3 => short, 1 => long]
            .prop_map(|name| name.into_iter().map(|byte| if matches!(byte, 0 | b'/') { b'.' } else { byte }))
            .prop_map(Iterator::collect::<Vec<u8>>)
            .prop_filter("no name", |name| !matches!(name.as_slice(), b"." | b".."))
    }

    /// A tree of any names, as members in their order.
    fn tree() -> impl Strategy<Value = Vec<Stored>> {
        let times = (-1_i64 << 40..1 << 40, 0_u32..1_000_000_000, 0_u32..0o10000);
        let one =
            (prop::collection::vec(name(), 1..5), 0..4, prop::collection::vec(any::<u8>(), 0..700), times);
        prop::collection::vec(one, 0..12).prop_map(|entries| {
            let mut found = BTreeMap::from([(RepoPath::root(), directory(b""))]);
            for (parts, what, content, (seconds, nanoseconds, mode)) in entries {
                let path = RepoPath::new(parts.join(&b'/')).expect("a path");
                let above: Vec<RepoPath> = path.ancestors().skip(1).collect();
                let is_free = |above: &RepoPath| {
                    found.get(above).is_none_or(|(member, _)| member.kind == MemberKind::Directory)
                };
                if found.contains_key(&path) || !above.iter().all(is_free) {
                    continue;
                }
                let earlier = found.iter().find(|(other, (member, _))| {
                    **other < path && matches!(member.kind, MemberKind::File { .. })
                });
                let (mut member, content) = match (what, earlier) {
                    (0, _) => directory(path.as_bytes()),
                    (1, _) => link(path.as_bytes(), &content),
                    (2, Some((earlier, _))) => hard_link(path.as_bytes(), earlier.as_bytes()),
                    _ => file(path.as_bytes(), &content),
                };
                if matches!(&member.kind, MemberKind::Link { target } if target.is_empty() || target.contains(&0)) {
                    continue;
                }
                (member.mode, member.modified) = (mode, MemberTime { seconds, nanoseconds });
                for above in above {
                    let made = directory(above.as_bytes());
                    found.entry(above).or_insert(made);
                }
                found.insert(path, (member, content));
            }
            found.into_values().collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn any_tree_is_read_as_it_was_written(members in tree()) {
            let (bytes, size) = written(&members);
            prop_assert_eq!(read(&bytes, size).expect("an archive"), members);
        }

        #[test]
        fn any_bytes_can_be_read(bytes: Vec<u8>) {
            prop_assert!(read(&bytes, ANY_SIZE).is_err());
            prop_assert!(all(TarReader::new(bytes.as_slice(), ANY_SIZE)).is_err());
        }
    }
}
