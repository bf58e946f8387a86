//! The hook at work before a push, to a real remote.
#![cfg(unix)]

use crate::hook::{commit_environment, git, guarded, last_line};
use crate::support::repository::Sandbox;

/// A guarded repository whose `main` is in a remote.
fn published() -> Sandbox {
    let sandbox = guarded();
    sandbox.git_in("", &["init", "--quiet", "--bare", "remote.git"]);
    sandbox.git(&["remote", "add", "origin", "../remote.git"]);
    git(&sandbox, &["push", "--quiet", "origin", "main"]).ended(0);
    sandbox
}

/// What the remote calls `main`.
fn remote_main(sandbox: &Sandbox) -> String {
    sandbox.git_in("remote.git", &["rev-parse", "main"])
}

#[test]
fn the_last_commit_is_amended() {
    let sandbox = published();
    let commit = commit_environment(&sandbox);
    let blocked = git(&sandbox, &["push", "origin", "main"]).ended(1);
    let own: Vec<String> = blocked
        .err()
        .lines()
        .filter(|line| !line.starts_with("error: failed to push"))
        .map(str::to_owned)
        .collect();
    assert!(own.len() <= 20, "{}", blocked.said());
    assert!(own[0].contains("this push would publish"), "{}", blocked.said());
    assert!(own[1].contains(&format!("in commit {}", &commit[..10])), "{}", blocked.said());
    assert_eq!(
        own.last().map(|line| line.trim()),
        Some("git pyenv fix venv && git commit --amend --no-edit --allow-empty")
    );
    sandbox.git(&["rm", "-r", "--quiet", "--cached", "venv"]);
    sandbox.git(&["commit", "--quiet", "--amend", "--allow-empty", "--no-edit"]);
    git(&sandbox, &["push", "--quiet", "origin", "main"]).ended(0);
}

#[test]
fn what_came_and_went_is_still_published() {
    let sandbox = published();
    let commit = commit_environment(&sandbox);
    sandbox.git(&["rm", "-r", "--quiet", "--cached", "venv"]);
    sandbox.git(&["commit", "--quiet", "--message", "gone"]);
    let lines = format!(
        "refs/heads/main {} refs/heads/main {}\n",
        sandbox.git(&["rev-parse", "HEAD"]),
        remote_main(&sandbox)
    );
    let run = ["hook", "run", "pre-push", "--", "origin", "../remote.git"];
    let blocked = sandbox.at("repo").reading(&lines).pyenv(&run).ended(1);
    let command = last_line(&blocked);
    assert!(command.ends_with(&format!(" -- {}^..main --not --remotes", &commit[..10])), "{command}");
    assert!(!command.contains("git pyenv fix"), "it is untracked already: {command}");
    assert!(blocked.err().lines().count() <= 20, "{}", blocked.said());
    git(&sandbox, &["push", "origin", "main"]).ended(1);
    assert_ne!(remote_main(&sandbox), sandbox.git(&["rev-parse", "HEAD"]));
}

#[test]
fn a_new_branch_is_compared_with_what_the_remote_has() {
    let sandbox = published();
    commit_environment(&sandbox);
    git(&sandbox, &["push", "--quiet", "--no-verify", "origin", "main"]).ended(0);
    sandbox.git(&["checkout", "--quiet", "-b", "fresh"]);
    sandbox.commit("module.py", "");
    git(&sandbox, &["push", "--quiet", "origin", "fresh"]).ended(0);
    // A place without a name has no known tips: all of the history counts.
    sandbox.git_in("", &["init", "--quiet", "--bare", "elsewhere.git"]);
    git(&sandbox, &["push", "--quiet", "../elsewhere.git", "fresh"]).ended(1);
}

#[test]
fn a_first_push_looks_at_everything_and_the_first_commit_can_be_changed() {
    let sandbox = Sandbox::repository();
    commit_environment(&sandbox);
    sandbox.commit("module.py", "");
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let lines = format!("refs/heads/main {head} refs/heads/main {}\n", "0".repeat(40));
    let blocked =
        sandbox.at("repo").reading(&lines).pyenv(&["hook", "run", "pre-push", "--", "o", "u"]).ended(1);
    assert!(last_line(&blocked).starts_with("git pyenv fix venv && git commit "), "{}", blocked.said());
    assert!(last_line(&blocked).ends_with(" -- main"), "{}", blocked.said());
    sandbox.git(&["checkout", "--quiet", "--orphan", "other"]);
    let blocked =
        sandbox.at("repo").reading(&lines).pyenv(&["hook", "run", "pre-push", "--", "o", "u"]).ended(1);
    assert!(last_line(&blocked).starts_with("FILTER_BRANCH_SQUELCH_WARNING=1 git"), "{}", blocked.said());
    assert!(last_line(&blocked).ends_with(" -- main"), "{}", blocked.said());
}

#[test]
fn deletions_pass_and_force_and_several_references_are_looked_at() {
    let sandbox = published();
    git(&sandbox, &["push", "--quiet", "origin", "main:old"]).ended(0);
    git(&sandbox, &["push", "--quiet", "origin", ":old"]).ended(0);
    sandbox.git(&["checkout", "--quiet", "-b", "side"]);
    commit_environment(&sandbox);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.commit("module.py", "");
    let blocked = git(&sandbox, &["push", "origin", "main", "side"]).ended(1);
    assert!(blocked.err().contains("virtual environment `venv`"), "{}", blocked.said());
    git(&sandbox, &["push", "--quiet", "origin", "main"]).ended(0);
    sandbox.git(&["reset", "--quiet", "--hard", "side"]);
    git(&sandbox, &["push", "--force", "origin", "main"]).ended(1);
    sandbox.git(&["reset", "--quiet", "--hard", "side~1"]);
    git(&sandbox, &["push", "--quiet", "--force", "origin", "main"]).ended(0);
}

#[test]
fn an_unknown_remote_commit_is_no_end() {
    let sandbox = published();
    let main = sandbox.git(&["rev-parse", "main"]);
    commit_environment(&sandbox);
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let unknown = "1".repeat(40);
    let run = ["hook", "run", "pre-push", "--", "origin", "../remote.git"];
    let lines = format!("refs/heads/main {head} refs/heads/main {unknown}\n");
    sandbox.at("repo").reading(&lines).pyenv(&run).ended(1);
    let lines = format!("refs/heads/main {main} refs/heads/main {unknown}\n");
    sandbox.at("repo").reading(&lines).pyenv(&run).ended(0);
}

#[test]
fn what_cannot_be_read_is_not_taken_for_clean() {
    let sandbox = published();
    let run = ["hook", "run", "pre-push", "--", "origin", "../remote.git"];
    let missing = format!("refs/heads/main {} refs/heads/main {}\n", "2".repeat(40), "0".repeat(40));
    for lines in ["what is this\n", &missing] {
        let blocked = sandbox.at("repo").reading(lines).pyenv(&run).ended(3);
        assert!(last_line(&blocked).contains("GIT_PYENV=0 git push"), "{}", blocked.said());
    }
    sandbox.at("repo").reading("").pyenv(&run).ended(0);
}

#[test]
fn one_environment_in_several_references_is_named_once() {
    let sandbox = published();
    commit_environment(&sandbox);
    sandbox.git(&["branch", "copy"]);
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let zero = "0".repeat(40);
    let lines = format!(
        "refs/heads/copy {head} refs/heads/copy {zero}\nrefs/heads/main {head} refs/heads/main {zero}\n"
    );
    let arguments = ["hook", "run", "pre-push", "--output", "json", "--", "origin", "../remote.git"];
    let answer = sandbox.at("repo").reading(&lines).pyenv(&arguments).ended(1).json();
    assert_eq!(answer["findings"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer["scope"]["kind"], "range");
}

#[test]
fn a_committed_setting_switches_it_off_in_the_open() {
    let sandbox = published();
    sandbox.commit("pyproject.toml", "[tool.git-pyenv]\nhooks.pre-push = false\n");
    commit_environment(&sandbox);
    let passed = git(&sandbox, &["push", "--quiet", "origin", "main"]).ended(0);
    let expected = "note: the pre-push check is disabled by `hooks.prePush` in pyproject.toml:2\n";
    assert_eq!(passed.err(), expected);
}

#[test]
fn what_the_remote_has_under_any_name_is_not_published_again() {
    let sandbox = published();
    sandbox.git(&["checkout", "--quiet", "-b", "feature"]);
    sandbox.commit("feature.py", "");
    git(&sandbox, &["push", "--quiet", "origin", "feature"]).ended(0);
    sandbox.git(&["checkout", "--quiet", "main"]);
    commit_environment(&sandbox);
    git(&sandbox, &["push", "--quiet", "--no-verify", "origin", "main"]).ended(0);
    sandbox.git(&["checkout", "--quiet", "feature"]);
    sandbox.git(&["merge", "--quiet", "--no-edit", "--no-verify", "main"]);
    git(&sandbox, &["push", "--quiet", "origin", "feature"]).ended(0);
    // The same repository by its place, and by a name that is not that of its references.
    sandbox.git(&["checkout", "--quiet", "-b", "by-place"]);
    sandbox.commit("place.py", "");
    git(&sandbox, &["push", "--quiet", "../remote.git", "by-place"]).ended(0);
    sandbox.git(&["config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/up/*"]);
    sandbox.git(&["fetch", "--quiet"]);
    for reference in sandbox.git(&["for-each-ref", "--format=%(refname)", "refs/remotes/origin/"]).lines() {
        sandbox.git(&["update-ref", "-d", reference]);
    }
    git(&sandbox, &["push", "--quiet", "origin", "HEAD:refs/heads/renamed"]).ended(0);
    // References that a mirror keeps up to date are those of this repository itself.
    sandbox.git(&["config", "remote.origin.fetch", "+refs/*:refs/*"]);
    git(&sandbox, &["push", "--quiet", "origin", "HEAD:refs/heads/mirrored"]).ended(1);
}

#[test]
fn a_tag_of_a_file_holds_no_environment() {
    let sandbox = published();
    let key = sandbox.at("repo").reading("a key\n").git_ok(&["hash-object", "-w", "--stdin"]);
    sandbox.git(&["tag", "key", &key]);
    git(&sandbox, &["push", "--quiet", "origin", "key"]).ended(0);
    commit_environment(&sandbox);
    sandbox.git(&["tag", "tree", "HEAD^{tree}"]);
    let blocked = git(&sandbox, &["push", "--quiet", "origin", "tree"]).ended(1);
    assert!(blocked.err().contains("a directory instead of a commit"), "{}", blocked.said());
}
