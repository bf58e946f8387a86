//! Plans of `cleanup` as files: written, reviewed, and applied only if nothing has changed since.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::{Value, json};

use crate::support::removable::{self, cleanup, contents, each, events, packages};
use crate::support::repository::Sandbox;
use crate::support::terminal::{Attached, Terminal};

const PLAN: &str = "../plan.json";

fn write_plan(sandbox: &Sandbox, selecting: &[&str]) -> Value {
    cleanup(sandbox, &[&["--dry-run", "--plan", PLAN], selecting].concat(), 0);
    read_plan(sandbox)
}

fn read_plan(sandbox: &Sandbox) -> Value {
    serde_json::from_slice(&sandbox.read("plan.json")).expect("JSON")
}

/// Every file but the plan, with its size and time.
fn listing(sandbox: &Sandbox) -> Vec<(PathBuf, u64, SystemTime)> {
    let mut listing = sandbox.listing();
    listing.retain(|(path, ..)| *path != sandbox.path("plan.json"));
    listing
}

/// Writes a plan that somebody has edited.
fn overwrite_plan(sandbox: &Sandbox, plan: &Value) {
    sandbox.overwrite(&sandbox.path("plan.json"), plan.to_string().as_bytes());
}

/// Asserts that the plan is refused with these words and that nothing is deleted.
#[track_caller]
fn assert_refused(sandbox: &Sandbox, what: &str, expected: &str) {
    let (before, log) = (contents(sandbox), events(sandbox));
    for arguments in [["--force"].as_slice(), &["--dry-run"], &[]] {
        let refused = sandbox.pyenv(&[&["cleanup", "--apply", PLAN], arguments].concat());
        assert!(refused.status.is_some_and(|status| status > 1), "{what}: {}", refused.said());
        assert!(refused.err().contains(expected), "{what}: {}", refused.said());
    }
    assert_eq!(contents(sandbox), before, "{what}");
    assert_eq!(events(sandbox), log, "{what}");
}

#[test]
fn a_plan_is_applied_exactly() {
    let Some(sandbox) = removable::repository() else { return };
    for name in ["old", "stays"] {
        removable::make(&sandbox, name);
    }
    sandbox.write(".pytest_cache/CACHEDIR.TAG", "");
    sandbox.write("left/pyvenv.cfg", "home = /usr/bin\nversion = 3.12.1\n");
    sandbox.write("a/__pycache__/m.cpython-312.pyc", "");
    let before = listing(&sandbox);
    let arguments = ["--target", "all", "--keep", "stays", "--keep", "a"];
    let answer =
        cleanup(&sandbox, &[&["--dry-run", "--force", "--plan", PLAN], arguments.as_slice()].concat(), 0);
    assert_eq!(answer["plan_file"], sandbox.path("plan.json").display().to_string());
    assert_eq!(listing(&sandbox), before, "nothing but the plan is written");
    let expected = [".pytest_cache", "left", "old", "venv"];
    let plan = read_plan(&sandbox);
    let paths: Vec<String> =
        expected.iter().map(|name| sandbox.path("repo").join(name).display().to_string()).collect();
    assert_eq!(each(&plan["items"], "path"), paths);
    assert_eq!(each(&plan["items"], "target"), ["cache", "remnant", "venv", "venv"]);
    // It still holds, and looking at that changes nothing either.
    let answer = cleanup(&sandbox, &["--apply", PLAN, "--dry-run", "--force"], 0);
    assert_eq!(each(&answer["plan"], "path"), expected);
    assert_eq!(listing(&sandbox), before);
    let answer = cleanup(&sandbox, &["--apply", PLAN], 1);
    assert_eq!(answer["needs_confirmation"], true, "a plan is no yes");
    assert_eq!(listing(&sandbox), before);
    let index = sandbox.read("repo/.git/index");
    let answer = cleanup(&sandbox, &["--apply", PLAN, "--force"], 0);
    let mut removed = each(&answer["removed"], "path");
    removed.sort();
    assert_eq!(removed, expected);
    for (name, stays) in expected.map(|name| (name, false)).into_iter().chain([("stays", true), ("a", true)])
    {
        assert_eq!(sandbox.path("repo").join(name).exists(), stays, "{name}");
    }
    assert_eq!(sandbox.read("repo/.git/index"), index);
    assert_refused(&sandbox, "applied twice", "does not exist any more");
}

/// A change of a repository, given with its environment.
type Change = fn(&Sandbox, &Path);

/// Changes, with what is said of them.
const CHANGES: [(&str, &str, Change); 15] = [
    ("a new file", "`notes` in `venv` is not created by any tool", |sandbox, _| {
        sandbox.write("venv/notes", "mine\n");
    }),
    ("a new directory", "something in `venv` was added", |_, venv| {
        fs::create_dir(venv.join("lib/empty")).expect("a directory");
    }),
    ("a new compiled file", "something in `venv` was added", |sandbox, _| {
        let packages = packages(sandbox, "venv");
        let name =
            packages.split('/').nth(2).expect("a Python").replace("python", "cpython-").replace('.', "");
        sandbox.write(format!("{packages}/mine/__pycache__/__init__.{name}.pyc"), "\x6f\x0d\x0d\x0a0000");
    }),
    ("a file that is gone", "something in `venv` was added", |_, venv| {
        fs::remove_file(venv.join("bin/activate.csh")).expect("a file");
    }),
    ("an edit of the same size and time", "`venv`", |sandbox, _| {
        let module = sandbox.path("repo").join(packages(sandbox, "venv")).join("mine/__init__.py");
        let time = fs::metadata(&module).and_then(|found| found.modified()).expect("a time");
        fs::write(&module, "VERSION = 7\n").expect("a file");
        fs::File::options()
            .append(true)
            .open(&module)
            .and_then(|file| file.set_modified(time))
            .expect("a time");
    }),
    ("a mode", "something in `venv` was added", |_, venv| {
        fs::set_permissions(venv.join("pyvenv.cfg"), fs::Permissions::from_mode(0o600)).expect("a mode");
    }),
    ("the mode of a directory", "something in `venv` was added", |_, venv| {
        fs::set_permissions(venv.join("lib"), fs::Permissions::from_mode(0o700)).expect("a mode");
    }),
    ("a link that leads elsewhere", "`venv`", |_, venv| {
        fs::remove_file(venv.join("bin/python3")).expect("a link");
        symlink("/bin/sh", venv.join("bin/python3")).expect("a link");
    }),
    ("another directory", "is another directory", |sandbox, venv| {
        sandbox.at("repo").run("cp", &["-a", "venv", "copy"]).ended(0);
        fs::rename(venv, sandbox.path("aside")).expect("a move");
        fs::rename(sandbox.path("repo/copy"), venv).expect("a move");
    }),
    ("a link in its place", "is a symlink", |sandbox, venv| {
        fs::rename(venv, sandbox.path("aside")).expect("a move");
        symlink("../aside", venv).expect("a link");
    }),
    ("a file in its place", "is no environment or cache any more", |_, venv| {
        fs::remove_dir_all(venv).expect("a directory");
        fs::write(venv, "").expect("a file");
    }),
    ("nothing in its place", "`venv` does not exist any more", |_, venv| {
        fs::remove_dir_all(venv).expect("a directory");
    }),
    ("what git tracks", "is tracked by git", |sandbox, _| {
        sandbox.git(&["add", "--force", "venv/pyvenv.cfg"]);
    }),
    ("another environment in a cache", "`.tox/py` is new", |sandbox, _| {
        removable::make(sandbox, ".tox/py");
    }),
    ("a file in a cache", "something in `.tox` was added", |sandbox, _| {
        sandbox.write(".tox/log.txt", "");
    }),
];

#[test]
fn whatever_changes_makes_a_plan_stale() {
    for (what, expected, change) in CHANGES {
        let Some(sandbox) = removable::repository() else { return };
        removable::make(&sandbox, "other");
        sandbox.write(".tox/.pkg/x", "");
        write_plan(&sandbox, &["--target", "all"]);
        change(&sandbox, &sandbox.path("repo/venv"));
        assert_refused(&sandbox, what, expected);
        assert!(sandbox.path("repo/other").exists(), "{what}");
    }
}

#[test]
fn what_stays_in_the_plan_stays() {
    let Some(sandbox) = removable::repository() else { return };
    removable::make(&sandbox, "other");
    sandbox.write("venv/notes", "mine\n");
    let plan = write_plan(&sandbox, &[]);
    assert_eq!(plan["items"][1]["foreign"], json!([{"path": "notes", "reason": "not created by any tool"}]));
    assert!(plan["items"][1]["stays"].is_string() && plan["items"][0]["stays"].is_null(), "{plan:#}");
    let answer = cleanup(&sandbox, &["--apply", PLAN, "--force"], 1);
    assert_eq!(each(&answer["removed"], "path"), ["other"]);
    assert_eq!(each(&answer["kept"], "path"), ["venv"]);
    write_plan(&sandbox, &[]);
    fs::remove_file(sandbox.path("repo/venv/notes")).expect("a file");
    assert_refused(&sandbox, "less is foreign", "`venv` holds less that cannot be recreated");
}

#[test]
fn what_is_archived_by_a_plan_is_archived() {
    let Some(sandbox) = removable::repository() else { return };
    write_plan(&sandbox, &["--backup"]);
    let options = ["--backup-foreign", "--include-in-use", "--discard", "venv/bin"];
    let arguments =
        [&["cleanup", "--dry-run", "--output", "text", "--plan", "other.json"], options.as_slice()];
    let said = sandbox.pyenv(&arguments.concat()).ended(0).out();
    let command = said.split('`').rev().nth(1).expect("a command");
    assert_eq!(
        command,
        "git pyenv cleanup --apply other.json --discard venv/bin --include-in-use --backup-foreign"
    );
    let words: Vec<&str> = command.split(' ').skip(2).chain(["--dry-run"]).collect();
    sandbox.pyenv(&words).ended(0);
    assert_refused(&sandbox, "without the option", "`venv` was to be archived, and would not be");
    let answer = cleanup(&sandbox, &["--apply", PLAN, "--force", "--backup"], 0);
    assert!(answer["removed"][0]["archive"].is_string(), "{answer:#}");
    let refused = sandbox.pyenv(&["cleanup", "--dry-run", "--target", "backups", "--plan", PLAN]).ended(2);
    assert!(refused.err().contains("not about archives"), "{}", refused.said());
}

#[test]
fn a_plan_alone_lets_nothing_go() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.write("venv/notes", "mine\n");
    write_plan(&sandbox, &["--discard", "venv/notes"]);
    assert_refused(&sandbox, "without the option", "--apply ../plan.json --discard venv/notes");
    let answer = cleanup(&sandbox, &["--apply", PLAN, "--force", "--discard", "venv/notes"], 0);
    assert_eq!(each(&answer["removed"], "path"), ["venv"]);
    // Neither does an edited one.
    removable::make(&sandbox, "venv");
    sandbox.write("venv/notes", "mine\n");
    let mut plan = write_plan(&sandbox, &[]);
    plan["items"][0]["foreign"] = json!([]);
    overwrite_plan(&sandbox, &plan);
    assert_refused(&sandbox, "nothing foreign", "not created by any tool");
    plan["items"][0]["foreign"] = json!([{"path": "notes", "reason": "not created by any tool"}]);
    plan["items"][0]["stays"] = Value::Null;
    overwrite_plan(&sandbox, &plan);
    assert_refused(&sandbox, "does not stay", "`venv` would stay");
    plan["include_in_use"] = json!(true);
    overwrite_plan(&sandbox, &plan);
    assert_refused(&sandbox, "in use", "--include-in-use");
}

#[test]
fn paths_of_a_plan_are_refused_like_paths_of_the_command_line() {
    let Some(sandbox) = removable::repository() else { return };
    removable::make(&sandbox, "services/api/venv");
    sandbox.git_in("", &["init", "--quiet", "elsewhere"]);
    let made = sandbox.at("elsewhere").pyenv(&["create", "--without-pip", "--env", "venv"]);
    made.ended(0);
    sandbox.link("linked", "services");
    sandbox.make_directory("repo/src");
    let plan = write_plan(&sandbox, &["venv"]);
    let place = |path: &str| sandbox.path(path).display().to_string();
    for (path, expected) in [
        (json!(place("repo")), "is no environment or cache any more"),
        (json!(place("repo/src")), "is no environment or cache any more"),
        (json!(place("repo/services")), "is no environment or cache any more"),
        (json!(place("repo/.git")), "inside the git directory"),
        (json!(place("repo/linked/api/venv")), "leads through a symlink"),
        (json!(place("repo/linked")), "is a symlink"),
        (json!(place("elsewhere/venv")), "is in the work tree"),
        (json!(format!("{}/../venv", place("repo"))), "not a plan that can be applied"),
        (json!("venv"), "not a plan that can be applied"),
        (json!("/"), "is no environment or cache any more"),
        (json!(place("repo/services/api/venv")), "is another directory"),
        (json!([47, 255, 10, 27]), "does not exist any more"),
    ] {
        let mut edited = plan.clone();
        edited["items"][0]["path"] = path.clone();
        overwrite_plan(&sandbox, &edited);
        let refused = sandbox.pyenv(&["cleanup", "--force", "--apply", PLAN]);
        assert!(!refused.stderr.contains(&27), "{}", refused.said());
        assert_refused(&sandbox, &path.to_string(), expected);
    }
    let mut edited = plan.clone();
    edited["work_tree"] = json!(place("elsewhere"));
    overwrite_plan(&sandbox, &edited);
    assert_refused(&sandbox, "another work tree", "is a plan for another work tree");
    for text in
        ["", "{}", "[1", "null", &plan.to_string().replace("\"schema_version\":1", "\"schema_version\":9")]
    {
        sandbox.overwrite(&sandbox.path("plan.json"), text.as_bytes());
        assert_refused(&sandbox, text, "not a plan that can be applied");
    }
    fs::remove_file(sandbox.path("plan.json")).expect("a file");
    assert_refused(&sandbox, "none", "there is no plan at `../plan.json`");
    // One that names nothing does nothing.
    let mut edited = plan;
    edited["items"] = json!([]);
    sandbox.write("../plan.json", edited.to_string());
    let before = contents(&sandbox);
    let answer = cleanup(&sandbox, &["--apply", PLAN, "--force"], 0);
    assert_eq!(each(&answer["plan"], "path"), [""; 0]);
    assert_eq!(contents(&sandbox), before);
}

#[test]
fn a_plan_overwrites_nothing_but_a_plan() {
    let Some(sandbox) = removable::repository() else { return };
    sandbox.write(".tox/.pkg/x", "");
    sandbox.link("link.json", "README.md");
    sandbox.make_directory("repo/folder");
    sandbox.link("inside", "venv");
    let before = contents(&sandbox);
    for (file, expected) in [
        ("README.md", "is not a plan of `cleanup`"),
        ("link.json", "is a symlink"),
        ("folder", "is a directory"),
        ("nowhere/plan.json", "nowhere"),
        ("venv/plan.json", "the plan is about"),
        ("venv/bin/../../inside/plan.json", "the plan is about"),
        (".tox/plan.json", "the plan is about"),
        (".git/plan.json", "inside the git directory"),
        (".git/pyenv/plan.json", "inside the git directory"),
    ] {
        let arguments = ["cleanup", "--dry-run", "--target", "all", "--plan", file];
        let refused = sandbox.pyenv(&arguments).ended(2);
        assert!(refused.err().contains(expected), "{file}: {}", refused.said());
        assert_eq!(contents(&sandbox), before, "{file}");
    }
    let first = write_plan(&sandbox, &[]);
    removable::make(&sandbox, "other");
    assert_ne!(write_plan(&sandbox, &[]), first, "a plan takes the place of a plan");
}

#[test]
fn a_plan_decides_alone() {
    let Some(sandbox) = removable::repository() else { return };
    write_plan(&sandbox, &[]);
    for arguments in [
        ["--apply", PLAN, "--older-than", "1d"].as_slice(),
        &["--apply", PLAN, "--target", "all"],
        &["--apply", PLAN, "--only-broken"],
        &["--apply", PLAN, "--min-size", "1k"],
        &["--apply", PLAN, "--keep", "x"],
        &["--apply", PLAN, "--all-worktrees"],
        &["--apply", PLAN, "--interactive"],
        &["--apply", PLAN, "venv"],
        &["--apply", PLAN, "--dry-run", "--plan", PLAN],
        &["--plan", PLAN],
        &["--plan", PLAN, "--force"],
        &["--plan", PLAN, "--dry-run", "--all-worktrees"],
    ] {
        sandbox.pyenv(&[&["cleanup"], arguments].concat()).ended(2);
    }
    assert!(sandbox.path("repo/venv").exists());
}

#[test]
fn names_that_are_no_text_survive() {
    let Some(sandbox) = removable::repository() else { return };
    let name = PathBuf::from(std::ffi::OsString::from(String::from("new\nline \u{1b}[31m")));
    fs::rename(sandbox.path("repo/venv"), sandbox.path("repo").join(&name)).expect("a move");
    write_plan(&sandbox, &[]);
    cleanup(&sandbox, &["--apply", PLAN, "--force"], 0);
    assert!(!sandbox.path("repo").join(&name).exists());
}

#[test]
fn what_a_killed_run_left_is_planned_and_applied() {
    let Some(sandbox) = removable::repository() else { return };
    removable::make(&sandbox, "other");
    let kill = sandbox.at("repo").with("PYENV_STOP_POINT", "kill:condemned");
    assert_eq!(kill.pyenv(&["cleanup", "--force", "venv"]).status, None);
    let plan = write_plan(&sandbox, &["--keep", "other"]);
    assert_eq!(each(&plan["items"], "target"), ["remnant"], "{plan:#}");
    cleanup(&sandbox, &["--apply", PLAN, "--force"], 0);
    let left: Vec<PathBuf> = contents(&sandbox).into_iter().map(|(path, _)| path).collect();
    assert!(!left.iter().any(|path| path.to_string_lossy().contains(".git-pyenv-")), "{left:?}");
    assert!(sandbox.path("repo/other").exists() && !sandbox.path("repo/venv").exists());
}

#[test]
fn at_a_terminal_a_plan_is_asked_for() {
    for (keys, is_gone) in [(b"n".as_slice(), false), (b"\x1b", false), (b"y", true)] {
        let Some(sandbox) = removable::repository() else { return };
        write_plan(&sandbox, &[]);
        let before = contents(&sandbox);
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), "repo");
        command.args(["cleanup", "--apply", PLAN]).env("TERM", "xterm");
        let mut terminal = Terminal::start(command, 200, Attached::All);
        assert!(terminal.wait_for("delete 1 item (frees "), "{}", terminal.finish().2);
        terminal.answer(keys);
        let (status, _, seen) = terminal.finish();
        assert_eq!(status.code(), Some(i32::from(!is_gone)), "{seen}");
        assert_eq!(sandbox.path("repo/venv").exists(), !is_gone, "{seen}");
        assert!(is_gone || contents(&sandbox) == before, "{seen}");
    }
}
