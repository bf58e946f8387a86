//! Older versions of git: the same answers, fallbacks for missing options, and a clear error if git is too old.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use git_pyenv::error::ErrorKind;
use git_pyenv::git::{GitVersion, MINIMUM_GIT};

use crate::support::environments::venv;
use crate::support::repository::{Sandbox, text};
use crate::support::sandbox::{CHECK_OF_GIT, Place, skip_without, tool};
use crate::support::source;

/// An older git than the first one in `PATH`, with its directory, if another one is installed.
fn older_git() -> Option<(GitVersion, PathBuf)> {
    let version = |directory: &Path| {
        let output = Command::new(directory.join("git")).arg("version").output().ok()?;
        GitVersion::parse(&String::from_utf8_lossy(&output.stdout))
    };
    let inherited = std::env::var_os("PATH").expect("a path");
    let gits = std::env::split_paths(&inherited).filter_map(|place| Some((version(&place)?, place)));
    let gits: Vec<_> = gits.collect();
    let first = gits.first()?.0;
    gits.into_iter().filter(|(version, _)| *version >= MINIMUM_GIT && *version < first).min()
}

#[test]
fn an_older_git_gives_the_same_answers() {
    let Some((version, directory)) = older_git() else {
        return skip_without("older-git", "no older git is installed");
    };
    let inherited = std::env::var_os("PATH").expect("a path");
    let directories = std::iter::once(directory).chain(std::env::split_paths(&inherited));
    let tests = Command::new(std::env::current_exe().expect("the path of the tests"))
        .args(["git_adapters::", "git_ignore::"])
        .env("PATH", std::env::join_paths(directories).expect("directories without a colon"))
        // An older git cannot make every format of repositories.
        .env_remove("GIT_PYENV_TESTS_REQUIRE_ALL")
        .output()
        .expect("the tests");
    assert!(tests.status.success(), "git {version}: {}{}", text(&tests.stdout), text(&tests.stderr));
}

/// A git with the version `$OLD_GIT`. It rejects or repeats the options that this version does not know, and calls the
/// installed git for everything else. It appends its arguments to the file `calls`.
const OLD_GIT: &str = r#"#!/bin/sh
echo "$*" >> 'CALLS'
unknown() { echo "error: unknown option \`$1'" >&2; echo 'usage: git ...' >&2; exit 129; }
case "$*" in
    *version) echo "git version $OLD_GIT"; exit ;;
    *"worktree list"*-z*) unknown z ;;
    *"ls-files --sparse"*) unknown sparse ;;
esac
case "$OLD_GIT $*" in
    2.2[0-5].*--show-scope*) unknown show-scope ;;
    2.2[0-4].*--show-object-format*) 'GIT' "$@" | sed 's/^sha.*/--show-object-format/'; exit ;;
esac
exec 'GIT' "$@"
"#;

/// Puts a git of this version first in `PATH`.
fn with_git<'s>(sandbox: &'s Sandbox, version: &str) -> Place<'s> {
    let git = tool("git").expect("git");
    let calls = sandbox.path("calls");
    let script = OLD_GIT.replace("GIT'", &format!("{}'", git.display()));
    sandbox.write_program("../older/git", script.replace("CALLS", &calls.display().to_string()));
    let inherited = std::env::var_os("PATH").expect("a path");
    let directories = std::iter::once(sandbox.path("older")).chain(std::env::split_paths(&inherited));
    let path: OsString = std::env::join_paths(directories).expect("directories without a colon");
    sandbox.at("repo").with("PATH", path).with("OLD_GIT", version)
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.commit(".gitignore", ".venv/\n");
    venv(12).under(".venv").write(&sandbox);
    sandbox
}

#[test]
fn work_trees_are_listed_without_the_option_z() {
    let sandbox = sandbox();
    sandbox.git(&["worktree", "add", "--quiet", "../a b", "-b", "other"]);
    venv(12).write_to(&sandbox, "a b/venv");
    let place = with_git(&sandbox, "2.34.1");
    let paths = |place: &Place<'_>| {
        let listed = place.json(&["list", "--no-size"]);
        let environments = listed["environments"].as_array().expect("environments").iter();
        environments.map(|found| format!("{} {}", found["worktree"], found["path"])).collect::<Vec<_>>()
    };
    let expected = paths(&sandbox.at("repo"));
    assert!(expected.len() == 2 && expected.iter().any(|found| found.contains("/a b")), "{expected:?}");
    assert_eq!(paths(&place), expected);
    let calls = String::from_utf8(sandbox.read("calls")).expect("text");
    assert!(calls.lines().any(|call| call.ends_with("worktree list --porcelain")), "{calls}");
}

#[test]
fn a_split_index_is_read_without_the_option_sparse() {
    let sandbox = sandbox();
    sandbox.git(&["update-index", "--split-index"]);
    venv(12).under("venv").write(&sandbox);
    sandbox.git(&["add", "venv"]);
    let place = with_git(&sandbox, "2.34.1");
    let answer = place.json(&["check", "--staged"]);
    assert_eq!((&answer["findings"][0]["path"], &answer["exit_code"]), (&"venv".into(), &1.into()));
}

#[test]
fn what_fails_because_git_is_too_old_says_so() {
    let sandbox = sandbox();
    for version in ["2.20.0", "2.25.1", "2.30.2"] {
        let place = with_git(&sandbox, version);
        let refused = place.pyenv(&["hook", "install"]).ended(3);
        let lines: Vec<_> = refused.err().lines().map(str::to_owned).collect();
        assert_eq!(lines[0], format!("error: git {version} is too old"), "{}", refused.said());
        assert!(lines[1].ends_with("cause: git-pyenv needs git 2.31 or later"), "{}", refused.said());
        assert!(lines.iter().any(|line| line.contains("hint: install a newer git")), "{}", refused.said());
        // Most commands do not need what this git lacks.
        let checked = place.pyenv(&CHECK_OF_GIT).ended(0);
        assert!(checked.out().contains("PYE203"), "{}", checked.said());
    }
    let through_git = with_git(&sandbox, "2.20.0").with("GIT_PYENV_READER", "plumbing");
    let refused = through_git.pyenv(&["check"]).ended(3);
    assert!(refused.said().contains("git 2.20.0 is too old"), "{}", refused.said());
    let supported = with_git(&sandbox, "2.31.0").pyenv(&["hook", "install"]).ended(0);
    assert!(!supported.said().contains("too old"), "{}", supported.said());
}

#[test]
fn a_failure_with_a_supported_git_keeps_its_own_message() {
    let sandbox = sandbox();
    sandbox.git(&["config", "core.repositoryFormatVersion", "7"]);
    let error = sandbox.open("repo", &[("GIT_PYENV_READER", "plumbing")]).err().expect("an error");
    assert_eq!(error.kind(), ErrorKind::Undecided);
    assert!(error.causes()[0].seen_from_root().contains("repo version"), "{error}");
}

#[test]
fn the_gate_does_not_ask_for_the_version() {
    let sandbox = sandbox();
    sandbox.overwrite(&sandbox.path("calls"), b"");
    let place = with_git(&sandbox, "2.20.0");
    place.pyenv(&["hook", "run", "pre-commit"]).ended(0);
    place.pyenv(&["check", "--staged"]).ended(0);
    let calls = String::from_utf8(sandbox.read("calls")).expect("text");
    assert!(!calls.contains("version"), "{calls}");
}

#[test]
fn the_readme_names_the_oldest_git() {
    let minimum = format!("git {}.{} or later", MINIMUM_GIT.major, MINIMUM_GIT.minor);
    let readme = source::read("README.md");
    let install = readme.split("\n## ").find(|section| section.starts_with("Install")).expect("a section");
    assert!(install.contains(&minimum), "{install}");
}
