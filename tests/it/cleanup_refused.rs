//! `cleanup` where the input is bad, somebody else is at work too, or what is there resists: nothing is lost.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::Stdio;

use git_pyenv::fs::EnvironmentLock;
use rustix::fs::{Mode, OFlags, mkdirat, openat};

use crate::support::removable::{self, cleanup, contents, each, events, go_on, held};
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Finished, skip, tool};
use crate::support::users::unprivileged;

#[track_caller]
fn refused(sandbox: &Sandbox, arguments: &[&str], expected: &str) -> Finished {
    let before = contents(sandbox);
    let refused = sandbox.pyenv(&[&["cleanup", "--force"], arguments].concat()).ended(2);
    assert!(refused.err().contains(expected), "{arguments:?}: {}", refused.said());
    assert_eq!(contents(sandbox), before, "{arguments:?}");
    refused
}

#[test]
fn links_are_not_followed() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.write("outside/kept.txt", "mine\n");
    let outside = |sandbox: &Sandbox| sandbox.read("repo/outside/kept.txt");
    // Inside: the link goes if it may, and what it leads to stays.
    symlink("../outside", sandbox.path("repo/venv/data")).expect("a link");
    assert_eq!(each(&cleanup(&sandbox, &["--force"], 1)["kept"], "path"), ["venv"]);
    // Above, and in its place.
    symlink(sandbox.path("repo"), sandbox.path("repo/around")).expect("a link");
    symlink("venv", sandbox.path("repo/.venv")).expect("a link");
    refused(&sandbox, &["around/venv"], "leads through a symlink");
    let said = refused(&sandbox, &[".venv", "--discard", ".venv/data"], "is a symlink").err();
    let hint =
        said.split('`').find(|part| part.starts_with("git pyenv cleanup ")).expect("a command").to_owned();
    assert!(hint.ends_with("repo/venv"), "{said}");
    let place = hint.rsplit(' ').next().expect("a path").to_owned();
    cleanup(&sandbox, &[&place, "--force", "--discard", "venv/data"], 0);
    assert!(!sandbox.path("repo/venv").exists());
    assert_eq!(outside(&sandbox), b"mine\n");
    let said = refused(&sandbox, &[".venv"], "is a symlink").err();
    assert!(said.contains("`rm "), "{said}");
}

#[test]
fn a_directory_that_becomes_a_link_leads_nowhere() {
    for step in ["recorded", "condemned"] {
        let Some(sandbox) = removable::repository() else { return };
        sandbox.write("outside/kept.txt", "mine\n");
        let run = held(&sandbox, step, &[]);
        let mut places = contents(&sandbox).into_iter().map(|(path, _)| path);
        let library = places.find(|path| path.ends_with("lib") && path.is_dir()).expect("a library");
        fs::rename(&library, sandbox.path("elsewhere")).expect("a move");
        symlink(sandbox.path("repo/outside"), &library).expect("a link");
        go_on(run).ended(if step == "recorded" { 2 } else { 0 });
        assert_eq!(sandbox.read("repo/outside/kept.txt"), b"mine\n", "{step}");
        assert_eq!(sandbox.path("repo/venv").exists(), step == "recorded", "{step}");
        assert!(sandbox.path("elsewhere").exists());
    }
}

#[test]
fn what_is_added_or_changed_meanwhile_is_kept() {
    for step in ["staging-ready", "recorded", "aside"] {
        let Some(sandbox) = removable::repository() else { return };
        let run = held(&sandbox, step, &[]);
        let mut places = contents(&sandbox).into_iter().map(|(path, _)| path);
        let settings = places.find(|path| path.ends_with("pyvenv.cfg")).expect("an environment");
        fs::write(settings.with_file_name("mine.txt"), "mine\n").expect("a file");
        let said = go_on(run).ended(2).json();
        let reason = said["cleanup"]["kept"][0]["reason"].as_str().unwrap_or_default().to_owned();
        assert!(reason.contains("added or changed: `mine.txt`"), "{step}: {reason}");
        assert_eq!(sandbox.read("repo/venv/mine.txt"), b"mine\n", "{step}");
        let last = events(&sandbox).pop().map(|(event, _)| event);
        assert_eq!(last.as_deref(), Some("failed"), "{step}");
        assert_eq!(each(&cleanup(&sandbox, &["--force"], 1)["kept"], "path"), ["venv"]);
    }
}

#[test]
fn settings_of_the_repository_lead_nowhere() {
    let Some(sandbox) = removable::repository() else { return };
    removable::make(&sandbox, "other");
    sandbox.make_directory("outside");
    fs::rename(sandbox.path("repo/other"), sandbox.path("outside/env")).expect("a move");
    symlink("../outside/env", sandbox.path("repo/link")).expect("a link");
    for directory in ["..", "/", ".git", ".", "../outside/env", "link", "venv/../../outside/env"] {
        let settings = format!("{{\"environments\": {{\"x\": {{\"directory\": \"{directory}\"}}}}}}");
        sandbox.write("tools/python-env.json", settings);
        let before = contents(&sandbox);
        let run = sandbox.pyenv(&["cleanup", "x", "--force"]);
        assert_ne!(run.status, Some(0), "{directory}: {}", run.said());
        if directory != "." {
            assert_eq!(run.status, Some(2), "{directory}: {}", run.said());
            assert_eq!(contents(&sandbox), before, "{directory}");
        }
        assert!(sandbox.path("outside/env/pyvenv.cfg").exists(), "{directory}");
        assert!(sandbox.path("repo/.git/HEAD").exists(), "{directory}");
    }
}

#[test]
fn of_a_repository_that_is_an_environment_only_the_environment_goes() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.commit("lib/mine.py", "VALUE = 1\n");
    sandbox.commit("src/app.py", "VALUE = 2\n");
    sandbox.write("notes.txt", "mine\n");
    for entry in fs::read_dir(sandbox.path("repo/venv")).expect("a directory") {
        let entry = entry.expect("an entry");
        let to = sandbox.path("repo").join(entry.file_name());
        if to.is_dir() {
            for inner in fs::read_dir(entry.path()).expect("a directory") {
                let inner = inner.expect("an entry");
                fs::rename(inner.path(), to.join(inner.file_name())).expect("a move");
            }
        } else {
            fs::rename(entry.path(), to).expect("a move");
        }
    }
    fs::remove_dir_all(sandbox.path("repo/venv")).expect("no environment");
    fs::remove_file(sandbox.path("repo/.gitignore")).expect("no ignore file");
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let answer = cleanup(&sandbox, &["--force"], 0);
    assert_eq!(each(&answer["removed"], "path"), ["."], "{answer:#}");
    let left: Vec<String> = contents(&sandbox)
        .iter()
        .map(|(path, _)| path.strip_prefix(sandbox.path("repo")).expect("below").display().to_string())
        .collect();
    let expected = ["README.md", "lib", "lib/mine.py", "notes.txt", "src", "src/app.py"];
    assert_eq!(
        left.iter().filter(|path| expected.contains(&path.as_str())).count(),
        expected.len(),
        "{left:?}"
    );
    assert!(
        !left.iter().any(|path| path.contains("pyvenv.cfg") || path.contains("site-packages")),
        "{left:?}"
    );
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(sandbox.git(&["status", "--porcelain", "--untracked-files=no"]), "");
}

#[test]
fn project_files_beside_those_of_an_environment_stay() {
    let Some(sandbox) = removable::repository() else { return };
    removable::make(&sandbox, "service");
    sandbox.write("service/app.py", "VALUE = 1\n");
    sandbox.write("service/draft.py", "VALUE = 2\n");
    sandbox.git(&["add", "--force", "service/app.py"]);
    cleanup(&sandbox, &["service", "--force"], 0);
    let is_left = |name: &str| sandbox.path("repo/service").join(name).exists();
    assert!(is_left("app.py") && is_left("draft.py"));
    assert!(!is_left("pyvenv.cfg") && !is_left("bin") && !is_left("lib"));
}

#[test]
fn other_repositories_and_work_trees_inside_stay() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.git(&["worktree", "add", "--quiet", "venv/checkout"]);
    sandbox.make_directory("repo/venv/src");
    sandbox.git_in("repo/venv/src", &["init", "--quiet", "clone"]);
    let answer = cleanup(&sandbox, &["--force"], 1);
    let reason = answer["kept"][0]["reason"].as_str().expect("a reason");
    assert!(reason.contains("a git repository of its own: `checkout`, `src`"), "{reason}");
    assert!(sandbox.path("repo/venv/checkout/README.md").exists());
    assert!(sandbox.path("repo/venv/src/clone/.git/HEAD").exists());
}

#[test]
fn files_with_names_elsewhere_are_not_touched_there() {
    let Some(sandbox) = removable::repository() else { return };
    let packages = removable::packages(&sandbox, "venv");
    let module = sandbox.path("repo").join(format!("{packages}/mine/__init__.py"));
    fs::set_permissions(&module, Permissions::from_mode(0o444)).expect("permissions");
    fs::hard_link(&module, sandbox.path("cached")).expect("a second name");
    for directory in ["lib", "bin", ""] {
        let directory = sandbox.path("repo/venv").join(directory);
        fs::set_permissions(directory, Permissions::from_mode(0o555)).expect("permissions");
    }
    let before = fs::metadata(sandbox.path("cached")).expect("metadata");
    let answer = match unprivileged(&sandbox, "022") {
        Some(user) => user.pyenv(&["cleanup", "--force", "--output", "json"]).ended(0).json(),
        None => sandbox.json(&["cleanup", "--force"]),
    };
    let planned = &answer["cleanup"]["plan"][0];
    assert!(planned["freed_bytes"].as_u64() < planned["bytes"].as_u64(), "{answer:#}");
    let after = fs::metadata(sandbox.path("cached")).expect("metadata");
    assert_eq!((before.mode(), before.ino(), after.nlink()), (after.mode(), after.ino(), 1));
    assert_eq!(sandbox.read("cached"), b"VERSION = 1\n");
    assert!(!sandbox.path("repo/venv").exists());
}

#[test]
fn deeper_than_any_path() {
    let Some(sandbox) = removable::repository() else { return };
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut directory =
        rustix::fs::open(sandbox.path("repo/venv"), flags, Mode::empty()).expect("a directory");
    for _ in 0..4000 {
        mkdirat(&directory, "deep", Mode::RWXU).expect("a directory");
        directory = openat(&directory, "deep", flags, Mode::empty()).expect("a directory");
    }
    drop(directory);
    let answer = cleanup(&sandbox, &["--force"], 1);
    let reason = answer["kept"][0]["reason"].as_str().expect("a reason");
    assert!(reason.contains("nested too deeply: `deep`"), "{reason}");
    cleanup(&sandbox, &["--force", "--discard", "venv/deep"], 0);
    assert!(!sandbox.path("repo/venv").exists());
}

#[test]
fn a_mount_inside_stays() {
    let Some(unshare) = tool("unshare") else { return };
    let Some(sandbox) = removable::repository() else { return };
    sandbox.write("mounted/kept.txt", "mine\n");
    fs::create_dir(sandbox.path("repo/venv/share")).expect("a directory");
    let run = |script: &str| -> Finished {
        let mut command = sandbox.command(&unshare, "repo");
        command.args(["--map-root-user", "--mount", "sh", "-c", script, env!("CARGO_BIN_EXE_git-pyenv")]);
        command.output().expect("a program that starts").into()
    };
    if run("mount --bind mounted venv/share").status != Some(0) {
        return skip("nothing can be mounted here");
    }
    let said = run("mount --bind mounted venv/share && \"$0\" cleanup --force --output text").ended(1);
    assert!(said.out().contains("it is a mount point: `share`"), "{}", said.said());
    assert_eq!(sandbox.read("repo/mounted/kept.txt"), b"mine\n");
    // Let go, everything but the mount goes, which is told.
    let said =
        run("mount --bind mounted venv/share && \"$0\" cleanup --force --output text --discard venv/share");
    assert_ne!(said.status, Some(0), "{}", said.said());
    assert!(said.out().contains("kept `venv`"), "{}", said.said());
    assert_eq!(sandbox.read("repo/mounted/kept.txt"), b"mine\n");
}

#[test]
fn without_a_record_nothing_is_deleted() {
    for block in ["repo/.git/pyenv", "repo/.git/pyenv/snapshots", "repo/.git/pyenv/audit-log.jsonl"] {
        let Some(sandbox) = removable::repository() else { return };
        if block.ends_with("jsonl") {
            sandbox.make_directory(block);
        } else {
            let directory = sandbox.path(block);
            fs::create_dir_all(directory.parent().expect("a parent")).expect("a directory");
            fs::write(directory, "in the way").expect("a file");
        }
        sandbox.write("a/__pycache__/m.cpython-312.pyc", "");
        let before = contents(&sandbox);
        let answer = cleanup(&sandbox, &["--force", "--target", "all"], 2);
        assert_eq!(answer["kept"][0]["failed"], true, "{block}: {answer:#}");
        let mut after = contents(&sandbox);
        if block.ends_with("snapshots") {
            // Caches have none.
            after.extend(before.iter().filter(|(path, _)| path.starts_with(sandbox.path("repo/a"))).cloned());
            after.sort();
            after.dedup();
        }
        assert_eq!(after, before, "{block}");
    }
}

#[test]
fn a_directory_that_cannot_be_written_keeps_all() {
    let Some(sandbox) = removable::repository() else { return };
    let Some(user) = unprivileged(&sandbox, "022") else { return };
    let close = |path: &str, mode: u32| {
        fs::set_permissions(sandbox.path(path), Permissions::from_mode(mode)).expect("permissions");
    };
    for path in ["repo/.git", "repo"] {
        close(path, 0o555);
        let before = contents(&sandbox);
        let run = user.pyenv(&["cleanup", "--force"]);
        close(path, 0o755);
        assert_eq!(run.status, Some(2), "{path}: {}", run.said());
        assert_eq!(contents(&sandbox), before, "{path}");
    }
}

#[test]
fn files_of_another_user_stay() {
    let Some(sandbox) = removable::repository() else { return };
    let Some(user) = unprivileged(&sandbox, "022") else { return };
    if !crate::support::users::is_root(&sandbox) && fs::metadata("/").is_ok_and(|root| root.uid() != 0) {
        return skip("there is no other user");
    }
    let activate = sandbox.path("repo/venv/bin/activate");
    if std::os::unix::fs::lchown(&activate, Some(0), Some(0)).is_err() {
        return skip("only root gives files away");
    }
    let answer = user.pyenv(&["cleanup", "--force", "--output", "json"]).ended(1).json();
    let reason = answer["cleanup"]["kept"][0]["reason"].as_str().expect("a reason").to_owned();
    assert!(reason.contains("owned by another user: `bin/activate`"), "{reason}");
    assert!(activate.exists());
}

#[test]
fn of_two_cleanups_one_deletes_and_the_other_finds_nothing_left() {
    let Some(sandbox) = removable::repository() else { return };
    let first = held(&sandbox, "recorded", &[]);
    let mut second = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), "repo");
    second.args(["cleanup", "--force", "--output", "json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut second = second.spawn().expect("a process");
    let mut told = BufReader::new(second.stderr.take().expect("a pipe"));
    let mut line = String::new();
    told.read_line(&mut line).expect("a line");
    assert!(line.contains("waiting for another process of git-pyenv"), "{line}");
    go_on(first).ended(0);
    let second: Finished = second.wait_with_output().expect("an end").into();
    let answer = second.ended(0).json();
    assert!(answer["cleanup"]["removed"].as_array().is_some_and(Vec::is_empty), "{answer:#}");
    assert!(!sandbox.path("repo/venv").exists());
    assert_eq!(events(&sandbox).len(), 2);
}

#[test]
fn a_create_waits_and_then_makes_a_new_one() {
    let Some(sandbox) = removable::repository() else { return };
    let packages = removable::packages(&sandbox, "venv");
    let run = held(&sandbox, "aside", &[]);
    let mut create = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), "repo");
    create.args(["create", "--without-pip"]).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut create = create.spawn().expect("a process");
    let mut told = BufReader::new(create.stderr.take().expect("a pipe"));
    let mut line = String::new();
    told.read_line(&mut line).expect("a line");
    assert!(line.contains("waiting for another process of git-pyenv"), "{line}");
    go_on(run).ended(0);
    assert!(create.wait().expect("an end").success());
    assert!(sandbox.path("repo/venv/pyvenv.cfg").exists());
    assert!(!sandbox.path("repo").join(packages).join("mine").exists());
}

#[test]
fn an_install_is_waited_for() {
    let Some(sandbox) = removable::repository() else { return };
    let lock = EnvironmentLock::wait(&sandbox.path("repo/venv"), &|| ()).expect("a lock");
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), "repo");
    command.args(["cleanup", "--force", "--output", "json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut run = command.spawn().expect("a process");
    let mut told = BufReader::new(run.stderr.take().expect("a pipe"));
    let mut line = String::new();
    told.read_line(&mut line).expect("a line");
    assert!(line.contains("waiting for an install into this environment"), "{line}");
    assert!(sandbox.path("repo/venv/pyvenv.cfg").exists());
    drop(lock);
    let run: Finished = run.wait_with_output().expect("an end").into();
    run.ended(0);
    assert!(!sandbox.path("repo/venv").exists());
}
