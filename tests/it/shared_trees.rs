//! A few trees that stand for any number of paths: the answer is that they were not looked at, and it does not take long.
#![cfg(unix)]

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use git_pyenv::git::{CommitRange, Reader};

use crate::hook_server::{answer, guarded_server};
use crate::support::repository::Sandbox;

const ERROR: &str = "error: the commits change more paths than can be looked at";

/// Writes a tree in which each of `width` directories has the same content, `depth` levels deep; the last has a file of
/// this name, or nothing. Returns its commit.
fn commit_shared(sandbox: &Sandbox, width: usize, depth: usize, name: Option<&str>) -> String {
    let ask = |input: String, arguments: &[&str]| {
        sandbox.at("repo").reading(input).git(arguments).ended(0).out().trim_end().to_owned()
    };
    let blob = ask("home = /usr/bin\n".to_owned(), &["hash-object", "-w", "--stdin"]);
    let file = name.map(|name| format!("100644 blob {blob}\t{name}\n"));
    let mut tree = ask(file.unwrap_or_default(), &["mktree"]);
    for _ in 0..depth {
        let mut entries = String::new();
        for number in 0..width {
            let _ = writeln!(entries, "040000 tree {tree}\td{number}");
        }
        tree = ask(entries, &["mktree"]);
    }
    let commit = ask(String::new(), &["commit-tree", "-p", "HEAD", "-m", "shared", &tree]);
    sandbox.git(&["update-ref", "refs/heads/shared", &commit]);
    commit
}

#[test]
fn what_is_too_much_is_not_looked_at_to_the_end() {
    let sandbox = Sandbox::repository();
    sandbox.commit("README", "hello\n");
    for name in [Some("pyvenv.cfg"), Some("README"), None] {
        // No program would come to an end of 16^16 paths.
        let commit = commit_shared(&sandbox, 16, 16, name);
        for reader in ["libgit2", "plumbing"] {
            let repository = sandbox.open("repo", &[("GIT_PYENV_READER", reader)]).expect(reader);
            let include = repository.resolve(&commit).expect("git works").into_iter().collect();
            let range = CommitRange { include, exclude: Vec::new() };
            let lists = [repository.history(&range).expect("a history").commits];
            let received = AtomicUsize::new(0);
            let receive = |_, changes: Vec<_>| {
                received.fetch_add(changes.len(), Ordering::Relaxed);
                true
            };
            assert!(!repository.changes(&lists, 5_000, &receive).expect("changes"), "{reader} {name:?}");
            let received = received.into_inner();
            assert!(
                received <= 5_000 && (received > 1_000 || name.is_none()),
                "{reader} {name:?} {received}"
            );
            let enough = |_, _: Vec<_>| false;
            assert!(name.is_none() || !repository.changes(&lists, u64::MAX, &enough).expect("changes"));
        }
    }
}

#[test]
fn too_many_environments_are_no_answer() {
    let sandbox = Sandbox::repository();
    sandbox.commit("README", "hello\n");
    commit_shared(&sandbox, 16, 16, Some("pyvenv.cfg"));
    let answers = ["libgit2", "plumbing"].map(|reader| {
        let place = sandbox.at("repo").with("GIT_PYENV_READER", reader);
        place.pyenv(&["check", "--output", "text", "--range", "shared"]).ended(3).err()
    });
    assert!(answers[0].starts_with(ERROR), "{}", answers[0]);
    assert_eq!(answers[0], answers[1]);
    // As long as there are not too many, each is found.
    commit_shared(&sandbox, 3, 3, Some("pyvenv.cfg"));
    let found = sandbox.at("repo").pyenv(&["check", "--output", "json", "--range", "HEAD..shared"]).ended(1);
    assert_eq!(found.json()["findings"].as_array().map(Vec::len), Some(27), "{}", found.said());
}

#[test]
fn a_server_refuses_too_many_environments() {
    let sandbox = guarded_server();
    commit_shared(&sandbox, 16, 16, Some("pyvenv.cfg"));
    let refused = sandbox.at("repo").with_binary().git(&["push", "origin", "shared"]).ended(1);
    let lines = answer(&refused);
    assert!(lines.iter().any(|line| line.contains(ERROR)), "{}", refused.said());
}
