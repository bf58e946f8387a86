//! `cleanup` at a terminal: it shows the plan, asks, and changes nothing without a yes.
#![cfg(unix)]

use std::os::unix::process::ExitStatusExt;

use crate::support::removable;
use crate::support::repository::Sandbox;
use crate::support::terminal::{Attached, Terminal};

const QUESTION: &str = "delete 1 item (frees ";

fn start(sandbox: &Sandbox, arguments: &[&str]) -> Terminal {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), "repo");
    command.arg("cleanup").args(arguments).env("TERM", "xterm");
    Terminal::start(command, 200, Attached::All)
}

#[test]
fn anything_but_yes_changes_nothing() {
    let Some(sandbox) = removable::repository() else { return };
    let before = sandbox.listing();
    let keys: [(&str, &[u8]); 6] = [
        ("no", b"n"),
        ("Enter", b"\r"),
        ("Escape", b"\x1b"),
        ("Ctrl-C", b"\x03"),
        ("Ctrl-D", b"\x04"),
        ("others", b"xzN"),
    ];
    for (name, keys) in keys {
        let mut terminal = start(&sandbox, &[]);
        assert!(terminal.wait_for(QUESTION), "{name}: {}", terminal.finish().2);
        terminal.answer(keys);
        let (status, _, seen) = terminal.finish();
        let expected = if name == "Ctrl-C" { (None, Some(2)) } else { (Some(1), None) };
        assert_eq!((status.code(), status.signal()), expected, "{name}: {seen}");
        assert!(seen.contains("deletes"), "{name}: {seen}");
        assert_eq!(sandbox.listing(), before, "{name}");
    }
}

#[test]
fn an_end_of_input_before_the_question_is_no_answer() {
    let Some(sandbox) = removable::repository() else { return };
    let before = sandbox.listing();
    let mut terminal = start(&sandbox, &[]);
    terminal.press(b"\x04");
    let (status, _, seen) = terminal.finish();
    assert_eq!(status.code(), Some(1), "{seen}");
    assert!(seen.contains(QUESTION), "{seen}");
    assert_eq!(sandbox.listing(), before);
}

#[test]
fn yes_deletes_what_was_shown() {
    let Some(sandbox) = removable::repository() else { return };
    let mut terminal = start(&sandbox, &["venv"]);
    assert!(terminal.wait_for(QUESTION), "{}", terminal.finish().2);
    assert!(sandbox.path("repo/venv").exists());
    terminal.answer(b"y");
    let (status, _, seen) = terminal.finish();
    assert_eq!(status.code(), Some(0), "{seen}");
    assert!(seen.contains("1 item deleted, "), "{seen}");
    assert!(!sandbox.path("repo/venv").exists());
}

#[test]
fn each_item_is_asked_for() {
    let Some(sandbox) = removable::repository() else { return };
    removable::make(&sandbox, "other");
    for (answers, left) in [(["n", "q"], ["other", "venv"].as_slice()), (["n", "y"], &["other"])] {
        let mut terminal = start(&sandbox, &["--interactive"]);
        for (number, answer) in answers.into_iter().enumerate() {
            let name = ["`other`", "`venv`"][number];
            assert!(terminal.wait_for(name), "{}", terminal.finish().2);
            terminal.answer(answer.as_bytes());
        }
        let (status, _, seen) = terminal.finish();
        assert_eq!(status.code(), Some(i32::from(left.len() > 1)), "{seen}");
        for name in ["other", "venv"] {
            assert_eq!(sandbox.path("repo").join(name).exists(), left.contains(&name), "{name}: {seen}");
        }
    }
}

#[test]
fn where_settings_forbid_it_nobody_is_asked() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.git(&["config", "pyenv.autoCleanup", "false"]);
    let (status, _, seen) = start(&sandbox, &[]).finish();
    assert_eq!(status.code(), Some(2), "{seen}");
    assert!(seen.contains("`--force`") && !seen.contains(QUESTION), "{seen}");
}
