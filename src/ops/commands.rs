//! `git pyenv --list`: all commands, whoever made them. Nothing is run to find out.

use crate::model::{CommandList, CommandSource, ListedCommand};
use crate::session::{ExternalCommands, Ports};

/// Lists these commands of this program, each with what it does, and those of others. A program of the name of one of them
/// never runs as a command, so it is left out.
#[must_use]
pub fn run(ports: Ports<'_>, built_in: Vec<(String, String)>) -> CommandList {
    let external =
        ExternalCommands::here(ports).all(|name| built_in.iter().any(|(own, _)| own == name)).into_iter();
    let external = external.map(|(name, program)| ListedCommand {
        source: CommandSource::External,
        name,
        summary: None,
        program: Some(program),
    });
    let built_in = built_in.into_iter().map(|(name, summary)| ListedCommand {
        source: CommandSource::BuiltIn,
        name,
        summary: Some(summary),
        program: None,
    });
    let mut commands: Vec<ListedCommand> = built_in.chain(registered(ports)).chain(external).collect();
    commands.sort();
    CommandList { commands }
}

/// The tools that the repository has registered.
fn registered(_: Ports<'_>) -> Vec<ListedCommand> {
    Vec::new()
}
