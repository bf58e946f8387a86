//! `cleanup --directory`: a whole tree of repositories and of folders that are in none.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::support::mounts;
use crate::support::removable::{self, cleanup_in, each};
use crate::support::repository::Sandbox;
use crate::support::users::unprivileged;

/// A tree `tree` with two repositories, an environment in none, and what stays; `None`, said aloud, without a Python.
fn tree() -> Option<Sandbox> {
    let sandbox = removable::repository()?;
    sandbox.make_directory("tree/sub");
    let copy = |to: &str| sandbox.at("").run("cp", &["-a", "repo", to]).ended(0);
    copy("tree/one");
    copy("tree/sub/two");
    sandbox.at("").run("cp", &["-a", "repo/venv", "tree/loose"]).ended(0);
    sandbox.write("../tree/notes.txt", "mine\n");
    Some(sandbox)
}

fn absolute(sandbox: &Sandbox, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| sandbox.path(name).display().to_string()).collect()
}

/// The paths of the done entries of a log.
fn done(sandbox: &Sandbox, log: &str) -> Vec<String> {
    let log = fs::read(sandbox.path(log)).unwrap_or_default();
    let entries =
        log.split(|&byte| byte == b'\n').filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let done = entries.filter(|entry| entry["event"] == "done");
    done.map(|entry| entry["path"].as_str().unwrap_or_default().to_owned()).collect()
}

const OWN_LOG: &str = "home/.local/state/git-pyenv/audit-log.jsonl";

#[test]
fn each_repository_has_the_record_of_its_own() {
    let Some(sandbox) = tree() else { return };
    let before = sandbox.listing();
    let planned = cleanup_in(&sandbox, "", &["--directory", "tree", "-n", "--force"], 0);
    let all = absolute(&sandbox, &["tree/one/venv", "tree/sub/two/venv", "tree/loose"]);
    assert_eq!(each(&planned["plan"], "path"), all, "{planned:#}");
    let tops: Vec<Value> =
        planned["plan"].as_array().expect("a plan").iter().map(|item| item["work_tree"].clone()).collect();
    let [one, two] =
        ["tree/one", "tree/sub/two"].map(|top| Value::from(sandbox.path(top).display().to_string()));
    assert_eq!(tops, [one, two, Value::Null]);
    assert_eq!(sandbox.listing(), before, "not even the time of a directory changes");
    // Without a terminal nothing is deleted.
    cleanup_in(&sandbox, "", &["--directory", "tree"], 1);
    let answer = cleanup_in(&sandbox, "", &["--directory", "tree", "--force"], 0);
    assert_eq!(each(&answer["removed"], "path"), all, "{answer:#}");
    assert_eq!(done(&sandbox, "tree/one/.git/pyenv/audit-log.jsonl"), all[..1]);
    assert_eq!(done(&sandbox, "tree/sub/two/.git/pyenv/audit-log.jsonl"), all[1..2]);
    assert_eq!(done(&sandbox, OWN_LOG), all[2..]);
    let snapshot = answer["removed"][2]["snapshot"].as_str().expect("a snapshot");
    assert!(sandbox.path(&format!("home/.local/state/git-pyenv/snapshots/{snapshot}.json")).exists());
    sandbox.at("tree").pyenv(&["log", "--verify"]).ended(0);
    assert!(sandbox.path("tree/notes.txt").exists() && sandbox.path("repo/venv").exists());
    assert!(all.iter().all(|path| !std::path::Path::new(path).exists()));
    let again = cleanup_in(&sandbox, "", &["--directory", "tree", "--force"], 0);
    assert!(again["plan"].as_array().is_some_and(Vec::is_empty), "{again:#}");
}

#[test]
fn the_plan_says_what_belongs_to_which_repository() {
    let Some(sandbox) = tree() else { return };
    let run = |arguments: &[&str]| {
        let all = [&["cleanup", "--output", "text", "--directory", "tree"], arguments].concat();
        sandbox.at("").pyenv(&all)
    };
    let said = run(&["-n"]).ended(0).out();
    let heads: Vec<&str> = said.lines().filter(|line| line.ends_with(':')).collect();
    let [one, two] = ["one", "sub/two"]
        .map(|top| format!("in the work tree `{}`:", sandbox.path("tree").join(top).display()));
    assert_eq!(heads, [one.as_str(), &two, "in no repository:"], "{said}");
    // What stops a deletion is let go with a command that works where it is printed.
    let stopped = ["one/venv", "loose"];
    stopped.iter().for_each(|name| sandbox.write(format!("../tree/{name}/mine.txt"), "mine\n"));
    let said = run(&["--force"]).ended(1).out();
    let hints: Vec<&str> = said.split('`').filter(|part| part.contains("--discard")).collect();
    assert_eq!(hints.len(), stopped.len(), "{said}");
    for (hint, name) in hints.into_iter().zip(stopped) {
        sandbox.at("").with_binary().run("sh", &["-c", &format!("{hint} --force")]).ended(0);
        assert!(!sandbox.path("tree").join(name).exists(), "{hint}");
    }
}

#[test]
fn a_directory_in_a_repository_and_one_that_is_an_environment() {
    let Some(sandbox) = tree() else { return };
    removable::make(&sandbox, "services/api/.venv");
    let planned = |directory: &str| {
        each(&cleanup_in(&sandbox, "", &["-n", "--directory", directory], 0)["plan"], "path")
    };
    assert_eq!(planned("repo/services"), absolute(&sandbox, &["repo/services/api/.venv"]));
    assert_eq!(planned("repo/venv"), absolute(&sandbox, &["repo/venv"]));
    assert_eq!(planned("tree/loose"), absolute(&sandbox, &["tree/loose"]));
    let both = [
        "-n",
        "--directory",
        "tree/sub",
        "--directory",
        "tree",
        "--keep",
        "/sub/two/venv",
        "--keep",
        "/venv",
    ];
    assert_eq!(
        each(&cleanup_in(&sandbox, "", &both, 0)["plan"], "path"),
        absolute(&sandbox, &["tree/loose"])
    );
    for (arguments, expected) in [
        (["--directory", "gone"], "`gone` is not a directory"),
        (["--directory", "tree/notes.txt"], "`tree/notes.txt` is not a directory"),
    ] {
        let refused = sandbox.at("").pyenv(&[&["cleanup", "--force"], &arguments[..]].concat()).ended(2);
        assert!(refused.err().contains(expected), "{}", refused.said());
    }
    let said = sandbox.at("").pyenv(&["cleanup", "--force", "--directory", "repo/.git"]).ended(3);
    assert!(sandbox.path("repo/venv").exists(), "{}", said.said());
}

#[test]
fn what_tools_keep_in_the_home_directory_stays_unless_it_is_named() {
    let Some(sandbox) = removable::repository() else { return };
    let places =
        ["home/.cache/pypoetry/virtualenvs", "home/.pyenv/versions", "home/tools/pipx/venvs", "home/code"];
    for place in places {
        sandbox.make_directory(place);
        sandbox.at("").run("cp", &["-a", "repo/venv", &format!("{place}/env")]).ended(0);
    }
    sandbox.make_directory("home/conda/condabin");
    sandbox.at("").run("cp", &["-a", "repo/venv", "home/conda/env"]).ended(0);
    sandbox.at("").run("cp", &["-a", "repo/venv", "home/.venv"]).ended(0);
    let pipx = sandbox.path("home/tools/pipx");
    let run = sandbox.at("").with("PIPX_HOME", pipx);
    let answer =
        run.pyenv(&["cleanup", "--directory", "home", "--force", "--output", "json"]).ended(0).json();
    let removed = absolute(&sandbox, &["home/.venv", "home/code/env"]);
    assert_eq!(each(&answer["cleanup"]["removed"], "path"), removed, "{answer:#}");
    let named = cleanup_in(&sandbox, "", &["--directory", places[0], "--force"], 0);
    assert_eq!(
        each(&named["removed"], "path"),
        absolute(&sandbox, &["home/.cache/pypoetry/virtualenvs/env"])
    );
    assert!(sandbox.path("home/tools/pipx/venvs/env").exists());
    assert!(sandbox.path("home/.pyenv/versions/env").exists() && sandbox.path("home/conda/env").exists());
}

#[test]
fn links_git_directories_and_pieces_in_no_repository_are_left_alone() {
    let Some(sandbox) = tree() else { return };
    sandbox.git_in("tree", &["init", "--quiet", "--bare", "bare"]);
    sandbox.at("").run("cp", &["-a", "tree/loose", "tree/bare/env"]).ended(0);
    sandbox.at("").run("cp", &["-a", "tree/loose", "tree/one/.git/env"]).ended(0);
    sandbox.at("").run("cp", &["-a", "repo", "elsewhere"]).ended(0);
    sandbox.link("../tree/link", "../elsewhere");
    sandbox.write("../tree/share/man/man1/ttx.1", "a piece of somebody's\n");
    let answer = cleanup_in(&sandbox, "", &["--directory", "tree", "--force"], 0);
    assert_eq!(
        each(&answer["removed"], "path"),
        absolute(&sandbox, &["tree/one/venv", "tree/sub/two/venv", "tree/loose"])
    );
    for stays in ["tree/bare/env", "tree/one/.git/env", "elsewhere/venv", "tree/share/man/man1/ttx.1"] {
        assert!(sandbox.path(stays).exists(), "{stays}");
    }
}

#[test]
fn caches_go_in_every_repository_and_in_none() {
    let Some(sandbox) = tree() else { return };
    for place in ["one", "sub", "sub/two/src"] {
        sandbox.write(format!("../tree/{place}/__pycache__/m.cpython-312.pyc"), "x");
    }
    let answer = cleanup_in(&sandbox, "", &["--directory", "tree", "--force", "--target", "caches"], 0);
    let caches = ["tree/one/__pycache__", "tree/sub/two/src/__pycache__", "tree/sub/__pycache__"];
    assert_eq!(each(&answer["removed"], "path"), absolute(&sandbox, &caches), "{answer:#}");
    assert!(sandbox.path("tree/loose").exists());
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_goes() {
    let Some(sandbox) = tree() else { return };
    sandbox.make_directory("tree/closed/inner");
    let Some(user) = unprivileged(&sandbox, "022") else { return };
    let close = |mode| {
        fs::set_permissions(sandbox.path("tree/closed"), Permissions::from_mode(mode)).expect("a mode")
    };
    close(0o000);
    let run = user.run("", user.binary(), &["cleanup", "--directory", "tree", "--force", "--output", "json"]);
    close(0o755);
    let answer = run.ended(3).json();
    assert_eq!(answer["skipped"][0]["path"], absolute(&sandbox, &["tree/closed"])[0], "{answer:#}");
    assert_eq!(each(&answer["cleanup"]["removed"], "path").len(), 3, "{answer:#}");
}

#[test]
fn settings_of_a_repository_forbid_for_all() {
    let Some(sandbox) = tree() else { return };
    sandbox.git_in("tree/sub/two", &["config", "pyenv.autoCleanup", "false"]);
    let refused = sandbox.at("").pyenv(&["cleanup", "--directory", "tree"]).ended(2);
    assert!(refused.err().contains("`autoCleanup` is `false`"), "{}", refused.said());
    assert!(sandbox.path("tree/one/venv").exists());
}

#[test]
fn other_file_systems_are_not_entered() {
    let Some(sandbox) = tree() else { return };
    let script = "mkdir tree/mounted && mount -t tmpfs none tree/mounted || exit 77
        cp -a repo tree/mounted && cp -a repo/venv tree/mounted/loose
        \"$0\" cleanup --directory tree --force --output json; status=$?
        test -e tree/mounted/repo/venv && test -e tree/mounted/loose && exit $status";
    let Some(run) = mounts::run(&sandbox, "", script) else { return };
    let answer = run.ended(3).json();
    assert_eq!(each(&answer["cleanup"]["removed"], "path").len(), 3, "{answer:#}");
    assert_eq!(answer["skipped"][0]["path"], absolute(&sandbox, &["tree/mounted"])[0], "{answer:#}");
}

#[test]
fn a_killed_run_in_no_repository_is_finished() {
    for step in ["recorded", "aside", "condemned", "deleted"] {
        let Some(sandbox) = tree() else { return };
        let killed = sandbox.at("").with("PYENV_STOP_POINT", format!("kill:{step}"));
        let killed = killed.pyenv(&["cleanup", "--directory", "tree/loose", "--force"]);
        assert_eq!(killed.status, None, "{step}: {}", killed.said());
        cleanup_in(&sandbox, "", &["--directory", "tree", "--force"], 0);
        assert_eq!(done(&sandbox, OWN_LOG), absolute(&sandbox, &["tree/loose"]), "{step}");
        let left: Vec<_> = sandbox
            .listing()
            .into_iter()
            .filter(|(path, ..)| path.to_string_lossy().contains(".git-pyenv-"))
            .collect();
        assert_eq!(left, [], "{step}");
        assert!(!sandbox.path("tree/loose").exists());
    }
}
