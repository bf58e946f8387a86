//! The commits for which git runs no hook before them: docs/hooks.md lists them, and the hook before a push finds them.
#![cfg(unix)]

use crate::hook::{commit_environment, git, guarded};
use crate::support::repository::Sandbox;
use crate::support::sandbox::Finished;

/// A guarded repository with a remote. The branch `side` adds an environment; `main` has a commit of its own unless
/// `behind`.
fn diverged(behind: bool) -> Sandbox {
    let sandbox = guarded();
    sandbox.git_in("", &["init", "--quiet", "--bare", "remote.git"]);
    sandbox.git(&["remote", "add", "origin", "../remote.git"]);
    git(&sandbox, &["push", "--quiet", "origin", "main"]).ended(0);
    sandbox.git(&["checkout", "--quiet", "-b", "side"]);
    commit_environment(&sandbox);
    sandbox.git(&["checkout", "--quiet", "main"]);
    if !behind {
        sandbox.commit("module.py", "own\n");
    }
    sandbox
}

/// What takes over or makes a commit.
type Operation = fn(&Sandbox) -> Finished;

/// The rows of docs/hooks.md.
const NOT_RUN: [(&str, bool, Operation); 6] = [
    ("git merge", true, |sandbox| git(sandbox, &["merge", "--quiet", "side"])),
    ("git cherry-pick", false, |sandbox| git(sandbox, &["cherry-pick", "side"])),
    ("git revert", false, |sandbox| {
        sandbox.git(&["cherry-pick", "side"]);
        sandbox.git(&["rm", "-r", "--quiet", "venv"]);
        sandbox.git(&["commit", "--quiet", "--message", "gone"]);
        git(sandbox, &["revert", "--no-edit", "HEAD"])
    }),
    ("git rebase", false, |sandbox| {
        sandbox.git(&["checkout", "--quiet", "side"]);
        git(sandbox, &["rebase", "--quiet", "main"])
    }),
    ("git am", false, |sandbox| {
        sandbox.git(&["format-patch", "--quiet", "-1", "--output-directory", "../patches", "side"]);
        git(sandbox, &["am", "--quiet", "../patches/0001-environment.patch"])
    }),
    ("git commit --no-verify", false, |sandbox| {
        sandbox.git(&["checkout", "--quiet", "side", "--", "venv"]);
        git(sandbox, &["commit", "--quiet", "--no-verify", "--message", "it"])
    }),
];

#[test]
fn a_push_finds_what_git_ran_no_hook_for() {
    let page = crate::support::source::read("docs/hooks.md");
    for (name, behind, operation) in NOT_RUN {
        assert!(page.contains(&format!("`{name}`")), "{name} is not in docs/hooks.md");
        let sandbox = diverged(behind);
        let before = sandbox.git(&["rev-parse", "HEAD"]);
        let done = operation(&sandbox);
        assert_eq!(done.status, Some(0), "{name}: {}", done.said());
        assert_ne!(sandbox.git(&["rev-parse", "HEAD"]), before, "{name}");
        assert_ne!(sandbox.git(&["ls-files", "venv"]), "", "{name}");
        let push = git(&sandbox, &["push", "origin", "HEAD:main"]);
        assert_eq!(push.status, Some(1), "{name}: {}", push.said());
        assert!(push.err().contains("this push would publish"), "{name}: {}", push.said());
    }
}

#[test]
fn git_runs_a_hook_for_the_exceptions() {
    let exceptions: [(&str, Operation); 4] = [
        ("a merge commit", |sandbox| git(sandbox, &["merge", "--no-edit", "side"])),
        ("a pick without a commit", |sandbox| {
            sandbox.git(&["cherry-pick", "--no-commit", "side"]);
            git(sandbox, &["commit", "--message", "it"])
        }),
        ("a squashed merge", |sandbox| {
            sandbox.git(&["merge", "--quiet", "--squash", "side"]);
            git(sandbox, &["commit", "--message", "it"])
        }),
        ("a pick that goes on after a conflict", |sandbox| {
            sandbox.git(&["checkout", "--quiet", "side"]);
            sandbox.write("module.py", "other\n");
            sandbox.git(&["add", "module.py"]);
            sandbox.git(&["commit", "--quiet", "--no-verify", "--amend", "--no-edit"]);
            sandbox.git(&["checkout", "--quiet", "main"]);
            git(sandbox, &["cherry-pick", "side"]).ended(1);
            sandbox.git(&["add", "module.py"]);
            sandbox.at("repo").with_binary().with("GIT_EDITOR", "true").git(&["cherry-pick", "--continue"])
        }),
    ];
    for (name, operation) in exceptions {
        let sandbox = diverged(false);
        let stopped = operation(&sandbox);
        assert_ne!(stopped.status, Some(0), "{name}: {}", stopped.said());
        assert!(stopped.err().contains("git-pyenv: this "), "{name}: {}", stopped.said());
    }
}
