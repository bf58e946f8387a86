//! Which repository is read: the one that git works in, or none where git stops.

use std::os::unix::fs::chown;

use crate::support::environments::venv;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Finished, Place, skip};

/// Both adapters together, and each alone.
const READERS: [&str; 3] = ["", "plumbing", "libgit2"];

/// A repository in which an environment is committed, with a directory `in`.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::repository();
    venv(12).under("venv").write(&sandbox);
    sandbox.git(&["add", "--force", "venv"]);
    sandbox.commit("in/file", "x\n");
    sandbox
}

fn check(place: &Place<'_>, reader: &str) -> Finished {
    place.clone().with("GIT_PYENV_READER", reader).pyenv(&["check", "--staged", "--output", "json"])
}

/// Asserts that every adapter reads the outer repository, or if it is alone says that it cannot.
fn assert_outer(sandbox: &Sandbox, place: &Place<'_>, what: &str) {
    assert_eq!(
        place.git_ok(&["rev-parse", "--show-toplevel"]),
        sandbox.path("repo").display().to_string(),
        "{what}"
    );
    for reader in READERS {
        let finished = check(place, reader);
        if reader == "libgit2" && finished.status == Some(3) {
            continue;
        }
        let answer = finished.json();
        assert_eq!(
            answer["repository"]["worktree"],
            sandbox.path("repo").display().to_string(),
            "{what}, {reader}"
        );
        assert_eq!(finished.status, Some(0), "{what}, {reader}: {}", finished.said());
        assert_eq!(answer["findings"][0]["path"], "venv", "{what}, {reader}");
    }
}

#[test]
fn what_git_does_not_accept_as_a_repository_hides_nothing() {
    let sandbox = sandbox();
    let heads: [Option<&str>; 6] =
        [None, Some(""), Some("\0\0\0\0"), Some("ref: heads/main\n"), Some("ref:"), Some("abc\n")];
    for head in heads {
        for missing in ["", "objects", "refs"] {
            for place in ["in/.git", "in"] {
                for part in ["objects", "refs"].iter().filter(|part| **part != missing) {
                    sandbox.make_directory(&format!("repo/{place}/{part}"));
                }
                if let Some(head) = head {
                    sandbox.write(format!("{place}/HEAD"), head);
                }
                assert_outer(
                    &sandbox,
                    &sandbox.at("repo/in"),
                    &format!("{place} {head:?} without {missing:?}"),
                );
                for part in ["HEAD", "objects", "refs", ".git"] {
                    sandbox.remove(&format!("in/{part}"));
                }
            }
        }
    }
    // Complete but for its objects or references.
    for missing in ["objects", "refs"] {
        sandbox.git_in("repo/in", &["init", "--quiet"]);
        sandbox.remove(&format!("in/.git/{missing}"));
        assert_outer(&sandbox, &sandbox.at("repo/in"), missing);
        sandbox.remove("in/.git");
    }
}

#[test]
fn where_git_stops_nothing_is_read() {
    let sandbox = sandbox();
    let dead = sandbox.path("gone").display().to_string();
    let torn = sandbox.path("repo/torn").display().to_string();
    sandbox.make_directory("repo/torn/objects");
    sandbox.make_directory("repo/torn/refs");
    sandbox.write("torn/HEAD", "");
    for content in
        [&*format!("gitdir: {dead}\n"), &*format!("gitdir: {torn}\n"), "gitdir: ", "nonsense\n", ""]
    {
        sandbox.write("in/.git", content);
        let place = sandbox.at("repo/in");
        assert_ne!(place.git(&["rev-parse", "--git-dir"]).status, Some(0), "{content:?}");
        for reader in READERS {
            let finished = check(&place, reader);
            assert!(matches!(finished.status, Some(2 | 3)), "{content:?}, {reader}: {}", finished.said());
        }
    }
    for torn in ["torn", "in"] {
        let place = sandbox.at("repo").with("GIT_DIR", torn);
        for reader in READERS {
            let finished = check(&place, reader);
            assert!(matches!(finished.status, Some(2 | 3)), "{torn}, {reader}: {}", finished.said());
        }
    }
}

#[test]
fn a_repository_of_another_user_is_gits_decision() {
    let sandbox = sandbox();
    let other = 12_345;
    let given =
        ["repo", "repo/.git"].iter().try_for_each(|path| chown(sandbox.path(path), Some(other), None));
    if let Err(error) = given {
        return skip(&format!("a directory cannot be given to another user: {error}"));
    }
    let place = sandbox.at("repo");
    assert_ne!(place.git(&["rev-parse", "--git-dir"]).status, Some(0));
    for reader in READERS {
        let refused = check(&place, reader);
        assert_eq!(refused.status, Some(3), "{reader}: {}", refused.said());
    }
    let refused = place.pyenv(&["check", "--output", "text"]).ended(3);
    assert!(refused.said().contains("dubious ownership"), "{}", refused.said());
    assert!(refused.said().contains("git config --global --add safe.directory"), "{}", refused.said());
    let trusted = place.with("GIT_CONFIG_COUNT", "1").with("GIT_CONFIG_KEY_0", "safe.directory");
    let trusted = trusted.with("GIT_CONFIG_VALUE_0", sandbox.path("repo"));
    for reader in ["", "plumbing"] {
        let answer = check(&trusted, reader).json();
        assert_eq!(answer["findings"][0]["path"], "venv", "{reader}: {answer:#}");
    }
}

#[test]
fn repositories_below_are_found_from_their_own_directories() {
    let sandbox = sandbox();
    sandbox.git_in("repo/in", &["init", "--quiet", "--initial-branch=main"]);
    sandbox.make_directory("repo/in/deep/er");
    for directory in ["repo/in", "repo/in/deep/er"] {
        for reader in READERS {
            let answer = check(&sandbox.at(directory), reader).json();
            let expected = sandbox.path("repo/in").display().to_string();
            assert_eq!(answer["repository"]["worktree"], expected, "{directory}, {reader}");
        }
    }
}
