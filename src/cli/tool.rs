//! `git pyenv tool`.

use std::ffi::OsString;

use clap::{ArgMatches, Args, Subcommand, ValueEnum};

use super::command::{Command, Context, parsed};
use super::plan::{ApplyArgument, PlannedRun};
use super::program;
use crate::error::{Error, Result};
use crate::model::CommandEffect;
use crate::ops::tool::{self, PreparedTrust};
use crate::render::json;

const MANUAL: &str = "\
Files:
  tools/registry.json    the tools of the repository, one a line
  tools/python-env.json  what `git pyenv tool schema` prints, in the repository
                         of git-pyenv; in others it has their settings
  ~/.local/state/git-pyenv/trusted/
                         what you trust, a file for each content

Notes:
  A tool is a script or a program of the repository with a description, a JSON file
  that says what it runs and which arguments it takes (docs/tools.md). Nothing that
  comes with a repository runs before you trust it: what you trust is the exact
  content of the description and of every file that it names. If any of them changes,
  you are asked again.
  A script runs with `python -I`, in the environment, and an executable as if the
  environment were activated. No shell is involved; signals, standard streams and the
  exit status are those of the tool.

Examples:
  git pyenv tool register tools/dates.json  register the tool that the file describes
  git pyenv tool trust dates                show it, and trust it after a yes
  git pyenv tool run dates -- --validate    run it
  git pyenv tool schema                     every command of git-pyenv, as JSON
  git pyenv tool schema --format mcp        the same for the Model Context Protocol
";

pub(super) static COMMAND: Command = Command::new("tool", describe, run)
    .may(CommandEffect::Destroy)
    .only_writes_in(&["register", "unregister", "trust", "untrust"])
    .only_reads_in(&["schema", "list", "show"])
    .printing_text_in(&["schema", "run"]);

fn describe() -> clap::Command {
    clap::Command::new("tool")
        .defer(|command| Arguments::augment_args(command).after_long_help(MANUAL))
        .about("Register and run tools of the repository, after you trust them")
        .long_about(
            "Registers the tools that a repository brings, such as scripts that check or tidy it, and runs them in the \
             environment once you trust exactly what they are. `tool schema` describes git-pyenv itself to other programs, \
             such as clients of the Model Context Protocol and coding agents.",
        )
}

#[derive(Debug, Args)]
struct Arguments {
    #[command(subcommand)]
    action: ToolCommand,
}

#[derive(Debug, Subcommand)]
enum ToolCommand {
    /// Register the tool that a file describes.
    ///
    /// Checks the description and the files that it names, and adds the tool to `tools/registry.json`. It runs nothing, and
    /// does not trust the tool.
    Register(RegisterArguments),
    /// List the tools of the repository, and whether you trust them.
    ///
    /// Lists the tools that `tools/registry.json` names, what each runs, and whether you trust it as it is now. A tool that
    /// cannot be run is listed with the reason.
    List(ListArguments),
    /// Show a tool: what it runs, what it may do, and its arguments.
    ///
    /// Shows everything that is known of a tool, also the files that it consists of and the digest of all of them together,
    /// which is what you trust.
    Show(NameArgument),
    /// Run a tool that you trust.
    ///
    /// Checks the arguments against the description, then runs the tool in the environment that it wants, or else in the
    /// default one. A tool that you do not trust is shown first, and runs after a yes; without a terminal it does not run.
    Run(ToolRunArguments),
    /// Trust a tool as it is now.
    ///
    /// Shows what the tool runs and may do, asks, and records what you trust outside of the repository. Any change to its
    /// description or to a file that this names takes the trust away.
    Trust(ToolTrustArguments),
    /// Trust a tool no longer.
    ///
    /// Deletes the records of your trust in this tool of this repository, whatever its content was.
    Untrust(RemovalArguments),
    /// Take a tool out of the registry, and trust it no longer.
    ///
    /// Takes the tool out of `tools/registry.json`, and deletes the records of your trust in it. Its files stay.
    Unregister(RemovalArguments),
    /// Print every command of git-pyenv with its arguments and what it may do, as JSON.
    ///
    /// The document names the JSON Schema that it follows, and for each command that of its arguments and of its result. It
    /// says what a command reads, writes or destroys at most, whether it asks first, how it can be tried, and what each exit
    /// status means.
    Schema(SchemaArguments),
}

#[derive(Debug, Args)]
struct RegisterArguments {
    /// File with the description, below the top of the work tree.
    #[arg(value_name = "FILE")]
    file: String,

    /// Only check the description.
    #[arg(short = 'n', long)]
    dry_run: bool,

    #[command(flatten)]
    plan: ApplyArgument,
}

#[derive(Debug, Args)]
struct ListArguments {
    /// List what you trust instead, in all repositories.
    #[arg(long)]
    trusted: bool,
}

#[derive(Debug, Args)]
struct NameArgument {
    /// Name of the tool.
    #[arg(value_name = "NAME")]
    name: String,
}

#[derive(Debug, Args)]
struct RemovalArguments {
    /// Name of the tool.
    #[arg(value_name = "NAME")]
    name: String,

    /// Only show what would change.
    #[arg(short = 'n', long)]
    dry_run: bool,

    #[command(flatten)]
    plan: ApplyArgument,
}

#[derive(Debug, Args)]
struct ToolRunArguments {
    /// Name of the tool, and its arguments.
    #[arg(value_names = ["NAME", "ARGS"], trailing_var_arg = true, num_args = 1.., required = true)]
    words: Vec<OsString>,
}

#[derive(Debug, Args)]
struct ToolTrustArguments {
    /// Name of the tool.
    #[arg(value_name = "NAME")]
    name: String,

    /// Do not ask: trust the content with this digest, and no other.
    #[arg(long, value_name = "SHA256")]
    digest: Option<String>,

    /// Only show the tool.
    #[arg(short = 'n', long, conflicts_with = "digest")]
    dry_run: bool,
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
    let (ports, output) = (context.ports, &context.output);
    let run = PlannedRun::new(context, &COMMAND, matches);
    let Arguments { action } = parsed(matches)?;
    Ok(match action {
        ToolCommand::Register(RegisterArguments { file, dry_run, plan: _ }) => {
            run.require(|| tool::register(ports, &file, true))?;
            run.result(&tool::register(ports, &file, dry_run)?, 0)
        }
        ToolCommand::List(ListArguments { trusted: true }) => output.result(&tool::trusted(ports)?, 0),
        ToolCommand::List(ListArguments { trusted: false }) => output.result(&tool::list(ports)?, 0),
        ToolCommand::Show(NameArgument { name }) => output.result(&tool::show(ports, &name)?, 0),
        ToolCommand::Run(arguments) => start(context, arguments),
        ToolCommand::Trust(ToolTrustArguments { name, digest, dry_run }) => {
            let prepared = tool::prepare_trust(ports, &name)?;
            let report = match digest {
                _ if dry_run => prepared.into_dry_run(),
                Some(digest) => prepared.trust_exactly(&digest)?,
                None => confirmed(context, prepared)?.trust()?,
            };
            run.result(&report, 0)
        }
        ToolCommand::Untrust(RemovalArguments { name, dry_run, plan: _ }) => {
            run.require(|| tool::untrust(ports, &name, true))?;
            run.result(&tool::untrust(ports, &name, dry_run)?, 0)
        }
        ToolCommand::Unregister(RemovalArguments { name, dry_run, plan: _ }) => {
            run.require(|| tool::unregister(ports, &name, true))?;
            run.result(&tool::unregister(ports, &name, dry_run)?, 0)
        }
        ToolCommand::Schema(SchemaArguments { format }) => print_schema(context, format),
    })
}

fn print_schema(context: &Context<'_>, format: SchemaFormat) -> u8 {
    let described = program::describe(context.commands, (context.program)());
    let document = match format {
        SchemaFormat::Json => json::program(&described),
        SchemaFormat::Mcp => json::model_context_tools(&described),
    };
    context.output.plain(|out| out.write_all(document.as_bytes()))
}

/// Runs a tool, whose output is all that standard output gets.
fn start(context: &Context<'_>, ToolRunArguments { words }: ToolRunArguments) -> u8 {
    let started = || {
        let mut words = words.into_iter();
        let name = words.next().ok_or_else(|| Error::usage("the name of a tool is missing"))?;
        let first = words.next().filter(|word| word != "--");
        let arguments = first.into_iter().chain(words).collect();
        let (prepared, asked) = tool::prepare_run(context.ports, &name.to_string_lossy(), arguments)?;
        if let Some(asked) = asked {
            confirmed(context, asked)?.trust()?;
        }
        prepared.exec()
    };
    started().unwrap_or_else(|error| context.output.text_unless_requested().error(&error))
}

/// Shows a tool and asks whether to trust it, unless it is trusted.
fn confirmed(context: &Context<'_>, prepared: PreparedTrust) -> Result<PreparedTrust> {
    let env = context.ports.env;
    if prepared.is_trusted() {
        return Ok(prepared);
    }
    if !env.stdin_is_terminal || !env.stderr_is_terminal {
        return Err(prepared.unasked());
    }
    context.output.to_stderr(&prepared.report);
    match context.questions.ask(&prepared.question(), "yn") {
        Some('y') => Ok(prepared),
        _ => Err(prepared.refused()),
    }
}
