//! The hooks at work: real commits and merges, with and without another hook beside ours.
#![cfg(unix)]

use crate::support::environments::venv;
use crate::support::repository::Sandbox;
use crate::support::sandbox::Finished;

/// A repository with one commit and our hooks in it.
pub(crate) fn guarded() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.commit("README", "hello\n");
    install(&sandbox);
    sandbox
}

/// The number of hooks that `hook install` installs in a work tree.
pub(crate) const USUAL: usize = 3;

/// Installs the hooks, through git as users do.
pub(crate) fn install(sandbox: &Sandbox) {
    sandbox.at("repo").with_binary().git(&["pyenv", "hook", "install", "--output", "text"]).ended(0);
}

/// Runs git so that hooks find the binary under test.
pub(crate) fn git(sandbox: &Sandbox, arguments: &[&str]) -> Finished {
    sandbox.at("repo").with_binary().git(arguments)
}

/// Stages an environment in `venv`.
pub(crate) fn stage_environment(sandbox: &Sandbox) {
    venv(12).under("venv").write(sandbox);
    sandbox.git(&["add", "--force", "venv"]);
}

/// Commits an environment in `venv` without asking any hook.
pub(crate) fn commit_environment(sandbox: &Sandbox) -> String {
    stage_environment(sandbox);
    sandbox.git(&["commit", "--quiet", "--no-verify", "--message", "environment"]);
    sandbox.git(&["rev-parse", "HEAD"])
}

/// The last line, without its indentation.
pub(crate) fn last_line(finished: &Finished) -> String {
    finished.err().lines().last().unwrap_or_default().trim_start().to_owned()
}

/// Writes a hook that says its name and ends with this exit status.
pub(crate) fn write_hook(sandbox: &Sandbox, path: &str, status: i32) {
    sandbox.write_program(path, format!("#!/bin/sh\necho \"other $*\" >&2\nexit {status}\n"));
}

#[test]
fn a_commit_of_an_environment_is_blocked_in_few_lines() {
    let sandbox = guarded();
    stage_environment(&sandbox);
    let blocked = git(&sandbox, &["commit", "--message", "it"]).ended(1);
    assert!(blocked.err().lines().count() <= 20, "{}", blocked.said());
    assert_eq!(last_line(&blocked), "git pyenv fix venv");
    assert_eq!(blocked.out(), "");
    for name in ["a", "b", "c", "d e"] {
        venv(12).under(name).write(&sandbox);
    }
    sandbox.git(&["add", "--force", "."]);
    let blocked = git(&sandbox, &["commit", "--message", "it"]).ended(1);
    assert!(blocked.err().lines().count() <= 20, "{}", blocked.said());
    assert_eq!(last_line(&blocked), "git pyenv fix a b c 'd e' venv");
    for name in ["e", "f", "g", "h"] {
        venv(12).under(name).write(&sandbox);
    }
    sandbox.git(&["add", "--force", "."]);
    let blocked = git(&sandbox, &["commit", "--message", "it"]).ended(1);
    assert!(blocked.err().lines().count() <= 20, "{}", blocked.said());
    assert_eq!(last_line(&blocked), "git pyenv fix");
}

#[test]
fn a_commit_of_something_else_passes_in_silence() {
    let sandbox = guarded();
    sandbox.write("module.py", "");
    sandbox.git(&["add", "module.py"]);
    let passed = git(&sandbox, &["commit", "--quiet", "--message", "it"]).ended(0);
    assert_eq!(passed.err(), "");
}

#[test]
fn an_environment_that_was_there_before_is_one_line_and_its_removal_passes() {
    let sandbox = guarded();
    commit_environment(&sandbox);
    sandbox.write("module.py", "");
    sandbox.git(&["add", "module.py"]);
    let passed = git(&sandbox, &["commit", "--quiet", "--message", "it"]).ended(0);
    assert_eq!(passed.err().lines().count(), 1, "{}", passed.said());
    assert!(passed.err().contains("was committed earlier"), "{}", passed.said());
    sandbox.git(&["rm", "-r", "--quiet", "--cached", "venv"]);
    let passed = git(&sandbox, &["commit", "--quiet", "--message", "it"]).ended(0);
    assert_eq!(passed.err(), "");
}

#[test]
fn the_hook_that_was_there_runs_first_and_its_failure_counts() {
    let sandbox = Sandbox::repository();
    write_hook(&sandbox, ".git/hooks/pre-commit", 7);
    install(&sandbox);
    sandbox.write("module.py", "");
    sandbox.git(&["add", "module.py"]);
    let failed = git(&sandbox, &["commit", "--message", "it"]).ended(1);
    assert_eq!(failed.err(), "other \n");
    write_hook(&sandbox, ".git/hooks.git-pyenv/pre-commit", 0);
    stage_environment(&sandbox);
    let blocked = git(&sandbox, &["commit", "--message", "it"]).ended(1);
    assert!(blocked.err().starts_with("other \ngit-pyenv: this commit would add"), "{}", blocked.said());
    sandbox.git(&["rm", "-r", "--quiet", "--cached", "venv"]);
    git(&sandbox, &["commit", "--quiet", "--message", "it"]).ended(0);
}

#[test]
fn a_merge_that_brings_one_in_is_blocked() {
    let sandbox = guarded();
    sandbox.git(&["checkout", "--quiet", "-b", "side"]);
    commit_environment(&sandbox);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.commit("other.py", "");
    let blocked = git(&sandbox, &["merge", "--no-edit", "side"]).ended(1);
    assert!(blocked.err().contains("git-pyenv: this merge would add"), "{}", blocked.said());
    let all = blocked.err();
    let own: Vec<&str> = all.lines().filter(|line| !line.starts_with("Not committing")).collect();
    assert!(own.len() <= 20 && own.last().is_some_and(|line| line.trim() == "git pyenv fix venv"), "{all}");
}

#[test]
fn the_user_goes_on_without_the_check() {
    let sandbox = guarded();
    stage_environment(&sandbox);
    let place = sandbox.at("repo").with_binary();
    for (name, value) in [("GIT_PYENV", "0"), ("SKIP", "black,git-pyenv")] {
        let passed = place.clone().with(name, value).git(&["commit", "--quiet", "--message", "it"]).ended(0);
        assert_eq!(passed.err(), "", "{name}");
        sandbox.git(&["reset", "--quiet", "--soft", "HEAD~1"]);
    }
}

#[test]
fn settings_switch_it_off_and_committed_ones_not_in_silence() {
    let sandbox = guarded();
    stage_environment(&sandbox);
    sandbox.git(&["config", "pyenv.hooks.preCommit", "false"]);
    let passed = sandbox.at("repo").pyenv(&["hook", "run", "pre-commit"]).ended(0);
    assert_eq!(passed.err(), "");
    sandbox.git(&["config", "--unset", "pyenv.hooks.preCommit"]);
    sandbox.write("pyproject.toml", "[tool.git-pyenv]\nhooks.pre-commit = false\n");
    sandbox.git(&["add", "pyproject.toml"]);
    let passed = sandbox.at("repo").pyenv(&["hook", "run", "pre-commit"]).ended(0);
    let expected = "note: the pre-commit check is disabled by `hooks.preCommit` in pyproject.toml:2\n";
    assert_eq!(passed.err(), expected);
    sandbox.at("repo").pyenv(&["hook", "run", "pre-merge-commit"]).ended(1);
}

#[test]
fn no_answer_and_wrong_settings_block() {
    let sandbox = guarded();
    stage_environment(&sandbox);
    sandbox.write("pyproject.toml", "[tool.git-pyenv]\nhooks.precommit = 3\n");
    sandbox.git(&["add", "pyproject.toml"]);
    let blocked = git(&sandbox, &["commit", "--message", "it"]).ended(1);
    assert!(blocked.err().starts_with("error: unknown setting `hooks.precommit` in pyproject.toml:2"));
    sandbox.pyenv(&["hook", "run", "pre-commit"]).ended(2);
    sandbox.overwrite(&sandbox.path("repo/.git/index"), b"DIRC\0\0\0\x02 torn");
    let blocked = sandbox.pyenv(&["hook", "run", "pre-commit"]).ended(3);
    assert!(last_line(&blocked).contains("GIT_PYENV=0 git commit"), "{}", blocked.said());
    sandbox.git(&["config", "pyenv.hooks.preCommit", "false"]);
    sandbox.pyenv(&["hook", "run", "pre-commit"]).ended(0);
}

#[test]
fn only_who_asks_gets_json() {
    let sandbox = guarded();
    stage_environment(&sandbox);
    let asked = sandbox.pyenv(&["hook", "run", "pre-commit", "--output", "json"]).ended(1);
    assert_eq!(asked.json()["command"], "hook");
    assert_eq!(asked.json()["findings"][0]["code"], "PYE101");
    assert_eq!(asked.err(), "");
    let unknown = sandbox.pyenv(&["hook", "run", "post-office"]).ended(2);
    assert!(unknown.err().contains("pre-commit, pre-merge-commit, pre-push"), "{}", unknown.said());
}

#[test]
fn without_the_program_the_commit_is_blocked_with_the_way_out() {
    let sandbox = guarded();
    sandbox.git(&["config", "pyenv.executable", "/nowhere/git-pyenv"]);
    sandbox.write("module.py", "");
    sandbox.git(&["add", "module.py"]);
    let blocked = sandbox.at("repo").without_binary().git(&["commit", "-m", "it"]).ended(1);
    assert!(blocked.err().contains("git-pyenv: cannot check this commit"), "{}", blocked.said());
    assert!(last_line(&blocked).contains("GIT_PYENV=0 git commit"), "{}", blocked.said());
}
