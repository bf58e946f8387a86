//! Brings one environment in step.

use std::cell::Cell;
use std::path::Path;

use super::changes::PackageList;
use super::early::EarlyStanding;
use super::inputs::inputs;
use super::prepare;
use super::request::InstallationRequest;
use super::sources::SourceFinder;
use super::standing::InstallStanding;
use super::target::TargetEnvironment;
use crate::backends::{BackendChoice, InstallTask, PlannedCommand, ReplacedPackage};
use crate::config::{FlagValue, Settings};
use crate::delegate::{Ending, Executor, Purpose, add_commands, words};
use crate::error::{Error, Result};
use crate::fs::{EnvironmentLock, add_place};
use crate::message::Message;
use crate::model::{InstallStep, Installation, PackageChange, PlanBasis};
use crate::removal;
use crate::session::{Ports, Session};
use crate::text::counted;

/// Installs what the environment lacks. Nothing is started if it lacks nothing.
///
/// # Errors
/// Usage or settings if it cannot be determined what to install, and where; action if that fails.
pub fn run(ports: Ports<'_>, request: &InstallationRequest) -> Result<Installation> {
    let installed = install(ports, request);
    ports.progress.finish();
    // After everything that may still have to be said to the file system.
    ports.signals.deliver();
    installed
}

fn install(ports: Ports<'_>, request: &InstallationRequest) -> Result<Installation> {
    let session = Session::open(ports, flags(request))?;
    if !request.dry_run {
        removal::recover(&session.repository, None, ports.progress);
    }
    let settings = session.work_tree_settings()?;
    let target = TargetEnvironment::find(&session, &settings, request.environment.as_deref())?;
    let project = target.selection.project.to_path(&session.top()?);
    let run = InstallRun {
        ports,
        session: &session,
        settings: &settings,
        request,
        target: &target,
        project: &project,
    };
    let standing = run.standing();
    // After an interrupted install, files may be missing that no metadata tell of, so that a backend has to look.
    if !target.is_interrupted() && standing.is_in_step() {
        return Ok(run.result(InstallStep::UpToDate, &standing));
    }
    let finder = SourceFinder {
        session: &session,
        settings: &settings,
        target: &target,
        request,
        project: &project,
        requested: &standing.requested,
    };
    let sources = finder.find()?;
    if sources.is_empty() {
        return Ok(run.result(InstallStep::UpToDate, &standing));
    }
    let (choice, because) = prepare::backend(&session, &settings, &target, &sources)?;
    let commands = run.plan(&choice, &standing)?;
    let result = |step, standing: &InstallStanding| Installation {
        backend: Some((choice.backend.name, because.clone())),
        commands: commands.iter().map(words).collect(),
        ..run.result(step, standing)
    };
    if request.dry_run {
        let changes = standing.expected_changes();
        let (inputs, outside_inputs) =
            inputs(&session, &settings, &target.selection, request, standing.files())?;
        let planned = result(InstallStep::WouldInstall, &standing);
        let mut basis = PlanBasis::default();
        add_place(&mut basis, &target.root);
        add_commands(&mut basis, session.env, &planned.commands);
        return Ok(Installation { changes, inputs, outside_inputs, basis, ..planned });
    }
    let (lock, after_wait) = run.lock()?;
    if !lock.is_marked()
        && let Some(standing) = after_wait.as_ref().filter(|standing| standing.is_in_step())
    {
        return Ok(run.result(InstallStep::UpToDate, standing));
    }
    let standing = after_wait.unwrap_or(standing);
    // From here on a signal is passed on to the backend, and ends this program when the backend has ended.
    ports.signals.defer();
    let (changes, standing) = run.carry_out(&choice, &commands, standing, &lock)?;
    let remaining = standing.sentences();
    Ok(Installation { changes, remaining, ..result(InstallStep::Installed, &standing) })
}

/// The flags that are settings.
fn flags(request: &InstallationRequest) -> Vec<FlagValue> {
    let backend = request.backend.clone().map(|value| FlagValue {
        key: "backend".to_owned(),
        value: Some(value),
        flag: "--backend".to_owned(),
    });
    backend.into_iter().collect()
}

/// One run of the command.
struct InstallRun<'r> {
    ports: Ports<'r>,
    session: &'r Session<'r>,
    settings: &'r Settings,
    request: &'r InstallationRequest,
    target: &'r TargetEnvironment,
    /// The directory of the project, absolute.
    project: &'r Path,
}

impl InstallRun<'_> {
    fn standing(&self) -> InstallStanding {
        InstallStanding::of(self.session, self.settings, self.target, self.request)
    }

    /// Keeps other installs out. Where one had to be waited for, it may have installed the same: how the environment stands
    /// then is returned too.
    fn lock(&self) -> Result<(EnvironmentLock, Option<InstallStanding>)> {
        let has_waited = Cell::new(false);
        let told = || {
            has_waited.set(true);
            self.ports.progress.waiting("waiting for another install into this environment");
        };
        let lock = EnvironmentLock::wait(&self.target.root, &told)?;
        Ok((lock, has_waited.get().then(|| self.standing())))
    }

    fn plan(&self, choice: &BackendChoice<'_>, standing: &InstallStanding) -> Result<Vec<PlannedCommand>> {
        (choice.backend.plan)(&self.task(choice, &standing.replaced())).map_err(|reason| {
            Error::usage(format!("{} {reason}", choice.backend.name))
                .hint("choose another backend with `--backend`")
        })
    }

    fn task<'t>(&'t self, choice: &'t BackendChoice<'_>, replaced: &'t [ReplacedPackage]) -> InstallTask<'t> {
        InstallTask {
            program: &choice.program,
            environment: &self.target.root,
            python: &self.target.python,
            python_feature: self.target.python_feature(),
            source: choice.source,
            replaced,
            groups: &self.request.groups,
            extras: &self.request.extras,
            is_editable: !self.request.without_editable,
            is_exact: self.request.is_exact,
            without_dependencies: false,
        }
    }

    /// Runs the plan, and says what it changed and how the environment stands now. A mark in the environment says that an
    /// install has begun, until the backend has come to an end of its own.
    fn carry_out(
        &self,
        choice: &BackendChoice<'_>,
        commands: &[PlannedCommand],
        standing: InstallStanding,
        lock: &EnvironmentLock,
    ) -> Result<(Vec<PackageChange>, InstallStanding)> {
        let before = PackageList::read(&self.target.root);
        lock.mark()?;
        let compare = || self.standing();
        let early = EarlyStanding::new(&self.target.root, &compare);
        let executor = Executor {
            ports: self.ports,
            environment: Some(&self.target.root),
            directory: self.project,
            name: choice.backend.name,
            reading: &choice.backend.reading,
            purpose: Purpose::Install,
            requested: &standing.requested,
            installed: Some(&|| early.find()),
            lock: Some(lock),
        };
        let ending = executor.run(commands);
        let (ending, standing_now) = match ending {
            Ending::Ended(Ok(())) => self.remove_extra(choice, &executor, &early)?,
            other => (other, None),
        };
        let changes = || PackageList::read(&self.target.root).changes_since(&before);
        match ending {
            Ending::Ended(Ok(())) => {
                lock.unmark()?;
                let standing_now = standing_now.unwrap_or_else(|| early.take());
                let changes = standing_now.packages(self.target).changes_since(&before);
                Ok((changes, standing_now))
            }
            Ending::Ended(Err(error)) => {
                // What it did is done, and `check` sees it.
                lock.unmark()?;
                let in_full = self.request.in_full(&self.target.selection.env_option());
                Err(with_changes(error, &changes()).shown_in_full_by(in_full))
            }
            Ending::Interrupted(error) => {
                let again = format!("git pyenv install{}", self.target.selection.env_option());
                Err(with_changes(error, &changes()).suggest("finish it with", again))
            }
        }
    }

    /// Removes what nothing asks for, where the backend itself only installs.
    fn remove_extra(
        &self,
        choice: &BackendChoice<'_>,
        executor: &Executor<'_>,
        early: &EarlyStanding<'_>,
    ) -> Result<(Ending, Option<InstallStanding>)> {
        let done = Ending::Ended(Ok(()));
        let Some(remove) = choice.backend.remove.filter(|_| self.request.is_exact) else {
            return Ok((done, None));
        };
        let standing = early.take();
        match standing.extra() {
            Err(error) => Ok((Ending::Ended(Err(error)), None)),
            Ok(extra) if extra.is_empty() => Ok((done, Some(standing))),
            Ok(extra) => Ok((executor.run(&[remove(&self.task(choice, &[]), &extra)]), None)),
        }
    }

    fn result(&self, step: InstallStep, standing: &InstallStanding) -> Installation {
        Installation {
            repository: self.session.label(),
            selection: self.target.selection.clone(),
            step,
            backend: None,
            commands: Vec::new(),
            directory: self.project.to_path_buf(),
            changes: Vec::new(),
            files: standing.files(),
            inputs: Vec::new(),
            outside_inputs: Vec::new(),
            basis: PlanBasis::default(),
            remaining: Vec::new(),
            notes: {
                let notes = standing.requested.notes.iter().map(Message::of);
                notes.chain(standing.stale_lock.clone()).chain(self.target.warning.clone()).collect()
            },
        }
    }
}

/// Adds to a failure what was changed all the same.
fn with_changes(error: Error, changes: &[PackageChange]) -> Error {
    let names: Vec<String> = changes.iter().map(|change| format!("`{}`", change.name)).collect();
    match names.len() {
        0 => error,
        count => {
            let what = counted(count as u64, "package");
            error.cause(format!("{what} had been changed before: {}", names.join(", ")))
        }
    }
}
