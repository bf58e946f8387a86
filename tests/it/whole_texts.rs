//! Whole outputs as people see them on a terminal, each compared with its snapshot in `snapshots/`.
#![cfg(unix)]

mod first_ten_minutes;

use std::collections::BTreeSet;
use std::path::Path;

use first_ten_minutes::FIRST_TEN_MINUTES;
use git_pyenv::{cli, rules};

use crate::support::audit_logs;
use crate::support::environments as env;
use crate::support::fixture::Fixture;
use crate::support::installs::Installs;
use crate::support::pythons::a_python;
use crate::support::removable;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{CHECK_OF_GIT, Place};
use crate::support::snapshot::{self, Shot};
use crate::tree;

/// The name of a snapshot, and the arguments.
type Case = (&'static str, &'static [&'static str]);

/// Where the sandboxes are: a path that is as long everywhere, for tables that have paths.
const PLACE: &str = "/tmp";

/// What stands for a Python, of which each machine has another.
const PYTHON: &str = "[PYTHON]";

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
    ("tidy-dry-run", &["tidy", "--dry-run"]),
    ("hook-uninstall-nothing", &["hook", "uninstall"]),
    ("restore-nothing", &["restore"]),
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
    ("ci-verify-nothing", &["ci", "verify"]),
    ("ci-key-prefix", &["ci", "key", "--prefix", "a/b"]),
    ("cleanup-nothing", &["cleanup", "--force"]),
    ("cleanup-nowhere", &["cleanup", "nowhere"]),
    ("config-unknown", &["config", "nosuch"]),
    ("hook-install-dry-run", &["hook", "install", "--dry-run"]),
    ("install-no-environment", &["install"]),
    ("run-no-environment", &["run", "python"]),
    ("lock-nothing", &["lock"]),
    ("outdated-no-environment", &["outdated"]),
    ("audit-no-environment", &["audit"]),
    ("log-empty", &["log"]),
    ("log-verify-empty", &["log", "--verify"]),
    ("stats-empty", &["stats"]),
    ("use", &["use"]),
];

/// In [`busy`] too, put back before each run.
const BUSY_CHANGED: &[Case] = &[
    ("fix", &["fix"]),
    ("tidy", &["tidy", "--force"]),
    ("use-another", &["use", "old"]),
    ("hook-status", &["hook", "status"]),
];

/// In the repository that [`made`] creates, put back before each run; [`PYTHON`] stands for the path of one.
const MADE: &[Case] = &[
    ("create", &["create", "--env", "new", "--python", PYTHON, "--without-pip"]),
    ("create-verbose", &["create", "--env", "new", "--python", PYTHON, "--without-pip", "--verbose"]),
    ("create-force", &["create", "--force", "--python", PYTHON, "--without-pip"]),
    ("create-again", &["create", "--python", PYTHON]),
    ("activate", &["activate", "--shell", "bash"]),
    ("run", &["run", "python", "-c", "print('hello')"]),
    ("cleanup", &["cleanup", "--force", "venv"]),
    ("cleanup-backup", &["cleanup", "--force", "--backup", "venv"]),
    ("hook-installed", &["hook", "install"]),
    ("hook-status-installed", &["hook", "status"]),
    ("hook-uninstall", &["hook", "uninstall"]),
    ("restore", &["restore"]),
    ("restore-dry-run", &["restore", "--dry-run", "2"]),
    ("restore-to", &["restore", "--to", "back", "2"]),
];

/// In a repository where one environment was made and one is to be filled.
const INSTALLS: &[Case] = &[("install-dry-run", &["install", "--dry-run"]), ("install", &["install"])];

/// In a repository with packages that are written as data.
const PACKAGES: &[Case] = &[
    ("ci-verify", &["ci", "verify"]),
    ("tree", &["tree"]),
    ("tree-invert", &["tree", "--invert", "markupsafe"]),
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

/// In a repository with tools.
const TOOLS: &[Case] = &[
    ("tool-list", &["tool", "list"]),
    ("tool-list-trusted", &["tool", "list", "--trusted"]),
    ("tool-show", &["tool", "show", "dates"]),
    ("tool-show-trusted", &["tool", "show", "tidier"]),
    ("tool-register", &["tool", "register", "tools/dates.json"]),
    ("tool-register-dry-run", &["tool", "register", "--dry-run", "tools/new.json"]),
    ("tool-register-taken", &["tool", "register", "tools/dates.copy.json"]),
    ("tool-register-wrong", &["tool", "register", "tools/wrong.json"]),
    ("tool-trust", &["tool", "trust", "dates"]),
    ("tool-run-untrusted", &["tool", "run", "dates", "--limit", "1"]),
    ("tool-run-argument", &["tool", "run", "dates", "--valdate"]),
    ("tool-run-unknown", &["tool", "run", "date"]),
    ("tool-untrust", &["tool", "untrust", "--dry-run", "tidier"]),
    ("tool-untrust-untrusted", &["tool", "untrust", "dates"]),
    ("tool-unregister", &["tool", "unregister", "--dry-run", "dates"]),
];
/// Where `PATH` has one program of somebody else.
const EXTERNAL: &[Case] = &[
    ("commands", &["commands"]),
    ("external-unknown", &["helo"]),
    ("external-refused", &["type-conda"]),
    ("plugin-list", &["plugin", "list"]),
    ("plugin-trust-dry-run", &["plugin", "trust", "--dry-run", "conda"]),
    ("plugin-untrust", &["plugin", "untrust", "conda"]),
    ("plugin-untrusted", &["create", "docs"]),
];

/// Wrong command lines, outside of a repository.
const USAGE: &[Case] = &[
    ("usage-no-command", &[]),
    ("usage-unknown-command", &["checks"]),
    ("usage-unknown-option", &["check", "--stage"]),
    ("usage-unknown-event", &["hook", "install", "pre-commits"]),
    ("usage-unknown-rule", &["explain", "nothing"]),
    ("usage-format", &["check", "--output", "xml"]),
    ("usage-unknown-schema", &["tool", "schema", "--format", "yaml"]),
    ("usage-unknown-shell", &["completions", "nosuchshell"]),
    ("man", &["man"]),
];

/// The subcommands of `hook`.
const HOOK: [&str; 4] = ["install", "uninstall", "status", "run"];
/// Those of `plugin`.
const PLUGIN: [&str; 3] = ["list", "trust", "untrust"];
/// Those of `tool`.
const TOOL: [&str; 8] = ["register", "list", "show", "run", "trust", "untrust", "unregister", "schema"];
/// Those of `ci`.
const CI: [&str; 2] = ["key", "verify"];

/// Creates a repository with environments of many kinds.
pub(crate) fn busy() -> Sandbox {
    let sandbox = Sandbox::repository_in(Path::new(PLACE));
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
    let hooks = HOOK.map(|name| vec!["hook", name]);
    let ci = CI.map(|name| vec!["ci", name]);
    let plugins = PLUGIN.map(|name| vec!["plugin", name]);
    let tools = TOOL.map(|name| vec!["tool", name]);
    commands.chain(hooks).chain(ci).chain(plugins).chain(tools).collect()
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

/// A repository with the environment `venv`, the hooks, and the record of an environment that was deleted.
fn made() -> Option<Sandbox> {
    let sandbox = Sandbox::repository_in(Path::new(PLACE));
    sandbox.commit(".gitignore", "venv\n");
    removable::make(&sandbox, "venv")?;
    removable::make(&sandbox, "gone")?;
    sandbox.pyenv(&["cleanup", "--force", "gone"]).ended(0);
    sandbox.at("repo").with_binary().pyenv(&["hook", "install"]).ended(0);
    Some(sandbox)
}

/// What several cases have in common.
struct Cases<'s> {
    place: Place<'s>,
    /// Puts the repository back before each run.
    is_put_back: bool,
    is_of_today: bool,
    replaced: Vec<(String, &'static str)>,
}

impl<'s> Cases<'s> {
    /// Whether the program and its environment are found must not depend on the machine.
    fn in_directory(sandbox: &'s Sandbox, directory: &str) -> Self {
        let own = Path::new(env!("CARGO_BIN_EXE_git-pyenv")).with_file_name("");
        let path = format!("/usr/local/bin:/usr/bin:/bin:{}", own.display());
        let place = sandbox.at(directory).with("PATH", path);
        Self { place, is_put_back: false, is_of_today: false, replaced: Vec::new() }
    }

    fn assert_one(&self, name: &str, arguments: &[&str]) {
        self.shoot(name, arguments, &|| {});
    }

    fn shoot(&self, name: &str, arguments: &[&str], reset: &dyn Fn()) {
        let (place, is_of_today, replaced) = (&self.place, self.is_of_today, &self.replaced);
        Shot { name, place, arguments, reset, is_of_today, replaced }.assert();
    }

    fn assert(&self, cases: &[Case]) {
        let repository = self.place.path();
        let kept = repository.with_file_name("kept");
        let copy = |from: &Path, to: &Path| {
            if to.exists() {
                std::fs::remove_dir_all(to).expect("a removed directory");
            }
            self.place.clone().elsewhere("").run("cp", &[Path::new("-a"), from, to]).ended(0);
        };
        if self.is_put_back {
            copy(&repository, &kept);
        }
        let reset = || {
            if self.is_put_back {
                copy(&kept, &repository)
            }
        };
        for (name, arguments) in cases {
            let python = self.replaced.iter().find(|(_, stands)| *stands == PYTHON);
            let word = |word: &&'static str| match python {
                Some((path, _)) if *word == PYTHON => path.as_str(),
                _ => *word,
            };
            let arguments: Vec<&str> = arguments.iter().map(word).collect();
            self.shoot(name, &arguments, &reset);
        }
    }
}

/// Runs cases that change nothing.
fn assert_cases(sandbox: &Sandbox, directory: &str, cases: &[Case]) {
    Cases::in_directory(sandbox, directory).assert(cases);
}

#[test]
fn of_a_busy_repository() {
    let sandbox = busy();
    assert_cases(&sandbox, "repo", BUSY);
    Cases { is_put_back: true, is_of_today: true, ..Cases::in_directory(&sandbox, "repo") }
        .assert(BUSY_CHANGED);
}

#[test]
fn of_an_empty_repository() {
    assert_cases(&Sandbox::repository_in(Path::new(PLACE)), "repo", EMPTY);
}

/// The paths of a Python, with and without links, for which [`PYTHON`] stands.
fn python_replaced(python: &Path) -> Vec<(String, &'static str)> {
    let real = python.canonicalize().expect("a Python").display().to_string();
    vec![(real, PYTHON), (python.display().to_string(), PYTHON)]
}

#[test]
fn of_made_environments() {
    let Some(sandbox) = made() else { return };
    let Some(python) = a_python() else { return };
    let replaced = python_replaced(&python);
    Cases { is_put_back: true, is_of_today: true, replaced, ..Cases::in_directory(&sandbox, "repo") }
        .assert(MADE);
}

#[test]
fn of_installing() {
    let Some(installs) = Installs::with_backend("uv") else { return };
    let place = installs.place();
    let replaced = python_replaced(&installs.python);
    Cases { place, is_put_back: true, is_of_today: false, replaced }.assert(INSTALLS);
}

#[test]
fn of_packages() {
    let sandbox = tree::with_packages(Sandbox::repository_in(Path::new(PLACE)), tree::PACKAGES);
    sandbox.write("requirements.txt", "flask[async]>=3\njinja2\n");
    assert_cases(&sandbox, "repo", PACKAGES);
}

#[test]
fn of_an_audit_log() {
    let sandbox = Sandbox::repository_in(Path::new(PLACE));
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

/// A repository with tools: one that is not trusted, one that is, one that is broken, and its settings.
fn with_tools() -> Sandbox {
    let sandbox = Sandbox::repository_in(Path::new(PLACE));
    let arguments = r#"[{"name": "validate", "option": "--validate", "shortOption": "-v", "description": "Print wrong dates"},
        {"name": "limit", "option": "--limit", "values": ["COUNT"], "type": "integer", "required": true},
        {"name": "paths", "values": ["PATH"], "repeated": true, "description": "Files to read; those that git tracks if omitted"}]"#;
    let description = "\"description\": \"Finds dates in text files that do not exist or lie in the future\"";
    let dates = format!(
        "{{\"name\": \"dates\", \"version\": \"1.0\", {description}, \"script\": \"dates.py\", \"effects\": [\"read\"], \
         \"arguments\": {arguments}}}"
    );
    for (file, bytes) in [
        ("tools/dates.json", dates.as_str()),
        ("tools/dates.copy.json", dates.as_str()),
        ("tools/dates.py", ""),
        ("tools/tidier.json", r#"{"executable": "tidy.sh", "environment": "docs"}"#),
        ("tools/tidy.sh", ""),
        ("tools/new.json", r#"{"script": "dates.py"}"#),
        ("tools/gone.json", r#"{"script": "gone.py"}"#),
        ("tools/wrong.json", "{\n\"script\": \"dates.py\",\n\"arguments\": [{\"name\": 1}]}"),
        ("tools/python-env.json", r#"{"venvDirectory": ".venv"}"#),
        ("tools/gone.py", ""),
    ] {
        sandbox.write(file, bytes);
    }
    for file in ["dates", "tidier", "gone", "python-env"] {
        sandbox.pyenv(&["tool", "register", &format!("tools/{file}.json")]).ended(0);
    }
    sandbox.remove("tools/gone.py");
    sandbox
}

#[test]
fn of_tools() {
    let sandbox = with_tools();
    let digest = |name: &str| {
        let shown = sandbox.json(&["tool", "show", name]);
        shown["registered_tool"]["digest"].as_str().expect("a digest").to_owned()
    };
    let replaced: Vec<(String, &'static str)> =
        ["dates", "tidier"].map(|name| (digest(name), "[DIGEST]")).to_vec();
    sandbox.pyenv(&["tool", "trust", "tidier", "--digest", &replaced[1].0]).ended(0);
    Cases { is_of_today: true, replaced, ..Cases::in_directory(&sandbox, "repo") }.assert(TOOLS);
}

#[test]
fn of_commands_of_others() {
    let sandbox = Sandbox::repository_in(Path::new(PLACE));
    for name in ["git-pyenv", "git-pyenv-hello", "git-pyenv-type-conda"] {
        sandbox.write_program(format!("../bin/{name}"), "#!/bin/sh\n");
    }
    sandbox.write_program("git-pyenv-helo", "#!/bin/sh\n");
    let settings = "[tool.git-pyenv.environments.docs]\ndirectory = \"docs\"\ntype = \"conda\"\n";
    sandbox.write("pyproject.toml", settings);
    let path = format!(".:{}", sandbox.path("bin").display());
    let place = sandbox.at("repo").with("PATH", path);
    Cases { place, ..Cases::in_directory(&sandbox, "repo") }.assert(EXTERNAL);
}

#[test]
fn of_wrong_usage() {
    assert_cases(&Sandbox::new(), "", USAGE);
}

#[test]
fn of_each_rule() {
    let sandbox = Sandbox::new();
    let cases = Cases::in_directory(&sandbox, "");
    for rule in rules::RULES {
        cases.assert_one(&format!("explain-{}", rule.info.code), &["explain", rule.info.code]);
    }
}

#[test]
fn of_help() {
    let sandbox = Sandbox::new();
    let cases = Cases::in_directory(&sandbox, "");
    for (name, arguments) in help() {
        cases.assert_one(&name, &arguments);
    }
}

/// The cases that are no help and no explanation of a rule.
fn all() -> Vec<Case> {
    [BUSY, BUSY_CHANGED, EMPTY, MADE, INSTALLS, PACKAGES, LOGGED, VERIFIED, BROKEN, EXTERNAL, TOOLS, USAGE]
        .concat()
}

#[test]
fn every_snapshot_is_that_of_a_case() {
    let named = all().into_iter().map(|(name, _)| name.to_owned());
    let explained = rules::RULES.iter().map(|rule| format!("explain-{}", rule.info.code));
    let named = named.chain([FIRST_TEN_MINUTES.to_owned()]);
    let names: Vec<String> = named.chain(explained).chain(help().into_iter().map(|(name, _)| name)).collect();
    snapshot::assert_all_used(&names);
}

#[test]
fn every_command_has_a_case() {
    let cases = all();
    let shown: BTreeSet<Vec<&str>> = commands().into_iter().collect();
    for words in &shown {
        let is_group = shown.iter().any(|other| other.len() > words.len() && other.starts_with(words));
        let has_case = cases.iter().any(|(_, arguments)| arguments.starts_with(words));
        assert!(is_group || has_case, "no case of `git pyenv {}`", words.join(" "));
    }
}

#[test]
fn the_subcommands_are_those_of_the_command_line() {
    let sandbox = Sandbox::new();
    for command in cli::COMMANDS {
        let help = sandbox.at("").pyenv(&[command.name, "-h"]).ended(0).out();
        let listed = help.split_once("Commands:\n").map_or("", |(_, rest)| rest);
        let listed = listed.lines().take_while(|line| line.starts_with("  "));
        let listed: Vec<&str> = listed.filter_map(|line| line.split_whitespace().next()).collect();
        let known: &[&str] = match command.name {
            "hook" => &HOOK,
            "plugin" => &PLUGIN,
            "tool" => &TOOL,
            "ci" => &CI,
            _ => &[],
        };
        assert!(listed.iter().filter(|name| **name != "help").eq(known), "{}: {listed:?}", command.name);
    }
}
