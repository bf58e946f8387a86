//! Who may use the files that are written: what the umask leaves, and in the git directory what `core.sharedRepository`
//! says.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::fix::plain_environment;
use crate::support::pythons::a_python;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{skip, tool};
use crate::support::users::{User, mode, two_users, unprivileged};

/// A Python that every user can run; `None`, said aloud, if there is none.
fn python_of_all() -> Option<PathBuf> {
    let found = [PathBuf::from("/usr/bin/python3")].into_iter().chain(a_python());
    let reached = |python: &PathBuf| {
        let readable = |path: &Path| {
            fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o005 == 0o005)
        };
        fs::canonicalize(python).is_ok_and(|python| python.ancestors().all(readable))
    };
    let found = found.into_iter().find(reached);
    if found.is_none() {
        skip("there is no Python that other users can run");
    }
    found
}

/// Runs what writes: hooks, an environment and its replacement, a selection, an ignore rule.
fn write_everything(user: &User<'_>, python: &Path) {
    let python = python.to_str().expect("a plain path");
    let create = ["create", "--without-pip", "--python", python, "--env", "made"];
    user.pyenv(&["hook", "install"]).ended(0);
    user.pyenv(&create).ended(0);
    user.pyenv(&[&create[..], &["--force"]].concat()).ended(0);
    user.pyenv(&["use", "made"]).ended(0);
    user.pyenv(&["fix"]).ended(0);
}

/// Makes an environment with a package, and two scripts that were changed, one of which is a program.
fn write_edited(user: &User<'_>, python: &Path) {
    let python = python.to_str().expect("a plain path");
    user.pyenv(&["create", "--without-pip", "--python", python, "--env", "made"]).ended(0);
    let script =
        "echo mine >>made/bin/activate; echo mine >>made/bin/activate.fish; chmod +x made/bin/activate.fish
        cd made/lib/python3.*/site-packages; mkdir mine-1.dist-info
        printf 'Metadata-Version: 2.1\nName: mine\nVersion: 1\n' >mine-1.dist-info/METADATA
        printf 'mine-1.dist-info/%s,,\n' METADATA RECORD >mine-1.dist-info/RECORD";
    user.run("repo", "sh", &["-euc", script]).ended(0);
}

/// The only entry of a directory in the state directory that has an ending.
fn recorded(sandbox: &Sandbox, directory: &str, ending: &str) -> String {
    let directory = format!(".git/pyenv/{directory}");
    let names = fs::read_dir(sandbox.path(&format!("repo/{directory}"))).expect("a directory").flatten();
    let mut names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    format!("{directory}/{}", names.find(|name| name.ends_with(ending)).expect("an entry"))
}

#[test]
fn modes_are_what_the_umask_and_git_say() {
    // The umask, `core.sharedRepository`, and the modes of a file of the user, a program of the user, a directory of the
    // user, a file and a program in the git directory, its directories, and a file and a program that may hold secrets.
    let cases = [
        ("022", None, ["644", "755", "755", "644", "755", "755", "600", "700"]),
        ("077", None, ["600", "700", "700", "600", "700", "700", "600", "700"]),
        ("002", Some("false"), ["664", "775", "775", "664", "775", "775", "600", "700"]),
        ("077", Some("group"), ["600", "700", "700", "660", "770", "2770", "660", "770"]),
        ("022", Some("all"), ["644", "755", "755", "664", "775", "2775", "664", "775"]),
        ("022", Some("0640"), ["644", "755", "755", "640", "750", "2750", "640", "750"]),
    ];
    let Some(python) = python_of_all() else { return };
    for (umask, shared, expected) in cases {
        let sandbox = Sandbox::repository();
        std::fs::remove_dir_all(sandbox.path("repo/.git/hooks")).expect("a directory");
        if let Some(value) = shared {
            sandbox.git(&["config", "core.sharedRepository", value]);
        }
        plain_environment(&sandbox, "committed");
        sandbox.git(&["add", "."]);
        let Some(user) = unprivileged(&sandbox, umask) else { return };
        write_edited(&user, &python);
        write_everything(&user, &python);
        let snapshot = recorded(&sandbox, "snapshots", ".json");
        let requirements = recorded(&sandbox, "snapshots", ".txt");
        let copies = recorded(&sandbox, "copies", "");
        let written: [(usize, &str); 20] = [
            (0, ".gitignore"),
            (0, "made/pyvenv.cfg"),
            (0, "made/bin/activate"),
            (2, "made"),
            (2, "made/bin"),
            (3, ".git/pyenv.lock"),
            (3, ".git/pyenv/audit-log.lock"),
            (4, ".git/hooks/pre-commit"),
            (4, ".git/hooks/pre-push"),
            (5, ".git/hooks"),
            (5, ".git/pyenv"),
            (5, ".git/pyenv/snapshots"),
            (6, ".git/pyenv/audit-log.jsonl"),
            (6, ".git/pyenv/audit-log.head"),
            (6, &snapshot),
            (6, &requirements),
            (5, &copies),
            (5, &format!("{copies}/bin")),
            (6, &format!("{copies}/bin/activate")),
            (7, &format!("{copies}/bin/activate.fish")),
        ];
        for (kind, path) in written {
            let found = mode(&sandbox, &format!("repo/{path}"));
            assert_eq!(found, expected[kind], "{path}, umask {umask}, {shared:?}");
        }
    }
}

#[test]
fn an_ignore_file_keeps_its_mode() {
    for before in [0o640, 0o600, 0o755, 0o664] {
        let sandbox = Sandbox::repository();
        sandbox.write(".gitignore", "a\n");
        plain_environment(&sandbox, "venv");
        sandbox.git(&["add", "venv"]);
        fs::set_permissions(sandbox.path("repo/.gitignore"), Permissions::from_mode(before)).expect("a mode");
        let Some(user) = unprivileged(&sandbox, "077") else { return };
        user.pyenv(&["fix"]).ended(0);
        assert_eq!(sandbox.read("repo/.gitignore"), b"a\n/venv\n");
        assert_eq!(mode(&sandbox, "repo/.gitignore"), format!("{before:o}"));
    }
}

#[test]
fn files_of_the_cache_have_the_mode_of_new_files() {
    let Some(python) = python_of_all() else { return };
    let python = python.to_str().expect("a plain path");
    let sandbox = Sandbox::repository();
    let Some(first) = unprivileged(&sandbox, "022") else { return };
    let Some(second) = unprivileged(&sandbox, "077") else { return };
    for (user, name, expected) in [(&first, "a", "644"), (&second, "b", "600"), (&first, "c", "644")] {
        let made = user.pyenv(&["create", "--python", python, "--env", name]);
        if made.err().contains("has no bundled") {
            return skip("this Python brings no pip");
        }
        made.ended(0);
        let library = fs::read_dir(sandbox.path(&format!("repo/{name}/lib"))).expect("a directory").flatten();
        let library = library.into_iter().next().expect("a library").file_name();
        let file = format!("repo/{name}/lib/{}/site-packages/pip/__init__.py", library.to_string_lossy());
        assert_eq!(mode(&sandbox, &file), expected, "{name}");
    }
    assert_eq!(mode(&sandbox, "repo/b/bin/pip"), "700");
    assert_eq!(mode(&sandbox, "repo/c/bin/pip"), "755");
}

#[test]
fn two_users_of_a_shared_repository_can_run_every_command() {
    let Some(python) = python_of_all() else { return };
    for umask in ["002", "007"] {
        let sandbox = Sandbox::new();
        let Some([one, other]) = two_users(&sandbox, umask) else { return };
        sandbox.make_directory("repo");
        one.own("repo");
        fs::set_permissions(sandbox.path("repo"), Permissions::from_mode(0o2770)).expect("a mode");
        one.run("repo", "git", &["init", "--quiet", "--shared=group"]).ended(0);
        plain_environment(&sandbox, "committed");
        one.own("repo/committed");
        one.run("repo", "git", &["add", "committed"]).ended(0);
        for user in [&one, &other, &one] {
            write_everything(user, &python);
            user.pyenv(&["check"]);
            user.pyenv(&["list"]).ended(0);
            user.pyenv(&["activate", "--env", "made"]).ended(0);
            user.pyenv(&["hook", "status"]).ended(0);
            user.pyenv(&["hook", "uninstall"]).ended(0);
            user.pyenv(&["use", "--unset"]).ended(0);
        }
    }
}

#[test]
fn a_lock_that_may_not_be_opened_is_an_error() {
    let sandbox = Sandbox::repository();
    plain_environment(&sandbox, "venv");
    sandbox.git(&["add", "."]);
    let Some(user) = unprivileged(&sandbox, "022") else { return };
    let lock = sandbox.path("repo/.git/pyenv.lock");
    user.pyenv(&["fix", "--dry-run"]).ended(0);
    sandbox.overwrite(&lock, b"");
    user.own("repo/.git/pyenv.lock");
    // Whoever may read it can lock it.
    fs::set_permissions(&lock, Permissions::from_mode(0o444)).expect("a mode");
    user.pyenv(&["use", "venv"]).ended(0);
    fs::set_permissions(&lock, Permissions::from_mode(0o000)).expect("a mode");
    let failed = user.pyenv(&["fix"]).ended(2);
    assert!(failed.err().contains("failed to lock") && failed.err().contains("hint:"), "{}", failed.said());
    assert!(!sandbox.path("repo/.gitignore").exists());
    fs::remove_file(&lock).expect("a file");
    fs::set_permissions(sandbox.path("repo/.git"), Permissions::from_mode(0o555)).expect("a mode");
    let failed = user.pyenv(&["fix"]).ended(2);
    assert!(failed.err().contains("failed to lock"), "{}", failed.said());
    fs::set_permissions(sandbox.path("repo/.git"), Permissions::from_mode(0o755)).expect("a mode");
    user.pyenv(&["fix"]).ended(0);
}

#[test]
fn a_read_only_git_directory_has_no_lock() {
    let Some(python) = a_python() else { return };
    let Some(unshare) = tool("unshare") else { return };
    let sandbox = Sandbox::repository();
    let script = "mount --bind .git .git && mount -o remount,ro,bind .git || exit 77; exec \"$@\"";
    let binary = env!("CARGO_BIN_EXE_git-pyenv");
    let python = python.to_str().expect("a plain path");
    let words = ["--mount", "sh", "-c", script, "sh", binary, "create", "--without-pip", "--python", python];
    let made = sandbox.at("repo").run(unshare, &words);
    if made.status == Some(77) || made.err().contains("unshare failed") {
        return skip("this user cannot mount");
    }
    made.ended(0);
    assert!(sandbox.path("repo/venv/pyvenv.cfg").exists());
    assert!(!sandbox.path("repo/.git/pyenv.lock").exists());
}
