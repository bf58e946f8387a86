//! The hook that was there before ours: it keeps its name and finds what it found, and it comes back as it was.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::path::Path;

use git_pyenv::hooks::{HOOK_EVENTS, InstallOptions, apply, plan_installation, plan_uninstallation};
use git_pyenv::model::HookChange;

use crate::hook::{git, install, stage_environment, write_hook};
use crate::hook_install::{hook, state, with_git};
use crate::support::repository::Sandbox;
use crate::support::sandbox::{copy_program, tool};

/// What stops a commit in all of these hooks.
const STOP: &str = "#!/bin/sh\necho \"stopped as $0\" >&2\nexit 1\n";

/// A hook that does its work only if it finds its parts, each in another way.
const HOOKS: [(&str, &str, &str); 9] = [
    (
        "its own name and `.d`",
        "#!/bin/sh\nfor part in \"$0\".d/*; do [ -x \"$part\" ] || continue; \"$part\" || exit 1; done\n",
        ".git/hooks/pre-commit.d/10-lint",
    ),
    (
        "the last part of its name, below the git directory",
        "#!/bin/sh\npart=$(git rev-parse --git-dir)/parts/$(basename \"$0\")\n[ ! -x \"$part\" ] || exec \"$part\"\n",
        ".git/parts/pre-commit",
    ),
    (
        "its name in the work tree, above its own directory",
        "#!/bin/sh\npart=$(dirname \"$0\")/../../tools/${0##*/}\n[ ! -x \"$part\" ] || exec \"$part\"\n",
        "tools/pre-commit",
    ),
    (
        "the directory that it is in",
        "#!/bin/sh\ncd \"$(dirname \"$0\")\" || exit 0\n[ ! -x ./lint ] || exec ./lint\n",
        ".git/hooks/lint",
    ),
    (
        "a hidden file beside it",
        "#!/bin/sh\n[ ! -x \"${0%/*}/.lint\" ] || exec \"${0%/*}/.lint\"\n",
        ".git/hooks/.lint",
    ),
    (
        "names that begin like its own",
        "#!/bin/sh\nfor part in \"$0\"-*; do [ ! -x \"$part\" ] || \"$part\" || exit 1; done\n",
        ".git/hooks/pre-commit-lint",
    ),
    (
        "the source of bash",
        "#!/usr/bin/env bash\npart=${BASH_SOURCE[0]}.d/lint\n[ ! -x \"$part\" ] || exec \"$part\"\n",
        ".git/hooks/pre-commit.d/lint",
    ),
    (
        "`__file__`",
        "#!/usr/bin/env python3\nimport os, sys\npart = __file__ + '.d/lint'\nif os.path.exists(part): os.execv(part, [part])\n",
        ".git/hooks/pre-commit.d/lint",
    ),
    (
        "`$0` of perl",
        "#!/usr/bin/env perl\nuse File::Basename;\nmy $part = dirname($0) . '/' . basename($0) . '.d/lint';\nexec $part if -x $part;\n",
        ".git/hooks/pre-commit.d/lint",
    ),
];

/// The hooks and the configuration, with everything whose name begins like theirs.
fn hooks(sandbox: &Sandbox) -> BTreeMap<String, (u32, String)> {
    let all = state(&sandbox.path("repo/.git")).into_iter();
    let found = all.filter(|(path, _)| path.contains("/.git/hooks") || path.ends_with("/.git/config"));
    found
        .filter(|(path, _)| !path.ends_with(".sample"))
        .map(|(path, (mode, content))| (path, (mode, String::from_utf8_lossy(&content).into_owned())))
        .collect()
}

/// The links that one kept hook gets beside it lead to our other hooks too.
#[test]
fn a_hook_of_ours_is_not_taken_for_one_that_was_kept() {
    let sandbox = Sandbox::repository();
    write_hook(&sandbox, ".git/hooks/pre-commit", 0);
    install(&sandbox);
    sandbox.git_in("", &["init", "--quiet", "--bare", "remote.git"]);
    sandbox.git(&["remote", "add", "origin", "../remote.git"]);
    sandbox.write("module.py", "");
    sandbox.git(&["add", "module.py"]);
    git(&sandbox, &["commit", "--quiet", "--message", "module"]).ended(0);
    assert!(sandbox.path("repo/.git/hooks.git-pyenv/pre-push").exists(), "a link to what is beside");
    stage_environment(&sandbox);
    git(&sandbox, &["commit", "--quiet", "--no-verify", "--message", "environment"]).ended(0);
    let blocked = git(&sandbox, &["push", "origin", "main"]).ended(1);
    assert_eq!(blocked.err().matches("this push would publish").count(), 1, "{}", blocked.said());
}

fn sandbox_to_commit() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("module.py", "");
    sandbox.git(&["add", "module.py"]);
    sandbox
}

/// Asserts that the hook that was there stops a commit, whether or not our check is switched off.
#[track_caller]
fn assert_stopped(sandbox: &Sandbox, when: &str) {
    for off in ["", "0"] {
        let place = sandbox.at("repo").with_binary().with("GIT_PYENV", off);
        let commit = place.git(&["commit", "--message", "it"]);
        assert_eq!(commit.status, Some(1), "{when}: {}", commit.said());
        assert!(commit.err().contains("stopped as "), "{when}: {}", commit.said());
    }
}

/// Asserts that a hook stops a commit before, between and after, and that `uninstall` leaves what was there.
#[track_caller]
fn assert_kept(sandbox: &Sandbox, how: &str) {
    let before = hooks(sandbox);
    assert_stopped(sandbox, &format!("{how}, before"));
    install(sandbox);
    assert_stopped(sandbox, &format!("{how}, installed"));
    assert_stopped(sandbox, &format!("{how}, again"));
    hook(sandbox, &["status"]).ended(0);
    hook(sandbox, &["uninstall"]).ended(0);
    assert_eq!(hooks(sandbox), before, "{how}");
}

#[test]
fn a_hook_finds_its_parts_by_its_name() {
    for (how, script, part) in HOOKS {
        let interpreter = script.lines().next().and_then(|line| line.strip_prefix("#!/usr/bin/env "));
        if interpreter.is_some_and(|name| tool(name).is_none()) {
            continue;
        }
        let sandbox = sandbox_to_commit();
        sandbox.write_program(".git/hooks/pre-commit", script);
        sandbox.write_program(part, STOP);
        assert_kept(&sandbox, how);
    }
}

#[test]
fn a_program_that_is_several_hooks_looks_at_the_name_it_is_called_by() {
    let dispatcher = "#!/bin/sh\ncase ${0##*/} in pre-commit) echo \"stopped as $0\" >&2; exit 1 ;; esac\n";
    for (program, target) in [
        (".git/hooks/dispatcher", "dispatcher"),
        ("tools/dispatcher", "../../tools/dispatcher"),
        (".git/hooks/lib/dispatcher", "lib/dispatcher"),
    ] {
        let sandbox = sandbox_to_commit();
        sandbox.write_program(program, dispatcher);
        sandbox.link(".git/hooks/pre-commit", target);
        sandbox.link(".git/hooks/pre-merge-commit", "pre-commit");
        assert_kept(&sandbox, target);
    }
}

#[test]
fn a_program_without_a_script_runs() {
    let Some(program) = tool("false") else { return };
    let sandbox = sandbox_to_commit();
    copy_program(program, sandbox.path("repo/.git/hooks/pre-commit"));
    install(&sandbox);
    git(&sandbox, &["commit", "--message", "it"]).ended(1);
    hook(&sandbox, &["uninstall"]).ended(0);
    git(&sandbox, &["commit", "--message", "it"]).ended(1);
}

#[test]
fn a_part_that_comes_later_is_found() {
    let sandbox = sandbox_to_commit();
    sandbox.write_program(".git/hooks/pre-commit", HOOKS[0].1);
    install(&sandbox);
    git(&sandbox, &["commit", "--message", "it"]).ended(0);
    sandbox.write_program(HOOKS[0].2, STOP);
    assert_stopped(&sandbox, "a part that was added");
}

#[test]
fn it_is_the_same_in_another_work_tree_and_in_other_directories() {
    let sandbox = sandbox_to_commit();
    sandbox.git(&["commit", "--quiet", "--message", "first"]);
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    sandbox.write_program(".git/hooks/pre-commit", HOOKS[0].1);
    sandbox.write_program(HOOKS[0].2, STOP);
    install(&sandbox);
    let commit = ["commit", "--allow-empty", "--message", "it"];
    let linked = sandbox.at("linked").with_binary().git(&commit).ended(1);
    assert!(linked.err().contains("stopped as "), "{}", linked.said());
    for (value, hooks) in
        [(".githooks/", ".githooks"), ("./a b/./hooks", "a b/hooks"), ("tools/../hooks", "hooks")]
    {
        let sandbox = sandbox_to_commit();
        sandbox.make_directory("repo/tools");
        sandbox.git(&["config", "core.hooksPath", value]);
        sandbox.write_program(format!("{hooks}/pre-commit"), HOOKS[0].1);
        sandbox.write_program(format!("{hooks}/pre-commit.d/lint"), STOP);
        sandbox.write(format!("{hooks}/.gitignore"), "*\n");
        let before = state(&sandbox.path(&format!("repo/{hooks}")));
        install(&sandbox);
        assert_stopped(&sandbox, value);
        let status = git(&sandbox, &["status", "--porcelain"]).ended(0);
        assert_eq!(status.said().matches("git-pyenv").count(), 0, "{value}: {}", status.said());
        hook(&sandbox, &["uninstall"]).ended(0);
        assert_eq!(state(&sandbox.path(&format!("repo/{hooks}"))), before, "{value}");
        assert_eq!(sandbox.git(&["status", "--porcelain"]).matches("git-pyenv").count(), 0, "{value}");
    }
}

#[test]
fn a_hook_that_compares_its_path_is_not_moved() {
    let sandbox = sandbox_to_commit();
    let script =
        "#!/bin/sh\n[ \"$0\" = .git/hooks/pre-commit ] || exit 0\necho \"stopped as $0\" >&2\nexit 1\n";
    sandbox.write_program(".git/hooks/pre-commit", script);
    let before = hooks(&sandbox);
    let older = sandbox.at("repo").with("PATH", with_git(&sandbox, "2.47.3"));
    let refused = older.pyenv(&["hook", "install", "--output", "text"]).ended(2);
    assert!(refused.err().contains("`pre-commit` compares its own path"), "{}", refused.said());
    assert!(
        refused.err().contains("\ngit-pyenv hook run pre-commit -- \"$@\" || exit\n"),
        "{}",
        refused.said()
    );
    assert_eq!(hooks(&sandbox), before);
    let newer = sandbox.at("repo").with("PATH", with_git(&sandbox, "2.54.0"));
    newer.pyenv(&["hook", "install"]).ended(0);
    assert_stopped(&sandbox, "beside hooks of the configuration");
    newer.pyenv(&["hook", "uninstall"]).ended(0);
    assert_eq!(hooks(&sandbox), before);
}

#[test]
fn a_hook_that_runs_what_is_at_its_own_path_does_not_run_for_ever() {
    let sandbox = sandbox_to_commit();
    let script = "#!/bin/sh\necho ran >>log\nfor hook in .git/*/pre-commit; do [ \"$hook\" = \"$0\" ] || \"$hook\" || exit 1; done\n";
    sandbox.write_program(".git/hooks/pre-commit", script);
    install(&sandbox);
    let stopped = git(&sandbox, &["commit", "--message", "it"]).ended(1);
    assert!(stopped.err().contains("again and again"), "{}", stopped.said());
    assert!(sandbox.read("repo/log").len() < 100, "{}", stopped.said());
}

#[test]
fn what_a_hook_wrote_beside_itself_stays_beside_it() {
    let sandbox = sandbox_to_commit();
    sandbox.write_program(".git/hooks/pre-commit", "#!/bin/sh\necho ran >>\"$0.log\"\n");
    install(&sandbox);
    git(&sandbox, &["commit", "--message", "it"]).ended(0);
    hook(&sandbox, &["uninstall"]).ended(0);
    assert_eq!(sandbox.read("repo/.git/hooks/pre-commit.log"), b"ran\n");
    assert!(!sandbox.path("repo/.git/hooks.git-pyenv").exists());
}

#[test]
fn one_hook_of_several_is_given_back() {
    let sandbox = sandbox_to_commit();
    for name in ["pre-commit", "pre-push"] {
        write_hook(&sandbox, &format!(".git/hooks/{name}"), 1);
    }
    let before = hooks(&sandbox);
    install(&sandbox);
    hook(&sandbox, &["uninstall", "pre-commit"]).ended(0);
    assert!(sandbox.path("repo/.git/hooks.git-pyenv/pre-push").exists());
    assert!(!sandbox.path("repo/.git/hooks.git-pyenv/pre-commit").exists());
    git(&sandbox, &["commit", "--message", "it"]).ended(1);
    hook(&sandbox, &["uninstall"]).ended(0);
    assert_eq!(hooks(&sandbox), before);
}

/// What version 1 of our hook looked like: it ran the hook beside it.
const VERSION_1: &str = "#!/bin/sh\n# git-pyenv hook v1\nexec \"$0.git-pyenv-chained\"\n";

#[test]
fn a_hook_that_an_earlier_version_kept_is_taken_over() {
    let stop = STOP;
    let sandbox = sandbox_to_commit();
    sandbox.write_program(".git/hooks/pre-commit", stop);
    let before = hooks(&sandbox);
    let earlier = || {
        sandbox.write_program(".git/hooks/pre-commit", VERSION_1);
        sandbox.write_program(".git/hooks/pre-commit.git-pyenv-chained", stop);
    };
    earlier();
    hook(&sandbox, &["uninstall"]).ended(0);
    assert_eq!(hooks(&sandbox), before, "without an update");
    earlier();
    install(&sandbox);
    assert!(!sandbox.path("repo/.git/hooks/pre-commit.git-pyenv-chained").exists());
    assert_stopped(&sandbox, "updated");
    hook(&sandbox, &["uninstall"]).ended(0);
    assert_eq!(hooks(&sandbox), before, "after an update");
}

/// Makes the first changes of a plan, as a run does that is killed before the next one.
fn make_first(sandbox: &Sandbox, number: usize, uninstall: bool) -> usize {
    let repository = sandbox.open("repo", &[]).expect("a repository");
    let env = sandbox.env("repo", &[]);
    let options = InstallOptions { events: HOOK_EVENTS.to_vec(), config: false, force: false };
    let plan = match uninstall {
        true => plan_uninstallation(&repository, &[]),
        false => plan_installation(&repository, &env, &options),
    };
    let changes: Vec<HookChange> = plan.expect("a plan").changes;
    apply(&repository, &changes[..number.min(changes.len())]).expect("changes");
    changes.len()
}

#[test]
fn a_run_that_is_killed_at_any_step_leaves_hooks_that_work() {
    let prepared = |earlier: bool| {
        let sandbox = sandbox_to_commit();
        sandbox.write_program(".git/hooks/pre-commit", STOP);
        sandbox.link(".git/hooks/pre-push", "../../tools/hook.sh");
        let before = hooks(&sandbox);
        if earlier {
            sandbox.write_program(".git/hooks/pre-commit", VERSION_1);
            sandbox.write_program(".git/hooks/pre-commit.git-pyenv-chained", STOP);
        }
        (sandbox, before)
    };
    for (earlier, uninstall) in [(false, false), (true, false), (false, true), (true, true)] {
        let mut steps = 0;
        for number in 0.. {
            let (sandbox, before) = prepared(earlier);
            if uninstall && !earlier {
                install(&sandbox);
            }
            let when = format!("{number} steps, earlier version {earlier}, uninstall {uninstall}");
            let all = make_first(&sandbox, number, uninstall);
            if number > all {
                break;
            }
            steps = all;
            assert_stopped_by_file(&sandbox, &when);
            if number % 2 == 0 {
                install(&sandbox);
                assert_stopped(&sandbox, &when);
            }
            hook(&sandbox, &["uninstall"]).ended(0);
            assert_eq!(hooks(&sandbox), before, "{when}");
        }
        assert!(steps > 0, "nothing to do");
    }
}

/// As [`assert_stopped`], for a hook of version 1 too, which is shorter here than it was.
#[track_caller]
fn assert_stopped_by_file(sandbox: &Sandbox, when: &str) {
    let commit = git(sandbox, &["commit", "--message", "it"]);
    assert_eq!(commit.status, Some(1), "{when}: {}", commit.said());
    assert!(commit.err().contains("stopped as "), "{when}: {}", commit.said());
}

#[test]
fn an_environment_that_the_kept_hook_stages_is_found() {
    let sandbox = Sandbox::repository();
    stage_environment(&sandbox);
    sandbox.git(&["rm", "-r", "--quiet", "--cached", "venv"]);
    sandbox.write_program(".git/hooks/pre-commit", "#!/bin/sh\ngit add --force venv\n");
    sandbox.write("module.py", "");
    sandbox.git(&["add", "module.py"]);
    install(&sandbox);
    git(&sandbox, &["commit", "--message", "it"]).ended(1);
    assert!(Path::new(&sandbox.path("repo/.git/hooks.git-pyenv/pre-commit")).exists());
}
