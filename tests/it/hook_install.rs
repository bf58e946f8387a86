//! Installing hooks beside what is there, taking them away again, and saying whether they run.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Stdio};

use crate::hook::{USUAL, git, install, stage_environment, write_hook};
use crate::support::environments::venv;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Finished, tool};

/// Everything below a directory, with mode and content (the target of a link), except the lock, which stays.
pub(crate) fn state(directory: &Path) -> BTreeMap<String, (u32, Vec<u8>)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.ends_with("pyenv.lock") {
            continue;
        }
        let metadata = fs::symlink_metadata(&path).expect("its metadata");
        let content = match fs::read_link(&path) {
            Ok(target) => target.into_os_string().into_encoded_bytes(),
            Err(_) if metadata.is_dir() => {
                found.extend(state(&path));
                Vec::new()
            }
            Err(_) => fs::read(&path).expect("content"),
        };
        found.insert(path.display().to_string(), (metadata.permissions().mode(), content));
    }
    found
}

pub(crate) fn hook(sandbox: &Sandbox, arguments: &[&str]) -> Finished {
    let all = [&["pyenv", "hook"], arguments, &["--output", "text"]].concat();
    sandbox.at("repo").with_binary().git(&all)
}

#[test]
fn uninstalling_is_the_exact_inverse() {
    let sandbox = Sandbox::repository();
    write_hook(&sandbox, ".git/hooks/pre-commit", 0);
    let permissions = fs::Permissions::from_mode(0o640);
    fs::set_permissions(sandbox.path("repo/.git/hooks/pre-commit"), permissions).expect("permissions");
    sandbox.link(".git/hooks/pre-push", "../../tools/hook.sh");
    let before = state(&sandbox.path("repo/.git"));
    hook(&sandbox, &["install", "--dry-run"]).ended(0);
    assert_eq!(state(&sandbox.path("repo/.git")), before, "a dry run changes nothing");
    install(&sandbox);
    let installed = state(&sandbox.path("repo/.git"));
    assert_ne!(installed, before);
    let again = hook(&sandbox, &["install"]).ended(0);
    assert!(
        again.out().contains("already installed") && again.out().ends_with("nothing to do\n"),
        "{}",
        again.said()
    );
    assert_eq!(state(&sandbox.path("repo/.git")), installed);
    hook(&sandbox, &["uninstall", "--dry-run"]).ended(0);
    assert_eq!(state(&sandbox.path("repo/.git")), installed);
    hook(&sandbox, &["uninstall"]).ended(0);
    assert_eq!(state(&sandbox.path("repo/.git")), before);
    hook(&sandbox, &["uninstall"]).ended(0);
    assert_eq!(state(&sandbox.path("repo/.git")), before);
}

#[test]
fn an_older_hook_of_ours_is_renewed_and_foreign_ones_are_not_removed() {
    let sandbox = Sandbox::repository();
    sandbox.write_program(".git/hooks/pre-commit", "#!/bin/sh\n# git-pyenv hook v0\nexit 9\n");
    install(&sandbox);
    assert_eq!(sandbox.read("repo/.git/hooks/pre-commit"), include_bytes!("../../hooks/pre-commit"));
    assert!(!sandbox.path("repo/.git/hooks.git-pyenv/pre-commit").exists());
    write_hook(&sandbox, ".git/hooks/pre-push", 0);
    let refused = hook(&sandbox, &["uninstall", "pre-push"]).ended(2);
    assert!(refused.err().contains("was not installed by git-pyenv"), "{}", refused.said());
    hook(&sandbox, &["uninstall"]).ended(0);
    assert!(sandbox.path("repo/.git/hooks/pre-push").exists());
    assert!(!sandbox.path("repo/.git/hooks/pre-commit").exists());
}

#[test]
fn a_link_is_kept_as_a_link_and_not_written_through() {
    let sandbox = Sandbox::repository();
    write_hook(&sandbox, "tools/hook.sh", 0);
    sandbox.link(".git/hooks/pre-commit", "../../tools/hook.sh");
    let original = sandbox.read("repo/tools/hook.sh");
    install(&sandbox);
    assert_eq!(sandbox.read("repo/tools/hook.sh"), original);
    let kept = sandbox.path("repo/.git/hooks.git-pyenv/pre-commit");
    assert_eq!(fs::read_link(kept).expect("a link"), Path::new("../../tools/hook.sh"));
    sandbox.git(&["add", "tools"]);
    let passed = git(&sandbox, &["commit", "--quiet", "--message", "it"]).ended(0);
    assert_eq!(passed.err(), "other \n");
}

#[test]
fn a_second_name_that_is_taken_stops_it_unless_a_killed_run_left_it() {
    let sandbox = Sandbox::repository();
    write_hook(&sandbox, ".git/hooks/pre-commit", 0);
    write_hook(&sandbox, ".git/hooks.git-pyenv/pre-commit", 1);
    let before = state(&sandbox.path("repo/.git"));
    let refused = hook(&sandbox, &["install"]).ended(2);
    assert!(refused.err().contains("already exists"), "{}", refused.said());
    assert_eq!(state(&sandbox.path("repo/.git")), before);
    write_hook(&sandbox, ".git/hooks.git-pyenv/pre-commit", 0);
    install(&sandbox);
    hook(&sandbox, &["uninstall"]).ended(0);
    assert!(!sandbox.path("repo/.git/hooks.git-pyenv/pre-commit").exists());
}

#[test]
fn a_failure_half_way_leaves_everything_as_it_was() {
    let sandbox = Sandbox::repository();
    write_hook(&sandbox, ".git/hooks/pre-commit", 0);
    sandbox.write(".git/config.lock", "");
    let before = state(&sandbox.path("repo/.git"));
    let failed = hook(&sandbox, &["install"]).ended(2);
    assert!(failed.err().contains("nothing was changed"), "{}", failed.said());
    assert_eq!(state(&sandbox.path("repo/.git")), before);
    sandbox.remove(".git/config.lock");
    install(&sandbox);
    sandbox.write(".git/config.lock", "");
    let before = state(&sandbox.path("repo/.git"));
    hook(&sandbox, &["uninstall"]).ended(2);
    assert_eq!(state(&sandbox.path("repo/.git")), before);
}

/// A run of `hook` in a directory of the sandbox that waits for another one.
fn waiting(sandbox: &Sandbox, directory: &str, arguments: &[&str]) -> Child {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), directory);
    command.arg("hook").args(arguments).args(["--output", "text"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("a process");
    let mut line = String::new();
    let mut errors = BufReader::new(child.stderr.take().expect("a pipe"));
    errors.read_line(&mut line).expect("a line");
    assert_eq!(line, "waiting for another process of git-pyenv\n", "{arguments:?}");
    child.stderr = Some(errors.into_inner());
    child
}

#[test]
fn runs_that_change_hooks_wait_for_one_another() {
    let sandbox = Sandbox::repository();
    sandbox.commit("README", "");
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    write_hook(&sandbox, ".git/hooks/pre-commit", 0);
    let before = state(&sandbox.path("repo/.git"));
    let lock = File::create(sandbox.path("repo/.git/pyenv.lock")).expect("a file");
    for arguments in [&["install"][..], &["uninstall"]] {
        let installed = state(&sandbox.path("repo/.git"));
        lock.lock().expect("a lock");
        // Work trees share the hooks.
        let children = ["repo", "linked"].map(|directory| waiting(&sandbox, directory, arguments));
        hook(&sandbox, &[arguments, &["--dry-run"]].concat()).ended(0);
        hook(&sandbox, &["status"]);
        assert_eq!(state(&sandbox.path("repo/.git")), installed, "nothing is changed meanwhile");
        lock.unlock().expect("no lock");
        for child in children {
            Finished::from(child.wait_with_output().expect("an end")).ended(0);
        }
    }
    assert_eq!(state(&sandbox.path("repo/.git")), before);
}

#[test]
fn a_missing_directory_is_made() {
    let sandbox = Sandbox::repository();
    sandbox.remove(".git/hooks");
    install(&sandbox);
    stage_environment(&sandbox);
    git(&sandbox, &["commit", "--message", "it"]).ended(1);
}

#[test]
fn linked_worktrees_share_the_hooks_and_submodules_have_their_own() {
    let sandbox = Sandbox::repository();
    sandbox.commit("README", "");
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    let linked = sandbox.at("linked").with_binary();
    linked.git(&["pyenv", "hook", "install"]).ended(0);
    assert!(sandbox.path("repo/.git/hooks/pre-commit").exists());
    venv(12).write_to(&sandbox, "linked/venv");
    linked.git_ok(&["add", "--force", "venv"]);
    linked.git(&["commit", "--message", "it"]).ended(1);
    let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../repo", "module"];
    sandbox.git(&add);
    let module = sandbox.at("repo/module").with_binary();
    module.git(&["pyenv", "hook", "install"]).ended(0);
    assert!(sandbox.path("repo/.git/modules/module/hooks/pre-commit").exists());
    venv(12).write_to(&sandbox, "repo/module/venv");
    module.git_ok(&["add", "--force", "venv"]);
    module.git(&["commit", "--message", "it"]).ended(1);
}

#[test]
fn a_hooks_path_of_the_repository_is_used_relative_or_absolute() {
    for absolute in [false, true] {
        let sandbox = Sandbox::repository();
        let path =
            if absolute { sandbox.path("own-hooks").display().to_string() } else { "own-hooks".to_owned() };
        sandbox.git(&["config", "core.hooksPath", &path]);
        install(&sandbox);
        let directory = if absolute { "own-hooks" } else { "repo/own-hooks" };
        assert!(sandbox.path(directory).join("pre-push").exists(), "{path}");
        stage_environment(&sandbox);
        git(&sandbox, &["commit", "--message", "it"]).ended(1);
        hook(&sandbox, &["status"]).ended(0);
    }
}

#[test]
fn a_directory_that_others_use_is_not_written_to() {
    let sandbox = Sandbox::repository();
    let shared = sandbox.path("shared");
    sandbox.make_directory("shared");
    sandbox.write("../home/config", format!("[core]\n\thooksPath = {}\n", shared.display()));
    let place = sandbox.at("repo").with_binary().with("GIT_CONFIG_GLOBAL", sandbox.path("home/config"));
    let answer = place.git(&["pyenv", "hook", "install", "--output", "text"]);
    assert_eq!(fs::read_dir(&shared).expect("a directory").count(), 0);
    if answer.status == Some(0) {
        let list = place.git_ok(&["config", "--local", "--get", "hook.git-pyenv-pre-push.event"]);
        assert_eq!(list, "pre-push", "a git with config hooks");
    } else {
        assert_eq!(answer.status, Some(2), "{}", answer.said());
        assert!(answer.err().contains("git-pyenv hook run pre-push -- \"$@\""), "{}", answer.said());
    }
}

#[test]
fn hooks_that_are_switched_off_are_not_switched_on() {
    let sandbox = Sandbox::repository();
    sandbox.git(&["config", "core.hooksPath", "/dev/null"]);
    let refused = hook(&sandbox, &["install", "--dry-run"]);
    assert!(refused.said().contains("but it is not a directory"), "{}", refused.said());
    hook(&sandbox, &["status"]).ended(1);
}

#[test]
fn status_knows_what_git_would_pass_over() {
    let sandbox = Sandbox::repository();
    let nothing = hook(&sandbox, &["status"]).ended(1);
    assert!(nothing.out().contains("pre-commit: not installed"), "{}", nothing.said());
    install(&sandbox);
    let all = hook(&sandbox, &["status"]).ended(0);
    assert_eq!(all.out().matches("will run").count(), USUAL, "{}", all.said());
    let file = sandbox.path("repo/.git/hooks/pre-push");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("permissions");
    let status = hook(&sandbox, &["status"]).ended(1);
    assert!(status.out().contains("not executable"), "{}", status.said());
    install(&sandbox);
    hook(&sandbox, &["status"]).ended(0);
    sandbox.git(&["config", "core.hooksPath", "elsewhere"]);
    let status = hook(&sandbox, &["status"]).ended(1);
    assert!(status.out().contains("is not used: git runs the hooks in"), "{}", status.said());
    sandbox.git(&["config", "--unset", "core.hooksPath"]);
    sandbox.git(&["config", "pyenv.executable", "/nowhere"]);
    let poor = sandbox.at("repo").without_binary();
    let status = poor.pyenv(&["hook", "status", "--output", "text"]).ended(1);
    assert!(status.out().contains("git-pyenv not found by hooks"), "{}", status.said());
}

#[test]
fn managers_are_told_instead() {
    let cases = [
        (".pre-commit-config.yaml", "repos: []\n", "- id: git-pyenv-guard"),
        ("prek.toml", "repos = []\n", "git-pyenv-guard"),
        ("lefthook.yml", "{}\n", "git-pyenv hook run pre-push"),
        (".husky/pre-commit", "npm test\n", "git-pyenv hook run pre-commit"),
    ];
    for (file, content, line) in cases {
        let sandbox = Sandbox::repository();
        sandbox.write(file, content);
        let before = state(&sandbox.path("repo/.git"));
        let told = hook(&sandbox, &["install"]).ended(2);
        assert!(told.err().contains(line), "{}", told.said());
        assert_eq!(state(&sandbox.path("repo/.git")), before, "{file}");
        hook(&sandbox, &["install", "--force"]).ended(0);
        hook(&sandbox, &["status"]).ended(0);
        hook(&sandbox, &["uninstall"]).ended(0);
        assert_eq!(state(&sandbox.path("repo/.git")), before, "{file}");
    }
    let sandbox = Sandbox::repository();
    sandbox.write(".pre-commit-config.yaml", "repos: [{repo: x, hooks: [{id: git-pyenv-guard}]}]\n");
    let [told, status] = ["install", "status"].map(|action| hook(&sandbox, &[action]));
    for (finished, code) in [(told, 2), (status, 1)] {
        let said = finished.ended(code).said();
        assert!(said.contains("pre-commit has not installed its pre-push hook"), "{said}");
        assert!(
            said.contains("hint: let it install them: `pre-commit install --hook-type pre-commit"),
            "{said}"
        );
    }
}

/// A `PATH` with a git that says it is of this version and is the installed one otherwise. Git 2.54 is the first to run
/// hooks of the configuration.
pub(crate) fn with_git(sandbox: &Sandbox, version: &str) -> std::ffi::OsString {
    let git = tool("git").expect("git");
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in *version) echo git version {version} ;; *) exec '{}' \"$@\" ;; esac\n",
        git.display()
    );
    sandbox.write_program(format!("../git-{version}/git"), script);
    let own = Path::new(env!("CARGO_BIN_EXE_git-pyenv")).parent().expect("a directory").to_path_buf();
    let inherited = std::env::var_os("PATH").expect("a path");
    let first = sandbox.path(&format!("git-{version}"));
    let directories = [first, own].into_iter().chain(std::env::split_paths(&inherited));
    std::env::join_paths(directories).expect("directories without a colon")
}

/// What git 2.54 and later do with a hook of the configuration: hand it to a shell, the arguments behind it.
fn in_shell(sandbox: &Sandbox, event: &str) -> [String; 5] {
    let command = sandbox.git(&["config", &format!("hook.git-pyenv-{event}.command")]);
    ["-c".to_owned(), format!("{command} \"$@\""), command, "origin".to_owned(), "../remote.git".to_owned()]
}

#[test]
fn a_hook_of_the_configuration_answers_and_lets_a_file_go_before() {
    let sandbox = Sandbox::repository();
    let configuration = sandbox.read("repo/.git/config");
    let place = sandbox.at("repo").with("PATH", with_git(&sandbox, "2.54.0"));
    place.pyenv(&["hook", "install", "--config"]).ended(0);
    place.pyenv(&["hook", "status"]).ended(0);
    let again = place.pyenv(&["hook", "install", "--config", "--output", "text"]).ended(0);
    assert!(again.out().ends_with("nothing to do\n"), "{}", again.said());
    let as_files = place.pyenv(&["hook", "install"]).ended(0);
    assert!(as_files.said().contains("already installed in git's configuration"), "{}", as_files.said());
    place.pyenv(&["hook", "install", "--force"]).ended(2);
    let old = hook(&sandbox, &["status"]);
    assert!(old.status == Some(0) || old.out().contains("older than 2.54"), "{}", old.said());
    stage_environment(&sandbox);
    let shell = in_shell(&sandbox, "pre-commit");
    place.run("sh", &shell[..3]).ended(1);
    place.clone().with("GIT_PYENV", "0").run("sh", &shell[..3]).ended(0);
    let poor = sandbox.at("repo").without_binary();
    poor.run("sh", &shell[..3]).ended(1);
    sandbox.git(&["config", "pyenv.executable", "/nowhere"]);
    assert!(poor.run("sh", &shell[..3]).ended(3).err().starts_with("git-pyenv: cannot check"));
    let nothing = sandbox.at("repo").with("PATH", with_git(&sandbox, "2.54.0")).reading("torn");
    nothing.run("sh", &in_shell(&sandbox, "pre-push")).ended(3);
    sandbox.write_program(".git/hooks/pre-commit", include_str!("../../hooks/pre-commit"));
    assert_eq!(place.run("sh", &shell[..3]).ended(0).err(), "");
    sandbox.remove(".git/hooks/pre-commit");
    place.pyenv(&["hook", "uninstall"]).ended(0);
    assert_eq!(sandbox.read("repo/.git/config"), configuration);
}

#[test]
fn a_git_without_hooks_in_its_configuration_is_told_from_one_with() {
    let sandbox = Sandbox::repository();
    let place = sandbox.at("repo").with("PATH", with_git(&sandbox, "2.47.3"));
    let refused = place.pyenv(&["hook", "install", "--config"]).ended(2);
    assert!(
        refused.err().contains("git 2.47.3 does not run hooks from its configuration"),
        "{}",
        refused.said()
    );
}
