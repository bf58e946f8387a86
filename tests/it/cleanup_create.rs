//! `cleanup --create-venv`: an environment is deleted, created again and filled, or it is still there.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::MetadataExt;

use serde_json::Value;

use crate::support::installs::Installs;
use crate::support::removable::{contents, each, events};
use crate::support::schema;
use crate::support::terminal::{Attached, Terminal};

/// The answer of `cleanup --create-venv`, which must fit the schema.
#[track_caller]
fn renew(installs: &Installs, arguments: &[&str], status: i32) -> Value {
    let arguments = [&["cleanup", "--create-venv", "--output", "json"], arguments].concat();
    let answer = installs.place().pyenv(&arguments).ended(status).json();
    schema::assert_fits(&answer);
    assert_eq!(answer["exit_code"], status, "{answer:#}");
    answer
}

/// A repository whose project asks for the Python of its environment.
fn repository() -> Option<Installs> {
    let installs = Installs::with_backend("pip")?;
    installs.sandbox.git(&["config", "pyenv.pythonVersion", &installs.python.to_string_lossy()]);
    Some(installs)
}

/// What the directory is known by.
fn inode(installs: &Installs) -> u64 {
    fs::metadata(installs.sandbox.path("repo/venv")).expect("a directory").ino()
}

#[test]
fn it_is_deleted_created_and_filled() {
    let Some(installs) = repository() else { return };
    let sandbox = &installs.sandbox;
    let (before, listing) = (inode(&installs), sandbox.listing());
    let answer = renew(&installs, &["--dry-run", "--force"], 0);
    assert_eq!(each(&answer["cleanup"]["plan"], "path"), ["venv"]);
    assert_eq!((&answer["create"]["created"], &answer["create"]["dry_run"]), (&false.into(), &true.into()));
    let answer = renew(&installs, &[], 1);
    assert_eq!(answer["cleanup"]["needs_confirmation"], true);
    assert_eq!(sandbox.listing(), listing, "without a yes nothing changes");
    let answer = renew(&installs, &["--force"], 0);
    assert_ne!(inode(&installs), before);
    assert_eq!(installs.packages(), ["alpha 1.0", "beta 1.0"]);
    let removed = &answer["cleanup"]["removed"][0];
    assert_eq!(removed["path"], "venv");
    let snapshot = removed["snapshot"].as_str().expect("a snapshot");
    assert!(sandbox.path(&format!("repo/.git/pyenv/snapshots/{snapshot}.json")).exists());
    assert_eq!((&answer["create"]["created"], &answer["create"]["error"]), (&true.into(), &Value::Null));
    let logged = sandbox.json(&["log"]);
    let last = &logged["log"]["operations"][0];
    assert_eq!((&last["action"], &last["command"]), (&"replace".into(), &"cleanup".into()), "{logged:#}");
    // Without one, there is nothing to ask.
    fs::remove_dir_all(sandbox.path("repo/venv")).expect("a directory");
    let answer = renew(&installs, &[], 0);
    assert_eq!(each(&answer["cleanup"]["plan"], "path"), [""; 0], "{answer:#}");
    assert_eq!(installs.packages(), ["alpha 1.0", "beta 1.0"]);
}

#[test]
fn nothing_to_install_is_no_failure() {
    let Some(installs) = repository() else { return };
    installs.sandbox.remove("requirements.txt");
    let before = inode(&installs);
    renew(&installs, &["--force"], 0);
    assert_ne!(inode(&installs), before);
}

#[test]
fn what_cannot_be_made_again_stays() {
    let Some(installs) = repository() else { return };
    installs.sandbox.write("venv/notes", "mine\n");
    let (before, log) = (contents(&installs.sandbox), events(&installs.sandbox));
    let answer = renew(&installs, &["--force"], 1);
    assert_eq!(each(&answer["cleanup"]["kept"], "path"), ["venv"], "{answer:#}");
    assert!(answer.get("create").is_none_or(Value::is_null), "{answer:#}");
    assert_eq!((contents(&installs.sandbox), events(&installs.sandbox)), (before, log));
    renew(&installs, &["--force", "--discard", "venv/notes"], 0);
    assert!(!installs.sandbox.path("repo/venv/notes").exists());
    // What is archived first does not stop it.
    installs.sandbox.write("venv/notes", "mine\n");
    let answer = renew(&installs, &["--force", "--backup-foreign"], 0);
    let archive = answer["cleanup"]["removed"][0]["archive"].as_str().expect("an archive");
    assert!(installs.sandbox.path("repo").join(archive).exists(), "{answer:#}");
    assert!(!installs.sandbox.path("repo/venv/notes").exists());
}

#[test]
fn if_the_new_one_cannot_be_made_the_old_one_is_there() {
    let Some(installs) = repository() else { return };
    installs.sandbox.git(&["config", "pyenv.pythonVersion", "99"]);
    let (before, log) = (contents(&installs.sandbox), events(&installs.sandbox));
    let answer = renew(&installs, &["--force"], 2);
    assert!(answer["error"]["message"].as_str().is_some_and(|text| text.contains("99")), "{answer:#}");
    assert_eq!((contents(&installs.sandbox), events(&installs.sandbox)), (before, log));
}

#[test]
fn if_nothing_can_be_installed_the_snapshot_is_named() {
    let Some(installs) = repository() else { return };
    installs.sandbox.write("requirements.txt", "nowhere==1\n");
    let answer = renew(&installs, &["--force"], 2);
    let snapshot = answer["cleanup"]["removed"][0]["snapshot"].as_str().expect("a snapshot");
    assert!(answer["create"]["error"]["hints"].to_string().contains(snapshot), "{answer:#}");
    assert!(installs.sandbox.path("repo/venv/bin/python").exists(), "the new one stays");
}

#[test]
fn it_is_about_one_environment() {
    let Some(installs) = repository() else { return };
    let other = installs.python.to_string_lossy().into_owned();
    installs
        .place()
        .pyenv(&["create", "--without-pip", "--env", "venv/../other", "--python", &other])
        .ended(0);
    let before = inode(&installs);
    let answer = renew(&installs, &["other", "--dry-run"], 0);
    assert_eq!(each(&answer["cleanup"]["plan"], "path"), ["other"]);
    for arguments in [
        ["a", "b"].as_slice(),
        &["--target", "all"],
        &["--only-broken"],
        &["--all-worktrees"],
        &["--interactive"],
        &["--dry-run", "--plan", "plan.json"],
        &["--apply", "plan.json"],
    ] {
        installs.place().pyenv(&[&["cleanup", "--create-venv"], arguments].concat()).ended(2);
    }
    installs.sandbox.git(&["config", "pyenv.autoCleanup", "false"]);
    let refused = installs.place().pyenv(&["cleanup", "--create-venv"]).ended(2);
    assert!(refused.err().contains("`autoCleanup` is `false`"), "{}", refused.said());
    assert_eq!(inode(&installs), before);
    renew(&installs, &["--force"], 0);
}

#[test]
fn after_a_killed_run_the_next_does_the_rest() {
    let Some(installs) = repository() else { return };
    let before = inode(&installs);
    let killed = installs.place().with("PYENV_STOP_POINT", "kill:deleted");
    assert_eq!(killed.pyenv(&["cleanup", "--create-venv", "--force"]).status, None);
    assert_ne!(inode(&installs), before, "the new one is in its place");
    renew(&installs, &["--force"], 0);
    assert_eq!(installs.packages(), ["alpha 1.0", "beta 1.0"]);
    let left = contents(&installs.sandbox);
    assert!(!left.iter().any(|(path, _)| path.to_string_lossy().contains(".git-pyenv-")), "{left:?}");
    installs.sandbox.pyenv(&["log", "--verify"]).ended(0);
}

#[test]
fn at_a_terminal_it_is_asked_for() {
    for (keys, is_renewed) in [(b"n".as_slice(), false), (b"\x1b", false), (b"y", true)] {
        let Some(installs) = repository() else { return };
        let (before, disk) = (inode(&installs), contents(&installs.sandbox));
        let mut command = installs.command(&["cleanup", "--create-venv"]);
        command.env("TERM", "xterm");
        let mut terminal = Terminal::start(command, 200, Attached::All);
        assert!(terminal.wait_for("delete it and create it again?"), "{}", terminal.finish().2);
        terminal.answer(keys);
        let (status, _, seen) = terminal.finish();
        assert_eq!(status.code(), Some(i32::from(!is_renewed)), "{seen}");
        assert!(seen.contains("would create"), "{seen}");
        assert_eq!(inode(&installs) != before, is_renewed, "{seen}");
        assert!(is_renewed || contents(&installs.sandbox) == disk, "{seen}");
    }
}
