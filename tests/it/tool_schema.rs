//! `tool schema`: this program as data, for other programs.

use std::collections::BTreeSet;

use git_pyenv::{cli, render};
use jsonschema::{draft202012, meta};
use serde_json::{Value, json};

use crate::support::repository::Sandbox;
use crate::support::schema;

/// What `tool schema` prints.
fn printed(arguments: &[&str]) -> String {
    Sandbox::repository().at("").pyenv(&[&["tool", "schema"], arguments].concat()).ended(0).out()
}

fn document() -> Value {
    serde_json::from_str(&printed(&[])).expect("a document as JSON")
}

/// The tools of the Model Context Protocol.
fn tools() -> Vec<Value> {
    let answer: Value = serde_json::from_str(&printed(&["--format", "mcp"])).expect("an answer as JSON");
    answer["tools"].as_array().expect("tools").clone()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

#[test]
fn the_description_and_its_schema_are_those_that_are_published() {
    schema::assert_published("tools/python-env.json", &printed(&[]));
    schema::assert_published("tools/schema/tool.json", &render::json::program_schema());
}

#[test]
fn the_description_fits_its_schema() {
    let published: Value = serde_json::from_str(&render::json::program_schema()).expect("a schema as JSON");
    let validator = jsonschema::validator_for(&published).expect("a schema");
    let good = document();
    assert!(validator.is_valid(&good));
    for (path, value) in [
        ("/name", json!(1)),
        ("/commands/0/effects/0", json!("anything")),
        ("/commands/0/arguments/0/repeated", json!("no")),
        ("/commands/0/more", json!(true)),
    ] {
        let mut wrong = good.clone();
        let (above, name) = path.rsplit_once('/').expect("a path");
        match wrong.pointer_mut(above).expect("a value") {
            Value::Array(items) => items[0] = value,
            other => other[name] = value,
        }
        assert!(!validator.is_valid(&wrong), "{path}");
    }
}

#[test]
fn every_command_is_described_with_what_it_may_do() {
    let described = document();
    let commands = described["commands"].as_array().expect("commands");
    let first = |command: &Value| text(&command["name"]).split(' ').next().expect("a word").to_owned();
    let names: BTreeSet<String> = commands.iter().map(first).collect();
    assert_eq!(names, cli::COMMANDS.iter().map(|command| command.name.to_owned()).collect());
    let find = |name: &str| commands.iter().find(|command| command["name"] == name).expect("a command");
    let reading =
        ["check", "list", "activate", "log", "stats", "hook status", "hook run", "explain", "config"];
    for name in reading {
        assert_eq!(find(name)["effects"], json!(["read"]), "{name}");
    }
    for name in ["fix", "use", "hook install", "hook uninstall"] {
        assert_eq!(find(name)["effects"], json!(["read", "write"]), "{name}");
    }
    for name in ["cleanup", "tidy"] {
        let command = find(name);
        assert_eq!(command["effects"], json!(["read", "write", "destroy"]), "{name}");
        assert_eq!(command["needsConfirmation"], json!(true), "{name}");
    }
    let plan = json!({ "write": "--plan", "id": "plan_id", "apply": "--apply" });
    assert_eq!(find("cleanup")["plan"], plan);
    assert_eq!(find("run")["output"], json!({ "type": "string" }));
    assert_eq!(find("check")["output"], json!({ "$ref": "schema/result.json" }));
    let setting = &described["settings"]["autoCleanup"];
    assert_eq!((&setting["type"], &setting["default"]), (&json!("boolean"), &json!(true)));
}

#[test]
fn what_changes_something_can_be_tried_first() {
    // What a command runs is not for this program to know, and pages only go where they are told to.
    let without = ["run", "tool run", "man"];
    for command in document()["commands"].as_array().expect("commands") {
        let name = text(&command["name"]);
        let changes = command["effects"].as_array().expect("effects").len() > 1;
        assert!(!changes || command["dryRun"] == "--dry-run" || without.contains(&name), "{name}");
        let apply = if name.ends_with(" trust") { "--digest" } else { "--apply" };
        assert!(command["dryRun"].is_null() || command["plan"]["apply"] == apply, "{name}");
        assert!(command["dryRun"].is_null() || command["plan"]["id"] == "plan_id", "{name}");
    }
}

/// <https://modelcontextprotocol.io/specification/2025-06-18/schema#tool>
#[test]
fn a_client_of_the_model_context_protocol_can_read_the_commands() {
    let tools = tools();
    assert_eq!(tools.len(), document()["commands"].as_array().expect("commands").len());
    for tool in &tools {
        let name = text(&tool["name"]);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        assert!(name.len() <= 64 && name.chars().all(is_plain), "{name}");
        let input = &tool["inputSchema"];
        assert_eq!(input["type"], "object", "{name}");
        meta::validate(input).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!text(&tool["description"]).is_empty(), "{name}");
        let hints = &tool["annotations"];
        assert!(!(hints["readOnlyHint"] == true && hints["destructiveHint"] == true), "{name}");
    }
}

/// A client that puts a command line together from the description gets what it asked for.
#[test]
fn the_command_line_follows_from_the_description() {
    let tools = tools();
    let check = tools.iter().find(|tool| tool["name"] == "git-pyenv-check").expect("a tool");
    let wanted = json!({ "staged": true, "select": ["PYE101"] });
    assert!(draft202012::is_valid(&check["inputSchema"], &wanted));
    assert!(!draft202012::is_valid(&check["inputSchema"], &json!({ "stagged": true })));
    let line = &check["_meta"]["git-pyenv/command-line"];
    let command: Vec<&str> = line["command"].as_array().expect("words").iter().map(text).collect();
    let (git, arguments) = command.split_first().expect("a command");
    let staged = text(&line["options"]["staged"]);
    let select = text(&line["options"]["select"]);
    let arguments = [arguments, &[staged, select, "PYE101", "--output", "json"]].concat();
    let sandbox = Sandbox::repository();
    let answer = sandbox.at("repo").with_binary().run(git, &arguments).ended(0).json();
    assert_eq!((&answer["command"], &answer["scope"]["kind"]), (&json!("check"), &json!("staged")));
}

/// One file may be both: the description of this program, and the settings of a repository.
#[test]
fn the_description_may_hold_settings_too() {
    let sandbox = Sandbox::repository();
    let mut both = document();
    both["venvDirectory"] = json!("env");
    sandbox.write("tools/python-env.json", both.to_string());
    let answer = sandbox.json(&["config", "venvDirectory"]);
    assert_eq!(answer["settings"][0]["value"], "env", "{answer:#}");
    both["venvDirectory"] = json!(3);
    sandbox.write("tools/python-env.json", both.to_string());
    let refused = sandbox.pyenv(&["config", "--output", "text"]).ended(2);
    assert!(
        refused.said().contains("`venvDirectory` in tools/python-env.json:1 must be a string"),
        "{}",
        refused.said()
    );
}
