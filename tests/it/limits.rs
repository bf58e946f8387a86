//! Where the system refuses threads, memory, descriptors or disk space, commands end with an error, not with a signal.

use crate::support::environments::tracked_and_new;
use crate::support::pythons::python;
use crate::support::sandbox::{Finished, Place};
use crate::support::users::alone;

/// Commands, each with the exit status that it has without limits.
const COMMANDS: [(&[&str], i32); 5] = [
    (&["check", "--exit-zero"], 0),
    (&["check", "--staged"], 1),
    (&["list"], 0),
    (&["fix", "--dry-run"], 0),
    (&["hook", "run", "pre-commit"], 1),
];

const PROGRAM: &str = env!("CARGO_BIN_EXE_git-pyenv");

/// Runs a program with an option of the shell's `ulimit`.
fn limited(place: &Place<'_>, limit: &str, arguments: &[&str]) -> Finished {
    let script = format!("ulimit -c 0 && ulimit {limit} && exec \"$0\" \"$@\"");
    place.run("sh", &[&["-c", &script, PROGRAM], arguments].concat())
}

/// Asserts that a command has its usual exit status, or one that says that it failed.
fn assert_ended(finished: &Finished, usual: i32, what: &str) {
    let fine = finished.status.is_some_and(|status| status == usual || status == 2 || status == 3);
    assert!(fine, "{what}: {}", finished.said());
}

#[test]
fn few_descriptors() {
    let sandbox = tracked_and_new();
    for count in 4..20 {
        for (arguments, usual) in COMMANDS {
            let limit = format!("-n {count}");
            if limited(&sandbox.at("repo"), &limit, &["--version"]).status == Some(0) {
                let finished = limited(&sandbox.at("repo"), &limit, arguments);
                assert_ended(&finished, usual, &format!("{count}, {arguments:?}"));
            }
        }
    }
}

#[test]
fn little_memory() {
    let sandbox = tracked_and_new();
    for megabytes in (10..80).step_by(5) {
        let limit = format!("-v {}", megabytes * 1024);
        if limited(&sandbox.at("repo"), &limit, &["--version"]).status != Some(0) {
            continue;
        }
        for (arguments, usual) in COMMANDS {
            let finished = limited(&sandbox.at("repo"), &limit, arguments);
            assert_ended(&finished, usual, &format!("{megabytes} MB, {arguments:?}"));
        }
    }
}

#[test]
fn no_room_for_a_file() {
    let sandbox = tracked_and_new();
    for blocks in ["0", "1"] {
        for (arguments, usual) in COMMANDS {
            let finished = limited(&sandbox.at("repo"), &format!("-f {blocks}"), arguments);
            assert_ended(&finished, usual, &format!("{blocks}, {arguments:?}"));
        }
    }
    let before = sandbox.git(&["status", "--porcelain"]);
    let refused = limited(&sandbox.at("repo"), "-f 0", &["fix", "--output", "text"]).ended(2);
    // Where the signal is ignored, git sees the error itself.
    let causes = ["cause: a signal ended it", "cause: unable to write loose object file"];
    assert!(causes.iter().any(|cause| refused.err().contains(cause)), "{}", refused.said());
    assert_eq!(sandbox.git(&["status", "--porcelain"]), before);
    let Some(python) = python("3.12") else { return };
    let python = python.display().to_string();
    let refused = limited(&sandbox.at("repo"), "-f 0", &["create", "made", "--python", &python]);
    assert_eq!(refused.status, Some(2), "{}", refused.said());
    assert_eq!(sandbox.git(&["status", "--porcelain"]), before);
}

/// Limits on processes do not hold for the superuser, who becomes a user without any.
#[test]
fn no_more_threads() {
    let sandbox = tracked_and_new();
    let Some(user) = alone(&sandbox, "022") else { return };
    for count in 1..8 {
        // The option has another name in dash.
        let limit = format!("{{ ulimit -u {count} 2>/dev/null || ulimit -p {count}; }}");
        let script = format!("ulimit -c 0 && {limit} && exec \"$0\" \"$@\"");
        for (arguments, usual) in COMMANDS {
            let finished = user.run("repo", "sh", &[&["-c", &script, user.binary()], arguments].concat());
            assert_ended(&finished, usual, &format!("{count}, {arguments:?}"));
        }
    }
}
