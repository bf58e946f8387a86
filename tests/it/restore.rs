//! `restore`: what it lists, which snapshot is meant, and where it refuses.
#![cfg(unix)]

use std::os::unix::fs::symlink;

use crate::support::archives::{assert_same, tree};
use crate::support::pythons::a_python;
use crate::support::removable::{self, each};
use crate::support::repository::Sandbox;
use crate::support::restorable::{archive_of, deleted, restore};

#[test]
fn without_an_id_it_lists_what_there_is_newest_first() {
    let Some(sandbox) = removable::repository() else { return };
    let place = sandbox.at("repo");
    let empty = restore(&place, &[], 0);
    assert_eq!(empty["restorable"], serde_json::json!([]));
    let text = place.pyenv(&["--output", "text", "restore"]).ended(0).out();
    assert_eq!(text, "nothing was removed that could be restored\n");
    let first = deleted(&place, "venv", &[]);
    removable::make(&sandbox, "services/.venv").expect("a Python");
    let second = deleted(&place, "services/.venv", &[]);
    // What `create --force` replaces is there too.
    removable::make(&sandbox, "venv").expect("a Python");
    place.pyenv(&["create", "--force", "--env", "venv", "--without-pip"]).ended(0);
    let listed = restore(&sandbox.at("repo/services"), &["--list"], 0);
    let all = &listed["restorable"];
    assert_eq!(each(all, "path"), ["../venv", ".venv", "../venv"], "{listed:#}");
    assert_eq!(each(all, "id")[1..], [second.clone(), first.clone()]);
    assert_eq!(each(all, "archive"), ["none"; 3]);
    let occupied: Vec<bool> =
        all.as_array().expect("a list").iter().map(|one| one["occupied"] == true).collect();
    assert_eq!(occupied, [true, false, true]);
    assert_eq!(all[2]["packages"], 1);
    let text = place.pyenv(&["--output", "text", "restore"]).ended(0).out();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 5, "{text}");
    assert!(lines[0].starts_with("ID ") && lines[2].starts_with(&second), "{text}");
    assert_eq!(lines[4], format!("restore one with its id, or the start of it: git pyenv restore {second}"));
    let quiet = place.pyenv(&["--output", "text", "--quiet", "restore"]).ended(0).out();
    assert_eq!(quiet.lines().last(), Some(first.as_str()));
}

#[test]
fn a_damaged_snapshot_is_named_and_hides_no_other() {
    let Some(sandbox) = removable::repository() else { return };
    let place = sandbox.at("repo");
    let id = deleted(&place, "venv", &[]);
    let good = sandbox.read(&format!("repo/.git/pyenv/snapshots/{id}.json"));
    let other =
        String::from_utf8(good).expect("text").replace("\"schema_version\": 1", "\"schema_version\": 9");
    sandbox.write(".git/pyenv/snapshots/20300101T000000Z-aaaaaaaa.json", "{");
    sandbox.write(".git/pyenv/snapshots/20310101T000000Z-aaaaaaaa.json", other.replace(&id, "x"));
    sandbox.write(".git/pyenv/snapshots/notes.md", "mine\n");
    sandbox.link(".git/pyenv/snapshots/20320101T000000Z-aaaaaaaa.json", "/etc/passwd");
    let answer = place.json(&["restore"]);
    assert_eq!(each(&answer["restore"]["restorable"], "id"), [id.as_str()], "{answer:#}");
    let skipped = each(&answer["skipped"], "path");
    assert_eq!(skipped.len(), 3, "{skipped:?}");
    assert!(skipped[0].ends_with("20300101T000000Z-aaaaaaaa.json"), "{skipped:?}");
    let text = place.pyenv(&["--output", "text", "restore"]).ended(0).out();
    assert!(text.contains("could not read `") && text.contains("unknown version 9"), "{text}");
}

#[test]
fn the_start_of_an_id_is_enough_where_it_is_unique() {
    let Some(sandbox) = removable::repository() else { return };
    let place = sandbox.at("repo");
    let first = deleted(&place, "venv", &[]);
    removable::make(&sandbox, "other").expect("a Python");
    let second = deleted(&place, "other", &[]);
    let refused = |arguments: &[&str]| place.pyenv(&[&["restore"], arguments].concat()).ended(2).err();
    let said = refused(&["20"]);
    assert!(said.contains("the ids of 2 snapshots begin with `20`"), "{said}");
    assert!(said.contains(&first) && said.contains(&second), "{said}");
    let said = refused(&["nothing"]);
    assert!(said.contains("no snapshot has the id `nothing`"), "{said}");
    let said = refused(&["venv"]);
    assert!(said.contains(&format!("did you mean `git pyenv restore {first}`?")), "{said}");
    refused(&[""]);
    // The last digits of the time tell them apart.
    let unique = &first[..first.len() - 3];
    let answer = restore(&place, &[unique, "--dry-run"], 0);
    assert_eq!(answer["restored"]["environment"]["id"], first.as_str());
}

#[test]
fn nothing_is_overwritten() {
    let Some(sandbox) = removable::repository() else { return };
    let place = sandbox.at("repo");
    let id = deleted(&place, "venv", &[]);
    sandbox.write("file", "mine\n");
    sandbox.write("full/mine.txt", "mine\n");
    sandbox.make_directory("repo/empty");
    sandbox.link("dangling", "nowhere");
    sandbox.link("directory", "empty");
    let before = removable::contents(&sandbox);
    let cases = [
        ("file", "already exists and is a file"),
        ("full", "already exists"),
        ("dangling", "already exists and is a symlink"),
        ("directory", "already exists and is a symlink"),
        (".git/env", "is inside a git directory"),
        ("file/env", "cannot restore"),
    ];
    for (to, expected) in cases {
        let refused = place.pyenv(&["restore", &id, "--to", to]).ended(2);
        assert!(refused.err().contains(expected), "{to}: {}", refused.said());
        assert_eq!(removable::contents(&sandbox), before, "{to}");
    }
    // Its own place is no exception.
    symlink("nowhere", sandbox.path("repo/venv")).expect("a link");
    let refused = place.pyenv(&["restore", &id]).ended(2);
    assert!(refused.err().contains("already exists and is a symlink"), "{}", refused.said());
    assert!(refused.err().contains(&format!("git pyenv restore {id} --to ")), "{}", refused.said());
    restore(&place, &[&id, "--to", "empty", "--dry-run"], 0);
}

#[test]
fn the_command_that_brings_it_back_is_printed_and_works() {
    let Some(python) = a_python() else { return };
    let sandbox = Sandbox::repository();
    sandbox.commit("README.md", "x\n");
    let python = python.to_string_lossy().into_owned();
    let create = ["--output", "text", "create", "--without-pip", "--env", "my venv", "--python", &python];
    let place = sandbox.at("repo").with_binary();
    let printed = |text: &str| -> String {
        let command = text.lines().find_map(|line| line.trim().strip_prefix("restore it with: "));
        command.unwrap_or_else(|| panic!("no command: {text}")).to_owned()
    };
    place.pyenv(&create).ended(0);
    let text = place.pyenv(&["--output", "text", "cleanup", "--force"]).ended(0).out();
    let command = printed(&text);
    assert!(command.starts_with("git pyenv restore 2"), "{command}");
    place.run("sh", &["-c", &command]).ended(0);
    assert!(place.path().join("my venv/pyvenv.cfg").exists());
    // What was replaced comes beside that, from below the top too.
    sandbox.make_directory("repo/below");
    let below = place.elsewhere("repo/below");
    let create = [&create[..5], &["../my venv", "--python", &python, "--force"]].concat();
    let command = printed(&below.pyenv(&create).ended(0).out());
    assert!(command.ends_with(" --to '../my venv.old'"), "{command}");
    below.run("sh", &["-c", &command]).ended(0);
    assert!(sandbox.path("repo/my venv.old/pyvenv.cfg").exists());
}

#[test]
fn outside_of_a_repository_the_list_is_the_users_own() {
    let sandbox = Sandbox::new();
    sandbox.make_directory("outside");
    let answer = sandbox.at("outside").json(&["restore"]);
    assert_eq!(answer["repository"], serde_json::Value::Null, "{answer:#}");
    assert_eq!(answer["restore"]["restorable"], serde_json::json!([]));
}

#[test]
fn outside_of_a_repository_an_archive_can_be_restored() {
    let Some(sandbox) = removable::repository() else { return };
    let archive = archive_of(&sandbox.path("repo/venv"), &[]);
    let before = tree(&sandbox.path("repo/venv"));
    let id = deleted(&sandbox.at("repo"), "venv", &[]);
    archive.attach(&sandbox, &id, "all");
    // As if it had been deleted where no repository is.
    sandbox.make_directory("outside");
    let outside = sandbox.at("outside");
    let log = outside.json(&["log"]);
    let state = std::path::PathBuf::from(log["log"]["state"]["directory"].as_str().expect("a directory"));
    std::fs::create_dir_all(state.parent().expect("a directory")).expect("a directory");
    std::fs::rename(sandbox.path("repo/.git/pyenv"), &state).expect("a move");
    let file = state.join(format!("snapshots/{id}.json"));
    let text = std::fs::read_to_string(&file).expect("a snapshot");
    let (old, new) = (sandbox.path("repo/venv"), sandbox.path("outside/venv"));
    let text = text.replace(&old.to_string_lossy().into_owned(), &new.to_string_lossy());
    std::fs::write(&file, text).expect("a snapshot");
    let refused = outside.pyenv(&["restore", &id, "--from-snapshot"]).ended(2);
    assert!(refused.err().contains("only an archive can be restored"), "{}", refused.said());
    let answer = restore(&outside, &[&id], 0);
    assert_eq!(answer["restored"]["path"], "venv", "{answer:#}");
    assert_same(&tree(&new), &before);
    let log = outside.json(&["log"]);
    assert_eq!(log["log"]["operations"][0]["action"], "restore", "{log:#}");
}
