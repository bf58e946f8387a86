//! Rules of this repository about itself: commit messages, and the actions of its workflows.

use std::path::Path;

use crate::support::repository::Sandbox;
use crate::support::sandbox::{Finished, tool};
use crate::support::source;

/// Runs `.ci/check-commits` in a directory of the sandbox; `None` without Python.
fn check_commits(sandbox: &Sandbox, directory: &str, arguments: &[&str]) -> Option<Finished> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/check-commits");
    let script = script.to_str().expect("a plain path");
    Some(sandbox.at(directory).run(tool("python3")?, &[&[script], arguments].concat()))
}

/// Makes an empty commit and returns its name.
fn commit(sandbox: &Sandbox, message: &str) -> String {
    sandbox.git(&["commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--message", message]);
    sandbox.git(&["rev-parse", "HEAD"])
}

#[test]
fn commit_messages_are_checked() {
    let sandbox = Sandbox::repository();
    let longest = format!("fs: {}", "é".repeat(68));
    let too_long = format!("fs: {}", "é".repeat(69));
    let cases = [
        ("create: stop at the first error", None),
        ("create, fix: share the lock\n\nBoth write the index.\n", None),
        ("link cache: reject entries with changed mode", None),
        ("ci: pin actions by commit\n", None),
        (longest.as_str(), None),
        (too_long.as_str(), Some("the subject has 73 characters")),
        ("Stop at the first error", Some("does not begin with an area")),
        ("Create: stop at the first error", Some("does not begin with an area")),
        ("create:stop at the first error", Some("does not begin with an area")),
        ("create:", Some("does not begin with an area")),
        (": stop at the first error", Some("does not begin with an area")),
        ("fixup! create: stop at the first error", Some("does not begin with an area")),
        ("create: stop at the first error.", Some("ends with a full stop")),
        ("create: stop at\nthe first error", Some("the second line is not blank")),
    ];
    for (message, problem) in cases {
        let name = commit(&sandbox, message);
        let range = format!("{name}^!");
        let Some(finished) = check_commits(&sandbox, "repo", &[&range]) else { return };
        match problem {
            None => assert_eq!(finished.ended(0).out(), "1 commit messages checked\n", "{message:?}"),
            Some(problem) => {
                let said = finished.ended(1).out();
                let expected = [&name[..12], problem];
                assert!(expected.iter().all(|text| said.contains(text)), "{message:?}: {said}");
            }
        }
    }
}

#[test]
fn commit_messages_before_the_rule_are_left_out() {
    let sandbox = Sandbox::repository();
    let old = commit(&sandbox, "Older than the rule");
    commit(&sandbox, "fs: newer than the rule");
    let Some(finished) = check_commits(&sandbox, "repo", &["--after", &old]) else { return };
    assert_eq!(finished.ended(0).out(), "1 commit messages checked\n");
    let all = check_commits(&sandbox, "repo", &[]).expect("Python").ended(1);
    assert!(all.out().contains("Older than the rule"), "{}", all.said());
    check_commits(&sandbox, "repo", &["nosuch"]).expect("Python").ended(2);
}

#[test]
fn merges_are_left_out_also_in_a_shallow_clone() {
    let sandbox = Sandbox::repository();
    commit(&sandbox, "fs: begin");
    sandbox.git(&["switch", "--quiet", "--create", "side"]);
    commit(&sandbox, "Not in the form");
    sandbox.git(&["switch", "--quiet", "main"]);
    let base = commit(&sandbox, "fs: go on");
    sandbox.git(&["merge", "--quiet", "--no-ff", "--message", "Merge branch 'side'", "side"]);
    let Some(finished) = check_commits(&sandbox, "repo", &["--after", &base]) else { return };
    let said = finished.ended(1).out();
    assert!(said.contains("Not in the form") && !said.contains("Merge branch"), "{said}");

    let origin = format!("file://{}", sandbox.path("repo").display());
    sandbox.git_in("", &["clone", "--quiet", "--depth=1", &origin, "shallow"]);
    let shallow =
        |arguments: &[&str]| check_commits(&sandbox, "shallow", arguments).expect("Python").ended(0);
    let said = shallow(&["--after", &base]).out();
    assert!(said.contains("not checked: this shallow clone does not reach"), "{said}");
    assert_eq!(shallow(&["HEAD"]).out(), "0 commit messages checked\n");
}

#[test]
fn actions_are_pinned_by_commit() {
    let workflow = source::read(".github/workflows/ci.yml");
    let used: Vec<&str> = workflow
        .lines()
        .filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("uses: "))
        .collect();
    assert!(!used.is_empty(), "no action is used");
    for action in used {
        let (_, pinned) = action.split_once('@').unwrap_or_default();
        let (commit, version) = pinned.split_once(" # v").unwrap_or_default();
        let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(is_commit && !version.is_empty(), "`{action}` has no commit with a version beside it");
    }
}
