//! The metadata of a script in one file: TOML in a comment block `# /// script`
//! (<https://packaging.python.org/en/latest/specifications/inline-script-metadata/>, PEP 723).

use super::located::{Located, Member, Value};
use super::requires_python::RequiresPython;
use super::text::{ParseError, utf8};
use super::toml;
use crate::python::{Requirement, Specifiers};

/// What a script says of what it needs.
#[derive(Debug, Clone, PartialEq)]
pub struct ScriptMetadata {
    /// The items of `dependencies`.
    pub dependencies: Vec<ScriptDependency>,
    /// `requires-python`.
    pub requires_python: Option<RequiresPython>,
    /// The table `tool.uv`.
    pub uv: Option<Located>,
}

/// A package that a script needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptDependency {
    /// The line in the script, counted from 1.
    pub line: usize,
    /// As written.
    pub text: String,
    /// What it asks for, or why it is no requirement, as a lower-case fragment.
    pub requirement: Result<Requirement, String>,
}

/// A comment block of the type `script`.
struct Block<'b> {
    /// The line of its first line of TOML, counted from 1.
    line: usize,
    lines: &'b [&'b [u8]],
}

/// Parses the metadata of a script; `None` if it has none. Only the block has to be UTF-8.
///
/// # Errors
/// [`ParseError`] for several blocks, invalid TOML, keys of the wrong type, and a `requires-python` that is not
/// specifiers.
pub fn parse(bytes: &[u8]) -> Result<Option<ScriptMetadata>, ParseError> {
    let lines: Vec<&[u8]> = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .split(|&byte| byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .collect();
    let mut blocks = blocks(&lines);
    let Some(block) = blocks.next() else { return Ok(None) };
    if let Some(second) = blocks.next() {
        return Err(ParseError::at(second.line - 1, "a script must not have two blocks `# /// script`"));
    }
    let in_script = |line: usize| line + block.line - 1;
    let shifted = |error: ParseError| ParseError { line: error.line.map(in_script), ..error };
    let text = block.toml().map_err(shifted)?;
    let Some(document) = toml::parse(&text, &[]).map_err(shifted)? else { return Ok(None) };
    let Value::Table(members) = shift(document, block.line - 1).value else { return Ok(None) };
    Ok(Some(ScriptMetadata {
        dependencies: dependencies(&members)?,
        requires_python: requires_python(&members)?,
        uv: member(&members, "tool").and_then(|tool| match &tool.value.value {
            Value::Table(tools) => member(tools, "uv").map(|uv| uv.value.clone()),
            _ => None,
        }),
    }))
}

/// The blocks, as the regular expression of the specification finds them:
/// `(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$`. A block goes up to the last `# ///` of the
/// comment lines that follow its start.
fn blocks<'b>(lines: &'b [&'b [u8]]) -> impl Iterator<Item = Block<'b>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(line) = lines.get(at) {
            at += 1;
            let Some(kind) = block_type(line) else { continue };
            let rest = lines.get(at..)?;
            let comments = rest.iter().take_while(|line| **line == b"#" || line.starts_with(b"# ")).count();
            let last = rest.get(..comments)?.iter().rposition(|line| *line == b"# ///");
            let Some(end) = last.filter(|end| *end > 0) else {
                // Without an end, no block begins in these lines either.
                at += comments;
                continue;
            };
            let block = Block { line: at + 1, lines: rest.get(..end)? };
            at += end + 1;
            if kind == b"script" {
                return Some(block);
            }
        }
        None
    })
}

/// The type of the block that a line starts.
fn block_type(line: &[u8]) -> Option<&[u8]> {
    let kind = line.strip_prefix(b"# /// ")?;
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    (!kind.is_empty() && kind.iter().all(is_letter)).then_some(kind)
}

impl Block<'_> {
    /// The lines without `# `. The line of an error is relative to the block.
    fn toml(&self) -> Result<String, ParseError> {
        let mut bytes = Vec::new();
        for line in self.lines {
            bytes.extend_from_slice(line.strip_prefix(b"# ").unwrap_or_default());
            bytes.push(b'\n');
        }
        utf8(&bytes).map(str::to_owned)
    }
}

/// Adds a number to every line.
fn shift(located: Located, by: usize) -> Located {
    let value = match located.value {
        Value::List(items) => Value::List(items.into_iter().map(|item| shift(item, by)).collect()),
        Value::Table(members) => {
            let member =
                |member: Member| Member { line: member.line + by, value: shift(member.value, by), ..member };
            Value::Table(members.into_iter().map(member).collect())
        }
        other => other,
    };
    Located { line: located.line + by, value }
}

fn member<'m>(members: &'m [Member], key: &str) -> Option<&'m Member> {
    members.iter().find(|member| member.key == key)
}

fn dependencies(members: &[Member]) -> Result<Vec<ScriptDependency>, ParseError> {
    let Some(Member { value, .. }) = member(members, "dependencies") else { return Ok(Vec::new()) };
    let Value::List(items) = &value.value else {
        let kind = value.value.kind();
        return Err(ParseError::at(value.line, format!("`dependencies` must be a list, not {kind}")));
    };
    let dependency = |item: &Located| match &item.value {
        Value::Text(text) => Ok(ScriptDependency {
            line: item.line,
            text: text.clone(),
            requirement: Requirement::parse_standard(text),
        }),
        other => {
            let reason = format!("an item of `dependencies` must be a string, not {}", other.kind());
            Err(ParseError::at(item.line, reason))
        }
    };
    items.iter().map(dependency).collect()
}

fn requires_python(members: &[Member]) -> Result<Option<RequiresPython>, ParseError> {
    let Some(Member { value: Located { line, value }, .. }) = member(members, "requires-python") else {
        return Ok(None);
    };
    let Value::Text(text) = value else {
        let kind = value.kind();
        return Err(ParseError::at(*line, format!("`requires-python` must be a string, not {kind}")));
    };
    let wrong = |reason| ParseError::at(*line, format!("invalid `requires-python`: {reason}"));
    Ok(Some(RequiresPython { line: *line, specifiers: Specifiers::parse(text).map_err(wrong)? }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Lines, texts and whether they are requirements.
    fn read(script: &str) -> Option<Vec<(usize, String, bool)>> {
        let read = parse(script.as_bytes()).expect("metadata")?;
        let shown = |one: ScriptDependency| (one.line, one.text, one.requirement.is_ok());
        Some(read.dependencies.into_iter().map(shown).collect())
    }

    #[test]
    fn the_block_is_read() {
        let script = "#!/usr/bin/env -S uv run\n# /// script\n# requires-python = \">=3.11\"\n# dependencies = [\n\
                      #   \"requests<3\",\n#   \"rich==x\",\n# ]\n#\n# [tool.uv]\n# exclude-newer = \"2023-10-16T00:00:00Z\"\n\
                      # ///\n\nimport requests\n";
        for script in [script.to_owned(), script.replace('\n', "\r\n"), format!("\u{feff}{script}")] {
            let read = parse(script.as_bytes()).expect("metadata").expect("a block");
            let dependencies: Vec<_> = read
                .dependencies
                .iter()
                .map(|one| (one.line, one.text.as_str(), one.requirement.is_ok()))
                .collect();
            assert_eq!(dependencies, [(5, "requests<3", true), (6, "rich==x", false)]);
            let python = read.requires_python.map(|python| (python.line, python.specifiers.to_string()));
            assert_eq!(python, Some((3, ">=3.11".to_owned())));
            let newer = read.uv.and_then(|uv| uv.value.text_at(&["exclude-newer"]));
            assert_eq!(newer.as_deref(), Some("2023-10-16T00:00:00Z"));
        }
    }

    #[test]
    fn blocks_are_found_by_the_regular_expression_of_the_specification() {
        let one = |line: usize| Some(vec![(line, "a".to_owned(), true)]);
        let cases = [
            ("# /// script\n# dependencies = ['a']\n# ///", one(2)),
            ("x\n# /// other\n# y\n# ///\n# /// script\n# dependencies = ['a']\n# ///\n", None),
            ("x\n# /// other\n# y\n# ///\n\n# /// script\n# dependencies = ['a']\n# ///\n", one(7)),
            ("# /// script\n# dependencies = ['a']\n# d = '''\n# ///\n# '''\n# ///\n", one(2)),
            ("# /// script\n# dependencies = ['a']\n\n# ///\n", None),
            ("# /// script\n# dependencies = ['a']\n#///\n", None),
            ("# /// script\n# dependencies = ['a']\n", None),
            ("# /// script\n# /// script\n# dependencies = ['a']\n", None),
            ("# /// script \n# dependencies = ['a']\n# ///\n", None),
            ("#/// script\n# dependencies = ['a']\n# ///\n", None),
            (" # /// script\n # dependencies = ['a']\n # ///\n", None),
            ("# /// script\n#dependencies = ['a']\n# ///\n", None),
            ("# /// script\n# ///\n", None),
            ("# /// script\n#\n# ///\n", Some(vec![])),
            ("# /// script\n# dependencies = [\n#  'a'\n# ]\n# ///\nr\u{e9}\n", one(3)),
            ("", None),
        ];
        for (script, expected) in cases {
            assert_eq!(read(script), expected, "{script}");
        }
    }

    #[test]
    fn errors_have_the_line_of_the_script() {
        let cases: [(&[u8], usize, &str); 7] = [
            (b"\n# /// script\n# a = 1\n# a = 2\n# ///\n", 4, "duplicate key"),
            (
                b"# /// script\n# dependencies = 'a'\n# ///\n",
                2,
                "`dependencies` must be a list, not a string",
            ),
            (
                b"# /// script\n# dependencies = [\n#   3]\n# ///\n",
                3,
                "an item of `dependencies` must be a string, not a number",
            ),
            (
                b"# /// script\n# requires-python = 3\n# ///\n",
                2,
                "`requires-python` must be a string, not a number",
            ),
            (b"# /// script\n# a = '\xe9'\n# ///\n", 2, "invalid UTF-8"),
            (
                b"# /// script\n# ///\n# ///\n\n# /// script\n# a = 1\n# ///\n",
                5,
                "a script must not have two blocks `# /// script`",
            ),
            (b"# /// script\n# a\n# ///\n", 2, "key with no value, expected `=`"),
        ];
        for (script, line, reason) in cases {
            assert_eq!(
                parse(script),
                Err(ParseError::at(line, reason)),
                "{}",
                String::from_utf8_lossy(script)
            );
        }
        let error = parse(b"# /// script\n#\n# requires-python = '3.x'\n# ///\n").expect_err("no specifiers");
        assert_eq!(error.line, Some(3));
        let latin1 = parse(b"# /// script\n# dependencies = ['a']\n# ///\n# r\xe9\n").expect("metadata");
        assert_eq!(latin1.map(|read| read.dependencies.len()), Some(1));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(script in r#"(# /// script\n|# ///\n|#\n|# |dependencies = \[|'a'|\]|[a-z="\n]){0,16}"#) {
            let lines = script.lines().count();
            match parse(script.as_bytes()) {
                Ok(read) => {
                    let lines_of = |read: &ScriptMetadata| read.dependencies.iter().map(|one| one.line).max();
                    prop_assert!(read.as_ref().and_then(lines_of).is_none_or(|line| line <= lines));
                }
                Err(error) => prop_assert!(error.line.is_some_and(|line| (1..=lines).contains(&line))),
            }
        }
    }
}
