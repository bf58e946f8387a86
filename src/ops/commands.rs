//! `git pyenv --list`: all commands, whoever made them. Nothing is run to find out.

use crate::model::{CommandList, CommandSource, ListedCommand};
use crate::order::Arrange as _;
use crate::path::RepoPath;
use crate::session::{ExternalCommands, Ports, Session};
use crate::tools::{RepositoryTool, ToolRegistry};

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
    commands.arrange();
    CommandList { commands }
}

/// The tools that the repository has registered; none outside of one, and none of a registry that cannot be read, which
/// `git pyenv tool list` is there to explain.
fn registered(ports: Ports<'_>) -> Vec<ListedCommand> {
    let top = Session::open(ports, Vec::new()).and_then(|session| session.top());
    let registry = top.and_then(|top| Ok((ToolRegistry::read(&top)?, top)));
    let Ok((registry, top)) = registry else { return Vec::new() };
    let listed = registry.tools().iter().map(|entry| {
        let file = RepoPath::new(entry.file.as_bytes()).ok();
        let tool = file.and_then(|file| RepositoryTool::read(&top, &file).ok());
        let summary = tool.map(|tool| tool.description.description).filter(|text| !text.is_empty());
        ListedCommand { source: CommandSource::Registered, name: entry.name.clone(), summary, program: None }
    });
    listed.collect()
}
