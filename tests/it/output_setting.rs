//! The output format: the setting `output`, from wherever it is set, and what is not changed by it.
#![cfg(unix)]

use crate::support::environments::venv;
use crate::support::repository::Sandbox;
use crate::support::sandbox::Finished;
use crate::support::terminal::{Attached, Terminal};
use crate::whole_texts::busy;

fn is_json(finished: &Finished) -> bool {
    finished.out().starts_with('{')
}

#[test]
fn every_source_of_settings_counts() {
    let sandbox = Sandbox::repository();
    let place = sandbox.at("repo");
    assert!(is_json(&place.pyenv(&["explain", "PYE101"])), "the default of a pipe");
    sandbox.write("tools/python-env.json", "{\"output\": \"text\"}\n");
    assert!(!is_json(&place.pyenv(&["explain", "PYE101"])), "JSON");
    sandbox.write("pyproject.toml", "[tool.git-pyenv]\noutput = \"json\"\n");
    assert!(is_json(&place.pyenv(&["explain", "PYE101"])), "TOML");
    sandbox.git(&["config", "pyenv.output", "text"]);
    assert!(!is_json(&place.pyenv(&["explain", "PYE101"])), "git's configuration");
    let json = place.clone().with("GIT_PYENV_OUTPUT", "json");
    assert!(is_json(&json.pyenv(&["explain", "PYE101"])), "a variable");
    assert!(!is_json(&json.pyenv(&["explain", "PYE101", "--output", "text"])), "an option");
    let automatic = place.clone().with("GIT_PYENV_OUTPUT", "auto");
    assert!(is_json(&automatic.pyenv(&["explain", "PYE101"])), "auto");
    assert!(is_json(&place.pyenv(&["explain", "PYE101", "--output", "auto"])), "auto as an option");
    let set = json.json(&["config", "output"]);
    assert_eq!(set["settings"][0]["value"], "json", "{set:#}");
    assert_eq!(set["settings"][0]["origin"], "environment variable GIT_PYENV_OUTPUT", "{set:#}");
    // Arguments that cannot be parsed, and no repository.
    assert!(!is_json(&place.clone().with("GIT_PYENV_OUTPUT", "text").pyenv(&["check", "--wrong"]).ended(2)));
    let outside = sandbox.at("home");
    assert!(!is_json(&outside.clone().with("GIT_PYENV_OUTPUT", "text").pyenv(&["check"]).ended(2)));
    assert!(is_json(&outside.pyenv(&["check"]).ended(2)));
}

#[test]
fn a_wrong_value_is_an_error_with_its_place() {
    let sandbox = Sandbox::repository();
    sandbox.write("pyproject.toml", "[tool.git-pyenv]\n\noutput = \"yaml\"\n");
    let refused = sandbox.pyenv(&["check"]).ended(2);
    assert_eq!(refused.json()["error"]["kind"], "settings");
    assert!(refused.err().contains("pyproject.toml:3"), "{}", refused.said());
    assert!(
        refused.err().contains("must be one of auto, text, json, sarif, github, gitlab, not `yaml`"),
        "{}",
        refused.said()
    );
    sandbox.remove("pyproject.toml");
    let refused = sandbox.at("repo").with("GIT_PYENV_OUTPUT", "yaml").pyenv(&["check"]).ended(2);
    assert!(refused.err().contains("GIT_PYENV_OUTPUT"), "{}", refused.said());
}

#[test]
fn hooks_and_activate_stay_as_they_are() {
    let sandbox = busy();
    sandbox.git(&["config", "pyenv.output", "json"]);
    let place = sandbox.at("repo").with("GIT_PYENV_OUTPUT", "json");
    let hook = place.pyenv(&["hook", "run", "pre-commit"]).ended(1);
    assert!(hook.out().is_empty() && hook.err().contains("PYE101"), "{}", hook.said());
    assert!(is_json(&place.pyenv(&["hook", "run", "pre-commit", "--output", "json"]).ended(1)));
    assert!(is_json(&place.pyenv(&["hook", "status"])), "which people call");
    let activated = place.pyenv(&["activate", "--shell", "bash"]);
    assert!(!is_json(&activated), "{}", activated.said());
}

/// What is on the terminal of a person who reads the result in another way.
fn seen(sandbox: &Sandbox, set: &str, arguments: &[&str]) -> (String, String) {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), "repo");
    command.args(arguments).env("TERM", "xterm").env("GIT_PYENV_OUTPUT", set);
    let (_, output, seen) = Terminal::start(command, 80, Attached::Errors).finish();
    (String::from_utf8(output).expect("UTF-8"), seen)
}

#[test]
fn a_person_is_told_why_it_is_json() {
    let sandbox = Sandbox::repository();
    let (output, said) = seen(&sandbox, "auto", &["check"]);
    assert!(output.starts_with('{'), "{output}");
    assert_eq!(
        said.replace("\r\n", "\n"),
        "note: standard output is not a terminal, so this is JSON; for text, use `--output text`, or for good \
         `git config --global pyenv.output text`\n"
    );
    for arguments in [&["check", "--output", "json"] as &[&str], &["check", "--quiet"]] {
        assert_eq!(seen(&sandbox, "auto", arguments).1, "", "{arguments:?}");
    }
    assert_eq!(seen(&sandbox, "json", &["check"]).1, "");
    let (output, said) = seen(&sandbox, "text", &["check"]);
    assert!(output.starts_with("checked ") && said.is_empty(), "{output} {said}");
    // A command that shows two results, an error, and arguments that cannot be parsed.
    venv(12).under("venv").write(&sandbox);
    for arguments in [&["fix"] as &[&str], &["check", "--commit", "nowhere"], &["check", "--wrong"]] {
        let (output, said) = seen(&sandbox, "auto", arguments);
        assert!(output.starts_with('{'), "{arguments:?}: {output}");
        assert_eq!(said.matches("so this is JSON").count(), 1, "{arguments:?}: {said}");
        assert_eq!(
            seen(&sandbox, "json", arguments).1.matches("so this is JSON").count(),
            0,
            "{arguments:?}"
        );
    }
}
