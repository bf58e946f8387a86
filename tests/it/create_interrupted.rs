//! `create`, killed at every step: the old environment or the new one is there, git sees nothing, and the next run
//! succeeds and clears up.
#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::pythons::two_pythons;
use crate::support::repository::Sandbox;
use crate::support::sandbox::skip;

/// A step: how what is on the disk shows that it has begun.
type Begun = fn(&Steps) -> bool;

/// Where to look.
struct Steps {
    top: PathBuf,
    /// The settings file of the environment that was there before.
    before: Vec<u8>,
}

impl Steps {
    /// A path in the workshop.
    fn workshop(&self, tail: &str) -> Option<PathBuf> {
        let entries = std::fs::read_dir(&self.top).ok()?.flatten();
        let workshop = entries.map(|entry| entry.path()).find(|path| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".git-pyenv-"))
        })?;
        Some(workshop.join(tail)).filter(|path| path.symlink_metadata().is_ok())
    }

    fn has(&self, tail: &str) -> bool {
        self.workshop(tail).is_some()
    }

    fn settings(&self) -> Vec<u8> {
        std::fs::read(self.top.join("venv/pyvenv.cfg")).unwrap_or_default()
    }

    /// The old environment is being deleted: it has no interpreter any more.
    fn is_deleting(&self) -> bool {
        self.settings() != self.before
            && self.workshop("new").is_some_and(|old| !old.join("bin/python").exists())
    }
}

const STEPS: [(&str, Begun); 12] = [
    ("the program runs", |_| true),
    ("the lock is there", |steps| steps.top.join(".git/pyenv.lock").exists()),
    ("the workshop is there", |steps| steps.has("")),
    ("it is furnished", |steps| steps.has("place")),
    ("the new directory is there", |steps| steps.has("new")),
    ("it is ignored", |steps| steps.has("new/.gitignore")),
    ("it has directories", |steps| steps.has("new/bin")),
    ("it has an interpreter", |steps| steps.has("new/bin/python")),
    ("it has scripts", |steps| steps.has("new/bin/activate")),
    ("it is complete", |steps| steps.has("new/pyvenv.cfg")),
    ("the new one is in its place", |steps| steps.settings() != steps.before),
    ("the old one is being deleted", Steps::is_deleting),
];

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

/// The version that the environment runs; `None` if there is no environment at all.
fn version(sandbox: &Sandbox, when: &str) -> Option<String> {
    let place = sandbox.path("repo/venv");
    place.symlink_metadata().ok()?;
    let program = "import sys, pip; print(sys.version_info[:2], sys.prefix)";
    let run = sandbox.at("repo").run(place.join("bin/python"), &["-c", program]);
    assert_eq!(run.status, Some(0), "{when}: {}", run.said());
    assert!(run.out().contains(&*place.to_string_lossy()), "{when}: {}", run.said());
    Some(run.out())
}

/// Asserts what must hold after a kill, and lets the next run clear up.
fn assert_recovers(sandbox: &Sandbox, python: &Path, more: &[&str], when: &str) {
    assert_eq!(sandbox.git(&["status", "--porcelain", "--untracked-files=all"]), "", "{when}");
    let python = python.to_string_lossy();
    sandbox.pyenv(&[&["create", "--python", &python, "--output", "text"], more].concat()).ended(0);
    assert!(version(sandbox, when).is_some());
    let entries = std::fs::read_dir(sandbox.path("repo")).expect("a directory").flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
    names.sort();
    assert_eq!(names, [".git", "venv"], "{when}");
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

/// Waits until a step has begun, or the process has ended.
fn until(begun: Begun) -> impl Fn(&Steps, &mut Child) {
    move |steps, child| {
        let start = Instant::now();
        while !begun(steps) && child.try_wait().expect("a state").is_none() {
            assert!(start.elapsed() < Duration::from_secs(60), "it neither comes nor ends");
        }
    }
}

#[test]
fn a_killed_create_leaves_all_or_nothing() {
    let Some(python) = two_pythons().into_iter().next() else { return };
    for (name, begun) in STEPS.iter().take(11) {
        kill_create(&python, name, &until(*begun));
    }
    for milliseconds in (0..120).step_by(6) {
        let wait = |_: &Steps, _: &mut Child| std::thread::sleep(Duration::from_millis(milliseconds));
        kill_create(&python, &format!("after {milliseconds} ms"), &wait);
    }
}

#[test]
fn a_killed_replacement_leaves_the_old_or_the_new() {
    let [old, new] = two_pythons().try_into().unwrap_or_default();
    if new.as_os_str().is_empty() {
        return skip("there are no two Pythons");
    }
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
