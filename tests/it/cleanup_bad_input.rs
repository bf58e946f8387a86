//! `cleanup` with names that no terminal should see, directories without permissions, files that nobody can delete, disks
//! without room, and what other runs left: nothing is lost, and nothing stays for ever.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::mounts;
use crate::support::pythons::a_python;
use crate::support::removable::{self, cleanup, contents, events};
use crate::support::repository::Sandbox;
use crate::support::sandbox::{skip, tool};
use crate::support::users::unprivileged;

const LOG: &str = "repo/.git/pyenv/audit-log.jsonl";

/// What this program leaves nowhere.
fn left_over(sandbox: &Sandbox) -> Vec<PathBuf> {
    let listed = sandbox.listing().into_iter().map(|(path, ..)| path);
    let is_own = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".git-pyenv-"))
    };
    listed.filter(is_own).collect()
}

#[test]
fn any_name_is_deleted_and_shown_as_text() {
    let names: [&[u8]; 5] =
        [b"new\nline", b"\x1b[31mred\r", b"not \xff\xfe utf-8", b"-rf", b"a 'b' $(touch made)"];
    for name in names {
        for step in ["", "kill:aside", "kill:condemned"] {
            let Some(sandbox) = removable::repository() else { return };
            let place = sandbox.path("repo").join(std::ffi::OsStr::from_bytes(name));
            fs::rename(sandbox.path("repo/venv"), &place).expect("a move");
            let run = sandbox.at("repo").with("PYENV_STOP_POINT", step);
            let run = run.pyenv(&["cleanup", "--force", "--output", "text"]);
            assert_eq!(run.status, if step.is_empty() { Some(0) } else { None }, "{name:?}: {}", run.said());
            assert!(!run.out().contains(['\x1b', '\r']), "{:?}", run.out());
            cleanup(&sandbox, &["--force"], 0);
            assert!(place.symlink_metadata().is_err(), "{name:?} {step}");
            assert_eq!(left_over(&sandbox), [] as [PathBuf; 0], "{name:?} {step}");
            let said = sandbox.pyenv(&["log", "--verify", "--output", "text"]).ended(0).out();
            assert!(!said.contains(['\x1b', '\r']), "{said:?}");
            let log = sandbox.read(LOG);
            let first: Value =
                serde_json::from_slice(log.split(|&byte| byte == b'\n').next().expect("a line"))
                    .expect("JSON");
            let bytes = place.as_os_str().as_bytes();
            match std::str::from_utf8(bytes) {
                Ok(text) => assert_eq!(first["path"], text),
                Err(_) => assert_eq!(first["path"], Value::from(bytes.to_vec())),
            }
            assert!(!sandbox.path("repo/made").exists());
        }
    }
}

#[test]
fn without_permission_in_the_middle_it_stays_until_it_is_let_go() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.write("venv/share/closed/mine.txt", "mine\n");
    let Some(user) = unprivileged(&sandbox, "022") else { return };
    let close = |path: &str, mode| {
        fs::set_permissions(sandbox.path(path), Permissions::from_mode(mode)).expect("permissions");
    };
    close("repo/venv/share/closed", 0o000);
    close("repo/venv/bin", 0o500);
    let answer = user.pyenv(&["cleanup", "--force", "--output", "json"]).ended(1).json();
    let reason = answer["cleanup"]["kept"][0]["reason"].as_str().expect("a reason").to_owned();
    assert!(reason.contains("Permission denied") && reason.contains("`share`"), "{reason}");
    close("repo/venv/share/closed", 0o700);
    assert_eq!(sandbox.read("repo/venv/share/closed/mine.txt"), b"mine\n");
    close("repo/venv/share/closed", 0o000);
    user.pyenv(&["cleanup", "--force", "--discard", "venv/share/closed"]).ended(0);
    assert!(!sandbox.path("repo/venv").exists());
}

#[test]
fn what_nobody_can_delete_is_named_and_goes_once_it_can() {
    let Some(chattr) = tool("chattr") else { return };
    let Some(sandbox) = removable::repository() else { return };
    let activate = sandbox.path("repo/venv/bin/activate");
    let set = |attribute: &str, path: &PathBuf| {
        sandbox.at("").run(&chattr, &[attribute, &path.to_string_lossy()]).status == Some(0)
    };
    if !set("+i", &activate) {
        return skip("files cannot be made immutable here");
    }
    let said = sandbox.pyenv(&["cleanup", "--force", "--output", "text"]);
    let left =
        sandbox.listing().into_iter().map(|(path, ..)| path).find(|path| path.ends_with("bin/activate"));
    let left = left.expect("the immutable file");
    assert!(set("-i", &left));
    assert_eq!(said.status, Some(2), "{}", said.said());
    assert!(
        said.out().contains("`bin/activate` could not be deleted: Operation not permitted"),
        "{}",
        said.said()
    );
    let place = left.parent().and_then(std::path::Path::parent).expect("the environment");
    assert!(said.out().contains(&format!("what is left is in `{}`", place.display())), "{}", said.said());
    assert_eq!(events(&sandbox).pop().map(|(event, _)| event).as_deref(), Some("failed"));
    cleanup(&sandbox, &["--force"], 0);
    assert_eq!(left_over(&sandbox), [] as [PathBuf; 0]);
}

#[test]
fn without_room_for_the_record_nothing_is_deleted() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.make_directory("repo/.git/pyenv");
    let before = contents(&sandbox);
    let mut refused = 0;
    for free in (0..).step_by(4) {
        let script = format!(
            "mount -t tmpfs -o size=256k none .git/pyenv || exit 77
            head -c {}k /dev/zero >.git/pyenv/other
            \"$0\" cleanup --force --output json; status=$?
            find .git/pyenv -name '.git-pyenv-*' | grep -q . && exit 99
            \"$0\" log --verify >/dev/null || exit 98
            exit $status",
            256 - free
        );
        let Some(run) = mounts::run(&sandbox, "repo", &script) else { return };
        match run.status {
            Some(2) => refused += 1,
            _ => {
                run.ended(0);
                break;
            }
        }
        assert_eq!(contents(&sandbox), before, "{free}: {}", run.said());
    }
    assert!(refused > 2, "{refused}");
    assert!(!sandbox.path("repo/venv").exists());
}

#[test]
fn a_log_that_has_become_too_long_stops_nothing_for_ever() {
    let Some(sandbox) = removable::repository() else { return };
    removable::make(&sandbox, "other");
    cleanup(&sandbox, &["other", "--force"], 0);
    let log = fs::File::options().append(true).open(sandbox.path(LOG)).expect("a log");
    log.set_len(256 * 1024 * 1024 + 1).expect("a long file");
    let before = contents(&sandbox);
    let answer = cleanup(&sandbox, &["--force"], 2);
    assert_eq!(contents(&sandbox), before);
    let hint = answer["kept"][0]["hints"][0].as_str().unwrap_or_default().to_owned();
    let command = hint.split('`').nth(1).expect("a command").to_owned();
    let said = sandbox.pyenv(&["log"]);
    assert_eq!(said.status, Some(3), "{}", said.said());
    assert!(said.err().contains(&command), "{}", said.said());
    sandbox.at("repo").run("sh", &["-c", &command]).ended(0);
    cleanup(&sandbox, &["--force"], 0);
    assert!(!sandbox.path("repo/venv").exists());
    sandbox.pyenv(&["log", "--verify"]).ended(0);
    assert_eq!(events(&sandbox).len(), 2, "a new log");
    assert!(sandbox.path("repo/.git/pyenv/audit-log.1.jsonl").exists(), "the old one is kept");
}

#[test]
fn what_a_killed_create_left_is_cleared() {
    let Some(python) = a_python() else { return };
    let python = python.to_string_lossy();
    for force in [&[][..], &["--force"]] {
        let mut killed = 0;
        for number in (0..).step_by(12) {
            let sandbox = Sandbox::repository();
            let create = ["create", "--without-pip", "--python", &python];
            if !force.is_empty() {
                sandbox.pyenv(&create).ended(0);
            }
            let run = sandbox.at("repo").with("PYENV_STOP_POINT", format!("kill:any:{number}"));
            let run = run.pyenv(&[&create, force].concat());
            if run.status.is_some() {
                run.ended(0);
                break;
            }
            killed += 1;
            cleanup(&sandbox, &["--force"], 0);
            assert_eq!(left_over(&sandbox), [] as [PathBuf; 0], "{force:?} {number}");
            assert!(!sandbox.path("repo/venv").exists(), "{force:?} {number}");
            sandbox.pyenv(&["log", "--verify"]).ended(0);
        }
        assert!(killed > 2, "{force:?} {killed}");
    }
}
