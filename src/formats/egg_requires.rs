//! `requires.txt`, the requirements of a distribution that setuptools installed or develops as an egg
//! (<https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html>), read as `importlib.metadata` does.

use super::metadata::{ReadRequirement, requirement};
use super::text::utf8;
use crate::order::Arrange as _;
use crate::python::normalised;

/// The requirements, and the extras that have any, normalised.
///
/// A section `[EXTRA:MARKER]`, of which either may be absent, says when the requirements in it are needed.
#[must_use]
pub fn read(bytes: &[u8]) -> (Vec<ReadRequirement>, Vec<String>) {
    let text = match utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let text = String::from_utf8_lossy(bytes);
            let line = text.lines().nth(error.line.unwrap_or(1) - 1).unwrap_or_default().to_owned();
            return (vec![Err((line, error.reason))], Vec::new());
        }
    };
    let (mut requires, mut extras, mut condition) =
        (Vec::<ReadRequirement>::new(), Vec::new(), String::new());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(section) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let (extra, marker) = section.split_once(':').unwrap_or((section, ""));
            condition = condition_of(extra.trim(), marker.trim());
            extras.extend(Some(normalised(extra.trim())).filter(|extra| !extra.is_empty()));
            continue;
        }
        // A URL takes everything up to a space.
        let space = if line.contains('@') { " " } else { "" };
        let before = requires.last().and_then(|before| before.as_ref().ok());
        requires.push(requirement(&format!("{line}{space}{condition}"), before));
    }
    extras.arrange();
    extras.dedup();
    (requires, extras)
}

/// What follows a requirement in a section.
fn condition_of(extra: &str, marker: &str) -> String {
    match (extra, marker) {
        ("", "") => String::new(),
        ("", marker) => format!("; {marker}"),
        (extra, "") => format!("; extra == \"{extra}\""),
        (extra, marker) => format!("; ({marker}) and extra == \"{extra}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each requirement with its marker, or the text of what is none.
    fn described(text: &str) -> Vec<String> {
        let describe = |found: &ReadRequirement| match found {
            Ok(found) => match &found.marker {
                Some(marker) => format!("{} if {}", found.name, marker.text()),
                None => found.name.clone(),
            },
            Err((text, _)) => format!("error: {text}"),
        };
        read(text.as_bytes()).0.iter().map(describe).collect()
    }

    #[test]
    fn sections_say_when() {
        let text = "six>=1\n# none\n\n[:python_version < \"3\"]\nold\n[Foo_Bar]\nbar==1.0\n\
            [test:sys_platform == 'win32' or os_name == 'nt']\nwin\n[]\nplain\n";
        assert_eq!(
            described(text),
            [
                "six",
                "old if python_version < \"3\"",
                "bar if extra == \"Foo_Bar\"",
                "win if (sys_platform == 'win32' or os_name == 'nt') and extra == \"test\"",
                "plain",
            ]
        );
        assert_eq!(read(text.as_bytes()).1, ["foo-bar", "test"]);
    }

    #[test]
    fn a_url_ends_before_the_condition() {
        assert_eq!(described("[x]\nb @ https://example.org/b.zip\n"), ["b if extra == \"x\""]);
        assert_eq!(described("=1\n"), ["error: =1"]);
        assert_eq!(read(b"six\nb\xff\n").0, [Err(("b\u{fffd}".to_owned(), "invalid UTF-8".to_owned()))]);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>, name in "[a-z]{1,8}") {
            let _ = read(&bytes);
            let (requires, extras) = read(format!("{name}\n[{name}]\n{name}>=1\n").as_bytes());
            proptest::prop_assert!(requires.len() == 2 && requires.iter().all(Result::is_ok));
            proptest::prop_assert_eq!(extras, [name]);
        }
    }
}
