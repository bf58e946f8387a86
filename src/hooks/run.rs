//! The answer for a commit, a merge or a push.

use super::event::{HookCall, HookEvent};
use super::events::{PRE_MERGE_COMMIT, PRE_PUSH};
use super::framework::{self, FrameworkTask};
use super::{hooks_directory, index, push};
use crate::env::Env;
use crate::error::Result;
use crate::model::{Gate, Occasion};
use crate::session::{Ports, Session};

/// What git, or a framework, runs a hook with.
#[derive(Debug, Clone)]
pub struct RunRequest {
    /// The hook.
    pub event: &'static HookEvent,
    /// pre-commit or prek runs it, which says in variables what it is about to do.
    pub framework: bool,
    /// It stands in git's configuration; a hook file of ours goes before.
    pub from_configuration: bool,
    /// What git hands to the hook.
    pub call: HookCall,
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
    let bypass = format!("to go on without this check: `GIT_PYENV=0 git {}`", request.event.git_command);
    answer(ports, request).map_err(|error| error.hint(bypass))
}

fn answer(ports: Ports<'_>, request: &RunRequest) -> Result<Option<Gate>> {
    let session = Session::open(ports, Vec::new())?;
    let RunRequest { event, framework, from_configuration, call } = request;
    if *from_configuration && hooks_directory::has_our_file(&session.repository, event)? {
        return Ok(None);
    }
    let gate =
        if *framework { for_framework(&session, request) } else { (event.check)(&session, event, call) };
    gate.map(Some)
}

/// A framework runs one hook of its configuration for several events of git, so the event is asked for anew.
fn for_framework(session: &Session<'_>, request: &RunRequest) -> Result<Gate> {
    match framework::task(session.env, request.event) {
        FrameworkTask::Commit => index::check_staged(session, request.event, Occasion::Commit),
        FrameworkTask::Merge => (PRE_MERGE_COMMIT.check)(session, PRE_MERGE_COMMIT, &request.call),
        FrameworkTask::AllFiles => index::check_all(session, request.event),
        FrameworkTask::Range(references) => push::check_named(session, PRE_PUSH, &references),
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
