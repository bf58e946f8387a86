//! `hook`: installs, removes, inspects and runs the hooks of git.

use crate::env::Env;
use crate::error::{Error, Result};
use crate::fs::{Lock, add_file};
pub use crate::hooks::HookResult;
use crate::hooks::{
    self, HOOK_EVENTS, HookCall, HookEvent, HookPlan, HookRun, HookStatus, InstallOptions, UsualInstallation,
};
use crate::message::message;
use crate::model::{HookAction, HookAdvice, HookChange, HookReport, PlanBasis};
use crate::session::{Ports, Session};

/// Approves of what a dry run shows, or says why not; then nothing is changed.
pub type Approved<'a> = &'a dyn Fn(&HookReport) -> Result<()>;

/// What to install.
#[derive(Debug, Clone)]
pub struct InstallRequest {
    /// Which hooks, by name; empty for those that the repository usually has.
    pub events: Vec<String>,
    /// Also those that only say something.
    pub notices: bool,
    /// Change nothing.
    pub dry_run: bool,
    /// Use git's configuration instead of files.
    pub config: bool,
    /// Install files even if another program manages hooks, or others use their directory.
    pub force: bool,
}

/// What to uninstall.
#[derive(Debug, Clone)]
pub struct UninstallRequest {
    /// Which hooks, by name; empty for all.
    pub events: Vec<String>,
    /// Change nothing.
    pub dry_run: bool,
}

/// How git or a hook framework runs a hook.
#[derive(Debug, Clone)]
pub struct RunHookRequest {
    /// The hook, by name.
    pub event: String,
    /// pre-commit or prek runs it.
    pub framework: bool,
    /// Git's configuration runs it.
    pub from_configuration: bool,
    /// What git passes to the hook.
    pub arguments: Vec<String>,
}

/// The names of all hooks.
pub fn event_names() -> impl Iterator<Item = &'static str> {
    HOOK_EVENTS.iter().map(|event| event.name)
}

/// The names of the hooks that a repository with a work tree usually has.
pub fn usual_names() -> impl Iterator<Item = &'static str> {
    let usual = HOOK_EVENTS.iter().filter(|event| event.installed == UsualInstallation::WorkTree);
    usual.map(|event| event.name)
}

/// Installs hooks.
///
/// # Errors
/// Usage if another program manages the hooks or git is too old; action, with everything as it was, if something
/// cannot be written; undecided if something cannot be read.
pub fn install(ports: Ports<'_>, request: &InstallRequest, approved: Approved<'_>) -> Result<HookReport> {
    let mut events = events(&request.events)?;
    let session = Session::open(ports, Vec::new())?;
    if events.is_empty() {
        events = hooks::usual_events(&session.repository)?;
    }
    if request.notices {
        let named: Vec<&str> = events.iter().map(|event| event.name).collect();
        events.extend(hooks::notices().filter(|event| !named.contains(&event.name)));
    }
    let options = InstallOptions { events, config: request.config, force: request.force };
    let _lock = lock(&session, request.dry_run)?;
    let mut plan = hooks::plan_installation(&session.repository, ports.env, &options)?;
    // Wrong settings make every check fail, but keep no hook from being installed.
    if let Ok(settings) = session.work_tree_settings() {
        plan.notes.extend(options.events.iter().filter_map(|event| {
            let because = hooks::reason_off(ports.env, event, &settings)?;
            let (name, does) = (event.name, event.task.verb());
            Some(message!("the {} hook {} nothing: {}", name, does, because))
        }));
    }
    carry_out(&session, plan, (HookAction::Install, request.dry_run), approved)
}

/// Uninstalls hooks. Hooks that are not ours stay.
///
/// # Errors
/// Usage for a hook that was named and is not ours; action, with everything as it was, if something cannot be
/// written; undecided if something cannot be read.
pub fn uninstall(ports: Ports<'_>, request: &UninstallRequest, approved: Approved<'_>) -> Result<HookReport> {
    let events = events(&request.events)?;
    let session = Session::open(ports, Vec::new())?;
    let _lock = lock(&session, request.dry_run)?;
    let plan = hooks::plan_uninstallation(&session.repository, &events)?;
    carry_out(&session, plan, (HookAction::Uninstall, request.dry_run), approved)
}

/// From reading to writing, no other run may change the hooks. A dry run waits for nobody.
fn lock(session: &Session<'_>, dry_run: bool) -> Result<Option<Lock>> {
    (!dry_run).then(|| session.lock_shared()).transpose()
}

/// Makes the changes, if whoever asked for them approves what a dry run shows.
fn carry_out(
    session: &Session<'_>,
    plan: HookPlan,
    (action, dry_run): (HookAction, bool),
    approved: Approved<'_>,
) -> Result<HookReport> {
    let mut basis = PlanBasis::default();
    plan.changes.iter().flat_map(HookChange::files).for_each(|file| add_file(&mut basis, file));
    let planned = HookReport {
        repository: session.label(),
        action,
        dry_run: true,
        basis,
        changes: plan.changes,
        states: Vec::new(),
        git_version: None,
        program: None,
        advice: HookAdvice::Nothing,
        notes: plan.notes,
    };
    approved(&planned)?;
    if !dry_run {
        hooks::apply(&session.repository, &planned.changes)?;
    }
    Ok(HookReport { dry_run, ..planned })
}

/// Says which hooks git will run.
///
/// # Errors
/// Usage outside of a repository; settings; undecided if git or a file cannot be read.
pub fn status(ports: Ports<'_>) -> Result<HookReport> {
    let session = Session::open(ports, Vec::new())?;
    let settings = session.work_tree_settings()?;
    let HookStatus { states, git_version, program, advice, notes } =
        hooks::status(&session.repository, ports.env, &settings)?;
    Ok(HookReport {
        repository: session.label(),
        action: HookAction::Status,
        dry_run: false,
        basis: PlanBasis::default(),
        changes: Vec::new(),
        states,
        git_version: Some(git_version),
        program,
        advice,
        notes,
    })
}

/// Runs a hook; `None` if there is nothing to do. `read_stdin` reads what git writes to the hook, and is told
/// in words what that is.
///
/// # Errors
/// Usage, settings, or undecided if something that the check needs cannot be read.
pub fn run(
    ports: Ports<'_>,
    request: &RunHookRequest,
    read_stdin: impl FnOnce(&Env, &str) -> Result<Vec<u8>>,
) -> Result<Option<HookResult>> {
    let event = event(&request.event)?;
    if hooks::is_bypassed(ports.env, event) {
        return Ok(None);
    }
    let stdin = match event.input.stdin {
        Some(what) if !request.framework => read_stdin(ports.env, what)?,
        _ => Vec::new(),
    };
    let run = HookRun {
        event,
        framework: request.framework,
        from_configuration: request.from_configuration,
        call: HookCall { arguments: request.arguments.clone(), stdin },
    };
    let checked = Session::open(ports, Vec::new()).and_then(|session| hooks::run(&session, &run));
    let bypass = || match event.git_command {
        Some(command) => format!("to skip this check, use `GIT_PYENV=0 git {command}`"),
        None => {
            format!("to skip this check, run on the server: `git config pyenv.{} false`", event.setting.key)
        }
    };
    checked.map_err(|error| error.hint(bypass()))
}

/// The exit status for git, from that of a hook's check: not every hook can stop git.
#[must_use]
pub fn exit_code(event: &str, checked: u8) -> u8 {
    hooks::find(event).map_or(checked, |event| event.task.exit_code(checked))
}

/// Says whether a hook only says something, so that what goes wrong is nothing to say.
#[must_use]
pub fn is_notice(event: &str) -> bool {
    hooks::find(event).is_some_and(|event| event.task.is_notice())
}

fn events(names: &[String]) -> Result<Vec<&'static HookEvent>> {
    names.iter().map(|name| event(name)).collect()
}

fn event(name: &str) -> Result<&'static HookEvent> {
    hooks::find(name).ok_or_else(|| Error::usage(format!("unknown hook `{name}`")))
}
