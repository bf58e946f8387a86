//! The result of `git pyenv --list`.

use std::path::PathBuf;

/// Whose a command is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CommandSource {
    /// It is this program's.
    BuiltIn,
    /// The repository has registered it as a tool.
    Registered,
    /// It is a program on `PATH`.
    External,
}

/// A command that can be run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedCommand {
    /// Whose it is.
    pub source: CommandSource,
    /// Its name.
    pub name: String,
    /// What it does, in one line; unknown of a program that would have to be run to say so.
    pub summary: Option<String>,
    /// Its program, absolute, if it has one of its own.
    pub program: Option<PathBuf>,
}

/// All commands, by source and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandList {
    /// The commands.
    pub commands: Vec<ListedCommand>,
}

impl CommandList {
    /// Those of one source.
    pub fn of(&self, source: CommandSource) -> impl Iterator<Item = &ListedCommand> {
        self.commands.iter().filter(move |command| command.source == source)
    }
}
