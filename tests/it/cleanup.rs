//! `cleanup`: what it selects, deletes, keeps and says.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::time::{Duration, SystemTime};

use crate::support::environments as env;
use crate::support::removable::{self, cleanup, cleanup_in, contents, each, events};

#[test]
fn an_environment_goes_and_is_recorded() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.write("notes.txt", "mine\n");
    let index = sandbox.read("repo/.git/index");
    let before = contents(&sandbox);
    let answer = cleanup(&sandbox, &["--force"], 0);
    assert_eq!(each(&answer["removed"], "path"), ["venv"], "{answer:#}");
    assert!(answer["kept"].as_array().is_some_and(Vec::is_empty), "{answer:#}");
    let planned = &answer["plan"][0];
    assert_eq!((&planned["target"], &planned["tracked"]), (&"venv".into(), &false.into()), "{answer:#}");
    assert!(planned["files"].as_u64() > Some(5) && planned["bytes"].as_u64() > Some(100), "{answer:#}");
    assert_eq!(planned["used_by"][0], "the project", "{answer:#}");
    assert_eq!(answer["freed_bytes"], planned["freed_bytes"]);
    let place = sandbox.path("repo/venv");
    assert!(place.symlink_metadata().is_err());
    let rest: Vec<_> = before.into_iter().filter(|(path, _)| !path.starts_with(&place)).collect();
    assert_eq!(contents(&sandbox), rest, "nothing else is touched, and nothing is left beside it");
    assert_eq!(sandbox.read("repo/.git/index"), index);
    let snapshot = answer["removed"][0]["snapshot"].as_str().expect("a snapshot");
    let taken: serde_json::Value =
        serde_json::from_slice(&sandbox.read(&format!("repo/.git/pyenv/snapshots/{snapshot}.json")))
            .expect("JSON");
    assert_eq!(taken["distributions"][0]["name"], "mine", "{taken:#}");
    assert_eq!(taken["distributions"][0]["requested"], true, "{taken:#}");
    assert_eq!(
        events(&sandbox).iter().map(|(event, _)| event.as_str()).collect::<Vec<_>>(),
        ["intent", "done"]
    );
    let again = cleanup(&sandbox, &["--force"], 0);
    assert!(again["plan"].as_array().is_some_and(Vec::is_empty), "{again:#}");
}

#[test]
fn without_a_terminal_only_force_deletes() {
    let Some(sandbox) = removable::repository() else { return };
    let before = sandbox.listing();
    let answer = cleanup(&sandbox, &[], 1);
    assert_eq!((&answer["needs_confirmation"], each(&answer["plan"], "path").len()), (&true.into(), 1));
    let answer = cleanup(&sandbox, &["--dry-run", "--force", "--target", "all"], 0);
    assert_eq!(answer["dry_run"], true);
    assert_eq!(sandbox.listing(), before, "not even the time of a directory changes");
    sandbox.git(&["config", "pyenv.autoCleanup", "false"]);
    let refused = sandbox.pyenv(&["cleanup"]).ended(2);
    assert!(refused.err().contains("`autoCleanup` is `false`"), "{}", refused.said());
    assert!(sandbox.path("repo/venv").exists());
    cleanup(&sandbox, &["--force"], 0);
    assert!(!sandbox.path("repo/venv").exists());
}

#[test]
fn what_no_tool_could_write_again_stays() {
    let Some(sandbox) = removable::repository() else { return };
    let packages = removable::packages(&sandbox, "venv");
    sandbox.write("venv/notes/ideas.txt", "mine\n");
    sandbox.write(format!("{packages}/mine/__init__.py"), "VERSION = 2\n");
    sandbox.write("venv/src/clone/.git/HEAD", "ref: refs/heads/main\n");
    sandbox.write("venv/bin/deploy", "#!/bin/sh\n");
    let before = contents(&sandbox);
    let answer = cleanup(&sandbox, &["--force"], 1);
    let foreign = answer["plan"][0]["foreign"].as_array().expect("paths");
    let edited = format!("{packages}/mine/__init__.py");
    let expected = ["venv/bin/deploy", &edited, "venv/notes", "venv/src"];
    assert_eq!(foreign, &expected.map(serde_json::Value::from), "{answer:#}");
    let reasons: Vec<&str> = answer["plan"][0]["foreign_reasons"]
        .as_array()
        .expect("words")
        .iter()
        .filter_map(|one| one.as_str())
        .collect();
    let unknown = "not created by any tool";
    assert_eq!(reasons, [unknown, "changed since it was installed", unknown, "a git repository of its own"]);
    assert_eq!(contents(&sandbox), before);
    // Each is let go by name, also from another directory.
    let some = ["--force", "--discard", "venv/notes", "--discard", "venv/src"];
    cleanup(&sandbox, &some, 1);
    assert_eq!(contents(&sandbox), before);
    sandbox.make_directory("repo/below");
    let rest = ["../venv", "--force", "--discard", "../venv/notes", "--discard=../venv/src"];
    let edited = format!("../{edited}");
    let all = [&rest[..], &["--discard", "../venv/bin/deploy", "--discard", &edited]].concat();
    cleanup_in(&sandbox, "repo/below", &all, 0);
    assert!(!sandbox.path("repo/venv").exists());
}

#[test]
fn an_edit_is_seen_whatever_its_time_says() {
    for is_copied in [false, true] {
        let Some(sandbox) = removable::repository() else { return };
        let module = format!("{}/mine/__init__.py", removable::packages(&sandbox, "venv"));
        let place = sandbox.path("repo").join(&module);
        let time = fs::metadata(&place).and_then(|metadata| metadata.modified()).expect("a time");
        // As long as it was, and as old as it was.
        fs::write(&place, "VERSION = 7\n").expect("a file");
        fs::File::options()
            .append(true)
            .open(&place)
            .and_then(|file| file.set_modified(time))
            .expect("a time");
        if is_copied {
            sandbox.at("repo").run("cp", &["-a", "venv", "copy"]).ended(0);
            fs::remove_dir_all(sandbox.path("repo/venv")).expect("no environment");
            fs::rename(sandbox.path("repo/copy"), sandbox.path("repo/venv")).expect("a move");
            let long_ago = time - Duration::from_secs(1000);
            let is_file = |path: &std::path::Path| path.symlink_metadata().is_ok_and(|found| found.is_file());
            for (path, _) in contents(&sandbox).iter().filter(|(path, _)| is_file(path)) {
                fs::File::open(path).and_then(|file| file.set_modified(long_ago)).expect("a time");
            }
        }
        let answer = cleanup(&sandbox, &["--force"], 1);
        assert_eq!(answer["plan"][0]["foreign"][0], module.as_str(), "{is_copied}: {answer:#}");
    }
}

#[test]
fn what_git_tracks_stays_and_the_index_is_not_written() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.git(&["add", "--force", "venv/pyvenv.cfg", "venv/bin/activate"]);
    let (before, index) = (contents(&sandbox), sandbox.read("repo/.git/index"));
    let answer = cleanup(&sandbox, &["--force"], 1);
    assert_eq!(answer["plan"][0]["tracked"], true, "{answer:#}");
    assert!(answer["kept"][0]["reason"].as_str().is_some_and(|reason| reason.contains("tracked by git")));
    assert!(answer["kept"][0]["hints"][0].as_str().is_some_and(|hint| hint.contains("git pyenv fix venv")));
    assert_eq!((contents(&sandbox), sandbox.read("repo/.git/index")), (before, index.clone()));
    cleanup(&sandbox, &["--force", "--discard", "venv"], 0);
    assert!(!sandbox.path("repo/venv").exists());
    assert_eq!(sandbox.read("repo/.git/index"), index);
}

#[test]
fn names_patterns_ages_and_sizes_select() {
    let Some(sandbox) = removable::repository() else { return };
    for name in ["old", "services/api/.venv", ".venv-docs"] {
        removable::make(&sandbox, name);
    }
    sandbox.git(&["config", "pyenv.environments.docs.directory", ".venv-docs"]);
    let planned =
        |arguments: &[&str]| each(&cleanup(&sandbox, &[arguments, &["-n"]].concat(), 0)["plan"], "path");
    let all = [".venv-docs", "old", "services/api/.venv", "venv"];
    assert_eq!(planned(&[]), all);
    assert_eq!(planned(&["docs"]), [".venv-docs"]);
    assert_eq!(planned(&["services"]), ["services/api/.venv"]);
    assert_eq!(planned(&["./old", "venv"]), ["old", "venv"]);
    assert_eq!(planned(&["--keep", "/old", "--keep=.venv*"]), ["venv"]);
    assert_eq!(planned(&["--min-size", "1GB"]), [""; 0]);
    assert_eq!(planned(&["--min-size", "1k"]), all);
    assert_eq!(planned(&["--only-broken"]), [""; 0]);
    assert_eq!(planned(&["--older-than", "1d"]), [""; 0]);
    let long_ago = SystemTime::now() - Duration::from_secs(40 * 86_400);
    for (path, _) in contents(&sandbox) {
        let is_file = path.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
        if is_file && path.starts_with(sandbox.path("repo/old")) {
            fs::File::open(&path).and_then(|file| file.set_modified(long_ago)).expect("a time");
        }
    }
    // The time of a link cannot be set so, and is not what was used.
    assert_eq!(planned(&["--older-than", "30d"]), ["old"]);
    fs::remove_file(sandbox.path("repo/venv/bin/python")).expect("a link");
    symlink("/nonexistent/python", sandbox.path("repo/venv/bin/python")).expect("a link");
    assert_eq!(planned(&["--only-broken"]), ["venv"]);
    for (arguments, expected) in [
        (vec!["gone"], "nothing is there"),
        (vec!["README.md"], "no Python environment"),
        (vec!["venv/bin"], "part of the environment `venv`"),
        (vec![""], "the path is empty"),
        (vec![".git"], "inside the git directory"),
        (vec!["--keep", "["], "invalid pattern"),
        (vec!["--older-than", "soon"], "an age is"),
    ] {
        let refused = sandbox.pyenv(&[&["cleanup", "--force"], arguments.as_slice()].concat()).ended(2);
        assert!(refused.err().contains(expected), "{arguments:?}: {}", refused.said());
    }
    assert!(all.iter().all(|name| sandbox.path("repo").join(name).exists()));
}

#[test]
fn linked_work_trees_are_asked_for() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    env::venv(12).under("env").write_to(&sandbox, "linked");
    let linked = sandbox.path("linked/env").display().to_string();
    assert_eq!(each(&cleanup(&sandbox, &["-n"], 0)["plan"], "path"), ["venv"]);
    let answer = cleanup(&sandbox, &["-n", "--all-worktrees"], 0);
    assert_eq!(each(&answer["plan"], "path"), ["venv", &linked]);
    fs::remove_dir_all(sandbox.path("linked/env")).expect("no environment");
    fs::rename(sandbox.path("repo/venv"), sandbox.path("linked/venv")).expect("a move");
    let answer = cleanup(&sandbox, &["--force", "--all-worktrees"], 0);
    assert_eq!(each(&answer["removed"], "path"), [sandbox.path("linked/venv").display().to_string()]);
    assert!(!sandbox.path("linked/venv").exists());
    assert_eq!(events(&sandbox).len(), 2, "the repository has one log");
}

#[test]
fn caches_are_what_tools_write() {
    let Some(sandbox) = removable::repository() else { return };
    let compiled = b"\xcb\x0d\x0d\x0a0000";
    for (path, bytes) in [
        ("a/__pycache__/m.cpython-312.pyc", compiled.as_slice()),
        ("b/__pycache__/notes.txt", b"mine"),
        ("tracked/__pycache__/m.cpython-312.pyc", compiled),
        (".pytest_cache/CACHEDIR.TAG", b""),
        (".pytest_cache/v/cache/lastfailed", b"{}"),
        (".mypy_cache/mine.txt", b"no cache"),
        ("mine.egg-info/PKG-INFO", b""),
        ("mine.egg-info/SOURCES.txt", b""),
        ("pyproject.toml", b"[project]\nname = \"mine\"\nversion = \"1\"\n"),
        ("dist/mine-1.whl", b""),
        ("website/dist/index.html", b""),
        ("website/build/lib/x", b""),
        ("build/lib/mine.py", b""),
        ("build/lib/__pycache__/mine.cpython-312.pyc", compiled),
        ("src/build/__pycache__/m.cpython-312.pyc", compiled),
        ("nested/.git/HEAD", b"ref: refs/heads/main\n"),
        ("nested/__pycache__/m.cpython-312.pyc", compiled),
        ("venv/lib/__pycache__/m.cpython-312.pyc", compiled),
    ] {
        sandbox.write(path, bytes);
    }
    sandbox.git(&["add", "--force", "tracked"]);
    sandbox.link(".ruff_cache", "../elsewhere");
    sandbox.make_directory("elsewhere");
    fs::write(sandbox.path("elsewhere/CACHEDIR.TAG"), "").expect("a file");
    let answer = cleanup(&sandbox, &["--target", "caches", "--force"], 1);
    let removed =
        [".pytest_cache", "a/__pycache__", "build", "dist", "mine.egg-info", "src/build/__pycache__"];
    assert_eq!(each(&answer["removed"], "path"), removed, "{answer:#}");
    assert_eq!(each(&answer["kept"], "path"), ["tracked/__pycache__"], "{answer:#}");
    assert!(removed.iter().all(|name| !sandbox.path("repo").join(name).exists()));
    for stays in [
        "b/__pycache__/notes.txt",
        "tracked/__pycache__/m.cpython-312.pyc",
        ".mypy_cache/mine.txt",
        "website/dist/index.html",
        "website/build/lib/x",
        "nested/__pycache__/m.cpython-312.pyc",
        "venv/lib/__pycache__/m.cpython-312.pyc",
        ".ruff_cache/CACHEDIR.TAG",
    ] {
        assert!(sandbox.path("repo").join(stays).exists(), "{stays}");
    }
    let expected = [("intent", "caches"), ("done", "caches")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(events(&sandbox), expected);
}

#[test]
fn text_says_what_was_done_and_why_not() {
    let Some(sandbox) = removable::repository() else { return };
    removable::make(&sandbox, "other");
    sandbox.write("other/a\x1b[31m\rb.txt", "mine\n");
    let run = |arguments: &[&str]| sandbox.pyenv(&[&["cleanup", "--output", "text"], arguments].concat());
    let planned = run(&["-n"]).ended(0).out();
    assert!(
        planned.contains("keeps `other` (git-pyenv, ") && planned.contains("deletes `venv` (git-pyenv, "),
        "{planned}"
    );
    let done = run(&["--force"]).ended(1).out();
    assert!(done.contains("deleted `venv` (") && done.contains("kept `other`: it contains 1 path"), "{done}");
    assert!(![planned, done].concat().contains(['\x1b', '\r']));
    assert_eq!(run(&["-n", "--only-broken"]).ended(0).out(), "nothing to clean up\n");
}

#[test]
fn what_a_process_uses_stays() {
    let Some(sandbox) = removable::repository() else { return };
    if !cfg!(target_os = "linux") {
        return crate::support::sandbox::skip("only Linux tells what processes use");
    }
    let programs: [(&str, &dyn Fn() -> std::process::Command); 3] = [
        ("runs it", &|| sandbox.command(sandbox.path("repo/venv/bin/python"), "repo")),
        ("works in it", &|| sandbox.command("sleep", "repo/venv/bin")),
        ("has it activated", &|| {
            let mut command = sandbox.command("sleep", "repo");
            command.env("VIRTUAL_ENV", sandbox.path("repo/venv"));
            command
        }),
    ];
    for (how, program) in programs {
        let mut command = program();
        let waits: &[&str] = if how == "runs it" { &["-c", "input()"] } else { &["1000"] };
        command.args(waits).stdin(std::process::Stdio::piped());
        let mut process = command.spawn().expect("a process");
        let answer = cleanup(&sandbox, &["--force"], 1);
        let reason = answer["kept"][0]["reason"].as_str().unwrap_or_default().to_owned();
        process.kill().and_then(|()| process.wait()).expect("an end");
        assert!(reason.contains(how) && reason.contains(&process.id().to_string()), "{how}: {reason}");
        assert!(sandbox.path("repo/venv/bin/python").exists());
    }
    let mut process = sandbox.command("sleep", "repo/venv").arg("1000").spawn().expect("a process");
    cleanup(&sandbox, &["--force", "--include-in-use"], 0);
    process.kill().and_then(|()| process.wait()).expect("an end");
    assert!(!sandbox.path("repo/venv").exists());
}

#[test]
fn an_activated_environment_is_in_use() {
    let Some(sandbox) = removable::repository() else { return };
    let activated = sandbox.at("repo").with("VIRTUAL_ENV", sandbox.path("repo/venv"));
    let kept = activated.pyenv(&["cleanup", "--force"]).ended(1).json();
    let reason = kept["cleanup"]["kept"][0]["reason"].as_str().unwrap_or_default().to_owned();
    assert!(reason.contains("the shell in which this command was run"), "{reason}");
    assert!(sandbox.path("repo/venv").exists());
}
