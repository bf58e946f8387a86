//! The answer for a commit, a merge or a push.

use std::time::Instant;

use super::framework::{self, Task};
use super::{place, push};
use crate::config::Settings;
use crate::env::Env;
use crate::error::Result;
use crate::model::{FailOn, Gate, GateTrigger, HookEvent, Inspected, Report, Scope, Suppression};
use crate::ops::check::{self, label};
use crate::ops::gather;
use crate::ops::session::{Ports, Session};
use crate::setting::Setting;

/// What git, or a framework, runs a hook with.
#[derive(Debug, Clone)]
pub struct RunRequest {
    /// The hook.
    pub event: HookEvent,
    /// pre-commit or prek runs it, which says in variables what it is about to do.
    pub framework: bool,
    /// It stands in git's configuration; a hook file of ours goes before.
    pub from_configuration: bool,
    /// The arguments that git gives to the hook.
    pub arguments: Vec<String>,
    /// What git says on standard input.
    pub input: Vec<u8>,
}

/// Says whether the user goes on without the check: `GIT_PYENV=0`, or `SKIP` names it as pre-commit has it.
#[must_use]
pub fn is_off(env: &Env) -> bool {
    let skipped = env.text("SKIP").unwrap_or_default();
    let named = |name: &str| matches!(name.trim(), "git-pyenv" | "git-pyenv-guard");
    env.text("GIT_PYENV") == Some("0") || skipped.split(',').any(named)
}

/// Answers for a hook; `None` if there is nothing to answer.
///
/// # Errors
/// Usage, settings, or undecided where something that has to be known cannot be read.
pub fn run(ports: Ports<'_>, request: &RunRequest) -> Result<Option<Gate>> {
    let bypass = format!("to go on without this check: `GIT_PYENV=0 git {}`", noun(request.event));
    answer(ports, request).map_err(|error| error.hint(bypass))
}

fn noun(event: HookEvent) -> &'static str {
    match event {
        HookEvent::PreCommit | HookEvent::PreMergeCommit => "commit",
        HookEvent::PrePush => "push",
    }
}

fn answer(ports: Ports<'_>, request: &RunRequest) -> Result<Option<Gate>> {
    let session = Session::open(ports, Vec::new())?;
    if request.from_configuration && place::has_our_file(&session, request.event)? {
        return Ok(None);
    }
    let task = match (request.framework, request.event) {
        (true, event) => framework::task(ports.env, event),
        (false, HookEvent::PreCommit) => Task::Staged(HookEvent::PreCommit),
        (false, HookEvent::PreMergeCommit) => Task::Staged(HookEvent::PreMergeCommit),
        (false, HookEvent::PrePush) => Task::Push,
    };
    let gate = match task {
        Task::Staged(event) => staged(&session, event)?,
        Task::Everything => everything(&session, request.event)?,
        Task::Push => push::check(&session, &push::read(&session, request)?)?,
        Task::Range(range) => push::check_framework(&session, &range)?,
    };
    Ok(Some(gate))
}

fn staged(session: &Session<'_>, event: HookEvent) -> Result<Gate> {
    let trigger = match event {
        HookEvent::PreMergeCommit => GateTrigger::Merge,
        HookEvent::PreCommit | HookEvent::PrePush => GateTrigger::Commit,
    };
    judge(session, event, trigger, || gather::facts(session, &Scope::Staged))
}

/// All that is in the index, whether or not `HEAD` has it: nobody is committing, so there is no difference.
fn everything(session: &Session<'_>, event: HookEvent) -> Result<Gate> {
    judge(session, event, GateTrigger::Everything, || gather::index(session))
}

fn judge(
    session: &Session<'_>,
    event: HookEvent,
    trigger: GateTrigger,
    gather: impl FnOnce() -> Result<gather::Gathered>,
) -> Result<Gate> {
    let started = Instant::now();
    let gathered = match gather() {
        Ok(gathered) => gathered,
        // What the user has switched off must not stop anything by failing.
        Err(error) => match session.settings(Vec::new()) {
            Ok(settings) if !switch(&settings, event).value => {
                return Ok(Gate { report: empty(session, Scope::Staged), trigger });
            }
            _ => return Err(error),
        },
    };
    let switch = switch(&gathered.settings, event);
    if !switch.value {
        let suppressed = switched_off(event, switch);
        let report = Report { suppressed, ..empty(session, Scope::Staged) };
        return Ok(Gate { report, trigger });
    }
    let report = check::report(session, gathered, FailOn::Warning, started)?;
    Ok(Gate { report, trigger })
}

/// The setting that switches a hook on and off.
pub(super) fn switch(settings: &Settings, event: HookEvent) -> &Setting<bool> {
    match event {
        HookEvent::PreCommit => &settings.hooks.pre_commit,
        HookEvent::PreMergeCommit => &settings.hooks.pre_merge_commit,
        HookEvent::PrePush => &settings.hooks.pre_push,
    }
}

/// What to say of a hook that settings switch off: nothing, unless it is not the user who did.
pub(super) fn switched_off(event: HookEvent, switch: &Setting<bool>) -> Vec<Suppression> {
    if !switch.origin.is_from_repository() {
        return Vec::new();
    }
    let key = match event {
        HookEvent::PreCommit => "hooks.preCommit",
        HookEvent::PreMergeCommit => "hooks.preMergeCommit",
        HookEvent::PrePush => "hooks.prePush",
    };
    let finding = format!("the {} check", event.name());
    let because = format!("switched off by `{key}` in {}", switch.origin);
    vec![Suppression { finding, because, from_repository: true }]
}

/// A report of nothing.
pub(super) fn empty(session: &Session<'_>, scope: Scope) -> Report {
    Report {
        repository: label(session),
        scope,
        findings: Vec::new(),
        environments: Vec::new(),
        skipped: Vec::new(),
        suppressed: Vec::new(),
        inspected: Inspected::default(),
        fail_on: FailOn::Warning,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_user_can_go_on_without() {
        let off = |name, value| is_off(&Env::with(Path::new("/"), [(name, value)]));
        assert!(off("GIT_PYENV", "0"));
        assert!(off("SKIP", "black, git-pyenv"));
        assert!(off("SKIP", "git-pyenv-guard"));
        assert!(!off("GIT_PYENV", "1") && !off("GIT_PYENV", "") && !off("SKIP", "git-pyenv-sync"));
    }
}
