//! Which settings count when a push arrives: those of the server.
#![cfg(unix)]

use crate::hook::{commit_environment, git};
use crate::hook_server::{answer, guarded_server};
use crate::support::repository::Sandbox;

fn configure(sandbox: &Sandbox, key: &str, value: &str) {
    sandbox.git_in("server.git", &["config", key, value]);
}

#[test]
fn a_pushed_file_does_not_switch_the_check_off() {
    for settings in [
        "hooks.pre-receive = false\nhooks.accept-pushed-settings = true\n",
        "ignore = ['PYE1']\n",
        "allow = [{ path = 'venv', reason = 'mine' }]\n",
    ] {
        let sandbox = guarded_server();
        sandbox.commit("pyproject.toml", &format!("[tool.git-pyenv]\n{settings}"));
        git(&sandbox, &["push", "--quiet", "origin", "main"]).ended(0);
        commit_environment(&sandbox);
        let refused = git(&sandbox, &["push", "origin", "main"]).ended(1);
        let said = answer(&refused);
        let note = said.iter().find(|line| line.starts_with("note: ")).expect("a note");
        assert!(note.contains("pyproject.toml:2 does not count: this server does not accept"), "{note}");
        assert!(said.len() <= 20, "{}", refused.said());
        configure(&sandbox, "pyenv.hooks.acceptPushedSettings", "true");
        let passed = git(&sandbox, &["push", "origin", "main"]).ended(0);
        assert!(answer(&passed).concat().contains("pyproject.toml:2"), "{}", passed.said());
    }
}

#[test]
fn wrong_settings_in_a_pushed_file_are_no_concern_of_the_server() {
    let sandbox = guarded_server();
    sandbox.commit("pyproject.toml", "[tool.git-pyenv]\nnonsense = 1\n");
    git(&sandbox, &["push", "--quiet", "origin", "main"]).ended(0);
    commit_environment(&sandbox);
    git(&sandbox, &["push", "--quiet", "origin", "main"]).ended(1);
}

#[test]
fn the_server_decides() {
    let sandbox = guarded_server();
    commit_environment(&sandbox);
    configure(&sandbox, "pyenv.hooks.preReceive", "false");
    let passed = git(&sandbox, &["push", "--quiet", "origin", "main:off"]).ended(0);
    assert_eq!(passed.err(), "");
    sandbox.git_in("server.git", &["update-ref", "-d", "refs/heads/off"]);
    configure(&sandbox, "pyenv.hooks.preReceive", "true");
    git(&sandbox, &["push", "--quiet", "origin", "main"]).ended(1);
    configure(&sandbox, "pyenv.ignore", "PYE101");
    git(&sandbox, &["push", "--quiet", "origin", "main:ignored"]).ended(0);
    sandbox.git_in("server.git", &["update-ref", "-d", "refs/heads/ignored"]);
    configure(&sandbox, "pyenv.ignore", "NONSENSE");
    let refused = git(&sandbox, &["push", "--quiet", "origin", "main"]).ended(1);
    assert!(answer(&refused).concat().contains("NONSENSE"), "{}", refused.said());
    // What switches the check off does so also if nothing can be read.
    configure(&sandbox, "pyenv.ignore", "");
    configure(&sandbox, "pyenv.hooks.update", "false");
    let off = sandbox.at("server.git").pyenv(&["hook", "run", "update", "--", "x"]).ended(0);
    assert_eq!(off.err(), "");
}
