//! `create --force` deletes only what a tool can write again: everything else stops it or is copied before.
#![cfg(unix)]

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use git_pyenv::exec::ProcessRunner;
use git_pyenv::formats::audit_log::AuditAction;
use git_pyenv::formats::snapshot;
use git_pyenv::ports::{NoProgress, NoSignals};
use git_pyenv::removal::Removal;
use git_pyenv::session::{Ports, Session};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use crate::support::pythons::a_python;
use crate::support::removable::content;
use crate::support::repository::Sandbox;
use crate::support::sandbox::tool;

/// What a person does to an environment.
#[derive(Debug, Clone)]
enum Change {
    /// Writes at the end of a file, in place.
    Append,
    /// As editors do it: a new file takes the place of the old one, with its time.
    Replace,
    /// Changes one byte, and sets the time back.
    Flip,
    /// Leaves nothing of a file but something else.
    Overwrite,
    /// Makes a link of it.
    Link,
    /// Adds a file of this name beside it.
    Add(&'static str),
    /// Adds a file beside it, and a line without a hash to every list of files.
    AddListed(&'static str),
}

/// Names that tools give to files, or that look so.
const NAMES: [&str; 24] = [
    "activate.local",
    "activate",
    "deploy",
    "libpython-notes.txt",
    "libpython3.8.so.1.0",
    "pip3.99",
    "python-notes",
    "mine.py",
    "mine.pyc",
    "__pycache__/mine.cpython-312.pyc",
    "__pycache__/notes.txt",
    "easy-install.pth",
    "__editable__mine.txt",
    "_virtualenv.py",
    "~old/work.py",
    "work.egg/work.py",
    "mine-1.dist-info/RECORD",
    "mine-1.dist-info/INSTALLER",
    "mine.egg-info/top_level.txt",
    "conda-meta/own.txt",
    "conda-meta/history",
    ".mypy_cache/own.txt",
    ".gitignore",
    "a\nb",
];

/// A file of an environment by its number, and what is done to it.
fn changes() -> impl Strategy<Value = Vec<(usize, Change)>> {
    let name = || prop::sample::select(NAMES.to_vec());
    let change = prop_oneof![
        Just(Change::Append),
        Just(Change::Replace),
        Just(Change::Flip),
        Just(Change::Overwrite),
        Just(Change::Link),
        name().prop_map(Change::Add),
        name().prop_map(Change::AddListed),
    ];
    prop::collection::vec((any::<usize>(), change), 1..24)
}

/// All files and links below a directory, sorted.
fn files(top: &Path) -> Vec<PathBuf> {
    let mut pending = vec![top.to_path_buf()];
    let mut found = Vec::new();
    while let Some(directory) = pending.pop() {
        for entry in std::fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            let is_directory = path.symlink_metadata().expect("metadata").is_dir();
            if is_directory { pending.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// Writes a new file, which takes the place of what is there; `like` gives it its time.
fn write_new(path: &Path, bytes: &[u8], like: Option<&std::fs::Metadata>) {
    let new = path.with_file_name("new~");
    std::fs::write(&new, bytes).expect("a file");
    if let Some(like) = like {
        let time = like.modified().expect("a time");
        std::fs::File::options()
            .write(true)
            .open(&new)
            .and_then(|file| file.set_modified(time))
            .expect("a time");
    }
    std::fs::rename(&new, path).expect("a file in its place");
}

/// Adds a line without a hash to each list of files.
fn list_everywhere(top: &Path, path: &Path) {
    for record in files(top).iter().filter(|path| path.ends_with("RECORD")) {
        let site = record.parent().and_then(Path::parent).expect("site-packages");
        let relative = path.strip_prefix(site).unwrap_or(path).to_string_lossy().into_owned();
        let line = format!("\"{relative}\",,\r\n");
        write_new(record, &[content(record), line.into_bytes()].concat(), None);
    }
}

/// Makes a change; returns the file that is now another one.
fn make(top: &Path, path: &Path, change: &Change, mark: &str) -> Option<PathBuf> {
    let (before, bytes) = (path.symlink_metadata().ok()?, content(path));
    let marked = [&bytes, mark.as_bytes()].concat();
    match change {
        Change::Add(name) | Change::AddListed(name) => {
            let added = path.parent()?.join(name);
            std::fs::create_dir_all(added.parent()?).ok()?;
            if added.symlink_metadata().is_ok() {
                return None;
            }
            std::fs::write(&added, mark).expect("a file");
            if matches!(change, Change::AddListed(_)) {
                list_everywhere(top, &added);
            }
            return Some(added);
        }
        Change::Link => {
            std::fs::remove_file(path).expect("a file");
            std::os::unix::fs::symlink(mark, path).expect("a link");
        }
        _ if before.is_symlink() => return None,
        Change::Append => {
            let mut file = std::fs::File::options().append(true).open(path).expect("a file");
            std::io::Write::write_all(&mut file, mark.as_bytes()).expect("more");
        }
        Change::Replace => write_new(path, &marked, Some(&before)),
        Change::Overwrite => write_new(path, mark.as_bytes(), None),
        Change::Flip => {
            let mut flipped = bytes;
            let middle = flipped.len() / 2;
            *flipped.get_mut(middle)? ^= 1;
            write_new(path, &flipped, Some(&before));
        }
    }
    Some(path.to_path_buf())
}

/// Bytecode whose source is there is compiled again, whatever is in it.
fn is_compiled(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let module = name.split('.').next().unwrap_or_default();
    let above = path.parent().and_then(Path::parent);
    name.ends_with(".pyc") && above.is_some_and(|above| above.join(format!("{module}.py")).is_file())
}

/// Says what would be gone without a copy, were the environment removed as it is now.
fn gone(sandbox: &Sandbox, changed: &[PathBuf]) -> Vec<String> {
    let env = sandbox.env("repo", &[]);
    let ports = Ports { env: &env, runner: &ProcessRunner, progress: &NoProgress, signals: &NoSignals };
    let session = Session::open(ports, Vec::new()).expect("a session");
    let top = sandbox.path("repo/venv");
    let removal = Removal::prepare(&session.repository, &top).expect("an environment");
    let stays: Vec<PathBuf> = removal.plan().foreign.iter().map(|file| file.path.to_path(&top)).collect();
    let aside = sandbox.path("repo/.aside");
    let recorded = removal.record(AuditAction::Replace, "create", &aside, &[]).expect("a record");
    let id = recorded.snapshot().expect("an id").to_owned();
    let copies = sandbox.path("repo/.git/pyenv/copies").join(&id);
    let taken = snapshot::parse(&sandbox.read(&format!("repo/.git/pyenv/snapshots/{id}.json")));
    let settings = taken.expect("a snapshot").configuration.unwrap_or_default();
    let is_kept = |path: &PathBuf| {
        let inside = path.strip_prefix(&top).expect("a path of the environment");
        let copy = copies.join(inside);
        stays.iter().any(|above| path.starts_with(above))
            || (copy.symlink_metadata().is_ok() && content(&copy) == content(path))
            || (inside == Path::new("pyvenv.cfg") && settings.as_bytes() == content(path))
    };
    let lost = changed.iter().filter(|path| !is_kept(path) && !is_compiled(path));
    lost.map(|path| path.display().to_string()).collect()
}

/// An environment with pip and a package that has a script and data.
fn environment() -> Option<(Sandbox, PathBuf)> {
    let python = a_python()?;
    let sandbox = Sandbox::repository();
    sandbox.pyenv(&["create", "--python", &python.to_string_lossy()]).ended(0);
    sandbox.write("wheel/mine/__init__.py", "def main(): print('mine')\n");
    sandbox.write("wheel/mine-1.0.data/data/share/mine/data.txt", "data\n");
    sandbox.write("wheel/mine-1.0.data/scripts/tool.sh", "#!/bin/sh\necho tool\n");
    let information = "wheel/mine-1.0.dist-info";
    sandbox.write(format!("{information}/METADATA"), "Metadata-Version: 2.1\nName: mine\nVersion: 1.0\n");
    sandbox.write(format!("{information}/entry_points.txt"), "[console_scripts]\nmine = mine:main\n");
    let tag = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    sandbox.write(format!("{information}/WHEEL"), tag);
    let hash = |path: &str| {
        let bytes = sandbox.read(&format!("repo/wheel/{path}"));
        format!("{path},{},{}\n", git_pyenv::formats::record::hash(&bytes), bytes.len())
    };
    let listed =
        ["mine/__init__.py", "mine-1.0.data/data/share/mine/data.txt", "mine-1.0.data/scripts/tool.sh"];
    let metadata = ["METADATA", "entry_points.txt", "WHEEL"].map(|name| format!("mine-1.0.dist-info/{name}"));
    let rows: String = listed.into_iter().chain(metadata.iter().map(String::as_str)).map(hash).collect();
    sandbox.write(format!("{information}/RECORD"), format!("{rows}mine-1.0.dist-info/RECORD,,\n"));
    let parts = ["wheel/mine", "wheel/mine-1.0.data", information];
    let archive = [&["-m", "zipfile", "-c", "mine-1.0-py3-none-any.whl"], parts.as_slice()].concat();
    sandbox.at("repo").run(&python, &archive).ended(0);
    let own = sandbox.path("repo/venv/bin/python");
    let install = ["-m", "pip", "--quiet", "install", "--no-index", "mine-1.0-py3-none-any.whl"];
    sandbox.at("repo").run(own, &install).ended(0);
    sandbox.remove("wheel");
    Some((sandbox, python))
}

#[test]
fn a_list_that_does_not_hold_is_copied() {
    let Some((sandbox, _)) = environment() else { return };
    let top = sandbox.path("repo/venv");
    let is_list = |path: &PathBuf| path.ends_with("RECORD") && path.to_string_lossy().contains("/pip-");
    let record = files(&top).into_iter().find(is_list).expect("a list of pip");
    let text = std::fs::read_to_string(&record).expect("text");
    std::fs::rename(&top, sandbox.path("repo/saved")).expect("a rename");
    // Another name, and another hash: both are as an installer could write them.
    for (from, to) in
        [("pip/__init__.py", "pip/__inlt__.py"), ("pip/__init__.py,sha256=", "pip/__init__.py,sha256=A")]
    {
        sandbox.at("repo").run("cp", &["-a", "saved", "venv"]).ended(0);
        sandbox.overwrite(&record, text.replacen(from, to, 1).as_bytes());
        let lost = gone(&sandbox, std::slice::from_ref(&record));
        assert!(lost.is_empty(), "{to}: {lost:?}");
        sandbox.remove("venv");
    }
}

#[test]
fn whatever_is_changed_or_added_is_never_gone_without_a_copy() {
    let Some((sandbox, _)) = environment() else { return };
    let top = sandbox.path("repo/venv");
    std::fs::rename(&top, sandbox.path("repo/saved")).expect("a rename");
    let paths: Vec<PathBuf> = files(&sandbox.path("repo/saved"));
    let relative = |number: usize| {
        let path = &paths[number % paths.len()];
        path.strip_prefix(sandbox.path("repo/saved")).expect("a path").to_path_buf()
    };
    let config = Config { cases: 12, max_shrink_iters: 24, failure_persistence: None, ..Config::default() };
    let check = |changes: Vec<(usize, Change)>| {
        sandbox.remove("venv");
        sandbox.at("repo").run("cp", &["-a", "saved", "venv"]).ended(0);
        let make = |(at, (number, change)): (usize, &(usize, Change))| {
            make(&top, &top.join(relative(*number)), change, &format!("mine {at}\n"))
        };
        let mut changed: Vec<PathBuf> = changes.iter().enumerate().filter_map(make).collect();
        // A later change may have taken the place of an earlier one.
        changed.retain(|path| path.symlink_metadata().is_ok());
        let lost = gone(&sandbox, &changed);
        prop_assert!(lost.is_empty(), "gone without a copy: {lost:?}");
        Ok(())
    };
    TestRunner::new(config).run(&changes(), check).expect("nothing is lost");
}

#[test]
fn every_file_that_is_edited_is_refused_or_copied() {
    for change in [Change::Append, Change::Flip] {
        let Some((sandbox, _)) = environment() else { return };
        let top = sandbox.path("repo/venv");
        assert_eq!(gone(&sandbox, &[]), Vec::<String>::new());
        let all = files(&top);
        for path in &all {
            make(&top, path, &change, "mine\n");
        }
        // An empty file has nothing to flip.
        let is_edited = |path: &PathBuf| path.symlink_metadata().is_ok_and(|it| it.is_file() && it.len() > 0);
        let edited: Vec<PathBuf> = all.into_iter().filter(is_edited).collect();
        assert!(edited.len() > 100, "{}", edited.len());
        assert_eq!(gone(&sandbox, &edited), Vec::<String>::new());
    }
}

/// What `create --force` says as JSON.
fn replaced(sandbox: &Sandbox, python: &Path, more: &[&str]) -> Value {
    let create = ["create", "--force", "--output", "json", "--python", &python.to_string_lossy()];
    sandbox.pyenv(&[create.as_slice(), more].concat()).ended(0).json()["create"].clone()
}

#[test]
fn it_says_what_went_and_how_to_get_it_back() {
    let Some((sandbox, python)) = environment() else { return };
    sandbox.write("venv/bin/activate", "export TOKEN=mine\n");
    let preview = replaced(&sandbox, &python, &["--dry-run"]);
    let expected = serde_json::json!({
        "packages": 1, "record": null, "requirements": null, "install_command": null,
        "copied": ["bin/activate"], "copies": null,
    });
    assert_eq!(preview["replaced"], expected);
    let create = ["create", "--force", "--output", "text", "--python", &python.to_string_lossy()];
    let text = sandbox.pyenv(&create).ended(0).out();
    let (_, record) = text.split_once("  1 package was removed; the record is ").expect("a record");
    let record = record.lines().next().expect("a path");
    assert!(sandbox.path("repo").join(record).is_file(), "{text}");
    let (_, copies) = text.split_once("(`bin/activate`): copies are in ").expect("copies");
    let copy = sandbox.path("repo").join(copies.lines().next().expect("a path")).join("bin/activate");
    assert_eq!(content(&copy), b"export TOKEN=mine\n");
    assert_eq!(copy.metadata().expect("metadata").mode() & 0o077, 0, "nobody else may read it");
    let (_, command) = text.split_once("  install again: ").expect("a command");
    let command = command.lines().next().expect("a command");
    let program = sandbox.path("repo/venv/bin/mine");
    assert!(!program.exists());
    let find = sandbox.path("repo");
    let shell = sandbox.at("repo").with("PIP_NO_INDEX", "1").with("PIP_FIND_LINKS", find);
    shell.run("sh", &["-c", command]).ended(0);
    assert_eq!(sandbox.at("repo").run(program, &[] as &[&str]).ended(0).out(), "mine\n");
    let json = replaced(&sandbox, &python, &["--without-pip"]);
    assert_eq!(json["replaced"]["install_command"], Value::Null, "there is no pip to do it");
    assert_eq!(json["replaced"]["copies"], Value::Null, "{json}");
    let requirements = PathBuf::from(json["replaced"]["requirements"].as_str().expect("a path"));
    let listed = String::from_utf8(content(&requirements)).expect("text");
    assert!(listed.lines().any(|line| line.starts_with("mine @ file://")), "{listed}");
    assert!(listed.lines().any(|line| line.starts_with("pip==")), "{listed}");
}

#[test]
fn what_each_creator_makes_is_replaced() {
    let Some(python) = a_python() else { return };
    let name = python.to_string_lossy().into_owned();
    let mut creators = vec![
        (python.clone(), vec!["-m", "venv", "venv"]),
        (python.clone(), vec!["-m", "venv", "--copies", "--prompt", "mine", "venv"]),
    ];
    creators.extend(tool("uv").map(|uv| (uv, vec!["venv", "--offline", "--python", &name, "venv"])));
    let virtualenv = ["--no-download", "--python", &name, "venv"].to_vec();
    creators.extend(tool("virtualenv").map(|program| (program, virtualenv)));
    for (program, arguments) in creators {
        let sandbox = Sandbox::repository();
        sandbox.at("repo").run(&program, &arguments).ended(0);
        let json = replaced(&sandbox, &python, &["--without-pip"]);
        // A version whose scripts are not known costs a copy of them, and nothing else.
        let copied = json["replaced"]["copied"].as_array().cloned().unwrap_or_default();
        let is_script = |path: &Value| path.as_str().is_some_and(|path| path.contains("ctivate"));
        assert!(copied.iter().all(is_script), "{arguments:?}: {copied:?}");
        let again = replaced(&sandbox, &python, &["--without-pip"]);
        assert_eq!(again["replaced"]["copied"], serde_json::json!([]), "its own are all known");
    }
}
