//! `cleanup --target store`: the files of the link cache that no environment has.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::pythons::a_python;
use crate::support::removable::{cleanup_in, each};
use crate::support::repository::Sandbox;

const STORE: &str = "home/.cache/git-pyenv/files";

/// The files of the store, with how many names each has.
fn files(sandbox: &Sandbox) -> Vec<(PathBuf, u64)> {
    let inside =
        |place: PathBuf| fs::read_dir(place).into_iter().flatten().flatten().map(|entry| entry.path());
    let files = inside(sandbox.path(STORE)).flat_map(inside);
    files.map(|file| (file.clone(), fs::metadata(file).expect("metadata").nlink())).collect()
}

#[test]
fn what_no_environment_has_goes_and_is_recorded() {
    let Some(python) = a_python() else { return };
    let sandbox = Sandbox::repository();
    let create = |name: &str| {
        sandbox.pyenv(&["create", "--env", name, "--python", &python.to_string_lossy()]).ended(0);
    };
    create("venv");
    if files(&sandbox).is_empty() {
        return crate::support::sandbox::skip("this Python brings no pip");
    }
    // All is in use, also where no repository is.
    let answer = cleanup_in(&sandbox, "", &["--target", "store", "--force"], 0);
    assert!(answer["plan"].as_array().is_some_and(Vec::is_empty), "{answer:#}");
    let before = files(&sandbox).len();
    fs::remove_dir_all(sandbox.path("repo/venv/lib")).expect("no packages");
    let unused: Vec<_> = files(&sandbox).into_iter().filter(|(_, names)| *names == 1).collect();
    assert!(unused.len() > 100, "{}", unused.len());
    let listed = sandbox.listing();
    let answer = cleanup_in(&sandbox, "repo", &["--target", "store", "-n", "--force"], 0);
    assert_eq!(answer["plan"][0]["files"], unused.len(), "{answer:#}");
    assert_eq!((&answer["plan"][0]["target"], sandbox.listing()), (&"store".into(), listed));
    let text = sandbox.pyenv(&["cleanup", "--target", "store", "--output", "text"]).ended(1).out();
    assert!(text.contains("link cache of `create`"), "{text}");
    let answer = cleanup_in(&sandbox, "repo", &["--target", "store", "--force"], 0);
    assert_eq!(each(&answer["removed"], "path"), [sandbox.path(STORE).display().to_string()], "{answer:#}");
    assert_eq!(answer["removed"][0]["files"], unused.len());
    assert_eq!(files(&sandbox).len(), before - unused.len());
    assert!(files(&sandbox).iter().all(|(_, names)| *names > 1));
    let log = sandbox.read("home/.local/state/git-pyenv/audit-log.jsonl");
    let entries: Vec<Value> =
        log.split(|&byte| byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    let events: Vec<_> =
        entries.iter().map(|entry| (entry["event"].clone(), entry["kind"].clone())).collect();
    assert_eq!(events, [("intent".into(), "store".into()), ("done".into(), "store".into())]);
    sandbox.at("").pyenv(&["log", "--verify"]).ended(0);
    // What is deleted is written anew.
    create("other");
    assert!(sandbox.path("repo/other/bin/pip").exists());
}

#[test]
fn the_store_is_meant_as_a_whole() {
    let sandbox = Sandbox::repository();
    for more in
        [&["venv"][..], &["--keep", "x"], &["--only-broken"], &["--directory", "."], &["--all-worktrees"]]
    {
        let refused = sandbox.pyenv(&[&["cleanup", "--target", "store", "--force"], more].concat()).ended(2);
        assert!(refused.err().contains("store"), "{}", refused.said());
    }
    cleanup_in(&sandbox, "repo", &["--target", "store", "--force"], 0);
    assert!(!sandbox.path("home/.local").exists(), "nothing to record");
}
