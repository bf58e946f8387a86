//! A tool of a repository as data: one JSON document, whose schema is `tools/schema/description.json`.
//!
//! The same document may hold the settings of a repository, and may be the description of this program.

mod argument;

use self::argument::arguments;
use super::json;
use super::located::Located;
use super::object_fields::{self, ObjectFields};
use super::text::{ParseError, utf8};

pub use argument::{DescribedArgument, DescribedValue};

/// The most characters of a name.
const NAME_LENGTH: usize = 64;

/// A description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolDescription {
    /// The name; without one, that of the file counts.
    pub name: Option<String>,
    /// The version of the tool.
    pub version: Option<String>,
    /// What it is for, in one line; empty if nothing is said.
    pub description: String,
    /// What is run.
    pub runs: DescribedProgram,
    /// The environment that it is to run in, by name or directory; `None` for the default.
    pub environment: Option<String>,
    /// Further files that it uses, relative to the directory of the description.
    pub files: Vec<String>,
    /// The arguments that it takes; `None` if nothing is said, so that any may be given.
    pub arguments: Option<Vec<DescribedArgument>>,
    /// What it may do: read, write or destroy, each once; empty if nothing is said.
    pub effects: Vec<&'static str>,
}

/// What a tool runs; paths are relative to the directory of the description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DescribedProgram {
    /// A file that the environment's Python runs.
    Script(String),
    /// A program.
    Executable(String),
    /// Nothing of its own: the description is that of this program, or has only settings.
    Nothing,
}

/// Parses a description. Keys of the document for which `is_other` holds are those of others, such as settings.
///
/// # Errors
/// [`ParseError`] with the line, and in backticks the place in the document, such as `arguments[0].type`.
pub fn parse(bytes: &[u8], is_other: impl Fn(&str) -> bool) -> Result<ToolDescription, ParseError> {
    let document: Located = json::parse(utf8(bytes)?, &[])?;
    let mut fields = ObjectFields::of(&document, String::new())?;
    let name = fields.text("name")?;
    if let Some((line, name)) = &name {
        require_name(*line, name)?;
    }
    let description = ToolDescription {
        version: fields.line_of_text("version")?,
        description: fields.line_of_text("description")?.unwrap_or_default(),
        runs: program(fields.text("script")?, fields.text("executable")?)?,
        environment: fields.line_of_text("environment")?,
        files: fields.texts("files")?.unwrap_or_default(),
        arguments: fields.list("arguments")?.map(|list| arguments(&list)).transpose()?,
        effects: effects(&mut fields)?,
        name: value(name),
    };
    fields.end(is_other)?;
    Ok(description)
}

fn value(found: Option<(usize, String)>) -> Option<String> {
    found.map(|(_, text)| text)
}

/// Says whether a text can be the name of a tool: it is typed, printed and stored.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    name.len() <= NAME_LENGTH
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(is_inner)
}

fn require_name(line: usize, name: &str) -> Result<(), ParseError> {
    match is_name(name) {
        true => Ok(()),
        false => Err(ParseError::at(
            line,
            format!(
                "`name` must be up to {NAME_LENGTH} letters, digits, `.`, `_` and `-`, beginning with a letter or a digit"
            ),
        )),
    }
}

fn program(
    script: Option<(usize, String)>,
    executable: Option<(usize, String)>,
) -> Result<DescribedProgram, ParseError> {
    match (script, executable) {
        (Some(_), Some((line, _))) => Err(ParseError::at(line, "`executable` cannot stand beside `script`")),
        (Some((_, script)), None) => Ok(DescribedProgram::Script(script)),
        (None, Some((_, executable))) => Ok(DescribedProgram::Executable(executable)),
        (None, None) => Ok(DescribedProgram::Nothing),
    }
}

/// The effects, in the order of how much they do.
fn effects(fields: &mut ObjectFields<'_>) -> Result<Vec<&'static str>, ParseError> {
    const ALL: [&str; 3] = ["read", "write", "destroy"];
    let Some(list) = fields.list("effects")? else { return Ok(Vec::new()) };
    let named = list
        .iter()
        .map(|(path, item)| object_fields::one_of(path, item, &ALL))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(ALL.into_iter().filter(|effect| named.contains(effect)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{
 "$schema": "schema/description.json",
 "name": "dates", "version": "1.0", "description": "Finds wrong dates",
 "script": "dates.py", "environment": "docs", "files": ["known.txt"],
 "arguments": [
  {"name": "validate", "option": "--validate", "shortOption": "-v", "description": "Only check"},
  {"name": "limit", "option": "--limit", "values": ["COUNT"], "type": "integer"},
  {"name": "format", "option": "--format", "values": ["WORD"], "choices": ["text", "json"], "required": true},
  {"name": "paths", "values": ["PATH"], "repeated": true}
 ],
 "effects": ["write", "read"]
}"#;

    /// A text that would fill a screen.
    const LONG: &str = concat!(
        "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\""
    );

    fn read(text: &str) -> Result<ToolDescription, ParseError> {
        parse(text.as_bytes(), |key| key == "venvDirectory")
    }

    #[test]
    fn a_description_is_read_whole() {
        let read = read(GOOD).expect("a description");
        assert_eq!(read.name.as_deref(), Some("dates"));
        assert_eq!(read.runs, DescribedProgram::Script("dates.py".to_owned()));
        assert_eq!((read.environment.as_deref(), read.files), (Some("docs"), vec!["known.txt".to_owned()]));
        assert_eq!(read.effects, ["read", "write"]);
        let arguments = read.arguments.expect("arguments");
        let values: Vec<_> = arguments.iter().map(|argument| argument.value.clone()).collect();
        assert_eq!(
            values,
            [
                DescribedValue::Flag,
                DescribedValue::Integer,
                DescribedValue::Choice(vec!["text".to_owned(), "json".to_owned()]),
                DescribedValue::Text,
            ]
        );
        assert_eq!(arguments[1].placeholder(), "COUNT");
        assert!(arguments[2].is_required && arguments[3].is_repeated);
    }

    #[test]
    fn a_document_of_settings_describes_nothing_to_run() {
        let read = read(r#"{"venvDirectory": "venv"}"#).expect("a description");
        assert_eq!((read.name, read.runs, read.arguments), (None, DescribedProgram::Nothing, None));
    }

    #[test]
    fn what_is_wrong_is_named_with_line_and_place() {
        let cases = [
            ("\"1.0\"", "1.0", 3, "`version` must be a string, not a number"),
            ("\"dates\"", "\"a b\"", 3, "`name` must be up to"),
            ("\"dates\"", "\"\"", 3, "`name` must not be empty"),
            ("\"version\"", "\"verison\"", 3, "unknown key `verison`; did you mean `version`?"),
            ("\"version\"", "\"executable\"", 3, "`executable` cannot stand beside `script`"),
            ("\"Finds wrong dates\"", LONG, 3, "`description` must have no more than 200 characters"),
            ("[\"known.txt\"]", "\"known.txt\"", 4, "`files` must be a list, not a string"),
            ("\"known.txt\"", "1", 4, "`files[0]` must be a string, not a number"),
            ("\"--validate\"", "\"validate\"", 6, "`arguments[0].option` must be `--` and letters"),
            ("\"-v\"", "\"-va\"", 6, "`arguments[0].shortOption` must be `-` and one letter"),
            ("\"Only check\"", "[]", 6, "`arguments[0].description` must be a string, not a list"),
            ("\"Only check\"", "\"a\", \"required\": true", 6, "`arguments[0].required`"),
            ("\"Only check\"", "\"a\", \"type\": \"text\"", 6, "`arguments[0].type`"),
            ("\"integer\"", "\"int\"", 7, "`arguments[1].type` must be text or integer"),
            ("\"integer\"", "7", 7, "`arguments[1].type` must be a string, not a number"),
            ("[\"COUNT\"]", "[\"A\", \"B\"]", 7, "`arguments[1].values` must name one value"),
            ("\"--limit\"", "\"--validate\"", 7, "`arguments[1].option` is that of another argument"),
            ("\"limit\"", "\"validate\"", 7, "`arguments[1].name` is that of another argument"),
            ("[\"text\", \"json\"]", "[]", 8, "`arguments[2].choices` must not be empty"),
            ("\"required\": true}", "\"required\": 1}", 8, "`arguments[2].required` must be a boolean"),
            ("\"repeated\": true", "\"repeats\": true", 9, "unknown key `arguments[3].repeats`"),
            ("\"write\",", "\"all\",", 11, "`effects[0]` must be read, write or destroy"),
            (
                "{\"name\": \"paths\"",
                "7, {\"name\": \"paths\"",
                9,
                "`arguments[3]` must be an object, not a number",
            ),
            (
                "\"repeated\": true}",
                "\"repeated\": true}, {\"name\": \"more\"}",
                9,
                "`arguments[4]` cannot stand behind one that is repeated",
            ),
        ];
        for (from, to, line, reason) in cases {
            let changed = GOOD.replacen(from, to, 1);
            assert_ne!(changed, GOOD, "{from}");
            let error = read(&changed).expect_err(to);
            assert_eq!(error.line, Some(line), "{to}: {error}");
            assert!(error.reason.starts_with(reason), "{to}: {error}");
        }
        assert_eq!(read("[]").expect_err("a list").reason, "the document must be an object, not a list");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>) {
            proptest::prop_assert!(parse(&bytes, |_| false).is_err());
        }
    }
}
