//! `create` in a directory that already exists: a mount point, one with a mode and attributes of its own, one that a file
//! keeps in git. The directory stays the same one, also when the run is killed.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use crate::support::pythons::a_python;
use crate::support::removable::contents;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Finished, skip, tool};

/// The steps of filling a directory, and whether it is an environment after them.
const STEPS: [(&str, bool); 3] =
    [("entry-moved", false), ("all-but-settings-moved", false), ("filled", true)];

/// A repository with the directory `venv`, and a Python to make an environment from.
fn sandbox() -> Option<(Sandbox, String)> {
    let python = a_python()?;
    let sandbox = Sandbox::repository();
    sandbox.make_directory("repo/venv");
    Some((sandbox, python.to_string_lossy().into_owned()))
}

/// Asserts that the environment works, and that no staging directory is left.
#[track_caller]
fn assert_made(sandbox: &Sandbox, when: &str) {
    let directory = sandbox.path("repo/venv");
    let prefix = ["-c", "import sys; print(sys.prefix)"];
    let run = sandbox.at("repo").run(directory.join("bin/python"), &prefix);
    assert_eq!(run.out().trim(), directory.to_string_lossy(), "{when}: {}", run.said());
    let mut names: Vec<_> = fs::read_dir(&directory)
        .expect("a directory")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    names.retain(|name| name != ".gitkeep" && name != "lib64");
    names.sort();
    assert_eq!(names, [".gitignore", "CACHEDIR.TAG", "bin", "include", "lib", "pyvenv.cfg"], "{when}");
}

#[test]
fn a_directory_keeps_its_mode_and_what_keeps_it_in_git() {
    let Some((sandbox, python)) = sandbox() else { return };
    let directory = sandbox.path("repo/venv");
    fs::set_permissions(&directory, Permissions::from_mode(0o2750)).expect("a mode");
    sandbox.write("venv/.gitkeep", "");
    sandbox.write(".gitignore", "venv/*\n!venv/.gitkeep\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "-qm", "keep"]);
    let before = fs::metadata(&directory).expect("a directory");
    sandbox.pyenv(&["create", "--without-pip", "--python", &python]).ended(0);
    assert_made(&sandbox, "kept in git");
    let after = fs::metadata(&directory).expect("a directory");
    assert_eq!((after.ino(), after.mode()), (before.ino(), before.mode()));
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    sandbox.pyenv(&["check"]).ended(0);
}

#[test]
fn its_own_ignore_file_stays() {
    let Some((sandbox, python)) = sandbox() else { return };
    sandbox.write("venv/.gitignore", "*\n!.gitignore\n");
    sandbox.git(&["add", "."]);
    sandbox.pyenv(&["create", "--without-pip", "--python", &python]).ended(0);
    assert_made(&sandbox, "own ignore file");
    assert_eq!(sandbox.read("repo/venv/.gitignore"), b"*\n!.gitignore\n");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "A  venv/.gitignore");
}

#[test]
fn other_content_is_refused() {
    let Some((sandbox, python)) = sandbox() else { return };
    sandbox.write("venv/.gitkeep/notes.txt", "a directory\n");
    let before = contents(&sandbox);
    let refused = sandbox.pyenv(&["create", "--without-pip", "--python", &python]).ended(2);
    assert!(refused.err().contains("is not an environment"), "{}", refused.said());
    assert!(contents(&sandbox) == before);
}

#[test]
fn a_killed_run_is_cleared_up() {
    for (step, is_made) in STEPS {
        let Some((sandbox, python)) = sandbox() else { return };
        sandbox.write("venv/.gitkeep", "");
        let create = ["create", "--without-pip", "--python", &python];
        let killed = sandbox.at("repo").with("PYENV_STOP_POINT", format!("kill:{step}"));
        assert_eq!(killed.pyenv(&create).status, None, "{step}");
        assert_eq!(sandbox.path("repo/venv/pyvenv.cfg").exists(), is_made, "{step}");
        let ours = sandbox.git(&["status", "--porcelain", "-uall"]);
        assert!(!ours.contains(".git-pyenv-"), "{step}: {ours}");
        // What somebody added meanwhile is not what the run has moved.
        if !is_made {
            sandbox.write("venv/notes.txt", "mine\n");
            sandbox.pyenv(&create).ended(2);
            assert_eq!(sandbox.read("repo/venv/notes.txt"), b"mine\n", "{step}");
            sandbox.remove("venv/notes.txt");
        }
        sandbox.pyenv(&create).ended(0);
        assert_made(&sandbox, step);
    }
}

#[test]
fn a_mount_point_is_filled() {
    let Some((sandbox, python)) = sandbox() else { return };
    let Some(unshare) = tool("unshare") else { return };
    let run = |script: &str| -> Finished {
        let words =
            ["--map-root-user", "--mount", "sh", "-c", script, env!("CARGO_BIN_EXE_git-pyenv"), &python];
        sandbox.at("repo").run(&unshare, &words)
    };
    if run("mount -t tmpfs none venv").status != Some(0) {
        return skip("nothing can be mounted here");
    }
    let script = "mount -t tmpfs none venv && \"$0\" create --without-pip --python \"$1\" && \
        venv/bin/python -c 'import sys; print(sys.prefix)' && ls -A venv && \"$0\" check --output text";
    let said = run(script).ended(0);
    assert!(said.out().contains(&format!("{}\n", sandbox.path("repo/venv").display())), "{}", said.said());
    assert!(!said.out().contains(".git-pyenv-"), "{}", said.said());
    // The environment there is replaced in its place, too.
    let script = "mount -t tmpfs none venv && \"$0\" create --without-pip --python \"$1\" && \
        echo x >venv/lib/leftover.pyc && rm venv/lib/leftover.pyc && \
        \"$0\" create --force --without-pip --system-site-packages --python \"$1\" && \
        grep system venv/pyvenv.cfg && ls -A venv && \"$0\" log --verify --output text";
    let said = run(script).ended(0);
    assert!(said.out().contains("include-system-site-packages = true"), "{}", said.said());
    assert!(!said.out().contains(".git-pyenv-"), "{}", said.said());
}

/// The steps of a replacement in its place, and whether the old content is gone for good after them.
const REPLACEMENT_STEPS: [(&str, bool); 6] = [
    ("recorded", false),
    ("parts-condemned", true),
    ("deleted", true),
    ("entry-moved", true),
    ("all-but-settings-moved", true),
    ("filled", true),
];

#[test]
fn what_cannot_be_moved_is_replaced_in_its_place_also_after_a_kill() {
    for (step, is_gone) in REPLACEMENT_STEPS {
        let Some((sandbox, python)) = sandbox() else { return };
        let create = ["create", "--without-pip", "--python", &python];
        sandbox.pyenv(&create).ended(0);
        let inode = fs::metadata(sandbox.path("repo/venv")).expect("a directory").ino();
        let before = contents(&sandbox);
        let force = [&create[..], &["--force", "--system-site-packages"]].concat();
        let stop = format!("refuse:move-aside,kill:{step}");
        assert_eq!(sandbox.at("repo").with("PYENV_STOP_POINT", stop).pyenv(&force).status, None, "{step}");
        let ours = sandbox.git(&["status", "--porcelain", "-uall"]);
        assert_eq!(ours, "", "{step}");
        // Any command that changes something finishes what was begun.
        sandbox.pyenv(&["fix"]).ended(0);
        if !is_gone {
            assert!(contents(&sandbox) == before, "{step}");
        } else if step != "filled" {
            assert!(!sandbox.path("repo/venv/pyvenv.cfg").exists(), "{step}");
        }
        sandbox.pyenv(&["log", "--verify"]).ended(0);
        sandbox.at("repo").with("PYENV_STOP_POINT", "refuse:move-aside").pyenv(&force).ended(0);
        assert_made(&sandbox, step);
        let settings = sandbox.read("repo/venv/pyvenv.cfg");
        assert!(String::from_utf8_lossy(&settings).contains("site-packages = true"), "{step}");
        assert_eq!(fs::metadata(sandbox.path("repo/venv")).expect("a directory").ino(), inode, "{step}");
        sandbox.pyenv(&["log", "--verify"]).ended(0);
    }
}

#[test]
fn one_directory_may_have_two_paths() {
    let Some((sandbox, python)) = sandbox() else { return };
    let Some(unshare) = tool("unshare") else { return };
    sandbox.pyenv(&["create", "--without-pip", "--python", &python]).ended(0);
    sandbox.make_directory("other");
    let run = |script: &str| -> Finished {
        let words = ["--map-root-user", "--mount", "sh", "-c", script, env!("CARGO_BIN_EXE_git-pyenv")];
        sandbox.at("").run(&unshare, &words)
    };
    if run("mount --bind repo other").status != Some(0) {
        return skip("nothing can be mounted here");
    }
    let script = "mount --bind repo other && cd other && \"$0\" check --select PYE303 --output text && \
        line=$(\"$0\" activate --shell sh) && eval \"$line\" && python -c 'import sys; print(sys.prefix)'";
    let said = run(script).ended(0);
    assert!(said.out().ends_with(&format!("{}\n", sandbox.path("repo/venv").display())), "{}", said.said());
}
