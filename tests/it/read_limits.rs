//! Files on the disk that are larger than any of their kind, or no files at all: they are an error or could not be
//! determined, cost no memory, and are never taken for empty.
#![cfg(unix)]

use std::fs::{self, File};
use std::process::Command;

use crate::fix::plain_environment;
use crate::support::pythons::a_python;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Finished, tool};

/// Larger than what any file below may have, and than the memory that a run may have.
const SIZE: u64 = 3 * 1024 * 1024 * 1024;
/// The memory that a run may have, in bytes.
const MEMORY: &str = "--as=1000000000";

/// What takes the place of a file.
const KINDS: [&str; 4] = ["large", "fifo", "device", "directory"];

fn make(sandbox: &Sandbox, path: &str, kind: &str) {
    let place = sandbox.path("repo").join(path);
    sandbox.write(path, "");
    match kind {
        "large" => File::create(&place).and_then(|file| file.set_len(SIZE)).expect("a sparse file"),
        "fifo" => {
            fs::remove_file(&place).expect("a file");
            assert!(Command::new("mkfifo").arg(&place).status().expect("mkfifo").success());
        }
        "device" => {
            fs::remove_file(&place).expect("a file");
            std::os::unix::fs::symlink("/dev/zero", &place).expect("a link");
        }
        _ => {
            fs::remove_file(&place).expect("a file");
            fs::create_dir(&place).expect("a directory");
        }
    }
}

/// Runs the binary under test with a limit of memory and of time.
fn limited(sandbox: &Sandbox, arguments: &[&str]) -> Option<Finished> {
    let (prlimit, timeout) = (tool("prlimit")?, tool("timeout")?);
    let (prlimit, binary) = (prlimit.to_str()?.to_owned(), env!("CARGO_BIN_EXE_git-pyenv"));
    let words = [&["60", &prlimit, MEMORY, "--", binary], arguments].concat();
    Some(sandbox.at("repo").run(timeout, &words))
}

#[test]
fn settings_that_cannot_be_read_are_an_error_that_says_why() {
    for file in ["pyproject.toml", "tools/python-env.json"] {
        for kind in KINDS {
            let sandbox = Sandbox::repository();
            make(&sandbox, file, kind);
            for command in ["config", "check", "list", "activate", "create"] {
                let Some(failed) = limited(&sandbox, &[command]) else { return };
                let when = format!("{file}, {kind}, {command}: {}", failed.said());
                assert!(matches!(failed.status, Some(2 | 3)), "{when}");
                assert!(failed.err().contains(file), "{when}");
                if kind == "large" {
                    assert!(
                        failed.err().contains("it has 3,221,225,472 bytes; the limit is 4,194,304"),
                        "{when}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_requested_version_that_cannot_be_read_is_no_default() {
    let Some(python) = a_python() else { return };
    for kind in KINDS {
        let sandbox = Sandbox::repository();
        make(&sandbox, ".python-version", kind);
        let Some(failed) = limited(&sandbox, &["create", "--dry-run"]) else { return };
        assert!(matches!(failed.status, Some(2 | 3)), "{kind}: {}", failed.said());
        assert!(failed.err().contains(".python-version"), "{kind}: {}", failed.said());
        let python = python.to_str().expect("a plain path");
        limited(&sandbox, &["create", "--dry-run", "--python", python]).expect("as before").ended(0);
    }
}

#[test]
fn a_manifest_that_cannot_be_read_is_not_taken_for_an_empty_one() {
    for kind in ["large", "fifo", "device"] {
        let sandbox = Sandbox::repository();
        make(&sandbox, "requirements.txt", kind);
        let Some(checked) = limited(&sandbox, &["check", "--require-env"]) else { return };
        assert_eq!(checked.status, Some(3), "{kind}: {}", checked.said());
        assert!(checked.out().contains("requirements.txt"), "{kind}: {}", checked.said());
    }
}

#[test]
fn an_ignore_file_that_cannot_be_read_is_not_replaced() {
    // Git itself waits for the other end of a FIFO.
    for kind in ["large", "device"] {
        let sandbox = Sandbox::repository();
        plain_environment(&sandbox, "venv");
        sandbox.git(&["add", "venv"]);
        make(&sandbox, ".gitignore", kind);
        let before = fs::symlink_metadata(sandbox.path("repo/.gitignore")).expect("metadata");
        let Some(failed) = limited(&sandbox, &["fix", "venv"]) else { return };
        assert!(matches!(failed.status, Some(2 | 3)), "{kind}: {}", failed.said());
        let after = fs::symlink_metadata(sandbox.path("repo/.gitignore")).expect("metadata");
        assert_eq!((before.file_type(), before.len()), (after.file_type(), after.len()), "{kind}");
    }
}

#[test]
fn hooks_and_configurations_that_cannot_be_read_are_undecided() {
    for file in [".git/hooks/pre-commit", ".pre-commit-config.yaml"] {
        for kind in ["large", "fifo", "device"] {
            let sandbox = Sandbox::repository();
            make(&sandbox, file, kind);
            let Some(status) = limited(&sandbox, &["hook", "status"]) else { return };
            assert!(matches!(status.status, Some(2 | 3)), "{file}, {kind}: {}", status.said());
        }
    }
}

#[test]
fn records_of_the_program_that_cannot_be_read_stop_what_needs_them() {
    let Some(python) = a_python() else { return };
    let python = python.to_str().expect("a plain path");
    for kind in KINDS {
        let sandbox = Sandbox::repository();
        let create = ["create", "--without-pip", "--python", python, "--env", "made"];
        sandbox.pyenv(&create).ended(0);
        make(&sandbox, ".git/pyenv/audit-log.jsonl", kind);
        let Some(failed) = limited(&sandbox, &[&create[..], &["--force"]].concat()) else { return };
        assert_eq!(failed.status, Some(2), "{kind}: {}", failed.said());
        assert!(failed.err().contains("audit-log.jsonl"), "{kind}: {}", failed.said());
        assert!(sandbox.path("repo/made/pyvenv.cfg").exists(), "{kind}");
    }
}

#[test]
fn an_environment_whose_settings_cannot_be_read_is_not_called_fine() {
    for kind in ["large", "fifo"] {
        let sandbox = Sandbox::repository();
        sandbox.write(".gitignore", "venv\n");
        plain_environment(&sandbox, "venv");
        sandbox.write_program("venv/bin/python", "");
        fs::remove_file(sandbox.path("repo/venv/pyvenv.cfg")).expect("a file");
        make(&sandbox, "venv/pyvenv.cfg", kind);
        let Some(listed) = limited(&sandbox, &["list"]) else { return };
        for environment in listed.json()["environments"].as_array().expect("a list") {
            assert_ne!(environment["health"]["status"], "ok", "{kind}: {}", listed.said());
        }
        let checked = limited(&sandbox, &["check"]).expect("as before");
        assert_ne!(checked.status, Some(0), "{kind}: {}", checked.said());
    }
}
