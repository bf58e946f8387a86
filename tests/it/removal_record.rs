//! What is recorded of an environment before it is deleted, and which of its files cannot be made again.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "tests look at real directories")]

use std::path::Path;

use git_pyenv::env::Env;
use git_pyenv::error::{Error, ErrorKind};
use git_pyenv::exec::ProcessRunner;
use git_pyenv::formats::audit_log::{AuditAction, AuditEvent};
use git_pyenv::formats::record::hash;
use git_pyenv::formats::snapshot::{self, Snapshot};
use git_pyenv::fs::DirectoryPlace;
use git_pyenv::journal::StateDirectory;
use git_pyenv::ports::{NoProgress, NoSignals};
use git_pyenv::removal::{RecordedRemoval, Removal, open_intents};
use git_pyenv::session::{Ports, Session};

use crate::support::repository::Sandbox;
use crate::support::sandbox::tool;

const PACKAGES: &str = "venv/lib/python3.12/site-packages";

fn session(env: &Env) -> Session<'_> {
    Session::open(
        Ports { env, runner: &ProcessRunner, progress: &NoProgress, signals: &NoSignals },
        Vec::new(),
    )
    .expect("a session")
}

/// An environment with one distribution, nothing of which is foreign.
fn environment() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("venv/pyvenv.cfg", "home = /usr/bin\nexecutable = /usr/bin/python3.12\nversion = 3.12.4\n");
    sandbox.write("venv/bin/activate", "VIRTUAL_ENV=/x\n");
    sandbox.link("venv/bin/python", "/usr/bin/python3.12");
    sandbox.link("venv/lib64", "lib");
    sandbox.write(format!("{PACKAGES}/six.py"), "x = 1\n");
    sandbox.write(format!("{PACKAGES}/__pycache__/six.cpython-312.pyc"), "");
    let information = format!("{PACKAGES}/six-1.16.0.dist-info");
    sandbox.write(format!("{information}/METADATA"), "Name: six\nVersion: 1.16.0\n\n");
    sandbox.write(format!("{information}/INSTALLER"), "pip\n");
    sandbox.write(format!("{information}/REQUESTED"), "");
    sandbox.write("venv/bin/six", "anything that is listed\n");
    let own = "six-1.16.0.dist-info";
    let rows = [
        (format!("{own}/METADATA"), "Name: six\nVersion: 1.16.0\n\n"),
        (format!("{own}/REQUESTED"), ""),
        ("six.py".to_owned(), "x = 1\n"),
        ("../../../bin/six".to_owned(), "anything that is listed\n"),
        ("/etc/passwd".to_owned(), ""),
        ("../../../../outside.py".to_owned(), ""),
    ];
    let row = |(path, text): &(String, &str)| format!("{path},{},{}\n", hash(text.as_bytes()), text.len());
    let rows: String = rows.iter().map(row).collect();
    sandbox.write(format!("{information}/RECORD"), format!("{rows}{own}/INSTALLER,,\n{own}/RECORD,,\n"));
    sandbox
}

fn state(env: &Env) -> StateDirectory {
    StateDirectory::of(&session(env).repository).expect("its configuration")
}

fn prepare(sandbox: &Sandbox) -> Removal {
    let env = sandbox.env("repo", &[]);
    Removal::prepare(&session(&env).repository, &sandbox.path("repo/venv")).expect("an environment")
}

/// What is foreign, as people read it.
fn foreign(removal: &Removal) -> Vec<String> {
    removal.plan().foreign.iter().map(|file| file.path.seen_from_root()).collect()
}

/// What is copied before it is deleted, as people read it.
fn copied(removal: &Removal) -> Vec<String> {
    removal.plan().copied.iter().map(git_pyenv::path::RepoPath::seen_from_root).collect()
}

fn place(path: &Path) -> DirectoryPlace {
    DirectoryPlace::at(path).expect("a place")
}

fn record(sandbox: &Sandbox) -> RecordedRemoval {
    prepare(sandbox)
        .record(AuditAction::Replace, "create", &sandbox.path("repo/.aside"), &[])
        .expect("a record")
}

fn taken(sandbox: &Sandbox, id: &str) -> Snapshot {
    let bytes = sandbox.read(&format!("repo/.git/pyenv/snapshots/{id}.json"));
    snapshot::parse(&bytes).expect("a snapshot")
}

/// The events of the audit log, which is unbroken.
fn events(sandbox: &Sandbox) -> Vec<AuditEvent> {
    let env = sandbox.env("repo", &[]);
    let reading = state(&env).read_audit_log().expect("an audit log");
    assert_eq!(reading.first_break, None);
    reading.entries.into_iter().map(|read| read.entry.record.event).collect()
}

#[test]
fn what_is_deleted_is_recorded_before() {
    let sandbox = environment();
    let recorded = record(&sandbox);
    let id = recorded.snapshot().expect("an id").to_owned();
    let taken = taken(&sandbox, &id);
    assert_eq!((taken.kind.as_str(), taken.python.as_deref()), ("venv", Some("3.12.4")));
    assert_eq!(taken.interpreter.as_deref(), Some("/usr/bin/python3.12"));
    assert_eq!((taken.path.to_path(), taken.files), (sandbox.path("repo/venv"), 11));
    assert!(taken.configuration.is_some_and(|text| text.starts_with("home = /usr/bin\n")));
    assert_eq!(taken.distributions.len(), 1);
    let six = &taken.distributions[0];
    assert_eq!((six.name.as_str(), six.version.as_deref()), ("six", Some("1.16.0")));
    assert_eq!((six.installer.as_deref(), six.requested), (Some("pip"), true));
    assert!(six.record_sha256.as_ref().is_some_and(|digest| digest.len() == 64));
    assert_eq!(events(&sandbox), [AuditEvent::Intent]);

    std::fs::rename(sandbox.path("repo/venv"), sandbox.path("repo/.aside")).expect("a rename");
    let removed = recorded.delete(&place(&sandbox.path("repo/.aside")), &NoProgress).expect("a deletion");
    assert_eq!((removed.snapshot, removed.kept), (Some(id), Vec::new()));
    assert!(!sandbox.path("repo/.aside").exists());
    assert_eq!(events(&sandbox), [AuditEvent::Intent, AuditEvent::Done]);
}

#[test]
fn looking_writes_nothing() {
    let sandbox = environment();
    let before = sandbox.listing();
    assert_eq!(foreign(&prepare(&sandbox)), Vec::<String>::new());
    assert_eq!(sandbox.listing(), before);
}

#[test]
fn what_is_given_up_or_fails_is_recorded() {
    let sandbox = environment();
    record(&sandbox).abandon(&Error::action("no space left")).expect("an entry");
    let gone = sandbox.path("repo/nowhere");
    let error = record(&sandbox).delete(&place(&gone), &NoProgress).expect_err("nothing to delete");
    assert_eq!(error.kind(), ErrorKind::Action);
    assert_eq!(
        events(&sandbox),
        [AuditEvent::Intent, AuditEvent::Failed, AuditEvent::Intent, AuditEvent::Failed]
    );
    let env = sandbox.env("repo", &[]);
    assert!(open_intents(&state(&env)).expect("an audit log").is_empty());
    let reasons = state(&env).read_audit_log().expect("an audit log").entries;
    assert_eq!(reasons[1].entry.record.reason.as_deref(), Some("no space left"));
    assert!(sandbox.path("repo/venv/pyvenv.cfg").exists());
}

#[test]
fn what_a_killed_run_began_can_be_finished() {
    let sandbox = environment();
    // A run that is killed says nothing more.
    drop(record(&sandbox));
    std::fs::rename(sandbox.path("repo/venv"), sandbox.path("repo/.aside")).expect("a rename");
    let env = sandbox.env("repo", &[]);
    let mut open = open_intents(&state(&env)).expect("an audit log");
    assert_eq!(open.len(), 1);
    let recorded = open.remove(0);
    let aside = recorded.aside().expect("a place");
    assert_eq!(aside, sandbox.path("repo/.aside"));
    assert_eq!(recorded.delete(&place(&aside), &NoProgress).expect("a deletion").kept, []);
    assert_eq!(events(&sandbox), [AuditEvent::Intent, AuditEvent::Done]);
}

#[test]
fn runs_at_once_keep_the_chain() {
    let sandbox = environment();
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| record(&sandbox).abandon(&Error::action("enough")).expect("an entry"));
        }
    });
    assert_eq!(events(&sandbox).len(), 12);
}

#[test]
fn a_torn_line_is_healed_on_the_disk() {
    let sandbox = environment();
    drop(record(&sandbox));
    let path = sandbox.path("repo/.git/pyenv/audit-log.jsonl");
    let torn = [sandbox.read_any(&path), b"{\"sequence\":2,\"prev".to_vec()].concat();
    sandbox.overwrite(&path, &torn);
    drop(record(&sandbox));
    assert!(sandbox.read_any(&path).starts_with(&torn));
    assert_eq!(events(&sandbox), [AuditEvent::Intent, AuditEvent::Intent]);
    let lines = sandbox.read_any(&path);
    let first = lines.iter().position(|&byte| byte == b'\n').expect("a line") + 1;
    sandbox.overwrite(&path, &lines[first..]);
    let env = sandbox.env("repo", &[]);
    let broken = state(&env).read_audit_log().expect("an audit log").first_break.expect("a break");
    assert_eq!(broken.line, 1, "{broken}");
}

#[test]
fn what_people_put_there_is_foreign() {
    let sandbox = environment();
    let site = format!("{PACKAGES}/mine");
    for path in ["venv/notes.ipynb", "venv/bin/deploy", "venv/src/clone/.git/HEAD", "venv/src/clone/a.py"] {
        sandbox.write(path, "#!/bin/sh\nrsync\n");
    }
    sandbox.write(format!("{site}/deep/a.py"), "");
    sandbox.write(format!("{site}/deep/__pycache__/a.cpython-312.pyc"), "");
    sandbox.write(format!("{PACKAGES}/outside.py"), "");
    sandbox.write(b"venv/a\n\xff".as_slice(), "");
    sandbox.link("venv/data", "../data");
    let expected = [
        "\"a\\n\\377\"",
        "bin/deploy",
        "data",
        "lib/python3.12/site-packages/mine",
        "lib/python3.12/site-packages/outside.py",
        "notes.ipynb",
        "src",
    ];
    let removal = prepare(&sandbox);
    assert_eq!(foreign(&removal), expected);
    let recorded =
        removal.record(AuditAction::Replace, "create", &sandbox.path("repo/.aside"), &[]).expect("a record");
    assert_eq!(taken(&sandbox, recorded.snapshot().expect("an id")).foreign.len(), expected.len());
}

#[test]
fn distributions_without_a_list_own_their_modules() {
    let sandbox = environment();
    let old = format!("{PACKAGES}/old.egg-info");
    sandbox.write(format!("{old}/PKG-INFO"), "Name: old\nVersion: 1\n");
    sandbox.write(format!("{old}/top_level.txt"), "old\n_old\n");
    sandbox.write(format!("{PACKAGES}/old/data/x.txt"), "");
    sandbox.write(format!("{PACKAGES}/_old.cpython-312.so"), "");
    let listed = format!("{PACKAGES}/listed.egg-info");
    sandbox
        .write(format!("{listed}/installed-files.txt"), "../listed.py\n../../../../bin/listed\nPKG-INFO\n");
    sandbox.write(format!("{PACKAGES}/listed.py"), "");
    sandbox.write("venv/bin/listed", "");
    sandbox.write("venv/conda-meta/zlib-1-0.json", r#"{"files": ["share/zlib/zlib.h"]}"#);
    sandbox.write("venv/share/zlib/zlib.h", "");
    sandbox.write(format!("{PACKAGES}/older.py"), "");
    sandbox.write(format!("{PACKAGES}/old/module.py"), "nothing proves that nobody wrote this\n");
    let removal = prepare(&sandbox);
    assert_eq!(foreign(&removal), ["lib/python3.12/site-packages/older.py"]);
    let copied = copied(&removal);
    assert!(copied.contains(&"lib/python3.12/site-packages/old/module.py".to_owned()), "{copied:?}");
}

#[test]
fn what_is_no_environment_is_left_alone() {
    let sandbox = environment();
    sandbox.write("src/app.py", "");
    sandbox.link("link", "venv");
    let env = sandbox.env("repo", &[]);
    for name in ["src", "link"] {
        let error =
            Removal::prepare(&session(&env).repository, &sandbox.path("repo").join(name)).expect_err(name);
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    }
    let error =
        Removal::prepare(&session(&env).repository, &sandbox.path("repo/nowhere")).expect_err("nothing");
    assert_eq!(error.kind(), ErrorKind::Undecided);
}

#[test]
fn what_holds_a_repository_is_left_alone() {
    let sandbox = environment();
    sandbox.write("pyvenv.cfg", "home = /usr/bin\nversion = 3.12.4\n");
    sandbox.link("bin/python", "/usr/bin/python3.12");
    sandbox.write("venv/.git/HEAD", "ref: refs/heads/main\n");
    let env = sandbox.env("repo", &[]);
    for name in ["repo", "repo/venv", "repo/venv/.."] {
        let error = Removal::prepare(&session(&env).repository, &sandbox.path(name)).expect_err(name);
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
        assert!(error.message().seen_from_root().contains("contains a git repository"), "{error}");
    }
}

#[test]
fn only_the_directory_that_was_looked_at_is_deleted() {
    let sandbox = environment();
    let recorded = record(&sandbox);
    sandbox.write("new/pyvenv.cfg", "home = /usr/bin\n");
    let error =
        recorded.delete(&place(&sandbox.path("repo/new")), &NoProgress).expect_err("another directory");
    assert_eq!(error.kind(), ErrorKind::Action);
    assert!(sandbox.path("repo/new/pyvenv.cfg").exists() && sandbox.path("repo/venv/pyvenv.cfg").exists());
    assert_eq!(events(&sandbox), [AuditEvent::Intent, AuditEvent::Failed]);
}

#[test]
fn nothing_is_foreign_after_real_installations() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::repository();
    let run =
        |program: &Path, arguments: &[&str]| sandbox.at("repo").run(program, arguments).status == Some(0);
    if !run(&python, &["-m", "venv", "venv"]) {
        return crate::support::sandbox::skip("this Python makes no environments with pip");
    }
    let information = "wheel/mine-1.0.dist-info";
    sandbox.write("wheel/mine/__init__.py", "def main(): pass\n");
    sandbox.write("wheel/mine-1.0.data/data/share/mine/data.txt", "");
    sandbox.write("wheel/mine-1.0.data/scripts/tool.sh", "#!/bin/sh\n");
    sandbox.write(format!("{information}/METADATA"), "Metadata-Version: 2.1\nName: mine\nVersion: 1.0\n");
    sandbox.write(format!("{information}/entry_points.txt"), "[console_scripts]\nmine = mine:main\n");
    sandbox.write(
        format!("{information}/WHEEL"),
        "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    );
    sandbox.write(format!("{information}/RECORD"), "mine/__init__.py,,\n");
    let parts = ["wheel/mine", "wheel/mine-1.0.data", information];
    let archive = [&["-m", "zipfile", "-c", "mine-1.0-py3-none-any.whl"], parts.as_slice()].concat();
    assert!(run(&python, &archive), "a wheel");
    let own = sandbox.path("repo/venv/bin/python");
    let steps: [&[&str]; 3] = [
        &["-m", "pip", "--quiet", "install", "--no-index", "mine-1.0-py3-none-any.whl"],
        &["-m", "compileall", "-q", "-b", "venv/lib"],
        &["-m", "pip", "--quiet", "uninstall", "--yes", "mine"],
    ];
    for step in steps {
        assert!(run(&own, step), "{step:?}");
        assert_eq!(foreign(&prepare(&sandbox)), Vec::<String>::new(), "after {step:?}");
    }
}
