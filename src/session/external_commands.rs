//! Commands of others: programs of the user whose names begin with that of this one.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::opened::Session;
use super::ports::Ports;
use super::user_programs::UserPrograms;

/// What the names of such programs begin with.
const START: &str = "git-pyenv-";

/// What the names of commands begin with that are plug-ins: they speak a protocol, and nothing of them runs before its content is
/// trusted.
const TYPE: &str = "type-";

/// The commands of others, seen from a working directory.
pub struct ExternalCommands {
    programs: UserPrograms,
}

impl ExternalCommands {
    /// Those that the user has. The session is that of the repository, if it could be opened.
    #[must_use]
    pub fn new(ports: Ports<'_>, session: Option<&Session<'_>>) -> Self {
        let layout = session.map(|session| session.repository.layout());
        Self { programs: UserPrograms::new(ports.env, layout) }
    }

    /// Those that the user has where this program was started.
    #[must_use]
    pub fn here(ports: Ports<'_>) -> Self {
        Self::new(ports, Session::open(ports, Vec::new()).ok().as_ref())
    }

    /// The program of a command.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        self.programs.find(&format!("{START}{name}"))
    }

    /// Why programs for a command are not run, as sentences.
    #[must_use]
    pub fn passed_over(&self, name: &str) -> Vec<String> {
        self.programs.passed_over(&format!("{START}{name}"))
    }

    /// All that are not also built in, by name, each with its program.
    #[must_use]
    pub fn all(&self, is_built_in: impl Fn(&str) -> bool) -> BTreeMap<String, PathBuf> {
        let mut found = self.programs.starting_with(START);
        found.retain(|name, _| Self::is_command(name) && !name.starts_with('-') && !is_built_in(name));
        found
    }

    /// Says whether a name can be that of a command: not one that is a path, nor that of a plug-in.
    #[must_use]
    pub fn is_command(name: &str) -> bool {
        // Where file names know no case, `Type-x` is a plug-in too.
        let is_type = name.get(..TYPE.len()).is_some_and(|start| start.eq_ignore_ascii_case(TYPE));
        !name.contains(['/', '\\']) && !is_type
    }
}
