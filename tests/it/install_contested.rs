//! `git pyenv install` where another runs at the same time, and where somebody ends it in the middle.
#![cfg(unix)]

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::installs::{Installs, changes};
use crate::support::sandbox::Finished;
use crate::support::terminal::{Attached, Terminal};

/// Stands in for a backend that works until somebody writes into `go`: says when it begins and when it ends. It installs
/// nothing, so that the environment is out of step afterwards, exit status 1.
const SLOW: &str = "\
echo Resolved 3 packages in 1ms >&2
echo begin >>\"$0.log\"
read word <\"$0.go\"
echo end >>\"$0.log\"
";

/// An environment, and a slow backend.
fn slow() -> Option<Installs> {
    let installs = Installs::new()?;
    installs.with_script("uv", SLOW);
    installs.sandbox.at("programs").run("mkfifo", &["uv.go"]).ended(0);
    Some(installs)
}

fn start(installs: &Installs) -> Child {
    let mut command = installs.command(&["install", "--backend", "uv", "--output", "text"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("a process")
}

#[track_caller]
fn wait_for(what: &dyn Fn() -> bool) {
    let start = Instant::now();
    while !what() {
        assert!(start.elapsed() < Duration::from_secs(60), "it does not come");
        std::thread::yield_now();
    }
}

/// What the backend has said of itself.
fn log(installs: &Installs) -> Vec<String> {
    let log = std::fs::read_to_string(installs.sandbox.path("programs/uv.log")).unwrap_or_default();
    log.lines().map(str::to_owned).collect()
}

/// Lets the backend come to its end.
fn release(installs: &Installs) {
    std::fs::write(installs.sandbox.path("programs/uv.go"), "go\n").expect("somebody who reads");
}

fn findings(installs: &Installs) -> Vec<(String, String)> {
    let answer = installs.place().json(&["check", "--select", "PYE307"]);
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let findings = answer["findings"].as_array().expect("findings");
    findings.iter().map(|finding| (text(finding, "code"), text(&finding["fix"], "command"))).collect()
}

#[test]
fn what_a_backend_installs_after_it_has_said_so_counts() {
    const ADD: &str = "add() {\n\
        information=$(echo venv/lib/python*/site-packages)/$1-1.0.dist-info\n\
        mkdir \"$information\"\n\
        printf 'Metadata-Version: 2.1\\nName: %s\\nVersion: 1.0\\n%s\\n' \"$1\" \"$2\" >\"$information/METADATA\"\n\
        }\n";
    let cases = [
        ("add beta", "", 0, ["added alpha - 1.0", "added beta - 1.0"].as_slice()),
        ("", "add beta", 0, &["added alpha - 1.0", "added beta - 1.0"]),
        ("", "", 1, &["added alpha - 1.0"]),
    ];
    for (before, after, status, expected) in cases {
        let Some(installs) = Installs::new() else { return };
        let said = "add alpha 'Requires-Dist: beta'\necho Installed 2 packages in 1ms >&2";
        installs.with_script("uv", &format!("{ADD}{before}\n{said}\n{after}\n"));
        assert_eq!(changes(&installs.install(&["--backend", "uv"], status)), expected, "{before}, {after}");
    }
}

#[test]
fn two_installs_do_not_mix() {
    let Some(installs) = slow() else { return };
    let first = start(&installs);
    wait_for(&|| log(&installs) == ["begin"]);
    let mut second = start(&installs);
    let mut errors = BufReader::new(second.stderr.take().expect("a pipe"));
    let mut said = String::new();
    errors.read_line(&mut said).expect("a line");
    assert_eq!(said, "waiting for another install into this environment\n");
    assert_eq!(log(&installs), ["begin"]);
    release(&installs);
    Finished::from(first.wait_with_output().expect("an end")).ended(1);
    wait_for(&|| log(&installs).len() == 3);
    assert_eq!(log(&installs), ["begin", "end", "begin"]);
    release(&installs);
    errors.read_to_string(&mut said).expect("text");
    Finished::from(second.wait_with_output().expect("an end")).ended(1);
    assert_eq!(log(&installs), ["begin", "end", "begin", "end"]);
}

#[test]
fn an_install_that_was_killed_is_named_until_another_succeeds() {
    let Some(installs) = slow() else { return };
    let mut child = start(&installs);
    wait_for(&|| log(&installs) == ["begin"]);
    assert_eq!(findings(&installs), [], "it is at work");
    child.kill().expect("a kill");
    child.wait().expect("an end");
    // What it has started goes on, and keeps others out.
    assert_eq!(findings(&installs), [], "the backend is at work");
    let second = start(&installs);
    release(&installs);
    wait_for(&|| log(&installs).len() == 3);
    assert_eq!(log(&installs), ["begin", "end", "begin"]);
    let pid = Pid::from_child(&second);
    kill_process(pid, Signal::KILL).expect("a kill");
    second.wait_with_output().expect("an end");
    release(&installs);
    wait_for(&|| !findings(&installs).is_empty());
    let fix = "git pyenv install --env venv".to_owned();
    assert_eq!(findings(&installs), [("PYE307".to_owned(), fix)]);
    let listed = installs.place().json(&["list"]);
    assert_eq!(listed["environments"][0]["health"]["problems"][0], "PYE307", "{listed:#}");
    let third = start(&installs);
    release(&installs);
    Finished::from(third.wait_with_output().expect("an end")).ended(1);
    assert_eq!(findings(&installs), []);
}

#[test]
fn a_signal_is_passed_on_and_ends_both() {
    for signal in [Signal::TERM, Signal::HUP] {
        let Some(installs) = slow() else { return };
        // As pip, which undoes what it has begun.
        installs.with_script(
            "uv",
            "trap 'echo undone >>\"$0.log\"; exit 130' INT\necho begin >>\"$0.log\"\nwhile :; do :; done\n",
        );
        let child = start(&installs);
        wait_for(&|| log(&installs) == ["begin"]);
        kill_process(Pid::from_child(&child), signal).expect("a signal");
        let output = child.wait_with_output().expect("an end");
        assert_eq!(output.status.signal(), Some(signal.as_raw()));
        assert_eq!(log(&installs), ["begin", "undone"]);
        assert!(output.stdout.is_empty(), "{output:?}");
        assert_eq!(findings(&installs).len(), 1, "its packages are in doubt");
    }
}

#[test]
fn a_backend_that_a_signal_ends_leaves_its_mark() {
    let Some(installs) = Installs::new() else { return };
    installs.with_script("uv", "kill -KILL $$\n");
    let place = installs.place();
    let failed = place.pyenv(&["install", "--backend", "uv", "--output", "text"]).ended(2);
    assert!(failed.err().contains("a signal ended it"), "{}", failed.said());
    assert!(failed.err().contains("finish it with `git pyenv install`"), "{}", failed.said());
    assert_eq!(findings(&installs).len(), 1);
}

#[test]
fn what_was_interrupted_is_finished_although_all_seems_to_be_there() {
    let Some(installs) = Installs::new() else { return };
    installs.with_script("uv", "echo begin >>\"$0.log\"\n");
    installs.sandbox.write("requirements.txt", "pip\n");
    installs.sandbox.write("venv/.git-pyenv.lock", "as a killed run leaves it\n");
    for expected in [false, true] {
        let answer = installs.install(&[], 0);
        assert_eq!(answer["install"]["up_to_date"], expected, "{answer:#}");
        assert_eq!(log(&installs), ["begin"]);
        assert_eq!(findings(&installs), []);
    }
}

#[test]
fn an_environment_with_the_lock_in_it_can_be_replaced() {
    let Some(installs) = slow() else { return };
    let child = start(&installs);
    wait_for(&|| log(&installs) == ["begin"]);
    let python = installs.python.to_string_lossy().into_owned();
    let mut command = installs.command(&["create", "--force", "--python", &python, "--output", "json"]);
    let mut create = command.stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a process");
    let mut said = String::new();
    let mut errors = BufReader::new(create.stderr.take().expect("a pipe"));
    errors.read_line(&mut said).expect("a line");
    assert_eq!(said, "waiting for an install into this environment\n");
    release(&installs);
    Finished::from(child.wait_with_output().expect("an end")).ended(1);
    errors.read_to_string(&mut said).expect("text");
    let created = Finished::from(create.wait_with_output().expect("an end")).ended(0);
    assert_eq!(
        created.json()["create"]["replaced"]["copied"],
        Value::Array(Vec::new()),
        "{}",
        created.said()
    );
    assert!(!installs.sandbox.path("repo/venv/.git-pyenv.lock").exists());
}

#[test]
fn a_link_in_the_place_of_the_lock_is_refused() {
    let Some(installs) = Installs::new() else { return };
    installs.with_script("uv", "exit 0\n");
    installs.sandbox.write("mine", "mine");
    installs.sandbox.link("venv/.git-pyenv.lock", "../mine");
    let failed = installs.place().pyenv(&["install", "--output", "text"]).ended(2);
    assert!(failed.err().contains("it is a symlink"), "{}", failed.said());
    assert_eq!(installs.sandbox.read("repo/mine"), b"mine");
}

#[test]
fn a_terminal_shows_what_the_backend_does() {
    let Some(installs) = slow() else { return };
    let mut command = installs.command(&["install", "--backend", "uv", "--output", "text"]);
    command.env("TERM", "xterm");
    let mut terminal = Terminal::start(command, 80, Attached::Errors);
    assert!(terminal.wait_for("uv: preparing"), "{}", String::from_utf8_lossy(&terminal.seen));
    release(&installs);
    let (status, output, seen) = terminal.finish();
    assert_eq!(status.code(), Some(1), "{seen}");
    let expected = "nothing changed in `venv` with uv\n  still out of step: `alpha` is not installed (requirements.txt:1)\n";
    assert_eq!(String::from_utf8_lossy(&output), expected);
    assert!(File::open(installs.sandbox.path("repo/venv/.git-pyenv.lock")).is_ok());
}
