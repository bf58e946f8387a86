//! Environments that this program made, with a package, for tests of what deletes them.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use git_pyenv::exec::ProcessRunner;
use git_pyenv::journal::StateDirectory;
use git_pyenv::ports::{NoProgress, NoSignals};
use git_pyenv::session::{Ports, Session};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use serde_json::Value;

use super::pythons::a_python;
use super::repository::Sandbox;
use super::sandbox::Finished;

/// A repository with the environment `venv`, which has one package; `None`, said aloud, without a Python.
pub(crate) fn repository() -> Option<Sandbox> {
    with_environment(Sandbox::repository())
}

/// As [`repository`], where nothing waits for a disk, if there is such a place.
pub(crate) fn repository_in_memory() -> Option<Sandbox> {
    let memory = Some(Path::new("/dev/shm")).filter(|memory| memory.is_dir());
    with_environment(memory.map_or_else(Sandbox::repository, Sandbox::repository_in))
}

fn with_environment(sandbox: Sandbox) -> Option<Sandbox> {
    sandbox.commit("README.md", "x\n");
    make(&sandbox, "venv")?;
    Some(sandbox)
}

/// Makes an environment with a package; `None`, said aloud, without a Python.
pub(crate) fn make(sandbox: &Sandbox, name: &str) -> Option<()> {
    let python = a_python()?;
    let create = ["create", "--without-pip", "--env", name, "--python", &python.to_string_lossy()];
    sandbox.pyenv(&create).ended(0);
    add_package(sandbox, name, "mine");
    Some(())
}

/// The directory of packages, relative to `repo`.
pub(crate) fn packages(sandbox: &Sandbox, name: &str) -> String {
    let library = sandbox.path("repo").join(name).join("lib");
    let mut found = std::fs::read_dir(library).expect("a directory").map(|entry| entry.expect("an entry"));
    let python = found.next().expect("a Python").file_name().to_string_lossy().into_owned();
    format!("{name}/lib/{python}/site-packages")
}

/// Adds a package as an installer leaves it.
pub(crate) fn add_package(sandbox: &Sandbox, name: &str, package: &str) {
    let packages = packages(sandbox, name);
    let information = format!("{package}-1.0.dist-info");
    let metadata = format!("Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n");
    let files = [
        (format!("{package}/__init__.py"), "VERSION = 1\n".to_owned()),
        (format!("{information}/METADATA"), metadata),
        (format!("{information}/INSTALLER"), "pip\n".to_owned()),
        (format!("{information}/REQUESTED"), String::new()),
    ];
    let mut record = format!("{information}/RECORD,,\n");
    for (path, text) in &files {
        sandbox.write(format!("{packages}/{path}"), text);
        let hash = git_pyenv::formats::record::hash(text.as_bytes());
        record.push_str(&format!("{path},{hash},{}\n", text.len()));
    }
    sandbox.write(format!("{packages}/{information}/RECORD"), record);
}

/// The answer of `cleanup`, which must fit the schema, and what of it concerns the command.
#[track_caller]
pub(crate) fn cleanup(sandbox: &Sandbox, arguments: &[&str], status: i32) -> Value {
    cleanup_in(sandbox, "repo", arguments, status)
}

/// As [`cleanup`], in a directory of the sandbox.
#[track_caller]
pub(crate) fn cleanup_in(sandbox: &Sandbox, directory: &str, arguments: &[&str], status: i32) -> Value {
    let arguments = [&["cleanup", "--output", "json"], arguments].concat();
    let answer = sandbox.at(directory).pyenv(&arguments).ended(status).json();
    super::schema::assert_fits(&answer);
    assert_eq!(answer["exit_code"], status, "{answer:#}");
    answer["cleanup"].clone()
}

/// One field of each item of a list.
pub(crate) fn each(list: &Value, field: &str) -> Vec<String> {
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().map(|item| item[field].as_str().unwrap_or("-").to_owned()).collect()
}

/// Every path of `repo` but the git directory, with what it is and contains.
pub(crate) fn contents(sandbox: &Sandbox) -> Vec<(PathBuf, Vec<u8>)> {
    let mut pending = vec![sandbox.path("repo")];
    let mut found = Vec::new();
    while let Some(directory) = pending.pop() {
        for entry in std::fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.ends_with(".git") && path.parent() == Some(&sandbox.path("repo")) {
                continue;
            }
            let metadata = path.symlink_metadata().expect("metadata");
            if metadata.is_dir() {
                found.push((path.clone(), b"a directory".to_vec()));
                pending.push(path);
            } else {
                found.push((path.clone(), content(&path)));
            }
        }
    }
    found.sort();
    found
}

/// The bytes of a file, or what a link says.
pub(crate) fn content(path: &Path) -> Vec<u8> {
    match std::fs::read_link(path) {
        Ok(target) => target.into_os_string().into_encoded_bytes(),
        Err(_) => std::fs::read(path).unwrap_or_default(),
    }
}

/// The events of the audit log, with what they are about.
pub(crate) fn events(sandbox: &Sandbox) -> Vec<(String, String)> {
    let log = std::fs::read(sandbox.path("repo/.git/pyenv/audit-log.jsonl")).unwrap_or_default();
    let lines = log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let event = |line: &[u8]| {
        let value: Value = serde_json::from_slice(line).expect("JSON");
        let text = |field: &str| value[field].as_str().unwrap_or_default().to_owned();
        (text("event"), text("kind"))
    };
    lines.map(event).collect()
}

/// Starts `cleanup --force`, which holds at a step until it is told to go on, and waits until it has come there.
pub(crate) fn held(sandbox: &Sandbox, step: &str, arguments: &[&str]) -> Child {
    let all = [&["cleanup", "--force", "--output", "json"], arguments].concat();
    held_in(sandbox, "repo", step, &all)
}

/// As [`held`], of any command in a directory of the sandbox.
pub(crate) fn held_in(sandbox: &Sandbox, directory: &str, step: &str, arguments: &[&str]) -> Child {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), directory);
    command.args(arguments);
    command.env("PYENV_STOP_POINT", format!("hold:{step}"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("a process");
    let waited = waitpid(Some(Pid::from_child(&child)), WaitOptions::UNTRACED).expect("a state");
    assert!(waited.is_some_and(|(_, status)| status.stopped()), "it came to its end before `{step}`");
    child
}

/// Lets a held run go on, and waits for its end.
pub(crate) fn go_on(child: Child) -> Finished {
    kill_process(Pid::from_child(&child), Signal::CONT).expect("a signal that is sent");
    child.wait_with_output().expect("an end").into()
}

/// Asserts that the audit log is unbroken, and says how many operations in it have not ended.
#[track_caller]
pub(crate) fn open_intents(sandbox: &Sandbox) -> usize {
    let env = sandbox.env("repo", &[]);
    let ports = Ports { env: &env, runner: &ProcessRunner, progress: &NoProgress, signals: &NoSignals };
    let session = Session::open(ports, Vec::new()).expect("a session");
    let state = StateDirectory::of(&session.repository).expect("its configuration");
    assert_eq!(state.read_audit_log().expect("an audit log").first_break, None);
    state.open_intents().expect("an audit log").len()
}

/// Runs a command that is killed at a step.
#[track_caller]
pub(crate) fn kill_at(sandbox: &Sandbox, step: &str, arguments: &[&str]) {
    let killed = sandbox.at("repo").with("PYENV_STOP_POINT", format!("kill:{step}"));
    let killed = killed.pyenv(arguments);
    assert_eq!(killed.status, None, "{step}: {}", killed.said());
}
