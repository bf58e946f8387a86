//! The steps of `create`, as they show on the disk, and what must hold once it was ended at one of them.

use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use super::repository::Sandbox;

/// A step: how what is on the disk shows that it has begun.
pub(crate) type Begun = fn(&Steps) -> bool;

/// Where to look.
pub(crate) struct Steps {
    /// The directory of the environment `venv`.
    pub(crate) top: PathBuf,
    /// The settings file of the environment that was there before.
    pub(crate) before: Vec<u8>,
}

impl Steps {
    /// A path in the staging directory.
    fn staging(&self, tail: &str) -> Option<PathBuf> {
        let entries = std::fs::read_dir(&self.top).ok()?.flatten();
        let staging = entries.map(|entry| entry.path()).find(|path| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".git-pyenv-"))
        })?;
        Some(staging.join(tail)).filter(|path| path.symlink_metadata().is_ok())
    }

    fn has(&self, tail: &str) -> bool {
        self.staging(tail).is_some()
    }

    fn settings(&self) -> Vec<u8> {
        std::fs::read(self.top.join("venv/pyvenv.cfg")).unwrap_or_default()
    }

    /// The audit log says that the old environment is about to be deleted, and nothing of its end.
    fn has_intent(&self) -> bool {
        let log = std::fs::read_to_string(self.top.join(".git/pyenv/audit-log.jsonl")).unwrap_or_default();
        log.lines().last().is_some_and(|line| line.contains("\"intent\""))
    }

    /// The old environment is being deleted: it has no interpreter any more.
    fn is_deleting(&self) -> bool {
        self.settings() != self.before
            && self.staging("new").is_some_and(|old| !old.join("bin/python").exists())
    }
}

/// The steps, in their order.
pub(crate) const STEPS: [(&str, Begun); 13] = [
    ("the program runs", |_| true),
    ("the lock is there", |steps| steps.top.join(".git/pyenv.lock").exists()),
    ("the staging directory is there", |steps| steps.has("")),
    ("its first files are there", |steps| steps.has("place")),
    ("the new directory is there", |steps| steps.has("new")),
    ("it is ignored", |steps| steps.has("new/.gitignore")),
    ("it has directories", |steps| steps.has("new/bin")),
    ("it has an interpreter", |steps| steps.has("new/bin/python")),
    ("it has scripts", |steps| steps.has("new/bin/activate")),
    ("it is complete", |steps| steps.has("new/pyvenv.cfg")),
    ("the old one is recorded", Steps::has_intent),
    ("the new one is in its place", |steps| steps.settings() != steps.before),
    ("the old one is being deleted", Steps::is_deleting),
];

/// The version that the environment runs; `None` if there is no environment at all.
pub(crate) fn version(sandbox: &Sandbox, when: &str) -> Option<String> {
    let place = sandbox.path("repo/venv");
    place.symlink_metadata().ok()?;
    let program = "import sys, pip; print(sys.version_info[:2], sys.prefix)";
    let run = sandbox.at("repo").run(place.join("bin/python"), &["-c", program]);
    assert_eq!(run.status, Some(0), "{when}: {}", run.said());
    assert!(run.out().contains(&*place.to_string_lossy()), "{when}: {}", run.said());
    Some(run.out())
}

/// Asserts what must hold after a kill, and lets the next run clear up.
pub(crate) fn assert_recovers(sandbox: &Sandbox, python: &Path, more: &[&str], when: &str) {
    assert_eq!(sandbox.git(&["status", "--porcelain", "--untracked-files=all"]), "", "{when}");
    let python = python.to_string_lossy();
    sandbox.pyenv(&[&["create", "--python", &python, "--output", "text"], more].concat()).ended(0);
    assert!(version(sandbox, when).is_some());
    let entries = std::fs::read_dir(sandbox.path("repo")).expect("a directory").flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
    names.sort();
    assert_eq!(names, [".git", "venv"], "{when}");
}

/// Waits until a step has begun, or the process has ended.
pub(crate) fn until(begun: Begun) -> impl Fn(&Steps, &mut Child) {
    move |steps, child| {
        let start = Instant::now();
        while !begun(steps) && child.try_wait().expect("a state").is_none() {
            assert!(start.elapsed() < Duration::from_secs(60), "it neither comes nor ends");
        }
    }
}
