//! Runs a hook, for git or for a hook framework.

use super::event::{HookCall, HookEvent, HookTask};
use super::events::{PRE_MERGE_COMMIT, PRE_PUSH};
use super::framework::{self, FrameworkTask};
use super::{hooks_directory, index, push};
use crate::error::Result;
use crate::model::{DependencyNotice, Gate, GateTrigger};
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

impl HookRun {
    /// Git runs the hook.
    fn by_git(event: &'static HookEvent, call: HookCall) -> Self {
        Self { event, framework: false, from_configuration: false, call }
    }
}

/// What came of a hook.
#[derive(Debug)]
pub enum HookResult {
    /// The result of a check.
    Gate(Box<Gate>),
    /// What the user should know; `None` if there is nothing to say.
    Notice(Option<DependencyNotice>),
}

/// Runs a hook; `None` if there is nothing to check.
///
/// # Errors
/// Usage, settings, or undecided if something that the check needs cannot be read.
pub fn run(session: &Session<'_>, run: &HookRun) -> Result<Option<HookResult>> {
    let HookRun { event, framework, from_configuration, call } = run;
    if *from_configuration && hooks_directory::has_our_file(&session.repository, event)? {
        return Ok(None);
    }
    let result = match event.task {
        HookTask::Gate(_) if *framework => HookResult::Gate(Box::new(for_framework(session, run)?)),
        HookTask::Gate(check) => HookResult::Gate(Box::new(check(session, event, call)?)),
        HookTask::Notice(_) if *framework => match framework::notice(session.env) {
            Some((event, call)) => return self::run(session, &HookRun::by_git(event, call)),
            None => HookResult::Notice(None),
        },
        HookTask::Notice(notice) => HookResult::Notice(notice(session, event, call)?),
    };
    Ok(Some(result))
}

/// A framework runs the same hook for several events of git, and says in variables which one it is.
fn for_framework(session: &Session<'_>, run: &HookRun) -> Result<Gate> {
    match framework::task(session.env, run.event) {
        FrameworkTask::Commit => index::check_staged(session, run.event, GateTrigger::Commit),
        FrameworkTask::Merge => index::check_staged(session, PRE_MERGE_COMMIT, GateTrigger::Merge),
        FrameworkTask::AllFiles => index::check_all(session, run.event),
        FrameworkTask::Range(references) => push::check_named(session, PRE_PUSH, &references),
    }
}
