//! The JSON of `git pyenv --list`.

use std::io::{self, Write};

use serde::Serialize;

use super::envelope::Envelope;
use super::paths::disk_path;
use crate::model::{CommandList, CommandSource, ListedCommand, Outcome};
use crate::render::command_result::WriteJson;

/// The section of `commands`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct CommandsSection {
    /// Of `commands`, which is `--list`: all commands, by source and name.
    commands: Vec<CommandJson>,
}

/// A command that can be run.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Command"))]
struct CommandJson {
    /// Its name: what stands behind `git pyenv`, or behind `git pyenv tool run` for a registered tool.
    name: String,
    /// Whose it is.
    source: SourceJson,
    /// What it does, in one line; unknown of an external command, which would have to be run to say so.
    summary: Option<String>,
    /// The program of an external command, absolute.
    program: Option<String>,
}

/// Whose a command is.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CommandSource"))]
#[serde(rename_all = "kebab-case")]
enum SourceJson {
    /// It is this program's.
    BuiltIn,
    /// The repository has registered it as a tool.
    Registered,
    /// It is a program on PATH.
    External,
}

impl WriteJson for CommandList {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let commands = self.commands.iter().map(CommandJson::of).collect();
        Envelope::new("commands", Outcome::Clean, CommandsSection { commands }).write(out)
    }
}

impl CommandJson {
    fn of(command: &ListedCommand) -> Self {
        Self {
            name: command.name.clone(),
            source: match command.source {
                CommandSource::BuiltIn => SourceJson::BuiltIn,
                CommandSource::Registered => SourceJson::Registered,
                CommandSource::External => SourceJson::External,
            },
            summary: command.summary.clone(),
            program: command.program.as_deref().map(disk_path),
        }
    }
}
