//! The encoding of a requirements file: a byte order mark, else the comment of PEP 263 in the first two lines, else
//! UTF-8 (<https://pip.pypa.io/en/stable/reference/requirements-file-format/#encoding>).

use std::borrow::Cow;

use crate::formats::text::{ParseError, line_at, utf8};

/// Byte order marks. That of UTF-16 is a prefix of that of UTF-32.
const MARKS: [(&[u8], Encoding); 5] = [
    (b"\xef\xbb\xbf", Encoding::Utf8),
    (b"\xff\xfe\0\0", Encoding::Wide(4, Order::Little)),
    (b"\0\0\xfe\xff", Encoding::Wide(4, Order::Big)),
    (b"\xff\xfe", Encoding::Wide(2, Order::Little)),
    (b"\xfe\xff", Encoding::Wide(2, Order::Big)),
];

/// The starts of names of encodings in which every byte is a character, and ASCII is as it is. Names are spelled as
/// [`plain_name`] does.
const SINGLE_BYTE: [&str; 9] =
    ["cp125", "windows-125", "iso-8859-", "iso8859-", "koi8-", "cp437", "cp85", "cp866", "mac-"];
/// Encodings in which a character outside of ASCII has several bytes, none of which is ASCII.
const HIGH_BYTES: [&str; 10] =
    ["euc-jp", "eucjp", "ujis", "euc-kr", "euckr", "korean", "gb2312", "euc-cn", "euccn", "chinese"];
/// Encodings in which a character outside of ASCII is a byte that is not ASCII and one that may be, or two such pairs.
const PAIRS: [&str; 16] = [
    "gbk",
    "936",
    "cp936",
    "ms936",
    "gb18030",
    "gb18030-2000",
    "big5",
    "big5-tw",
    "big5-hkscs",
    "big5hkscs",
    "950",
    "cp950",
    "949",
    "cp949",
    "uhc",
    "johab",
];
/// As [`PAIRS`]; the bytes of half-width katakana stand alone.
const SHIFT_JIS: [&str; 11] = [
    "shift-jis",
    "shiftjis",
    "sjis",
    "s-jis",
    "csshiftjis",
    "932",
    "cp932",
    "ms932",
    "mskanji",
    "ms-kanji",
    "windows-31j",
];

/// Why a file cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecodeError {
    /// pip cannot decode it either.
    Refused(ParseError),
    /// pip may be able to.
    Undecided(ParseError),
}

impl DecodeError {
    /// What is wrong, and where.
    #[must_use]
    pub fn into_inner(self) -> ParseError {
        match self {
            Self::Refused(error) | Self::Undecided(error) => error,
        }
    }
}

/// A decoded file.
pub(super) struct Decoded<'b> {
    pub(super) text: Cow<'b, str>,
    /// Characters that are not known are U+FFFD.
    pub(super) is_partial: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Ascii,
    Latin1,
    /// What is not ASCII is a character that is not known here.
    Partial(Width),
    /// UTF-16 or UTF-32, by the number of bytes of a unit.
    Wide(usize, Order),
}

/// How many bytes a character that is not ASCII has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    /// None of them is ASCII.
    HighBytes,
    /// Two, of which the second may be ASCII.
    Pairs,
    /// The same, or one.
    ShiftJis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

/// Decodes a file. Characters of an encoding that is not known here are replaced by U+FFFD: they occur in comments.
///
/// # Errors
/// Bytes that are not valid in the encoding, and an encoding that is not known here.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded<'_>, DecodeError> {
    for (mark, encoding) in MARKS {
        if let Some(rest) = bytes.strip_prefix(mark) {
            return decode_as(rest, encoding, "");
        }
    }
    match declared(bytes) {
        None => decode_as(bytes, Encoding::Utf8, ""),
        Some((line, name)) => match named(&plain_name(&name)) {
            Some(encoding) => decode_as(bytes, encoding, &name),
            // Python has a hundred encodings, and programs can add more.
            None => {
                let reason = format!("the encoding `{name}` is not known here");
                Err(DecodeError::Undecided(ParseError::at(line, reason)))
            }
        },
    }
}

/// The line and name of an encoding that a comment declares: `coding[:=]\s*([-\w.]+)` in a line that starts with `#`.
fn declared(bytes: &[u8]) -> Option<(usize, String)> {
    let lines = bytes.split(|&byte| byte == b'\n').take(2).enumerate();
    let mut comments = lines.filter(|(_, line)| line.starts_with(b"#"));
    comments.find_map(|(index, line)| Some((index + 1, name_in(line)?)))
}

fn name_in(line: &[u8]) -> Option<String> {
    memchr::memmem::find_iter(line, b"coding").find_map(|at| {
        let rest = line.get(at + b"coding".len()..)?;
        let rest = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"="))?.trim_ascii_start();
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let name: Vec<u8> = rest.iter().take_while(is_name).copied().collect();
        String::from_utf8(name).ok().filter(|name| !name.is_empty())
    })
}

/// The name of an encoding without what Python does not distinguish in it
/// (<https://docs.python.org/3/library/codecs.html#standard-encodings>).
fn plain_name(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

/// The encoding with a name.
fn named(name: &str) -> Option<Encoding> {
    match name {
        "utf-8" | "utf8" | "u8" | "utf-8-sig" | "utf8-sig" => Some(Encoding::Utf8),
        "ascii" | "us-ascii" | "646" => Some(Encoding::Ascii),
        "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "iso-latin-1" | "l1" => Some(Encoding::Latin1),
        name if SINGLE_BYTE.iter().any(|start| name.starts_with(start)) || HIGH_BYTES.contains(&name) => {
            Some(Encoding::Partial(Width::HighBytes))
        }
        name if PAIRS.contains(&name) => Some(Encoding::Partial(Width::Pairs)),
        name if SHIFT_JIS.contains(&name) => Some(Encoding::Partial(Width::ShiftJis)),
        _ => None,
    }
}

fn decode_as<'b>(bytes: &'b [u8], encoding: Encoding, name: &str) -> Result<Decoded<'b>, DecodeError> {
    let is_partial = matches!(encoding, Encoding::Partial(_));
    let text = match encoding {
        Encoding::Utf8 => utf8_exactly(bytes).map(Cow::Borrowed),
        Encoding::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
            None => utf8_exactly(bytes).map(Cow::Borrowed),
            Some(at) => Err(ParseError::at(line_at(bytes, at), format!("invalid `{name}`"))),
        },
        Encoding::Latin1 => Ok(bytes.iter().map(|&byte| char::from(byte)).collect()),
        Encoding::Partial(width) => Ok(partial(bytes, width)),
        Encoding::Wide(size, order) => wide(bytes, size, order).map(Cow::Owned),
    };
    text.map(|text| Decoded { text, is_partial }).map_err(DecodeError::Refused)
}

/// ASCII, and U+FFFD for each other character. The second byte of a character may be `\\`, which would continue a line.
fn partial(bytes: &[u8], width: Width) -> Cow<'_, str> {
    let mut rest = bytes.iter().peekable();
    let mut text = String::with_capacity(bytes.len());
    while let Some(&byte) = rest.next() {
        if byte.is_ascii() {
            text.push(char::from(byte));
            continue;
        }
        let is_first = match width {
            Width::HighBytes => false,
            Width::Pairs => true,
            Width::ShiftJis => !(0xa1..=0xdf).contains(&byte),
        };
        // No second byte is a control character, blank or `#`.
        rest.next_if(|&&second| is_first && second >= 0x30);
        text.push(char::REPLACEMENT_CHARACTER);
    }
    Cow::Owned(text)
}

/// UTF-8 without looking for a byte order mark once more.
fn utf8_exactly(bytes: &[u8]) -> Result<&str, ParseError> {
    std::str::from_utf8(bytes).or_else(|_| utf8(bytes))
}

/// UTF-16 or UTF-32.
fn wide(bytes: &[u8], size: usize, order: Order) -> Result<String, ParseError> {
    let unit = |chunk: &[u8]| {
        let join = |number: u32, byte: &u8| (number << 8) | u32::from(*byte);
        match order {
            Order::Little => chunk.iter().rev().fold(0, join),
            Order::Big => chunk.iter().fold(0, join),
        }
    };
    let chunks = bytes.chunks_exact(size);
    let is_cut = !chunks.remainder().is_empty();
    let mut text = String::with_capacity(bytes.len() / size);
    let invalid = |text: &str| {
        let line = line_at(text.as_bytes(), text.len());
        ParseError::at(line, format!("invalid UTF-{}", size * 8))
    };
    if size == 2 {
        let units = chunks.map(|chunk| u16::try_from(unit(chunk)).unwrap_or_default());
        for letter in char::decode_utf16(units) {
            text.push(letter.map_err(|_| invalid(&text))?);
        }
    } else {
        for chunk in chunks {
            text.push(char::from_u32(unit(chunk)).ok_or_else(|| invalid(&text))?);
        }
    }
    if is_cut { Err(invalid(&text)) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decoded(bytes: &[u8]) -> Result<String, DecodeError> {
        decode(bytes).map(|decoded| decoded.text.into_owned())
    }

    fn wide_bytes(text: &str, size: usize, order: Order) -> Vec<u8> {
        let little = |mut unit: Vec<u8>| {
            if order == Order::Big {
                unit.reverse();
            }
            unit
        };
        let units: Vec<Vec<u8>> = match size {
            2 => text.encode_utf16().map(|unit| little(unit.to_le_bytes().to_vec())).collect(),
            _ => text.chars().map(|letter| little(u32::from(letter).to_le_bytes().to_vec())).collect(),
        };
        units.concat()
    }

    #[test]
    fn the_byte_order_mark_decides() {
        let text = "requests # \u{e9}\u{1f600}\n";
        for (mark, encoding) in MARKS {
            let bytes = match encoding {
                Encoding::Wide(size, order) => wide_bytes(text, size, order),
                _ => text.as_bytes().to_vec(),
            };
            assert_eq!(decoded(&[mark, &bytes].concat()).as_deref(), Ok(text), "{encoding:?}");
        }
        assert_eq!(
            decoded(b"\xef\xbb\xbf# coding: latin-1\n\xc3\xa9").as_deref(),
            Ok("# coding: latin-1\n\u{e9}")
        );
    }

    #[test]
    fn a_comment_declares_the_encoding() {
        let cases: [(&[u8], &str); 14] = [
            (b"# -*- coding: latin-1 -*-\n# \xe9", "# -*- coding: latin-1 -*-\n# \u{e9}"),
            (b"x\n# vim: fileencoding=ISO_8859_1 :\n# \xe9", "x\n# vim: fileencoding=ISO_8859_1 :\n# \u{e9}"),
            (b"#coding=cp1252\n# \x85\xe9", "#coding=cp1252\n# \u{fffd}\u{fffd}"),
            (b"# coding:utf-8\n# \xc3\xa9", "# coding:utf-8\n# \u{e9}"),
            (b"# coding:\tshift_jis\nx", "# coding:\tshift_jis\nx"),
            (b"# coding: Shift_JIS\nx # \x83\x5c\ny", "# coding: Shift_JIS\nx # \u{fffd}\ny"),
            (b"# coding: cp932\n# \xb1\\\n", "# coding: cp932\n# \u{fffd}\\\n"),
            (b"# coding: gbk\n# \xb0\xa1\x81\x5c\n", "# coding: gbk\n# \u{fffd}\u{fffd}\n"),
            (b"# coding: gb18030\n# \x81\x30\x81\x30\n", "# coding: gb18030\n# \u{fffd}\u{fffd}\n"),
            (b"# coding: euc-jp\n# \xa4\xa2\\\n\xff", "# coding: euc-jp\n# \u{fffd}\u{fffd}\\\n\u{fffd}"),
            (b" # coding: nonsense\n", " # coding: nonsense\n"),
            (b"# encoding requests\n", "# encoding requests\n"),
            (b"x\ny\n# coding: nonsense\n", "x\ny\n# coding: nonsense\n"),
            (b"x # coding: nonsense\n", "x # coding: nonsense\n"),
        ];
        for (bytes, text) in cases {
            assert_eq!(decoded(bytes).as_deref(), Ok(text), "{bytes:?}");
        }
    }

    #[test]
    fn bytes_that_cannot_be_decoded_have_their_line() {
        let cases: [(&[u8], usize, &str); 6] = [
            (b"a\nb\xe9", 2, "invalid UTF-8"),
            (b"#\n# coding: ascii\n\xe9", 3, "invalid `ascii`"),
            (b"\xff\xfea\0\n\0b", 2, "invalid UTF-16"),
            (b"\xfe\xff\xd8\0", 1, "invalid UTF-16"),
            (b"\xff\xfe\0\0\n\0\0\0\0\xd8\0\0", 2, "invalid UTF-32"),
            (b"\0\0\xfe\xff\0\0\0", 1, "invalid UTF-32"),
        ];
        for (bytes, line, reason) in cases {
            let expected = DecodeError::Refused(ParseError::at(line, reason));
            assert_eq!(decoded(bytes), Err(expected), "{bytes:?}");
        }
        let reason = "the encoding `nonsense` is not known here";
        let expected = DecodeError::Undecided(ParseError::at(2, reason));
        assert_eq!(decoded(b"#\n# coding: nonsense\n"), Err(expected));
    }

    proptest! {
        #[test]
        fn text_comes_back_from_every_encoding(text in "\\PC{0,20}") {
            let text = format!("x{text}");
            for (mark, encoding) in MARKS {
                let bytes = match encoding {
                    Encoding::Wide(size, order) => wide_bytes(&text, size, order),
                    _ => text.as_bytes().to_vec(),
                };
                prop_assert_eq!(decoded(&[mark, &bytes].concat()), Ok(text.clone()));
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, mark in 0_usize..8) {
            let declared: &[u8] = if mark == 5 { b"# coding: sjis\n" } else { b"# coding: latin-1\n" };
            let mark = MARKS.get(mark).map_or(declared, |(mark, _)| mark);
            for bytes in [&[mark, &bytes].concat(), &bytes] {
                let lines = 1 + bytes.iter().filter(|&&byte| byte == b'\n').count();
                let line = decode(bytes).err().map(|error| error.into_inner().line);
                prop_assert!(line.is_none_or(|line| line.is_some_and(|line| (1..=lines).contains(&line))));
            }
        }
    }
}
