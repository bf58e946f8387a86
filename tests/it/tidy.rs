//! `tidy`: what leaves git, what is deleted and what stays, in one plan with one question.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt;

use git_pyenv::formats::audit_log;
use serde_json::Value;

use crate::support::removable::{self, contents, each, packages};
use crate::support::repository::Sandbox;
use crate::support::schema;
use crate::support::terminal::{Attached, Terminal};

/// The answer of `tidy`, which must fit the schema.
#[track_caller]
fn tidy(sandbox: &Sandbox, arguments: &[&str], status: i32) -> Value {
    let arguments = [&["tidy", "--output", "json"], arguments].concat();
    let answer = sandbox.pyenv(&arguments).ended(status).json();
    schema::assert_fits(&answer);
    assert_eq!(answer["exit_code"], status, "{answer:#}");
    answer
}

/// Makes an environment in which nothing can be run any more.
fn make_dead(sandbox: &Sandbox, name: &str) {
    removable::make(sandbox, name);
    let python = sandbox.path("repo").join(name).join("bin/python");
    fs::remove_file(&python).expect("a link");
    symlink("/nonexistent/python", &python).expect("a link");
}

/// A repository with something of each kind: committed, staged, dead, a remnant, caches.
fn untidy() -> Option<Sandbox> {
    let sandbox = removable::repository()?;
    removable::make(&sandbox, "committed");
    fs::remove_file(sandbox.path("repo/committed/.gitignore")).expect("a file");
    sandbox.git(&["add", "--force", "committed"]);
    sandbox.git(&["commit", "--quiet", "--message", "an environment"]);
    sandbox.write("lone/pyvenv.cfg", "home = /usr/bin\nversion = 3.12.1\n");
    sandbox.git(&["add", "--force", "lone"]);
    make_dead(&sandbox, "dead");
    sandbox.write(".pytest_cache/CACHEDIR.TAG", "");
    sandbox.write("a/__pycache__/m.cpython-312.pyc", "");
    sandbox.write("a/m.py", "");
    sandbox.git(&["add", "a/m.py"]);
    Some(sandbox)
}

const REMOVED: [&str; 4] = [".pytest_cache", "a/__pycache__", "dead", "lone"];

fn tracked(sandbox: &Sandbox) -> Vec<String> {
    sandbox.git(&["ls-files"]).lines().map(str::to_owned).collect()
}

#[test]
fn everything_is_one_plan() {
    let Some(sandbox) = untidy() else { return };
    let before = sandbox.listing();
    let answer = tidy(&sandbox, &["--dry-run", "--force"], 0);
    assert_eq!(answer["tidy"]["dry_run"], true);
    assert_eq!(each(&answer["cleanup"]["plan"], "path"), REMOVED, "{answer:#}");
    let answer = tidy(&sandbox, &[], 1);
    assert_eq!(answer["tidy"]["needs_confirmation"], true);
    assert_eq!((&answer["tidy"]["check"], &answer["status"]), (&Value::Null, &"findings".into()));
    assert_eq!(sandbox.listing(), before, "without a yes nothing changes, not even the time of a directory");
    let disk = contents(&sandbox);
    let answer = tidy(&sandbox, &["--force"], 0);
    assert_eq!((&answer["tidy"]["check"], &answer["scope"]["kind"]), (&"clean".into(), &"worktree".into()));
    let untracked = answer["fix"]["untracked"].as_array().expect("paths");
    assert!(untracked.contains(&"lone/pyvenv.cfg".into()), "{answer:#}");
    assert!(untracked.contains(&"committed/bin/activate".into()), "{answer:#}");
    let mut removed = each(&answer["cleanup"]["removed"], "path");
    removed.sort();
    assert_eq!(removed, REMOVED);
    assert_eq!(tracked(&sandbox), [".gitignore", "README.md", "a/m.py"]);
    let gone =
        |path: &std::path::Path| REMOVED.iter().any(|name| path.starts_with(sandbox.path("repo").join(name)));
    let mut left = contents(&sandbox);
    left.retain(|(path, _)| !path.ends_with("repo/.gitignore"));
    let expected: Vec<_> = disk.into_iter().filter(|(path, _)| !gone(path)).collect();
    assert_eq!(left, expected, "environments that work stay on disk, and nothing else is touched");
    let log = audit_log::read(&sandbox.read("repo/.git/pyenv/audit-log.jsonl"), None);
    assert!(log.entry_count() > 0);
    let said = sandbox.json(&["log"]);
    let of_tidy = |one: &Value| (one["action"].clone(), one["command"].clone());
    let operations = said["log"]["operations"].as_array().expect("operations");
    assert!(operations.iter().all(|one| of_tidy(one) == ("tidy".into(), "tidy".into())), "{said:#}");
    sandbox.git(&["commit", "--quiet", "--message", "tidy"]);
    let again = sandbox.listing();
    let answer = tidy(&sandbox, &[], 0);
    assert_eq!(each(&answer["cleanup"]["plan"], "path"), [""; 0], "{answer:#}");
    assert_eq!(sandbox.listing(), again, "there is nothing to tidy, and so nothing to ask");
}

#[test]
fn targets_select() {
    let Some(sandbox) = untidy() else { return };
    let index = sandbox.read("repo/.git/index");
    let answer = tidy(&sandbox, &["--force", "--target", "caches"], 1);
    assert_eq!(each(&answer["cleanup"]["removed"], "path"), REMOVED[..2]);
    assert_eq!(answer["tidy"]["check"], "findings", "the environments are still in git");
    assert!(answer.get("fix").is_none_or(Value::is_null), "{answer:#}");
    assert_eq!(sandbox.read("repo/.git/index"), index);
    sandbox.write(".pytest_cache/CACHEDIR.TAG", "");
    let answer = tidy(&sandbox, &["--force", "--target", "venv"], 0);
    assert_eq!(each(&answer["cleanup"]["removed"], "path"), REMOVED[2..]);
    assert!(sandbox.path("repo/.pytest_cache").exists());
}

#[test]
fn what_works_in_part_stays() {
    let Some(sandbox) = removable::repository() else { return };
    for name in ["moved", "damaged", "interrupted", "unfinished", ".tox/py"] {
        removable::make(&sandbox, name);
    }
    fs::rename(sandbox.path("repo/moved"), sandbox.path("repo/elsewhere")).expect("a move");
    let damaged = sandbox.path("repo").join(packages(&sandbox, "damaged")).join("mine/__init__.py");
    fs::remove_file(damaged).expect("a file");
    for name in fs::read_dir(sandbox.path("repo/unfinished/bin")).expect("a directory") {
        let path = name.expect("an entry").path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().to_lowercase().starts_with("activate"))
        {
            fs::remove_file(path).expect("a file");
        }
    }
    make_dead(&sandbox, ".nox/py");
    sandbox.write("win/pyvenv.cfg", "home = C:\\Python312\nversion = 3.12.1\n");
    sandbox.write("win/Scripts/python.exe", "MZ");
    sandbox.write("win/Scripts/activate.bat", "");
    sandbox.write("win/Lib/site-packages/x.py", "");
    sandbox.write("__pypackages__/3.12/lib/six/__init__.py", "");
    let answer = tidy(&sandbox, &["--force"], 1);
    let mut removed = each(&answer["cleanup"]["removed"], "path");
    removed.sort();
    assert_eq!(removed, [".nox", ".nox/py"], "{answer:#}");
    for stays in
        ["venv", "elsewhere", "damaged", "interrupted", "unfinished", ".tox/py", "win", "__pypackages__"]
    {
        assert!(sandbox.path("repo").join(stays).exists(), "{stays}");
    }
    let codes = each(&answer["findings"], "code");
    assert!(codes.contains(&"PYE303".to_owned()) && codes.contains(&"PYE307".to_owned()), "{codes:?}");
}

#[test]
fn what_stays_is_named_and_counts() {
    let Some(sandbox) = removable::repository() else { return };
    make_dead(&sandbox, "dead");
    sandbox.write("dead/notes", "mine\n");
    sandbox.write("a/__pycache__/m.cpython-312.pyc", "");
    sandbox.git(&["add", "--force", "a"]);
    let before = contents(&sandbox);
    for arguments in [["--force"].as_slice(), &[]] {
        let answer = tidy(&sandbox, arguments, 1);
        let mut kept = each(&answer["cleanup"]["kept"], "path");
        kept.sort();
        assert_eq!(kept, ["a/__pycache__", "dead"], "nothing can be done, so nobody is asked: {answer:#}");
        assert!(answer["cleanup"]["kept"].to_string().contains("not created by any tool"), "{answer:#}");
    }
    assert_eq!(contents(&sandbox), before);
}

#[test]
fn what_is_archived_does_not_stay() {
    let Some(sandbox) = removable::repository() else { return };
    make_dead(&sandbox, "dead");
    sandbox.write("dead/notes", "mine\n");
    let answer = tidy(&sandbox, &["--force", "--backup"], 0);
    assert_eq!(each(&answer["cleanup"]["removed"], "path"), ["dead"], "{answer:#}");
    let archive = answer["cleanup"]["removed"][0]["archive"].as_str().expect("an archive");
    assert!(sandbox.path("repo").join(archive).exists(), "{answer:#}");
}

#[test]
fn what_a_setting_allows_in_git_stays() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.write("lone/pyvenv.cfg", "home = /usr/bin\nversion = 3.12.1\n");
    sandbox.write("other/pyvenv.cfg", "home = /usr/bin\nversion = 3.12.1\n");
    sandbox.git(&["add", "--force", "lone", "other"]);
    sandbox.git(&["config", "pyenv.allow", "lone: an input of tests"]);
    sandbox.git(&["config", "pyenv.ignore", "PYE102"]);
    let (before, index) = (contents(&sandbox), sandbox.read("repo/.git/index"));
    let answer = tidy(&sandbox, &["--force"], 0);
    assert_eq!(each(&answer["cleanup"]["plan"], "path"), [""; 0], "{answer:#}");
    assert_eq!((contents(&sandbox), sandbox.read("repo/.git/index")), (before, index));
}

#[test]
fn a_killed_run_is_finished_by_the_next() {
    for step in
        ["staging-ready", "recorded", "aside", "condemned", "deleted", "caches-recorded", "cache-deleted"]
    {
        let Some(sandbox) = untidy() else { return };
        let killed = sandbox.at("repo").with("PYENV_STOP_POINT", format!("kill:{step}"));
        assert_eq!(killed.pyenv(&["tidy", "--force"]).status, None, "{step}");
        assert_eq!(tracked(&sandbox), [".gitignore", "README.md", "a/m.py"], "{step}");
        tidy(&sandbox, &["--force"], 0);
        for name in REMOVED {
            assert!(!sandbox.path("repo").join(name).exists(), "{step}: {name}");
        }
        let left = contents(&sandbox);
        assert!(
            !left.iter().any(|(path, _)| path.to_string_lossy().contains(".git-pyenv-")),
            "{step}: {left:?}"
        );
        assert!(sandbox.path("repo/committed/bin/activate").exists(), "{step}");
        sandbox.pyenv(&["log", "--verify"]).ended(0);
        let operations = sandbox.json(&["log"]);
        let states = each(&operations["log"]["operations"], "state");
        assert!(!states.contains(&"unfinished".to_owned()), "{step}: {operations:#}");
    }
}

#[test]
fn where_settings_forbid_it_only_force_deletes() {
    let Some(sandbox) = untidy() else { return };
    sandbox.git(&["config", "pyenv.autoCleanup", "false"]);
    let before = sandbox.listing();
    let refused = sandbox.pyenv(&["tidy"]).ended(2);
    assert!(refused.err().contains("`autoCleanup` is `false`"), "{}", refused.said());
    assert_eq!(sandbox.listing(), before);
    tidy(&sandbox, &["--force"], 0);
}

#[test]
fn without_a_work_tree_it_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.git_in("", &["init", "--quiet", "--bare", "bare.git"]);
    let refused = sandbox.at("bare.git").pyenv(&["tidy", "--force"]).ended(2);
    assert!(refused.err().contains("a bare repository has no work tree"), "{}", refused.said());
}

const QUESTION: &str = "change 1 ignore file, delete 4 items (frees ";

fn start(sandbox: &Sandbox) -> Terminal {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), "repo");
    command.arg("tidy").env("TERM", "xterm");
    Terminal::start(command, 200, Attached::All)
}

#[test]
fn anything_but_yes_changes_nothing() {
    let Some(sandbox) = untidy() else { return };
    let before = sandbox.listing();
    for (name, keys) in
        [("no", b"n".as_slice()), ("Escape", b"\x1b"), ("Ctrl-C", b"\x03"), ("Ctrl-D", b"\x04")]
    {
        let mut terminal = start(&sandbox);
        assert!(terminal.wait_for(QUESTION), "{name}: {}", terminal.finish().2);
        terminal.answer(keys);
        let (status, _, seen) = terminal.finish();
        let expected = if name == "Ctrl-C" { (None, Some(2)) } else { (Some(1), None) };
        assert_eq!((status.code(), status.signal()), expected, "{name}: {seen}");
        assert_eq!(sandbox.listing(), before, "{name}");
    }
}

#[test]
fn yes_does_what_was_shown() {
    let Some(sandbox) = untidy() else { return };
    let mut terminal = start(&sandbox);
    assert!(terminal.wait_for(QUESTION), "{}", terminal.finish().2);
    terminal.answer(b"y");
    let (status, _, seen) = terminal.finish();
    assert_eq!(status.code(), Some(0), "{seen}");
    for expected in ["`lone` (1 file)\r\n", "; kept on disk)", "+/committed", "4 items deleted, ", ": clean"]
    {
        assert!(seen.contains(expected), "{expected}: {seen}");
    }
    assert_eq!(tracked(&sandbox), [".gitignore", "README.md", "a/m.py"]);
}

#[test]
fn what_changed_while_the_question_was_open_is_not_done() {
    let Some(sandbox) = untidy() else { return };
    let mut terminal = start(&sandbox);
    assert!(terminal.wait_for(QUESTION), "{}", terminal.finish().2);
    sandbox.write("second/pyvenv.cfg", "home = /usr/bin\nversion = 3.12.1\n");
    sandbox.git(&["add", "--force", "second"]);
    let (before, index) = (contents(&sandbox), sandbox.read("repo/.git/index"));
    terminal.answer(b"y");
    let (status, _, seen) = terminal.finish();
    assert_eq!(status.code(), Some(2), "{seen}");
    assert!(seen.contains("not what was shown any more"), "{seen}");
    assert_eq!((contents(&sandbox), sandbox.read("repo/.git/index")), (before, index));
}
