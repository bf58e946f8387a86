//! `requires-python` of a `pyproject.toml`
//! (<https://packaging.python.org/en/latest/specifications/pyproject-toml/#requires-python>).

use super::located::Value;
use super::text::{ParseError, utf8};
use super::toml;
use crate::python::Specifiers;

/// The versions of Python that a project supports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiresPython {
    /// The line of the value, counted from 1.
    pub line: usize,
    /// The versions.
    pub specifiers: Specifiers,
}

/// Parses the key in a `pyproject.toml`; `None` if the project does not have it.
///
/// # Errors
/// [`ParseError`] for invalid TOML, and for a value that is not specifiers.
pub fn parse(bytes: &[u8]) -> Result<Option<RequiresPython>, ParseError> {
    let project = toml::parse(utf8(bytes)?, &["project"])?;
    let Some(Value::Table(members)) = project.map(|project| project.value) else { return Ok(None) };
    let Some(member) = members.into_iter().find(|member| member.key == "requires-python") else {
        return Ok(None);
    };
    let line = member.value.line;
    let Value::Text(text) = member.value.value else {
        let kind = member.value.value.kind();
        return Err(ParseError::at(line, format!("`requires-python` must be a string, not {kind}")));
    };
    let wrong = |reason| ParseError::at(line, format!("invalid `requires-python`: {reason}"));
    Ok(Some(RequiresPython { line, specifiers: Specifiers::parse(&text).map_err(wrong)? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_and_versions_are_found() {
        let read =
            parse(b"[project]\nname = 'x'\nrequires-python = '>=3.11'\n").expect("TOML").expect("a value");
        assert_eq!((read.line, read.specifiers.to_string()), (3, ">=3.11".to_owned()));
        for silent in ["", "[project]\nname = 'x'\n", "[tool.poetry.dependencies]\npython = '^3.8'\n"] {
            assert_eq!(parse(silent.as_bytes()), Ok(None), "{silent}");
        }
    }

    #[test]
    fn errors_have_their_line() {
        let number = parse(b"[project]\n\nrequires-python = 3.11\n");
        assert_eq!(number, Err(ParseError::at(3, "`requires-python` must be a string, not a number")));
        let error = parse(b"[project]\nrequires-python = '3.11+'\n").expect_err("no specifiers");
        assert!(
            error.line == Some(2) && error.reason.starts_with("invalid `requires-python`: "),
            "{error:?}"
        );
    }

    proptest::proptest! {
        #[test]
        fn any_value_can_be_parsed(value in "[0-9.,<>=!~*+a-c ]{0,16}") {
            let read = parse(format!("[project]\nrequires-python = \"{value}\"\n").as_bytes());
            proptest::prop_assert!(read.map_or_else(|error| error.line == Some(2), |read| read.is_some()));
        }
    }
}
