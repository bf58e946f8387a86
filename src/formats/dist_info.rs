//! `METADATA` and `PKG-INFO`: the metadata of a distribution, as headers similar to RFC 822
//! (<https://packaging.python.org/en/latest/specifications/core-metadata/>).

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
        let text = String::from_utf8_lossy(bytes);
        let mut read = Self::default();
        for (name, value) in headers(&text) {
            let field = match name {
                name if name.eq_ignore_ascii_case("Name") => &mut read.name,
                name if name.eq_ignore_ascii_case("Version") => &mut read.version,
                _ => continue,
            };
            let value = value.trim();
            if field.is_none() && !value.is_empty() {
                *field = Some(value.to_owned());
            }
        }
        read
    }
}

/// The headers, each with the first line of its value, up to the first empty line. A line that continues a value starts
/// with a space, which a name never does.
fn headers(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.lines().take_while(|line| !line.is_empty());
    lines.filter(|line| !line.starts_with([' ', '\t'])).filter_map(|line| line.split_once(':'))
}

#[cfg(test)]
mod tests {
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

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>) {
            let read = CoreMetadata::parse(&bytes);
            proptest::prop_assert!(read.name.is_none_or(|name| !name.contains('\n')));
        }
    }
}
