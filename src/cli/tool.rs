//! `git pyenv tool`.

use clap::{ArgMatches, Args, Subcommand, ValueEnum};

use super::command::{Command, Context, parsed};
use super::program;
use crate::error::Result;
use crate::render::json;

const MANUAL: &str = "\
Files:
  tools/python-env.json  what `git pyenv tool schema` prints, in the repository
                         of git-pyenv; in others it has their settings

Examples:
  git pyenv tool schema               every command with its arguments, as JSON
  git pyenv tool schema --format mcp  the same for the Model Context Protocol
";

pub(super) static COMMAND: Command = Command::new("tool", describe, run).printing_text();

fn describe() -> clap::Command {
    clap::Command::new("tool")
        .defer(|command| Arguments::augment_args(command).after_long_help(MANUAL))
        .about("Describe this program to other programs")
        .long_about(
            "Describes this program to other programs, such as clients of the Model Context Protocol and coding agents.",
        )
}

#[derive(Debug, Args)]
struct Arguments {
    #[command(subcommand)]
    action: ToolCommand,
}

#[derive(Debug, Subcommand)]
enum ToolCommand {
    /// Print every command with its arguments and what it may do, as JSON.
    ///
    /// The document names the JSON Schema that it follows, and for each command that of its arguments and of its result. It
    /// says what a command reads, writes or destroys at most, whether it asks first, how it can be tried, and what each exit
    /// status means.
    Schema(SchemaArguments),
}

#[derive(Debug, Args)]
struct SchemaArguments {
    /// What to print: json or mcp.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "json", hide_possible_values = true)]
    format: SchemaFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SchemaFormat {
    /// The document that `tools/python-env.json` is.
    Json,
    /// The answer to `tools/list` of the Model Context Protocol.
    Mcp,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let Arguments { action: ToolCommand::Schema(SchemaArguments { format }) } = parsed(matches)?;
    let described = program::describe(context.commands, (context.program)());
    let document = match format {
        SchemaFormat::Json => json::program(&described),
        SchemaFormat::Mcp => json::model_context_tools(&described),
    };
    Ok(context.output.plain(|out| out.write_all(document.as_bytes())))
}
