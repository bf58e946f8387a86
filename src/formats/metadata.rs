//! `METADATA` and `PKG-INFO`: the metadata of a distribution, as headers similar to RFC 822
//! (<https://packaging.python.org/en/latest/specifications/core-metadata/>), parsed as Python's `email` does, which pip
//! uses.

use super::text::ParseError;
use crate::python::{Requirement, normalised};

/// The name and version in the headers. Both are required, and either may be missing from a damaged file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CoreMetadata {
    /// `Name`.
    pub name: Option<String>,
    /// `Version`.
    pub version: Option<String>,
}

impl CoreMetadata {
    /// Parses the headers; bytes that are not UTF-8 are replaced. The start of a file is enough, because creators write
    /// these headers first.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let mut read = Self::default();
        for header in headers(bytes) {
            let field = match header.name {
                name if name.eq_ignore_ascii_case("Name") => &mut read.name,
                name if name.eq_ignore_ascii_case("Version") => &mut read.version,
                _ => continue,
            };
            let value = String::from_utf8_lossy(header.value);
            let value = value.lines().next().unwrap_or_default().trim();
            if field.is_none() && !value.is_empty() {
                *field = Some(value.to_owned());
            }
        }
        read
    }
}

/// What the metadata of a distribution says of what it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// `Name`, as written.
    pub name: String,
    /// `Version`, as written; it may be none of PEP 440.
    pub version: String,
    /// Each `Requires-Dist`, or its text and why it is no requirement, as a lower-case fragment.
    pub requires: Vec<Result<Requirement, (String, String)>>,
    /// Each `Provides-Extra`, normalised.
    pub provides_extra: Vec<String>,
    /// `Requires-Python`, as written.
    pub requires_python: Option<String>,
    /// Each `Dynamic`: the headers that may differ in another build of the same sources, in lower case.
    pub dynamic: Vec<String>,
}

/// Parses a file. Only what is returned has to be UTF-8: an author's name in another encoding does not matter.
///
/// # Errors
/// [`ParseError`] if the name or the version is missing, and if something that is returned, other than a requirement, is
/// not UTF-8.
pub fn parse(bytes: &[u8]) -> Result<Metadata, ParseError> {
    let (mut name, mut version, mut requires_python) = (None, None, None);
    let (mut requires, mut provides_extra, mut dynamic) = (Vec::new(), Vec::new(), Vec::new());
    for header in headers(bytes) {
        match header.name.to_ascii_lowercase().as_str() {
            "name" => first(&mut name, &header)?,
            "version" => first(&mut version, &header)?,
            "requires-python" => first(&mut requires_python, &header)?,
            "requires-dist" => requires.push(requirement(header.value)),
            "provides-extra" => provides_extra.push(normalised(header.text()?)),
            "dynamic" => dynamic.push(header.text()?.to_ascii_lowercase()),
            _ => {}
        }
    }
    let missing = |header: &str| ParseError { line: None, reason: format!("it has no `{header}`") };
    Ok(Metadata {
        name: name.ok_or_else(|| missing("Name"))?,
        version: version.ok_or_else(|| missing("Version"))?,
        requires,
        provides_extra,
        requires_python,
        dynamic,
    })
}

/// Takes the value of a header that stands once. Like pip, this uses the first; an empty one is as none.
fn first(field: &mut Option<String>, header: &Header<'_>) -> Result<(), ParseError> {
    if field.is_none() {
        *field = Some(header.text()?.to_owned()).filter(|value| !value.is_empty());
    }
    Ok(())
}

/// A requirement; one that is folded over several lines is none for pip.
fn requirement(value: &[u8]) -> Result<Requirement, (String, String)> {
    let Ok(text) = std::str::from_utf8(value).map(str::trim) else {
        return Err((String::from_utf8_lossy(value).trim().to_owned(), "it is not UTF-8".to_owned()));
    };
    if text.contains(['\n', '\r']) {
        return Err((text.to_owned(), "it has several lines".to_owned()));
    }
    Requirement::parse_standard(text).map_err(|reason| (text.to_owned(), reason))
}

/// A header.
struct Header<'b> {
    /// Its line, counted from 1.
    line: usize,
    name: &'b str,
    /// With the lines that continue it.
    value: &'b [u8],
}

impl<'b> Header<'b> {
    fn text(&self) -> Result<&'b str, ParseError> {
        let text = std::str::from_utf8(self.value).map(str::trim);
        text.map_err(|_| ParseError::at(self.line, format!("`{}` is not UTF-8", self.name)))
    }
}

/// The headers, up to the first line that is empty or no header.
fn headers(bytes: &[u8]) -> impl Iterator<Item = Header<'_>> {
    let mut rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut number = 0;
    std::iter::from_fn(move || {
        loop {
            let line = number + 1;
            let (first, mut after) = split_line(rest);
            number += 1;
            let mut length = first.len();
            while after.starts_with(b" ") || after.starts_with(b"\t") {
                let (continued, next) = split_line(after);
                number += 1;
                length = rest.len() - after.len() + continued.len();
                after = next;
            }
            let whole = rest.get(..length)?;
            rest = after;
            match form(first)? {
                Form::Header(name) => {
                    return Some(Header { line, name, value: whole.get(name.len() + 1..)? });
                }
                Form::Nothing => {}
            }
        }
    })
}

/// What a line is that continues no header.
enum Form<'b> {
    /// It begins the header of this name.
    Header(&'b str),
    /// It is skipped: no name before `:`, the first line of a mailbox, and what continues nothing.
    Nothing,
}

/// `None` for a line that ends the headers.
fn form(line: &[u8]) -> Option<Form<'_>> {
    if line.starts_with(b" ") || line.starts_with(b"\t") || line.starts_with(b"From ") {
        return Some(Form::Nothing);
    }
    let name = line.get(..memchr::memchr(b':', line)?)?;
    if !name.iter().all(u8::is_ascii_graphic) {
        return None;
    }
    let name = std::str::from_utf8(name).ok()?;
    Some(if name.is_empty() { Form::Nothing } else { Form::Header(name) })
}

/// The first line without its line break, and what follows.
fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
    let (line, rest) = bytes.split_at(end);
    let rest = rest.strip_prefix(b"\r\n").or_else(|| rest.get(1..)).unwrap_or_default();
    (line, rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_of_each_header_is_used() {
        let cases: [(&[u8], Option<&str>, Option<&str>); 6] = [
            (
                b"Metadata-Version: 2.1\nName: Flask\nVersion: 2.2.2\n\nName: body\n",
                Some("Flask"),
                Some("2.2.2"),
            ),
            (b"name: a\r\nVERSION:1\r\n", Some("a"), Some("1")),
            (b"Name: a\nSummary: x\n Version: 7\nVersion: 1\nVersion: 2\n", Some("a"), Some("1")),
            (b"Name:\nVersion: \xff\n", None, Some("\u{fffd}")),
            (b"\nName: a\n", None, None),
            (b"", None, None),
        ];
        for (bytes, name, version) in cases {
            let read = CoreMetadata::parse(bytes);
            assert_eq!((read.name.as_deref(), read.version.as_deref()), (name, version), "{bytes:?}");
        }
    }

    fn requirements(metadata: &Metadata) -> Vec<String> {
        let shown = |requirement: &Result<Requirement, (String, String)>| match requirement {
            Ok(requirement) => requirement.text.clone(),
            Err((text, reason)) => format!("{text}: {reason}"),
        };
        metadata.requires.iter().map(shown).collect()
    }

    /// As `wheel`, `flit` and old `setuptools` write it.
    const WHEEL: &[u8] = b"Metadata-Version: 2.1\r\nName: Requests_X\r\nVersion: 2.31.0\r\n\
Author: Andr\xe9\r\nDescription: first\r\n        second\r\n\r\nRequires-Dist: body\r\n";

    #[test]
    fn requirements_are_listed() {
        let text = "Metadata-Version: 2.4\nName: requests\nVersion: 2.31.0\nDynamic: Requires-Dist\n\
                    Requires-Dist: charset-normalizer<4,>=2\nPlatform: any\nrequires-dist: idna (>=2.5,<4)\n\
                    Provides-Extra: Use_Chardet\nRequires-Dist: PySocks!=1.5.7,>=1.5.6; extra == 'socks'\n\
                    Requires-Dist: a @ https://example.org/a.zip\nRequires-Dist:\n b>1\n\
                    Requires-Dist: c>1,\n  <3\nRequires-Dist: d=1\nRequires-Python: >=3.7\nRequires-Python: >=4\n\
                    Provides-Extra: socks\n\nRequires-Dist: body\n";
        let read = parse(text.as_bytes()).expect("metadata");
        let found = requirements(&read);
        let expected = [
            "charset-normalizer<4,>=2",
            "idna (>=2.5,<4)",
            "PySocks!=1.5.7,>=1.5.6; extra == 'socks'",
            "a @ https://example.org/a.zip",
            "b>1",
            "c>1,\n  <3: it has several lines",
        ];
        assert_eq!(found[..6], expected);
        assert!(found[6].starts_with("d=1: ") && found.len() == 7, "{found:?}");
        assert_eq!((read.name.as_str(), read.version.as_str()), ("requests", "2.31.0"));
        assert_eq!(read.provides_extra, ["use-chardet", "socks"]);
        assert_eq!(read.requires_python.as_deref(), Some(">=3.7"));
        assert_eq!(read.dynamic, ["requires-dist"]);
    }

    #[test]
    fn only_what_matters_has_to_be_text() {
        let read = parse(WHEEL).expect("metadata");
        assert_eq!((read.name.as_str(), read.requires.len()), ("Requests_X", 0));
        let cases: [(&[u8], Option<usize>, &str); 6] = [
            (b"", None, "it has no `Name`"),
            (b"Name: a\n", None, "it has no `Version`"),
            (b"Name: \nVersion: 1\n", None, "it has no `Name`"),
            (b"Version: 1\nName: \xe9\n", Some(2), "`Name` is not UTF-8"),
            (b"Name: a\nAuthor: x\n \xe9\nVersion: \xe9\n", Some(4), "`Version` is not UTF-8"),
            (b"Name: a\nVersion: 1\nProvides-Extra: \xe9\n", Some(3), "`Provides-Extra` is not UTF-8"),
        ];
        for (bytes, line, reason) in cases {
            assert_eq!(parse(bytes), Err(ParseError { line, reason: reason.to_owned() }), "{bytes:?}");
        }
        let read =
            parse(b"Name: a\nVersion: 1\nRequires-Dist: \xe9>1\nRequires-Dist: b\n").expect("metadata");
        assert_eq!(requirements(&read), ["\u{fffd}>1: it is not UTF-8", "b"]);
    }

    #[test]
    fn headers_end_like_those_of_a_message() {
        let start = "Name: a\nVersion: 1\n";
        let cases = [
            ("Requires-Dist: b\n\nRequires-Dist: c\n", vec!["b"]),
            ("Requires-Dist: b\n \nRequires-Dist: c\n", vec!["b", "c"]),
            ("no header\nRequires-Dist: b\n", vec![]),
            ("no header: x\nRequires-Dist: b\n", vec![]),
            (": x\nFrom me\nRequires-Dist: b\rRequires-Dist:c", vec!["b", "c"]),
            ("Requires-Dist : b\n", vec![]),
            ("\u{e9}: x\nRequires-Dist: b\n", vec![]),
        ];
        for (rest, expected) in cases {
            let read = parse(format!("{start}{rest}").as_bytes()).expect("metadata");
            assert_eq!(requirements(&read), expected, "{rest}");
        }
        let shifted = parse(b" Name: z\nName: a\nVersion: 1\n").expect("metadata");
        assert_eq!(shifted.name, "a");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let read = CoreMetadata::parse(&bytes);
            prop_assert!(read.name.is_none_or(|name| !name.contains('\n')));
            let _ = parse(&bytes);
        }

        #[test]
        fn headers_come_back_in_any_order(
            names in proptest::collection::vec("[a-z]{1,5}", 0..6),
            others in proptest::collection::vec(("[A-Z][a-z-]{9}", "[ -~]{0,9}(\n [ -~]{0,9})?"), 0..6),
            at in 0_usize..6,
        ) {
            let mut lines: Vec<String> = others.iter().map(|(name, value)| format!("{name}x: {value}")).collect();
            lines.extend(names.iter().map(|name| format!("Requires-Dist: {name}")));
            lines.insert(at.min(lines.len()), "Version: 1\nName: a".to_owned());
            let read = parse(format!("{}\n\nrest", lines.join("\n")).as_bytes());
            prop_assert_eq!(read.map(|read| requirements(&read)), Ok(names));
        }
    }
}
