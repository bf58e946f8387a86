//! Runs the commands of a plan.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::Path;

use super::failure;
use super::target::TargetEnvironment;
use crate::backends::{Backend, Event, PlannedCommand, failed_requirement, is_dropped};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::fs::EnvironmentLock;
use crate::git::local_variables;
use crate::model::RequestedPackages;
use crate::ports::Invocation;
use crate::session::Ports;

/// How many lines of a backend are kept for the case that it fails.
const KEPT_LINES: usize = 500;

/// Runs the commands of a backend for one environment.
pub(super) struct Executor<'e> {
    pub(super) ports: Ports<'e>,
    pub(super) target: &'e TargetEnvironment,
    /// The directory of the project, in which they start.
    pub(super) directory: &'e Path,
    pub(super) backend: &'static Backend,
    pub(super) requested: &'e RequestedPackages,
    pub(super) lock: &'e EnvironmentLock,
}

/// How the commands came to their end.
pub(super) enum Ending {
    /// Each ended by itself, the last one with this result.
    Ended(Result<()>),
    /// Somebody asked this program to stop, or a signal ended the backend.
    Interrupted(Error),
}

impl Executor<'_> {
    /// Runs one command after the other, until one fails.
    pub(super) fn run(&self, commands: &[PlannedCommand]) -> Ending {
        self.run_naming(commands).0
    }

    /// As [`Executor::run`], with the requirement because of which one failed, as the backend names it.
    pub(super) fn run_naming(&self, commands: &[PlannedCommand]) -> (Ending, Option<String>) {
        for command in commands {
            if let Err(error) = self.ports.signals.check() {
                return (Ending::Interrupted(error), None);
            }
            match self.run_one(command) {
                (Ending::Ended(Ok(())), _) => {}
                other => return other,
            }
        }
        (Ending::Ended(Ok(())), None)
    }

    fn run_one(&self, command: &PlannedCommand) -> (Ending, Option<String>) {
        let (progress, reading, name) = (self.ports.progress, &self.backend.reading, self.backend.name);
        progress.phase(&format!("{name}: {}", reading.start), None);
        let mut kept: VecDeque<String> = VecDeque::new();
        let mut line = |said: &[u8]| {
            let said = String::from_utf8_lossy(said).into_owned();
            match (reading.event)(&said) {
                Some(Event::Phase(phase, total)) => progress.phase(&format!("{name}: {phase}"), total),
                Some(Event::Item) => progress.advance(1, 0),
                None => {}
            }
            if kept.len() == KEPT_LINES {
                kept.pop_front();
            }
            kept.push_back(said);
        };
        let followed = self.ports.runner.follow(&self.invocation(command), self.lock.as_stdin(), &mut line);
        let lines = kept.make_contiguous();
        let failed = |status| failure::of_backend(self.backend, status, lines, self.requested);
        match (followed, self.ports.signals.check()) {
            (Err(error), _) => (Ending::Ended(Err(error)), None),
            (Ok(Some(0)), _) => (Ending::Ended(Ok(())), None),
            (Ok(_), Err(error)) => (Ending::Interrupted(error), None),
            (Ok(None), Ok(())) => (Ending::Interrupted(failed(None)), None),
            (Ok(status), Ok(())) => {
                (Ending::Ended(Err(failed(status))), failed_requirement(&self.backend.reading, lines))
            }
        }
    }

    fn invocation(&self, command: &PlannedCommand) -> Invocation {
        let own = [("VIRTUAL_ENV".into(), self.target.root.clone().into_os_string())];
        let of_command = command.variables.iter().map(|(name, value)| (OsString::from(name), value.clone()));
        Invocation {
            program: command.program.clone(),
            arguments: command.arguments.clone(),
            directory: self.directory.to_path_buf(),
            environment: inherited(self.ports.env).into_iter().chain(own).chain(of_command).collect(),
            input: Vec::new(),
        }
    }
}

/// The user's variables, without those of the git command that called this one, and those that would lead elsewhere.
fn inherited(env: &Env) -> Vec<(OsString, OsString)> {
    let local = local_variables(env);
    env.for_child(|name| is_dropped(name) || local.iter().any(|other| other == name))
}
