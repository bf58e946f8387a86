//! The blocks of shell commands in the documents, run as they are printed: each document from top to bottom in one bash.
#![cfg(unix)]

use crate::fix::plain_environment;
use crate::support::installs::Installs;
use crate::support::pythons::a_python;
use crate::support::sandbox::tool;
use crate::support::source;

/// What begins a block that is run; a block without a language, or with another one, is not.
const BLOCK: &str = "```sh\n";

/// Writes what failed into `failed` in the directory above, each with its exit status.
const TRAP: &str = r#"
log=$PWD/../failed
: > "$log"
trap 'printf "%s\t%s\n" "$?" "$BASH_COMMAND" >> "$log"' ERR
"#;

/// The commands of a document, in order.
fn commands(document: &str) -> String {
    let text = source::read(document);
    let blocks = text.split(BLOCK).skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
    let commands: String = blocks.collect();
    assert!(!commands.is_empty(), "{document} has no block that is run");
    commands
}

/// A project that asks for a package, with a Python, and pip that finds wheels.
fn project() -> Option<Installs> {
    let installs = Installs::without_environment(a_python()?);
    let place = installs.sandbox.path("programs/python3");
    std::os::unix::fs::symlink(&installs.python, place).expect("a link");
    installs.sandbox.write(".gitignore", "venv\n.venv-docs\n");
    installs.sandbox.commit("shop.py", "print('open')\n");
    Some(installs)
}

/// Runs a document, and asserts which of its commands do not succeed, with their exit status.
fn run(installs: &Installs, document: &str, failing: &[&str]) {
    run_in(installs, "repo", document, failing);
}

/// As [`run`], in a directory of the sandbox.
fn run_in(installs: &Installs, directory: &str, document: &str, failing: &[&str]) {
    let Some(bash) = tool("bash") else { return };
    let script = format!("{TRAP}{}", commands(document));
    let finished = installs.place().elsewhere(directory).run(bash, &["--norc", "--noprofile", "-c", &script]);
    let failed = installs.sandbox.read("failed");
    let failed = String::from_utf8_lossy(&failed);
    assert_eq!(failed.lines().collect::<Vec<_>>(), failing, "{document}: {}", finished.said());
}

#[test]
fn of_the_readme() {
    let Some(installs) = project() else { return };
    run(&installs, "README.md", &[]);
}

#[test]
fn of_the_page_about_hooks() {
    let Some(installs) = project() else { return };
    run(&installs, "docs/hooks.md", &[]);
}

#[test]
fn of_the_page_about_settings() {
    let Some(installs) = project() else { return };
    run(&installs, "docs/settings.md", &[]);
}

#[test]
fn of_the_page_for_a_terminal() {
    let Some(installs) = project() else { return };
    installs.sandbox.write("shop.py", "print('closed')\n");
    run(&installs, "docs/terminal.md", &["1\tgit commit --message 'Add the shop'"]);
}

#[test]
fn of_the_page_for_ci() {
    let Some(installs) = project() else { return };
    let sandbox = &installs.sandbox;
    sandbox.git_in("", &["clone", "--quiet", "--bare", "repo", "remote.git"]);
    sandbox.git(&["remote", "add", "origin", "../remote.git"]);
    sandbox.git(&["fetch", "--quiet", "origin"]);
    sandbox.commit("shop.py", "print('closed')\n");
    run(&installs, "docs/ci.md", &[]);
    let report: serde_json::Value = serde_json::from_slice(&sandbox.read("repo/pyenv.sarif")).expect("JSON");
    assert_eq!(report["version"], "2.1.0");
}

#[test]
fn of_the_page_for_agents() {
    let Some(installs) = project() else { return };
    installs.place().pyenv(&["create", "--install"]).ended(0);
    run(&installs, "docs/agents.md", &[]);
    let log = installs.place().json(&["log"]);
    assert_eq!(log["log"]["operations"][0]["path"], "venv", "{log:#}");
}

#[test]
fn of_the_page_for_a_server() {
    let Some(installs) = project() else { return };
    let sandbox = &installs.sandbox;
    sandbox.git_in("", &["clone", "--quiet", "--bare", "repo", "remote.git"]);
    run_in(&installs, "remote.git", "docs/server.md", &[]);
    // Then a push is refused.
    plain_environment(sandbox, "env312");
    sandbox.git(&["add", "--force", "env312"]);
    sandbox.git(&["commit", "--quiet", "--no-verify", "--message", "environment"]);
    let pushed = installs.place().git(&["push", "../remote.git", "main"]);
    assert_ne!(pushed.status, Some(0), "{}", pushed.said());
    assert!(pushed.err().contains("PYE101"), "{}", pushed.said());
}
