//! The answer for a commit, a merge or a push.

use super::framework::{self, Task};
use super::{hooks_directory, index, push};
use crate::env::Env;
use crate::error::Result;
use crate::model::{Gate, HookEvent, Occasion};
use crate::session::{Ports, Session};

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
    if request.from_configuration && hooks_directory::has_our_file(&session.repository, request.event)? {
        return Ok(None);
    }
    let task = match (request.framework, request.event) {
        (true, event) => framework::task(ports.env, event),
        (false, HookEvent::PreCommit) => Task::Staged(HookEvent::PreCommit),
        (false, HookEvent::PreMergeCommit) => Task::Staged(HookEvent::PreMergeCommit),
        (false, HookEvent::PrePush) => Task::Push,
    };
    let gate = match task {
        Task::Staged(event) => {
            let is_merge = event == HookEvent::PreMergeCommit;
            let occasion = if is_merge { Occasion::Merge } else { Occasion::Commit };
            index::check_staged(&session, event, occasion)?
        }
        Task::Everything => index::check_all(&session, request.event)?,
        Task::Push => push::check(&session, request.arguments.first().map(String::as_str), &request.input)?,
        Task::Range(range) => push::check_framework(&session, &range)?,
    };
    Ok(Some(gate))
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
