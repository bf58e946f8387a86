//! What the hooks after a checkout, a merge and a rebase say, in real ones.
#![cfg(unix)]

use crate::hook::git;
use crate::support::repository::Sandbox;
use crate::support::sandbox::Finished;
use crate::sync::{install, with_environment};

/// What is said on `more`, which asks for a package that is not installed.
const OUT_OF_STEP: &str =
    "git-pyenv: `requirements.txt` changed; `venv` is out of step (1 package)\n  git pyenv install\n";

/// A repository with an environment that is in step with `main`, a branch `more` that asks for another package, a branch
/// `code` that changes nothing about that, and the hooks; `None` without a Python, said aloud.
fn with_branches() -> Option<Sandbox> {
    let sandbox = with_environment()?;
    install(&sandbox, "six", "1.16.0", &[]);
    sandbox.commit("requirements.txt", "six>=1\n");
    make_branches(&sandbox);
    install_hooks(&sandbox);
    Some(sandbox)
}

fn make_branches(sandbox: &Sandbox) {
    sandbox.git(&["checkout", "--quiet", "-b", "more"]);
    sandbox.commit("requirements.txt", "six>=1\nidna\n");
    sandbox.git(&["checkout", "--quiet", "-b", "code", "main"]);
    sandbox.commit("module.py", "");
    sandbox.git(&["checkout", "--quiet", "main"]);
}

fn install_hooks(sandbox: &Sandbox) {
    git(sandbox, &["pyenv", "hook", "install", "--notices", "--output", "text"]).ended(0);
}

#[track_caller]
fn says(done: &Finished, expected: &str) {
    assert_eq!((done.status, done.err().as_str()), (Some(0), expected), "{}", done.said());
}

#[test]
fn a_checkout_says_what_is_out_of_step_and_how_to_change_that() {
    let Some(sandbox) = with_branches() else { return };
    says(&git(&sandbox, &["checkout", "--quiet", "more"]), OUT_OF_STEP);
    says(&git(&sandbox, &["checkout", "--quiet", "main"]), "");
    says(&git(&sandbox, &["switch", "--quiet", "--detach", "more"]), OUT_OF_STEP);
    // In the sandbox nothing installs, so the record says that it did.
    install(&sandbox, "idna", "3.7", &[]);
    says(&git(&sandbox, &["checkout", "--quiet", "main"]), "");
    says(&git(&sandbox, &["checkout", "--quiet", "more"]), "");
}

#[test]
fn what_changes_nothing_about_the_environment_is_passed_in_silence() {
    let Some(sandbox) = with_branches() else { return };
    for arguments in [
        &["checkout", "--quiet", "code"][..],
        &["checkout", "--quiet", "code"],
        &["checkout", "--quiet", "more", "--", "requirements.txt"],
        &["checkout", "--quiet", "code", "--", "."],
        &["checkout", "--quiet", "-b", "new"],
        &["worktree", "add", "--quiet", "../linked", "more"],
        &["clone", "--quiet", "--branch", "more", ".", "../clone"],
        &["merge", "--quiet", "main"],
        &["commit", "--quiet", "--amend", "--no-edit"],
    ] {
        says(&git(&sandbox, arguments), "");
    }
    // A branch that nobody has installed anything for is nothing to be told of in each of its checkouts.
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.remove("venv");
    says(&git(&sandbox, &["checkout", "--quiet", "code"]), "");
}

#[test]
fn merges_pulls_and_amended_commits_say_it_too() {
    let Some(sandbox) = with_branches() else { return };
    let back = || sandbox.git(&["reset", "--quiet", "--hard", "code"]);
    sandbox.git(&["checkout", "--quiet", "-b", "work", "main"]);
    says(&git(&sandbox, &["merge", "--quiet", "more"]), OUT_OF_STEP);
    back();
    says(&git(&sandbox, &["merge", "--quiet", "--no-edit", "more"]), OUT_OF_STEP);
    back();
    says(&git(&sandbox, &["pull", "--quiet", "--no-rebase", "--no-edit", ".", "more"]), OUT_OF_STEP);
    back();
    let squashed = git(&sandbox, &["merge", "--quiet", "--squash", "more"]);
    assert!(squashed.said().contains(OUT_OF_STEP), "{}", squashed.said());
    back();
    sandbox.write("requirements.txt", "idna\n");
    says(&git(&sandbox, &["commit", "--quiet", "--all", "--amend", "--no-edit"]), OUT_OF_STEP);
}

#[test]
fn a_rebase_says_it_once_when_it_is_done() {
    for way in ["--merge", "--apply"] {
        let Some(sandbox) = with_branches() else { return };
        sandbox.git(&["checkout", "--quiet", "code"]);
        sandbox.commit("other.py", "");
        let done = git(&sandbox, &["rebase", "--quiet", way, "more"]);
        says(&done, OUT_OF_STEP);
        // Also where it stops for the user.
        sandbox.git(&["reset", "--quiet", "--hard", "code@{1}"]);
        let edit =
            sandbox.at("repo").with_binary().with("GIT_SEQUENCE_EDITOR", "sed -i.bak -e '1s/^pick/edit/'");
        let stopped = edit.git(&["rebase", "--quiet", "--interactive", "more"]).ended(0);
        assert!(!stopped.err().contains("git-pyenv:"), "{}", stopped.said());
        says(&git(&sandbox, &["commit", "--quiet", "--amend", "--no-edit"]), "");
        let done = git(&sandbox, &["rebase", "--continue"]).ended(0);
        assert_eq!(done.err().matches("git-pyenv:").count(), 1, "{}", done.said());
    }
}

#[test]
fn a_bisection_is_not_disturbed() {
    let Some(sandbox) = with_branches() else { return };
    sandbox.git(&["checkout", "--quiet", "more"]);
    sandbox.commit("last.py", "");
    sandbox.git(&["checkout", "--quiet", "main"]);
    let done = git(&sandbox, &["bisect", "start", "more", "main"]).ended(0);
    assert!(!done.said().contains("git-pyenv:"), "{}", done.said());
    let done = git(&sandbox, &["bisect", "good"]).ended(0);
    assert!(!done.said().contains("git-pyenv:"), "{}", done.said());
}

#[test]
fn whoever_wants_silence_gets_it() {
    let Some(sandbox) = with_branches() else { return };
    let back = || sandbox.git(&["-c", "core.hooksPath=/dev/null", "checkout", "--quiet", "main"]);
    let more = ["checkout", "--quiet", "more"];
    for (name, value) in
        [("GIT_PYENV", "0"), ("SKIP", "git-pyenv-notice"), ("GIT_PYENV_HOOKS_POST_CHECKOUT", "false")]
    {
        says(&sandbox.at("repo").with_binary().with(name, value).git(&more), "");
        back();
    }
    says(&sandbox.at("repo").with_binary().with("SKIP", "git-pyenv-guard").git(&more), OUT_OF_STEP);
    back();
    sandbox.git(&["config", "pyenv.hooks.postCheckout", "false"]);
    let status = git(&sandbox, &["pyenv", "hook", "status", "--output", "text"]).ended(1);
    assert!(status.out().contains("it says nothing: disabled by `hooks.postCheckout`"), "{}", status.said());
    says(&git(&sandbox, &more), "");
    sandbox.git(&["config", "--unset", "pyenv.hooks.postCheckout"]);
    sandbox.commit("pyproject.toml", "[tool.git-pyenv]\nhooks.post-checkout = false\n");
    says(&git(&sandbox, &["checkout", "--quiet", "main"]), "");
}

#[test]
fn nothing_that_goes_wrong_is_a_failure_of_git() {
    let Some(sandbox) = with_branches() else { return };
    sandbox.git(&["checkout", "--quiet", "more"]);
    sandbox.write("pyproject.toml", "[tool.git-pyenv]\nnonsense = 1\n");
    sandbox.git(&["add", "pyproject.toml"]);
    sandbox.git(&["commit", "--quiet", "--no-verify", "--message", "nonsense"]);
    sandbox.git(&["checkout", "--quiet", "main"]);
    says(&git(&sandbox, &["checkout", "--quiet", "more"]), "");
    let zero = "0".repeat(40);
    let run = |event: &str, arguments: &[&str], input: &str| {
        let all = [&["hook", "run", event, "--"], arguments].concat();
        sandbox.at("repo").reading(input).pyenv(&all)
    };
    let one = "1".repeat(40);
    for arguments in
        [&[][..], &["x", "y", "1"], &[&one, &zero, "1"], &[&one, &"2".repeat(40), "1"], &["\u{1b}", "", "1"]]
    {
        says(&run("post-checkout", arguments, ""), "");
    }
    says(&run("post-merge", &["x", "y"], ""), "");
    for input in ["", "x", "\n\n", &format!("{one} {one}\n")] {
        says(&run("post-rewrite", &["amend"], input), "");
        says(&run("post-rewrite", &[], input), "");
    }
    let explained = sandbox.at("repo").pyenv(&["hook", "run", "post-merge", "-v", "--", "1"]);
    assert_eq!(explained.status, Some(0), "{}", explained.said());
    let answer = sandbox.at("repo").pyenv(&[
        "hook",
        "run",
        "post-checkout",
        "--output",
        "json",
        "--",
        &one,
        &zero,
        "1",
    ]);
    crate::support::schema::assert_fits(&answer.ended(0).json());
    // Nor is it one that the program is gone.
    sandbox.git(&["config", "pyenv.executable", "/nowhere/git-pyenv"]);
    says(&sandbox.at("repo").without_binary().git(&["checkout", "--quiet", "main"]), "");
}

#[test]
fn the_exit_status_of_the_hook_that_was_there_stays_that_of_git() {
    let Some(sandbox) = with_environment() else { return };
    install(&sandbox, "six", "1.16.0", &[]);
    sandbox.commit("requirements.txt", "six>=1\n");
    make_branches(&sandbox);
    for (name, input) in [("post-checkout", ""), ("post-rewrite", "cat >&2\n")] {
        sandbox.write_program(
            format!(".git/hooks/{name}"),
            format!("#!/bin/sh\necho \"other $1\" >&2\n{input}exit 7\n"),
        );
    }
    install_hooks(&sandbox);
    let done = git(&sandbox, &["checkout", "--quiet", "more"]).ended(1);
    assert!(done.err().starts_with("other ") && done.err().ends_with(OUT_OF_STEP), "{}", done.said());
    let old = sandbox.git(&["rev-parse", "HEAD"]);
    let done = git(&sandbox, &["commit", "--quiet", "--amend", "--message", "other"]);
    assert!(done.err().starts_with(&format!("other amend\n{old} ")), "{}", done.said());
    git(&sandbox, &["pyenv", "hook", "uninstall", "--output", "text"]).ended(0);
    assert_eq!(git(&sandbox, &["checkout", "--quiet", "main"]).ended(1).err().lines().count(), 1);
}

#[test]
fn another_python_and_files_that_are_gone_count() {
    let Some(sandbox) = with_branches() else { return };
    sandbox.commit(".python-version", "3.11\n");
    let base = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "checkout", "--quiet", "HEAD~1"]);
    let done = git(&sandbox, &["checkout", "--quiet", &base]);
    assert!(
        done.err().starts_with("git-pyenv: `.python-version` changed; `venv` has another Python ("),
        "{}",
        done.said()
    );
    assert!(
        done.err().ends_with(")\n  git pyenv check\n") && done.err().lines().count() == 2,
        "{}",
        done.said()
    );
}

#[test]
fn many_files_and_environments_are_two_lines() {
    let Some(sandbox) = with_environment() else { return };
    sandbox
        .commit("requirements.txt", "-r a/requirements.txt\n-r b/requirements.txt\n-r c/requirements.txt\n");
    let files = ["a/requirements.txt", "b/requirements.txt", "c/requirements.txt"];
    files.iter().for_each(|file| drop(sandbox.commit(file, "")));
    sandbox.git(&["checkout", "--quiet", "-b", "more"]);
    files.iter().for_each(|file| drop(sandbox.commit(file, "idna\n")));
    sandbox.git(&["checkout", "--quiet", "main"]);
    git(&sandbox, &["pyenv", "hook", "install", "post-checkout", "--output", "text"]).ended(0);
    let done = git(&sandbox, &["checkout", "--quiet", "more"]);
    let expected = "git-pyenv: `a/requirements.txt`, `b/requirements.txt` and 1 more file changed; `venv` is out of step \
                    (1 package)\n  git pyenv install\n";
    says(&done, expected);
    let json = sandbox.at("repo").with_binary();
    let (old, new) = (sandbox.git(&["rev-parse", "main"]), sandbox.git(&["rev-parse", "more"]));
    let answer = json
        .pyenv(&["hook", "run", "post-checkout", "--output", "json", "--", &old, &new, "1"])
        .ended(0)
        .json();
    crate::support::schema::assert_fits(&answer);
    assert_eq!(answer["notices"][0]["changed"], serde_json::json!(files));
    assert_eq!(answer["notices"][0]["command"], "git pyenv install");
    assert_eq!(answer["notices"][0]["status"], "out-of-step");
    let other = json
        .pyenv(&["hook", "run", "post-checkout", "--output", "json", "--", &old, &old, "1"])
        .ended(0)
        .json();
    crate::support::schema::assert_fits(&other);
    assert_eq!(other["notices"], serde_json::json!([]));
}

#[test]
fn paths_and_commands_are_for_the_directory_of_the_user() {
    let Some(sandbox) = with_branches() else { return };
    let below = sandbox.at("repo/sub").with_binary();
    let back = || sandbox.git(&["-c", "core.hooksPath=/dev/null", "checkout", "--quiet", "main"]);
    sandbox.make_directory("repo/sub");
    let done = below.git(&["checkout", "--quiet", "more"]);
    says(
        &done,
        &OUT_OF_STEP.replace("`requirements.txt`", "`../requirements.txt`").replace("`venv`", "`../venv`"),
    );
    back();
    sandbox.write("sub/pyproject.toml", "[project]\nname = 'sub'\nversion = '1'\n");
    let done = below.git(&["checkout", "--quiet", "more"]).ended(0);
    assert!(done.err().ends_with("\n  git pyenv install --env ../venv\n"), "{}", done.said());
}

#[test]
fn a_notice_writes_nothing() {
    let Some(sandbox) = with_branches() else { return };
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "checkout", "--quiet", "more"]);
    let (old, new) = (sandbox.git(&["rev-parse", "main"]), sandbox.git(&["rev-parse", "more"]));
    let before = sandbox.listing();
    let done =
        sandbox.at("repo").with_binary().pyenv(&["hook", "run", "post-checkout", "--", &old, &new, "1"]);
    says(&done, OUT_OF_STEP);
    assert!(sandbox.listing() == before);
}
