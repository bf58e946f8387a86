//! Where only the beginning of a list is shown, the command that shows all of it is printed, and does.

use std::path::Path;

use crate::fix::plain_environment;
use crate::support::audit_logs;
use crate::support::environments as env;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Place, tool};

/// The text of a command, on both streams.
fn said(place: &Place<'_>, arguments: &[&str]) -> String {
    place.pyenv(&[arguments, &["--output", "text"]].concat()).said()
}

/// Runs what a text says after `with: git pyenv`, and returns the command and what it says.
#[track_caller]
fn all_of(place: &Place<'_>, text: &str) -> (String, String) {
    let printed = text.lines().find_map(|line| line.split_once("with: git pyenv "));
    let (_, command) = printed.unwrap_or_else(|| panic!("no command in {text}"));
    let arguments: Vec<&str> = command.split(' ').collect();
    (command.to_owned(), said(place, &arguments))
}

#[test]
fn evidence() {
    let sandbox = Sandbox::repository();
    env::venv(12).under("venv").write(&sandbox);
    sandbox.git(&["add", "--force", "--all"]);
    let place = sandbox.at("repo");
    for (options, expected) in [(&["check"][..], "check -v"), (&["check", "--staged"], "check --staged -v")] {
        let text = said(&place, options);
        assert!(text.contains("home = /usr/bin, and 6 more"), "{text}");
        let (command, all) = all_of(&place, &text);
        assert_eq!(command, expected);
        assert!(all.contains("venv/lib64: is a symlink that venv creates"), "{all}");
        assert!(!all.contains("see all of it"), "{all}");
    }
    assert!(!said(&place, &["check", "--staged", "README.md"]).contains("see all of it"));
}

#[test]
fn findings_of_a_hook() {
    let sandbox = Sandbox::repository();
    for number in 0..5 {
        env::venv(12).under(format!("env{number}")).write(&sandbox);
    }
    sandbox.git(&["add", "--force", "--all"]);
    let place = sandbox.at("repo");
    let text = said(&place, &["hook", "run", "pre-commit"]);
    assert!(text.contains("\nand 2 more\n") && text.lines().count() <= 20, "{text}");
    let (command, all) = all_of(&place, &text);
    assert_eq!(command, "check --staged -v");
    assert_eq!(all.matches("is staged for commit").count(), 5, "{all}");
    // What was committed earlier is named in one line.
    sandbox.git(&["commit", "--quiet", "--no-verify", "--message", "environments"]);
    sandbox.write("more", "x");
    sandbox.git(&["add", "more"]);
    let text = said(&place, &["hook", "run", "pre-commit"]);
    assert!(
        text.contains("and 4 more; see them all with `git pyenv check --staged`; untrack them"),
        "{text}"
    );
}

#[test]
fn operations_of_the_log() {
    let sandbox = Sandbox::repository();
    audit_logs::usual(&sandbox);
    let place = sandbox.at("repo");
    let (command, all) = all_of(&place, &said(&place, &["log", "-n", "1"]));
    assert!(command.starts_with("log -n "), "{command}");
    assert_eq!(all, said(&place, &["log"]));
    assert!(!all.contains("not shown"), "{all}");
}

#[test]
fn files_that_no_tool_can_create_again() {
    let sandbox = Sandbox::repository();
    env::venv(12).under("venv").write(&sandbox);
    for number in 0..8 {
        sandbox.write(format!("venv/own{number}.txt"), "x");
    }
    let place = sandbox.at("repo");
    let text = said(&place, &["cleanup", "--dry-run", "venv"]);
    assert!(!text.contains("own7.txt"), "{text}");
    let (command, all) = all_of(&place, &text);
    assert_eq!(command, "cleanup --dry-run -v venv");
    assert!((0..8).all(|number| all.contains(&format!("own{number}.txt"))), "{all}");
}

/// Runs the command of a hint as a shell does, and returns it and what it says.
fn hinted(place: &Place<'_>, bash: &Path, text: &str) -> (String, String) {
    let printed = text.lines().find_map(|line| line.split_once("hint: see all of it with `"));
    let (_, command) = printed.unwrap_or_else(|| panic!("no command in {text}"));
    let command = command.trim_end_matches('`').to_owned();
    let said = place.run(bash, &["-c", &format!("{command} --output text")]).said();
    (command, said)
}

#[test]
fn files_that_a_rule_would_hide() {
    let sandbox = Sandbox::repository();
    let Some(bash) = tool("bash") else { return };
    plain_environment(&sandbox, "a\nb");
    for number in 0..50 {
        sandbox.write(format!("aXb/bin/file{number:02}"), "x");
    }
    sandbox.git(&["add", "."]);
    let place = sandbox.at("repo").with_binary();
    let text = said(&place, &["fix"]);
    assert!(
        text.contains("file39") && !text.contains("file40") && text.contains("… and 10 more lines\n"),
        "{text}"
    );
    let (command, all) = hinted(&place, &bash, &text);
    assert_eq!(command, "git pyenv fix --dry-run -v $'a\\012b'");
    assert!(all.contains("file49") && !all.contains("see all of it"), "{all}");
}

#[cfg(unix)]
#[test]
fn words_of_a_backend() {
    use crate::support::installs::Installs;
    let (Some(installs), Some(bash)) = (Installs::new(), tool("bash")) else { return };
    installs.with_script(
        "uv",
        "echo error: no; i=2; while [ $i -le 60 ]; do echo line $i.; i=$((i + 1)); done; exit 1\n",
    );
    installs.sandbox.write("my own.txt", "gamma\n");
    let place = installs.place();
    let asked = ["install", "--env", "venv", "--backend", "uv", "-r", "my own.txt"];
    let text = said(&place, &asked);
    assert!(text.contains("line 40.\n         … and 20 more lines\n") && !text.contains("line 41"), "{text}");
    let (command, all) = hinted(&place, &bash, &text);
    assert_eq!(command, "git pyenv install -v --env venv --requirement 'my own.txt' --backend uv");
    assert!(all.contains("line 60.") && !all.contains("see all of it"), "{all}");
}
