//! Tests with generated wheels, valid and invalid.

use std::io::{self, Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::super::record;
use super::*;

const TAG: &[u8] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\n";

impl ReadAt for &[u8] {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, at: u64, mut into: &mut [u8]) -> io::Result<usize> {
        into.write(self.get(usize::try_from(at).unwrap_or(usize::MAX)..).unwrap_or_default())
    }
}

/// An archive of these files, with a `RECORD` of all but `unlisted`.
fn archive(files: &[(&str, &[u8])], unlisted: &[&str]) -> Vec<u8> {
    let listed = files.iter().filter(|(name, _)| !unlisted.contains(name));
    let mut rows: Vec<RecordRow> = listed
        .map(|(name, bytes)| RecordRow {
            path: name.as_bytes().to_vec(),
            hash: Some(record::hash(bytes)),
            size: Some(bytes.len() as u64),
        })
        .collect();
    rows.push(RecordRow { path: b"x-1.dist-info/RECORD".to_vec(), hash: None, size: None });
    let list = record::write(&rows);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in files.iter().copied().chain([("x-1.dist-info/RECORD", list.as_slice())]) {
        writer.start_file(name, options).expect("a file");
        writer.write_all(bytes).expect("bytes");
    }
    writer.finish().expect("an archive").into_inner()
}

#[track_caller]
fn refused(bytes: &[u8], reason: &str) {
    let error = Wheel::open(&bytes).err().expect("an error");
    assert!(error.reason.contains(reason), "{}", error.reason);
}

#[test]
fn a_valid_wheel_is_read() {
    let points = b"[console_scripts]\nx = x.cli:main\n";
    let files: [(&str, &[u8]); 4] = [
        ("x/cli.py", b"def main(): pass\n"),
        ("x/data.txt", b""),
        ("x-1.dist-info/WHEEL", TAG),
        ("x-1.dist-info/entry_points.txt", points),
    ];
    let bytes: &[u8] = &archive(&files, &[]);
    let wheel = Wheel::open(&bytes).expect("a wheel");
    let names: Vec<&str> = wheel.members.iter().filter_map(|member| member.path.as_str()).collect();
    assert_eq!(names, ["x-1.dist-info/WHEEL", "x-1.dist-info/entry_points.txt", "x/cli.py", "x/data.txt"]);
    assert_eq!((wheel.distribution.as_str(), wheel.commands[0].name.as_str()), ("x-1", "x"));
    assert_eq!(wheel.read(&wheel.members[2]).expect("its bytes"), b"def main(): pass\n");
}

#[test]
fn an_invalid_wheel_is_refused() {
    let with = |name: &'static str| archive(&[(name, b"x"), ("x-1.dist-info/WHEEL", TAG)], &[]);
    refused(b"no archive", "");
    refused(&with("../x.py"), "`..`");
    refused(&with("/etc/x.py"), "absolute");
    refused(&with("a\\x.py"), "not a path inside");
    refused(&with("y-2.dist-info/METADATA"), "several distributions");
    refused(&archive(&[("x.py", b"x")], &[]), "no WHEEL");
    refused(&archive(&[("x-1.dist-info/WHEEL", b"Wheel-Version: 2.0\n")], &[]), "unsupported wheel version");
    refused(
        &archive(&[("x.py", b"x"), ("x-1.dist-info/WHEEL", TAG)], &["x.py"]),
        "x.py is not listed in RECORD",
    );
}

#[test]
fn two_files_of_one_name_are_refused() {
    let mut twice =
        archive(&[("xa.py", b"1"), ("xb.py", b"2"), ("x-1.dist-info/WHEEL", TAG)], &["xa.py", "xb.py"]);
    while let Some(at) = memchr::memmem::find(&twice, b"xb.py") {
        twice[at + 1] = b'a';
    }
    refused(&twice, "two files of the same name");
}

#[test]
fn a_changed_file_is_noticed() {
    let mut bytes = archive(&[("x.py", b"harmless"), ("x-1.dist-info/WHEEL", TAG)], &[]);
    let at = memchr::memmem::find(&bytes, b"harmless").expect("its place");
    bytes[at] = b'H';
    let bytes = bytes.as_slice();
    let wheel = Wheel::open(&bytes).expect("a wheel");
    let member = wheel.members.iter().find(|member| member.path.as_bytes() == b"x.py").expect("the file");
    assert!(wheel.read(member).is_err());
}

#[test]
fn a_link_is_refused() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    writer.add_symlink("x.py", "/etc/passwd", options).expect("a link");
    refused(&writer.finish().expect("an archive").into_inner(), "is a symlink");
}

proptest::proptest! {
    #[test]
    fn any_bytes_can_be_parsed(bytes: Vec<u8>) {
        let _ = Wheel::open(&bytes.as_slice());
    }

    #[test]
    fn damage_is_refused_or_harmless(changes: Vec<(proptest::sample::Index, u8)>, cut: proptest::sample::Index) {
        let good = archive(&[("x/a.py", b"a = 1\n"), ("x-1.dist-info/WHEEL", TAG)], &[]);
        let mut bytes = good.clone();
        for (place, byte) in &changes {
            bytes[place.index(good.len())] = *byte;
        }
        for bytes in [&bytes[..], &good[..cut.index(good.len())]] {
            let Ok(wheel) = Wheel::open(&bytes) else { continue };
            for member in &wheel.members {
                let read = wheel.read(member);
                proptest::prop_assert!(read.is_err() || read.is_ok_and(|read| record::hash(&read) == member.hash));
            }
        }
    }
}
