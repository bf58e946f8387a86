//! `git pyenv plugin`.

use clap::{ArgMatches, Args, Subcommand};

use super::command::{Command, Context, parsed};
use super::plan::{ApplyArgument, PlannedRun};
use crate::error::Result;
use crate::model::{CommandEffect, PlugInReport, PlugInStep};
use crate::ops::plugin;

const MANUAL: &str = "\
Notes:
  `git-pyenv-type-NAME` on PATH makes environments of the type NAME, for those
  whose settings say so: `create`, `activate`, `run` and `use` then go through it.
  Nothing of a plug-in runs before you trust its exact content; any change asks
  again. Once trusted, it is a program like others and can do what you can do.
  docs/plugins.md has the protocol, with an example.

Files:
  ~/.local/state/git-pyenv/trusted
               what you trust, or below XDG_STATE_HOME

Examples:
  git pyenv plugin list              what there is, and what is trusted
  git pyenv plugin trust conda       show it, ask, and trust it
  git config pyenv.environments.docs.type conda
  git pyenv create docs              create an environment of that type
";

pub(super) static COMMAND: Command =
    Command::new("plugin", describe, run).may(CommandEffect::Write).only_reads_in(&["list"]);

fn describe() -> clap::Command {
    clap::Command::new("plugin")
        .defer(|command| Arguments::augment_args(command).after_long_help(MANUAL))
        .about("Trust plug-ins that make environments of other types")
        .long_about(
            "Lists the plug-ins that make environments of types of their own, and says which of them may run: only those whose \
             exact content you trust.",
        )
}

#[derive(Debug, Args)]
struct Arguments {
    #[command(subcommand)]
    action: PluginCommand,
}

#[derive(Debug, Subcommand)]
enum PluginCommand {
    /// List the plug-ins on PATH, and which are trusted.
    ///
    /// Each has the SHA-256 of its content, and the paths by which its environments are recognised. Nothing is run.
    List,
    /// Trust a plug-in with the content that it has now.
    ///
    /// It is shown first, and a person at the terminal asked; without one, it is trusted only if --digest says which content
    /// is meant. Then it is run for the first time, to say how its environments are recognised.
    Trust(PluginTrustArguments),
    /// Trust a plug-in no longer, whatever its content.
    ///
    /// Environments that it has made stay as they are.
    Untrust(PluginUntrustArguments),
}

#[derive(Debug, Args)]
struct PluginTrustArguments {
    /// Type whose plug-in to trust.
    #[arg(value_name = "TYPE")]
    name: String,

    /// Do not ask: trust the content with this digest, and no other.
    #[arg(long, value_name = "SHA256")]
    digest: Option<String>,

    /// Only show what would be trusted; nothing is run.
    #[arg(short = 'n', long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
struct PluginUntrustArguments {
    /// Type whose plug-in not to trust.
    #[arg(value_name = "TYPE")]
    name: String,

    /// Only show what would no longer be trusted.
    #[arg(short = 'n', long)]
    dry_run: bool,

    #[command(flatten)]
    plan: ApplyArgument,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let Arguments { action } = parsed(matches)?;
    let report = match action {
        PluginCommand::List => plugin::list(context.ports)?,
        PluginCommand::Trust(arguments) => trust(context, &arguments)?,
        PluginCommand::Untrust(PluginUntrustArguments { name, dry_run, plan: _ }) => {
            let run = PlannedRun::new(context, &COMMAND, matches);
            run.require(|| plugin::untrust(context.ports, &name, true))?;
            return Ok(run.result(&plugin::untrust(context.ports, &name, dry_run)?, 0));
        }
    };
    Ok(context.output.result(&report, 0))
}

fn trust(context: &Context<'_>, arguments: &PluginTrustArguments) -> Result<PlugInReport> {
    let prepared = plugin::prepare(context.ports, &arguments.name, arguments.digest.as_deref())?;
    if prepared.is_trusted() {
        return Ok(prepared.ended(PlugInStep::AlreadyTrusted));
    }
    if arguments.dry_run {
        return Ok(prepared.ended(PlugInStep::WouldTrust));
    }
    if arguments.digest.is_none() {
        let env = context.ports.env;
        if !env.stdin_is_terminal || !env.stderr_is_terminal {
            return Err(prepared.unasked());
        }
        context.output.to_stderr(&prepared.report);
        if context.questions.ask("trust it as it is now?", "yn") != Some('y') {
            return Err(prepared.refused());
        }
    }
    prepared.carry_out(context.ports)
}
