//! Links that take the place of a file or a directory between a look at it and the write: nothing is ever written where
//! they lead.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use git_pyenv::fs::{Access, Expected, FilePlace};
use git_pyenv::path::RepoPath;

use crate::fix::plain_environment;
use crate::support::pythons::a_python;
use crate::support::repository::Sandbox;
use crate::support::sandbox::tool;

const OUTSIDE: &str = "the text of a file outside\n";

/// A file outside of the repository, and the repository `repo` with an ignore file and a tracked environment in `sub`.
fn scene() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.overwrite(&sandbox.path("outside"), OUTSIDE.as_bytes());
    sandbox.make_directory("elsewhere");
    sandbox.overwrite(&sandbox.path("elsewhere/.gitignore"), OUTSIDE.as_bytes());
    sandbox.write("sub/.gitignore", "a\n");
    sandbox
}

fn assert_outside(sandbox: &Sandbox, when: &str) {
    for file in ["outside", "elsewhere/.gitignore"] {
        assert_eq!(String::from_utf8_lossy(&sandbox.read(file)), OUTSIDE, "{when}: {file}");
    }
    let entries = fs::read_dir(sandbox.path("elsewhere")).expect("a directory").count();
    assert_eq!(entries, 1, "{when}: nothing more is there");
}

/// Puts a link in the place of what is there.
fn swap(place: &Path, target: &Path) {
    fs::rename(place, place.with_extension("moved")).expect("another name");
    symlink(target, place).expect("a link");
}

#[test]
fn what_was_looked_at_is_what_is_written() {
    type Swap = fn(&Sandbox);
    let file: Swap = |sandbox| swap(&sandbox.path("repo/sub/.gitignore"), &sandbox.path("outside"));
    let directory: Swap = |sandbox| swap(&sandbox.path("repo/sub"), &sandbox.path("elsewhere"));
    let hard_link: Swap = |sandbox| {
        let file = sandbox.path("repo/sub/.gitignore");
        fs::remove_file(&file).expect("a file");
        fs::hard_link(sandbox.path("outside"), &file).expect("a link");
    };
    let content: Swap = |sandbox| sandbox.write("sub/.gitignore", "changed by an editor\n");
    for (name, swapped, is_written) in [
        ("a file", file, false),
        ("its directory", directory, true),
        ("a hard link", hard_link, false),
        ("the content", content, false),
    ] {
        let sandbox = scene();
        let path = RepoPath::new(b"sub/.gitignore".as_slice()).expect("a path");
        let place = FilePlace::below(&sandbox.path("repo"), &path).expect("a place");
        let read = place.read(1024).expect("to be read").expect("a file");
        assert_eq!(read.bytes, b"a\n");
        // The worst moment: everything was looked at.
        swapped(&sandbox);
        let staging = sandbox.path("repo/.git");
        let written = place.write(b"new\n", Access::FILE, Some(&staging), Expected::Unchanged(&read));
        assert_eq!(written.is_ok(), is_written, "{name}: {written:?}");
        assert_outside(&sandbox, name);
        if is_written {
            // The directory that was opened has the file, wherever it is by now.
            assert_eq!(sandbox.read("repo/sub.moved/.gitignore"), b"new\n", "{name}");
        }
        assert!(FilePlace::below(&sandbox.path("repo"), &path).is_ok() != is_written, "{name}");
        let left = fs::read_dir(&staging).expect("a directory").flatten();
        let left = left.filter(|entry| entry.file_name().to_string_lossy().starts_with(".git-pyenv-"));
        assert_eq!(left.count(), 0, "{name}: no temporary file stays");
    }
}

#[test]
fn a_place_that_was_free_is_not_taken_twice() {
    let sandbox = scene();
    let path = RepoPath::new(b"sub/new".as_slice()).expect("a path");
    let place = FilePlace::below(&sandbox.path("repo"), &path).expect("a place");
    assert!(place.read(1024).expect("nothing").is_none());
    symlink(sandbox.path("outside"), sandbox.path("repo/sub/new")).expect("a link");
    let write = |expected| place.write(b"new\n", Access::FILE, None, expected);
    let error = write(Expected::Nothing).expect_err("something is there");
    assert!(error.message().seen_from_root().contains("changed by another process"), "{error}");
    assert!(place.read(1024).expect_err("a link").message().seen_from_root().contains("a symlink"));
    assert!(
        place
            .append(b"new\n", Access::FILE)
            .expect_err("a link")
            .message()
            .seen_from_root()
            .contains("a symlink")
    );
    assert_outside(&sandbox, "a link");
    write(Expected::Anything).expect("the link is replaced");
    assert_eq!(sandbox.read("repo/sub/new"), b"new\n");
    assert_outside(&sandbox, "a link that is replaced");
}

/// A directory with a program `git` that swaps in a link before it does what it is asked for the first time with one of
/// these arguments.
fn git_that_swaps(sandbox: &Sandbox, arguments: &str, link: &Path, target: &Path) -> Option<PathBuf> {
    let git = tool("git")?;
    sandbox.make_directory("bait");
    let (link, target, git) = (link.display(), target.display(), git.display());
    let script = format!(
        "#!/bin/sh\ncase \" $* \" in {arguments})\n  [ -L '{link}' ] || {{ [ ! -e '{link}' ] || mv '{link}' '{link}.moved'; ln -s \
         '{target}' '{link}'; }};;\nesac\nexec '{git}' \"$@\"\n"
    );
    let file = sandbox.path("bait/git");
    sandbox.overwrite(&file, script.as_bytes());
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a mode");
    Some(sandbox.path("bait"))
}

#[test]
fn fix_writes_no_ignore_file_through_a_link_that_is_swapped_in() {
    for (link, target) in
        [("repo/.gitignore", "outside"), ("repo/sub", "elsewhere"), ("repo/.gitignore", "free")]
    {
        let sandbox = scene();
        if target != "free" {
            sandbox.write(".gitignore", "a\n");
        }
        plain_environment(&sandbox, "venv");
        plain_environment(&sandbox, "sub/venv");
        sandbox.git(&["add", "venv", "sub/venv"]);
        let (link, target) = (sandbox.path(link), sandbox.path(target));
        // What is asked after the ignore files were read and before they are written.
        let Some(bait) = git_that_swaps(&sandbox, "*hash-object*|*ls-files*", &link, &target) else { return };
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths([bait].into_iter().chain(std::env::split_paths(&inherited)));
        let failed = sandbox.at("repo").with("PATH", path.expect("plain paths")).pyenv(&["fix", "venv"]);
        assert!(link.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink()), "{}", failed.said());
        assert_outside(&sandbox, &failed.said());
        assert!(!sandbox.path("free").exists(), "{}", failed.said());
    }
}

#[test]
fn nothing_in_the_git_directory_is_written_through_a_link() {
    let Some(python) = a_python() else { return };
    let python = python.to_str().expect("a plain path");
    let links = [
        (".git/pyenv.lock", "outside"),
        (".git/pyenv.lock", "free"),
        (".git/pyenv", "elsewhere"),
        (".git/pyenv/snapshots", "elsewhere"),
        (".git/pyenv/audit-log.jsonl", "outside"),
        (".git/pyenv/audit-log.lock", "outside"),
        (".git/pyenv/audit-log.head", "outside"),
    ];
    for (link, target) in links {
        let sandbox = scene();
        let create = ["create", "--without-pip", "--python", python, "--env", "made"];
        sandbox.pyenv(&create).ended(0);
        let before = sandbox.read("repo/made/pyvenv.cfg");
        sandbox.remove(link);
        sandbox.link(link, sandbox.path(target).as_os_str().as_encoded_bytes());
        let failed = sandbox.pyenv(&[&create[..], &["--force"]].concat());
        assert_outside(&sandbox, link);
        assert!(!sandbox.path("free").exists(), "{link}");
        // The head of the log is only a copy of what is known, and the link is replaced.
        if !link.ends_with("head") {
            let failed = failed.ended(2);
            assert!(failed.err().contains("error:"), "{link}: {}", failed.said());
            assert_eq!(sandbox.read("repo/made/pyvenv.cfg"), before, "{link}");
        }
    }
}

#[test]
fn hooks_replace_links_and_do_not_follow_them() {
    let sandbox = scene();
    let outside = sandbox.path("outside");
    sandbox.link(".git/hooks/pre-push", outside.as_os_str().as_encoded_bytes());
    sandbox.pyenv(&["hook", "install"]);
    assert_outside(&sandbox, "install");
    sandbox.pyenv(&["hook", "uninstall"]);
    assert_outside(&sandbox, "uninstall");
}
