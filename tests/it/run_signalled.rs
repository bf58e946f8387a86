//! `git pyenv run`: a signal reaches the command once, whoever sends it and to whom.
#![cfg(target_os = "linux")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::run::sandbox;
use crate::support::processes::{child_of, is_stopped, rests, rests_in_handler, until};
use crate::support::repository::Sandbox;
use crate::support::sandbox::tool;
use crate::support::terminal::{Attached, LEADER, Terminal};

/// Counts how often Ctrl-C arrives until a line is typed.
const COUNTING: &str = "n=0; trap 'n=$((n+1)); echo \"interrupt $n.\"' INT; echo counting.; \
    until read line; do :; done; echo \"total $n.\"; exit 7\n";

/// A command of the program under test, first in a session of its own on a terminal. Nothing is typed, so that all that the
/// terminal shows comes from the command.
fn on_terminal(sandbox: &Sandbox, arguments: &[&str]) -> Option<Terminal> {
    let python = tool("python3")?;
    let mut command: Command = sandbox.at("repo").with_binary().command(&python);
    command.args(["-I", "-c", LEADER]).arg(tool(arguments[0])?).args(&arguments[1..]);
    Some(Terminal::start(command, 80, Attached::All))
}

/// Asserts that the terminal shows this text before the program ends.
#[track_caller]
fn assert_shows(terminal: &mut Terminal, text: &str) {
    assert!(terminal.wait_for(text), "no `{text}` in {:?}", String::from_utf8_lossy(&terminal.seen));
}

#[test]
fn one_key_is_one_interrupt() {
    let Some(sandbox) = sandbox() else { return };
    sandbox.write("count.sh", COUNTING);
    let Some(mut terminal) = on_terminal(&sandbox, &["git", "pyenv", "run", "sh", "./count.sh"]) else {
        return;
    };
    assert_shows(&mut terminal, "counting.");
    let git = Pid::from_child(&terminal.child);
    let program = child_of(git).expect("git runs the program");
    let command = child_of(program).expect("the program stays between git and the command");
    // Git waits, so that the command has the terminal's interrupt before git passes it on.
    kill_process(git, Signal::STOP).expect("a process");
    until(|| is_stopped(git));
    terminal.press(b"\x03");
    assert_shows(&mut terminal, "interrupt 1.");
    until(|| rests(program));
    kill_process(git, Signal::CONT).expect("a process");
    until(|| rests_in_handler(git, Signal::INT));
    until(|| rests(program));
    until(|| rests(command));
    terminal.press(b"on\n");
    assert_shows(&mut terminal, "total ");
    let (status, _, seen) = terminal.finish();
    assert!(seen.contains("total 1."), "{seen}");
    // Git ends by the signal that it got, whatever its child makes of it.
    assert_eq!(status.signal(), Some(Signal::INT.as_raw()), "{seen}");
}

/// Without git, the command takes the place of the program.
#[test]
fn a_command_without_git_has_the_terminal_to_itself() {
    let Some(sandbox) = sandbox() else { return };
    sandbox.write("count.sh", COUNTING);
    let program = env!("CARGO_BIN_EXE_git-pyenv");
    let Some(mut terminal) = on_terminal(&sandbox, &[program, "run", "sh", "./count.sh"]) else { return };
    assert_shows(&mut terminal, "counting.");
    terminal.press(b"\x03");
    assert_shows(&mut terminal, "interrupt 1.");
    terminal.press(b"on\n");
    let (status, _, seen) = terminal.finish();
    assert!(seen.contains("total 1."), "{seen}");
    assert_eq!(status.code(), Some(7), "{seen}");
}

#[test]
fn a_command_that_ends_by_the_key_ends_the_program_silently() {
    let Some(sandbox) = sandbox() else { return };
    sandbox.write("wait.sh", "echo waiting.; read line; echo on.\n");
    for program in [&["git", "pyenv"][..], &[env!("CARGO_BIN_EXE_git-pyenv")]] {
        let Some(mut terminal) = on_terminal(&sandbox, &[program, &["run", "sh", "./wait.sh"]].concat())
        else {
            return;
        };
        assert_shows(&mut terminal, "waiting.");
        terminal.press(b"\x03");
        let (status, _, seen) = terminal.finish();
        assert_eq!(status.signal(), Some(Signal::INT.as_raw()), "{program:?}: {seen}");
        assert_eq!(seen.replace("^C", ""), "waiting.\r\n", "{program:?}");
    }
}

/// What is not from a terminal reaches the command too.
#[test]
fn a_signal_for_git_reaches_the_command() {
    let Some(sandbox) = sandbox() else { return };
    for (signal, name) in [(Signal::TERM, "TERM"), (Signal::INT, "INT")] {
        let script = format!("trap 'echo {name}; exit 5' {name}; echo ready; while :; do sleep 0.05; done");
        let mut command = sandbox.at("repo").with_binary().command("git");
        command.args(["pyenv", "run", "sh", "-c", &script]);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("git");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        lines.read_line(&mut line).expect("a line");
        assert_eq!(line, "ready\n");
        kill_process(Pid::from_child(&child), signal).expect("a process");
        let mut rest = String::new();
        lines.read_to_string(&mut rest).expect("text");
        assert_eq!(rest, format!("{name}\n"));
        child.wait().expect("an end");
    }
}
