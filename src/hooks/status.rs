//! Whether git will run our hooks, and what to do about those that it will not run.

use std::path::PathBuf;

use super::event::HookEvent;
use super::events::HOOK_EVENTS;
use super::install::{InstallOptions, plan};
use super::judge::Judge;
use super::switch::reason_off;
use super::usual::usual_events;
use crate::config::Settings;
use crate::env::Env;
use crate::error::Result;
use crate::git::Repository;
use crate::message::{Message, message};
use crate::model::{HookAdvice, HookInstallation, HookState};

/// The state of all hooks.
#[derive(Debug)]
pub struct HookStatus {
    /// One for each event that the repository usually has, and for each other one that is installed.
    pub states: Vec<HookState>,
    /// The version of git in use.
    pub git_version: String,
    /// The program that the hooks will find.
    pub program: Option<PathBuf>,
    /// What `hook install` would do about those that will not run.
    pub advice: HookAdvice,
    /// What else the user should know.
    pub notes: Vec<Message>,
}

/// Reads the state of the hooks.
///
/// # Errors
/// Undecided if git or a file cannot be read.
pub fn status(repository: &Repository<'_>, env: &Env, settings: &Settings) -> Result<HookStatus> {
    let judge = Judge::new(repository, env)?;
    let usual = usual_events(repository)?;
    let mut shown: Vec<(HookState, &'static HookEvent)> = Vec::new();
    for event in HOOK_EVENTS.iter().copied() {
        let state = judge.state(event)?;
        let is_usual = usual.iter().any(|usual| usual.name == event.name);
        if is_usual || state.installation != HookInstallation::None {
            shown.push((state, event));
        }
    }
    let advice = advice(repository, env, &judge, &shown);
    for (state, event) in &mut shown {
        let off = reason_off(env, event, settings).filter(|_| state.installation != HookInstallation::None);
        state.problems.extend(off.map(|because| message!("it {} nothing: {}", event.task.verb(), because)));
    }
    let git_version = judge.directory.git_version.to_string();
    let notes = judge.directory.setting().into_iter().map(Message::from).collect();
    let states = shown.into_iter().map(|(state, _)| state).collect();
    Ok(HookStatus { states, git_version, program: judge.program, advice, notes })
}

/// Plans the installation of what will not run, to say what would come of it.
fn advice(
    repository: &Repository<'_>,
    env: &Env,
    judge: &Judge,
    states: &[(HookState, &'static HookEvent)],
) -> HookAdvice {
    // What git never runs here is not repaired by installing it.
    let missing =
        states.iter().filter(|(state, event)| !state.will_run() && judge.never_runs(event).is_none());
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
