//! The hooks of a repository that receives pushes, at work in real pushes.
#![cfg(unix)]

use crate::hook::{commit_environment, git, stage_environment};
use crate::support::environments::venv;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Finished, Place};

/// The formats of repositories that a server may have.
const FORMATS: [&[&str]; 3] = [&[], &["--object-format=sha256"], &["--ref-format=reftable"]];

/// A repository with a commit in it, and the bare one that it pushes to.
fn with_server(options: &[&str]) -> Option<Sandbox> {
    let sandbox = Sandbox::with_repository(options)?;
    sandbox.git_in("", &[&["init", "--quiet", "--bare"], options, &["server.git"]].concat());
    sandbox.git(&["remote", "add", "origin", "../server.git"]);
    sandbox.commit("README", "hello\n");
    sandbox.git(&["push", "--quiet", "origin", "main"]);
    Some(sandbox)
}

/// The same with the hook that `hook install` installs in a bare repository.
pub(crate) fn guarded_server() -> Sandbox {
    let sandbox = with_server(&[]).expect("git can init");
    hook(&sandbox, &["install"]).ended(0);
    sandbox
}

fn server(sandbox: &Sandbox) -> Place<'_> {
    sandbox.at("server.git").with_binary()
}

fn hook(sandbox: &Sandbox, arguments: &[&str]) -> Finished {
    server(sandbox).git(&[&["pyenv", "hook"], arguments, &["--output", "text"]].concat())
}

/// All references of the server.
fn references(sandbox: &Sandbox) -> String {
    sandbox.git_in("server.git", &["for-each-ref", "--format=%(refname) %(objectname)"])
}

/// What the server said, without the mark that git puts before each line.
pub(crate) fn answer(push: &Finished) -> Vec<String> {
    let lines = push.err();
    let lines = lines.lines().filter_map(|line| line.strip_prefix("remote: "));
    lines.map(|line| line.trim_end().to_owned()).collect()
}

/// Runs the command at the end of the server's answer in the clone, and pushes again.
#[track_caller]
fn do_as_told(sandbox: &Sandbox, push: &Finished, again: &[&str]) {
    let command = answer(push).into_iter().rfind(|line| !line.is_empty()).expect("a command");
    assert!(!command.contains("git pyenv") && !command.contains("git-pyenv "), "{command}");
    let done = sandbox.at("repo").without_binary().run("sh", &["-euc", command.trim()]);
    assert_eq!(done.status, Some(0), "{command}\n{}", done.said());
    git(sandbox, again).ended(0);
}

#[test]
fn a_bare_repository_guards_what_is_pushed_to_it() {
    let sandbox = with_server(&[]).expect("git can init");
    let before = crate::hook_install::state(&sandbox.path("server.git"));
    let none = hook(&sandbox, &["status"]).ended(1);
    assert!(none.out().starts_with("pre-receive: not installed\ngit "), "{}", none.said());
    hook(&sandbox, &["install"]).ended(0);
    let status = hook(&sandbox, &["status"]).ended(0);
    assert_eq!(status.out().matches(": will run").count(), 1, "{}", status.said());
    assert!(status.out().starts_with("pre-receive: will run"), "{}", status.said());
    assert!(sandbox.path("server.git/hooks/pre-receive").exists());
    assert!(!sandbox.path("server.git/hooks/pre-commit").exists());
    // It may also be pushed from.
    hook(&sandbox, &["install", "pre-push"]).ended(0);
    let status = hook(&sandbox, &["status"]).ended(0);
    assert!(status.out().starts_with("pre-push: will run"), "{}", status.said());
    hook(&sandbox, &["uninstall"]).ended(0);
    assert_eq!(crate::hook_install::state(&sandbox.path("server.git")), before);
}

#[test]
fn where_git_never_runs_a_hook_nobody_says_that_it_will() {
    let sandbox = guarded_server();
    let refused = hook(&sandbox, &["install", "pre-commit"]).ended(2);
    assert!(refused.err().contains("git runs no pre-commit hook in a bare repository"), "{}", refused.said());
    let script = sandbox.read_any(concat!(env!("CARGO_MANIFEST_DIR"), "/hooks/pre-commit").as_ref());
    sandbox.write_program("../server.git/hooks/pre-commit", script);
    let status = hook(&sandbox, &["status"]).ended(1);
    assert!(status.out().contains("pre-commit: will not run"), "{}", status.said());
    assert!(!status.out().contains("to install missing hooks"), "{}", status.said());
    // In its linked work trees git does.
    sandbox.git_in("server.git", &["worktree", "add", "--quiet", "../linked", "main"]);
    let status = hook(&sandbox, &["status"]).ended(1);
    assert!(status.out().contains("pre-commit: will run"), "{}", status.said());
    hook(&sandbox, &["install"]).ended(0);
    assert_eq!(hook(&sandbox, &["status"]).ended(0).out().matches(": will run").count(), 4);
    let linked = sandbox.at("linked").with_binary().git(&["pyenv", "hook", "status", "--output", "text"]);
    assert_eq!(linked.ended(0).out().matches(": will run").count(), 4);
}

#[test]
fn a_push_with_an_environment_is_refused_in_every_format() {
    for format in FORMATS {
        let Some(sandbox) = with_server(format) else { continue };
        hook(&sandbox, &["install"]).ended(0);
        sandbox.commit("module.py", "");
        git(&sandbox, &["push", "--quiet", "origin", "main"]).ended(0);
        let before = references(&sandbox);
        let commit = commit_environment(&sandbox);
        for place in ["origin", &format!("file://{}", sandbox.path("server.git").display())] {
            let refused = git(&sandbox, &["push", place, "main"]).ended(1);
            let said = answer(&refused);
            assert!(said.len() <= 20, "{format:?}: {}", refused.said());
            assert_eq!(said[0], "git-pyenv: this push would add a Python environment or part of one");
            assert!(said[1].starts_with("error[PYE101]"), "{}", refused.said());
            assert!(said[1].contains(&format!("in commit {}", &commit[..10])), "{}", refused.said());
            assert!(refused.err().contains("pre-receive hook declined"), "{}", refused.said());
            assert!(!refused.err().contains('\u{1b}'), "{}", refused.said());
        }
        assert_eq!(references(&sandbox), before);
        // What was in quarantine is gone.
        assert_ne!(sandbox.at("server.git").git(&["cat-file", "-e", &commit]).status, Some(0));
        let refused = git(&sandbox, &["push", "origin", "main"]).ended(1);
        assert!(answer(&refused).concat().contains("with `main` checked out"), "{}", refused.said());
        do_as_told(&sandbox, &refused, &["push", "--quiet", "origin", "main"]);
        assert!(sandbox.path("repo/venv/pyvenv.cfg").exists());
        assert!(sandbox.git(&["status", "--porcelain"]).is_empty());
        assert_eq!(
            sandbox.git_in("server.git", &["ls-tree", "--name-only", "main"]),
            ".gitignore\nREADME\nmodule.py"
        );
    }
}

#[test]
fn several_commits_are_rewritten_in_the_clone() {
    let sandbox = guarded_server();
    sandbox.git(&["checkout", "--quiet", "-b", "topic"]);
    sandbox.commit("before.py", "");
    commit_environment(&sandbox);
    sandbox.commit("after.py", "");
    let refused = git(&sandbox, &["push", "origin", "topic:wish"]).ended(1);
    assert!(answer(&refused).concat().contains("with `wish` checked out"), "{}", refused.said());
    do_as_told(&sandbox, &refused, &["push", "--quiet", "origin", "topic:wish"]);
    assert!(sandbox.path("repo/venv/pyvenv.cfg").exists());
    let all = sandbox.git_in("server.git", &["log", "--format=%s", "--name-only", "wish"]);
    assert!(!all.contains("venv") && all.contains("after.py"), "{all}");
}

#[test]
fn history_that_came_by_a_merge_is_rewritten_and_the_rest_stays() {
    let sandbox = guarded_server();
    sandbox.git(&["checkout", "--quiet", "-b", "theirs"]);
    let theirs = sandbox.commit("theirs.py", "");
    git(&sandbox, &["push", "--quiet", "origin", "theirs"]).ended(0);
    sandbox.git(&["checkout", "--quiet", "main"]);
    commit_environment(&sandbox);
    sandbox.git(&["rm", "-r", "--quiet", "--cached", "venv"]);
    sandbox.git(&["commit", "--quiet", "--message", "gone"]);
    sandbox.git(&["merge", "--quiet", "--no-edit", "theirs"]);
    let refused = git(&sandbox, &["push", "origin", "main"]).ended(1);
    assert!(answer(&refused).last().is_some_and(|line| line.ends_with(&format!(" ^{}", &theirs[..10]))));
    do_as_told(&sandbox, &refused, &["push", "--quiet", "origin", "main"]);
    assert!(sandbox.path("repo/venv/pyvenv.cfg").exists());
    sandbox.git(&["merge-base", "--is-ancestor", &theirs, "main"]);
}

#[test]
fn a_first_push_and_its_first_commit() {
    let sandbox = Sandbox::repository();
    sandbox.git_in("", &["init", "--quiet", "--bare", "server.git"]);
    hook(&sandbox, &["install"]).ended(0);
    sandbox.git(&["remote", "add", "origin", "../server.git"]);
    commit_environment(&sandbox);
    sandbox.commit("module.py", "");
    sandbox.git(&["tag", "v1"]);
    let refused = git(&sandbox, &["push", "origin", "main", "v1"]).ended(1);
    do_as_told(&sandbox, &refused, &["push", "--quiet", "origin", "main", "v1"]);
    assert_eq!(sandbox.git_in("server.git", &["ls-tree", "--name-only", "v1"]), "module.py");
}

#[test]
fn what_the_server_has_is_not_judged_again() {
    let sandbox = with_server(&[]).expect("git can init");
    let bad = commit_environment(&sandbox);
    sandbox.git(&["push", "--quiet", "origin", "HEAD:refs/heads/old"]);
    hook(&sandbox, &["install"]).ended(0);
    // Under another name, by a merge, and as a tag.
    git(&sandbox, &["push", "--quiet", "origin", "HEAD:refs/heads/again"]).ended(0);
    sandbox.git(&["tag", "--annotate", "--message", "it", "v1", &bad]);
    git(&sandbox, &["push", "--quiet", "origin", "v1"]).ended(0);
    sandbox.commit("module.py", "");
    git(&sandbox, &["push", "--quiet", "origin", "main", ":old", ":again"]).ended(0);
    let refs = references(&sandbox);
    assert_eq!(refs.lines().count(), 2, "{refs}");
    // Once nothing has it, it would come back.
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~2"]);
    git(&sandbox, &["push", "--quiet", "--force", "origin", "main"]).ended(0);
    git(&sandbox, &["push", "--quiet", "origin", ":v1"]).ended(0);
    git(&sandbox, &["push", "--force", "origin", &format!("{bad}:main")]).ended(1);
}

#[test]
fn of_several_references_one_is_enough_and_files_are_none() {
    let sandbox = guarded_server();
    sandbox.git(&["checkout", "--quiet", "-b", "bad"]);
    commit_environment(&sandbox);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.commit("module.py", "");
    let before = references(&sandbox);
    for atomic in [&[][..], &["--atomic"]] {
        let push = [&["push"], atomic, &["origin", "main", "bad"]].concat();
        let refused = git(&sandbox, &push).ended(1);
        assert!(answer(&refused).concat().contains("with `bad` checked out"), "{}", refused.said());
        assert_eq!(references(&sandbox), before, "git refuses all of them");
    }
    let key = sandbox.at("repo").reading("a key\n").git_ok(&["hash-object", "-w", "--stdin"]);
    sandbox.git(&["tag", "key", &key]);
    git(&sandbox, &["push", "--quiet", "origin", "main", "key"]).ended(0);
    sandbox.git(&["tag", "tree", "bad^{tree}"]);
    let refused = git(&sandbox, &["push", "origin", "tree"]).ended(1);
    assert!(answer(&refused).concat().contains("a directory instead of a commit"), "{}", refused.said());
    assert!(!refused.err().contains("GIT_PYENV"), "{}", refused.said());
}

#[test]
fn update_refuses_one_by_one() {
    for format in FORMATS {
        let Some(sandbox) = with_server(format) else { continue };
        hook(&sandbox, &["install", "update"]).ended(0);
        hook(&sandbox, &["status"]).ended(1);
        sandbox.git(&["checkout", "--quiet", "-b", "bad"]);
        commit_environment(&sandbox);
        sandbox.git(&["branch", "copy"]);
        sandbox.git(&["checkout", "--quiet", "main"]);
        let main = sandbox.commit("module.py", "");
        let refused = git(&sandbox, &["push", "origin", "main", "bad", "copy"]).ended(1);
        assert_eq!(refused.err().matches("(hook declined)").count(), 2, "{}", refused.said());
        assert_eq!(sandbox.git_in("server.git", &["rev-parse", "main"]), main);
        assert_eq!(references(&sandbox).lines().count(), 1);
        git(&sandbox, &["push", "--quiet", "origin", "main:other"]).ended(0);
        git(&sandbox, &["push", "--quiet", "origin", ":other"]).ended(0);
    }
}

#[test]
fn many_references_and_long_history_are_looked_at_to_the_end() {
    for format in FORMATS {
        let Some(sandbox) = with_server(format) else { continue };
        hook(&sandbox, &["install"]).ended(0);
        let mut stream = String::from("blob\nmark :1\ndata 2\nx\n\n");
        for number in 0..400 {
            let from = if number == 0 { "from refs/heads/main^0\n" } else { "" };
            stream += &format!(
                "commit refs/heads/long\ncommitter C <c@example.com> 0 +0000\ndata 1\nx\n{from}M 100644 :1 a{number}.py\n\n\
                 reset refs/heads/n{number}\nfrom refs/heads/long\n\n"
            );
        }
        sandbox.at("repo").reading(stream).git_ok(&["fast-import", "--quiet"]);
        git(&sandbox, &["push", "--quiet", "origin", "refs/heads/n*:refs/heads/n*"]).ended(0);
        assert_eq!(references(&sandbox).lines().count(), 401);
        // In the middle of a long history, and gone again.
        let mut stream = String::from(
            "blob\nmark :1\ndata 2\nx\n\nblob\nmark :2\ndata 35\nhome = /usr/bin\nversion = 3.12.1\n\n\n",
        );
        for number in 0..400 {
            let from = if number == 0 { "from refs/heads/main^0\n" } else { "" };
            let change = match number {
                200 => "M 100644 :2 venv/pyvenv.cfg".to_owned(),
                201 => "D venv/pyvenv.cfg".to_owned(),
                _ => format!("M 100644 :1 b{number}.py"),
            };
            stream += &format!(
                "commit refs/heads/hidden\ncommitter C <c@example.com> 0 +0000\ndata 1\nx\n{from}{change}\n\n"
            );
        }
        sandbox.at("repo").reading(stream).git_ok(&["fast-import", "--quiet"]);
        let refused = git(&sandbox, &["push", "origin", "hidden"]).ended(1);
        assert!(refused.err().contains("`venv`"), "{format:?}: {}", refused.said());
        assert!(answer(&refused).len() <= 20, "{}", refused.said());
    }
}

#[test]
fn many_environments_stay_within_twenty_lines() {
    let sandbox = guarded_server();
    for name in ["a", "b", "c", "d e", "f", "g", "h", "i"] {
        venv(12).under(name).write(&sandbox);
    }
    sandbox.git(&["add", "--force", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "all"]);
    let refused = git(&sandbox, &["push", "origin", "main"]).ended(1);
    let said = answer(&refused);
    assert!(said.len() <= 20 && said.iter().any(|line| line == "and 5 more"), "{}", refused.said());
    do_as_told(&sandbox, &refused, &["push", "--quiet", "origin", "main"]);
    assert!(sandbox.path("repo/d e/pyvenv.cfg").exists());
}

#[test]
fn what_cannot_be_read_is_refused_with_what_the_server_can_do() {
    let sandbox = guarded_server();
    let zero = "0".repeat(40);
    let missing = format!("{zero} {} refs/heads/main\n", "2".repeat(40));
    for lines in ["what is this\n", &missing, &format!("{missing}\n{missing}")] {
        let refused = server(&sandbox).reading(lines).pyenv(&["hook", "run", "pre-receive"]).ended(3);
        let hint = "hint: to skip this check, run on the server: `git config pyenv.hooks.preReceive false`";
        assert_eq!(refused.err().lines().last().map(str::trim), Some(hint), "{}", refused.said());
    }
    server(&sandbox).reading("").pyenv(&["hook", "run", "pre-receive"]).ended(0);
    let deleted = format!("{} {zero} refs/heads/main\n", sandbox.git(&["rev-parse", "main"]));
    server(&sandbox).reading(deleted).pyenv(&["hook", "run", "pre-receive"]).ended(0);
    for arguments in [&[][..], &["refs/heads/main"], &["refs/heads/main", "x", "y"]] {
        let run = [&["hook", "run", "update", "--"], arguments].concat();
        server(&sandbox).pyenv(&run).ended(2);
    }
}

#[test]
fn a_repository_with_a_work_tree_can_receive_too() {
    let sandbox = Sandbox::repository();
    sandbox.commit("README", "hello\n");
    sandbox.git_in("", &["clone", "--quiet", "repo", "server"]);
    sandbox.git_in("server", &["config", "receive.denyCurrentBranch", "updateInstead"]);
    let receiving = sandbox.at("server").with_binary();
    receiving.git(&["pyenv", "hook", "install", "pre-receive", "--output", "text"]).ended(0);
    let status = receiving.git(&["pyenv", "hook", "status", "--output", "text"]);
    assert!(status.out().contains("pre-receive: will run"), "{}", status.said());
    sandbox.git(&["remote", "add", "origin", "../server"]);
    sandbox.commit("module.py", "");
    git(&sandbox, &["push", "--quiet", "origin", "main"]).ended(0);
    assert!(sandbox.path("server/module.py").exists());
    commit_environment(&sandbox);
    git(&sandbox, &["push", "--quiet", "origin", "main"]).ended(1);
    assert!(!sandbox.path("server/venv").exists());
}

#[test]
fn the_hook_that_was_there_gets_the_lines_too() {
    let sandbox = with_server(&[]).expect("git can init");
    let script = "#!/bin/sh\nwhile read -r old new name; do echo \"other $name\"; done\n";
    sandbox.write_program("../server.git/hooks/pre-receive", script);
    hook(&sandbox, &["install"]).ended(0);
    sandbox.commit("module.py", "");
    let passed = git(&sandbox, &["push", "origin", "main"]).ended(0);
    assert_eq!(answer(&passed), ["other refs/heads/main"]);
    stage_environment(&sandbox);
    sandbox.git(&["commit", "--quiet", "--message", "environment"]);
    let refused = git(&sandbox, &["push", "origin", "main"]).ended(1);
    assert!(
        answer(&refused).concat().starts_with("other refs/heads/maingit-pyenv: this push"),
        "{}",
        refused.said()
    );
    // A push that only the other hook refuses is refused.
    sandbox.write_program("../server.git/hooks.git-pyenv/pre-receive", "#!/bin/sh\nexit 1\n");
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    git(&sandbox, &["push", "origin", "main:other"]).ended(1);
}

#[test]
fn without_the_program_nothing_is_let_in() {
    let sandbox = guarded_server();
    sandbox.git_in("server.git", &["config", "pyenv.executable", "/nowhere/git-pyenv"]);
    sandbox.commit("module.py", "");
    let refused = sandbox.at("repo").without_binary().git(&["push", "origin", "main"]).ended(1);
    assert!(answer(&refused)[0].starts_with("git-pyenv: cannot check this push"), "{}", refused.said());
    assert!(!refused.err().contains("--no-verify"), "{}", refused.said());
}
