//! `cleanup` of environments that cannot be moved: mount points, layers of images, and directories that are not theirs
//! alone. They are deleted in their place, and a killed run is finished there.
#![cfg(unix)]

use std::fs;

use crate::support::mounts::{self, Mounted};
use crate::support::removable::{self, cleanup, contents, each, events};
use crate::support::repository::Sandbox;

/// Runs `cleanup --force` where nothing can be moved.
#[track_caller]
fn unmovable(sandbox: &Sandbox, more: &str, status: Option<i32>) {
    let run = sandbox.at("repo").with("PYENV_STOP_POINT", format!("refuse:move-aside{more}"));
    let run = run.pyenv(&["cleanup", "--force"]);
    assert_eq!(run.status, status, "{more}: {}", run.said());
}

fn last_event(sandbox: &Sandbox) -> Option<String> {
    events(sandbox).pop().map(|(event, _)| event)
}

#[test]
fn what_cannot_be_moved_is_deleted_in_its_place() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.write("notes.txt", "mine\n");
    let before = contents(&sandbox);
    unmovable(&sandbox, "", Some(0));
    let place = sandbox.path("repo/venv");
    let rest: Vec<_> = before.into_iter().filter(|(path, _)| !path.starts_with(&place)).collect();
    assert_eq!(contents(&sandbox), rest);
    assert_eq!(last_event(&sandbox).as_deref(), Some("done"));
}

#[test]
fn a_killed_deletion_in_place_is_finished() {
    let mut killed = 0;
    for number in (0..).step_by(7) {
        let Some(sandbox) = removable::repository() else { return };
        sandbox.write("notes.txt", "mine\n");
        let run = sandbox.at("repo").with("PYENV_STOP_POINT", format!("refuse:move-aside,kill:any:{number}"));
        let run = run.pyenv(&["cleanup", "--force"]);
        let place = sandbox.path("repo/venv");
        if run.status.is_some() {
            assert_eq!(run.status, Some(0), "{}", run.said());
            break;
        }
        killed += 1;
        let has_begun = fs::symlink_metadata(place.join(".git-pyenv-condemned")).is_ok();
        if has_begun {
            assert_eq!(sandbox.git(&["status", "--porcelain", "-uall"]), "?? notes.txt", "{number}");
            let found = sandbox.json(&["check", "--select", "PYE307"]);
            let message = found["findings"][0]["message"].as_str().unwrap_or_default();
            assert!(message.contains("the deletion of `venv` was interrupted"), "{number}: {found:#}");
        }
        // A command that changes something else finishes it.
        sandbox.pyenv(&["fix"]).ended(0);
        if has_begun {
            assert!(!place.exists(), "{number}");
            assert_eq!(last_event(&sandbox).as_deref(), Some("done"), "{number}");
        }
        cleanup(&sandbox, &["--force"], 0);
        let mut left = contents(&sandbox);
        left.retain(|(path, _)| !path.ends_with("README.md") && !path.ends_with("notes.txt"));
        assert_eq!(left, [], "{number}");
        sandbox.pyenv(&["log", "--verify"]).ended(0);
    }
    assert!(killed > 10, "{killed}");
}

#[test]
fn what_came_after_the_kill_stays() {
    let Some(sandbox) = removable::repository() else { return };
    unmovable(&sandbox, ",kill:condemned", None);
    let mark = sandbox.path("repo/venv/.git-pyenv-condemned");
    let mine = sandbox.path("repo/venv/mine.txt");
    mounts::write_later_than(&mark, &mine);
    sandbox.pyenv(&["fix"]).ended(0);
    assert_eq!(sandbox.read("repo/venv/mine.txt"), b"mine\n");
    assert_eq!(last_event(&sandbox).as_deref(), Some("failed"));
    assert!(mark.symlink_metadata().is_err(), "what stays is an environment like any other");
    let answer = cleanup(&sandbox, &["--force"], 1);
    assert_eq!(each(&answer["kept"], "path"), ["venv"]);
    cleanup(&sandbox, &["--force", "--discard", "venv/mine.txt"], 0);
    assert!(!sandbox.path("repo/venv").exists());
}

#[test]
fn a_mark_of_another_operation_means_nothing() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.link("venv/.git-pyenv-condemned", "20260102T101112Z-00000002");
    let before = contents(&sandbox);
    sandbox.pyenv(&["fix"]).ended(0);
    assert_eq!(contents(&sandbox), before);
    // It is no file that somebody needs.
    cleanup(&sandbox, &["--force"], 0);
    assert!(!sandbox.path("repo/venv").exists());
}

#[test]
fn killed_among_parts_of_a_directory_the_next_run_deletes_the_rest() {
    let mut killed = 0;
    for number in (0..).step_by(9) {
        let Some(sandbox) = removable::repository() else { return };
        fs::rename(sandbox.path("repo/venv"), sandbox.path("repo/service")).expect("a move");
        sandbox.write("service/app.py", "VALUE = 1\n");
        sandbox.write("service/draft.py", "VALUE = 2\n");
        sandbox.git(&["add", "--force", "service/app.py"]);
        let run = sandbox.at("repo").with("PYENV_STOP_POINT", format!("kill:any:{number}"));
        let run = run.pyenv(&["cleanup", "--force"]);
        if run.status.is_some() {
            assert_eq!(run.status, Some(0), "{}", run.said());
            break;
        }
        killed += 1;
        cleanup(&sandbox, &["--force"], 0);
        let mut left: Vec<_> = contents(&sandbox).into_iter().map(|(path, _)| path).collect();
        // Empty directories are nobody's.
        left.retain(|path| !path.is_dir() && !path.ends_with("README.md"));
        let expected = ["service/app.py", "service/draft.py"];
        assert_eq!(left, expected.map(|path| sandbox.path("repo").join(path)), "{number}");
        sandbox.pyenv(&["log", "--verify"]).ended(0);
    }
    assert!(killed > 10, "{killed}");
}

/// Runs a script in `repo` where things can be mounted, with the binary as `$0`.
fn run(sandbox: &Sandbox, script: &str) -> Mounted {
    mounts::run(sandbox, "repo", script)
}

#[test]
fn of_a_mount_point_the_content_goes() {
    let Some(sandbox) = removable::repository() else { return };
    let bind = "mount --bind venv venv || exit 77\n";
    let volume = "cp -a venv ../kept && mount -t tmpfs none venv || exit 77\n cp -a ../kept/. venv\n";
    for (how, mount) in [("volume", volume), ("bind", bind)] {
        let script = format!("{mount}\"$0\" cleanup --force --output json && test -z \"$(ls -A venv)\"");
        let Some(run) = run(&sandbox, &script) else { return };
        let answer = run.ended(0).json();
        let removed = &answer["cleanup"]["removed"][0];
        assert_eq!(
            (&removed["path"], &removed["mount_point_stays"]),
            (&"venv".into(), &true.into()),
            "{how}"
        );
        assert_eq!(last_event(&sandbox).as_deref(), Some("done"), "{how}");
        sandbox.pyenv(&["log", "--verify"]).ended(0);
        if how == "volume" {
            // What was in the way of the mount was never there.
            assert!(sandbox.path("repo/venv/pyvenv.cfg").exists());
        }
    }
    assert!(sandbox.path("repo/venv").exists() && !sandbox.path("repo/venv/pyvenv.cfg").exists());
}

#[test]
fn what_is_mounted_in_a_mount_point_stays() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.write("mounted/kept.txt", "mine\n");
    fs::create_dir(sandbox.path("repo/venv/share")).expect("a directory");
    let mount = "mount --bind venv venv && mount --bind mounted venv/share || exit 77\n";
    let script = format!("{mount}\"$0\" cleanup --force --discard venv/share --output text");
    let Some(run) = run(&sandbox, &script) else { return };
    let said = run.ended(2);
    assert!(said.out().contains("`share` could not be deleted: it is a mount point"), "{}", said.said());
    assert_eq!(sandbox.read("repo/mounted/kept.txt"), b"mine\n");
    assert!(fs::symlink_metadata(sandbox.path("repo/venv/.git-pyenv-condemned")).is_err());
}

#[test]
fn a_killed_deletion_of_a_mount_point_is_finished() {
    let Some(sandbox) = removable::repository() else { return };
    let script = "mount --bind venv venv || exit 77
        PYENV_STOP_POINT=kill:any:60 \"$0\" cleanup --force >/dev/null 2>&1 && exit 3
        test -L venv/.git-pyenv-condemned || exit 4
        \"$0\" fix && test -z \"$(ls -A venv)\"";
    let Some(run) = run(&sandbox, script) else { return };
    run.ended(0);
    assert_eq!(last_event(&sandbox).as_deref(), Some("done"));
}

#[test]
fn what_lies_in_a_layer_of_an_image_goes() {
    let Some(sandbox) = removable::repository() else { return };
    let deep: String = (0..40).map(|_| "d/").collect();
    let packages = removable::packages(&sandbox, "venv");
    // As deep as a deletion moves directories up, which it cannot there.
    sandbox.write(format!("{packages}/{deep}data.txt"), "mine\n");
    sandbox.make_directory("layers");
    let script = format!(
        "mount -t tmpfs none ../layers && mkdir ../layers/upper ../layers/work || exit 77
        here=$PWD; layers=upperdir=../layers/upper,workdir=../layers/work
        mount -t overlay none -o lowerdir=$here,$layers,redirect_dir=nofollow $here ||
        mount -t overlay none -o lowerdir=$here,$layers,userxattr $here || exit 77
        cd $here
        \"$0\" cleanup --force --output json --discard {packages}/d && test ! -e venv"
    );
    let Some(run) = run(&sandbox, &script) else { return };
    let answer = run.ended(0).json();
    assert_eq!(each(&answer["cleanup"]["removed"], "path"), ["venv"], "{answer:#}");
    assert_eq!(answer["cleanup"]["removed"][0]["mount_point_stays"], false);
}
