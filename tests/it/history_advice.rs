//! What is said about an environment in commits works as printed: the commands are run, word for word, then git
//! publishes nothing of the environment, and it is still on disk.
#![cfg(unix)]

use crate::fix::plain_environment;
use crate::hook::{git, guarded};
use crate::support::repository::Sandbox;
use crate::support::sandbox::Finished;

/// One situation in which a push is stopped.
struct Situation {
    name: &'static str,
    /// Makes the commits, without any hook.
    make: fn(&Sandbox),
    /// What is pushed.
    push: &'static [&'static str],
    /// What is pushed after the advice was followed.
    again: &'static [&'static str],
    /// A file of the environment that stays on disk; empty if another branch is checked out.
    kept: &'static str,
}

const fn situation(name: &'static str, make: fn(&Sandbox)) -> Situation {
    Situation { name, make, push: &["main"], again: &["main"], kept: "venv/pyvenv.cfg" }
}

/// Commits everything, also what is ignored.
fn commit_all(sandbox: &Sandbox, message: &str) {
    sandbox.git(&["add", "--all", "--force"]);
    sandbox.git(&["commit", "--quiet", "--no-verify", "--message", message]);
}

/// Commits an environment together with something else.
fn environment(sandbox: &Sandbox) {
    plain_environment(sandbox, "venv");
    sandbox.write("module.py", "print(1)\n");
    commit_all(sandbox, "environment");
}

/// Commits an environment that only the content of its settings shows.
fn proof_by_content(sandbox: &Sandbox) {
    sandbox.write("box/lib/python3.12/site-packages/six.py", "x = 1\n");
    sandbox.write("box/pyvenv.cfg", "home = /usr/bin\nversion = 3.12.1\n");
    commit_all(sandbox, "environment");
}

fn work(sandbox: &Sandbox, file: &str) {
    sandbox.write(file, "print(2)\n");
    sandbox.git(&["add", file]);
    sandbox.git(&["commit", "--quiet", "--no-verify", "--message", file]);
}

/// Untracks and ignores the environment as `fix` does.
fn fix(sandbox: &Sandbox) {
    sandbox.at("repo").pyenv(&["fix", "--output", "text"]).ended(0);
}

fn untrack(sandbox: &Sandbox) {
    fix(sandbox);
    sandbox.git(&["commit", "--quiet", "--no-verify", "--message", "untrack"]);
}

/// Merges a branch that is made by `other` into `main`.
fn merge(sandbox: &Sandbox, other: fn(&Sandbox)) {
    sandbox.git(&["checkout", "--quiet", "-b", "side", "main~1"]);
    other(sandbox);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.git(&["merge", "--quiet", "--no-edit", "--no-verify", "side"]);
}

const SITUATIONS: &[Situation] = &[
    situation("only in the last commit", environment),
    situation("in the last commit, which has nothing else, and ignored", |sandbox| {
        sandbox.write(".gitignore", "/venv\n");
        commit_all(sandbox, "ignore");
        plain_environment(sandbox, "venv");
        commit_all(sandbox, "environment");
    }),
    situation("in the last commit, fixed and not committed", |sandbox| {
        environment(sandbox);
        fix(sandbox);
    }),
    situation("still tracked at the tip", |sandbox| {
        environment(sandbox);
        work(sandbox, "later.py");
    }),
    situation("fixed and not committed", |sandbox| {
        environment(sandbox);
        work(sandbox, "later.py");
        fix(sandbox);
    }),
    situation("untracked by a later commit", |sandbox| {
        environment(sandbox);
        untrack(sandbox);
        work(sandbox, "later.py");
    }),
    situation("changed by later commits", |sandbox| {
        environment(sandbox);
        sandbox.write("venv/pyvenv.cfg", "home = /usr/bin\nversion = 3.12.2\n");
        commit_all(sandbox, "newer");
        sandbox.write("venv/bin/tool", "#!/bin/sh\n");
        commit_all(sandbox, "more");
    }),
    situation("a merge in between", |sandbox| {
        environment(sandbox);
        work(sandbox, "later.py");
        merge(sandbox, |sandbox| work(sandbox, "side.py"));
        work(sandbox, "last.py");
    }),
    Situation {
        kept: "",
        ..situation("a merge brings it, and a later commit removes it", |sandbox| {
            work(sandbox, "main.py");
            merge(sandbox, environment);
            sandbox.git(&["rm", "-r", "--quiet", "venv"]);
            sandbox.git(&["commit", "--quiet", "--no-verify", "--message", "gone"]);
        })
    },
    situation("a merge brings it", |sandbox| {
        work(sandbox, "main.py");
        merge(sandbox, environment);
    }),
    Situation {
        push: &["main", "side", "light", "annotated"],
        again: &["main", "side", "light", "annotated"],
        ..situation("branches and tags", |sandbox| {
            environment(sandbox);
            sandbox.git(&["tag", "light"]);
            sandbox.git(&["branch", "side"]);
            work(sandbox, "later.py");
            sandbox.git(&["tag", "--annotate", "--message", "it", "annotated"]);
            work(sandbox, "last.py");
        })
    },
    Situation {
        push: &["main", "light"],
        again: &["main", "light"],
        ..situation("a branch and a tag of the last commit", |sandbox| {
            environment(sandbox);
            sandbox.git(&["tag", "light"]);
        })
    },
    Situation {
        push: &["HEAD:refs/heads/new"],
        again: &["HEAD:refs/heads/new"],
        ..situation("detached", |sandbox| {
            sandbox.git(&["checkout", "--quiet", "--detach"]);
            environment(sandbox);
            work(sandbox, "later.py");
        })
    },
    Situation {
        push: &["side"],
        again: &["side"],
        kept: "",
        ..situation("another branch than the one that is checked out", |sandbox| {
            sandbox.git(&["checkout", "--quiet", "-b", "side"]);
            environment(sandbox);
            sandbox.git(&["checkout", "--quiet", "main"]);
        })
    },
    Situation {
        push: &["main:refs/heads/new", "main~1^{commit}:refs/heads/other"],
        again: &["main:refs/heads/new", "git-pyenv-fixed:refs/heads/other"],
        ..situation("a commit without a name", |sandbox| {
            environment(sandbox);
            work(sandbox, "later.py");
        })
    },
    Situation {
        kept: "it's my env/pyvenv.cfg",
        ..situation("a name with a quote, and files of the project beside it", |sandbox| {
            plain_environment(sandbox, "it's my env");
            sandbox.write("it's my env/notes.md", "ours\n");
            commit_all(sandbox, "environment");
            work(sandbox, "later.py");
        })
    },
    situation("two, one of them gone from the disk", |sandbox| {
        plain_environment(sandbox, "other");
        environment(sandbox);
        sandbox.git(&["rm", "-r", "--quiet", "other"]);
        sandbox.git(&["commit", "--quiet", "--no-verify", "--message", "gone"]);
    }),
    Situation {
        kept: "box/pyvenv.cfg",
        ..situation("its proof replaced by a later commit", |sandbox| {
            proof_by_content(sandbox);
            sandbox.write("box/pyvenv.cfg", "");
            commit_all(sandbox, "nothing");
        })
    },
    Situation {
        kept: "box",
        ..situation("a file of its name at the tip", |sandbox| {
            proof_by_content(sandbox);
            sandbox.git(&["rm", "-r", "--quiet", "box"]);
            sandbox.write("box", "ours\n");
            commit_all(sandbox, "file");
            work(sandbox, "later.py");
        })
    },
    Situation {
        kept: ".venv",
        ..situation("a link", |sandbox| {
            sandbox.link(".venv", "/home/someone/.virtualenvs/project");
            commit_all(sandbox, "link");
            work(sandbox, "later.py");
        })
    },
];

/// The command that the last indented line is.
fn advice(stopped: &Finished) -> String {
    let line = stopped.err().lines().rev().find(|line| line.starts_with("  ")).map(str::to_owned);
    line.unwrap_or_else(|| panic!("no command: {}", stopped.said())).trim().to_owned()
}

fn push(sandbox: &Sandbox, what: &[&str]) -> Finished {
    git(sandbox, &[&["push", "origin"], what].concat())
}

/// Runs what is printed and pushes again.
fn assert_helps(name: &str, sandbox: &Sandbox, pushed: &[&str], again: &[&str]) {
    let stopped = push(sandbox, pushed);
    assert_eq!(stopped.status, Some(1), "{name}: {}", stopped.said());
    let command = advice(&stopped);
    let followed = sandbox.at("repo").with_binary().run("sh", &["-c", &command]);
    assert_eq!(followed.status, Some(0), "{name}: `{command}`: {}", followed.said());
    let passed = push(sandbox, again);
    assert_eq!(passed.status, Some(0), "{name}: after `{command}`: {}", passed.said());
    let objects = sandbox.git_in("remote.git", &["rev-list", "--objects", "--all"]);
    for part in ["pyvenv.cfg", "activate", ".venv"] {
        assert!(!objects.contains(part), "{name}: after `{command}` the remote has {part}: {objects}");
    }
    assert_eq!(sandbox.git(&["status", "--porcelain", "--untracked-files=no"]), "", "{name}: `{command}`");
}

#[test]
fn the_advice_of_a_push_works_as_printed() {
    for Situation { name, make, push, again, kept } in SITUATIONS {
        let sandbox = guarded();
        sandbox.git_in("", &["init", "--quiet", "--bare", "remote.git"]);
        sandbox.git(&["remote", "add", "origin", "../remote.git"]);
        git(&sandbox, &["push", "--quiet", "origin", "main"]).ended(0);
        make(&sandbox);
        assert_helps(name, &sandbox, push, again);
        if !kept.is_empty() {
            let file = sandbox.path("repo").join(kept);
            assert!(file.symlink_metadata().is_ok(), "{name}: {kept} is gone from the disk");
        }
    }
}

#[test]
fn the_first_commit_can_be_changed_too() {
    let sandbox = Sandbox::repository();
    environment(&sandbox);
    work(&sandbox, "later.py");
    crate::hook::install(&sandbox);
    sandbox.git_in("", &["init", "--quiet", "--bare", "remote.git"]);
    sandbox.git(&["remote", "add", "origin", "../remote.git"]);
    assert_helps("root", &sandbox, &["main"], &["main"]);
    assert!(sandbox.path("repo/venv/pyvenv.cfg").is_file());
}

/// The command of the first finding.
fn fix_of(sandbox: &Sandbox, arguments: &[&str]) -> Option<String> {
    let answer =
        sandbox.at("repo").pyenv(&[&["check", "--output", "json"], arguments].concat()).ended(1).json();
    answer["findings"][0]["fix"]["command"].as_str().map(str::to_owned)
}

#[test]
fn the_advice_of_a_check_of_commits_takes_the_environment_out_of_them() {
    for untracked in [false, true] {
        for arguments in [["--range", "HEAD~2..HEAD"], ["--range", "HEAD~2.."], ["--commit", "HEAD~1"]] {
            let sandbox = Sandbox::repository();
            sandbox.commit("README", "hello\n");
            environment(&sandbox);
            if untracked {
                untrack(&sandbox)
            } else {
                work(&sandbox, "later.py")
            }
            let command = fix_of(&sandbox, &arguments).expect("a command");
            sandbox.at("repo").with_binary().run("sh", &["-c", &command]).ended(0);
            sandbox.at("repo").pyenv(&["check", "--range", "HEAD"]).ended(0);
            assert!(sandbox.path("repo/venv/pyvenv.cfg").is_file(), "{arguments:?}");
        }
    }
}

#[test]
fn the_advice_for_the_last_commit_and_for_a_branch_works() {
    let sandbox = Sandbox::repository();
    sandbox.commit("README", "hello\n");
    environment(&sandbox);
    sandbox.git(&["branch", "side"]);
    let command = fix_of(&sandbox, &["--commit", "HEAD"]).expect("a command");
    assert_eq!(command, "git pyenv fix venv && git commit --amend --no-edit --allow-empty");
    sandbox.at("repo").with_binary().run("sh", &["-c", &command]).ended(0);
    sandbox.at("repo").pyenv(&["check", "--commit", "HEAD"]).ended(0);
    let command = fix_of(&sandbox, &["--range", "main..side"]).expect("a command");
    sandbox.at("repo").with_binary().run("sh", &["-c", &command]).ended(0);
    sandbox.at("repo").pyenv(&["check", "--range", "main..side"]).ended(0);
}

#[test]
fn without_a_work_tree_nothing_is_said_of_one() {
    let sandbox = Sandbox::repository();
    sandbox.commit("README", "hello\n");
    environment(&sandbox);
    sandbox.at("").git_ok(&["clone", "--quiet", "--bare", "repo", "bare"]);
    let bare = sandbox.at("bare").with_binary();
    let said = bare.pyenv(&["check", "--commit", "HEAD", "--output", "text"]).ended(1).out();
    assert!(said.contains("(rewrites the commits from ") && said.contains(" on)"), "{said}");
    let answer = bare.json(&["check", "--commit", "HEAD"]);
    let command = answer["findings"][0]["fix"]["command"].as_str().expect("a command");
    bare.run("sh", &["-c", command]).ended(0);
    bare.pyenv(&["check", "--range", "HEAD"]).ended(0);
}

#[test]
fn one_command_takes_several_environments_out_of_a_range() {
    let sandbox = Sandbox::repository();
    sandbox.commit("README", "hello\n");
    for name in ["one", "two"] {
        plain_environment(&sandbox, name);
        commit_all(&sandbox, name);
    }
    let command = fix_of(&sandbox, &["--range", "HEAD~2.."]).expect("a command");
    sandbox.at("repo").with_binary().run("sh", &["-c", &command]).ended(0);
    sandbox.at("repo").pyenv(&["check", "--range", "HEAD"]).ended(0);
    // A bare repository has no work tree to keep files in.
    let sandbox = Sandbox::repository();
    environment(&sandbox);
    work(&sandbox, "later.py");
    sandbox.git_in("", &["clone", "--quiet", "--bare", "repo", "bare.git"]);
    let bare = sandbox.at("bare.git").with_binary();
    let answer = bare.pyenv(&["check", "--output", "json", "--range", "HEAD"]).ended(1).json();
    let command = answer["findings"][0]["fix"]["command"].as_str().expect("a command");
    bare.run("sh", &["-c", command]).ended(0);
    bare.pyenv(&["check", "--range", "HEAD"]).ended(0);
}

#[test]
fn commits_that_a_remote_has_need_a_force_push() {
    let sandbox = Sandbox::repository();
    sandbox.commit("README", "hello\n");
    environment(&sandbox);
    work(&sandbox, "later.py");
    let said =
        || sandbox.at("repo").pyenv(&["check", "--output", "text", "--range", "HEAD~2.."]).ended(1).out();
    assert!(!said().contains("force push"), "{}", said());
    sandbox.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    assert!(said().contains("needs a force push"), "{}", said());
}

#[test]
fn a_file_that_took_the_name_of_an_environment_stays_in_git() {
    let sandbox = guarded();
    proof_by_content(&sandbox);
    sandbox.git(&["rm", "-r", "--quiet", "box"]);
    sandbox.write("box", "ours\n");
    commit_all(&sandbox, "file");
    let command = fix_of(&sandbox, &["--range", "HEAD~2..HEAD"]).expect("a command");
    sandbox.at("repo").with_binary().run("sh", &["-c", &command]).ended(0);
    assert_eq!(sandbox.git(&["ls-tree", "-r", "--name-only", "HEAD", "box"]), "box", "`{command}`");
    sandbox.at("repo").pyenv(&["check", "--range", "HEAD~2..HEAD"]).ended(0);
}

#[test]
fn no_command_cuts_the_history_of_a_shallow_clone() {
    let sandbox = guarded();
    environment(&sandbox);
    work(&sandbox, "later.py");
    let source = format!("file://{}", sandbox.path("repo").display());
    sandbox.git_in("", &["clone", "--quiet", "--depth", "2", &source, "shallow"]);
    let check = ["check", "--range", "HEAD", "--output", "text"];
    let found = sandbox.at("shallow").pyenv(&check).ended(1);
    assert!(!found.out().contains("filter-branch"), "{}", found.said());
}

#[test]
fn commits_of_a_remote_that_were_merged_stay_as_they_are() {
    let sandbox = guarded();
    sandbox.git_in("", &["init", "--quiet", "--bare", "remote.git"]);
    sandbox.git(&["remote", "add", "origin", "../remote.git"]);
    git(&sandbox, &["push", "--quiet", "origin", "main"]).ended(0);
    environment(&sandbox);
    sandbox.git(&["checkout", "--quiet", "-b", "side", "main~1"]);
    work(&sandbox, "side.py");
    // As a signature does, a header that git does not know gets lost when a commit is written again.
    let signed = sandbox.git(&["cat-file", "commit", "HEAD"]).replacen("\n\n", "\nkept yes\n\n", 1) + "\n";
    let signed = sandbox.at("repo").reading(signed).git_ok(&["hash-object", "-t", "commit", "-w", "--stdin"]);
    git(&sandbox, &["push", "--quiet", "origin", &format!("{signed}:refs/heads/side")]).ended(0);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.git(&["merge", "--quiet", "--no-edit", "--no-verify", &signed]);
    assert_helps("merged", &sandbox, &["main"], &["main"]);
    sandbox.git(&["merge-base", "--is-ancestor", &signed, "main"]);
}
