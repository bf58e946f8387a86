//! All output: JSON and its schema, the format, colours, manual pages, completions. Whole texts: `whole_texts.rs`.

use std::collections::BTreeSet;

use git_pyenv::cli;
use serde_json::Value;

use crate::support::environments as env;
use crate::support::repository::Sandbox;
use crate::support::sandbox::tool;
use crate::support::schema;
use crate::whole_texts::busy;

#[test]
fn the_schema_is_the_one_that_is_published() {
    schema::assert_published("tools/schema/result.json", &git_pyenv::render::json::schema());
}

#[test]
fn the_schema_says_what_everything_is() {
    let schema: Value = serde_json::from_str(&git_pyenv::render::json::schema()).expect("a schema as JSON");
    let definitions = schema["$defs"].as_object().expect("definitions");
    let mut silent = Vec::new();
    for (name, definition) in definitions {
        assert!(!name.ends_with("Json"), "`{name}` has no `schemars(rename = …)`");
        let fields = definition["properties"].as_object().into_iter().flatten();
        let all = fields.map(|(field, value)| (format!("{name}.{field}"), value));
        let all = all.chain([(name.clone(), definition)]);
        silent.extend(all.filter(|(_, value)| value["description"].is_null()).map(|(name, _)| name));
    }
    assert!(definitions.len() > 20 && silent.is_empty(), "{silent:?}");
}

#[test]
fn every_answer_fits_the_schema() {
    let sandbox = busy();
    let commands: Vec<Vec<&str>> = vec![
        vec!["check"],
        vec!["check", "--staged"],
        vec!["check", "--commit", "HEAD"],
        vec!["check", "--range", "HEAD"],
        vec!["check", "--staged", "--exit-zero"],
        vec!["check", "--staged", "old"],
        vec!["list"],
        vec!["log"],
        vec!["log", "--verify"],
        vec!["stats"],
        vec!["fix", "--dry-run"],
        vec!["fix", "--dry-run", "../elsewhere"],
        vec!["hook", "status"],
        vec!["hook", "install", "--dry-run"],
        vec!["hook", "uninstall", "--dry-run"],
        vec!["hook", "run", "pre-commit"],
        vec!["config"],
        vec!["config", "allow"],
        vec!["explain"],
        vec!["explain", "PYE101"],
        vec!["explain", "nothing"],
        vec!["check", "--commit", "nowhere"],
        vec!["check", "--select", "nothing"],
        vec!["check", "--wrong"],
        vec!["wrong"],
    ];
    for command in commands {
        let finished = sandbox.pyenv(&[&command, ["--output", "json"].as_slice()].concat());
        let answer = finished.json();
        schema::assert_fits(&answer);
        assert_eq!(answer["schema_version"], 1);
        assert_eq!(answer["exit_code"].as_i64(), finished.status.map(i64::from), "{command:?}");
        let status = answer["status"].as_str().expect("a status");
        let expected = match finished.status {
            Some(0) => "clean findings",
            Some(1) => "findings",
            Some(2) => "error",
            _ => "undecided error",
        };
        assert!(
            expected.split(' ').any(|word| word == status),
            "{command:?}: {status} with {:?}",
            finished.status
        );
        assert_eq!(answer["error"].is_null(), status != "error", "{command:?}");
    }
}

#[test]
fn programs_get_json_and_people_get_text() {
    let sandbox = busy();
    let place = sandbox.at("repo");
    assert!(place.pyenv(&["check"]).out().starts_with('{'), "a pipe is read by a program");
    assert_eq!(place.pyenv(&["check", "--wrong"]).ended(2).json()["status"], "error", "whatever is wrong");
    assert_eq!(place.pyenv(&[]).ended(2).json()["error"]["message"], "a command is missing");
    assert_eq!(place.pyenv(&["hook", "run", "--wrong"]).ended(2).out(), "", "a hook has no output");
    let build = place.clone().with("CI", "true");
    assert!(build.pyenv(&["check"]).out().starts_with('{'), "a build changes nothing");
    let text = build.clone().with("GIT_PYENV_OUTPUT", "text").pyenv(&["check"]).out();
    assert!(text.contains("error[PYE101]"), "{text}");
    let global = place.clone().with("GIT_PYENV_OUTPUT", "text").pyenv(&["--output=json", "check"]).out();
    assert!(global.starts_with('{'), "the flag may stand before the command: {global}");
    let forced = place.clone().with("CLICOLOR_FORCE", "1").pyenv(&["check", "--output", "text"]).out();
    assert!(forced.contains("\u{1b}["), "{forced}");
    let never = place.clone().with("CLICOLOR_FORCE", "1").with("NO_COLOR", "1");
    assert!(!never.pyenv(&["check", "--output", "text"]).out().contains('\u{1b}'));
    assert!(
        !place
            .with("CLICOLOR_FORCE", "1")
            .pyenv(&["check", "--output=text", "--color=never"])
            .out()
            .contains('\u{1b}')
    );
}

#[test]
fn git_settings_decide_about_colour_where_nothing_else_does() {
    let sandbox = busy();
    let coloured = |settings: &[&str]| {
        let options = settings.iter().flat_map(|setting| ["-c", setting]);
        let arguments: Vec<&str> = options.chain(["pyenv", "check", "--output", "text"]).collect();
        sandbox.at("repo").with_binary().git(&arguments).out().contains('\u{1b}')
    };
    assert!(!coloured(&[]), "a pipe is no terminal");
    assert!(coloured(&["color.ui=always"]));
    assert!(coloured(&["color.ui=never", "color.pyenv=always"]), "the nearer setting wins");
    assert!(!coloured(&["color.ui=always", "color.pyenv=false"]));
}

#[test]
fn the_version_is_that_of_the_package() {
    let said = Sandbox::new().at("").pyenv(&["--version"]).ended(0).out();
    assert!(said.contains(env!("CARGO_PKG_VERSION")), "{said}");
}

#[test]
fn every_command_has_a_manual_page() {
    let sandbox = Sandbox::new();
    sandbox.at("").pyenv(&["man", "--directory", "pages/man1"]).ended(0);
    let names = std::iter::once("git-pyenv".to_owned())
        .chain(cli::COMMANDS.iter().map(|command| format!("git-pyenv-{}", command.name)));
    for name in names {
        let page = String::from_utf8(sandbox.read(&format!("pages/man1/{name}.1"))).expect("text");
        assert!(page.contains(".TH "), "{name}: {page}");
        for section in [".SH NAME", ".SH SYNOPSIS"] {
            assert!(page.contains(section), "{name} has no `{section}`");
        }
        assert!(page.contains(&name.replace('-', "\\-")), "{name} does not name itself");
    }
    assert!(sandbox.at("").pyenv(&["man"]).ended(0).out().contains(".TH "));
    assert_pages_name_each_other(&sandbox);
}

/// Asserts that every page that a page refers to exists, and that every page is referred to.
fn assert_pages_name_each_other(sandbox: &Sandbox) {
    let mut open = vec!["git-pyenv".to_owned()];
    let mut seen = BTreeSet::new();
    while let Some(page) = open.pop() {
        let text = String::from_utf8(sandbox.read(&format!("pages/man1/{page}.1"))).expect("text");
        let text = text.replace("\\-", "-");
        let words = text.split(|c: char| c.is_whitespace() || c == ',');
        let named =
            words.filter_map(|word| word.strip_suffix("(1)")).filter(|name| name.starts_with("git-pyenv"));
        seen.insert(page.clone());
        open.extend(named.filter(|name| !seen.contains(*name)).map(str::to_owned));
    }
    assert!(seen.contains("git-pyenv-hook-install"), "{seen:?}");
    assert!(
        cli::COMMANDS.iter().all(|command| seen.contains(&format!("git-pyenv-{}", command.name))),
        "{seen:?}"
    );
}

#[test]
fn completions_are_scripts() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = sandbox.at("").pyenv(&["completions", shell]).ended(0).stdout;
        let text = String::from_utf8(script.clone()).expect("text");
        for command in cli::COMMANDS {
            assert!(text.contains(command.name), "{shell} does not know `{}`", command.name);
        }
        if let Some(program) = (shell == "bash").then(|| tool(shell)).flatten() {
            let finished = sandbox.at("").reading(script).run(program, &["-n"]);
            assert_eq!((finished.status, finished.err().as_str()), (Some(0), ""), "{shell}");
        }
    }
    assert_eq!(sandbox.at("").pyenv(&["completions", "nosuchshell"]).status, Some(2));
}

/// Returns what bash offers at the end of a line, through the function that git's own completion calls.
fn completed(sandbox: &Sandbox, line: &str) -> String {
    let mut script = sandbox.at("").pyenv(&["completions", "bash"]).ended(0).out();
    script.push_str("COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); __git_cmd_idx=1; _git_pyenv\n");
    script.push_str("echo \"${COMPREPLY[*]}\"; complete -p git-pyenv\n");
    let bash = tool("bash").expect("bash");
    let words: Vec<&str> = ["-s", "--"].into_iter().chain(line.split(' ')).collect();
    sandbox.at("").reading(script.into_bytes()).run(bash, &words).out()
}

#[test]
fn bash_completes_git_pyenv() {
    let Some(_) = tool("bash") else { return };
    let sandbox = Sandbox::new();
    let cases = [
        ("git pyenv ch", "check\n"),
        ("git pyenv hook un", "uninstall\n"),
        ("git pyenv check --stag", "--staged\n"),
        ("git pyenv --output j", "json\n"),
        ("git pyenv check --select PYE102", "PYE102\n"),
        ("git pyenv explain PYE102", "PYE102\n"),
    ];
    for (line, expected) in cases {
        let offered = completed(&sandbox, line);
        assert!(offered.starts_with(expected), "{line}: {offered}");
        assert!(offered.ends_with(" git-pyenv\n"), "{offered}");
    }
}

/// What fish offers at the end of a line, through git's own completion where the line begins with git.
#[test]
fn fish_completes_git_pyenv() {
    let Some(fish) = tool("fish") else { return };
    let sandbox = Sandbox::repository();
    env::venv(12).under("venv").write(&sandbox);
    let place = sandbox.at("repo").with_binary();
    let script = place.pyenv(&["completions", "fish"]).ended(0).out();
    let cases = [
        ("git pyenv che", "check"),
        ("git pyenv hook un", "uninstall"),
        ("git -C . pyenv hook un", "uninstall"),
        ("git pyenv explain PYE10", "PYE101"),
        ("git pyenv check --stag", "--staged"),
        ("git-pyenv explain PYE10", "PYE101"),
        ("git-pyenv use v", "venv"),
        ("git pyenv activate --env v", "venv"),
    ];
    for (line, expected) in cases {
        let asked = format!("{script}\ncomplete -C '{line}'\n");
        let offered = place.clone().reading(asked).run(&fish, &["--private"]).out();
        let mut names = offered.lines().filter_map(|line| line.split('\t').next());
        assert!(names.any(|name| name == expected), "{line}: {offered}");
    }
}
