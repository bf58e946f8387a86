//! Environments made by the real tools: found from every source, whole, with the right kind and version.

use std::path::Path;

use git_pyenv::git::Reader;

use crate::support::fixture::{disk_summary, summary};
use crate::support::repository::Sandbox;
use crate::support::sandbox::{skip, tool};

/// Runs a tool in the repository with its directory first in PATH; `false`, said aloud, if it fails there.
fn run(sandbox: &Sandbox, program: &Path, arguments: &[&str]) -> bool {
    let name = program.file_name().unwrap_or_default().display();
    let finished = sandbox
        .at("repo")
        .with("UV_OFFLINE", "1")
        .with("UV_PYTHON_DOWNLOADS", "never")
        .with("VIRTUALENV_NO_PERIODIC_UPDATE", "1")
        .run(program, arguments);
    if finished.status != Some(0) {
        skip(&format!("`{name} {}` fails here: {}", arguments.join(" "), finished.said()));
    }
    finished.status == Some(0)
}

/// Asserts that there is one environment, the same from the disk, the index and a commit.
#[track_caller]
fn assert_found(sandbox: &Sandbox, expected: &[(&str, &str)]) {
    let disk = disk_summary(&sandbox.path("repo"));
    sandbox.git(&["add", "--force", "--all"]);
    sandbox.git(&["commit", "--quiet", "--message", "all"]);
    let repository = sandbox.open("repo", &[]).expect("a repository");
    let index = summary(&*repository.index_tree().expect("an index"));
    let head = repository.head().expect("an answer").expect("a commit");
    let commit = summary(&*repository.commit_tree(head).expect("a tree"));
    assert_eq!(index, commit);
    assert_eq!(disk, index);
    assert_eq!(disk.len(), expected.len(), "{disk:?}");
    for (line, (root, kind)) in disk.iter().zip(expected) {
        let [found_root, found_kind, shape, platform, python, files] =
            line.split(' ').collect::<Vec<_>>().try_into().expect("six words");
        assert_eq!((found_root, found_kind, shape, platform), (*root, *kind, "whole", "posix"), "{line}");
        assert!(python.starts_with("3."), "{line}");
        let tracked = sandbox.git(&["ls-files", "--", root]).lines().count();
        assert_eq!(files.parse::<usize>().ok(), Some(tracked), "every tracked file of it counts: {line}");
    }
}

#[test]
fn venv() {
    let Some(python) = tool("python3") else { return };
    let cases: [&[&str]; 4] = [
        &["--without-pip"],
        &["--without-pip", "--copies"],
        &["--without-pip", "--system-site-packages"],
        &[],
    ];
    for options in cases {
        let sandbox = Sandbox::repository();
        if run(&sandbox, &python, &[&["-m", "venv"], options, &["my-env"]].concat()) {
            assert_found(&sandbox, &[("my-env", "venv")]);
        }
    }
}

#[test]
fn the_repository_itself() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::repository();
    sandbox.commit("src/app.py", "print(1)\n");
    if run(&sandbox, &python, &["-m", "venv", "--without-pip", "."]) {
        sandbox.git(&["add", "--force", "--all"]);
        let repository = sandbox.open("repo", &[]).expect("a repository");
        let found = summary(&*repository.index_tree().expect("an index"));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(". venv whole posix 3."), "{found:?}");
    }
}

#[test]
fn virtualenv() {
    let Some(virtualenv) = tool("virtualenv") else { return };
    let cases: [&[&str]; 3] =
        [&["--no-seed"], &["--no-seed", "--copies"], &["--no-seed", "--system-site-packages"]];
    for options in cases {
        let sandbox = Sandbox::repository();
        if run(&sandbox, &virtualenv, &[options, &["env"]].concat()) {
            assert_found(&sandbox, &[("env", "virtualenv")]);
        }
    }
}

#[test]
fn uv() {
    let Some(uv) = tool("uv") else { return };
    let Some(python) = tool("python3") else { return };
    let python = python.to_str().expect("a plain path").to_owned();
    let cases: [&[&str]; 3] = [&[], &["--relocatable"], &["--system-site-packages"]];
    for options in cases {
        let sandbox = Sandbox::repository();
        if run(
            &sandbox,
            &uv,
            &[&["venv", "--quiet", "--python", &python], options, &["deep/down/.venv"]].concat(),
        ) {
            assert_found(&sandbox, &[("deep/down/.venv", "uv")]);
        }
    }
}

#[test]
fn tox() {
    let Some(tox) = tool("tox") else { return };
    let sandbox = Sandbox::repository();
    sandbox.write(
        "tox.ini",
        "[tox]\nenvlist = a\nno_package = true\n[testenv]\nskip_install = true\ncommands = python -c pass\n",
    );
    if run(&sandbox, &tox, &["run", "-q", "-e", "a"]) {
        assert_found(&sandbox, &[(".tox/a", "tox")]);
    }
}

#[test]
fn nox() {
    let Some(nox) = tool("nox") else { return };
    let sandbox = Sandbox::repository();
    sandbox.write(
        "noxfile.py",
        "import nox\n\n@nox.session(venv_backend=\"virtualenv\")\ndef tests(session):\n    pass\n",
    );
    if run(&sandbox, &nox, &["--session", "tests"]) {
        assert_found(&sandbox, &[(".nox/tests", "nox")]);
    }
}
