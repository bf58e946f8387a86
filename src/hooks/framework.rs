//! What pre-commit or prek asks to check, from the variables that they set.
//!
//! Both set the same variables, and neither passes anything on the command line (observed with pre-commit 4.7.0
//! and prek 0.5.11, git 2.47):
//!
//! | what runs | variables of the hook's process |
//! |---|---|
//! | `git commit`, also `-a` and `--only`; `git merge` | `GIT_INDEX_FILE`, from git; a merge has `GIT_REFLOG_ACTION=merge …` |
//! | `run`, `run --all-files`, `run --files`, `--hook-stage manual` | neither `GIT_INDEX_FILE` nor references |
//! | `run --from-ref A --to-ref B` | `PRE_COMMIT_FROM_REF`, `PRE_COMMIT_TO_REF`; the same as `PRE_COMMIT_ORIGIN`, `PRE_COMMIT_SOURCE` |
//! | `git push` | those two as object names, and `PRE_COMMIT_REMOTE_NAME`, `PRE_COMMIT_LOCAL_BRANCH` |
//! | `git push` of history that begins with it | pre-commit sets neither of the first two, prek only the second |
//! | `git checkout` | the first two as object names, and `PRE_COMMIT_CHECKOUT_TYPE` |
//! | `git merge`, after it | `PRE_COMMIT_IS_SQUASH_MERGE`; prek only if it is `1`, and `PREK_HOOK_STAGE` |
//! | `git rebase`, `git commit --amend`, after it | `PRE_COMMIT_REWRITE_COMMAND` |
//!
//! So `run` and `run --all-files` look the same, and both check all that the index has: in a clean checkout a
//! comparison of index and `HEAD` would find nothing. If several references are pushed, both frameworks name only
//! the first one; git's own hook gets all of them.

use super::event::{HookCall, HookEvent};
use super::events::{POST_CHECKOUT, POST_MERGE, POST_REWRITE, PRE_MERGE_COMMIT};
use super::pushed_references::NamedReferences;
use crate::env::Env;

/// What the framework asks to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FrameworkTask {
    /// What a commit would record.
    Commit,
    /// What a merge would record.
    Merge,
    /// All that the index has.
    AllFiles,
    /// The commits between two references.
    Range(NamedReferences),
}

/// Finds out what to check. `event` is the hook that the framework's configuration names.
pub(super) fn task(env: &Env, event: &HookEvent) -> FrameworkTask {
    let either = |name: &str, older: &str| env.text(name).or_else(|| env.text(older)).map(str::to_owned);
    let local = env.text("PRE_COMMIT_LOCAL_BRANCH").map(str::to_owned);
    let to = either("PRE_COMMIT_TO_REF", "PRE_COMMIT_SOURCE").or_else(|| local.clone());
    if let Some(to) = to {
        let from = either("PRE_COMMIT_FROM_REF", "PRE_COMMIT_ORIGIN");
        let remote = env.text("PRE_COMMIT_REMOTE_NAME").map(str::to_owned);
        return FrameworkTask::Range(NamedReferences { from, to, remote, local });
    }
    if env.text("GIT_INDEX_FILE").is_none() {
        return FrameworkTask::AllFiles;
    }
    let stage = env.text("PREK_HOOK_STAGE").unwrap_or(event.name);
    let is_merge = stage == PRE_MERGE_COMMIT.name
        || env.text("GIT_REFLOG_ACTION").is_some_and(|action| action.starts_with("merge"));
    if is_merge { FrameworkTask::Merge } else { FrameworkTask::Commit }
}

/// What git did, for a hook that only says something: the event, and what git hands to it as far as frameworks pass it on.
/// `None` for a run by hand.
pub(super) fn notice(env: &Env) -> Option<(&'static HookEvent, HookCall)> {
    let text = |name: &str| env.text(name).map(str::to_owned);
    let (event, arguments) = if let Some(flag) = text("PRE_COMMIT_CHECKOUT_TYPE") {
        (POST_CHECKOUT, vec![text("PRE_COMMIT_FROM_REF")?, text("PRE_COMMIT_TO_REF")?, flag])
    } else if let Some(flag) = text("PRE_COMMIT_IS_SQUASH_MERGE") {
        (POST_MERGE, vec![flag])
    } else if env.text("PREK_HOOK_STAGE") == Some(POST_MERGE.name) {
        (POST_MERGE, vec!["0".to_owned()])
    } else {
        (POST_REWRITE, vec![text("PRE_COMMIT_REWRITE_COMMAND")?])
    };
    Some((event, HookCall { arguments, stdin: Vec::new() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hooks::events::PRE_PUSH;
    use std::path::Path;

    fn task_of<const N: usize>(variables: [(&str, &str); N]) -> FrameworkTask {
        task(&Env::with(Path::new("/"), variables), PRE_PUSH)
    }

    #[test]
    fn a_commit_differs_from_a_run_by_hand() {
        assert_eq!(task_of([("PRE_COMMIT", "1")]), FrameworkTask::AllFiles);
        assert_eq!(task_of([("GIT_INDEX_FILE", ".git/index")]), FrameworkTask::Commit);
        let merge = [("GIT_INDEX_FILE", ".git/index"), ("GIT_REFLOG_ACTION", "merge side")];
        assert_eq!(task_of(merge), FrameworkTask::Merge);
    }

    #[test]
    fn what_git_did_is_told_by_the_variable_that_only_it_has() {
        let noticed = |variables: [(&str, &str); 3]| {
            let variables = variables.map(|(name, value)| (if name.is_empty() { "X" } else { name }, value));
            notice(&Env::with(Path::new("/"), variables)).map(|(event, call)| (event.name, call.arguments))
        };
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let (from, to) = (("PRE_COMMIT_FROM_REF", "a"), ("PRE_COMMIT_TO_REF", "b"));
        let checkout = noticed([from, to, ("PRE_COMMIT_CHECKOUT_TYPE", "1")]);
        assert_eq!(checkout, Some(("post-checkout", words(&["a", "b", "1"]))));
        let merge = noticed([("PRE_COMMIT_IS_SQUASH_MERGE", "0"), ("", ""), ("", "")]);
        assert_eq!(merge, Some(("post-merge", words(&["0"]))));
        let merge = noticed([("PREK_HOOK_STAGE", "post-merge"), ("", ""), ("", "")]);
        assert_eq!(merge, Some(("post-merge", words(&["0"]))));
        let rewrite = noticed([("PRE_COMMIT_REWRITE_COMMAND", "amend"), ("", ""), ("", "")]);
        assert_eq!(rewrite, Some(("post-rewrite", words(&["amend"]))));
        assert_eq!(noticed([from, to, ("", "")]), None);
    }

    #[test]
    fn references_are_found_under_all_their_names() {
        let references = |from: Option<&str>, to: &str, remote: Option<&str>, local: Option<&str>| {
            let own = |text: Option<&str>| text.map(str::to_owned);
            FrameworkTask::Range(NamedReferences {
                from: own(from),
                to: to.to_owned(),
                remote: own(remote),
                local: own(local),
            })
        };
        let asked = [("PRE_COMMIT_FROM_REF", "A"), ("PRE_COMMIT_TO_REF", "B")];
        assert_eq!(task_of(asked), references(Some("A"), "B", None, None));
        let older = [("PRE_COMMIT_ORIGIN", "A"), ("PRE_COMMIT_SOURCE", "B")];
        assert_eq!(task_of(older), references(Some("A"), "B", None, None));
        let fresh = [("PRE_COMMIT_REMOTE_NAME", "o"), ("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/m")];
        assert_eq!(task_of(fresh), references(None, "refs/heads/m", Some("o"), Some("refs/heads/m")));
    }
}
