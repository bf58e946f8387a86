//! `restore`, killed at every step: the environment is back, or the next run clears what was left, and it can be restored.
#![cfg(unix)]

use git_pyenv::exec::ProcessRunner;
use git_pyenv::journal::StateDirectory;
use git_pyenv::ports::{NoProgress, NoSignals};
use git_pyenv::session::{Ports, Session};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::archives::{assert_same, tree};
use crate::support::removable::{self, contents, events, open_intents};
use crate::support::repository::Sandbox;
use crate::support::restorable::{archive_of, deleted, restore};

/// The steps of a restoration from an archive, in their order, and whether the environment is in its place.
const STEPS: [(&str, bool); 5] = [
    ("restore-staged", false),
    ("restore-recorded", false),
    ("restore-unpacked", false),
    ("restore-moved", true),
    ("restore-finished", true),
];

#[track_caller]
fn kill(sandbox: &Sandbox, step: &str, arguments: &[&str]) {
    removable::kill_at(sandbox, step, &[&["restore"], arguments].concat());
}

#[test]
fn the_next_run_clears_what_was_left_and_the_archive_stays() {
    for (step, is_there) in STEPS {
        let Some(sandbox) = removable::repository() else { return };
        let root = sandbox.path("repo/venv");
        let before = tree(&root);
        let archive = archive_of(&root, &[]);
        let id = deleted(&sandbox.at("repo"), "venv", &[]);
        archive.attach(&sandbox, &id, "all");
        let rest = contents(&sandbox);
        kill(&sandbox, step, &[&id]);
        assert_eq!(root.exists(), is_there, "{step}");
        assert_eq!(sandbox.git(&["status", "--porcelain", "-uall"]), "", "{step}");
        sandbox.at("repo").pyenv(&["log", "--verify"]).ended(0);
        let found = sandbox.json(&["check", "--select", "PYE307"]);
        let is_named = found["findings"][0]["code"] == "PYE307";
        assert_eq!(is_named, step == "restore-unpacked", "{step}: {found:#}");
        // A command that changes something else, and the one that clears up.
        sandbox.pyenv(&["fix"]).ended(0);
        assert_eq!(open_intents(&sandbox), 0, "{step}");
        let last = events(&sandbox).last().map(|(event, _)| event.clone());
        let ended = match step {
            "restore-staged" => "done",
            _ if is_there => "done",
            _ => "failed",
        };
        assert_eq!(last.as_deref(), Some(ended), "{step}");
        if is_there {
            // Only the permissions and the time of the root may still be missing.
            assert_same(&tree(&root)[1..], &before[1..]);
            continue;
        }
        sandbox.pyenv(&["cleanup", "--force"]).ended(0);
        assert_eq!(contents(&sandbox), rest, "{step}");
        restore(&sandbox.at("repo"), &[&id], 0);
        assert_same(&tree(&root), &before);
    }
}

#[test]
fn a_run_that_is_still_at_it_is_left_alone() {
    let Some(sandbox) = removable::repository() else { return };
    let root = sandbox.path("repo/venv");
    let archive = archive_of(&root, &[]);
    let id = deleted(&sandbox.at("repo"), "venv", &[]);
    archive.attach(&sandbox, &id, "all");
    let held = removable::held_in(&sandbox, "repo", "restore-unpacked", &["restore", &id]);
    // What does not wait for the lock: the end of other runs is looked for, and this one is not taken for killed.
    let env = sandbox.env("repo", &[]);
    let ports = Ports { env: &env, runner: &ProcessRunner, progress: &NoProgress, signals: &NoSignals };
    let session = Session::open(ports, Vec::new()).expect("a session");
    let state = StateDirectory::of(&session.repository).expect("its configuration");
    git_pyenv::removal::finish(&state, &|_| false, &NoProgress).expect("an answer");
    assert_eq!(open_intents(&sandbox), 1);
    let finished = removable::go_on(held);
    assert_eq!(finished.status, Some(0), "{}", finished.said());
    assert!(root.join("pyvenv.cfg").exists());
    assert_eq!(open_intents(&sandbox), 0);
}

#[test]
fn what_takes_the_place_meanwhile_stays() {
    let Some(sandbox) = removable::repository() else { return };
    let root = sandbox.path("repo/venv");
    let archive = archive_of(&root, &[]);
    let id = deleted(&sandbox.at("repo"), "venv", &[]);
    archive.attach(&sandbox, &id, "all");
    for is_link in [false, true] {
        let held = removable::held_in(&sandbox, "repo", "restore-unpacked", &["restore", &id]);
        match is_link {
            false => sandbox.write("venv/mine.txt", "mine\n"),
            true => sandbox.link("venv", "nowhere"),
        }
        let before = contents(&sandbox);
        let finished = removable::go_on(held);
        assert_eq!(finished.status, Some(2), "{}", finished.said());
        assert!(finished.said().contains("already exists"), "{}", finished.said());
        let is_ours = |path: &std::path::Path| path.to_string_lossy().contains("/.git-pyenv-");
        let before: Vec<_> = before.into_iter().filter(|(path, _)| !is_ours(path)).collect();
        assert_eq!(contents(&sandbox), before);
        assert_eq!(open_intents(&sandbox), 0);
        match is_link {
            false => std::fs::remove_dir_all(&root).expect("no directory"),
            true => std::fs::remove_file(&root).expect("no link"),
        }
    }
}

#[test]
fn from_a_snapshot_what_was_made_stays_and_is_recorded() {
    for step in ["restore-recorded", "restore-created", "restore-installed"] {
        let Some(sandbox) = removable::repository() else { return };
        sandbox.pyenv(&["cleanup", "--force"]).ended(0);
        let python = crate::support::pythons::a_python().expect("a Python");
        let python = python.to_string_lossy().into_owned();
        sandbox.pyenv(&["create", "--without-pip", "--env", "venv", "--python", &python]).ended(0);
        let id = deleted(&sandbox.at("repo"), "venv", &[]);
        kill(&sandbox, step, &[&id]);
        sandbox.pyenv(&["fix"]).ended(0);
        assert_eq!(open_intents(&sandbox), 0, "{step}");
        let (event, _) = events(&sandbox).pop().expect("an event");
        assert_eq!(event, "failed", "{step}");
        let left = contents(&sandbox);
        let is_ours = |path: &std::path::Path| path.to_string_lossy().contains("/.git-pyenv-");
        assert!(!left.iter().any(|(path, _)| is_ours(path)), "{step}: {left:?}");
        sandbox.pyenv(&["cleanup", "--force"]).ended(0);
        restore(&sandbox.at("repo"), &[&id], 0);
    }
}

#[test]
fn where_there_is_no_room_nothing_is_left() {
    let Some(sandbox) = removable::repository() else { return };
    let root = sandbox.path("repo/venv");
    sandbox.write("venv/large", vec![7; 1 << 20]);
    let archive = archive_of(&root, &[]);
    let id = deleted(&sandbox.at("repo"), "venv", &["--discard", "venv/large"]);
    archive.attach(&sandbox, &id, "all");
    let before = contents(&sandbox);
    // A file of more than 512 KiB cannot be written, as on a full disk.
    let script = "trap '' XFSZ && ulimit -f 1024 && exec \"$0\" \"$@\"";
    let binary = env!("CARGO_BIN_EXE_git-pyenv");
    let full = sandbox.at("repo").run("sh", &["-c", script, binary, "restore", &id]).ended(2);
    assert!(
        full.err().contains("failed to unpack the archive") && full.err().contains("`large`"),
        "{}",
        full.said()
    );
    assert_eq!(contents(&sandbox), before);
    assert_eq!(open_intents(&sandbox), 0);
    assert_eq!(events(&sandbox).last().map(|(event, _)| event.as_str()), Some("failed"));
    restore(&sandbox.at("repo"), &[&id], 0);
    assert!(root.join("large").exists());
}

#[test]
fn a_signal_leaves_nothing() {
    let Some(sandbox) = removable::repository() else { return };
    let archive = archive_of(&sandbox.path("repo/venv"), &[]);
    let id = deleted(&sandbox.at("repo"), "venv", &[]);
    archive.attach(&sandbox, &id, "all");
    let before = contents(&sandbox);
    let held = removable::held_in(&sandbox, "repo", "restore-unpacked", &["restore", &id]);
    kill_process(Pid::from_child(&held), Signal::INT).expect("a signal that is sent");
    let finished = removable::go_on(held);
    assert_eq!(finished.status, None, "{}", finished.said());
    assert_eq!(contents(&sandbox), before);
    assert_eq!(open_intents(&sandbox), 0);
}
