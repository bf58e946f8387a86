//! Programs that are asked something.

use std::path::{Path, PathBuf};

use super::failure;
use super::invocation::invocation;
use crate::backends::PlannedCommand;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::fs::is_executable;
use crate::session::Ports;

/// Finds a program on `PATH`.
#[must_use]
pub fn program_on_path(env: &Env, name: &str) -> Option<PathBuf> {
    env.candidates(name).find(|program| is_executable(program))
}

/// A program that only answers.
pub struct ProgramQuestion<'q> {
    /// The ports.
    pub ports: Ports<'q>,
    /// The name of the program.
    pub name: &'static str,
    /// The directory in which it starts.
    pub directory: &'q Path,
    /// The environment that it is about, if there is one.
    pub environment: Option<&'q Path>,
    /// What is waited for meanwhile.
    pub doing: &'q str,
    /// What could not be determined if it fails: it follows `could not determine`.
    pub asked: &'q str,
}

impl ProgramQuestion<'_> {
    /// Asks with this command, with the user's variables, and returns what `read` makes of standard output. With other exit
    /// statuses than these, it has failed.
    ///
    /// # Errors
    /// Undecided, with the program's own words, if it fails or cannot be started, and if its answer cannot be read.
    pub fn ask<A>(
        &self,
        command: &PlannedCommand,
        statuses: &[i32],
        read: impl FnOnce(&[u8]) -> Option<A>,
    ) -> Result<A> {
        self.ports.progress.phase(self.doing, None);
        let output =
            self.ports.runner.run(&invocation(self.ports.env, command, self.directory, self.environment));
        self.ports.progress.finish();
        let failed = || Error::undecided(format!("could not determine {}", self.asked));
        let output = output.map_err(|error| failed().cause(error))?;
        let answer =
            output.status.filter(|status| statuses.contains(status)).and_then(|_| read(&output.stdout));
        answer.ok_or_else(|| {
            let said = String::from_utf8_lossy(&output.stderr);
            let lines: Vec<String> = said.lines().map(str::to_owned).collect();
            failure::with_words(failed(), self.name, output.status, &lines)
        })
    }
}
