//! Runs the commands of a plan.

use std::collections::VecDeque;
use std::path::Path;
use std::process::Stdio;

use super::failure::{self, Purpose};
use super::invocation::invocation;
use crate::backends::{Event, OutputReading, PlannedCommand, failed_requirement};
use crate::error::{Error, Result};
use crate::fs::EnvironmentLock;
use crate::model::RequestedPackages;
use crate::session::Ports;

/// How many lines of a backend are kept for the case that it fails.
const KEPT_LINES: usize = 500;

/// Runs the commands of a program.
pub struct Executor<'e> {
    /// The ports.
    pub ports: Ports<'e>,
    /// The environment that the program is to use, if there is one.
    pub environment: Option<&'e Path>,
    /// The directory in which the commands start.
    pub directory: &'e Path,
    /// The name of the program.
    pub name: &'static str,
    /// What its lines mean.
    pub reading: &'e OutputReading,
    /// What it is run for.
    pub purpose: Purpose,
    /// What is asked for, to say where a requirement is written.
    pub requested: &'e RequestedPackages,
    /// What to do as soon as everything is installed, while the program is about to end.
    pub installed: Option<&'e dyn Fn()>,
    /// The lock of the environment, which the program holds as well.
    pub lock: Option<&'e EnvironmentLock>,
}

/// How the commands came to their end.
pub enum Ending {
    /// Each ended by itself, the last one with this result.
    Ended(Result<()>),
    /// Somebody asked this program to stop, or a signal ended the backend.
    Interrupted(Error),
}

impl Executor<'_> {
    /// Runs one command after the other, until one fails.
    #[must_use]
    pub fn run(&self, commands: &[PlannedCommand]) -> Ending {
        self.run_naming(commands).0
    }

    /// As [`Executor::run`], with the requirement because of which one failed, as the backend names it.
    #[must_use]
    pub fn run_naming(&self, commands: &[PlannedCommand]) -> (Ending, Option<String>) {
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
        let (progress, reading, name) = (self.ports.progress, self.reading, self.name);
        progress.phase(&format!("{name}: {}", reading.start), None);
        let mut kept: VecDeque<String> = VecDeque::new();
        let mut line = |said: &[u8]| {
            let said = String::from_utf8_lossy(said).into_owned();
            match (reading.event)(&said) {
                Some(Event::Phase(phase, total)) => progress.phase(&format!("{name}: {phase}"), total),
                Some(Event::Item) => progress.advance(1, 0),
                Some(Event::Installed) => {
                    if let Some(installed) = self.installed {
                        installed();
                    }
                }
                None => {}
            }
            if kept.len() == KEPT_LINES {
                kept.pop_front();
            }
            kept.push_back(said);
        };
        let invocation = invocation(self.ports.env, command, self.directory, self.environment);
        let stdin = self.lock.map_or_else(Stdio::null, EnvironmentLock::as_stdin);
        let followed = self.ports.runner.follow(&invocation, stdin, &mut line);
        let lines = kept.make_contiguous();
        let failed = |status| {
            failure::of_program(self.name, self.purpose, self.reading, (status, lines), self.requested)
        };
        match (followed, self.ports.signals.check()) {
            (Err(error), _) => (Ending::Ended(Err(error)), None),
            (Ok(Some(0)), _) => (Ending::Ended(Ok(())), None),
            (Ok(_), Err(error)) => (Ending::Interrupted(error), None),
            (Ok(None), Ok(())) => (Ending::Interrupted(failed(None)), None),
            (Ok(status), Ok(())) => {
                (Ending::Ended(Err(failed(status))), failed_requirement(self.reading, lines))
            }
        }
    }
}
