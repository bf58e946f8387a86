//! Whole outputs as people see them, each compared with its snapshot in `snapshots/`.

use git_pyenv::{cli, rules};

use crate::support::audit_logs;
use crate::support::environments as env;
use crate::support::fixture::Fixture;
use crate::support::repository::Sandbox;
use crate::support::sandbox::CHECK_OF_GIT;
use crate::support::snapshot;

/// The name of a snapshot, and the arguments.
type Case = (&'static str, &'static [&'static str]);

/// In the repository that [`busy`] creates. The output for a range has commit ids, which only depend on the sandbox's
/// fixed dates.
const BUSY: &[Case] = &[
    ("check", &CHECK_OF_GIT),
    ("check-staged", &["check", "--staged"]),
    ("check-staged-quiet", &["check", "--staged", "--quiet"]),
    ("check-staged-verbose", &["check", "--staged", "--verbose"]),
    ("check-commit", &["check", "--commit", "HEAD"]),
    ("check-range", &["check", "--range", "HEAD"]),
    ("check-clean", &["check", "--staged", "README.md"]),
    ("fix-dry-run", &["fix", "--dry-run"]),
    ("hook-run", &["hook", "run", "pre-commit"]),
    ("list", &["list"]),
    ("cleanup-dry-run", &["cleanup", "--dry-run", "left", "old", "services"]),
    ("cleanup-kept", &["cleanup", "old"]),
    ("config", &["config"]),
    ("explain", &["explain"]),
    ("explain-by-name", &["explain", "committed-remnant"]),
    ("error-revision", &["check", "--commit", "nowhere"]),
];

/// In an empty repository.
const EMPTY: &[Case] = &[
    ("create-inside-git", &["create", "--env", ".git/venv"]),
    ("create-colon", &["create", "--env", "a:b"]),
    ("create-no-names", &["create", "--all"]),
    ("cleanup-nothing", &["cleanup", "--force"]),
    ("cleanup-nowhere", &["cleanup", "nowhere"]),
    ("config-unknown", &["config", "nosuch"]),
    ("hook-install-dry-run", &["hook", "install", "--dry-run"]),
    ("install-no-environment", &["install"]),
    ("run-no-environment", &["run", "python"]),
    ("log-empty", &["log"]),
    ("log-verify-empty", &["log", "--verify"]),
    ("stats-empty", &["stats"]),
    ("use", &["use"]),
];

/// In a repository with an audit log.
const LOGGED: &[Case] = &[
    ("log", &["log"]),
    ("log-limit", &["log", "-n", "1"]),
    ("log-quiet", &["log", "--quiet"]),
    ("log-verbose", &["log", "--verbose"]),
    ("log-digest", &["log", "--verify=0"]),
    ("stats", &["stats"]),
    ("stats-quiet", &["stats", "--quiet"]),
];

/// In one whose audit log has the same digest on every machine.
const VERIFIED: &[Case] = &[("log-verify", &["log", "--verify"])];

/// In one whose audit log is broken.
const BROKEN: &[Case] =
    &[("log-broken", &["log"]), ("log-verify-broken", &["log", "--verify"]), ("stats-broken", &["stats"])];

/// Wrong command lines, outside of a repository.
const USAGE: &[Case] = &[
    ("usage-no-command", &[]),
    ("usage-unknown-command", &["checks"]),
    ("usage-unknown-option", &["check", "--stage"]),
    ("usage-unknown-event", &["hook", "install", "pre-commits"]),
    ("usage-unknown-rule", &["explain", "nothing"]),
    ("usage-format", &["check", "--output", "xml"]),
];

/// The subcommands of `hook`.
const HOOK: [&str; 4] = ["install", "uninstall", "status", "run"];

/// Creates a repository with environments of many kinds.
pub(crate) fn busy() -> Sandbox {
    let sandbox = Sandbox::repository();
    env::project().and(env::venv(10).under("old")).write(&sandbox);
    sandbox.write(".gitignore", "hidden/\n");
    sandbox.git(&["add", "--force", "--all"]);
    sandbox.git(&["commit", "--quiet", "--message", "before"]);
    let staged = env::venv(12)
        .under("new env")
        .and(env::uv().only(&["CACHEDIR.TAG", ".lock"]).under("left"))
        .and(env::legacy().under("services/api/env"))
        .and(Fixture::default().link(".venv", "../elsewhere/.venv"));
    staged.write(&sandbox);
    sandbox.git(&["add", "--force", "--all"]);
    env::conda().under("loose").write(&sandbox);
    env::venv(11).under("hidden").write(&sandbox);
    sandbox
}

/// Returns the commands and subcommands, each as its words.
pub(crate) fn commands() -> Vec<Vec<&'static str>> {
    let commands = cli::COMMANDS.iter().map(|command| vec![command.name]);
    commands.chain(HOOK.map(|name| vec!["hook", name])).collect()
}

/// Returns the cases of help: the name of the snapshot, and the arguments.
fn help() -> Vec<(String, Vec<&'static str>)> {
    let program = [("help".to_owned(), vec!["-h"]), ("manual".to_owned(), vec!["--help"])];
    let of = |name: &str, words: &[&'static str], option: &'static str| {
        (format!("{name}-{}", words.join("-")), [words, &[option]].concat())
    };
    let commands = commands();
    let each = commands.iter().flat_map(|words| [of("help", words, "-h"), of("manual", words, "--help")]);
    program.into_iter().chain(each).collect()
}

/// Runs cases with output as text.
fn assert_cases(sandbox: &Sandbox, directory: &str, cases: &[Case]) {
    // Whether the program and its environment are found must not depend on the machine.
    let place = sandbox.at(directory).with_binary().with("COLUMNS", "100").with("GIT_PYENV_OUTPUT", "text");
    for (name, arguments) in cases {
        let with_format = [*arguments, &["--output", "text"]].concat();
        let arguments = if arguments.contains(&"--output") { *arguments } else { &with_format };
        snapshot::assert_run(name, &place, arguments);
    }
}

#[test]
fn of_a_busy_repository() {
    assert_cases(&busy(), "repo", BUSY);
}

#[test]
fn of_an_empty_repository() {
    assert_cases(&Sandbox::repository(), "repo", EMPTY);
}

#[test]
fn of_an_audit_log() {
    let sandbox = Sandbox::repository();
    audit_logs::usual(&sandbox);
    assert_cases(&sandbox, "repo", LOGGED);
    let log = String::from_utf8(sandbox.read(audit_logs::LOG)).expect("text");
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    let broken = [&lines[..2], &lines[3..]].concat().concat();
    sandbox.overwrite(&sandbox.path(audit_logs::LOG), broken.as_bytes());
    assert_cases(&sandbox, "repo", BROKEN);
    sandbox.remove(".git/pyenv");
    let record = audit_logs::record("20260105T101112Z-00000001", b"/elsewhere/venv");
    audit_logs::write(&sandbox, "repo/.git/pyenv", &[("2026-01-05T10:11:12Z", record)]);
    assert_cases(&sandbox, "repo", VERIFIED);
}

#[test]
fn of_wrong_usage() {
    assert_cases(&Sandbox::new(), "", USAGE);
}

#[test]
fn of_each_rule() {
    let sandbox = Sandbox::new();
    for rule in rules::RULES {
        let arguments = ["explain", rule.info.code, "--output", "text"];
        snapshot::assert_run(&format!("explain-{}", rule.info.code), &sandbox.at(""), &arguments);
    }
}

#[test]
fn of_help() {
    let sandbox = Sandbox::new();
    let place = sandbox.at("").with("COLUMNS", "100");
    for (name, arguments) in help() {
        let out = place.pyenv(&arguments).ended(0).out();
        assert!(out.lines().all(|line| line.chars().count() <= 100), "{out}");
        // Between the paragraphs about an option, clap itself writes blanks.
        let is_short = arguments.ends_with(&["-h"]);
        assert!(!is_short || !out.lines().any(|line| line.ends_with(' ')), "{out:?}");
        snapshot::assert_run(&name, &place, &arguments);
    }
}

#[test]
fn every_snapshot_is_that_of_a_case() {
    let named =
        [BUSY, EMPTY, LOGGED, VERIFIED, BROKEN, USAGE].concat().into_iter().map(|(name, _)| name.to_owned());
    let explained = rules::RULES.iter().map(|rule| format!("explain-{}", rule.info.code));
    let names: Vec<String> = named.chain(explained).chain(help().into_iter().map(|(name, _)| name)).collect();
    snapshot::assert_all_used(&names);
}
