//! The version of an interpreter in its C header `patchlevel.h`, and in the interpreter itself
//! (<https://github.com/python/cpython/blob/main/Include/patchlevel.h>).

use crate::order::Arrange as _;
use memchr::memmem;

/// `PY_VERSION` of the header: `3.12.1`, `3.14.0rc1`, with a `+` at the end of a build from a branch; `None` if it has
/// none.
#[must_use]
pub fn in_header(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut values = text
        .lines()
        .filter_map(|line| line.strip_prefix("#define PY_VERSION")?.trim_start().strip_prefix('"'));
    let version = values.next()?.split('"').next()?;
    is_version(version).then_some(version)
}

/// The versions of the feature version `feature` (`3.11`) that stand in a part of a program as texts of C, which end with
/// a NUL.
#[must_use]
pub fn in_program<'p>(bytes: &'p [u8], feature: &str) -> Vec<&'p str> {
    /// More than any version has.
    const LONGEST: usize = 16;
    let start = format!("\0{feature}.");
    let found = memmem::find_iter(bytes, start.as_bytes()).filter_map(|at| {
        let rest = bytes.get(at + 1..)?;
        let end = memchr::memchr(0, rest.get(..LONGEST).unwrap_or(rest))?;
        std::str::from_utf8(rest.get(..end)?).ok()
    });
    let mut versions: Vec<&str> = found.filter(|version| is_version(version)).collect();
    versions.arrange();
    versions.dedup();
    versions
}

/// Three numbers, perhaps with a pre-release, perhaps with a `+`.
fn is_version(text: &str) -> bool {
    let text = text.strip_suffix('+').unwrap_or(text);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = text.splitn(3, '.');
    let (Some(major), Some(minor), Some(last)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let end = last.find(|c: char| !c.is_ascii_digit()).unwrap_or(last.len());
    let (micro, level) = last.split_at(end);
    let serial = ["a", "b", "rc"].iter().find_map(|name| level.strip_prefix(name));
    digits(major) && digits(minor) && digits(micro) && (level.is_empty() || serial.is_some_and(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_have_versions() {
        let cases = [
            ("/* text */\n#define PY_MAJOR_VERSION 3\n#define PY_VERSION      \"3.12.1\"\n", Some("3.12.1")),
            ("#define PY_VERSION\t\"3.14.0rc1\"\r\n", Some("3.14.0rc1")),
            ("#define PY_VERSION \"3.13.0+\"\n", Some("3.13.0+")),
            ("#define PY_VERSION_HEX 1\n#define PY_VERSION \"3.9.1\"\n", Some("3.9.1")),
            ("#define PY_VERSION \"three\"\n", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(in_header(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn programs_have_versions() {
        let program =
            b"\x7fELF\0main\x003.11.2\0x 3.11.9\0\x003.11.2+\0\x003.11.\0\x003.11.2\0\x003.12.1\0\x003.11.4";
        assert_eq!(in_program(program, "3.11"), ["3.11.2", "3.11.2+"]);
        assert_eq!(in_program(program, "3.10"), [""; 0]);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>, micro in 0..99u32) {
            let _ = in_header(&bytes);
            let version = format!("3.12.{micro}");
            let program = [&bytes, b"\0".as_slice(), version.as_bytes(), b"\0"].concat();
            proptest::prop_assert!(in_program(&program, "3.12").contains(&version.as_str()));
        }
    }
}
