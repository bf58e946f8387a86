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

/// The starts of names of encodings in which every byte is a character, and ASCII is as it is. Python has more names,
/// which differ in `-` and `_`.
const SINGLE_BYTE: [&str; 9] =
    ["cp125", "windows-125", "iso-8859-", "iso8859-", "koi8-", "cp437", "cp850", "cp866", "mac-"];
/// Encodings in which a character has several bytes, and ASCII is as it is.
const SEVERAL_BYTES: [&str; 14] = [
    "gbk",
    "gb2312",
    "gb18030",
    "cp936",
    "big5",
    "cp950",
    "euc-jp",
    "shift-jis",
    "shiftjis",
    "sjis",
    "cp932",
    "euc-kr",
    "cp949",
    "johab",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Ascii,
    Latin1,
    /// Bytes other than ASCII are characters that are not known here.
    SingleByte,
    /// UTF-16 or UTF-32, by the number of bytes of a unit.
    Wide(usize, Order),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

/// Decodes a file. Characters of an encoding that is not known here are replaced by U+FFFD, as they occur in comments.
///
/// # Errors
/// Bytes that are not valid in the encoding, and an encoding that pip does not know or that cannot be decoded here.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ParseError> {
    for (mark, encoding) in MARKS {
        if let Some(rest) = bytes.strip_prefix(mark) {
            return decode_as(rest, encoding, "");
        }
    }
    match declared(bytes) {
        None => decode_as(bytes, Encoding::Utf8, ""),
        Some((line, name)) => match named(&name, bytes.is_ascii()) {
            Some(encoding) => decode_as(bytes, encoding, &name),
            None => Err(ParseError::at(line, format!("unsupported encoding `{name}`"))),
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

/// The encoding with a name, as Python spells it; `is_ascii`: the file has no byte for which it matters which of the
/// extensions of ASCII it is.
fn named(name: &str, is_ascii: bool) -> Option<Encoding> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    match name.as_str() {
        "utf-8" | "utf8" | "u8" | "utf-8-sig" | "utf8-sig" => Some(Encoding::Utf8),
        "ascii" | "us-ascii" | "646" => Some(Encoding::Ascii),
        "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "iso-latin-1" | "l1" => Some(Encoding::Latin1),
        name if SINGLE_BYTE.iter().any(|start| name.starts_with(start)) => Some(Encoding::SingleByte),
        name if is_ascii && SEVERAL_BYTES.contains(&name) => Some(Encoding::Ascii),
        _ => None,
    }
}

fn decode_as<'b>(bytes: &'b [u8], encoding: Encoding, name: &str) -> Result<Cow<'b, str>, ParseError> {
    match encoding {
        Encoding::Utf8 => utf8_exactly(bytes).map(Cow::Borrowed),
        Encoding::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
            None => utf8_exactly(bytes).map(Cow::Borrowed),
            Some(at) => Err(ParseError::at(line_at(bytes, at), format!("invalid `{name}`"))),
        },
        Encoding::Latin1 => Ok(bytes.iter().map(|&byte| char::from(byte)).collect()),
        Encoding::SingleByte => Ok(bytes.iter().map(|&byte| ascii_or_replaced(byte)).collect()),
        Encoding::Wide(size, order) => wide(bytes, size, order).map(Cow::Owned),
    }
}

/// UTF-8 without looking for a byte order mark once more.
fn utf8_exactly(bytes: &[u8]) -> Result<&str, ParseError> {
    std::str::from_utf8(bytes).or_else(|_| utf8(bytes))
}

fn ascii_or_replaced(byte: u8) -> char {
    if byte.is_ascii() { char::from(byte) } else { char::REPLACEMENT_CHARACTER }
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

    fn decoded(bytes: &[u8]) -> Result<String, ParseError> {
        decode(bytes).map(Cow::into_owned)
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
        let cases: [(&[u8], &str); 9] = [
            (b"# -*- coding: latin-1 -*-\n# \xe9", "# -*- coding: latin-1 -*-\n# \u{e9}"),
            (b"x\n# vim: fileencoding=ISO_8859_1 :\n# \xe9", "x\n# vim: fileencoding=ISO_8859_1 :\n# \u{e9}"),
            (b"#coding=cp1252\n# \x85\xe9", "#coding=cp1252\n# \u{fffd}\u{fffd}"),
            (b"# coding:utf-8\n# \xc3\xa9", "# coding:utf-8\n# \u{e9}"),
            (b"# coding:\tshift_jis\nx", "# coding:\tshift_jis\nx"),
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
        let cases: [(&[u8], usize, &str); 8] = [
            (b"a\nb\xe9", 2, "invalid UTF-8"),
            (b"#\n# coding: ascii\n\xe9", 3, "invalid `ascii`"),
            (b"#\n# coding: nonsense\n", 2, "unsupported encoding `nonsense`"),
            (b"# coding: gbk\n# \xb0\xa1\n", 1, "unsupported encoding `gbk`"),
            (b"\xff\xfea\0\n\0b", 2, "invalid UTF-16"),
            (b"\xfe\xff\xd8\0", 1, "invalid UTF-16"),
            (b"\xff\xfe\0\0\n\0\0\0\0\xd8\0\0", 2, "invalid UTF-32"),
            (b"\0\0\xfe\xff\0\0\0", 1, "invalid UTF-32"),
        ];
        for (bytes, line, reason) in cases {
            assert_eq!(decoded(bytes), Err(ParseError::at(line, reason)), "{bytes:?}");
        }
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
        fn no_bytes_make_it_panic(bytes: Vec<u8>, mark in 0_usize..7) {
            let mark = MARKS.get(mark).map_or(b"# coding: latin-1\n".as_slice(), |(mark, _)| mark);
            for bytes in [&[mark, &bytes].concat(), &bytes] {
                let lines = 1 + bytes.iter().filter(|&&byte| byte == b'\n').count();
                let read = decode(bytes);
                prop_assert!(!read.is_err_and(|error| error.line.is_none_or(|line| line == 0 || line > lines)));
            }
        }
    }
}
