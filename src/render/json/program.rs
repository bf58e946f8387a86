//! The program as a document for other programs: `tools/python-env.json`.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::model::{
    ArgumentDescription, ArgumentValue, CommandDescription, CommandEffect, ProgramDescription,
    SettingDescription, SettingValue,
};

/// The schema of the document, from the directory that it is in.
const OWN_SCHEMA: &str = "schema/tool.json";
/// The schema of what the commands print, from the same directory.
const RESULT_SCHEMA: &str = "schema/result.json";

/// A program and its commands.
#[derive(Debug, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(title = "git-pyenv tool", deny_unknown_fields)
)]
pub(super) struct ToolDocument {
    /// The schema of this document.
    #[serde(rename = "$schema")]
    schema: String,
    /// The name of the program.
    name: String,
    /// Its version.
    version: String,
    /// What it is for, in one line.
    description: String,
    /// The settings that a repository can have in the file of this name, at the top level: for each the JSON Schema of its
    /// value, with its default.
    settings: Map<String, Value>,
    /// The options that every command has.
    arguments: Vec<ToolArgument>,
    /// The commands.
    commands: Vec<ToolCommandJson>,
    /// What each exit status of a command means.
    #[serde(rename = "exitCodes")]
    exit_codes: Map<String, Value>,
}

/// A command.
#[derive(Debug, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "ToolCommand", deny_unknown_fields)
)]
struct ToolCommandJson {
    /// The words behind `git pyenv`.
    name: String,
    /// What it does, in one line.
    summary: String,
    /// What it does.
    description: String,
    /// Its arguments beside those that every command has.
    arguments: Vec<ToolArgument>,
    /// The JSON Schema of its arguments by name.
    input: Value,
    /// The JSON Schema of what it writes to standard output with `--output json`; a string if it only writes text.
    output: Value,
    /// What it may do, at most.
    effects: Vec<ToolEffect>,
    /// It asks at a terminal before it does anything, and does nothing without one, unless `--force` is given.
    #[serde(rename = "needsConfirmation")]
    needs_confirmation: bool,
    /// The option that shows what it would do, and does nothing; null if it has none.
    #[serde(rename = "dryRun")]
    dry_run: Option<String>,
    /// How what a dry run showed is carried out, and nothing else; null if it has no dry run.
    plan: Option<ToolPlan>,
}

/// How a plan is named, and carried out.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
struct ToolPlan {
    /// The option of a dry run that writes it to a file; null if it has only an id.
    write: Option<String>,
    /// The field of the result of a dry run that is its id.
    id: &'static str,
    /// The option that carries it out: followed by the file, or by the id beside the other options of the dry run.
    apply: String,
}

/// What a command may do.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) enum ToolEffect {
    /// Read.
    Read,
    /// Create and change files, the index or the configuration of git.
    Write,
    /// Delete files, or replace what they hold.
    Destroy,
}

/// An argument of a command.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct ToolArgument {
    /// Its name in the schema of the input.
    name: String,
    /// The option; null if it stands without one.
    option: Option<String>,
    /// The short option; null if there is none.
    #[serde(rename = "shortOption")]
    short_option: Option<String>,
    /// What it is, in one line.
    description: String,
    /// What stands behind the option, or for it, in the words of the help.
    values: Vec<String>,
    /// It may be given more than once, or takes several values.
    repeated: bool,
    /// The command needs it.
    required: bool,
}

/// Returns the document, with a line break at its end.
#[must_use]
pub fn program(described: &ProgramDescription) -> String {
    let document = ToolDocument {
        schema: OWN_SCHEMA.to_owned(),
        name: described.name.clone(),
        version: described.version.clone(),
        description: described.summary.clone(),
        settings: described.settings.iter().map(|key| (key.name.to_owned(), setting(key))).collect(),
        arguments: described.arguments.iter().map(argument).collect(),
        commands: described.commands.iter().map(command).collect(),
        exit_codes: described
            .exit_statuses
            .iter()
            .map(|(code, means)| (code.to_string(), json!(means)))
            .collect(),
    };
    pretty(&document)
}

/// A document as text.
pub(super) fn pretty(document: &impl Serialize) -> String {
    // Never fails: all keys are text.
    serde_json::to_string_pretty(document).unwrap_or_default() + "\n"
}

fn setting(key: &SettingDescription) -> Value {
    let mut schema = match key.value {
        SettingValue::Text => json!({ "type": "string" }),
        SettingValue::Choice(words) => json!({ "enum": words }),
        SettingValue::Boolean => json!({ "type": "boolean" }),
        SettingValue::List => json!({ "type": "array", "items": { "type": "string" } }),
        SettingValue::Tables => json!({ "type": "array", "items": { "type": "object" } }),
        SettingValue::NamedTables => json!({ "type": "object" }),
    };
    schema["description"] = json!(key.summary);
    if let Some(default) = key.default {
        let is_boolean = key.value == SettingValue::Boolean;
        schema["default"] = if is_boolean { json!(default == "true") } else { json!(default) };
    }
    schema
}

fn command(command: &CommandDescription) -> ToolCommandJson {
    let option = |name: &str| {
        let found = command.arguments.iter().filter_map(|argument| argument.option.as_deref());
        found.into_iter().find(|option| *option == name).map(str::to_owned)
    };
    ToolCommandJson {
        name: command.name.clone(),
        summary: command.summary.clone(),
        description: command.description.clone(),
        arguments: command.arguments.iter().map(argument).collect(),
        input: input(&command.arguments),
        output: if command.prints_text {
            json!({ "type": "string" })
        } else {
            json!({ "$ref": RESULT_SCHEMA })
        },
        effects: command.effect.all().into_iter().map(effect).collect(),
        needs_confirmation: command.asks_first,
        dry_run: option("--dry-run"),
        plan: plan(&option),
    }
}

/// How the plan of a dry run is carried out.
fn plan(option: &dyn Fn(&str) -> Option<String>) -> Option<ToolPlan> {
    let write = option("--plan");
    let apply = option("--apply").or_else(|| option("--digest"))?;
    Some(ToolPlan { write, id: "plan_id", apply })
}

pub(super) fn effect(effect: CommandEffect) -> ToolEffect {
    match effect {
        CommandEffect::Read => ToolEffect::Read,
        CommandEffect::Write => ToolEffect::Write,
        CommandEffect::Destroy => ToolEffect::Destroy,
    }
}

pub(super) fn argument(argument: &ArgumentDescription) -> ToolArgument {
    ToolArgument {
        name: argument.name.clone(),
        option: argument.option.clone(),
        short_option: argument.short_option.clone(),
        description: argument.summary.clone(),
        values: argument.value_names.clone(),
        repeated: argument.is_repeated,
        required: argument.is_required,
    }
}

/// The JSON Schema of a command's arguments by name.
pub(super) fn input(arguments: &[ArgumentDescription]) -> Value {
    let arguments = arguments.iter();
    let properties: Map<String, Value> =
        arguments.clone().map(|argument| (argument.name.clone(), property(argument))).collect();
    let required: Vec<&str> =
        arguments.filter(|argument| argument.is_required).map(|argument| argument.name.as_str()).collect();
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn property(argument: &ArgumentDescription) -> Value {
    let mut schema = match &argument.value {
        ArgumentValue::Flag if argument.is_repeated => json!({ "type": "integer", "minimum": 0 }),
        ArgumentValue::Flag => json!({ "type": "boolean" }),
        ArgumentValue::Integer => json!({ "type": "integer" }),
        ArgumentValue::Number => json!({ "type": "integer", "minimum": 0 }),
        ArgumentValue::Choice(words) => json!({ "enum": words }),
        ArgumentValue::Text => json!({ "type": "string" }),
    };
    if argument.is_repeated && argument.value != ArgumentValue::Flag {
        schema = json!({ "type": "array", "items": schema });
    }
    schema["description"] = json!(argument.summary);
    if let Some(default) = argument.default.as_ref().filter(|_| argument.value != ArgumentValue::Flag) {
        schema["default"] = json!(default);
    }
    schema
}
