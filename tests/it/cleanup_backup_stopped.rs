//! `cleanup --backup`, killed, without space, or with somebody else at work: the environment is whole, or gone and in an
//! archive that is whole.
#![cfg(unix)]

use std::fs;

use git_pyenv::formats::archive::MemberKind;
use rustix::process::{Pid, Signal, kill_process};

use crate::support::archives::{self, members};
use crate::support::removable::{self, cleanup, contents, events, go_on, held};
use crate::support::repository::Sandbox;

/// The steps, in their order: whether the archive has its name, and whether the deletion has begun.
const STEPS: [(&str, bool, bool); 9] = [
    ("archive-begun", false, false),
    ("archive-filled", false, false),
    ("archive-written", false, false),
    ("archive-verified", false, false),
    ("recorded", false, false),
    ("archive-placed", true, false),
    ("aside", true, false),
    ("condemned", true, true),
    ("deleted", true, true),
];

fn repository() -> Option<Sandbox> {
    let sandbox = removable::repository()?;
    sandbox.write("venv/notes.txt", "mine\n");
    Some(sandbox)
}

#[track_caller]
fn assert_restorable(sandbox: &Sandbox, what: &str) {
    let snapshots = archives::archived(sandbox);
    let snapshot = snapshots.last().unwrap_or_else(|| panic!("{what}: no archive"));
    let path = sandbox.path(&format!("repo/.git/pyenv/archives/{}.tar.zst", snapshot.id));
    let members = members(&path, snapshot.archive.as_ref().expect("an archive"));
    let is_notes = |(member, content): &archives::Stored| {
        matches!(member.kind, MemberKind::File { .. })
            && member.path.as_bytes() == b"notes.txt"
            && content == b"mine\n"
    };
    assert!(members.iter().any(is_notes), "{what}");
}

#[test]
fn killed_at_any_step_nothing_is_lost_and_nothing_half_written_stays() {
    for (step, is_placed, has_begun) in STEPS {
        let Some(sandbox) = repository() else { return };
        let (before, index) = (contents(&sandbox), sandbox.read("repo/.git/index"));
        let killed = sandbox.at("repo").with("PYENV_STOP_POINT", format!("kill:{step}"));
        let killed = killed.pyenv(&["cleanup", "--force", "--backup"]);
        assert_eq!(killed.status, None, "{step}: {}", killed.said());
        assert_eq!(archives::names(&sandbox).len(), 1, "{step}");
        assert_eq!(archives::names(&sandbox)[0].starts_with(".git-pyenv-"), !is_placed, "{step}");
        // A command that changes something else finishes it.
        sandbox.pyenv(&["fix"]).ended(0);
        assert_eq!(archives::names(&sandbox).len(), usize::from(is_placed), "{step}");
        assert_eq!(archives::archived(&sandbox).len(), usize::from(is_placed), "{step}");
        if has_begun {
            assert!(!sandbox.path("repo/venv").exists(), "{step}");
        } else {
            let ours = |path: &std::path::Path| path.to_string_lossy().contains("/.git-pyenv-");
            let left = contents(&sandbox).into_iter().filter(|(path, _)| !ours(path));
            assert_eq!(left.collect::<Vec<_>>(), before, "{step}");
        }
        if is_placed {
            assert_restorable(&sandbox, step);
        }
        cleanup(&sandbox, &["--force", "--backup"], 0);
        assert!(!sandbox.path("repo/venv").exists(), "{step}");
        assert_restorable(&sandbox, step);
        assert!(archives::names(&sandbox).iter().all(|name| !name.starts_with('.')), "{step}");
        assert_eq!(sandbox.read("repo/.git/index"), index, "{step}");
    }
}

#[test]
fn without_space_nothing_is_deleted_and_no_half_backup_stays() {
    let Some(sandbox) = repository() else { return };
    // It does not compress, and is too large for the limit.
    let mut state = 1_u64;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u8
    };
    sandbox.write("venv/large.bin", std::iter::repeat_with(next).take(3 << 20).collect::<Vec<u8>>());
    let before = contents(&sandbox);
    let script = "trap '' XFSZ && ulimit -f 1024 && exec \"$0\" \"$@\"";
    let program = env!("CARGO_BIN_EXE_git-pyenv");
    let arguments = ["-c", script, program, "cleanup", "--force", "--backup", "--output", "json"];
    let answer = sandbox.at("repo").run("sh", &arguments).ended(2).json();
    let reason = answer["cleanup"]["kept"][0]["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("failed to"), "{answer:#}");
    assert_eq!(contents(&sandbox), before);
    assert_eq!(archives::names(&sandbox), [] as [String; 0]);
    assert_eq!(archives::archived(&sandbox), []);
    assert_eq!(events(&sandbox), [], "nothing was begun");
    cleanup(&sandbox, &["--force", "--backup"], 0);
    assert_restorable(&sandbox, "with space");
}

#[test]
fn what_changes_meanwhile_stops_the_deletion() {
    for step in
        ["archive-begun", "archive-written", "archive-verified", "recorded", "archive-placed", "aside"]
    {
        for is_new in [true, false] {
            let Some(sandbox) = repository() else { return };
            let run = held(&sandbox, step, &["--backup"]);
            let mut places = contents(&sandbox).into_iter().map(|(path, _)| path);
            let notes = places.find(|path| path.ends_with("notes.txt")).expect("a file");
            let changed = if is_new { notes.with_file_name("new.txt") } else { notes };
            fs::write(&changed, "ours\n").expect("a file");
            let said = go_on(run).ended(2).json();
            let reason = said["cleanup"]["kept"][0]["reason"].as_str().unwrap_or_default().to_owned();
            let name = if is_new { "new.txt" } else { "notes.txt" };
            // Of what is new, the time of its directory shows first.
            let is_named = reason.contains(name) || (is_new && reason.starts_with("`.` "));
            assert!(reason.contains("changed while") && is_named, "{step}: {reason}");
            assert_eq!(sandbox.read(&format!("repo/venv/{name}")), b"ours\n", "{step}");
            assert_eq!(archives::names(&sandbox), [] as [String; 0], "{step}");
            assert_eq!(archives::archived(&sandbox), [], "{step}: no snapshot names an archive that is gone");
        }
    }
}

#[test]
fn a_signal_ends_it_and_nothing_is_left() {
    for step in ["archive-begun", "archive-written", "archive-verified"] {
        let Some(sandbox) = repository() else { return };
        let before = contents(&sandbox);
        let run = held(&sandbox, step, &["--backup"]);
        kill_process(Pid::from_child(&run), Signal::INT).expect("a signal that is sent");
        let ended = go_on(run);
        assert_eq!(ended.status, None, "{step}: {}", ended.said());
        assert_eq!(contents(&sandbox), before, "{step}");
        assert_eq!(archives::names(&sandbox), [] as [String; 0], "{step}");
        assert_eq!(archives::archived(&sandbox), [], "{step}");
    }
}

#[test]
fn a_directory_that_becomes_a_link_is_not_followed_into_an_archive() {
    let Some(sandbox) = repository() else { return };
    sandbox.write("outside/secret.txt", "theirs\n");
    let run = held(&sandbox, "archive-begun", &["--backup"]);
    fs::rename(sandbox.path("repo/venv/lib"), sandbox.path("elsewhere")).expect("a move");
    std::os::unix::fs::symlink(sandbox.path("repo/outside"), sandbox.path("repo/venv/lib")).expect("a link");
    go_on(run).ended(2);
    assert_eq!(sandbox.read("repo/outside/secret.txt"), b"theirs\n");
    assert!(sandbox.path("repo/venv/pyvenv.cfg").exists());
    assert_eq!(archives::names(&sandbox), [] as [String; 0]);
}

#[test]
fn an_archive_that_another_run_makes_is_not_taken_for_what_a_killed_one_left() {
    let Some(sandbox) = repository() else { return };
    let other = sandbox.path("other").to_string_lossy().into_owned();
    sandbox.git(&["worktree", "add", "--quiet", &other]);
    let run = held(&sandbox, "archive-written", &["--backup"]);
    assert_eq!(archives::names(&sandbox).len(), 1);
    sandbox.at("other").pyenv(&["fix"]).ended(0);
    sandbox.at("other").pyenv(&["cleanup", "--force"]).ended(0);
    assert_eq!(archives::names(&sandbox).len(), 1);
    go_on(run).ended(0);
    assert_restorable(&sandbox, "at the same time");
}
