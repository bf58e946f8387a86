//! The registry of a repository's tools, `tools/registry.json`: each tool on a line of its own and sorted by name, so that
//! two branches that add tools seldom conflict.

use super::json;
use super::located::{Located, Value};
use super::text::{ParseError, utf8};
use super::tool_description::is_name;

use crate::order::Arrange as _;

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RegisteredTool {
    /// The name of the tool.
    pub name: String,
    /// The file with its description, relative to the top of the work tree.
    pub file: String,
}

/// Parses a registry, and sorts it by name.
///
/// # Errors
/// [`ParseError`] with the line, and in backticks the place in the document, for anything else than what [`write()`] writes,
/// but for spaces and the order; for a name that is there twice.
pub fn parse(bytes: &[u8]) -> Result<Vec<RegisteredTool>, ParseError> {
    let document = json::parse(utf8(bytes)?, &[])?;
    let members = table(&document, "the document", &["tools"])?;
    let Some(tools) = members.iter().find(|member| member.key == "tools") else { return Ok(Vec::new()) };
    let Value::List(items) = &tools.value.value else {
        let kind = tools.value.value.kind();
        return Err(ParseError::at(tools.value.line, format!("`tools` must be a list, not {kind}")));
    };
    let mut read: Vec<RegisteredTool> = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let place = format!("tools[{at}]");
        table(item, &format!("`{place}`"), &["name", "file"])?;
        let tool = RegisteredTool { name: text(item, &place, "name")?, file: text(item, &place, "file")? };
        let refused = |complaint: &str| Err(ParseError::at(item.line, format!("`{place}.name` {complaint}")));
        if !is_name(&tool.name) {
            return refused("is not the name of a tool");
        }
        if read.iter().any(|before| before.name == tool.name) {
            return refused("is there twice");
        }
        read.push(tool);
    }
    read.arrange();
    Ok(read)
}

/// Writes a registry.
#[must_use]
pub fn write(tools: &[RegisteredTool]) -> Vec<u8> {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut sorted: Vec<&RegisteredTool> = tools.iter().collect();
    sorted.arrange();
    let line = |tool: &&RegisteredTool| {
        format!("    {{\"name\": {}, \"file\": {}}}", quoted(&tool.name), quoted(&tool.file))
    };
    let lines: Vec<String> = sorted.iter().map(line).collect();
    match lines.is_empty() {
        true => b"{\n  \"tools\": []\n}\n".to_vec(),
        false => format!("{{\n  \"tools\": [\n{}\n  ]\n}}\n", lines.join(",\n")).into_bytes(),
    }
}

fn table<'v>(
    value: &'v Located,
    place: &str,
    keys: &[&str],
) -> Result<&'v [super::located::Member], ParseError> {
    let Value::Table(members) = &value.value else {
        let kind = value.value.kind();
        return Err(ParseError::at(value.line, format!("{place} must be an object, not {kind}")));
    };
    match members.iter().find(|member| !keys.contains(&member.key.as_str())) {
        Some(unknown) => {
            let key = crate::path::display_bytes(unknown.key.as_bytes());
            Err(ParseError::at(unknown.line, format!("unknown key `{key}` in {place}")))
        }
        None => Ok(members),
    }
}

fn text(item: &Located, place: &str, key: &str) -> Result<String, ParseError> {
    let Some(member) = item.value.member(key) else {
        return Err(ParseError::at(item.line, format!("`{place}.{key}` is missing")));
    };
    match &member.value.value {
        Value::Text(text) => Ok(text.clone()),
        other => {
            let kind = other.kind();
            Err(ParseError::at(member.value.line, format!("`{place}.{key}` must be a string, not {kind}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tool(name: &str, file: &str) -> RegisteredTool {
        RegisteredTool { name: name.to_owned(), file: file.to_owned() }
    }

    #[test]
    fn a_registry_has_one_tool_a_line() {
        let tools = [tool("b", "tools/b\n\"é.json"), tool("a", "a.json")];
        let text = String::from_utf8(write(&tools)).expect("text");
        let expected = "{\n  \"tools\": [\n    {\"name\": \"a\", \"file\": \"a.json\"},\n    {\"name\": \"b\", \"file\": \
                        \"tools/b\\n\\\"é.json\"}\n  ]\n}\n";
        assert_eq!(text, expected);
        assert_eq!(parse(text.as_bytes()), Ok(vec![tools[1].clone(), tools[0].clone()]));
        assert_eq!(parse(&write(&[])), Ok(Vec::new()));
        assert_eq!(parse(b"{}"), Ok(Vec::new()));
    }

    #[test]
    fn what_is_wrong_is_named_with_line_and_place() {
        let cases = [
            ("[]", 1, "the document must be an object, not a list"),
            ("{\n\"tools\": {}}", 2, "`tools` must be a list, not a table"),
            ("{\n\"tols\": []}", 2, "unknown key `tols` in the document"),
            ("{\"tools\": [\n1]}", 2, "`tools[0]` must be an object, not a number"),
            ("{\"tools\": [\n{\"name\": \"a\"}]}", 2, "`tools[0].file` is missing"),
            (
                "{\"tools\": [{\"name\": \"a\",\n\"file\": 1}]}",
                2,
                "`tools[0].file` must be a string, not a number",
            ),
            (
                "{\"tools\": [{\"name\": \"a/b\", \"file\": \"x\"}]}",
                1,
                "`tools[0].name` is not the name of a tool",
            ),
            (
                "{\"tools\": [{\"name\": \"a\", \"file\": \"x\"},\n{\"name\": \"a\", \"file\": \"y\"}]}",
                2,
                "`tools[1].name` is there twice",
            ),
        ];
        for (document, line, reason) in cases {
            assert_eq!(parse(document.as_bytes()), Err(ParseError::at(line, reason)), "{document}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_parsed(bytes: Vec<u8>) {
            let _ = parse(&bytes);
        }

        #[test]
        fn what_is_written_is_read(files in proptest::collection::btree_map("[a-z0-9][a-z.-]{0,8}", any::<String>(), 0..5)) {
            let tools: Vec<RegisteredTool> = files.iter().map(|(name, file)| tool(name, file)).collect();
            prop_assert_eq!(parse(&write(&tools)), Ok(tools));
        }
    }
}
