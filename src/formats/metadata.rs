//! `METADATA` and `PKG-INFO`: the metadata of a distribution, as headers similar to RFC 822
//! (<https://packaging.python.org/en/latest/specifications/core-metadata/>), read as the `email` module of Python does,
//! through which pip reads them.

use std::borrow::Cow;

use crate::python::{Requirement, normalised};

/// A requirement, or its text and why it is none, as a lower-case fragment.
pub type ReadRequirement = Result<Requirement, (String, String)>;

/// What the headers say, as far as it matters. Headers that are not UTF-8 do no harm unless they are among these.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metadata {
    /// `Name`. It is required, but a damaged file may lack it.
    pub name: Option<String>,
    /// `Version`. It is required, but a damaged file may lack it.
    pub version: Option<String>,
    /// Each `Requires-Dist`.
    pub requires: Vec<ReadRequirement>,
    /// Each `Provides-Extra`, normalised.
    pub extras: Vec<String>,
}

impl Metadata {
    /// Parses the headers. Creators write name and version first, so that the start of a file is enough for these; for
    /// the others it has to be [`is_complete`].
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let mut read = Self::default();
        for (name, value) in headers(bytes) {
            let text = std::str::from_utf8(&value).map(str::trim);
            let is = |expected: &str| name.eq_ignore_ascii_case(expected.as_bytes());
            let first = |field: &mut Option<String>| {
                let text = text.ok().filter(|text| !text.is_empty());
                *field = field.take().or_else(|| text.map(str::to_owned));
            };
            if is("Name") {
                first(&mut read.name);
            } else if is("Version") {
                first(&mut read.version);
            } else if is("Requires-Dist") {
                let before = read.requires.last().and_then(|before| before.as_ref().ok());
                read.requires.push(match text {
                    Ok(text) => requirement(text, before),
                    Err(_) => {
                        Err((String::from_utf8_lossy(&value).trim().to_owned(), "invalid UTF-8".to_owned()))
                    }
                });
            } else if is("Provides-Extra") {
                read.extras.extend(text.ok().map(normalised));
            }
        }
        read
    }
}

/// Parses a requirement as metadata has it, after another one. One that is folded over several lines is none for pip.
pub(super) fn requirement(text: &str, before: Option<&Requirement>) -> ReadRequirement {
    if text.contains('\n') {
        return Err((text.to_owned(), "it has several lines".to_owned()));
    }
    Requirement::parse_after(text, before).map_err(|reason| (text.to_owned(), reason))
}

/// Returns whether the headers end in this start of a file, at an empty line.
#[must_use]
pub fn is_complete(bytes: &[u8]) -> bool {
    lines(bytes).any(<[u8]>::is_empty)
}

/// The headers, each with its whole value, up to the first line that is none.
fn headers(bytes: &[u8]) -> Vec<(&[u8], Cow<'_, [u8]>)> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut headers: Vec<(&[u8], Cow<'_, [u8]>)> = Vec::new();
    for line in lines(bytes) {
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            if let Some((_, value)) = headers.last_mut() {
                let value = value.to_mut();
                value.push(b'\n');
                value.extend_from_slice(line);
            }
            continue;
        }
        let Some(end) = memchr::memchr(b':', line) else { break };
        let (name, value) = line.split_at(end);
        if !name.iter().all(u8::is_ascii_graphic) {
            break;
        }
        headers.push((name, Cow::Borrowed(value.get(1..).unwrap_or_default())));
    }
    headers
}

/// The lines, which end with a line feed, a carriage return or both. What follows the last end is no empty line.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let (line, more) = rest.split_at(end);
        rest = more.strip_prefix(b"\r\n").or_else(|| more.get(1..)).unwrap_or_default();
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_name_and_version_is_used() {
        let cases: [(&[u8], Option<&str>, Option<&str>); 9] = [
            (
                b"Metadata-Version: 2.1\nName: Flask\nVersion: 2.2.2\n\nName: body\n",
                Some("Flask"),
                Some("2.2.2"),
            ),
            (b"name: a\r\nVERSION:1\r\n", Some("a"), Some("1")),
            (b"name: a\rversion: 1\r\r", Some("a"), Some("1")),
            (b"Name: a\nSummary: x\n Version: 7\nVersion: 1\nVersion: 2\n", Some("a"), Some("1")),
            (b"Name:\nVersion: \xff\n", None, None),
            (b"Author: J\xf6rg\nName: a\nVersion: 1\n", Some("a"), Some("1")),
            (b"Name: a\nno header\nVersion: 1\n", Some("a"), None),
            (b"\nName: a\n", None, None),
            (b"", None, None),
        ];
        for (bytes, name, version) in cases {
            let read = Metadata::parse(bytes);
            assert_eq!((read.name.as_deref(), read.version.as_deref()), (name, version), "{bytes:?}");
        }
    }

    #[test]
    fn requirements_and_extras_are_read() {
        let read = Metadata::parse(
            b"Name: a\nProvides-Extra: Foo_Bar\nRequires-Dist: six\nrequires-dist: old (>=1)\n\
              Requires-Dist: long ;\n  extra == 'foo-bar'\nRequires-Dist:\n folded>1\nRequires-Dist: =1\nRequires-Dist: b\xff\n\n\
              Requires-Dist: body\n",
        );
        assert_eq!(read.extras, ["foo-bar"]);
        let names: Vec<&str> = read.requires.iter().flatten().map(|found| found.name.as_str()).collect();
        assert_eq!(names, ["six", "old", "folded"]);
        let wrong: Vec<&str> = read
            .requires
            .iter()
            .filter_map(|found| found.as_ref().err().map(|(text, _)| text.as_str()))
            .collect();
        assert_eq!(wrong, ["long ;\n  extra == 'foo-bar'", "=1", "b\u{fffd}"]);
    }

    #[test]
    fn headers_end_at_an_empty_line() {
        let cases: [(&[u8], bool); 7] = [
            (b"Name: a\n\n", true),
            (b"Name: a\r\n\r\nbody", true),
            (b"\n", true),
            (b"Name: a\n", false),
            (b"Name: a\r\n", false),
            (b"Name: a\n b\n", false),
            (b"", false),
        ];
        for (bytes, expected) in cases {
            assert_eq!(is_complete(bytes), expected, "{bytes:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>, name in "[a-z]{1,8}") {
            let _ = (Metadata::parse(&bytes), is_complete(&bytes));
            let header = [format!("Name: {name}\nX:").as_bytes(), &bytes].concat();
            proptest::prop_assert_eq!(Metadata::parse(&header).name, Some(name));
        }
    }
}
