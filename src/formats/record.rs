//! `RECORD`, the list of files of an installed distribution
//! (<https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file>).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use csv::{ByteRecord, Reader, ReaderBuilder, Terminator, WriterBuilder};
use sha2::{Digest, Sha256};

use super::content_hash::ContentHash;
use crate::order::Arrange as _;
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

/// A row where it lies: an installed file. The fields are those of [`RecordRow`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordedFile<'r> {
    /// The path as written.
    pub path: &'r [u8],
    /// The hash as written.
    pub hash: Option<&'r str>,
    /// The size in bytes.
    pub size: Option<u64>,
}

/// A row where it lies, with the hash that it has, if that is one: `None` also where it cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckedFile<'r> {
    /// The path as written.
    pub path: &'r [u8],
    /// The hash.
    pub hash: Option<ContentHash>,
    /// The size in bytes.
    pub size: Option<u64>,
}

/// A list, or a part of one, that is read row by row without a copy of it: environments have tens of thousands of files.
#[derive(Debug, Clone, Copy)]
pub struct RecordText<'r> {
    bytes: &'r [u8],
    /// It has a `"`, so that the end of a line need not be the end of a row.
    is_quoted: bool,
}

impl<'r> RecordText<'r> {
    /// The text of a whole list.
    #[must_use]
    pub fn new(bytes: &'r [u8]) -> Self {
        let is_quoted = memchr::memchr(b'"', bytes).is_some();
        let plain = if is_quoted { bytes } else { bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes) };
        Self { bytes: plain, is_quoted }
    }

    /// Parts of at least so many bytes that together have the same rows. A list with quotes stays whole.
    #[must_use]
    pub fn parts(self, size: usize) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut rest = self.bytes;
        let end_of = |rest: &[u8]| Some(size + 1 + memchr::memchr2(b'\n', b'\r', rest.get(size..)?)?);
        while let Some((part, more)) = end_of(rest).filter(|_| !self.is_quoted).map(|end| rest.split_at(end))
        {
            parts.push(Self { bytes: part, ..self });
            rest = more;
        }
        parts.push(Self { bytes: rest, ..self });
        parts
    }

    /// Calls a function with each row, in order. Rows without a path are skipped, and the list ends at a row that is not
    /// CSV.
    pub fn for_each(self, mut call: impl FnMut(RecordedFile<'_>)) {
        self.each_row(|row| recorded(row.fields).into_iter().for_each(&mut call));
    }

    /// As [`RecordText::for_each`], with hashes that are parsed. Says whether the list holds
    /// nothing but what installers write: rows of three fields, a hash and a size for each file but those that are written
    /// after the list. Anything else in it was added by somebody.
    #[must_use]
    pub fn check_each(self, mut call: impl FnMut(CheckedFile<'_>)) -> bool {
        let mut is_sound = true;
        let is_whole = self.each_row(|row| {
            let [path, hash, size] = row.fields;
            let hash = text(hash).and_then(ContentHash::parse_recorded);
            is_sound &= row.has_three && is_sound_row(row.fields, hash.is_some());
            if !path.is_empty() {
                call(CheckedFile { path, hash, size: size_of(size) });
            }
        });
        is_sound && is_whole
    }

    /// Calls a function with each row, in order; says whether all of it is CSV.
    fn each_row(self, mut call: impl FnMut(CsvRow<'_>)) -> bool {
        if !self.is_quoted {
            // Empty lines are no rows, so that the two bytes of an end do not matter.
            RecordLines(self.bytes).filter(|line| !line.is_empty()).for_each(|line| call(row_of(line)));
            return true;
        }
        let mut reader = reader(self.bytes);
        let mut row = ByteRecord::new();
        loop {
            match reader.read_byte_record(&mut row) {
                Ok(true) => {
                    let fields = [0, 1, 2].map(|index| row.get(index).unwrap_or_default());
                    call(CsvRow { fields, has_three: row.len() == 3 });
                }
                Ok(false) => return true,
                Err(_) => return false,
            }
        }
    }
}

/// The pieces between the bytes that end a line.
struct RecordLines<'r>(&'r [u8]);

impl<'r> Iterator for RecordLines<'r> {
    type Item = &'r [u8];

    fn next(&mut self) -> Option<&'r [u8]> {
        if self.0.is_empty() {
            return None;
        }
        let end = memchr::memchr2(b'\n', b'\r', self.0).unwrap_or(self.0.len());
        let (line, rest) = self.0.split_at(end);
        self.0 = rest.get(1..).unwrap_or_default();
        Some(line)
    }
}

/// The first three fields of a row, each empty if the row has fewer.
struct CsvRow<'r> {
    fields: [&'r [u8]; 3],
    /// It has no more and no fewer.
    has_three: bool,
}

/// The row of a line without quotes.
fn row_of(line: &[u8]) -> CsvRow<'_> {
    let mut rest = Some(line);
    let mut next = || {
        let text = rest?;
        let end = memchr::memchr(b',', text);
        rest = end.and_then(|end| text.get(end + 1..));
        Some(end.map_or(text, |end| &text[..end]))
    };
    let fields = [next(), next(), next()];
    let has_three = fields[2].is_some() && rest.is_none();
    CsvRow { fields: fields.map(Option::unwrap_or_default), has_three }
}

fn recorded([path, hash, size]: [&[u8]; 3]) -> Option<RecordedFile<'_>> {
    (!path.is_empty()).then(|| RecordedFile {
        path,
        hash: text(hash).filter(|hash| !hash.is_empty()),
        size: size_of(size),
    })
}

fn text(field: &[u8]) -> Option<&str> {
    std::str::from_utf8(field).ok()
}

fn size_of(field: &[u8]) -> Option<u64> {
    text(field).and_then(|size| size.trim().parse().ok())
}

/// Parses the list, as [`RecordText::for_each`] does.
#[must_use]
pub fn read(bytes: &[u8]) -> Vec<RecordRow> {
    let mut rows = Vec::new();
    RecordText::new(bytes).for_each(|RecordedFile { path, hash, size }| {
        rows.push(RecordRow { path: path.to_vec(), hash: hash.map(str::to_owned), size });
    });
    rows
}

/// Reads rows of any number of fields.
fn reader(bytes: &[u8]) -> Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes)
}

/// Says whether installers write a row of three such fields. `is_hash` says whether the second is a hash.
fn is_sound_row([path, hash, size]: [&[u8]; 3], is_hash: bool) -> bool {
    !path.is_empty() && size.iter().all(u8::is_ascii_digit) && (is_hash || (hash.is_empty() && is_late(path)))
}

/// Says whether installers write a file after the list that names it.
fn is_late(path: &[u8]) -> bool {
    let (directory, name) = split_name(path);
    let (above, _) = split_name(directory);
    name == b"__pycache__"
        || name.ends_with(b".pyc")
        || name.ends_with(b".pyo")
        // What virtualenv writes itself, with `__pycache__`.
        || name.ends_with(b".virtualenv")
        || (directory.ends_with(b".dist-info") && above.is_empty())
        || matches!(split_name(directory).1, b"bin" | b"Scripts")
}

/// Writes the list as pip does: sorted by path, with the line endings of RFC 4180.
#[must_use]
pub fn write(rows: &[RecordRow]) -> Vec<u8> {
    let mut sorted: Vec<&RecordRow> = rows.iter().collect();
    sorted.arrange_by(|a, b| a.path.cmp(&b.path));
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

    #[test]
    fn parts_end_with_rows() {
        let text = b"a,,1\r\nb,,2\nlonger,,3\r\n\r\nc,,4";
        for size in 0..text.len() + 2 {
            assert_eq!(read_in_parts(text, size), read(text), "{size}");
        }
        assert_eq!(RecordText::new(text).parts(4).len(), 4);
        assert_eq!(
            RecordText::new(b"\"a\nb\",,\nc,,\nd,,\n").parts(1).len(),
            1,
            "a row may have several lines"
        );
        assert_eq!(RecordText::new(b"").parts(8).len(), 1);
    }

    fn is_sound(bytes: &[u8]) -> bool {
        RecordText::new(bytes).check_each(|_| {})
    }

    /// As the csv crate reads it, with no way around it.
    fn is_sound_csv(bytes: &[u8]) -> bool {
        reader(bytes).into_byte_records().all(|row| {
            row.is_ok_and(|row| {
                let fields = [0, 1, 2].map(|index| row.get(index).unwrap_or_default());
                let hash = std::str::from_utf8(fields[1]).ok().and_then(ContentHash::parse_recorded);
                row.len() == 3 && is_sound_row(fields, hash.is_some())
            })
        })
    }

    fn read_in_parts(bytes: &[u8], size: usize) -> Vec<RecordRow> {
        let parts = RecordText::new(bytes).parts(size);
        let mut rows = Vec::new();
        for part in parts {
            part.for_each(|found| rows.push(row(found.path, found.hash, found.size)));
        }
        rows
    }

    proptest::proptest! {
        #[test]
        fn rows_of_installers_are_sound_however_they_are_written(
            rows in proptest::collection::vec("(a/b.py|\"a,b.py\"|a.pyc|,|)(,(sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU|md5=x|))?(,[0-9]?)?(,)?", 0..4),
            end in "\r\n|\n|\r",
        ) {
            let text = rows.join(&end);
            proptest::prop_assert_eq!(is_sound(text.as_bytes()), is_sound_csv(text.as_bytes()), "{}", text);
        }
    }

    /// As the csv crate reads it, with no way around it.
    fn read_as_csv(bytes: &[u8]) -> Vec<RecordRow> {
        let field = |row: &ByteRecord, index| row.get(index).unwrap_or_default().to_vec();
        let rows = reader(bytes).into_byte_records().map_while(Result::ok).filter_map(|row| {
            let fields = [0, 1, 2].map(|index| field(&row, index));
            let fields = recorded([&fields[0], &fields[1], &fields[2]])?;
            Some(RecordRow {
                path: fields.path.to_vec(),
                hash: fields.hash.map(str::to_owned),
                size: fields.size,
            })
        });
        rows.collect()
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>) {
            proptest::prop_assert!(read(&bytes).iter().all(|row| !row.path.is_empty()));
        }

        #[test]
        fn lines_without_quotes_are_csv(text in "(\u{feff})?([a-c,\r\n\0\\\\ +0-9]|\"){0,40}", size in 0_usize..50) {
            proptest::prop_assert_eq!(is_sound(text.as_bytes()), is_sound_csv(text.as_bytes()));
            let expected = read_as_csv(text.as_bytes());
            proptest::prop_assert_eq!(read(text.as_bytes()), &expected[..]);
            proptest::prop_assert_eq!(read_in_parts(text.as_bytes(), size), expected);
        }
    }
}
