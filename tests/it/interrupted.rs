//! What stands in the way of a run, or ends it: files that are none, other runs, a process that is killed.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "tests look at real directories and kill real processes")]

use std::process::Stdio;
use std::time::Duration;

use crate::support::environments::venv;
use crate::support::repository::Sandbox;

/// The names at the top of the work tree.
fn names(sandbox: &Sandbox) -> Vec<String> {
    let entries = std::fs::read_dir(sandbox.path("repo")).expect("a directory");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn a_killed_fix_leaves_nothing_behind_that_could_be_committed() {
    for milliseconds in 0..40 {
        let sandbox = Sandbox::repository();
        sandbox.commit(".gitignore", "venv/\n");
        venv(12).under("venv").write(&sandbox);
        sandbox.git(&["add", "--force", "venv"]);
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), "repo");
        let command = command.arg("fix").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("a process");
        std::thread::sleep(Duration::from_millis(milliseconds));
        // It may have ended by itself.
        let _ = child.kill();
        child.wait().expect("an end");
        assert_eq!(names(&sandbox), [".git", ".gitignore", "venv"], "after {milliseconds} ms");
        let rules = sandbox.read("repo/.gitignore");
        assert!(rules == b"venv/\n" || rules == b"venv\n", "after {milliseconds} ms: {rules:?}");
        // A git that is killed leaves its lock; whoever killed it takes it away.
        sandbox.remove(".git/index.lock");
        sandbox.pyenv(&["fix"]).ended(0);
        assert_eq!(sandbox.git(&["ls-files", "venv"]), "", "after {milliseconds} ms");
        assert_eq!(sandbox.read("repo/.gitignore"), b"venv\n");
    }
}

#[test]
fn settings_that_are_no_file_are_not_read() {
    for name in ["pyproject.toml", "tools/python-env.json"] {
        let sandbox = Sandbox::repository();
        sandbox.make_directory("repo/tools");
        sandbox.at("repo").run("mkfifo", &[name]).ended(0);
        let failed = sandbox.pyenv(&["check", "--output", "text"]).ended(3);
        assert!(failed.err().contains("not a regular file"), "{}", failed.said());
        sandbox.remove(name);
        sandbox.make_directory(&format!("repo/{name}"));
        sandbox.pyenv(&["check", "--output", "text"]).ended(3);
        sandbox.remove(name);
        sandbox.link(name, "/dev/zero");
        let failed = sandbox.pyenv(&["check", "--output", "text"]).ended(3);
        assert!(failed.err().contains("not a regular file"), "{}", failed.said());
    }
}

#[test]
fn a_place_with_a_strange_name_is_quoted_where_it_cannot_be_read() {
    let sandbox = Sandbox::repository();
    sandbox.git(&["init", "--quiet", "a\nb"]);
    let place = sandbox.at("repo/a\nb");
    place.run("mkfifo", &["pyproject.toml"]).ended(0);
    let failed = place.pyenv(&["check", "--output", "json"]).ended(3);
    let message = failed.json()["error"].to_string();
    assert!(message.contains("a\\\\nb/pyproject.toml"), "{message}");
}

#[test]
fn two_fixes_at_once_do_not_undo_each_other() {
    for _ in 0..5 {
        let sandbox = Sandbox::repository();
        sandbox.commit(".gitignore", "venv/\n");
        for name in ["other", "venv"] {
            venv(12).under(name).write(&sandbox);
            sandbox.git(&["add", "--force", name]);
        }
        let start = |name: &str| {
            let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), "repo");
            command.args(["fix", name]).stdin(Stdio::null()).stdout(Stdio::null());
            command.spawn().expect("a process")
        };
        let runs = [start("other"), start("venv")];
        for mut run in runs {
            assert!(run.wait().expect("an end").success());
        }
        assert_eq!(sandbox.git(&["ls-files"]), ".gitignore");
        assert_eq!(sandbox.read("repo/.gitignore"), b"venv\n/other\n");
        assert_eq!(sandbox.git(&["show", ":.gitignore"]), "venv\n/other");
    }
}

#[test]
fn wrong_usage_repeats_nothing_that_a_terminal_obeys() {
    let sandbox = Sandbox::repository();
    let refused = sandbox.pyenv(&["list", "a\u{1b}[31m\u{202e}\rb"]).ended(2);
    assert!(!refused.err().contains(['\u{1b}', '\u{202e}', '\r']), "{}", refused.said());
}
