//! Runs a hook, for git or for a hook framework.

use super::event::{HookCall, HookEvent};
use super::events::{PRE_MERGE_COMMIT, PRE_PUSH};
use super::framework::{self, FrameworkTask};
use super::{hooks_directory, index, push};
use crate::error::Result;
use crate::model::{Gate, GateTrigger};
use crate::session::Session;

/// How git or a framework runs a hook.
#[derive(Debug, Clone)]
pub struct HookRun {
    /// The hook.
    pub event: &'static HookEvent,
    /// pre-commit or prek runs it, and says in variables what it is about to do.
    pub framework: bool,
    /// Git's configuration runs it: it leaves the check to a hook file of ours, if one exists.
    pub from_configuration: bool,
    /// What git hands to the hook.
    pub call: HookCall,
}

/// Runs a hook; `None` if there is nothing to check.
///
/// # Errors
/// Usage, settings, or undecided if something that the check needs cannot be read.
pub fn run(session: &Session<'_>, run: &HookRun) -> Result<Option<Gate>> {
    let HookRun { event, framework, from_configuration, call } = run;
    if *from_configuration && hooks_directory::has_our_file(&session.repository, event)? {
        return Ok(None);
    }
    let gate = if *framework { for_framework(session, run) } else { (event.check)(session, event, call) };
    gate.map(Some)
}

/// A framework runs the same hook for several events of git, and says in variables which one it is.
fn for_framework(session: &Session<'_>, run: &HookRun) -> Result<Gate> {
    match framework::task(session.env, run.event) {
        FrameworkTask::Commit => index::check_staged(session, run.event, GateTrigger::Commit),
        FrameworkTask::Merge => (PRE_MERGE_COMMIT.check)(session, PRE_MERGE_COMMIT, &run.call),
        FrameworkTask::AllFiles => index::check_all(session, run.event),
        FrameworkTask::Range(references) => push::check_named(session, PRE_PUSH, &references),
    }
}
