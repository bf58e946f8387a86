//! Says after a checkout, a merge or a rebase which environments are out of step because of it.
//!
//! Nothing is installed: that takes time nobody asked for, and would run what the branch says. Only if files differ that
//! say what environments are to contain, environments are looked at, and only of those that exist and are not in step
//! something is said. While git is in the middle of something, nothing is said: its end counts.

use super::event::{HookCall, HookEvent};
use super::pushed_references::split;
use crate::error::Result;
use crate::fs::{exists, read_optional};
use crate::git::Reader;
use crate::model::DependencyNotice;
use crate::path::RepoPath;
use crate::project;
use crate::session::Session;
use crate::tree::ObjectId;

/// In the git directory while a rebase is under way, by either of its ways; the second also while `git am` is.
const REBASES: [&str; 2] = ["rebase-merge", "rebase-apply"];
/// In the git directory while a bisection is under way.
const BISECTION: &str = "BISECT_LOG";
/// In the directory of a rebase: the commit that was checked out before.
const BEFORE_REBASE: &str = "orig-head";
/// The most bytes of a file with an object id.
const ID_LIMIT: u64 = 1024;

/// After a checkout: the commit before, the commit after, and `1` unless only files were checked out. The commit before is
/// zero after a clone and in a new work tree, which have no environment yet.
///
/// # Errors
/// Settings; undecided if the repository cannot be read.
pub(super) fn after_checkout(
    session: &Session<'_>,
    event: &HookEvent,
    call: &HookCall,
) -> Result<Option<DependencyNotice>> {
    let [old, new, flag] = call.arguments.as_slice() else { return Ok(None) };
    if flag != "1"
        || is_rebasing(session)
        || exists(&session.repository.layout().git_directory.join(BISECTION))
    {
        return Ok(None);
    }
    let notice = between(session, event, ObjectId::from_hex(old), ObjectId::from_hex(new))?;
    // `git rebase --apply` checks out before it leaves a trace anywhere else. Git is asked only if there is something to say.
    let is_for_rebase = || session.repository.last_action().is_ok_and(|action| is_rebase(&action));
    Ok(notice.filter(|_| !is_for_rebase()))
}

/// After a merge: `1` if it was squashed, which changes the index and makes no commit. Git remembers the commit before.
///
/// # Errors
/// As [`after_checkout`].
pub(super) fn after_merge(
    session: &Session<'_>,
    event: &HookEvent,
    call: &HookCall,
) -> Result<Option<DependencyNotice>> {
    if is_rebasing(session) {
        return Ok(None);
    }
    if call.arguments.first().is_some_and(|flag| flag == "1") {
        return about(session, event, session.repository.staged_paths()?);
    }
    between(session, event, session.repository.resolve("ORIG_HEAD")?, session.repository.head()?)
}

/// After `git commit --amend` or `git rebase`, which it says; git writes a line for each commit, the old one and the new
/// one. A framework does not pass the lines on.
///
/// # Errors
/// As [`after_checkout`].
pub(super) fn after_rewrite(
    session: &Session<'_>,
    event: &HookEvent,
    call: &HookCall,
) -> Result<Option<DependencyNotice>> {
    let is_rebase = call.arguments.first().is_some_and(|command| command == "rebase");
    // A rebase that stops for an edit lets the user amend.
    if !is_rebase && is_rebasing(session) {
        return Ok(None);
    }
    let last = split(&call.stdin).last().and_then(|line| line.split(|&byte| byte == b' ').next());
    let last = || last.and_then(|id| ObjectId::from_hex(std::str::from_utf8(id).ok()?));
    let old = match is_rebase {
        true => before_rebase(session)?.or_else(last),
        false => match last() {
            Some(old) => Some(old),
            None => session.repository.resolve("HEAD@{1}")?,
        },
    };
    between(session, event, old, session.repository.head()?)
}

/// Says whether a rebase is under way, or begins or ends.
fn is_rebasing(session: &Session<'_>) -> bool {
    let directory = &session.repository.layout().git_directory;
    REBASES.iter().any(|name| exists(&directory.join(name)))
        || session.env.text("GIT_REFLOG_ACTION").is_some_and(is_rebase)
}

/// Says whether the reflog would name an action so that belongs to a rebase: `rebase (start): checkout main`,
/// `pull --rebase (start): checkout …`.
fn is_rebase(action: &str) -> bool {
    action.starts_with("rebase") || (action.starts_with("pull") && action.contains(" (start)"))
}

/// The commit that was checked out before the rebase that now ends.
fn before_rebase(session: &Session<'_>) -> Result<Option<ObjectId>> {
    let directory = &session.repository.layout().git_directory;
    for name in REBASES {
        if let Some(text) = read_optional(&directory.join(name).join(BEFORE_REBASE), ID_LIMIT)? {
            return Ok(std::str::from_utf8(&text).ok().and_then(|text| ObjectId::from_hex(text.trim_end())));
        }
    }
    Ok(None)
}

/// What to say about the files that differ between two commits.
fn between(
    session: &Session<'_>,
    event: &HookEvent,
    old: Option<ObjectId>,
    new: Option<ObjectId>,
) -> Result<Option<DependencyNotice>> {
    match (old, new) {
        (Some(old), Some(new)) if old != new && !old.is_zero() && !new.is_zero() => {
            about(session, event, session.repository.changed_between(old, new)?)
        }
        _ => Ok(None),
    }
}

/// What to say about changed files.
fn about(
    session: &Session<'_>,
    event: &HookEvent,
    changed: Vec<RepoPath>,
) -> Result<Option<DependencyNotice>> {
    if changed.is_empty() || session.repository.layout().work_tree.is_none() {
        return Ok(None);
    }
    let settings = session.work_tree_settings()?;
    if !(event.setting.value)(&settings).value {
        return Ok(None);
    }
    let changed = project::dependency_files(&settings, changed);
    let environments = project::affected_by(session, &settings, &changed)?;
    let repository = session.label();
    Ok((!environments.is_empty()).then_some(DependencyNotice { repository, environments }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_of_a_rebase_are_recognised() {
        for action in [
            "rebase",
            "rebase (pick)",
            "rebase (start): checkout main",
            "pull --rebase . main (start): checkout 1",
        ] {
            assert!(is_rebase(action), "{action}");
        }
        for action in
            ["pull --no-rebase . main", "checkout: moving from rebase to main", "pull: Fast-forward", ""]
        {
            assert!(!is_rebase(action), "{action}");
        }
    }
}
