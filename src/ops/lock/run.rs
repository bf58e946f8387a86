//! Brings locks in step.

use std::path::PathBuf;

use super::plan::{LockPlan, Writer, plans};
use crate::backends::PlannedCommand;
use crate::config::FlagValue;
use crate::delegate::{Ending, Executor, Purpose, add_commands, words};
use crate::error::{Error, Result};
use crate::fs::read_optional;
use crate::inspect::is_environment;
use crate::message::message;
use crate::model::{Freshness, LockStep, LockedFile, Locking, PlanBasis, RequestedPackages};
use crate::path::RepoPath;
use crate::project::{content_inputs, derived_files_of, project_here, select};
use crate::session::{Ports, Session};
use crate::tree::LOCK_LIMIT;

/// What to do.
#[derive(Debug, Clone, Default)]
pub struct LockRequest {
    /// The tool, by name.
    pub backend: Option<String>,
    /// Only say whether the locks are fresh.
    pub check: bool,
    /// Only say what would be done.
    pub dry_run: bool,
}

/// Brings the locks of the project here in step with its manifests. Nothing is started if they are.
///
/// # Errors
/// Usage if no tool claims the project; action if a tool fails or is missing.
pub fn run(ports: Ports<'_>, request: &LockRequest) -> Result<Locking> {
    let locked = lock(ports, request);
    ports.progress.finish();
    ports.signals.deliver();
    locked
}

fn lock(ports: Ports<'_>, request: &LockRequest) -> Result<Locking> {
    let session = Session::open(ports, flags(request))?;
    let settings = session.work_tree_settings()?;
    let project = project_here(&session)?;
    let plans = plans(&session, &settings, &project)?;
    let selection = select(&session, &settings, None).ok();
    let inputs = match &selection {
        Some(selection) if request.dry_run => content_inputs(
            &session,
            &settings,
            selection,
            plans.iter().flat_map(LockPlan::sources).collect(),
        )?,
        _ => Vec::new(),
    };
    let environment =
        selection.map(|selection| selection.directory).filter(|directory| is_environment(directory));
    let step = match (request.check, request.dry_run) {
        (true, _) => LockStep::Checked,
        (false, true) => LockStep::WouldLock,
        (false, false) => LockStep::Locked,
    };
    let run = LockRun { ports, session: &session, project: &project.path, environment, step };
    let files = plans.into_iter().map(|plan| run.one(plan)).collect::<Result<Vec<_>>>()?;
    let (repository, project) = (session.label(), project.path.clone());
    let mut basis = PlanBasis::default();
    if request.dry_run {
        let commands: Vec<Vec<String>> = files.iter().map(|file| file.command.clone()).collect();
        add_commands(&mut basis, session.env, &commands);
    }
    Ok(Locking { repository, project, step, files, inputs, basis, notes: Vec::new() })
}

/// The flags that are settings.
fn flags(request: &LockRequest) -> Vec<FlagValue> {
    let backend = request.backend.clone().map(|value| FlagValue {
        key: "backend".to_owned(),
        value: Some(value),
        flag: "--backend".to_owned(),
    });
    backend.into_iter().collect()
}

/// One run of the command.
struct LockRun<'r> {
    ports: Ports<'r>,
    session: &'r Session<'r>,
    project: &'r RepoPath,
    /// The environment that tools are to use.
    environment: Option<PathBuf>,
    step: LockStep,
}

impl LockRun<'_> {
    fn one(&self, plan: LockPlan) -> Result<LockedFile> {
        let LockPlan { path, freshness, writer } = plan;
        let mut file = LockedFile {
            path,
            tool: writer.as_ref().map(|writer| writer.tool),
            after: freshness.clone(),
            before: freshness,
            command: Vec::new(),
            is_changed: false,
            refusal: None,
        };
        let is_fresh = file.before == Some(Freshness::Fresh);
        let Some(writer) = writer.filter(|_| !is_fresh && self.step != LockStep::Checked) else {
            if !is_fresh && file.tool.is_none() {
                file.refusal = Some("is not known".to_owned());
            }
            return Ok(file);
        };
        let program = writer.program(self.session, &file.path)?;
        let command = match writer.command(&program, file.before.is_some()) {
            Ok(command) => command,
            Err(reason) => {
                file.refusal = Some(reason);
                return Ok(file);
            }
        };
        file.command = words(&command);
        if self.step == LockStep::Locked {
            self.carry_out(&writer, &command, &mut file)?;
        }
        Ok(file)
    }

    /// Runs a command, and says what became of the file.
    fn carry_out(&self, writer: &Writer, command: &PlannedCommand, file: &mut LockedFile) -> Result<()> {
        let top = self.session.top()?;
        let read = || read_optional(&file.path.to_path(&top), LOCK_LIMIT).ok().flatten();
        let before = read();
        let requested = RequestedPackages::default();
        let directory = writer.directory(self.project).to_path(&top);
        let executor = Executor {
            ports: self.ports,
            environment: self.environment.as_deref(),
            directory: &directory,
            name: writer.tool,
            reading: &writer.backend.reading,
            purpose: Purpose::Lock,
            requested: &requested,
            installed: None,
            lock: None,
        };
        // From here on a signal is passed on to the tool, and ends this program when the tool has ended.
        self.ports.signals.defer();
        match executor.run(std::slice::from_ref(command)) {
            Ending::Ended(result) => result?,
            Ending::Interrupted(error) => return Err(error),
        }
        let after = read();
        if after.is_none() {
            return Err(Error::action(message!("{} did not write `{}`", writer.tool, file.path)));
        }
        let found = derived_files_of(&top, self.project).into_iter().find(|found| found.path == file.path);
        let now = found.map(|found| found.freshness);
        file.is_changed = before != after;
        file.after = match now {
            // What cannot be compared here, its tool has just said.
            Some(Freshness::Stale(reason)) => Some(Freshness::Stale(reason)),
            _ => Some(Freshness::Fresh),
        };
        Ok(())
    }
}
