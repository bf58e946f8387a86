//! What this program starts: `git` and Pythons by their absolute paths, with variables that change no answer.

use std::path::PathBuf;

use crate::support::environments::tracked_and_new;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{CHECK_OF_GIT, Place, tool};

/// Variables of git's manual, and some that it keeps for itself, with values that would change what git answers, where
/// it prints it, or what it runs. `FILE` and `PROGRAM` stand for paths.
const CHANGING: &[(&str, &str)] = &[
    ("GIT_LITERAL_PATHSPECS", "1"),
    ("GIT_GLOB_PATHSPECS", "1"),
    ("GIT_NOGLOB_PATHSPECS", "1"),
    ("GIT_ICASE_PATHSPECS", "1"),
    ("GIT_TRACE", "FILE"),
    ("GIT_TRACE_SETUP", "FILE"),
    ("GIT_TRACE_REFS", "FILE"),
    ("GIT_TRACE_A_LATER_ONE", "FILE"),
    ("GIT_TRACE2", "FILE"),
    ("GIT_TRACE2_EVENT", "FILE"),
    ("GIT_TRACE2_PERF", "FILE"),
    ("GIT_REDIRECT_STDOUT", "FILE"),
    ("GIT_CONFIG", "/nowhere"),
    ("GIT_ATTR_SOURCE", "nowhere"),
    ("GIT_DEFAULT_REF_FORMAT", "nonsense"),
    ("GIT_REFERENCE_BACKEND", "nonsense"),
    ("GIT_REF_PARANOIA", "0"),
    ("GIT_REPLACE_REF_BASE", "refs/heads/"),
    ("GIT_GRAFT_FILE", "/nowhere"),
    ("GIT_NAMESPACE", "other"),
    ("GIT_INTERNAL_SUPER_PREFIX", "other/"),
    ("GIT_INDEX_VERSION", "2"),
    ("GIT_TEST_SPLIT_INDEX", "1"),
    ("GIT_EXTERNAL_DIFF", "PROGRAM"),
    ("GIT_PAGER", "PROGRAM"),
    ("GIT_EDITOR", "PROGRAM"),
    ("GIT_ASKPASS", "PROGRAM"),
    ("GIT_SSH_COMMAND", "PROGRAM"),
    ("GIT_EXEC_PATH", "bait"),
    ("GIT_DIFF_OPTS", "-u0"),
    ("GIT_PRINT_SHA1_ELLIPSIS", "yes"),
    ("GIT_ADVICE", "0"),
    ("GIT_OPTIONAL_LOCKS", "1"),
    ("GIT_NO_LAZY_FETCH", "0"),
    ("GIT_ALLOW_PROTOCOL", "file"),
    ("GIT_TERMINAL_PROMPT", "1"),
    ("GIT_AUTHOR_NAME", "x"),
    ("LC_ALL", "de_DE.UTF-8"),
];

/// Variables that say which repository, configuration and objects the user means, with values that change nothing here.
const MEANT: &[(&str, &str)] = &[
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_CONFIG_SYSTEM", "/dev/null"),
    ("GIT_CONFIG_PARAMETERS", "'user.x=1'"),
    ("GIT_ATTR_NOSYSTEM", "1"),
    ("GIT_CEILING_DIRECTORIES", "/nowhere"),
    ("GIT_DISCOVERY_ACROSS_FILESYSTEM", "1"),
    ("GIT_DEFAULT_HASH", "sha1"),
    ("GIT_ALTERNATE_OBJECT_DIRECTORIES", "/nowhere"),
    ("GIT_EXEC_PATH", "/nowhere"),
    ("OF_THE_USER", "1"),
];

/// What the commands that read say, with git as the reader.
fn answers(place: &Place<'_>) -> Vec<String> {
    let place = place.clone().with("GIT_PYENV_READER", "plumbing");
    let commands: [&[&str]; 3] = [&CHECK_OF_GIT, &["fix", "--dry-run"], &["check", "--range", "HEAD"]];
    let said = |arguments: &&[&str]| {
        let finished = place.pyenv(&[*arguments, &["--output", "text"]].concat());
        let timed =
            finished.err().lines().chain(finished.out().lines()).map(without_time).collect::<Vec<_>>();
        format!("{:?} {}", finished.status, timed.join("\n"))
    };
    commands.iter().map(said).collect()
}

/// A line without the time that something took.
fn without_time(line: &str) -> String {
    line.split(" ms")
        .next()
        .unwrap_or(line)
        .trim_end_matches(|c: char| c.is_ascii_digit() || c == '.')
        .to_owned()
}

/// A program that leaves a mark when it is run.
fn bait(sandbox: &Sandbox, path: &str) {
    sandbox.write_program(path, format!("#!/bin/sh\ntouch '{}'\nexit 1\n", sandbox.path("ran").display()));
}

/// A value for `PATH`: the given entries before those that are inherited.
fn path_with(entries: &[&str]) -> String {
    let inherited = std::env::var("PATH").expect("a path");
    entries.iter().copied().chain([&*inherited]).collect::<Vec<_>>().join(":")
}

/// The variables of each git that was started, recorded by a program of that name first in `PATH`.
fn recorded(sandbox: &Sandbox, place: &Place<'_>, arguments: &[&str]) -> Vec<String> {
    let git = tool("git").expect("git");
    let record = sandbox.path("record");
    sandbox.write_program(
        "../first/git",
        format!("#!/bin/sh\nenv >> '{}'\nexec '{}' \"$@\"\n", record.display(), git.display()),
    );
    sandbox.overwrite(&record, b"");
    let first = sandbox.path("first").display().to_string();
    place.clone().with("PATH", path_with(&[&first])).pyenv(arguments);
    String::from_utf8(sandbox.read("record")).expect("text").lines().map(str::to_owned).collect()
}

/// The arguments of each git that is started, one line each.
fn started(sandbox: &Sandbox, arguments: &[&str]) -> Vec<String> {
    let git = tool("git").expect("git");
    let record = sandbox.path("started");
    sandbox.write_program(
        "../counting/git",
        format!("#!/bin/sh\necho \"$*\" >> '{}'\nexec '{}' \"$@\"\n", record.display(), git.display()),
    );
    sandbox.overwrite(&record, b"");
    let first = sandbox.path("counting").display().to_string();
    let place = sandbox.at("repo").with("GIT_PYENV_READER", "plumbing").with("PATH", path_with(&[&first]));
    place.pyenv(arguments);
    String::from_utf8(sandbox.read("started")).expect("text").lines().map(str::to_owned).collect()
}

#[test]
fn the_configuration_is_read_once() {
    let sandbox = tracked_and_new();
    let commands: [&[&str]; 6] = [
        &["check"],
        &["check", "--staged"],
        &["check", "--commit", "HEAD"],
        &["list"],
        &["hook", "status"],
        &["fix", "--dry-run"],
    ];
    for arguments in commands {
        // What is printed needs no settings then.
        let all = started(&sandbox, &[arguments, &["--output", "json"]].concat());
        let listed = all.iter().filter(|line| line.contains("config --list")).count();
        assert_eq!(listed, 1, "{arguments:?}: {all:#?}");
    }
}

#[test]
fn blobs_of_a_commit_are_read_together() {
    let sandbox = Sandbox::repository();
    let mut counts = Vec::new();
    for projects in [1, 5] {
        for number in 0..projects {
            let manifest = format!("[project]\nname = 'p{number}'\nversion = '1'\n");
            sandbox.write(format!("p{number}/pyproject.toml"), manifest);
            sandbox.write(
                format!("p{number}/pdm.lock"),
                format!("# {number}\n[metadata]\nlock_version = '4.5'\n"),
            );
            sandbox.write(format!("p{number}/requirements.txt"), format!("idna==3.{number}\n"));
        }
        sandbox.git(&["add", "--all"]);
        sandbox.git(&["commit", "--quiet", "--message", "projects"]);
        let all = started(&sandbox, &["check", "--commit", "HEAD"]);
        counts.push(all.iter().filter(|line| line.contains("cat-file")).count());
    }
    assert_eq!(counts[0], counts[1], "processes that read blobs of one project and of five");
    assert!(counts[0] > 0);
}

#[test]
fn what_changes_answers_does_not_reach_git() {
    let sandbox = tracked_and_new();
    bait(&sandbox, "bait/git");
    let file = sandbox.path("trace").display().to_string();
    let program = sandbox.path("repo/bait/git").display().to_string();
    let expected = answers(&sandbox.at("repo"));
    assert!(expected[0].starts_with("Some(1)"), "{expected:?}");
    for (name, value) in CHANGING {
        let value = value.replace("FILE", &file).replace("PROGRAM", &program);
        assert_eq!(answers(&sandbox.at("repo").with(name, &value)), expected, "{name}={value}");
    }
    assert!(!sandbox.path("trace").exists() && !sandbox.path("ran").exists());
}

#[test]
fn git_gets_what_the_user_means_and_nothing_else() {
    let sandbox = tracked_and_new();
    let mut place = sandbox.at("repo").with("GIT_PYENV_READER", "plumbing");
    for (name, value) in CHANGING.iter().chain(MEANT) {
        place = place.with(name, value);
    }
    let lines = recorded(&sandbox, &place, &["check"]);
    for (name, value) in MEANT {
        assert!(lines.contains(&format!("{name}={value}")), "{name}: {lines:#?}");
    }
    for (name, value) in
        CHANGING.iter().filter(|(name, _)| !matches!(*name, "GIT_INDEX_VERSION" | "GIT_EXEC_PATH"))
    {
        assert!(!lines.contains(&format!("{name}={value}")), "{name}: {lines:#?}");
    }
    for fixed in ["GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1", "LC_ALL=C"] {
        assert!(lines.contains(&fixed.to_owned()), "{fixed}: {lines:#?}");
    }
}

#[test]
fn no_program_of_the_repository_is_run() {
    let sandbox = tracked_and_new();
    for path in ["git", "python3", "python", "python3.12", "sub/git", "sub/python3", "bin/git", "bin/python3"]
    {
        bait(&sandbox, path);
    }
    sandbox.git(&["update-index", "--split-index"]);
    let own = sandbox.path("repo/bin").display().to_string();
    std::os::unix::fs::symlink(sandbox.path("repo/bin"), sandbox.path("leads-there")).expect("a link");
    let link = sandbox.path("leads-there").display().to_string();
    let commands: [&[&str]; 7] = [
        &["check"],
        &["check", "--commit", "HEAD"],
        &["list"],
        &["hook", "run", "pre-commit"],
        &["hook", "status"],
        &["fix", "--dry-run"],
        &["create", "--without-pip", "made"],
    ];
    for entry in ["", ".", "bin", "./bin", &own, &link] {
        for directory in ["repo", "repo/sub"] {
            for reader in ["", "plumbing"] {
                let place = sandbox.at(directory).with("PATH", path_with(&[entry]));
                let place = place.with("GIT_PYENV_READER", reader);
                for arguments in commands {
                    let finished = place.pyenv(arguments);
                    let ran = sandbox.path("ran").exists();
                    assert!(!ran, "{entry:?} in {directory}, {arguments:?}: {}", finished.said());
                }
                sandbox.remove("made");
                sandbox.remove("sub/made");
            }
        }
    }
}

#[test]
fn without_a_git_of_its_own_it_says_so() {
    let sandbox = tracked_and_new();
    bait(&sandbox, "bin/git");
    let own = sandbox.path("repo/bin").display().to_string();
    for path in ["", ":bin", &own, &format!("relative:{own}")] {
        let place = sandbox.at("repo").with("PATH", path).with("GIT_PYENV_READER", "plumbing");
        let refused = place.pyenv(&["check"]).ended(3);
        assert!(refused.said().contains("`git` is not on PATH"), "{}", refused.said());
        // Where libgit2 answers, no git is needed.
        sandbox.at("repo").with("PATH", path).pyenv(&["check", "--staged"]).ended(1);
    }
    assert!(!sandbox.path("ran").exists());
}

#[test]
fn programs_of_a_home_that_is_a_work_tree_are_the_users() {
    let sandbox = tracked_and_new();
    let git: PathBuf = tool("git").expect("git");
    sandbox.link("bin/git", git.as_os_str().as_encoded_bytes());
    let own = sandbox.path("repo/bin").display().to_string();
    let place = sandbox.at("repo").with("PATH", own).with("GIT_PYENV_READER", "plumbing");
    place.clone().pyenv(&CHECK_OF_GIT).ended(3);
    place.with("HOME", sandbox.path("repo")).pyenv(&CHECK_OF_GIT).ended(1);
}
