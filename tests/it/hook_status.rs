//! Hooks that git would not run: `status` says so, and `install` either makes git run them or refuses.
#![cfg(unix)]

use std::fs;

use crate::hook::{USUAL, git, install, stage_environment, write_hook};
use crate::hook_install::{hook, state, with_git};
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Finished, Place, skip, tool};

/// A version of git without hooks in its configuration, and one with them.
const GITS: [&str; 2] = ["2.47.3", "2.54.0"];

fn with_version<'s>(sandbox: &'s Sandbox, version: &str) -> Place<'s> {
    sandbox.at("repo").with("PATH", with_git(sandbox, version))
}

fn run(place: &Place<'_>, arguments: &[&str]) -> Finished {
    place.pyenv(&[&["hook"], arguments, &["--output", "text"]].concat())
}

/// Gives the user a configuration.
fn set_for_the_user(sandbox: &mut Sandbox, configuration: &str) {
    sandbox.write("../home/config", configuration);
    let path = sandbox.path("home/config").display().to_string();
    sandbox.set("GIT_CONFIG_GLOBAL", &path);
}

/// A script that runs in a mount namespace of its own, with this file system mounted at `mounted`; `None`, said aloud,
/// where that cannot be.
fn with_mount(sandbox: &Sandbox, options: &str, script: &str) -> Option<Finished> {
    let unshare = tool("unshare")?;
    sandbox.make_directory("mounted");
    let mount = format!("mount -t tmpfs -o {options} none mounted || exit 77\n");
    let place = sandbox.at("").with_binary();
    for user in [&["--mount"][..], &["--mount", "--map-root-user"]] {
        let mounted = [&mount, "true"].concat();
        if place.run(&unshare, &[user, &["sh", "-c", &mounted]].concat()).status == Some(0) {
            let script = [&mount, "cd mounted || exit 77\n", script].concat();
            return Some(place.run(&unshare, &[user, &["sh", "-c", &script]].concat()));
        }
    }
    skip("a file system cannot be mounted in a namespace");
    None
}

#[test]
fn on_a_file_system_mounted_noexec_nobody_says_that_a_hook_will_run() {
    for version in GITS {
        let sandbox = Sandbox::new();
        let path = with_git(&sandbox, version);
        let script = format!(
            "PATH='{}'\nset -u\ngit init --quiet repo && cd repo || exit 77\n\
             git-pyenv hook install --output text; echo \"install ended with $?\"\n\
             git-pyenv hook status --output text; echo \"status ended with $?\"\n\
             ls -d .git/hooks/pre-commit\n\
             cp '{}' .git/hooks/pre-commit && chmod +x .git/hooks/pre-commit\n\
             git-pyenv hook status --output text; echo \"then it ended with $?\"\n",
            path.to_string_lossy(),
            concat!(env!("CARGO_MANIFEST_DIR"), "/hooks/pre-commit"),
        );
        let Some(finished) = with_mount(&sandbox, "noexec", &script) else { return };
        let said = finished.said();
        assert!(said.contains("mounted `noexec`"), "{said}");
        assert!(
            said.contains("cannot access '.git/hooks/pre-commit'")
                || !said.contains("\n.git/hooks/pre-commit")
        );
        if version == GITS[0] {
            assert!(said.contains("install ended with 2") && said.contains("status ended with 1"), "{said}");
            assert!(!said.contains("will run"), "{said}");
            assert!(
                said.contains("pre-commit: will not run: ") && said.contains("then it ended with 1"),
                "{said}"
            );
        } else {
            assert!(said.contains("install ended with 0") && said.contains("status ended with 0"), "{said}");
            assert_eq!(said.matches("will run: git's configuration").count(), 6, "{said}");
        }
    }
}

#[test]
fn a_hook_that_is_switched_off_will_not_run() {
    let sandbox = Sandbox::repository();
    install(&sandbox);
    let off = |place: Place<'_>, why: &str, count: usize| {
        for action in ["status", "install"] {
            let said = run(&place, &[action]).ended(i32::from(action == "status")).said();
            assert_eq!(said.matches(why).count(), count, "{said}");
        }
        let json = place.json(&["hook", "status"]);
        let events = json["hooks"]["events"].as_array().expect("events").iter();
        assert_eq!(events.filter(|event| event["will_run"] == false).count(), count, "{json}");
    };
    let place = || sandbox.at("repo").with_binary();
    off(place().with("GIT_PYENV", "0"), "checks nothing: `GIT_PYENV=0` is set", USUAL);
    off(place().with("SKIP", "black,git-pyenv-guard"), "checks nothing: `SKIP` is set", USUAL);
    sandbox.git(&["config", "pyenv.hooks.prePush", "false"]);
    off(place(), "checks nothing: disabled by `hooks.prePush` in git config", 1);
    sandbox.git(&["config", "--unset", "pyenv.hooks.prePush"]);
    sandbox.write("pyproject.toml", "[tool.git-pyenv]\nhooks.pre-commit = false\n");
    off(place(), "checks nothing: disabled by `hooks.preCommit` in pyproject.toml:2", 1);
    sandbox.remove("pyproject.toml");
    run(&place(), &["status"]).ended(0);
}

#[test]
fn an_event_that_is_switched_off_runs_files_only() {
    let mut sandbox = Sandbox::repository();
    set_for_the_user(&mut sandbox, "[hook \"git-pyenv-pre-push\"]\n\tenabled = true\n");
    let newer = with_version(&sandbox, GITS[1]);
    run(&newer, &["install", "--config"]).ended(0);
    run(&newer, &["status"]).ended(0);
    sandbox.git(&["config", "hook.pre-commit.enabled", "false"]);
    let status = run(&newer, &["status"]).ended(1);
    assert!(status.out().contains("`hook.pre-commit.enabled` is false"), "{}", status.said());
    assert_eq!(status.out().matches("will not run").count(), 1, "{}", status.said());
    let refused = run(&newer, &["install", "--config"]).ended(2);
    let hint = "hint: switch them on: `git config hook.pre-commit.enabled true`";
    assert!(refused.err().contains(hint), "{}", refused.said());
    run(&newer, &["install"]).ended(0);
    run(&newer, &["status"]).ended(0);
    run(&newer, &["uninstall"]).ended(0);
    sandbox.git(&["config", "hook.pre-commit.enabled", "true"]);
    run(&newer, &["install", "--config"]).ended(0);
    // The switch of our own hook; what is no boolean says nothing.
    sandbox.write("../home/config", "[hook \"git-pyenv-pre-push\"]\n\tenabled = off\n");
    sandbox.git(&["config", "hook.pre-merge-commit.enabled", "perhaps"]);
    let status = run(&newer, &["status"]).ended(1);
    assert_eq!(status.out().matches("will not run").count(), 1, "{}", status.said());
    run(&newer, &["install", "--config"]).ended(0);
    run(&newer, &["status"]).ended(0);
}

#[test]
fn a_hook_of_ours_that_was_edited_is_not_vouched_for() {
    let sandbox = Sandbox::repository();
    install(&sandbox);
    let script = String::from_utf8(sandbox.read("repo/.git/hooks/pre-commit")).expect("text");
    sandbox.write_program(".git/hooks/pre-commit", script.replace("\nevent=", "\nexit 0\nevent="));
    let status = hook(&sandbox, &["status"]).ended(1);
    assert!(status.out().contains("problem: the file was edited"), "{}", status.said());
    install(&sandbox);
    hook(&sandbox, &["status"]).ended(0);
}

#[test]
fn a_manager_that_is_switched_off_runs_nothing() {
    let sandbox = Sandbox::repository();
    sandbox
        .write("lefthook.yml", "pre-commit:\n  commands:\n    it: { run: git-pyenv hook run pre-commit }\n");
    sandbox.write_program(".git/hooks/pre-commit", "#!/bin/sh\n# lefthook\n");
    let place = sandbox.at("repo").with_binary();
    let status = run(&place, &["status"]);
    assert!(status.out().contains("pre-commit: will run: lefthook"), "{}", status.said());
    for value in ["0", "false"] {
        let status = run(&place.clone().with("LEFTHOOK", value), &["status"]).ended(1);
        assert!(status.out().contains("pre-commit: will not run: lefthook"), "{}", status.said());
        assert!(
            status.out().contains(&format!("`LEFTHOOK={value}` switches lefthook off")),
            "{}",
            status.said()
        );
    }
}

/// Makes `shared` the hooks directory of two repositories, through a link, with a hook in it.
fn shared_by_link() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.git_in("", &["init", "--quiet", "other"]);
    write_hook(&sandbox, "../shared/pre-commit", 0);
    for repository in ["repo", "other"] {
        let hooks = sandbox.path(&format!("{repository}/.git/hooks"));
        fs::remove_dir_all(&hooks).expect("no directory");
        std::os::unix::fs::symlink(sandbox.path("shared"), hooks).expect("a link");
    }
    sandbox
}

#[test]
fn a_directory_that_a_link_shares_is_named_and_left_alone() {
    let sandbox = shared_by_link();
    let before = state(&sandbox.path("shared"));
    let named = sandbox.path("shared").display().to_string();
    for version in GITS {
        let place = with_version(&sandbox, version);
        let expected = if version == GITS[0] { 2 } else { 0 };
        let installed = run(&place, &["install"]).ended(expected);
        for words in [&*named, "other repositories may use it"] {
            assert!(installed.said().contains(words), "{}", installed.said());
        }
        run(&place, &["status"]).ended(i32::from(expected == 2));
        assert_eq!(state(&sandbox.path("shared")), before, "{version}");
    }
}

#[test]
fn who_asks_for_it_installs_in_a_shared_directory_and_the_hook_there_runs_for_all() {
    let sandbox = shared_by_link();
    let before = state(&sandbox.path("shared"));
    let installed = hook(&sandbox, &["install", "--force"]).ended(0);
    assert!(installed.out().contains("other repositories that use it"), "{}", installed.said());
    hook(&sandbox, &["status"]).ended(0);
    hook(&sandbox, &["install"]).ended(0);
    sandbox.write_program("../shared/pre-push", "#!/bin/sh\n# git-pyenv hook v1\n");
    hook(&sandbox, &["install"]).ended(0);
    assert_eq!(sandbox.read("shared/pre-push"), include_bytes!("../../hooks/pre-push"));
    for repository in ["repo", "other"] {
        let place = sandbox.at(repository).with_binary();
        let commit = place.git(&["commit", "--quiet", "--allow-empty", "--message", "it"]).ended(0);
        assert_eq!(commit.err(), "other \n", "{repository}");
    }
    hook(&sandbox, &["uninstall"]).ended(0);
    assert_eq!(state(&sandbox.path("shared")), before);
    assert!(!sandbox.path("shared.git-pyenv").exists());
}

#[test]
fn a_link_into_the_work_tree_belongs_to_the_repository() {
    let sandbox = Sandbox::repository();
    sandbox.make_directory("repo/githooks");
    sandbox.remove(".git/hooks");
    sandbox.link(".git/hooks", "../githooks");
    install(&sandbox);
    stage_environment(&sandbox);
    git(&sandbox, &["commit", "--message", "it"]).ended(1);
    // Another work tree uses them too.
    sandbox.git(&["commit", "--quiet", "--no-verify", "--message", "it"]);
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    let linked = sandbox.at("linked").with_binary();
    run(&linked, &["install"]).ended(0);
    run(&linked, &["status"]).ended(0);
}

#[test]
fn a_hook_that_is_tracked_is_not_replaced() {
    let sandbox = Sandbox::repository();
    write_hook(&sandbox, "githooks/pre-commit", 0);
    sandbox.git(&["add", "githooks"]);
    sandbox.git(&["config", "core.hooksPath", "githooks"]);
    let older = with_version(&sandbox, GITS[0]);
    let refused = run(&older, &["install"]).ended(2);
    assert!(refused.err().contains("`pre-commit` is tracked"), "{}", refused.said());
    assert!(
        refused.err().contains("\ngit-pyenv hook run pre-commit -- \"$@\" || exit\n"),
        "{}",
        refused.said()
    );
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "A  githooks/pre-commit");
    run(&older, &["install", "--force"]).ended(0);
    run(&older, &["uninstall"]).ended(0);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "A  githooks/pre-commit");
    // The line that it printed is recognised where it is, and nowhere else.
    for (line, code) in
        [("# git-pyenv hook run pre-commit -- \"$@\"", 2), ("git-pyenv hook run pre-commit -- \"$@\"", 0)]
    {
        sandbox.write_program("githooks/pre-commit", format!("#!/bin/sh\n{line} || exit\n"));
        let told = run(&older, &["install", "pre-commit"]).ended(code);
        assert_eq!(told.said().contains("already runs it as pre-commit"), code == 0, "{}", told.said());
        let status = run(&older, &["status"]).ended(1);
        assert_eq!(status.out().contains("pre-commit: will run"), code == 0, "{}", status.said());
    }
}

/// What prepares a situation.
type Prepare = fn(&mut Sandbox);

/// Situations in which files cannot or must not be installed, by their names.
const SITUATIONS: [(&str, Prepare); 9] = [
    ("nothing", |_| {}),
    ("pre-commit is configured", |sandbox| sandbox.write(".pre-commit-config.yaml", "repos: []\n")),
    ("pre-commit names us", |sandbox| {
        sandbox.write(".pre-commit-config.yaml", "repos: [{repo: x, hooks: [{id: git-pyenv-guard}]}]\n");
    }),
    ("lefthook is configured", |sandbox| sandbox.write("lefthook.yml", "{}\n")),
    ("overcommit is configured", |sandbox| sandbox.write(".overcommit.yml", "{}\n")),
    ("the user has one directory for all", |sandbox| {
        sandbox.make_directory("all");
        let all = sandbox.path("all").display().to_string();
        set_for_the_user(sandbox, &format!("[core]\n\thooksPath = {all}\n"));
    }),
    ("hooks are off", |sandbox| {
        sandbox.git(&["config", "core.hooksPath", "/dev/null"]);
    }),
    ("the directory is missing", |sandbox| {
        sandbox.git(&["config", "core.hooksPath", "missing/hooks"]);
    }),
    ("the directory is a file", |sandbox| {
        sandbox.remove(".git/hooks");
        sandbox.write(".git/hooks", "");
    }),
];

#[test]
fn install_and_status_agree() {
    for version in GITS {
        for (situation, prepare) in SITUATIONS {
            let mut sandbox = Sandbox::repository();
            prepare(&mut sandbox);
            let place = with_version(&sandbox, version);
            let when = |finished: &Finished| format!("{version}, {situation}: {}", finished.said());
            let told = run(&place, &["status"]).ended(1);
            let installed = run(&place, &["install"]);
            let status = run(&place, &["status"]);
            if installed.status == Some(0) {
                assert!(
                    told.out().ends_with("to install missing hooks:\n  git pyenv hook install\n"),
                    "{}",
                    when(&told)
                );
                assert_eq!(status.status, Some(0), "{}", when(&status));
                let again = run(&place, &["install"]).ended(0);
                assert!(again.out().ends_with("nothing to do\n"), "{}", when(&again));
                continue;
            }
            assert_eq!(installed.status, Some(2), "{}", when(&installed));
            assert_eq!((status.status, status.out()), (Some(1), told.out()), "{}", when(&status));
            let error = installed.err();
            let message =
                error.lines().next().and_then(|line| line.strip_prefix("error: ")).expect("an error");
            let refusal = format!("`git pyenv hook install` cannot install missing hooks: {message}");
            assert!(told.out().contains(&refusal), "{}", when(&told));
            let hints = &error[error.find("  hint: ").expect("a hint")..];
            assert!(told.out().ends_with(hints), "{}{}", when(&told), when(&installed));
            // What this git does not know is not offered.
            let offers = error.contains("--config") || error.contains("hook install --config");
            assert!(!offers || version == GITS[1], "{}", when(&installed));
        }
    }
}

#[test]
fn lines_for_a_file_are_printed_as_they_go_into_it() {
    let sandbox = Sandbox::repository();
    sandbox.write(".pre-commit-config.yaml", "repos:\n");
    let told = hook(&sandbox, &["install"]).ended(2);
    let lines: Vec<String> = told.err().lines().map(str::to_owned).collect();
    let first = lines.iter().position(|line| line.starts_with("  hint: add these lines below `repos:`"));
    let lines = &lines[first.expect("a hint") + 1..];
    let expected =
        ["  - repo: URL_OF_GIT_PYENV", "    rev: TAG_OR_COMMIT", "    hooks:", "      - id: git-pyenv-guard"];
    assert_eq!(lines[..4], expected, "{}", told.said());
    assert!(lines[4].starts_with("  hint: or install hooks beside it"), "{}", told.said());
}

#[test]
fn the_work_tree_may_have_hooks_of_its_own() {
    let sandbox = Sandbox::repository();
    sandbox.commit("README", "");
    sandbox.git(&["config", "extensions.worktreeConfig", "true"]);
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    sandbox.git_in("linked", &["config", "--worktree", "core.hooksPath", "own"]);
    install(&sandbox);
    let linked = sandbox.at("linked").with_binary();
    let status = run(&linked, &["status"]).ended(1);
    assert!(status.out().contains("is not used: git runs the hooks in"), "{}", status.said());
    run(&linked, &["install"]).ended(0);
    assert!(sandbox.path("linked/own/pre-commit").exists());
    for directory in ["repo", "linked"] {
        run(&sandbox.at(directory).with_binary(), &["status"]).ended(0);
    }
}
