//! Tables of sources with the settings or the message that follow.

use super::*;
use crate::config::key::Kind;
use crate::config::keys::KEYS;
use crate::config::name::unknown_variable;
use crate::config::sources::{SETTINGS_FILES, SettingsFile};
use crate::error::ErrorKind;
use crate::message::Message;
use crate::path::RepoPath;
use proptest::prelude::*;

fn file(path: &str, text: impl AsRef<[u8]>) -> SettingsFile {
    SettingsFile { path: RepoPath::new(path.as_bytes()).unwrap(), bytes: text.as_ref().to_vec() }
}

fn json(text: impl AsRef<[u8]>) -> Sources {
    Sources { files: vec![file(SETTINGS_FILES[0], text)], ..Sources::default() }
}

fn toml(text: &str) -> Sources {
    Sources { files: vec![file(SETTINGS_FILES[1], text)], ..Sources::default() }
}

fn git_value(key: &str, value: Option<&str>) -> GitValue {
    GitValue { key: key.to_owned(), value: value.map(str::to_owned), origin: "file:.git/config".to_owned() }
}

fn git(values: &[(&str, Option<&str>)]) -> Sources {
    Sources { git: values.iter().map(|(key, value)| git_value(key, *value)).collect(), ..Sources::default() }
}

fn variable(name: &str, value: &str) -> Sources {
    Sources { environment: vec![(name.to_owned(), value.into())], ..Sources::default() }
}

fn flag(key: &str, value: &str) -> FlagValue {
    FlagValue { key: key.to_owned(), value: Some(value.to_owned()), flag: "--it".to_owned() }
}

/// The row of a setting, as `value (origin)`.
fn row(settings: &Settings, key: &str) -> String {
    let row = settings.rows().into_iter().find(|row| row.key == key);
    row.map(|row| format!("{} ({})", row.value, Message::of(&row.origin).seen_from_root()))
        .unwrap_or_default()
}

fn message(sources: &Sources) -> String {
    let error = merge(sources).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Settings);
    let hints: Vec<String> =
        error.hints().iter().map(|hint| format!(" [{}]", hint.seen_from_root())).collect();
    format!("{error}{}", hints.concat())
}

#[test]
fn a_later_source_wins() {
    let mut sources = Sources::default();
    let directory = |sources: &Sources| row(&merge(sources).unwrap(), "venvDirectory");
    assert_eq!(directory(&sources), "venv (default)");
    sources.files.push(file(SETTINGS_FILES[0], "{\n \"venvDirectory\": \"a\"}"));
    assert_eq!(directory(&sources), "a (tools/python-env.json:2)");
    sources.files.push(file(SETTINGS_FILES[1], "[tool.git-pyenv]\n\nvenv-directory = 'b'"));
    assert_eq!(directory(&sources), "b (pyproject.toml:3)");
    sources.git.push(git_value("pyenv.venvdirectory", Some("first")));
    sources.git.push(git_value("pyenv.venvdirectory", Some("/c")));
    assert_eq!(directory(&sources), "/c (git config (file:.git/config))");
    sources.environment.push(("GIT_PYENV_VENV_DIRECTORY".to_owned(), "d".into()));
    assert_eq!(directory(&sources), "d (environment variable GIT_PYENV_VENV_DIRECTORY)");
    sources.flags.push(flag("venvDirectory", "../e"));
    assert_eq!(directory(&sources), "../e (option --it)");
}

#[test]
fn every_source_can_say_everything() {
    let json_text =
        "\u{feff}{\"$schema\": \"x\", \"name\": 3, \"commands\": [{\"unknown\": 1}], \"pythonVersion\": null,
        \"hooks\": {\"preCommit\": false}, \"select\": [\"PYE1\"], \"ignore\": [],
        \"allow\": [{\"path\": \"tests/**\", \"reason\": \"fixtures, real\"}],
        \"environments\": {\"docs\": {\"directory\": \"./.venv-docs\", \"python\": \"3.12\"}}}";
    let toml_text = "[tool.git-pyenv]\nhooks.pre-commit = false\nselect = ['PYE1']\nignore = []\n\
        [[tool.git-pyenv.allow]]\npath = 'tests/**'\nreason = 'fixtures, real'\n\
        [tool.git-pyenv.environments.docs]\ndirectory = './.venv-docs'\npython = '3.12'\n";
    let git_values = [
        ("core.editor", Some("vi")),
        ("pyenv.hooks.precommit", Some("off")),
        ("pyenv.select", Some("PYE1")),
        ("pyenv.ignore", Some("")),
        ("pyenv.allow", Some("tests/**: fixtures, real")),
        ("pyenv.environments.docs.directory", Some(".venv-docs")),
        ("pyenv.environments.docs.python", Some("3.12")),
    ];
    for sources in [json(json_text), toml(toml_text), git(&git_values)] {
        let settings = merge(&sources).unwrap();
        let changed =
            settings.rows().into_iter().filter(|row| row.origin != Origin::Default && !row.value.is_empty());
        let changed: Vec<String> = changed.map(|row| format!("{}={}", row.key, row.value)).collect();
        let expected = [
            "select=PYE1",
            "allow=tests/**: fixtures, real",
            "environments.docs.directory=.venv-docs",
            "environments.docs.python=3.12",
            "hooks.preCommit=false",
        ];
        assert_eq!(changed, expected);
        assert!(settings.allow.value.find(&RepoPath::new(*b"tests/a/venv").unwrap()).is_some());
    }
}

#[test]
fn every_setting_but_environments_has_a_variable_and_lands_in_its_own_row() {
    for key in KEYS.iter().filter(|key| key.name != "environments") {
        let value = match key.kind() {
            Kind::Boolean if key.default == "true" => "false",
            Kind::Boolean => "true",
            Kind::Allow => "x: y",
            Kind::Choice(words) => words[1],
            Kind::Quantity(example) => example,
            _ => "uv",
        };
        let name = key.spelled(Spelling::Variable);
        let rows = merge(&variable(&name, value)).unwrap().rows();
        let changed: Vec<_> = rows.iter().filter(|row| row.origin != Origin::Default).collect();
        assert_eq!(changed.len(), 1, "{name}");
        assert_eq!((changed[0].key.as_str(), changed[0].value.as_str()), (key.name, value));
    }
}

#[test]
fn lists_grow_within_a_source_and_replace_the_list_of_another() {
    let mut sources = json("{\"ignore\": [\"A\"]}");
    sources.git = git(&[("pyenv.ignore", Some("B, C")), ("pyenv.ignore", Some("D"))]).git;
    assert_eq!(merge(&sources).unwrap().rule_selection.ignore.value, ["B", "C", "D"]);
    sources.git.push(git_value("pyenv.ignore", Some("")));
    sources.git.push(git_value("pyenv.ignore", Some("E")));
    assert_eq!(merge(&sources).unwrap().rule_selection.ignore.value, ["E"]);
    sources.flags = vec![flag("ignore", "F"), flag("ignore", "G")];
    assert_eq!(row(&merge(&sources).unwrap(), "ignore"), "F, G (option --it)");
    let repeated = git(&[("pyenv.allow", Some("a: x")), ("pyenv.allow", Some("b: y"))]);
    assert_eq!(merge(&repeated).unwrap().allow.value.entries().len(), 2);
}

#[test]
fn parts_of_an_environment_come_from_different_sources() {
    let mut sources = json("{\"environments\": {\"Test\": {\"directory\": \"a\",\n\"python\": \"3.12\"}}}");
    sources.git.push(git_value("pyenv.environments.Test.directory", Some("/elsewhere")));
    let settings = merge(&sources).unwrap();
    assert_eq!(row(&settings, "environments.Test.directory"), "/elsewhere (git config (file:.git/config))");
    assert_eq!(row(&settings, "environments.Test.python"), "3.12 (tools/python-env.json:2)");
}

#[test]
fn a_repository_that_relaxes_the_gate_is_reported() {
    let relaxed = |sources: &Sources| -> Vec<String> {
        let rows = merge(sources).unwrap().relaxed_by_repository();
        rows.into_iter()
            .map(|row| format!("{} {}", row.key, Message::of(&row.origin).seen_from_root()))
            .collect()
    };
    let text = "{\"ignore\": [\"PYE101\"],\n\"hooks\": {\"prePush\": false, \"preCommit\": true}, \"autoCleanup\": false}";
    assert_eq!(
        relaxed(&json(text)),
        ["ignore tools/python-env.json:1", "hooks.prePush tools/python-env.json:2"]
    );
    assert_eq!(relaxed(&git(&[("pyenv.ignore", Some("PYE101"))])), Vec::<String>::new());
}

#[test]
fn a_setting_may_be_a_group_too() {
    let rows = |sources: &Sources| -> Vec<String> {
        let rows = merge(sources).expect("settings").rows();
        let changed = rows.iter().filter(|row| row.origin != Origin::Default);
        changed.map(|row| format!("{}={}", row.key, row.value)).collect()
    };
    let all = ["backup=true", "backup.keep=3", "backup.maxAge=90d"];
    assert_eq!(
        rows(&json("{\"backup\": {\"keep\": 3, \"maxAge\": \"90d\"}, \"backup.maxSize\": \"1GB\"}")),
        ["backup.keep=3", "backup.maxSize=1GB", "backup.maxAge=90d"]
    );
    assert_eq!(
        rows(&toml("[tool.git-pyenv]\nbackup = true\n\"backup.keep\" = 3\n\"backup.max-age\" = '90d'")),
        all
    );
    let values = [
        ("pyenv.backup", Some("true")),
        ("pyenv.backup.keep", Some("3")),
        ("pyenv.backup.maxage", Some("90d")),
    ];
    assert_eq!(rows(&git(&values)), all);
    for wrong in ["-1", "many", "3d"] {
        assert!(message(&git(&[("pyenv.backup.keep", Some(wrong))])).contains("must be a number"), "{wrong}");
    }
    assert!(message(&git(&[("pyenv.backup.maxAge", Some("30"))])).contains("an age is a number and"));
    assert!(message(&git(&[("pyenv.backup.maxSize", Some("much"))])).contains("a size is a number and"));
}

#[test]
fn switches_are_no_settings() {
    for name in ["GIT_PYENV", "GIT_PYENV_READER", "GIT_PYENV_PYTHON", "GIT_PYENVIRONMENT", "PATH"] {
        assert!(merge(&variable(name, "0")).is_ok(), "{name}");
        assert_eq!(unknown_variable(name), None);
    }
}

#[test]
fn of_an_unknown_variable_there_is_a_warning() {
    let said = "unknown environment variable `GIT_PYENV_VENV`: did you mean `GIT_PYENV_VENV_DIRECTORY`?";
    assert_eq!(unknown_variable("GIT_PYENV_VENV").as_deref(), Some(said));
    let said = "unknown environment variable `GIT_PYENV_FAR\\033AWAY`: it has no effect";
    assert_eq!(unknown_variable("GIT_PYENV_FAR\u{1b}AWAY").as_deref(), Some(said));
    let settings = merge(&variable("GIT_PYENV_VENV", "x")).expect("settings");
    assert_eq!(row(&settings, "venvDirectory"), "venv (default)");
    for name in ["GIT_PYENV_VENV_DIRECTORY", "GIT_PYENV_ENVIRONMENTS", "GIT_PYENV_BACKUP"] {
        assert_eq!(unknown_variable(name), None, "a setting");
    }
}

#[test]
fn only_git_config_says_where_the_program_is() {
    assert!(merge(&git(&[("pyenv.executable", Some("/opt/git-pyenv"))])).is_ok());
    for sources in [json("{\"executable\": \"/x\"}"), toml("[tool.git-pyenv]\nexecutable = '/x'")] {
        assert!(message(&sources).starts_with("unknown "));
    }
    assert!(unknown_variable("GIT_PYENV_EXECUTABLE").is_some());
}

/// Contents of `tools/python-env.json` with the message each gives.
const JSON_MESSAGES: &[(&str, &str)] = &[
    (
        "{\n\n\"venvDirectory\": 3}",
        "`venvDirectory` in tools/python-env.json:3 must be a string, not a number [put it in quotes: `\"3\"`]",
    ),
    (
        "{\"venvDir\": 3}",
        "unknown setting `venvDir` in tools/python-env.json:1 [did you mean `venvDirectory`?]",
    ),
    (
        "{\"hooks\": {\n\"commands\": 1}}",
        "unknown setting `hooks.commands` in tools/python-env.json:2 [the settings are venvDirectory, requirementsFile, pythonVersion, autoCleanup, backend, select, ignore, allow, output, environment, environments, backup, backup.keep, backup.maxSize, backup.maxAge, hooks.preCommit, hooks.preMergeCommit, hooks.prePush, hooks.postCheckout, hooks.postMerge, hooks.postRewrite, hooks.preReceive, hooks.update, hooks.acceptPushedSettings, hooks.checkEnvironments]",
    ),
    ("{\"hooks\": 1}", "`hooks` in tools/python-env.json:1 must be a table, not a number"),
    (
        "{\"\\u001b[2J\": 1}",
        "unknown setting `\"\\033[2J\"` in tools/python-env.json:1 [the settings are venvDirectory, requirementsFile, pythonVersion, autoCleanup, backend, select, ignore, allow, output, environment, environments, backup, backup.keep, backup.maxSize, backup.maxAge, hooks.preCommit, hooks.preMergeCommit, hooks.prePush, hooks.postCheckout, hooks.postMerge, hooks.postRewrite, hooks.preReceive, hooks.update, hooks.acceptPushedSettings, hooks.checkEnvironments]",
    ),
    (
        "{\"autoCleanup\": \"yes\"}",
        "`autoCleanup` in tools/python-env.json:1 must be true or false, not a string",
    ),
    ("{\"venvDirectory\": null}", "`venvDirectory` in tools/python-env.json:1 must be a string, not null"),
    (
        "{\"select\": [\"a\",\n 1]}",
        "`select` in tools/python-env.json:2 must be a list of strings, not a number [every entry of the list must be a string]",
    ),
    (
        "{\"allow\": [{\"path\": \"a\"}]}",
        "`allow` in tools/python-env.json:1 allows `a` without a reason [add the reason why this environment is committed on purpose]",
    ),
    (
        "{\"allow\": [\n{\"reason\": \"a\"}]}",
        "`allow` in tools/python-env.json:2 has an entry without `path`",
    ),
    (
        "{\"allow\": [{\"path\": \"a\",\n\"why\": \"a\"}]}",
        "`allow` in tools/python-env.json:2 must be a list of tables with `path` and `reason`, without `why`",
    ),
    (
        "{\"allow\": [{\"path\": 1}]}",
        "`allow.path` in tools/python-env.json:1 must be a string, not a number [put it in quotes: `\"1\"`]",
    ),
    (
        "{\"allow\": \"a: b\"}",
        "`allow` in tools/python-env.json:1 must be a list of tables with `path` and `reason`, not a string",
    ),
    (
        "{\"environments\": {\"a b\": {}}}",
        "`environments.a b` in tools/python-env.json:1 has an invalid environment name `a b`; use letters, digits, `.`, `_` and `-`",
    ),
    (
        "{\"environments\": {\"a\": {\"python\": \"3\"}}}",
        "environment `a` in tools/python-env.json:1 has no directory [set `environments.a.directory`]",
    ),
    (
        "{\"environments\": {\"a\": {\"dir\": 1}}}",
        "unknown setting `environments.a.dir` in tools/python-env.json:1 [the settings of an environment are directory, python, requirements, groups, type]",
    ),
    (
        "{\"environments\": {\"a\":\n{\"directory\": \"../x\"}}}",
        "`environments.a.directory` in tools/python-env.json:2 must be a path inside the repository, not `../x`: it contains `..` [your own git config, environment variables and flags may use any path]",
    ),
    ("[]", "tools/python-env.json:1 must be a table of settings, not a list"),
    ("{\n\"a\": 1,\n}", "failed to read settings from tools/python-env.json:3: trailing comma"),
    (
        "{\n<<<<<<< a\n=======\n>>>>>>> b\n}",
        "failed to read settings from tools/python-env.json:2: unresolved merge conflict",
    ),
];

#[test]
fn messages_of_json_name_file_and_line() {
    for (text, expected) in JSON_MESSAGES {
        assert_eq!(message(&json(text)), *expected);
    }
    let expected = "failed to read settings from tools/python-env.json:2: invalid UTF-8";
    assert_eq!(message(&json(b"{\n\xff}")), expected);
}

#[test]
fn messages_of_other_sources_name_the_source() {
    let there = "in git config (file:.git/config)";
    let mut not_text = variable("GIT_PYENV_AUTO_CLEANUP", "");
    not_text.flags.push(flag("hooks.prePush", "never"));
    let cases = [
        (toml("[tool.git-pyenv]\nvenvdir = 1"), "unknown setting `venvdir` in pyproject.toml:2 [did you mean `venv-directory`?]".to_owned()),
        (toml("[tool.git-pyenv]\nname = 1"), "unknown setting `name` in pyproject.toml:2 [the settings are venv-directory, requirements-file, python-version, auto-cleanup, backend, select, ignore, allow, output, environment, environments, backup, backup.keep, backup.max-size, backup.max-age, hooks.pre-commit, hooks.pre-merge-commit, hooks.pre-push, hooks.post-checkout, hooks.post-merge, hooks.post-rewrite, hooks.pre-receive, hooks.update, hooks.accept-pushed-settings, hooks.check-environments]".to_owned()),
        (toml("[tool.git-pyenv]\npython-version = 3.10"), "`python-version` in pyproject.toml:2 must be a string, not a number [put it in quotes: `\"3.10\"`]".to_owned()),
        (toml("[tool]\ngit-pyenv = 1"), "failed to read settings from pyproject.toml:2: `git-pyenv` must be a table, not a number".to_owned()),
        (toml("[tool.git-pyenv]\n[[tool.git-pyenv.allow]]\npath = '['\nreason = 'x'"), "`allow` in pyproject.toml:2 has an invalid pattern `[`: unclosed character class; missing ']'".to_owned()),
        (git(&[("pyenv.autocleanup", Some("maybe"))]), format!("`pyenv.autocleanup` {there} must be true or false, not `maybe`")),
        (git(&[("pyenv.venvdirectory", None)]), format!("`pyenv.venvdirectory` {there} needs a value")),
        (git(&[("pyenv.allow", Some("x"))]), format!("`pyenv.allow` {there} allows `x` without a reason [add the reason why this environment is committed on purpose]")),
        (git(&[("pyenv.ignored", Some("x"))]), format!("unknown setting `pyenv.ignored` {there} [did you mean `pyenv.ignore`?]")),
        (git(&[("pyenv.environments.a.python", Some("3"))]), "environment `a` in git config (file:.git/config) has no directory [set `environments.a.directory`]".to_owned()),
        (variable("GIT_PYENV_VENV_DIRECTORY", ""), "environment variable `GIT_PYENV_VENV_DIRECTORY` must not be empty".to_owned()),
        (variable("GIT_PYENV_ENVIRONMENTS", "x"), "environment variable `GIT_PYENV_ENVIRONMENTS` must be set part by part, such as `environments.NAME.directory`".to_owned()),
        (not_text, "option `--it` must be true or false, not `never`".to_owned()),
    ];
    for (sources, expected) in cases {
        assert_eq!(message(&sources), expected);
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_readers_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        for path in SETTINGS_FILES {
            let sources = Sources { files: vec![file(path, &bytes)], ..Sources::default() };
            let result = merge(&sources);
            prop_assert!(result.is_ok() || result.is_err_and(|error| error.kind() == ErrorKind::Settings));
        }
    }

    #[test]
    fn no_settings_make_the_readers_panic(
        key in "(allow|select|environments|hooks|venv-?[dD]irectory|python-?[vV]ersion)",
        value in r#"([\[\]{},:*?!/\\.~ é\u{1b}]|"|path|reason|directory|null|a|1|=|\n){0,24}"#,
    ) {
        let texts = [format!("{{\"{key}\": {value}}}"), format!("[tool.git-pyenv]\n{key} = {value}")];
        let text_values = [git(&[(&format!("pyenv.{key}"), Some(&value))]), variable("GIT_PYENV_ALLOW", &value)];
        let files = SETTINGS_FILES.iter().zip(&texts).map(|(path, text)| Sources { files: vec![file(path, text)], ..Sources::default() });
        for sources in files.chain(text_values) {
            let result = merge(&sources);
            prop_assert!(result.is_ok() || result.is_err_and(|error| error.kind() == ErrorKind::Settings));
        }
    }
}
