//! `RECORD`, the list of files of an installed distribution
//! (<https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file>).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use csv::{ByteRecord, ReaderBuilder, Terminator, WriterBuilder};
use sha2::{Digest, Sha256};

use super::content_hash::ContentHash;
use crate::path::split_name;

/// A row: an installed file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// The path as written: relative to the directory that contains the `.dist-info`, or absolute. It comes from the
    /// package, so it may point anywhere.
    pub path: Vec<u8>,
    /// `sha256=` and the digest in URL-safe base64 without padding, or another algorithm; `None` for files that are
    /// written after the list, such as compiled ones.
    pub hash: Option<String>,
    /// The size in bytes.
    pub size: Option<u64>,
}

/// Parses the list. Rows without a path are skipped, and the list ends at a row that is not CSV.
#[must_use]
pub fn read(bytes: &[u8]) -> Vec<RecordRow> {
    rows(bytes).map_while(Result::ok).filter_map(|row| read_row(&row)).collect()
}

/// Says whether a list holds nothing but what installers write: rows of three fields, a hash and a size for each file but
/// those that are written after the list. Anything else in it was added by somebody.
#[must_use]
pub fn is_sound(bytes: &[u8]) -> bool {
    rows(bytes).all(|row| row.is_ok_and(|row| is_sound_row(&row)))
}

/// The rows of any number of fields.
fn rows(bytes: &[u8]) -> impl Iterator<Item = csv::Result<ByteRecord>> {
    ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes).into_byte_records()
}

fn is_sound_row(row: &ByteRecord) -> bool {
    let [path, hash, size] = [0, 1, 2].map(|index| row.get(index).unwrap_or_default());
    let known = std::str::from_utf8(hash).ok().and_then(ContentHash::parse_recorded).is_some();
    let number = size.iter().all(u8::is_ascii_digit);
    let (directory, name) = split_name(path);
    let (above, _) = split_name(directory);
    let is_late = name == b"__pycache__"
        || name.ends_with(b".pyc")
        || name.ends_with(b".pyo")
        // What virtualenv writes itself, with `__pycache__`.
        || name.ends_with(b".virtualenv")
        || (directory.ends_with(b".dist-info") && above.is_empty())
        || matches!(split_name(directory).1, b"bin" | b"Scripts");
    row.len() == 3 && !path.is_empty() && number && (known || (hash.is_empty() && is_late))
}

fn read_row(row: &ByteRecord) -> Option<RecordRow> {
    let field = |index: usize| row.get(index).filter(|value| !value.is_empty());
    let text = |index: usize| field(index).and_then(|value| std::str::from_utf8(value).ok());
    Some(RecordRow {
        path: field(0)?.to_vec(),
        hash: text(1).map(str::to_owned),
        size: text(2).and_then(|size| size.trim().parse().ok()),
    })
}

/// Writes the list as pip does: sorted by path, with the line endings of RFC 4180.
#[must_use]
pub fn write(rows: &[RecordRow]) -> Vec<u8> {
    let mut sorted: Vec<&RecordRow> = rows.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in sorted {
        let hash = row.hash.as_deref().unwrap_or_default();
        let size = row.size.map(|size| size.to_string()).unwrap_or_default();
        // Writing to memory cannot fail, and every row has three fields.
        let _ = writer.write_record([row.path.as_slice(), hash.as_bytes(), size.as_bytes()]);
    }
    writer.into_inner().unwrap_or_default()
}

/// The hash of a file in the form of the list.
#[must_use]
pub fn hash(bytes: &[u8]) -> String {
    format!("sha256={}", URL_SAFE_NO_PAD.encode(Sha256::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(path: &[u8], hash: Option<&str>, size: Option<u64>) -> RecordRow {
        RecordRow { path: path.to_vec(), hash: hash.map(str::to_owned), size }
    }

    #[test]
    fn lists_of_installers_are_parsed() {
        let bytes = b"../../../bin/black,sha256=abc_-,237\r\nblack/__init__.py,sha256=x,0\nblack-1.dist-info/RECORD,,\n";
        let expected = [
            row(b"../../../bin/black", Some("sha256=abc_-"), Some(237)),
            row(b"black/__init__.py", Some("sha256=x"), Some(0)),
            row(b"black-1.dist-info/RECORD", None, None),
        ];
        assert_eq!(read(bytes), expected);
    }

    #[test]
    fn what_somebody_added_to_a_list_shows() {
        let hash = hash(b"");
        let cases = [
            (format!("a.py,{hash},0\r\n../../../bin/a,,\r\na-1.dist-info/RECORD,,\r\na.pyc,,\r\n"), true),
            (format!("a.py,{hash},\n"), true),
            (String::new(), true),
            (format!("a.py,{hash},0\nmine\n"), false),
            (format!("a.py,{hash},0,mine\n"), false),
            (format!("a.py,{hash},mine\n"), false),
            ("a.py,mine,0\n".to_owned(), false),
            ("notes.txt,,\n".to_owned(), false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_sound(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn hostile_paths_are_kept() {
        let bytes = b"\"a,\"\"b\nc\",,\n/etc/passwd,,x\n../../../../../home,sha256=\xff,\n\xff,,1\n,,3\n\n";
        let expected = [
            row(b"a,\"b\nc", None, None),
            row(b"/etc/passwd", None, None),
            row(b"../../../../../home", None, None),
            row(b"\xff", None, Some(1)),
        ];
        assert_eq!(read(bytes), expected);
    }

    #[test]
    fn a_written_list_can_be_read() {
        let rows = [row(b"z", Some("sha256=x"), Some(1)), row(b"a,\"b\nc", None, None)];
        let written = write(&rows);
        assert_eq!(written, b"\"a,\"\"b\nc\",,\r\nz,sha256=x,1\r\n");
        assert_eq!(read(&written), [rows[1].clone(), rows[0].clone()]);
        assert_eq!(hash(b""), "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>) {
            proptest::prop_assert!(read(&bytes).iter().all(|row| !row.path.is_empty()));
        }
    }
}
