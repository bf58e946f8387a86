//! `create --force` where somebody else looks or changes things meanwhile, and where what is there resists.
#![cfg(unix)]

use std::fs::{File, Permissions};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::pythons::a_python;
use crate::support::repository::Sandbox;
use crate::support::sandbox::Finished;

/// An environment, and the Python that it is of.
fn environment() -> Option<(Sandbox, PathBuf)> {
    let python = a_python()?;
    let sandbox = Sandbox::repository();
    sandbox.pyenv(&["create", "--without-pip", "--python", &python.to_string_lossy()]).ended(0);
    Some((sandbox, python))
}

fn replace(sandbox: &Sandbox, python: &Path, more: &[&str]) -> Child {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), "repo");
    command.args(["create", "--force", "--output", "text", "--python"]).arg(python).args(more);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("a process")
}

fn ended(child: Child) -> Finished {
    child.wait_with_output().expect("an end").into()
}

/// The staging directory of a run that is alive, or was killed.
fn staging(sandbox: &Sandbox) -> Option<PathBuf> {
    let entries = std::fs::read_dir(sandbox.path("repo")).expect("a directory").flatten();
    entries.map(|entry| entry.path()).find(|path| path.to_string_lossy().contains("/.git-pyenv-"))
}

#[track_caller]
fn wait_for(what: &dyn Fn() -> bool) {
    let start = Instant::now();
    while !what() {
        assert!(start.elapsed() < Duration::from_secs(60), "it does not come");
    }
}

/// A replacement that has built the new environment and waits to record that it deletes the old one.
fn about_to_record(sandbox: &Sandbox, python: &Path) -> (Child, File) {
    std::fs::create_dir_all(sandbox.path("repo/.git/pyenv")).expect("a directory");
    let lock = File::create(sandbox.path("repo/.git/pyenv/audit-log.lock")).expect("a file");
    lock.lock().expect("a lock");
    let snapshots =
        || std::fs::read_dir(sandbox.path("repo/.git/pyenv/snapshots")).map_or(0, Iterator::count);
    let before = snapshots();
    let child = replace(sandbox, python, &["--without-pip"]);
    wait_for(&|| snapshots() > before);
    (child, lock)
}

fn codes(sandbox: &Sandbox) -> Vec<String> {
    let findings = sandbox.json(&["check"])["findings"].as_array().cloned().unwrap_or_default();
    findings.iter().map(|finding| finding["code"].as_str().unwrap_or_default().to_owned()).collect()
}

fn events(sandbox: &Sandbox) -> Vec<String> {
    let log = sandbox.read("repo/.git/pyenv/audit-log.jsonl");
    let lines = log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let event = |line: &[u8]| {
        let value: serde_json::Value = serde_json::from_slice(line).expect("JSON");
        value["event"].as_str().unwrap_or_default().to_owned()
    };
    lines.map(event).collect()
}

#[test]
fn what_takes_the_place_meanwhile_stays() {
    let Some((sandbox, python)) = environment() else { return };
    let place = sandbox.path("repo/venv");
    for directory in [true, false] {
        let (child, lock) = about_to_record(&sandbox, &python);
        std::fs::rename(&place, sandbox.path("repo/saved")).expect("a rename");
        let mine = if directory { "venv/mine" } else { "venv" };
        sandbox.write(mine, "mine");
        lock.unlock().expect("no lock");
        let failed = ended(child).ended(2);
        assert!(failed.err().contains("already exists: another process created it"), "{}", failed.said());
        assert_eq!(sandbox.read(&format!("repo/{mine}")), b"mine");
        assert_eq!(staging(&sandbox), None);
        assert_eq!(events(&sandbox).last().map(String::as_str), Some("failed"));
        sandbox.at("repo").run("rm", &["-r", "venv"]).ended(0);
        std::fs::rename(sandbox.path("repo/saved"), &place).expect("a rename");
    }
}

#[test]
fn what_comes_into_the_old_one_meanwhile_stays() {
    let Some((sandbox, python)) = environment() else { return };
    let signal = |child: &Child, name: &str| {
        sandbox.at("").run("kill", &[name, &child.id().to_string()]).ended(0);
    };
    // The settings file comes last: a run that stands still before it has not looked again.
    let child = loop {
        let child = replace(&sandbox, &python, &[]);
        wait_for(&|| staging(&sandbox).is_some());
        signal(&child, "-STOP");
        if staging(&sandbox).is_some_and(|staging| !staging.join("new/pyvenv.cfg").exists()) {
            break child;
        }
        signal(&child, "-CONT");
        ended(child).ended(0);
    };
    sandbox.write("venv/notes.txt", "mine");
    signal(&child, "-CONT");
    let failed = ended(child).ended(2);
    assert!(failed.err().contains("notes.txt"), "{}", failed.said());
    assert_eq!(sandbox.read("repo/venv/notes.txt"), b"mine");
}

#[test]
fn what_is_changed_between_the_look_and_the_swap_comes_back() {
    let Some((sandbox, python)) = environment() else { return };
    // It has looked twice, and waits to record that it swaps the two.
    let (child, lock) = about_to_record(&sandbox, &python);
    sandbox.write("venv/bin/activate", "mine\n");
    lock.unlock().expect("no lock");
    let failed = ended(child).ended(2);
    assert!(failed.err().contains("`bin/activate`"), "{}", failed.said());
    assert_eq!(sandbox.read("repo/venv/bin/activate"), b"mine\n");
    assert_eq!(staging(&sandbox), None);
    assert_eq!(events(&sandbox).last().map(String::as_str), Some("failed"));
}

#[test]
fn a_link_in_the_place_of_the_staging_directory_leads_nowhere() {
    let Some((sandbox, python)) = environment() else { return };
    let precious = sandbox.path("precious");
    for interrupted in [false, true] {
        for content in ["new", "old", "unused", ".git"] {
            sandbox.make_directory(&format!("precious/{content}/objects"));
        }
        let (child, lock) = about_to_record(&sandbox, &python);
        let link = staging(&sandbox).expect("a staging directory");
        std::fs::rename(&link, sandbox.path("repo/.git/away")).expect("a rename");
        std::os::unix::fs::symlink(&precious, &link).expect("a link");
        if interrupted {
            // It deletes what it has built, and ends.
            sandbox.at("").run("kill", &["-TERM", &child.id().to_string()]).ended(0);
        }
        lock.unlock().expect("no lock");
        let said = ended(child);
        assert_eq!(said.status, if interrupted { None } else { Some(0) }, "{}", said.said());
        std::fs::remove_file(&link).expect("the link");
        for content in ["new", "old", "unused", ".git"] {
            assert!(precious.join(content).join("objects").is_dir(), "{content}: {}", said.said());
        }
        assert_eq!(std::fs::read_dir(&precious).expect("a directory").count(), 4);
        let left = std::fs::read_dir(sandbox.path("repo/.git/away")).expect("a directory").count();
        assert_eq!(left, 0, "what was moved away is emptied where it is");
        std::fs::remove_dir(sandbox.path("repo/.git/away")).expect("a directory");
        assert!(sandbox.path("repo/venv/pyvenv.cfg").exists());
    }
}

#[test]
fn a_run_that_is_alive_is_no_alarm() {
    let Some((sandbox, python)) = environment() else { return };
    let (mut child, lock) = about_to_record(&sandbox, &python);
    assert!(staging(&sandbox).is_some_and(|staging| staging.join("new/pyvenv.cfg").exists()));
    assert_eq!(codes(&sandbox), Vec::<String>::new(), "it is alive");
    assert_eq!(sandbox.json(&["list"])["environments"].as_array().map(Vec::len), Some(1));
    child.kill().expect("a process");
    ended(child);
    assert_eq!(codes(&sandbox), ["PYE307"], "it is dead");
    lock.unlock().expect("no lock");
    // Half deleted, nothing works in it, and that is no matter.
    let left = staging(&sandbox).expect("a staging directory").join("new");
    std::fs::remove_file(left.join("bin/python")).expect("a file");
    assert_eq!(codes(&sandbox), ["PYE307"]);
}

#[test]
fn what_a_killed_run_recorded_is_brought_to_an_end() {
    let Some((sandbox, python)) = environment() else { return };
    let again =
        || sandbox.pyenv(&["create", "--without-pip", "--python", &python.to_string_lossy()]).ended(0);
    let intent = |sandbox: &Sandbox| {
        let (child, lock) = about_to_record(sandbox, &python);
        lock.unlock().expect("no lock");
        ended(child).ended(0);
        let log = sandbox.read("repo/.git/pyenv/audit-log.jsonl");
        let line = log.split(|byte| *byte == b'\n').next().expect("a line").to_vec();
        serde_json::from_slice::<serde_json::Value>(&line).expect("JSON")
    };
    let first = intent(&sandbox);
    assert!(first["inode"].is_u64() && first["aside"].is_string(), "{first}");
    assert_eq!(events(&sandbox), ["intent", "done"]);
    // As if it had been killed after the exchange: the old one lies aside, and nothing says what became of it.
    let aside = PathBuf::from(first["aside"].as_str().expect("a path"));
    let staging = aside.parent().expect("a directory");
    let mut line = first;
    // Where the system cannot exchange directories, it lies beside where it was meant to be.
    for aside in [aside.clone(), staging.join("old")] {
        let old = sandbox.path("repo/old");
        sandbox.at("repo").run("cp", &["-a", "venv", "old"]).ended(0);
        line["inode"] = old.symlink_metadata().expect("a directory").ino().into();
        sandbox.overwrite(&sandbox.path("repo/.git/pyenv/audit-log.jsonl"), format!("{line}\n").as_bytes());
        std::fs::create_dir_all(staging).expect("a directory");
        std::fs::rename(&old, &aside).expect("a rename");
        again();
        assert_eq!(events(&sandbox), ["intent", "done"]);
        assert!(!aside.exists());
    }
    // As if it had been killed before: it is where it was.
    let place = sandbox.path("repo/venv").symlink_metadata().expect("a directory");
    line["inode"] = place.ino().into();
    sandbox.overwrite(&sandbox.path("repo/.git/pyenv/audit-log.jsonl"), format!("{line}\n").as_bytes());
    again();
    assert_eq!(events(&sandbox), ["intent", "failed"]);
    assert!(sandbox.path("repo/venv/pyvenv.cfg").exists());
}

#[test]
fn a_read_only_environment_gives_way() {
    let Some((sandbox, python)) = environment() else { return };
    std::fs::set_permissions(sandbox.path("repo/venv"), Permissions::from_mode(0o555)).expect("a mode");
    ended(replace(&sandbox, &python, &["--without-pip"])).ended(0);
    assert_eq!(sandbox.git(&["status", "--porcelain", "--ignored"]), "!! venv/");
}

#[test]
fn what_was_committed_is_nothing_that_a_run_has_left() {
    let Some((sandbox, python)) = environment() else { return };
    // With that, an environment that somebody committed would come to stand where git has nothing.
    sandbox.make_directory("repo/.git-pyenv-theirs");
    sandbox.at("repo").run("mv", &["venv", ".git-pyenv-theirs/old"]).ended(0);
    sandbox.remove(".git-pyenv-theirs/old/.gitignore");
    sandbox.write(".git-pyenv-theirs/place", sandbox.path("repo/venv").to_string_lossy().as_bytes());
    sandbox.git(&["add", "--force", ".git-pyenv-theirs"]);
    let made = sandbox.pyenv(&["create", "--without-pip", "--python", &python.to_string_lossy()]).ended(0);
    assert_eq!(made.json()["create"]["created"], true, "{}", made.said());
    assert_eq!(sandbox.git(&["diff", "--name-only"]), "", "it stays as it was committed");
}

#[test]
fn who_waits_says_so() {
    let Some((sandbox, python)) = environment() else { return };
    let lock = File::create(sandbox.path("repo/.git/pyenv.lock")).expect("a file");
    lock.lock().expect("a lock");
    let mut child = replace(&sandbox, &python, &["--without-pip"]);
    let mut said = String::new();
    let mut errors = BufReader::new(child.stderr.take().expect("a pipe"));
    errors.read_line(&mut said).expect("a line");
    assert_eq!(said, "waiting for another process of git-pyenv\n");
    lock.unlock().expect("no lock");
    errors.read_to_string(&mut said).expect("text");
    ended(child).ended(0);
}
