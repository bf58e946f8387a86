//! Histories that are walked once for all references: both adapters say the same, and what the walk leaves out cannot
//! contain an environment.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Mutex;

use git_pyenv::git::{CommitRange, Reader, Repository};
use git_pyenv::tree::{EntryKind, ObjectId, PlaceSet};

use crate::support::environments::venv;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Finished, Place};

/// A history with merges in which files and directories take each other's names, as `git fast-import` reads it. There
/// are more commits than one thread looks at.
fn tangled(commits: usize) -> String {
    // Any numbers that are the same in every run: Numerical Recipes' linear congruential generator.
    let mut state: u32 = 1;
    let mut next = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as usize % below
    };
    let names = ["a", "a.b", "a-b", "d/a", "d/e/f", "d/e.f", "x/y/z", "x/y"];
    let mut text = String::new();
    for commit in 1..=commits {
        let parent = if commit < 4 { None } else { Some(commit - 1 - next(3)) };
        let other = (commit > 8 && next(4) == 0).then(|| commit - 4 - next(4));
        let (name, mode) = (names[next(names.len())], ["100644", "100755", "120000"][next(3)]);
        let branch = if parent.is_none() { format!("root{commit}") } else { format!("b{}", commit % 5) };
        let _ = write!(text, "commit refs/heads/{branch}\nmark :{commit}\n");
        let _ = write!(text, "committer t <t@example.com> {} +0000\ndata 2\nc\n", 1_700_000_000 + commit);
        let from = parent.map(|parent| format!("from :{parent}\n"));
        let merge = other.filter(|it| Some(*it) != parent).map(|other| format!("merge :{other}\n"));
        text.extend(from.into_iter().chain(merge));
        let content = format!("{}", next(6));
        let _ = write!(text, "D {name}\nM {mode} inline {name}\ndata {}\n{content}\n\n", content.len());
    }
    text
}

fn tangled_repository() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.at("repo").reading(tangled(900)).git_ok(&["fast-import", "--quiet", "--force"]);
    sandbox
}

/// The repository as each adapter reads it.
fn adapters(sandbox: &Sandbox) -> [Repository<'static>; 2] {
    ["libgit2", "plumbing"].map(|name| sandbox.open("repo", &[("GIT_PYENV_READER", name)]).expect(name))
}

fn range(repository: &Repository<'_>, exclude: &[&str]) -> CommitRange {
    let commit = |name: &&str| repository.resolve(name).expect("git works").expect("a commit");
    let include = repository.tips("refs/heads/").expect("references");
    CommitRange { include, exclude: exclude.iter().map(commit).collect() }
}

#[test]
fn both_adapters_see_the_same_changes_of_a_tangled_history() {
    let sandbox = tangled_repository();
    let answers = adapters(&sandbox).map(|repository| {
        [&[][..], &["b1~20", "b3~5"]].map(|exclude| {
            let range = range(&repository, exclude);
            let history = repository.history(&range).expect("a history");
            let parents: BTreeSet<(ObjectId, Vec<ObjectId>)> =
                history.commits.iter().map(|commit| (commit.id, commit.parents.clone())).collect();
            assert_eq!(parents.len(), history.commits.len());
            let lists = history.split(&range.include);
            assert_eq!(lists.iter().map(Vec::len).sum::<usize>(), parents.len());
            let changes = Mutex::new(BTreeSet::new());
            let receive = |list, found: Vec<_>| {
                changes.lock().expect("no thread failed").extend(
                    found
                        .into_iter()
                        .map(|it: git_pyenv::git::Change| (list, it.path, it.kind.is_file(), it.id)),
                );
                true
            };
            assert!(repository.changes(&lists, u64::MAX, &receive).expect("changes"));
            let places: PlaceSet = ["d/e", "x/y/z"].into_iter().collect();
            let narrowed: BTreeSet<String> = lists
                .iter()
                .flat_map(|list| repository.introduced(list, Some(&places)).expect("what is brought in"))
                .map(|brought| format!("{brought:?}"))
                .collect();
            let changes = changes.into_inner().expect("no thread failed");
            let inside = |path: &[u8]| path.starts_with(b"d/e/") || path == b"x/y/z";
            assert!(changes.iter().any(|change| inside(&change.1)) && !narrowed.is_empty());
            assert!(narrowed.iter().all(|it| it.contains("d/e/f") || it.contains("x/y/z")), "{narrowed:?}");
            (parents, changes, narrowed)
        })
    });
    assert_eq!(answers[0], answers[1]);
}

/// What git itself says that commits change: commit, path, and what is there then.
fn changes_of_git(sandbox: &Sandbox, commits: &str) -> BTreeSet<String> {
    let arguments =
        ["diff-tree", "--stdin", "--root", "-r", "-c", "--raw", "-z", "--no-renames", "--no-abbrev"];
    let output = sandbox.at("repo").reading(commits).git(&arguments).ended(0).out();
    let (mut found, mut commit, mut rest) = (BTreeSet::new(), String::new(), output.split('\0'));
    while let Some(record) = rest.next() {
        let parents = record.bytes().take_while(|byte| *byte == b':').count();
        let fields: Vec<&str> = record[parents..].split(' ').collect();
        match (parents, rest.clone().next()) {
            (0, _) if record.is_empty() => {}
            (0, _) => record.clone_into(&mut commit),
            (_, path) => {
                let there = (fields[parents] != "000000").then(|| (fields[parents], fields[2 * parents + 1]));
                found.insert(format!("{commit} {} {there:?}", path.expect("a path")));
                rest.next();
            }
        }
    }
    found
}

#[test]
fn git_sees_the_same_changes() {
    let sandbox = tangled_repository();
    let commits = sandbox.git(&["rev-list", "--all", "--topo-order", "--reverse"]);
    let expected = changes_of_git(&sandbox, &(commits + "\n"));
    assert!(expected.iter().any(|it| it.ends_with("None")) && expected.len() > 500, "{}", expected.len());
    for repository in adapters(&sandbox) {
        let history = repository.history(&range(&repository, &[])).expect("a history");
        let introduced = repository.introduced(&history.commits, None).expect("what is brought in");
        let found = introduced.iter().map(|it| {
            let (path, id) = (it.entry.path.seen_from_root(), it.entry.id.expect("an id").to_string());
            let mode = match it.entry.kind {
                EntryKind::Executable => "100755",
                EntryKind::Link => "120000",
                _ => "100644",
            };
            let there = (!it.is_deleted).then_some((mode, id.as_str()));
            format!("{} {path} {there:?}", it.commit)
        });
        let found: BTreeSet<String> = found.collect();
        let differences: Vec<_> = found.symmetric_difference(&expected).take(9).collect();
        assert!(differences.is_empty(), "{differences:#?}");
    }
}

/// The hook of a push of references to a remote that has what `origin/main` says.
fn push(place: Place<'_>, references: &[(&str, &str)]) -> Finished {
    let line = |(name, commit): &(&str, &str)| format!("{name} {commit} {name} {}\n", "0".repeat(40));
    let lines: String = references.iter().map(line).collect();
    place.reading(lines).pyenv(&["hook", "run", "pre-push", "--", "origin", "../remote.git"])
}

/// Answers of both adapters, with the same text.
fn both(sandbox: &Sandbox, references: &[(&str, &str)]) -> Finished {
    let [first, second] = ["libgit2", "plumbing"]
        .map(|reader| push(sandbox.at("repo").with("GIT_PYENV_READER", reader), references));
    assert_eq!((first.status, first.err()), (second.status, second.err()));
    first
}

/// A repository with an environment that a remote has already.
fn with_published_environment() -> Sandbox {
    let sandbox = Sandbox::repository();
    venv(12).under("tools/env").write(&sandbox);
    sandbox.git(&["add", "--force", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "environment"]);
    sandbox.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    sandbox
}

#[test]
fn a_change_of_a_file_without_a_typical_name_is_seen_in_a_published_environment() {
    let sandbox = with_published_environment();
    let clean = sandbox.commit("tools/bin/tool", "#!/bin/sh\n");
    both(&sandbox, &[("refs/heads/main", &clean)]).ended(0);
    let changed = sandbox.commit("tools/env/bin/own-tool", "#!/bin/sh\n");
    let blocked = both(&sandbox, &[("refs/heads/main", &changed)]).ended(1);
    assert!(blocked.err().contains("`tools/env`"), "{}", blocked.said());
    assert!(blocked.err().contains(&format!("in commit {}", &changed[..10])), "{}", blocked.said());
}

#[cfg(unix)]
#[test]
fn a_link_to_a_published_environment_is_seen() {
    let sandbox = with_published_environment();
    sandbox.link("current", "tools/env");
    sandbox.git(&["add", "--force", "current"]);
    sandbox.git(&["commit", "--quiet", "--message", "link"]);
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let blocked = both(&sandbox, &[("refs/heads/main", &head)]).ended(1);
    assert!(blocked.err().contains("symlink `current` to an environment"), "{}", blocked.said());
}

#[test]
fn each_reference_is_looked_at_with_what_only_it_publishes() {
    let sandbox = Sandbox::repository();
    let first = sandbox.commit("README", "hello\n");
    let mut tags = vec![("refs/tags/v0".to_owned(), first)];
    for version in 1..40 {
        tags.push((format!("refs/tags/v{version}"), sandbox.commit("README", &format!("{version}\n"))));
    }
    let pushed = |tags: &[(String, String)]| {
        let borrowed: Vec<(&str, &str)> = tags.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        both(&sandbox, &borrowed)
    };
    pushed(&tags).ended(0);
    // Only a tag beside the branch has the environment, and a later tag no longer.
    sandbox.git(&["checkout", "--quiet", "--detach", "HEAD~20"]);
    venv(12).under("venv").write(&sandbox);
    sandbox.git(&["add", "--force", "venv"]);
    sandbox.git(&["commit", "--quiet", "--message", "environment"]);
    let environment = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.git(&["rm", "-r", "--quiet", "--cached", "venv"]);
    sandbox.git(&["commit", "--quiet", "--message", "gone"]);
    tags.push(("refs/tags/gone".to_owned(), sandbox.git(&["rev-parse", "HEAD"])));
    let blocked = pushed(&tags).ended(1);
    assert!(blocked.err().contains(&format!("in commit {}", &environment[..10])), "{}", blocked.said());
}

/// A repository that its remote has, and what makes a directory an environment only by its content.
fn with_plain_commit() -> (Sandbox, &'static str) {
    let sandbox = Sandbox::repository();
    sandbox.commit("README", "hello\n");
    sandbox.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    sandbox.commit("box/lib/python3.12/site-packages/six.py", "x = 1\n");
    (sandbox, "home = /usr/bin\nversion = 3.12.1\n")
}

#[test]
fn a_later_commit_that_replaces_the_proof_hides_no_environment() {
    let (sandbox, settings) = with_plain_commit();
    let environment = sandbox.commit("box/pyvenv.cfg", settings);
    for later in ["", "no settings\n"] {
        let head = sandbox.commit("box/pyvenv.cfg", later);
        let blocked = both(&sandbox, &[("refs/heads/main", &head)]).ended(1);
        assert!(blocked.err().contains("`box`"), "{}", blocked.said());
    }
    // What the remote has does not come back.
    sandbox.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    let head = sandbox.commit("box/pyvenv.cfg", "still none\n");
    both(&sandbox, &[("refs/heads/main", &head)]).ended(0);
    assert_ne!(head, environment);
}

#[test]
fn a_proof_that_comes_back_is_the_one_that_counts() {
    let (sandbox, settings) = with_plain_commit();
    for text in ["no settings\n", settings, "none again\n", settings] {
        sandbox.commit("box/pyvenv.cfg", text);
    }
    let head = sandbox.commit("box/lib/python3.12/site-packages/seven.py", "x = 2\n");
    let blocked = both(&sandbox, &[("refs/heads/main", &head)]).ended(1);
    assert!(blocked.err().contains("`box`"), "{}", blocked.said());
}

#[test]
fn a_merge_that_keeps_the_older_side_keeps_its_environment() {
    let (sandbox, settings) = with_plain_commit();
    let base = sandbox.git(&["rev-parse", "HEAD"]);
    let one = sandbox.commit("box/pyvenv.cfg", settings);
    sandbox.git(&["checkout", "--quiet", "--detach", &base]);
    let other = sandbox.commit("box/pyvenv.cfg", "no settings\n");
    for (ours, theirs) in [(&one, &other), (&other, &one)] {
        sandbox.git(&["checkout", "--quiet", "--detach", ours]);
        sandbox.git(&["merge", "--quiet", "--strategy", "ours", "--no-edit", theirs]);
        let head = sandbox.git(&["rev-parse", "HEAD"]);
        let blocked = both(&sandbox, &[("refs/heads/main", &head)]).ended(1);
        assert!(blocked.err().contains("`box`"), "{}", blocked.said());
    }
}

#[test]
fn a_tag_of_a_file_is_let_through_and_one_of_a_directory_is_not() {
    let sandbox = Sandbox::repository();
    sandbox.commit("keys/public", "key\n");
    let tag = |name: &str, of: &str| {
        sandbox.git(&["tag", "--annotate", "--message", "it", name, of]);
        sandbox.git(&["rev-parse", name])
    };
    let files = [
        sandbox.git(&["rev-parse", "HEAD:keys/public"]),
        tag("key", "HEAD:keys/public"),
        tag("again", "key"),
    ];
    for file in &files {
        both(&sandbox, &[("refs/tags/key", file)]).ended(0);
    }
    for directory in [sandbox.git(&["rev-parse", "HEAD:keys"]), tag("keys", "HEAD:keys")] {
        let unclear =
            both(&sandbox, &[("refs/tags/keys", &directory), ("refs/tags/key", &files[1])]).ended(3);
        assert!(unclear.err().contains("a directory instead of a commit"), "{}", unclear.said());
    }
}
