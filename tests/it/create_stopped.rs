//! `create`, asked to stop at every step: it leaves the old environment or the new one and nothing else, says nothing,
//! and ends by the signal.
#![cfg(unix)]

use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use git_pyenv::exec::ProcessRunner;
use git_pyenv::journal::StateDirectory;
use git_pyenv::ports::{NoProgress, NoSignals};
use git_pyenv::session::{Ports, Session};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, kill_process_group, waitpid};

use crate::support::pythons::{a_python, never_answers, two_pythons};
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Finished, skip};
use crate::support::steps::{Begun, STEPS, Steps, assert_recovers, until, version};
use crate::support::terminal::{Attached, LEADER, Terminal};

const BINARY: &str = env!("CARGO_BIN_EXE_git-pyenv");
/// What a terminal is told to hide the cursor.
const HIDE_CURSOR: &str = "\x1b[?25l";
/// What it is told to empty the line that the cursor is in.
const ERASE_LINE: &str = "\x1b[2K";

/// How a run came to its end.
struct Ended {
    /// It got the signal before its end.
    was_running: bool,
    status: ExitStatus,
    said: Finished,
}

impl Ended {
    /// Asserts that it ended by the signal and said nothing of it, or that it was done before.
    fn by(&self, signal: Signal, when: &str) {
        let (said, expected) = (self.said.said(), signal.as_raw());
        if self.was_running {
            assert_eq!(self.status.signal(), Some(expected), "{when}: {said}");
            assert_eq!(self.said.out(), "", "{when}");
        } else {
            assert_eq!(self.status.code(), Some(0), "{when}: {said}");
        }
        assert!(!self.said.err().contains("error"), "{when}: {said}");
    }
}

/// A Python to make environments from; `None`, said aloud, if there is none, or if these tests are run with a signal
/// ignored, as a script does in the background: what they start ignores it too then, and nothing can be done about it.
fn python() -> Option<PathBuf> {
    for signal in ["INT", "TERM", "HUP"] {
        let status = Command::new("sh").arg("-c").arg(format!("kill -{signal} $$")).status();
        if status.expect("a shell").success() {
            skip(&format!("SIG{signal} is ignored here"));
            return None;
        }
    }
    a_python()
}

/// Starts a program in a group of its own, as a shell does.
fn start(mut command: Command, arguments: &[&str]) -> Child {
    command.args(arguments).process_group(0);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("a process")
}

/// Signals the whole group, as a terminal does.
fn signal_group(child: &Child, signal: Signal) {
    // Its last process may just have ended.
    let _ = kill_process_group(Pid::from_child(child), signal);
}

/// Holds a process fast where it is; its status if it came to its end before.
fn hold_fast(child: &mut Child) -> Option<ExitStatus> {
    if let Some(status) = child.try_wait().expect("a state") {
        return Some(status);
    }
    // Only this one: a process waits for one that it is just starting, and does not stop as long as that is stopped
    // (`CLONE_VFORK` in <https://man7.org/linux/man-pages/man2/clone.2.html>).
    let _ = kill_process(Pid::from_child(child), Signal::STOP);
    let waited = waitpid(Some(Pid::from_child(child)), WaitOptions::UNTRACED).expect("a state");
    let (_, status) = waited.expect("a change");
    (!status.stopped()).then(|| ExitStatus::from_raw(status.as_raw()))
}

/// Asks a run to stop at a step, and waits for its end.
fn ask_to_stop(mut child: Child, signal: Signal, steps: &Steps, begun: Begun) -> Ended {
    until(begun)(steps, &mut child);
    let early = hold_fast(&mut child);
    signal_group(&child, signal);
    signal_group(&child, Signal::CONT);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let streams = child.stdout.take().zip(child.stderr.take());
    let (mut out, mut err) = streams.expect("two pipes");
    out.read_to_end(&mut stdout).expect("output");
    err.read_to_end(&mut stderr).expect("talk");
    let status = early.unwrap_or_else(|| child.wait().expect("an end"));
    Ended { was_running: early.is_none(), status, said: Finished { status: status.code(), stdout, stderr } }
}

/// What is in a directory of the sandbox, by name.
fn names(sandbox: &Sandbox, directory: &str) -> Vec<String> {
    let entries = std::fs::read_dir(sandbox.path(directory)).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Asserts that the audit log is unbroken, and that nothing in it was begun and not ended.
fn assert_audit_log_is_closed(sandbox: &Sandbox, when: &str) {
    let env = sandbox.env("repo", &[]);
    let ports = Ports { env: &env, runner: &ProcessRunner, progress: &NoProgress, signals: &NoSignals };
    let session = Session::open(ports, Vec::new()).expect("a session");
    let state = StateDirectory::of(&session.repository).expect("its configuration");
    assert_eq!(state.read_audit_log().expect("an audit log").first_break, None, "{when}");
    assert!(state.open_intents().expect("an audit log").is_empty(), "{when}");
}

/// Asks a `create` to stop; there are directories above its place that it has to make.
fn stop_create(python: &Path, signal: Signal, when: &str, begun: Begun) -> bool {
    let sandbox = Sandbox::repository();
    let steps = Steps { top: sandbox.path("repo/a/b"), before: Vec::new() };
    let python = python.to_string_lossy();
    let create = ["create", "--quiet", "--python", &python, "--env", "a/b/venv"];
    let ended = ask_to_stop(start(sandbox.command(BINARY, "repo"), &create), signal, &steps, begun);
    ended.by(signal, when);
    if sandbox.path("repo/a/b/venv").exists() {
        assert_eq!(names(&sandbox, "repo/a/b"), ["venv"], "{when}");
    } else {
        assert_eq!(names(&sandbox, "repo"), [".git"], "{when}");
    }
    let next = sandbox.pyenv(&create).ended(0);
    assert_eq!(next.err(), "", "{when}");
    let run = sandbox.at("repo").run(sandbox.path("repo/a/b/venv/bin/python"), &["-c", "import pip"]);
    assert_eq!(run.status, Some(0), "{when}: {}", run.said());
    ended.was_running
}

/// Asks a `create --force` to stop, and puts the old environment back.
fn stop_force(sandbox: &Sandbox, pythons: [&Path; 2], signal: Signal, when: &str, begun: Begun) -> bool {
    let [old, new] = pythons;
    let before = version(sandbox, when).expect("the old one");
    let steps = Steps { top: sandbox.path("repo"), before: sandbox.read("repo/venv/pyvenv.cfg") };
    let create = ["create", "--force", "--quiet", "--python", &new.to_string_lossy()];
    let ended = ask_to_stop(start(sandbox.command(BINARY, "repo"), &create), signal, &steps, begun);
    ended.by(signal, when);
    assert_eq!(names(sandbox, "repo"), [".git", "venv"], "{when}");
    let after = version(sandbox, when).expect("one of both");
    let replaced = sandbox.read("repo/venv/pyvenv.cfg") != steps.before;
    assert_eq!(replaced, after != before, "{when}");
    assert_audit_log_is_closed(sandbox, when);
    assert_recovers(sandbox, old, &["--force"], when);
    ended.was_running
}

#[test]
fn a_stopped_create_leaves_nothing_behind() {
    let Some(python) = python() else { return };
    let mut stopped = 0;
    let signals = [Signal::INT, Signal::TERM, Signal::HUP].into_iter().cycle();
    for ((name, begun), signal) in STEPS.iter().take(12).zip(signals) {
        let when = format!("{name}, {signal:?}");
        stopped += usize::from(stop_create(&python, signal, &when, *begun));
    }
    assert!(stopped > 0, "no run was caught before its end");
}

#[test]
fn a_stopped_replacement_leaves_the_old_or_the_new_and_nothing_else() {
    let Some([old, new]) = python().and_then(|_| two_pythons()) else { return };
    let sandbox = Sandbox::repository();
    sandbox.pyenv(&["create", "--python", &old.to_string_lossy()]).ended(0);
    let mut stopped = 0;
    for (name, begun) in STEPS {
        for signal in [Signal::INT, Signal::TERM] {
            let when = format!("{name}, {signal:?}");
            stopped += usize::from(stop_force(&sandbox, [&old, &new], signal, &when, begun));
        }
    }
    assert!(stopped > 0, "no run was caught before its end");
}

/// Git has the Ctrl-C too, and passes it on: the second is no wish to have it end at once.
#[test]
fn below_git_it_leaves_nothing_behind_either() {
    let Some(python) = python() else { return };
    let own = Path::new(BINARY).parent().expect("a directory");
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([own.to_path_buf()].into_iter().chain(std::env::split_paths(&inherited)));
    let path = path.expect("directories without a colon");
    for (name, begun) in STEPS.iter().take(12) {
        let sandbox = Sandbox::repository();
        let steps = Steps { top: sandbox.path("repo"), before: Vec::new() };
        let mut command = sandbox.command("git", "repo");
        command.env("PATH", &path);
        let create = ["pyenv", "create", "--quiet", "--python", &python.to_string_lossy()];
        let ended = ask_to_stop(start(command, &create), Signal::INT, &steps, *begun);
        // Whether git sees first the signal or the end of what it runs is chance.
        let ends =
            [ended.status.signal() == Some(2), ended.status.code() == Some(130), ended.status.success()];
        assert!(ends.contains(&true), "{name}: {:?}: {}", ended.status, ended.said.said());
        assert_eq!(ended.said.err(), "", "{name}");
        let made = version(&sandbox, name).is_some();
        let expected: &[&str] = if made { &[".git", "venv"] } else { &[".git"] };
        assert_eq!(names(&sandbox, "repo"), expected, "{name}");
    }
}

#[test]
fn what_ignores_a_signal_goes_on() {
    let Some(python) = python() else { return };
    for (name, begun) in STEPS.iter().take(12) {
        let sandbox = Sandbox::repository();
        let steps = Steps { top: sandbox.path("repo"), before: Vec::new() };
        let script = "trap '' INT; exec \"$@\"";
        let create = ["-c", script, "sh", BINARY, "create", "--python", &python.to_string_lossy()];
        // The shell itself does not ignore it yet.
        let begun = if *name == STEPS[0].0 { STEPS[1].1 } else { *begun };
        let ended = ask_to_stop(start(sandbox.command("sh", "repo"), &create), Signal::INT, &steps, begun);
        assert_eq!(ended.status.code(), Some(0), "{name}: {}", ended.said.said());
        assert_eq!(names(&sandbox, "repo"), [".git", "venv"], "{name}");
    }
}

#[test]
fn who_insists_ends_it_at_once() {
    let Some(python) = python() else { return };
    let sandbox = Sandbox::repository();
    let silent = never_answers(&sandbox, &python);
    for signal in [Signal::INT, Signal::TERM] {
        let create = ["create", "--python", &silent.to_string_lossy()];
        let mut child = start(sandbox.command(BINARY, "repo"), &create);
        let steps = Steps { top: sandbox.path("silent"), before: Vec::new() };
        until(|steps| steps.top.join("asked").exists())(&steps, &mut child);
        // The interpreter that it waits for gets none, and would never answer.
        while child.try_wait().expect("a state").is_none() {
            kill_process(Pid::from_child(&child), signal).expect("a signal that is sent");
            std::thread::yield_now();
        }
        let status = child.wait().expect("an end");
        assert_eq!(status.signal(), Some(signal.as_raw()));
        assert_eq!(names(&sandbox, "repo"), [".git"]);
        sandbox.remove("../silent/asked");
    }
}

#[test]
fn the_key_leaves_a_clean_line() {
    let Some(python) = python() else { return };
    let sandbox = Sandbox::repository();
    let silent = never_answers(&sandbox, &python);
    let mut command = sandbox.command(&python, "repo");
    command.args(["-I", "-c", LEADER, BINARY, "create", "--python"]).arg(&silent).env("TERM", "xterm");
    let mut terminal = Terminal::start(command, 80, Attached::Both);
    assert!(terminal.wait_for("finding Python"), "{}", String::from_utf8_lossy(&terminal.seen));
    terminal.press(b"\x03");
    let (status, _, seen) = terminal.finish();
    assert_eq!(status.signal(), Some(2), "{seen:?}");
    let (_, left) = seen.rsplit_once(ERASE_LINE).expect("a line that was erased");
    assert!(left.trim().is_empty() && !seen.contains(HIDE_CURSOR), "{seen:?}");
    assert!(!seen.contains("error") && !seen.contains("KeyboardInterrupt"), "{seen:?}");
    assert_eq!(names(&sandbox, "repo"), [".git"]);
}
