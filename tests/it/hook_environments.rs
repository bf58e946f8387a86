//! The gate before commits where a setting asks for environments too.
#![cfg(unix)]

use crate::hook::{git, install as install_hooks, last_line};
use crate::support::repository::Sandbox;
use crate::sync::{install, with_environment};

const ASKED: &str = "pyenv.hooks.checkEnvironments";

/// A guarded repository with an environment that lacks a package, and a staged file; `None` without a Python, said aloud.
fn out_of_step() -> Option<Sandbox> {
    let sandbox = with_environment()?;
    sandbox.commit("requirements.txt", "six>=1\nidna\n");
    install(&sandbox, "six", "1.16.0", &[]);
    install_hooks(&sandbox);
    sandbox.write("module.py", "");
    sandbox.git(&["add", "module.py"]);
    Some(sandbox)
}

#[test]
fn environments_count_only_if_they_are_asked_for() {
    let Some(sandbox) = out_of_step() else { return };
    let passed = sandbox.pyenv(&["hook", "run", "pre-commit"]).ended(0);
    assert_eq!(passed.err(), "");
    sandbox.git(&["config", ASKED, "true"]);
    let before = sandbox.listing();
    let blocked = sandbox.pyenv(&["hook", "run", "pre-commit"]).ended(1);
    assert!(sandbox.listing() == before, "it writes nothing");
    assert!(
        blocked
            .err()
            .starts_with("git-pyenv: environments of the work tree have 1 problem\nerror[PYE401]: `idna`")
    );
    assert_eq!(last_line(&blocked), "git pyenv install --env venv", "{}", blocked.said());
    assert!(!blocked.err().contains("PYE2"), "{}", blocked.said());
    git(&sandbox, &["commit", "--quiet", "--message", "it"]).ended(1);
    install(&sandbox, "idna", "3.7", &[]);
    let passed = git(&sandbox, &["commit", "--quiet", "--message", "it"]).ended(0);
    assert_eq!(passed.err(), "");
}

#[test]
fn a_committed_setting_asks_for_all_and_rules_are_selected_as_usual() {
    let Some(sandbox) = out_of_step() else { return };
    sandbox.write("pyproject.toml", "[tool.git-pyenv]\nhooks.check-environments = true\n");
    sandbox.git(&["add", "pyproject.toml"]);
    sandbox.pyenv(&["hook", "run", "pre-commit"]).ended(1);
    sandbox.pyenv(&["hook", "run", "pre-merge-commit"]).ended(1);
    for off in ["PYE4", "PYE401"] {
        sandbox.at("repo").with("GIT_PYENV_IGNORE", off).pyenv(&["hook", "run", "pre-commit"]).ended(0);
    }
    sandbox.at("repo").with("GIT_PYENV_SELECT", "PYE1").pyenv(&["hook", "run", "pre-commit"]).ended(0);
    sandbox
        .at("repo")
        .with("GIT_PYENV_HOOKS_CHECK_ENVIRONMENTS", "0")
        .pyenv(&["hook", "run", "pre-commit"])
        .ended(0);
    sandbox.at("repo").with("GIT_PYENV", "0").pyenv(&["hook", "run", "pre-commit"]).ended(0);
}

#[test]
fn what_is_broken_blocks_and_what_is_not_there_does_not() {
    let Some(sandbox) = out_of_step() else { return };
    sandbox.git(&["config", ASKED, "true"]);
    sandbox.git(&["config", "pyenv.ignore", "PYE4"]);
    sandbox.remove("venv/bin/python3.12");
    sandbox.remove("venv/bin/python3");
    sandbox.remove("venv/bin/python");
    sandbox.link("venv/bin/python", "/nowhere/python3.12");
    let blocked = sandbox.pyenv(&["hook", "run", "pre-commit"]).ended(1);
    assert!(blocked.err().contains("error[PYE302]"), "{}", blocked.said());
    assert!(last_line(&blocked).starts_with("git pyenv create --force --env venv"), "{}", blocked.said());
    // As in a fresh clone, or on a machine that only checks.
    sandbox.remove("venv");
    let passed = sandbox.pyenv(&["hook", "run", "pre-commit"]).ended(0);
    assert_eq!(passed.err(), "");
    // A push is about commits, and another repository has no work tree.
    sandbox.git_in("", &["clone", "--quiet", "--bare", "repo", "bare.git"]);
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let lines = format!("{} {head} refs/heads/x\n", "0".repeat(40));
    sandbox.git_in("bare.git", &["config", ASKED, "true"]);
    sandbox.at("bare.git").reading(lines).pyenv(&["hook", "run", "pre-receive"]).ended(0);
}

#[test]
fn what_cannot_be_determined_is_not_taken_for_in_step() {
    let Some(sandbox) = out_of_step() else { return };
    sandbox.git(&["config", ASKED, "true"]);
    sandbox.write("requirements.txt", "-r https://example.org/requirements.txt\nsix\n");
    let blocked = sandbox.pyenv(&["hook", "run", "pre-commit"]).ended(3);
    assert!(last_line(&blocked).contains("GIT_PYENV=0 git commit"), "{}", blocked.said());
}

#[test]
fn together_with_what_is_staged_it_stays_short() {
    let Some(sandbox) = out_of_step() else { return };
    sandbox.git(&["config", ASKED, "true"]);
    sandbox.write("requirements.txt", (0..9).map(|number| format!("p{number}\n")).collect::<String>());
    let alone = sandbox.pyenv(&["hook", "run", "pre-commit"]).ended(1);
    assert!(alone.err().contains("\nand 6 more\n") && alone.err().lines().count() <= 20, "{}", alone.said());
    sandbox.git(&["add", "--force", "venv"]);
    let both = sandbox.pyenv(&["hook", "run", "pre-commit"]).ended(1);
    assert!(both.err().starts_with("git-pyenv: this commit would add"), "{}", both.said());
    assert!(both.err().lines().count() <= 20, "{}", both.said());
    let last = both.err().lines().last().unwrap_or_default().to_owned();
    assert!(last.starts_with("git-pyenv: environments of the work tree have "), "{}", both.said());
    assert!(last.ends_with(" problems: see `git pyenv check`"), "{}", both.said());
}
