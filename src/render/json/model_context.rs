//! The commands in the form of the Model Context Protocol's answer to `tools/list`
//! (<https://modelcontextprotocol.io/specification/2025-06-18/server/tools>).

use serde_json::{Map, Value, json};

use super::program::{input, pretty};
use crate::model::{CommandDescription, CommandEffect, ProgramDescription};

/// Where the protocol lets a program say more about a tool.
const META: &str = "git-pyenv/command-line";

/// Returns the answer, with a line break at its end.
#[must_use]
pub fn model_context_tools(described: &ProgramDescription) -> String {
    let tools: Vec<Value> = described.commands.iter().map(tool).collect();
    pretty(&json!({ "tools": tools }))
}

fn tool(command: &CommandDescription) -> Value {
    let words: Vec<&str> = ["git", "pyenv"].into_iter().chain(command.name.split(' ')).collect();
    let options: Map<String, Value> = command
        .arguments
        .iter()
        .filter_map(|argument| Some((argument.name.clone(), json!(argument.option.as_ref()?))))
        .collect();
    json!({
        // Letters, digits, `_` and `-` are what all clients accept.
        "name": words.join("-"),
        "title": command.summary,
        "description": command.description,
        "inputSchema": input(&command.arguments),
        "annotations": {
            "title": command.summary,
            "readOnlyHint": command.effect == CommandEffect::Read,
            "destructiveHint": command.effect == CommandEffect::Destroy,
        },
        "_meta": { META: { "command": words, "options": options } },
    })
}
