//! `cleanup`, killed at every step: the environment is whole, or gone and recorded, or the next run finishes.
#![cfg(unix)]

use crate::support::removable::{self, cleanup, contents, events, go_on, held, held_in, open_intents};
use crate::support::repository::Sandbox;

/// The steps, in their order, and whether the deletion has begun.
const STEPS: [(&str, bool); 6] = [
    ("staging-made", false),
    ("staging-ready", false),
    ("recorded", false),
    ("aside", false),
    ("condemned", true),
    ("deleted", true),
];

#[track_caller]
fn kill(sandbox: &Sandbox, step: &str, arguments: &[&str]) {
    removable::kill_at(sandbox, step, &[&["cleanup", "--force"], arguments].concat());
}

#[test]
fn the_next_run_finishes_or_takes_back() {
    for (step, has_begun) in STEPS {
        let Some(sandbox) = removable::repository() else { return };
        sandbox.write("notes.txt", "mine\n");
        let (before, index) = (contents(&sandbox), sandbox.read("repo/.git/index"));
        kill(&sandbox, step, &[]);
        open_intents(&sandbox);
        assert_eq!(sandbox.git(&["status", "--porcelain", "-uall"]), "?? notes.txt", "{step}");
        let place = sandbox.path("repo/venv");
        let outside = |contents: Vec<(std::path::PathBuf, Vec<u8>)>| -> Vec<_> {
            let is_ours = |path: &std::path::Path| {
                path.starts_with(&place) || path.to_string_lossy().contains("/.git-pyenv-")
            };
            contents.into_iter().filter(|(path, _)| !is_ours(path)).collect()
        };
        assert_eq!(outside(contents(&sandbox)), outside(before.clone()), "{step}");
        // A command that changes something else finishes it.
        sandbox.pyenv(&["fix"]).ended(0);
        assert_eq!(open_intents(&sandbox), 0, "{step}");
        if has_begun {
            assert!(!place.exists(), "{step}");
            assert_eq!(contents(&sandbox), outside(before), "{step}");
            assert_eq!(events(&sandbox).last().map(|(event, _)| event.as_str()), Some("done"), "{step}");
        } else if step == "staging-made" || step == "staging-ready" {
            assert!(place.exists(), "{step}");
        } else {
            assert_eq!(contents(&sandbox), before, "{step}");
            assert_eq!(events(&sandbox).last().map(|(event, _)| event.as_str()), Some("failed"), "{step}");
        }
        cleanup(&sandbox, &["--force"], 0);
        let mut left = contents(&sandbox);
        left.retain(|(path, _)| !path.ends_with("README.md") && !path.ends_with("notes.txt"));
        assert_eq!(left, [], "{step}");
        assert_eq!(open_intents(&sandbox), 0, "{step}");
        assert_eq!(sandbox.read("repo/.git/index"), index, "{step}");
    }
}

#[test]
fn check_names_what_was_begun_and_install_takes_it_back() {
    let Some(sandbox) = removable::repository() else { return };
    let before = contents(&sandbox);
    kill(&sandbox, "aside", &[]);
    assert!(!sandbox.path("repo/venv").exists());
    let found = sandbox.json(&["check", "--select", "PYE307"]);
    assert_eq!(found["findings"][0]["code"], "PYE307", "{found:#}");
    // There is nothing to install; what matters is that the environment is back.
    sandbox.pyenv(&["install"]);
    assert_eq!(contents(&sandbox), before);
    let found = sandbox.json(&["check", "--select", "PYE307"]);
    assert!(found["findings"].as_array().is_some_and(Vec::is_empty), "{found:#}");
}

#[test]
fn what_took_the_place_meanwhile_stays() {
    for step in ["aside", "condemned"] {
        let Some(sandbox) = removable::repository() else { return };
        kill(&sandbox, step, &[]);
        sandbox.write("venv/mine.txt", "mine\n");
        sandbox.pyenv(&["fix"]).ended(0);
        assert_eq!(sandbox.read("repo/venv/mine.txt"), b"mine\n", "{step}");
        assert_eq!(open_intents(&sandbox), 0, "{step}");
        let left = contents(&sandbox);
        assert!(
            !left.iter().any(|(path, _)| path.to_string_lossy().contains(".git-pyenv-")),
            "{step}: {left:?}"
        );
    }
}

#[test]
fn killed_among_caches_the_next_run_deletes_the_rest() {
    for step in ["caches-recorded", "cache-deleted"] {
        let Some(sandbox) = removable::repository() else { return };
        for name in ["a", "b"] {
            sandbox.write(format!("{name}/__pycache__/m.cpython-312.pyc"), "");
        }
        kill(&sandbox, step, &["--target", "caches"]);
        cleanup(&sandbox, &["--force", "--target", "caches"], 0);
        assert_eq!(open_intents(&sandbox), 0, "{step}");
        for name in ["a/__pycache__", "b/__pycache__"] {
            assert!(!sandbox.path("repo").join(name).exists(), "{step}: {name}");
        }
        assert!(sandbox.path("repo/venv").exists(), "{step}");
        let left = contents(&sandbox);
        assert!(
            !left.iter().any(|(path, _)| path.to_string_lossy().contains(".git-pyenv-")),
            "{step}: {left:?}"
        );
    }
}

#[test]
fn two_runs_that_find_the_same_killed_run_end_it_once() {
    // What it only moved aside is moved back, what it began to delete is deleted.
    for (killed_at, held_at, is_waited_for) in
        [("aside", "end-decided", true), ("condemned", "end-claimed", false)]
    {
        let Some(sandbox) = removable::repository() else { return };
        sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
        kill(&sandbox, killed_at, &[]);
        let first = held_in(&sandbox, "repo", held_at, &["fix"]);
        let mut second = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), "linked");
        let mut second = second.args(["fix"]).spawn().expect("a process");
        if !is_waited_for {
            assert!(second.wait().expect("an end").success(), "{killed_at}");
            assert_eq!(events(&sandbox).len(), 1, "{killed_at}");
        }
        go_on(first).ended(0);
        assert!(second.wait().expect("an end").success(), "{killed_at}");
        assert_eq!(events(&sandbox).len(), 2, "{killed_at}: {:?}", events(&sandbox));
        assert_eq!(open_intents(&sandbox), 0, "{killed_at}");
        assert_eq!(sandbox.path("repo/venv").exists(), killed_at == "aside");
    }
}

#[test]
fn what_was_left_in_the_git_directory_is_cleared_while_nobody_writes_there() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    let orphans = [
        ".git/.git-pyenv-0",
        ".git/pyenv/.git-pyenv-1",
        ".git/pyenv/snapshots/.git-pyenv-2",
        ".git/pyenv/snapshots/20260101T000000Z-00000001.txt",
        ".git/pyenv/copies/20260101T000000Z-00000001/bin/activate",
    ];
    let kept = [
        ".git/pyenv/snapshots/20260101T000000Z-00000002.txt",
        ".git/pyenv/snapshots/20260101T000000Z-00000002.json",
        ".git/pyenv/copies/20260101T000000Z-00000002/bin/activate",
    ];
    // A run in another work tree writes there.
    let writing = held(&sandbox, "recorded", &[]);
    for path in orphans.iter().chain(&kept) {
        sandbox.write(path, "x");
    }
    let exists = |path: &&str| sandbox.path("repo").join(path).exists();
    sandbox.at("linked").pyenv(&["cleanup", "--force"]).ended(0);
    assert!(orphans.iter().chain(&kept).skip(1).all(&exists));
    go_on(writing).ended(0);
    cleanup(&sandbox, &["--force"], 0);
    assert_eq!(orphans.iter().filter(|path| exists(path)).collect::<Vec<_>>(), [] as [&&str; 0]);
    assert!(kept.iter().all(exists));
}
