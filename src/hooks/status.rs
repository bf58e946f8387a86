//! Whether git will run our hooks, and what to do about those that it will not run.

use std::path::PathBuf;

use super::event::HookEvent;
use super::events::HOOK_EVENTS;
use super::install::{InstallOptions, plan};
use super::judge::Judge;
use super::switch::reason_off;
use crate::config::Settings;
use crate::env::Env;
use crate::error::Result;
use crate::git::Repository;
use crate::model::{HookAdvice, HookInstallation, HookState};

/// The state of all hooks.
#[derive(Debug)]
pub struct HookStatus {
    /// One for each event.
    pub states: Vec<HookState>,
    /// The version of git in use.
    pub git_version: String,
    /// The program that the hooks will find.
    pub program: Option<PathBuf>,
    /// What `hook install` would do about those that will not run.
    pub advice: HookAdvice,
    /// What else the user should know.
    pub notes: Vec<String>,
}

/// Reads the state of the hooks.
///
/// # Errors
/// Undecided if git or a file cannot be read.
pub fn status(repository: &Repository<'_>, env: &Env, settings: &Settings) -> Result<HookStatus> {
    let judge = Judge::new(repository, env)?;
    let mut states = HOOK_EVENTS.iter().map(|event| judge.state(event)).collect::<Result<Vec<_>>>()?;
    let without_work_tree = is_without_work_tree(repository)?;
    let is_run = |event: &HookEvent| !(without_work_tree && needs_work_tree(event));
    for (state, _) in states.iter_mut().zip(HOOK_EVENTS).filter(|(_, event)| !is_run(event)) {
        state.problems.push("git runs it only in a work tree, and this repository has none".to_owned());
    }
    let advice = advice(repository, env, &judge, &states, &is_run);
    for (state, event) in states.iter_mut().zip(HOOK_EVENTS) {
        let off = reason_off(env, event, settings).filter(|_| state.installation != HookInstallation::None);
        state.problems.extend(off.map(|because| format!("it checks nothing: {}", because.seen_from_root())));
    }
    let git_version = judge.directory.git_version.to_string();
    let notes = judge.directory.setting().into_iter().collect();
    Ok(HookStatus { states, git_version, program: judge.program, advice, notes })
}

/// Whether the repository is bare, and has no linked work tree either.
fn is_without_work_tree(repository: &Repository<'_>) -> Result<bool> {
    Ok(repository.layout().work_tree.is_none() && repository.worktrees()?.len() < 2)
}

/// Whether the git command that runs the hook needs a work tree: all of them but for a push, on either side.
fn needs_work_tree(event: &HookEvent) -> bool {
    !matches!(event.git_command, "push" | "receive-pack")
}

/// Plans the installation of what will not run, to say what would come of it.
fn advice(
    repository: &Repository<'_>,
    env: &Env,
    judge: &Judge,
    states: &[HookState],
    is_run: &dyn Fn(&HookEvent) -> bool,
) -> HookAdvice {
    let missing = states.iter().zip(HOOK_EVENTS).filter(|(state, event)| !state.will_run() && is_run(event));
    let events: Vec<_> = missing.map(|(_, event)| *event).collect();
    if events.is_empty() {
        return HookAdvice::Nothing;
    }
    let options = InstallOptions { events, config: false, force: false };
    match plan(repository, env, judge, &options) {
        Ok(plan) if plan.changes.is_empty() => HookAdvice::Nothing,
        Ok(_) => HookAdvice::Install,
        Err(error) => HookAdvice::Refused { reason: error.summary(), hints: error.hints().to_vec() },
    }
}
