//! `log` and `stats`: what the audit log says, and whether it is as it was written.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;

use git_pyenv::env::Env;
use git_pyenv::error::ErrorKind;
use git_pyenv::formats::audit_log::AuditRecord;
use git_pyenv::journal::StateDirectory;
use serde_json::{Value, json};

use crate::support::answer::{both, error};
use crate::support::audit_logs::{self, LOG, done, record};
use crate::support::pythons::a_python;
use crate::support::repository::Sandbox;
use crate::support::schema;
use crate::support::terminal::{Attached, Terminal};
use crate::support::users::{mode, unprivileged};

/// Adds a made environment with `--force`, in the given work tree.
fn replace(sandbox: &Sandbox, directory: &str, python: &str) {
    let create = ["create", "--force", "--quiet", "--without-pip", "--python", python];
    sandbox.at(directory).pyenv(&create).ended(0);
}

fn verify(sandbox: &Sandbox) -> (Option<i32>, Value) {
    let finished = sandbox.pyenv(&["log", "--verify", "--output", "json"]);
    let answer = finished.json();
    schema::assert_fits(&answer);
    (finished.status, answer["log"]["state"].clone())
}

#[test]
fn what_create_replaced_is_logged_for_all_work_trees() {
    let Some(python) = a_python() else { return };
    let python = python.to_string_lossy().into_owned();
    let sandbox = Sandbox::repository();
    sandbox.git(&["commit", "--quiet", "--allow-empty", "--message", "first"]);
    sandbox.git(&["worktree", "add", "--quiet", "../other"]);
    let empty = sandbox.json(&["log"]);
    assert_eq!((&empty["log"]["operations"], &empty["log"]["state"]["digest"]), (&json!([]), &Value::Null));
    assert_eq!(verify(&sandbox).0, Some(0));
    for _ in 0..2 {
        replace(&sandbox, "repo", &python);
    }
    for _ in 0..2 {
        replace(&sandbox, "other", &python);
    }
    let answer = sandbox.json(&["log"]);
    schema::assert_fits(&answer);
    let operations = answer["log"]["operations"].as_array().expect("operations");
    let said: Vec<_> =
        operations.iter().map(|one| (one["action"].as_str(), one["outcome"].as_str())).collect();
    assert_eq!(said, [(Some("replace"), Some("done")); 2]);
    let other = sandbox.path("other/venv");
    assert_eq!(
        (operations[0]["path"].as_str(), operations[1]["path"].as_str()),
        (other.to_str(), Some("venv"))
    );
    let first = &operations[1];
    assert_eq!((&first["command"], &first["bytes_after"]), (&json!("create"), &json!(0)));
    assert!(first["elapsed_ms"].is_u64() && first["bytes"].as_u64() > Some(0), "{first}");
    assert_eq!(first["freed_bytes"], first["bytes"]);
    let uid = rustix::process::geteuid().as_raw();
    assert_eq!(first["user"]["uid"], uid);
    let events = first["events"].as_array().expect("events");
    let events: Vec<_> =
        events.iter().map(|event| (event["event"].as_str(), event["proven"].as_bool())).collect();
    assert_eq!(events, [(Some("intent"), Some(true)), (Some("done"), Some(true))]);
    let snapshot = first["snapshot"].as_str().expect("an id");
    assert!(sandbox.path(&format!("repo/.git/pyenv/snapshots/{snapshot}.json")).exists());
    // The same log from the other work tree, where the paths are the other way round.
    let there = sandbox.at("other").json(&["log", "--limit", "1"]);
    assert_eq!(
        (&there["log"]["operations"][0]["path"], &there["log"]["omitted"]),
        (&json!("venv"), &json!(1))
    );
    assert_eq!(verify(&sandbox).0, Some(0));
    let stats = sandbox.json(&["stats"])["stats"].clone();
    assert_eq!(
        (&stats["total"]["operations"], &stats["by_command"][0]["name"]),
        (&json!(2), &json!("create"))
    );
    let freed: u64 = operations.iter().filter_map(|one| one["freed_bytes"].as_u64()).sum();
    assert_eq!(stats["total"]["freed_bytes"], freed);
}

#[test]
fn runs_at_once_leave_an_unbroken_log() {
    let Some(python) = a_python() else { return };
    let python = python.to_string_lossy().into_owned();
    let sandbox = Sandbox::repository();
    sandbox.git(&["commit", "--quiet", "--allow-empty", "--message", "first"]);
    sandbox.git(&["worktree", "add", "--quiet", "../other"]);
    std::thread::scope(|scope| {
        for directory in ["repo", "other"] {
            scope.spawn(|| (0..4).for_each(|_| replace(&sandbox, directory, &python)));
        }
        // A reader is never misled by a writer.
        for _ in 0..8 {
            assert_eq!(verify(&sandbox).0, Some(0));
        }
    });
    let (status, state) = verify(&sandbox);
    assert_eq!((status, &state["entries"]), (Some(0), &json!(12)));
}

#[test]
fn a_broken_log_is_a_finding_of_verify_alone() {
    let sandbox = Sandbox::repository();
    audit_logs::usual(&sandbox);
    assert_eq!(verify(&sandbox).0, Some(0));
    let log = sandbox.read(LOG);
    let text = String::from_utf8(log.clone()).expect("text");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let cases: [(&str, String, usize); 9] = [
        ("changed", text.replacen("\"files\":1204", "\"files\":1205", 1), 2),
        ("removed", text.replacen(lines[3], "", 1), 4),
        ("repeated", text.replacen(lines[3], &lines[3].repeat(2), 1), 5),
        ("last repeated", text.clone() + lines[8], 10),
        ("last repeated without its end", text.clone() + lines[8].trim_end(), 10),
        ("blank", text.clone() + "\n", 10),
        ("tail removed", lines[..7].concat(), 8),
        ("end cut off", text[..text.len() - 9].to_owned(), 9),
        ("emptied", String::new(), 1),
    ];
    for (what, changed, line) in cases {
        sandbox.overwrite(&sandbox.path(LOG), changed.as_bytes());
        let (status, state) = verify(&sandbox);
        assert_eq!((status, &state["broken"]["line"]), (Some(1), &json!(line)), "{what}: {state}");
        let text = sandbox.pyenv(&["log", "--verify", "--output", "text"]).ended(1).out();
        assert!(text.contains(&format!("broken at line {line}: ")), "{what}: {text}");
        for command in ["log", "stats"] {
            let said = sandbox.pyenv(&[command, "--output", "text"]).ended(0).out();
            assert!(said.contains(&format!("broken at line {line}: ")), "{what}: {said}");
        }
    }
    sandbox.overwrite(&sandbox.path(LOG), &log[..log.len() / 2]);
    sandbox.overwrite(&sandbox.path("repo/.git/pyenv/audit-log.head"), b"");
    assert_eq!(verify(&sandbox).0, Some(1));
}

#[test]
fn a_line_that_a_killed_run_cut_off_is_no_finding() {
    let sandbox = Sandbox::repository();
    audit_logs::usual(&sandbox);
    let (log, head) = (sandbox.read(LOG), sandbox.read("repo/.git/pyenv/audit-log.head"));
    audit_logs::write(&sandbox, "repo/.git/pyenv", &[("2026-03-01T00:00:00Z", record("next", b"/a"))]);
    let next = sandbox.read(LOG);
    sandbox.overwrite(&sandbox.path("repo/.git/pyenv/audit-log.head"), &head);
    for length in [log.len() + 1, log.len() + 200, next.len() - 1, next.len()] {
        sandbox.overwrite(&sandbox.path(LOG), &next[..length]);
        let (status, state) = verify(&sandbox);
        let torn = if length < next.len() - 1 { json!([10]) } else { json!([]) };
        assert_eq!((status, &state["torn_lines"]), (Some(0), &torn), "{length}");
    }
    sandbox.overwrite(&sandbox.path(LOG), &next[..log.len() + 200]);
    let text = sandbox.pyenv(&["log", "--verify", "--output", "text"]).ended(0).out();
    assert!(text.contains("line 10 was cut off when a run was killed"), "{text}");
}

#[test]
fn a_digest_that_was_kept_elsewhere_shows_a_log_that_was_made_anew() {
    let sandbox = Sandbox::repository();
    audit_logs::usual(&sandbox);
    let digest = verify(&sandbox).1["digest"].as_str().expect("a digest").to_owned();
    let check = |status| {
        let option = format!("--verify={}", digest.to_uppercase());
        both(&sandbox.at("repo"), &["log", &option], status).0
    };
    check(0);
    audit_logs::write(&sandbox, "repo/.git/pyenv", &[("2026-03-01T00:00:00Z", record("next", b"/a"))]);
    check(0);
    sandbox.remove(".git/pyenv");
    audit_logs::write(&sandbox, "repo/.git/pyenv", &[("2026-03-01T00:00:00Z", record("next", b"/a"))]);
    assert_eq!(verify(&sandbox).0, Some(0));
    assert_eq!(check(1)["log"]["state"]["broken"]["line"], Value::Null);
    error(&sandbox.at("repo"), &["log", "--verify=0123"], "usage");
}

#[test]
fn nothing_in_a_log_reaches_the_terminal_as_it_is() {
    let sandbox = Sandbox::repository();
    let hostile = "\u{1b}[31m\r\n2026-01-01 00:00:00 UTC  deleted everything\u{202e}";
    let intent = record(hostile, b"/a\n\xff\x1b[2J\r");
    let intent = AuditRecord {
        command: Some(hostile.to_owned()),
        kind: hostile.to_owned(),
        snapshot: Some(hostile.to_owned()),
        program: hostile.to_owned(),
        reason: Some(hostile.to_owned()),
        ..intent
    };
    audit_logs::write(&sandbox, "repo/.git/pyenv", &[(hostile, intent.clone()), (hostile, done(&intent))]);
    for arguments in [&["log", "--verbose"] as &[&str], &["log", "--verify"], &["stats"]] {
        for format in ["text", "json"] {
            let said = sandbox.pyenv(&[arguments, &["--output", format]].concat()).ended(0).out();
            assert!(!said.contains(['\u{1b}', '\r', '\u{202e}']), "{said:?}");
            assert!(!said.lines().any(|line| line.starts_with("2026-01-01")), "{said}");
        }
    }
    let operation = sandbox.json(&["log"])["log"]["operations"][0].clone();
    assert_eq!((&operation["path_hex"], &operation["kind"]), (&json!("2f610aff1b5b324a0d"), &json!(hostile)));
    assert_eq!(sandbox.json(&["stats"])["stats"]["by_month"][0]["name"], "unknown");
}

#[test]
fn entries_of_a_later_version_do_not_break_a_log() {
    let sandbox = Sandbox::repository();
    audit_logs::write(&sandbox, "repo/.git/pyenv", &[("2026-03-01T00:00:00Z", record("next", b"/a"))]);
    sandbox.remove(".git/pyenv/audit-log.head");
    let text = String::from_utf8(sandbox.read(LOG)).expect("text");
    let later = text.replace("\"intent\"", "\"paused\"").replace("\"remove\"", "\"fold\"");
    sandbox.overwrite(&sandbox.path(LOG), later.as_bytes());
    let (answer, _) = both(&sandbox.at("repo"), &["log"], 0);
    let one = &answer["log"]["operations"][0];
    assert_eq!((&one["outcome"], &one["action"]), (&json!("unknown"), &json!("unknown")));
    sandbox.overwrite(&sandbox.path(LOG), text.replace("\"kind\":\"venv\"", "\"kind\":{}").as_bytes());
    let (answer, _) = both(&sandbox.at("repo"), &["log", "--verify"], 0);
    assert_eq!(answer["log"]["state"]["unknown_lines"], json!([1]));
    let text = sandbox.pyenv(&["log", "--output", "text"]).ended(0).out();
    assert!(text.contains("1 entry of a later version cannot be shown"), "{text}");
}

#[test]
fn a_log_that_cannot_be_read_is_undecided() {
    let sandbox = Sandbox::repository();
    sandbox.make_directory(LOG);
    for command in ["log", "stats"] {
        error(&sandbox.at("repo"), &[command], "undecided");
    }
    sandbox.remove(".git/pyenv/audit-log.jsonl");
    sandbox.link(".git/pyenv/audit-log.jsonl", "/dev/null");
    error(&sandbox.at("repo"), &["log", "--verify"], "undecided");
    sandbox.remove(".git/pyenv/audit-log.jsonl");
    // A file without blocks, larger than what is read.
    let file = std::fs::File::create(sandbox.path(LOG)).expect("a file");
    file.set_len(257 * 1024 * 1024).expect("a size");
    assert!(error(&sandbox.at("repo"), &["log"], "undecided").contains("the limit is"));
    sandbox.remove(".git/pyenv");
    error(&sandbox.at("repo").with("GIT_DIR", "nowhere"), &["log"], "usage");
}

#[test]
fn who_may_not_write_the_git_directory_may_read_the_log_and_replaces_nothing() {
    let Some(python) = a_python() else { return };
    let python = python.to_string_lossy().into_owned();
    let sandbox = Sandbox::repository();
    replace(&sandbox, "repo", &python);
    audit_logs::usual(&sandbox);
    let Some(user) = unprivileged(&sandbox, "022") else { return };
    let state = sandbox.path("repo/.git/pyenv");
    let allow =
        |mode: u32| std::fs::set_permissions(&state, std::fs::Permissions::from_mode(mode)).expect("a mode");
    let before = sandbox.read(LOG);
    allow(0o500);
    user.pyenv(&["log", "--verify", "--output", "text"]).ended(0);
    let environment = sandbox.read("repo/venv/pyvenv.cfg");
    user.pyenv(&["create", "--force", "--without-pip", "--python", &python]).ended(2);
    allow(0o000);
    let hidden = user.pyenv(&["log", "--verify", "--output", "text"]).ended(3).err();
    allow(0o700);
    assert!(hidden.contains("Permission denied"), "{hidden}");
    assert_eq!((sandbox.read(LOG), sandbox.read("repo/venv/pyvenv.cfg")), (before, environment));
}

#[test]
fn outside_of_a_repository_it_is_the_log_of_the_user() {
    let sandbox = Sandbox::new();
    sandbox.make_directory("plain");
    let place = sandbox.at("plain");
    let (answer, _) = both(&place, &["log"], 0);
    assert_eq!((&answer["repository"], &answer["log"]["operations"]), (&Value::Null, &json!([])));
    assert!(!sandbox.path("home/.local").exists(), "reading writes nothing");
    let env = |variables: &[(&str, &str)]| -> Env { sandbox.env("plain", variables) };
    let usual =
        if cfg!(target_os = "macos") { "home/Library/Application Support" } else { "home/.local/state" };
    let set = sandbox.path("state");
    let set = set.to_str().expect("a plain path");
    for (variables, directory) in
        [(&[] as &[_], usual), (&[("XDG_STATE_HOME", set)], "state"), (&[("XDG_STATE_HOME", "state")], usual)]
    {
        let state = StateDirectory::of_user(&env(variables)).expect("a home");
        state.append(record("one", b"/elsewhere/venv")).expect("an entry");
        assert_eq!(state.path(), sandbox.path(directory).join("git-pyenv"));
        assert_eq!(mode(&sandbox, &format!("{directory}/git-pyenv")), "700");
        for file in ["audit-log.jsonl", "audit-log.head"] {
            assert_eq!(mode(&sandbox, &format!("{directory}/git-pyenv/{file}")), "600");
        }
    }
    let logged = place.json(&["log"])["log"].clone();
    // Once by the variable that is not set, once by one that is not absolute.
    assert_eq!(
        (&logged["state"]["entries"], &logged["operations"][0]["path"]),
        (&json!(2), &json!("/elsewhere/venv"))
    );
    assert_eq!(place.with("XDG_STATE_HOME", set).json(&["log"])["log"]["state"]["entries"], 1);
    let homeless = StateDirectory::of_user(&env(&[("HOME", "")])).map(|_| ()).expect_err("no home");
    assert_eq!(homeless.kind(), ErrorKind::Action);
}

#[test]
fn bars_are_drawn_on_a_terminal() {
    let sandbox = Sandbox::repository();
    audit_logs::usual(&sandbox);
    let shown = |locale: &str| {
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), "repo");
        command.args(["stats", "--output", "text"]).env("TERM", "xterm").env("LC_ALL", locale);
        let (status, _, seen) = Terminal::start(command, 80, Attached::Both).finish();
        assert_eq!(status.code(), Some(0), "{seen}");
        seen
    };
    assert!(shown("C.UTF-8").contains("███"));
    let plain = shown("C");
    assert!(plain.contains("====") && !plain.contains('█'), "{plain}");
    assert!(plain.lines().all(|line| line.chars().filter(|c| *c == '=').count() <= 40), "{plain}");
    let piped = sandbox.pyenv(&["stats", "--output", "text"]).ended(0).out();
    assert!(!piped.contains("==") && !piped.contains('█'), "{piped}");
}
