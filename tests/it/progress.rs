//! The display of progress: a bar that comes and goes on a terminal, plain lines on one that cannot draw it; in a pipe
//! nothing, unless more is asked for.
#![cfg(unix)]

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use crate::support::environments as env;
use crate::support::repository::Sandbox;
use crate::support::terminal::{Attached, Terminal};

/// What a terminal is told to hide the cursor.
const HIDE_CURSOR: &str = "\x1b[?25l";
/// What it is told to empty the line that the cursor is in.
const ERASE_LINE: &str = "\x1b[2K";

fn list(sandbox: &Sandbox, terminal: &str) -> Command {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), "repo");
    command.args(["list", "--output", "json"]).env("TERM", terminal);
    command
}

/// Adds so many files to the environment `venv`: second names of a few, which is quick.
fn grow(sandbox: &Sandbox, round: usize, files: usize) {
    for number in 0..files / 1000 {
        let directory = format!("repo/venv/lib/python3.12/site-packages/package{round}/part{number}");
        sandbox.make_directory(&directory);
        let first = sandbox.path(&directory).join("first");
        fs::write(&first, "x").expect("a file");
        (1..1000)
            .for_each(|name| fs::hard_link(&first, first.with_file_name(name.to_string())).expect("a name"));
    }
}

#[test]
fn a_bar_comes_and_goes_and_leaves_the_cursor() {
    let sandbox = Sandbox::repository();
    env::venv(12).under("venv").write(&sandbox);
    // How many files take long enough for a bar is the machine's affair.
    for round in 0.. {
        assert!(round < 40, "no bar was seen for two million files");
        grow(&sandbox, round, 50_000);
        let mut terminal = Terminal::start(list(&sandbox, "xterm"), 80, Attached::Errors);
        if !terminal.wait_for("measuring 1 environment") {
            continue;
        }
        let (status, output, seen) = terminal.finish();
        assert!(status.success(), "{seen}");
        let answer: serde_json::Value = serde_json::from_slice(&output).expect("JSON");
        assert!(answer["environments"][0]["files"].as_u64() > Some(50_000), "{answer:#}");
        let (_, left) = seen.rsplit_once(ERASE_LINE).expect("a line that was erased");
        assert!(left.trim().is_empty() && !seen.contains(HIDE_CURSOR), "{seen:?}");
        break;
    }
    let mut interrupted = Terminal::start(list(&sandbox, "xterm"), 80, Attached::Errors);
    if interrupted.wait_for("measuring") {
        let pid = rustix::process::Pid::from_child(&interrupted.child);
        // It may have come to its end in this moment.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::INT);
    }
    let (status, _, seen) = interrupted.finish();
    assert!(status.success() || status.signal() == Some(2), "{status:?}");
    assert!(!seen.contains(HIDE_CURSOR), "{seen:?}");
}

#[test]
fn quick_work_shows_no_bar() {
    let sandbox = Sandbox::repository();
    let (status, _, seen) = Terminal::start(list(&sandbox, "xterm"), 80, Attached::Errors).finish();
    assert!(status.success());
    assert_eq!(seen, "");
}

#[test]
fn a_dumb_terminal_gets_plain_lines_and_a_pipe_only_on_request() {
    let sandbox = Sandbox::repository();
    env::venv(12).under("a\u{1b}[31m").write(&sandbox);
    for format in ["json", "text"] {
        let place = sandbox.at("repo").with("TERM", "xterm");
        assert_eq!(place.pyenv(&["list", "--output", format]).err(), "");
        let finished = place.pyenv(&["list", "--output", format, "-v"]);
        assert_eq!(finished.err(), "measuring 1 environment\n");
        assert!(!finished.out().contains('\u{1b}'), "{}", finished.said());
    }
    let (_, _, seen) = Terminal::start(list(&sandbox, "dumb"), 80, Attached::Errors).finish();
    // A terminal adds a carriage return to each line break.
    assert_eq!(seen, "measuring 1 environment\r\n");
}

#[test]
fn nothing_is_shown_when_quiet_nor_where_nothing_takes_long() {
    let sandbox = Sandbox::repository();
    env::venv(12).under("venv").write(&sandbox);
    let silent: [&[&str]; 4] = [
        &["list", "-q"],
        &["list", "--no-size", "-v"],
        &["check", "-v"],
        &["hook", "run", "pre-commit", "-v"],
    ];
    for arguments in silent {
        let finished = sandbox.pyenv(arguments);
        assert_eq!(finished.err(), "", "{arguments:?}");
    }
}
