//! `create`, killed at every step: the old environment or the new one is there, git sees nothing, and the next run
//! succeeds and clears up.
#![cfg(unix)]

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::support::pythons::{a_python, two_pythons};
use crate::support::repository::Sandbox;
use crate::support::steps::{STEPS, Steps, assert_recovers, until, version};

fn start(sandbox: &Sandbox, python: &Path, more: &[&str]) -> Child {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), "repo");
    command.arg("create").arg("--python").arg(python).args(more);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("a process")
}

fn kill(mut child: Child) {
    // It may have ended by itself.
    let _ = child.kill();
    child.wait().expect("an end");
}

fn kill_create(python: &Path, when: &str, wait: &dyn Fn(&Steps, &mut Child)) {
    let sandbox = Sandbox::repository();
    let steps = Steps { top: sandbox.path("repo"), before: Vec::new() };
    let mut child = start(&sandbox, python, &[]);
    wait(&steps, &mut child);
    kill(child);
    version(&sandbox, when);
    assert_recovers(&sandbox, python, &[], when);
}

fn kill_force(sandbox: &Sandbox, pythons: [&Path; 2], when: &str, wait: &dyn Fn(&Steps, &mut Child)) {
    let [old, new] = pythons;
    let before = version(sandbox, when).expect("the old one");
    let steps = Steps { top: sandbox.path("repo"), before: sandbox.read("repo/venv/pyvenv.cfg") };
    let mut child = start(sandbox, new, &["--force"]);
    wait(&steps, &mut child);
    kill(child);
    let after = version(sandbox, when).expect("one of both");
    let replaced = sandbox.read("repo/venv/pyvenv.cfg") != steps.before;
    assert_eq!(replaced, after != before, "{when}");
    assert_recovers(sandbox, old, &["--force"], when);
}

#[test]
fn a_killed_create_leaves_all_or_nothing() {
    let Some(python) = a_python() else { return };
    for (name, begun) in STEPS.iter().take(12) {
        kill_create(&python, name, &until(*begun));
    }
    for milliseconds in (0..120).step_by(6) {
        let wait = |_: &Steps, _: &mut Child| std::thread::sleep(Duration::from_millis(milliseconds));
        kill_create(&python, &format!("after {milliseconds} ms"), &wait);
    }
}

#[test]
fn a_killed_replacement_leaves_the_old_or_the_new() {
    let Some([old, new]) = two_pythons() else { return };
    let sandbox = Sandbox::repository();
    sandbox.pyenv(&["create", "--python", &old.to_string_lossy()]).ended(0);
    for (name, begun) in STEPS {
        kill_force(&sandbox, [&old, &new], name, &until(begun));
    }
    for milliseconds in (0..160).step_by(8) {
        let wait = |_: &Steps, _: &mut Child| std::thread::sleep(Duration::from_millis(milliseconds));
        kill_force(&sandbox, [&old, &new], &format!("after {milliseconds} ms"), &wait);
    }
}
