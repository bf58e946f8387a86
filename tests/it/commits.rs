//! Real commits through the installed hooks: whatever way a commit is made, an environment stops it with a few
//! lines, the last of which is a command that helps, and a clean one goes through.
#![cfg(unix)]

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
    /// Makes it once more, after it was stopped and everything was put right.
    again: &'static [&'static str],
}

const fn way(name: &'static str, commit: fn(&Place<'_>) -> Finished) -> Way {
    Way {
        name,
        started: true,
        prepare: |_| {},
        directory: "repo",
        commit,
        again: &["commit", "--message", "x"],
    }
}

/// Puts a stopped amendment right.
const AMEND: &[&str] = &["commit", "--amend", "--message", "x"];

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
    way("-a", |place| {
        add(place);
        place.run("sh", &["-c", "echo 2 >tracked.txt"]).ended(0);
        place.git(&["commit", "-a", "--message", "x"])
    }),
    way("--only", |place| {
        add(place);
        place.run("sh", &["-c", "echo 2 >tracked.txt"]).ended(0);
        place.git(&["commit", "--message", "x", "--only", "--", "work"])
    }),
    way("--include", |place| {
        add(place);
        place.run("sh", &["-c", "echo 2 >tracked.txt"]).ended(0);
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
    Way {
        again: AMEND,
        ..way("amend", |place| {
            add(place);
            place.git(AMEND)
        })
    },
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
    Way {
        again: AMEND,
        ..way("rebase, stopped to edit", |place| {
            place.git_ok(&["checkout", "--quiet", "side"]);
            let edit = place.clone().with("GIT_SEQUENCE_EDITOR", "sed -i.bak -e 's/^pick/edit/'");
            // The new files are not yet known to git, so they do not stand in its way.
            edit.git_ok(&["rebase", "--quiet", "--interactive", "--no-ff", "main"]);
            add(place);
            place.git(AMEND)
        })
    },
    way("cherry-pick, continued", |place| {
        place.run("sh", &["-c", "echo ours >side.txt"]).ended(0);
        place.git_ok(&["add", "side.txt"]);
        place.git_ok(&["commit", "--quiet", "--no-verify", "--message", "ours"]);
        place.git(&["cherry-pick", "side"]).ended(1);
        add(place);
        place.git(&["commit", "--message", "x"])
    }),
];

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
    crate::hook::install(&sandbox);
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

/// An environment is stopped; the last line that is said puts it right.
fn assert_stopped(name: &str, sandbox: &Sandbox, way: &Way) {
    (way.prepare)(sandbox);
    env::venv(12).under("work/py").write_to(sandbox, way.directory);
    let place = sandbox.at(way.directory).with_binary();
    let stopped = (way.commit)(&place);
    assert_ne!(stopped.status, Some(0), "{name}: an environment went through: {}", stopped.said());
    assert!(stopped.err().contains("work/py`"), "{name}: {}", stopped.said());
    assert!(!committed(sandbox, way.directory).contains("pyvenv.cfg"), "{name}: {}", stopped.said());
    assert!(stopped.err().lines().count() <= 20, "{name}: {}", stopped.said());
    let last = stopped.err().lines().rev().find(|line| line.contains("git pyenv fix")).map(str::to_owned);
    let command = last.unwrap_or_else(|| panic!("{name}: no command: {}", stopped.said()));
    // As git does, it names paths as seen from the directory that git was told to work in.
    let told = if command.contains("../work") { place.clone().elsewhere("repo/src") } else { place.clone() };
    told.run("sh", &["-c", command.trim()]).ended(0);
    place.git_ok(&["add", "--all"]);
    let again = place.git(way.again);
    assert_eq!(again.status, Some(0), "{name}: after `{}`: {}", command.trim(), again.said());
    let paths = committed(sandbox, way.directory);
    assert!(!paths.contains("work/py") && paths.contains(".gitignore"), "{name}: {paths}");
    let kept = sandbox.path(way.directory).join("work/py/pyvenv.cfg");
    assert!(kept.is_file(), "{name}: the environment is gone from the disk");
}

/// A project goes through.
fn assert_passed(name: &str, sandbox: &Sandbox, way: &Way) {
    (way.prepare)(sandbox);
    env::project().under("work/app").write_to(sandbox, way.directory);
    let before = head(sandbox, way.directory);
    let finished = (way.commit)(&sandbox.at(way.directory).with_binary());
    assert_eq!(finished.status, Some(0), "{name}: a clean commit is stopped: {}", finished.said());
    assert_ne!(head(sandbox, way.directory), before, "{name}");
    assert!(committed(sandbox, way.directory).contains("work/app/README.md"), "{name}");
}

fn assert_format(format: &[&str]) {
    for way in WAYS {
        let name = format!("{} ({})", way.name, format.join(" "));
        let Some(sandbox) = start(format, way) else { return };
        assert_stopped(&name, &sandbox, way);
        let Some(sandbox) = start(format, way) else { return };
        assert_passed(&name, &sandbox, way);
    }
}

#[test]
fn what_was_announced_and_is_committed_with_everything_is_stopped() {
    for options in [["-a"].as_slice(), &["--only", "--", "work"], &["--include", "--", "work"]] {
        let sandbox = Sandbox::repository();
        sandbox.commit("src/app.py", "print(1)\n");
        crate::hook::install(&sandbox);
        env::venv(12).under("work/py").write(&sandbox);
        sandbox.git(&["add", "--force", "--intent-to-add", "work"]);
        let place = sandbox.at("repo").with_binary();
        let stopped = place.git(&[&["commit", "--message", "x"], options].concat());
        assert_eq!(stopped.status, Some(1), "{options:?}: {}", stopped.said());
        assert!(stopped.err().contains("work/py`"), "{options:?}: {}", stopped.said());
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
