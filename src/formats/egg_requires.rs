//! `requires.txt` of an egg, in which setuptools lists requirements in sections, one for each extra and marker
//! (<https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html>). Old metadata has them nowhere else.

use std::collections::BTreeSet;

use super::text::{ParseError, utf8};
use crate::python::{Requirement, normalised};

/// What an egg says of what it needs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EggRequires {
    /// Each requirement with the condition of its section as its marker, or its text and why it is none, as a
    /// lower-case fragment.
    pub requires: Vec<Result<Requirement, (String, String)>>,
    /// The extras that have a section with requirements, normalised, sorted, each once.
    pub provides_extra: Vec<String>,
}

/// Parses a file as pip does.
///
/// # Errors
/// [`ParseError`] if it is not UTF-8.
pub fn parse(bytes: &[u8]) -> Result<EggRequires, ParseError> {
    let (mut requires, mut extras) = (Vec::new(), BTreeSet::new());
    let (mut extra, mut condition) = (String::new(), String::new());
    for line in utf8(bytes)?.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if line.starts_with('[') && line.ends_with(']') {
            let section = line.trim_matches(['[', ']']);
            let (name, marker) = section.split_once(':').unwrap_or((section, ""));
            extra = normalised(name);
            condition = condition_of(&extra, marker);
            continue;
        }
        if !extra.is_empty() && !extras.contains(&extra) {
            extras.insert(extra.clone());
        }
        let text = if condition.is_empty() { line.to_owned() } else { format!("{line} ; {condition}") };
        requires.push(Requirement::parse_standard(&text).map_err(|reason| (text, reason)));
    }
    Ok(EggRequires { requires, provides_extra: extras.into_iter().collect() })
}

/// The marker of a section `[EXTRA:MARKER]`, of which either part may be missing.
fn condition_of(extra: &str, marker: &str) -> String {
    match (extra, marker) {
        ("", marker) => marker.to_owned(),
        (extra, "") => format!("extra == \"{extra}\""),
        (extra, marker) => format!("({marker}) and extra == \"{extra}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(read: &EggRequires) -> Vec<String> {
        let text = |requirement: &Result<Requirement, (String, String)>| match requirement {
            Ok(requirement) => requirement.text.clone(),
            Err((text, _)) => format!("error: {text}"),
        };
        read.requires.iter().map(text).collect()
    }

    #[test]
    fn sections_are_markers() {
        let text = "six>=1.9\n# c\n\n[:python_version > \"3\"]\nidna\n[:sys_platform=='win32']\r\ncolorama\r\n\
                    \n[Te_st]\npytest\nb @ https://example.org/b.zip\n\n[test:python_version<'3' or os_name=='nt']\n  mock \n\
                    [empty]\n[docs]\nsphinx=1\n";
        let read = parse(text.as_bytes()).expect("text");
        let expected = [
            "six>=1.9",
            "idna ; python_version > \"3\"",
            "colorama ; sys_platform=='win32'",
            "pytest ; extra == \"te-st\"",
            "b @ https://example.org/b.zip ; extra == \"te-st\"",
            "mock ; (python_version<'3' or os_name=='nt') and extra == \"test\"",
            "error: sphinx=1 ; extra == \"docs\"",
        ];
        assert_eq!(texts(&read), expected);
        assert_eq!(read.provides_extra, ["docs", "te-st", "test"]);
        assert_eq!(parse(b"a\n\xff"), Err(ParseError::at(2, "invalid UTF-8")));
        assert_eq!(parse(b""), Ok(EggRequires::default()));
    }

    proptest::proptest! {
        #[test]
        fn every_line_is_a_section_or_a_requirement(text in r#"([a-z]|[\[\]:;'"=<>\n ]|extra){0,30}"#) {
            let read = parse(text.as_bytes()).expect("text");
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let sections = |line: &&str| line.starts_with('[') && line.ends_with(']');
            proptest::prop_assert_eq!(read.requires.len(), lines.filter(|line| !sections(line)).count());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            proptest::prop_assert_eq!(parse(&bytes).is_err(), std::str::from_utf8(&bytes).is_err());
        }
    }
}
