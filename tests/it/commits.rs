//! Real commits through the hooks: whatever way a commit is made, an environment stops it and a clean one goes
//! through.

use crate::support::environments as env;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{FORMATS, Finished, Place};

/// One way to make a commit.
struct Way {
    name: &'static str,
    /// Has a first commit, with `tracked.txt`, `src/` and a branch `side` that changes `side.txt`.
    started: bool,
    /// Prepares; then the tree is written into `directory` and the commit is made there.
    prepare: fn(&Sandbox),
    /// The directory of the work tree, in the sandbox.
    directory: &'static str,
    /// Makes the commit, with whatever was written into the work tree.
    commit: fn(&Place<'_>) -> Finished,
}

const fn way(name: &'static str, commit: fn(&Place<'_>) -> Finished) -> Way {
    Way { name, started: true, prepare: |_| {}, directory: "repo", commit }
}

/// Stages everything, also what ignore files inside of environments hide.
fn add(place: &Place<'_>) {
    place.git_ok(&["add", "--force", "--all"]);
}

/// The options that name repository and work tree from anywhere.
const FROM_OUTSIDE: [&str; 2] = ["--git-dir=../repo/.git", "--work-tree=../repo"];

const WAYS: &[Way] = &[
    way("plain", |place| {
        add(place);
        place.git(&["commit", "--message", "x"])
    }),
    way("-a, of what was announced", |place| {
        place.git_ok(&["add", "--force", "--intent-to-add", "."]);
        place.git(&["commit", "-a", "--message", "x"])
    }),
    way("--only", |place| {
        place.git_ok(&["add", "--force", "--intent-to-add", "."]);
        place.git(&["commit", "--message", "x", "--only", "--", "work"])
    }),
    way("--include", |place| {
        place.git_ok(&["add", "--force", "--intent-to-add", "."]);
        place.git(&["commit", "--message", "x", "--include", "--", "work"])
    }),
    way("from a subdirectory", |place| {
        add(place);
        place.git(&["-C", "src", "commit", "--message", "x"])
    }),
    Way {
        prepare: |sandbox| drop(sandbox.git(&["worktree", "add", "--quiet", "-b", "other", "../linked"])),
        directory: "linked",
        ..way("linked worktree", |place| {
            add(place);
            place.git(&["commit", "--message", "x"])
        })
    },
    way("--git-dir and --work-tree", |place| {
        add(place);
        let place = place.clone().elsewhere("home");
        place.git(&[FROM_OUTSIDE.as_slice(), &["commit", "--message", "x"]].concat())
    }),
    Way {
        started: false,
        ..way("the first commit", |place| {
            add(place);
            place.git(&["commit", "--message", "x"])
        })
    },
    way("amend", |place| {
        add(place);
        place.git(&["commit", "--amend", "--message", "x"])
    }),
    way("merge", |place| {
        // What is merged is on the other branch, committed there without hooks.
        place.git_ok(&["checkout", "--quiet", "side"]);
        add(place);
        place.git_ok(&["commit", "--quiet", "--no-verify", "--message", "side"]);
        place.git_ok(&["checkout", "--quiet", "main"]);
        place.git(&["merge", "--no-ff", "--message", "x", "side"])
    }),
    way("merge with a conflict", |place| {
        place.git_ok(&["checkout", "--quiet", "side"]);
        add(place);
        place.git_ok(&["commit", "--quiet", "--no-verify", "--message", "side"]);
        place.git_ok(&["checkout", "--quiet", "main"]);
        place.run("sh", &["-c", "echo ours >side.txt"]).ended(0);
        place.git_ok(&["add", "side.txt"]);
        place.git_ok(&["commit", "--quiet", "--no-verify", "--message", "ours"]);
        place.git(&["merge", "--quiet", "side"]).ended(1);
        place.git_ok(&["add", "side.txt"]);
        place.git(&["commit", "--message", "x"])
    }),
    way("rebase, stopped to edit", |place| {
        place.git_ok(&["checkout", "--quiet", "side"]);
        let edit = place.clone().with("GIT_SEQUENCE_EDITOR", "sed -i.bak -e 's/^pick/edit/'");
        // The new files are not yet known to git, so they do not stand in its way.
        edit.git_ok(&["rebase", "--quiet", "--interactive", "--no-ff", "main"]);
        add(place);
        place.git(&["commit", "--amend", "--message", "x"])
    }),
    way("cherry-pick, continued", |place| {
        place.run("sh", &["-c", "echo ours >side.txt"]).ended(0);
        place.git_ok(&["add", "side.txt"]);
        place.git_ok(&["commit", "--quiet", "--no-verify", "--message", "ours"]);
        place.git(&["cherry-pick", "side"]).ended(1);
        add(place);
        place.git(&["commit", "--message", "x"])
    }),
];

/// Puts the gate into the hooks of `repo`.
fn install(sandbox: &Sandbox) {
    for hook in ["pre-commit", "pre-merge-commit"] {
        let script = "#!/bin/sh\nexec git-pyenv check --staged --output text >&2\n";
        sandbox.write_program(format!(".git/hooks/{hook}"), script);
    }
}

fn start(format: &[&str], way: &Way) -> Option<Sandbox> {
    let sandbox = Sandbox::with_repository(format)?;
    sandbox.write("src/app.py", "print(1)\n");
    sandbox.write("tracked.txt", "1\n");
    if way.started {
        sandbox.git(&["add", "--all"]);
        sandbox.git(&["commit", "--quiet", "--message", "first"]);
        sandbox.git(&["checkout", "--quiet", "-b", "side"]);
        sandbox.commit("side.txt", "theirs\n");
        sandbox.git(&["checkout", "--quiet", "main"]);
    }
    install(&sandbox);
    Some(sandbox)
}

/// What `HEAD` of a directory is; empty before the first commit.
fn head(sandbox: &Sandbox, directory: &str) -> String {
    sandbox.at(directory).git(&["rev-parse", "--quiet", "--verify", "HEAD"]).out()
}

/// The paths of the commit at `HEAD`.
fn committed(sandbox: &Sandbox, directory: &str) -> String {
    sandbox.at(directory).git(&["ls-tree", "-r", "--name-only", "HEAD"]).out()
}

fn assert_format(format: &[&str]) {
    for way in WAYS {
        let name = format!("{} ({})", way.name, format.join(" "));
        let Some(sandbox) = start(format, way) else { return };
        (way.prepare)(&sandbox);
        env::venv(12).under("work/py").write_to(&sandbox, way.directory);
        let finished = (way.commit)(&sandbox.at(way.directory).with_binary());
        assert_ne!(finished.status, Some(0), "{name}: an environment went through: {}", finished.said());
        assert!(finished.err().contains("`work/py`"), "{name}: {}", finished.said());
        assert!(!committed(&sandbox, way.directory).contains("pyvenv.cfg"), "{name}: {}", finished.said());

        let Some(sandbox) = start(format, way) else { return };
        (way.prepare)(&sandbox);
        env::project().under("work/app").write_to(&sandbox, way.directory);
        let before = head(&sandbox, way.directory);
        let finished = (way.commit)(&sandbox.at(way.directory).with_binary());
        assert_eq!(finished.status, Some(0), "{name}: a clean commit is stopped: {}", finished.said());
        assert_ne!(head(&sandbox, way.directory), before, "{name}");
        assert!(committed(&sandbox, way.directory).contains("work/app/README.md"), "{name}");
    }
}

#[test]
fn sha1_with_files() {
    assert_format(FORMATS[0]);
}

#[test]
fn sha1_with_reftable() {
    assert_format(FORMATS[1]);
}

#[test]
fn sha256_with_files() {
    assert_format(FORMATS[2]);
}

#[test]
fn sha256_with_reftable() {
    assert_format(FORMATS[3]);
}
