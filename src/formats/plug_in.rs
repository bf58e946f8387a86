//! What this program and the plug-ins for types of environments say to each other: one JSON document each way
//! (`docs/plugins.md`).

use std::collections::BTreeMap;

use serde::Serialize;

use super::json;
use super::located::Located;
use super::object_fields::ObjectFields;
use super::text::{ParseError, utf8};
use crate::path::RepoPath;

/// The version of the protocol.
pub const PROTOCOL: u32 = 1;

/// The most entries of a list in an answer.
const MOST: usize = 100;

/// What a plug-in is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PlugInOperation {
    /// Say how its environments are recognised.
    Detect,
    /// Create an environment.
    Create,
    /// Say what activates one.
    Activate,
}

impl PlugInOperation {
    /// The word in a request.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Detect => "detect",
            Self::Create => "create",
            Self::Activate => "activate",
        }
    }
}

/// A request.
#[derive(Debug, Clone, Serialize)]
pub struct PlugInRequest {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// What to do.
    pub operation: PlugInOperation,
    /// The environment; none for `detect`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<RequestedEnvironment>,
    /// The repository; none for `detect`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<RequestingRepository>,
}

/// The environment of a request.
#[derive(Debug, Clone, Serialize)]
pub struct RequestedEnvironment {
    /// Its name in the settings.
    pub name: String,
    /// Its directory, absolute.
    pub directory: String,
    /// The Python that is requested for it, such as `3.12`.
    pub python: Option<String>,
}

/// The repository of a request.
#[derive(Debug, Clone, Serialize)]
pub struct RequestingRepository {
    /// The top of the work tree, absolute.
    pub work_tree: String,
    /// The git directory that all work trees share, absolute.
    pub common_directory: String,
}

impl PlugInRequest {
    /// The document.
    ///
    /// # Errors
    /// [`ParseError`] if it cannot be written as JSON.
    pub fn write(&self) -> Result<Vec<u8>, ParseError> {
        let written = serde_json::to_vec(self);
        let mut bytes = written.map_err(|error| ParseError { line: None, reason: error.to_string() })?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlugInAnswer<T> {
    /// It was done.
    Done(T),
    /// The plug-in says why it was not.
    Failed(PlugInFailure),
}

/// Why a plug-in did not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlugInFailure {
    /// What failed, in one line.
    pub message: String,
    /// What to do about it.
    pub hints: Vec<String>,
}

/// The answer to `detect`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlugInDeclaration {
    /// Paths in a directory that are there together if it is an environment of the type; at least one.
    pub markers: Vec<RepoPath>,
}

/// The answer to `activate`: data, which no shell reads as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlugInActivation {
    /// The environment's Python, in its directory.
    pub python: Option<RepoPath>,
    /// The directories of its programs, in its directory, for the front of `PATH`.
    pub path: Vec<RepoPath>,
    /// Variables to set.
    pub variables: BTreeMap<String, String>,
    /// Variables to remove.
    pub unset: Vec<String>,
}

/// Reads the answer to `detect`.
///
/// # Errors
/// [`ParseError`] with the line, and in backticks the place in the document, such as `markers[0]`.
pub fn declaration(bytes: &[u8]) -> Result<PlugInAnswer<PlugInDeclaration>, ParseError> {
    answer(bytes, |fields| match paths(fields, "markers")? {
        Some((_, markers)) if !markers.is_empty() => Ok(PlugInDeclaration { markers }),
        Some((line, _)) => Err(fields.error(line, "markers", "must not be empty")),
        None => Err(ParseError::at(1, "`markers` is missing")),
    })
}

/// Reads the answer to `create`.
///
/// # Errors
/// As [`declaration`].
pub fn creation(bytes: &[u8]) -> Result<PlugInAnswer<()>, ParseError> {
    answer(bytes, |_| Ok(()))
}

/// Reads the answer to `activate`.
///
/// # Errors
/// As [`declaration`].
pub fn activation(bytes: &[u8]) -> Result<PlugInAnswer<PlugInActivation>, ParseError> {
    answer(bytes, |fields| {
        let python = fields.text("python")?;
        let python =
            python.map(|(line, text)| inside(&fields.place_of("python"), line, &text)).transpose()?;
        let path = paths(fields, "path")?.map(|(_, path)| path).unwrap_or_default();
        let mut variables = BTreeMap::new();
        for (line, name, value) in fields.texts_by_key("variables")? {
            let key = format!("variables.{}", crate::path::display_bytes(name.as_bytes()));
            require_variable(&key, line, name)?;
            if value.contains(char::is_control) {
                return Err(ParseError::at(line, format!("`{key}` must not contain control characters")));
            }
            variables.insert(name.to_owned(), value);
        }
        let unset = fields.texts("unset")?.unwrap_or_default();
        let line = fields.line("unset").unwrap_or_default();
        for (at, name) in unset.iter().enumerate() {
            require_variable(&format!("unset[{at}]"), line, name)?;
        }
        Ok(PlugInActivation { python, path, variables, unset })
    })
}

/// Reads an answer, whose own members `read` reads.
fn answer<T>(
    bytes: &[u8],
    read: impl FnOnce(&mut ObjectFields<'_>) -> Result<T, ParseError>,
) -> Result<PlugInAnswer<T>, ParseError> {
    let document: Located = json::parse(utf8(bytes)?, &[])?;
    let mut fields = ObjectFields::of(&document, String::new())?;
    match fields.number("protocol")? {
        Some((_, number)) if number == PROTOCOL.to_string() => {}
        Some((line, _)) => return Err(fields.error(line, "protocol", &format!("must be {PROTOCOL}"))),
        None => return Err(ParseError::at(1, "`protocol` is missing")),
    }
    if let Some(mut error) = fields.object("error")? {
        let Some((line, message)) = error.text("message")? else {
            return Err(ParseError::at(fields.line("error").unwrap_or(1), "`error.message` is missing"));
        };
        let message = shown(&error, line, "message", message)?;
        let hints = error.texts("hints")?.unwrap_or_default();
        error.end(|_| false)?;
        fields.end(|_| false)?;
        return Ok(PlugInAnswer::Failed(PlugInFailure { message, hints }));
    }
    let done = read(&mut fields)?;
    fields.end(|_| false)?;
    Ok(PlugInAnswer::Done(done))
}

/// A text for people: one line.
fn shown(fields: &ObjectFields<'_>, line: usize, key: &str, text: String) -> Result<String, ParseError> {
    match text.contains(char::is_control) {
        true => Err(fields.error(line, key, "must not contain control characters")),
        false => Ok(text),
    }
}

/// A list of paths in the environment, with its line.
fn paths(
    fields: &mut ObjectFields<'_>,
    key: &'static str,
) -> Result<Option<(usize, Vec<RepoPath>)>, ParseError> {
    let Some(list) = fields.texts(key)? else { return Ok(None) };
    let line = fields.line(key).unwrap_or_default();
    if list.len() > MOST {
        return Err(fields.error(line, key, &format!("must not have more than {MOST} entries")));
    }
    let paths = list.iter().enumerate();
    let paths = paths.map(|(at, text)| inside(&format!("{}[{at}]", fields.place_of(key)), line, text));
    Ok(Some((line, paths.collect::<Result<_, _>>()?)))
}

/// A path below the directory of the environment.
fn inside(place: &str, line: usize, text: &str) -> Result<RepoPath, ParseError> {
    let refused =
        |why: &str| Err(ParseError::at(line, format!("`{place}` must be a path in the environment: {why}")));
    if text.contains(char::is_control) {
        return refused("it contains control characters");
    }
    if text.starts_with('/') || text.contains([':', '\\']) {
        return refused("it is not relative, with `/` between its parts");
    }
    RepoPath::new(text.as_bytes()).or_else(|_| refused("it is not plain, without `.`, `..` and empty parts"))
}

/// `PATH` has a member of its own, and what git reads is git's.
fn require_variable(place: &str, line: usize, name: &str) -> Result<(), ParseError> {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_name =
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(is_inner);
    let why = if !is_name {
        "is not the name of a variable"
    } else if name.eq_ignore_ascii_case("PATH") {
        "must not be PATH, which `path` adds to"
    } else if name.to_ascii_uppercase().starts_with("GIT_") {
        "must not be a variable of git"
    } else {
        return Ok(());
    };
    Err(ParseError::at(line, format!("`{place}` {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text.as_bytes()).expect("a path")
    }

    #[test]
    fn answers_are_read() {
        let text = r#"{"protocol": 1, "markers": ["demo.json", "bin/python"]}"#;
        let markers = vec![path("demo.json"), path("bin/python")];
        let expected = PlugInDeclaration { markers };
        assert_eq!(declaration(text.as_bytes()), Ok(PlugInAnswer::Done(expected)));
        assert_eq!(creation(b"{\"protocol\": 1}"), Ok(PlugInAnswer::Done(())));
        let text = r#"{"protocol": 1, "python": "bin/python", "path": ["bin"], "variables": {"A": "b c"}, "unset": ["X_1"]}"#;
        let expected = PlugInActivation {
            python: Some(path("bin/python")),
            path: vec![path("bin")],
            variables: BTreeMap::from([("A".to_owned(), "b c".to_owned())]),
            unset: vec!["X_1".to_owned()],
        };
        assert_eq!(activation(text.as_bytes()), Ok(PlugInAnswer::Done(expected)));
        let text = r#"{"protocol": 1, "error": {"message": "no", "hints": ["do it"]}}"#;
        let expected = PlugInFailure { message: "no".to_owned(), hints: vec!["do it".to_owned()] };
        assert_eq!(creation(text.as_bytes()), Ok(PlugInAnswer::Failed(expected)));
    }

    #[test]
    fn a_wrong_answer_is_named_by_its_place() {
        let cases = [
            ("[]", "the document must be an object, not a list"),
            ("{}", "`protocol` is missing"),
            ("{\"protocol\": 2}", "`protocol` must be 1"),
            ("{\"protocol\": \"1\"}", "`protocol` must be a whole number, not a string"),
            ("{\"protocol\": 1.0}", "`protocol` must be a whole number"),
            ("{\"protocol\": 1, \"more\": 1}", "unknown key `more`"),
            (
                "{\"protocol\": 1, \"python\": \"/usr/bin/python3\"}",
                "`python` must be a path in the environment",
            ),
            (
                "{\"protocol\": 1, \"path\": [\"bin\", \"../bin\"]}",
                "`path[1]` must be a path in the environment",
            ),
            ("{\"protocol\": 1, \"path\": [\"a:b\"]}", "`path[0]` must be a path in the environment"),
            ("{\"protocol\": 1, \"path\": [\"\\u001b[31m\"]}", "`path[0]` must be a path in the environment"),
            ("{\"protocol\": 1, \"path\": \"bin\"}", "`path` must be a list, not a string"),
            ("{\"protocol\": 1, \"variables\": {\"PATH\": \"/x\"}}", "`variables.PATH` must not be PATH"),
            (
                "{\"protocol\": 1, \"variables\": {\"git_dir\": \"/x\"}}",
                "`variables.git_dir` must not be a variable of git",
            ),
            (
                "{\"protocol\": 1, \"variables\": {\"A B\": \"x\"}}",
                "`variables.A B` is not the name of a variable",
            ),
            ("{\"protocol\": 1, \"variables\": {\"A\": \"x\\n\"}}", "`variables.A` must not contain control"),
            ("{\"protocol\": 1, \"variables\": {\"A\": 1}}", "`variables.A` must be a string, not a number"),
            ("{\"protocol\": 1, \"unset\": [\"A\", \"=\"]}", "`unset[1]` is not the name of a variable"),
            ("{\"protocol\": 1, \"error\": {}}", "`error.message` is missing"),
            (
                "{\"protocol\": 1, \"error\": {\"message\": \"\\u001b\"}}",
                "`error.message` must not contain control",
            ),
        ];
        for (text, expected) in cases {
            let error = activation(text.as_bytes()).expect_err(text);
            assert!(error.reason.contains(expected), "{text}: {error:?}");
        }
        for (text, expected) in [
            ("{\"protocol\": 1}", "`markers` is missing"),
            ("{\"protocol\": 1, \"markers\": []}", "`markers` must not be empty"),
            ("{\"protocol\": 1, \"markers\": [\".\"]}", "`markers[0]` must be a path in the environment"),
        ] {
            let error = declaration(text.as_bytes()).expect_err(text);
            assert!(error.reason.contains(expected), "{text}: {error:?}");
        }
    }
}
