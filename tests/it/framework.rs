//! `git-pyenv-guard` in the real pre-commit and the real prek.
#![cfg(unix)]

use std::path::{Path, PathBuf};

use crate::hook::{commit_environment, last_line, stage_environment};
use crate::support::environments::venv;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Finished, Place, tool};

/// A framework, in a repository that uses the guard with the program from `PATH`.
struct Framework {
    sandbox: Sandbox,
    program: PathBuf,
}

impl Framework {
    /// Sets up a repository whose first commit holds the configuration, and installs the framework's hooks.
    fn installed(program: &Path) -> Self {
        Self::with_hook(program, "git-pyenv-guard")
    }

    /// The same with another of the hooks that are offered.
    fn with_hook(program: &Path, hook: &str) -> Self {
        Self::in_sandbox(Sandbox::repository(), program, hook, "pre-commit, pre-merge-commit, pre-push")
    }

    /// The same in this repository, for these of git's hooks.
    fn in_sandbox(sandbox: Sandbox, program: &Path, hook: &str, types: &str) -> Self {
        // The manifest as it is offered, in a repository of its own.
        sandbox.git_in("", &["init", "--quiet", "guard"]);
        sandbox.write("../guard/.pre-commit-hooks.yaml", include_str!("../../.pre-commit-hooks.yaml"));
        sandbox.git_in("guard", &["add", "."]);
        sandbox.git_in("guard", &["commit", "--quiet", "--message", "manifest"]);
        let revision = sandbox.git_in("guard", &["rev-parse", "HEAD"]);
        let place = sandbox.path("guard").display().to_string();
        let configuration = format!(
            "default_install_hook_types: [{types}]\nrepos:\n  - repo: {place}\n    \
             rev: {revision}\n    hooks:\n      - id: {hook}\n        language: system\n"
        );
        sandbox.commit(".pre-commit-config.yaml", &configuration);
        let framework = Self { sandbox, program: program.to_path_buf() };
        framework.run(&["install"]).ended(0);
        framework
    }

    fn place(&self) -> Place<'_> {
        let place = self.sandbox.at("repo").with_binary();
        place
            .with("PRE_COMMIT_HOME", self.sandbox.path("pre-commit"))
            .with("PREK_HOME", self.sandbox.path("prek"))
            .with("NO_COLOR", "1")
    }

    fn run(&self, arguments: &[&str]) -> Finished {
        self.place().run(&self.program, arguments)
    }

    fn git(&self, arguments: &[&str]) -> Finished {
        self.place().git(arguments)
    }
}

/// Runs a test with each framework that is there.
fn with_each(test: impl Fn(&Framework)) {
    for name in ["pre-commit", "prek"] {
        if let Some(program) = tool(name) {
            test(&Framework::installed(&program));
        }
    }
}

#[track_caller]
fn found(finished: &Finished) {
    let said = finished.said();
    assert!(said.contains("PYE101") && said.contains("virtual environment `venv`"), "{said}");
}

#[test]
fn a_commit_through_the_framework_is_guarded() {
    with_each(|framework| {
        stage_environment(&framework.sandbox);
        let blocked = framework.git(&["commit", "--message", "it"]).ended(1);
        found(&blocked);
        assert!(blocked.err().contains("this commit would add"), "{}", blocked.said());
        let by_hand = framework.run(&["run"]).ended(1);
        found(&by_hand);
        framework.sandbox.git(&["commit", "--quiet", "--no-verify", "--message", "environment"]);
        framework.sandbox.write("module.py", "");
        framework.sandbox.git(&["add", "module.py"]);
        framework.git(&["commit", "--message", "another"]).ended(0);
        framework.sandbox.git(&["rm", "-r", "--quiet", "--cached", "venv"]);
        framework.git(&["commit", "--message", "gone"]).ended(0);
    });
}

/// Where only the framework has the program, the commands are git's own, and work.
#[test]
fn without_the_program_on_path_git_fixes_it() {
    with_each(|framework| {
        let sandbox = &framework.sandbox;
        let own = sandbox.path("own");
        std::fs::create_dir_all(own.join("bin")).expect("a directory");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_git-pyenv"), own.join("bin/git-pyenv"))
            .expect("a link");
        let theirs = framework.place().without_binary();
        let inherited = theirs.run("sh", &["-c", "printf %s \"$PATH\""]).out();
        let path = format!("{}:{inherited}", own.join("bin").display());
        let theirs = theirs.with("VIRTUAL_ENV", &own).with("PATH", path);
        sandbox.write("src/x.py", "");
        sandbox.write(".gitignore", "*.log");
        sandbox.git(&["add", "."]);
        stage_environment(sandbox);
        let blocked = theirs.git(&["commit", "--message", "it"]).ended(1);
        let command = blocked.err().trim_end().lines().last().expect("a line").trim().to_owned();
        assert!(command.starts_with("git rm -r --cached --quiet -- venv && "), "{}", blocked.said());
        assert!(!blocked.said().contains("git pyenv "), "{}", blocked.said());
        let user = framework.place().without_binary();
        user.git(&["pyenv", "check"]).ended(1);
        user.run("sh", &["-euc", &command]).ended(0);
        theirs.git(&["commit", "--message", "it"]).ended(0);
        assert_eq!(sandbox.git(&["ls-files"]), ".gitignore\n.pre-commit-config.yaml\nsrc/x.py");
        assert_eq!(sandbox.read("repo/.gitignore"), b"*.log\n/venv\n");
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
        assert!(sandbox.path("repo/venv/pyvenv.cfg").exists());
        // What git has no command for says how to get the program.
        let undecided = theirs.with("PRE_COMMIT", "1");
        let advised = undecided.pyenv(&["check", "--output", "text", "--require-env"]);
        assert!(
            !advised.said().contains("git pyenv ") || advised.err().contains("cargo install"),
            "{}",
            advised.said()
        );
        let list = undecided.pyenv(&["explain", "PYE301", "--output", "text"]).ended(0);
        assert!(list.err().contains("`cargo install --path . --locked`"), "{}", list.said());
        assert!(list.err().contains("`PATH=$PATH:"), "{}", list.said());
    });
}

#[test]
fn a_run_over_all_files_finds_what_was_committed_before() {
    with_each(|framework| {
        framework.run(&["run", "--all-files"]).ended(0);
        commit_environment(&framework.sandbox);
        for arguments in
            [&["run", "--all-files"][..], &["run", "--all-files", "--hook-stage", "manual"], &["run"]]
        {
            found(&framework.run(arguments).ended(1));
        }
    });
}

#[test]
fn the_commits_between_two_references_are_looked_at() {
    with_each(|framework| {
        commit_environment(&framework.sandbox);
        framework.sandbox.git(&["rm", "-r", "--quiet", "--cached", "venv"]);
        framework.sandbox.git(&["commit", "--quiet", "--no-verify", "--message", "gone"]);
        framework.sandbox.write("module.py", "");
        framework.sandbox.git(&["add", "module.py"]);
        framework.sandbox.git(&["commit", "--quiet", "--no-verify", "--message", "module"]);
        let both = framework.run(&["run", "--from-ref", "HEAD~3", "--to-ref", "HEAD"]).ended(1);
        found(&both);
        framework.run(&["run", "--from-ref", "HEAD~1", "--to-ref", "HEAD"]).ended(0);
    });
}

#[test]
fn a_merge_through_the_framework_is_guarded() {
    with_each(|framework| {
        let sandbox = &framework.sandbox;
        sandbox.git(&["checkout", "--quiet", "-b", "side"]);
        commit_environment(sandbox);
        sandbox.git(&["checkout", "--quiet", "main"]);
        sandbox.git(&["commit", "--quiet", "--no-verify", "--allow-empty", "--message", "other"]);
        let blocked = framework.git(&["merge", "--no-edit", "side"]).ended(1);
        assert!(blocked.said().contains("this merge would add"), "{}", blocked.said());
    });
}

#[test]
fn a_push_through_the_framework_is_guarded() {
    with_each(|framework| {
        let sandbox = &framework.sandbox;
        sandbox.git_in("", &["init", "--quiet", "--bare", "remote.git"]);
        sandbox.git(&["remote", "add", "origin", "../remote.git"]);
        framework.git(&["push", "origin", "main"]).ended(0);
        commit_environment(sandbox);
        for branch in ["main", "main:fresh"] {
            let blocked = framework.git(&["push", "origin", branch]).ended(1);
            found(&blocked);
            assert!(blocked.said().contains("this push would publish"), "{}", blocked.said());
        }
        sandbox.git(&["checkout", "--quiet", "--orphan", "root"]);
        sandbox.git(&["commit", "--quiet", "--no-verify", "--message", "root"]);
        found(&framework.git(&["push", "origin", "root"]).ended(1));
    });
}

#[test]
fn our_own_hook_lives_beside_that_of_the_framework() {
    with_each(|framework| {
        let forced = framework.git(&["pyenv", "hook", "install", "--force"]).ended(0);
        assert_eq!(forced.json()["hooks"]["changes"][1]["action"], "keep");
        stage_environment(&framework.sandbox);
        let blocked = framework.git(&["commit", "--message", "it"]).ended(1);
        assert_eq!(blocked.err().matches("this commit would add").count(), 2, "{}", blocked.said());
        assert_eq!(last_line(&blocked), "git pyenv fix venv");
        framework.git(&["pyenv", "hook", "uninstall"]).ended(0);
        let status = framework.git(&["pyenv", "hook", "status"]).ended(0);
        assert_eq!(status.json()["hooks"]["events"][0]["installed"], "manager");
    });
}

#[test]
fn environments_are_kept_in_step_through_the_framework() {
    for name in ["pre-commit", "prek"] {
        let Some(program) = tool(name) else { continue };
        let framework = Framework::with_hook(&program, "git-pyenv-sync");
        venv(12).under("venv").write(&framework.sandbox);
        framework.sandbox.write(".gitignore", "venv\n");
        framework.sandbox.write("requirements.txt", "six>=1\n");
        framework.sandbox.git(&["add", "."]);
        let blocked = framework.git(&["commit", "--message", "it"]).ended(1);
        assert!(blocked.said().contains("error[PYE401]: `six>=1`"), "{}", blocked.said());
    }
}

#[test]
fn the_framework_passes_on_what_git_did() {
    for name in ["pre-commit", "prek"] {
        let Some(program) = tool(name) else { continue };
        let Some(sandbox) = crate::sync::with_environment() else { return };
        crate::sync::install(&sandbox, "six", "1.16.0", &[]);
        sandbox.commit("requirements.txt", "six>=1\n");
        let types = "post-checkout, post-merge, post-rewrite";
        let framework = Framework::in_sandbox(sandbox, &program, "git-pyenv-notice", types);
        let sandbox = &framework.sandbox;
        let quietly = |arguments: &[&str]| {
            sandbox.git(&[&["-c", "core.hooksPath=/dev/null"], arguments].concat());
        };
        quietly(&["checkout", "--quiet", "-b", "more"]);
        sandbox.write("requirements.txt", "six>=1\nidna\n");
        quietly(&["commit", "--quiet", "--all", "--message", "more"]);
        quietly(&["checkout", "--quiet", "-b", "code", "main"]);
        sandbox.write("module.py", "");
        quietly(&["add", "module.py"]);
        quietly(&["commit", "--quiet", "--message", "code"]);
        let told = |arguments: &[&str], times: usize| {
            let done = framework.git(arguments).ended(0);
            let said = done.said();
            assert_eq!(
                said.matches("`venv` is out of step (1 package)").count(),
                times,
                "{name} {arguments:?}: {said}"
            );
            assert_eq!(said.matches("git pyenv install").count(), times, "{said}");
        };
        told(&["checkout", "--quiet", "more"], 1);
        told(&["checkout", "--quiet", "main"], 0);
        told(&["checkout", "--quiet", "code"], 0);
        told(&["checkout", "more", "--", "requirements.txt"], 0);
        quietly(&["reset", "--quiet", "--hard"]);
        told(&["merge", "--no-edit", "more"], 1);
        quietly(&["reset", "--quiet", "--hard", "HEAD~1"]);
        told(&["rebase", "more"], 1);
        quietly(&["reset", "--quiet", "--hard", "ORIG_HEAD"]);
        sandbox.write("requirements.txt", "idna\n");
        told(&["commit", "--all", "--amend", "--no-edit"], 1);
        let status = framework.git(&["pyenv", "hook", "status"]).json();
        let events = status["hooks"]["events"].as_array().expect("events").iter();
        let running = events.filter(|event| event["will_run"] == true);
        let running: Vec<_> = running.filter_map(|event| event["event"].as_str()).collect();
        assert_eq!(running, ["post-checkout", "post-merge", "post-rewrite"], "{status:#}");
    }
}
