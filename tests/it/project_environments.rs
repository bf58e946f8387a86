//! A project has an environment if `run` has one to use there: `check` and `run` are of one mind.
#![cfg(unix)]

use std::path::Path;

use git_pyenv::formats::manager_directory_name;

use crate::support::health::{about, python, venv};
use crate::support::repository::Sandbox;
use crate::support::sandbox::Place;

const PROJECT: &str = "[project]\nname = 'a'\ndependencies = ['six']\n";

fn project() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("pyproject.toml", PROJECT);
    sandbox.write(".gitignore", "*env*\n");
    sandbox
}

/// Says whether `check` finds an environment for the project of a directory, and asserts that `run` does too.
#[track_caller]
fn has_one(place: &Place<'_>) -> bool {
    has_one_for("pyproject.toml", place)
}

/// The same for a project by its manifest.
#[track_caller]
fn has_one_for(manifest: &str, place: &Place<'_>) -> bool {
    let run = place.pyenv(&["run", "--", "python", "-c", ""]);
    let found = about(&place.json(&["check", "--require-env"]));
    let is_there = !found.contains(&format!("warning PYE301 {manifest}"));
    assert_eq!(run.status == Some(0), is_there, "{found:?}\n{}", run.said());
    is_there
}

/// The command that `check` suggests for its only finding of PYE301.
#[track_caller]
fn creation(place: &Place<'_>) -> Option<String> {
    let answer = place.json(&["check", "--select", "PYE301"]);
    assert_eq!(answer["findings"].as_array().map(Vec::len), Some(1), "{answer:#}");
    answer["findings"][0]["fix"]["command"].as_str().map(str::to_owned)
}

#[test]
fn a_directory_is_no_environment() {
    let Some(python) = python(12) else { return };
    let sandbox = project();
    let here = sandbox.at("repo");
    sandbox.make_directory("repo/venv");
    assert!(!has_one(&here));
    assert_eq!(creation(&here).as_deref(), Some("git pyenv create"), "in the empty directory");
    sandbox.write("venv/notes.txt", "");
    assert!(!has_one(&here));
    assert_eq!(creation(&here), None, "`create` refuses");
    sandbox.remove("venv/notes.txt");
    venv(&sandbox, &python, "venv");
    assert!(has_one(&here));
}

#[test]
fn none_of_several_is_taken_for_the_one() {
    let Some(python) = python(12) else { return };
    let sandbox = project();
    let here = sandbox.at("repo");
    venv(&sandbox, &python, "env-one");
    assert!(has_one(&here), "the only one");
    venv(&sandbox, &python, "env-two");
    sandbox.make_directory("repo/sub");
    assert!(!has_one(&here));
    assert!(!has_one(&sandbox.at("repo/sub")));
    assert_eq!(creation(&here).as_deref(), Some("git pyenv use env-one"));
    assert_eq!(creation(&sandbox.at("repo/sub")).as_deref(), Some("(cd .. && git pyenv use env-one)"));
    let said = here.pyenv(&["check", "--select", "PYE301", "--output", "text"]).ended(0).out();
    let expected = "none of 2 environments is selected (`env-one`, `env-two`), but `pyproject.toml` declares";
    assert!(said.contains(expected), "{said}");
    let refused = here.pyenv(&["activate"]).ended(2).err();
    assert!(refused.contains("git pyenv use env-two"), "{refused}");
    here.pyenv(&["use", "env-two"]).ended(0);
    assert!(has_one(&here));
    here.pyenv(&["use", "--unset"]).ended(0);
    assert!(!has_one(&here));
    venv(&sandbox, &python, "venv");
    assert!(has_one(&here), "a usual name");
}

#[test]
fn no_other_environment_stands_for_one_that_is_named() {
    let Some(python) = python(12) else { return };
    let sandbox = project();
    venv(&sandbox, &python, "myenv");
    let here = sandbox.at("repo");
    assert!(has_one(&here));
    let elsewhere = sandbox.path("plain");
    sandbox.make_directory("plain/lib");
    for missing in [elsewhere.display().to_string(), "/nowhere".to_owned(), "gone".to_owned()] {
        let by_tool = here.clone().with("UV_PROJECT_ENVIRONMENT", &missing);
        assert!(!has_one(&by_tool), "{missing}");
        let for_one_run = here.clone().with("GIT_PYENV_ENVIRONMENT", &missing);
        assert!(!has_one(&for_one_run), "{missing}");
    }
    assert!(!has_one(&here.clone().with("GIT_PYENV_VENV_DIRECTORY", ".venv312")));
    assert!(has_one(&here.clone().with("GIT_PYENV_VENV_DIRECTORY", "myenv")));
    let in_use = here.clone().with("UV_PROJECT_ENVIRONMENT", elsewhere.display().to_string());
    assert_eq!(creation(&in_use), None, "`create` refuses");
    sandbox.git(&["config", "pyenv.environment", "gone"]);
    assert!(!has_one(&here));
    sandbox.git(&["config", "pyenv.environment", "myenv"]);
    assert!(has_one(&here));
}

#[test]
fn a_file_or_link_that_leads_nowhere_is_no_environment() {
    let Some(python) = python(12) else { return };
    let sandbox = project();
    let here = sandbox.at("repo");
    sandbox.write(".venv", "../gone\n");
    assert!(!has_one(&here));
    sandbox.at("").run(&python, &["-m", "venv", "--without-pip", "gone"]).ended(0);
    assert!(has_one(&here));
    sandbox.remove(".venv");
    sandbox.link(".venv", ".venv");
    assert!(!has_one(&here), "a loop");
}

#[test]
fn an_environment_above_serves_only_those_that_use_it() {
    let Some(python) = python(12) else { return };
    let sandbox = project();
    sandbox.write("api/pyproject.toml", PROJECT);
    sandbox.git(&["add", "."]);
    let (top, api) = (sandbox.at("repo"), sandbox.at("repo/api"));
    venv(&sandbox, &python, ".venv");
    assert!(has_one(&top));
    assert!(!has_one_for("api/pyproject.toml", &api), "that of another project");
    sandbox.remove("pyproject.toml");
    assert!(has_one_for("api/pyproject.toml", &api), "that of no project");
    sandbox.write("api/uv.lock", "version = 1\n");
    assert!(!has_one_for("api/pyproject.toml", &api), "uv makes another one");
    sandbox.remove("api/uv.lock");
    sandbox.at("repo").run("mv", &[".venv", "myenv"]).ended(0);
    assert!(!has_one_for("api/pyproject.toml", &api), "a name that says nothing");
}

#[test]
fn no_command_is_suggested_that_cannot_know_the_python() {
    let Some(python) = python(12) else { return };
    let sandbox = project();
    let here = sandbox.at("repo");
    assert_eq!(creation(&here).as_deref(), Some("git pyenv create"));
    sandbox.write("pyproject.toml", format!("{PROJECT}requires-python = '>=3.6.*'\n"));
    assert_eq!(creation(&here), None);
    let create = ["create", "--without-pip", "--output", "text"];
    let refused = here.pyenv(&create).ended(2).err();
    assert!(refused.contains("`--python`"), "{refused}");
    here.pyenv(&[&create[..], &["--python", python.to_str().expect("text")]].concat()).ended(0);
    assert!(has_one(&here));
}

/// Makes an environment beside the repository, and returns its path.
fn kept(sandbox: &Sandbox, python: &Path, place: &str) -> String {
    sandbox.at("").run(python, &["-m", "venv", "--without-pip", place]).ended(0);
    sandbox.path(place).display().to_string()
}

/// The directory of the selected environment.
#[track_caller]
fn used(place: &Place<'_>) -> String {
    place.json(&["use"])["use"]["directory"].as_str().unwrap_or("-").to_owned()
}

#[test]
fn poetry_uses_the_environment_that_was_activated() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    sandbox.write("pyproject.toml", "[tool.poetry]\nname = 'a'\n[tool.poetry.dependencies]\nsix = '*'\n");
    let here = sandbox.at("repo");
    let hash = manager_directory_name::hash(sandbox.path("repo").as_os_str().as_encoded_bytes());
    let home = "home/.cache/pypoetry/virtualenvs";
    let [older, newer] =
        ["3.11", "3.12"].map(|minor| kept(&sandbox, &python, &format!("{home}/a-{hash}-py{minor}")));
    assert!(used(&here) != older && used(&here) != newer, "nobody says which");
    let activate = |minor: &str| {
        let text = format!("[a-{hash}]\nminor = \"{minor}\"\npatch = \"{minor}.1\"\n");
        sandbox.overwrite(&sandbox.path(home).join("envs.toml"), text.as_bytes());
    };
    for (minor, expected) in [("3.11", &older), ("3.12", &newer)] {
        activate(minor);
        assert_eq!(used(&here), *expected);
        assert!(has_one(&here));
    }
    activate("3.13");
    assert!(used(&here) != older && used(&here) != newer, "it is gone");
}

#[test]
fn pipenv_uses_the_environment_that_is_named() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    sandbox.write("Pipfile", "[packages]\nsix = \"*\"\n");
    let here = sandbox.at("repo");
    let pipfile = sandbox.path("repo/Pipfile");
    let hash = manager_directory_name::hash(pipfile.as_os_str().as_encoded_bytes());
    let by_hash = kept(&sandbox, &python, &format!("home/.local/share/virtualenvs/repo-{hash}"));
    let named = kept(&sandbox, &python, "home/.local/share/virtualenvs/any");
    let other = kept(&sandbox, &python, "work/other");
    assert_eq!(used(&here), by_hash);
    let by_variable = here.clone().with("PIPENV_CUSTOM_VENV_NAME", "any");
    assert_eq!(used(&by_variable), named);
    assert!(has_one_for("Pipfile", &by_variable));
    assert!(!has_one_for("Pipfile", &here.clone().with("PIPENV_CUSTOM_VENV_NAME", "gone")));
    sandbox.write(".venv", "any\n");
    assert_eq!(used(&here), named);
    assert!(has_one_for("Pipfile", &here));
    let at_work = here.clone().with("WORKON_HOME", sandbox.path("work").display().to_string());
    assert_ne!(used(&at_work), named);
    sandbox.write(".venv", "other");
    assert_eq!(used(&at_work), other);
    sandbox.write(".venv", "../work/other\n");
    assert_eq!(used(&here), other, "a path is one for every tool");
    sandbox.write(".venv", "..\n");
    assert_ne!(used(&at_work), other);
    // Committed, the file chooses only what pipenv made for this project.
    sandbox.write(".venv", "any\n");
    sandbox.git(&["add", "--force", ".venv"]);
    let refused = here.pyenv(&["run", "--output", "text", "--", "python", "-c", ""]).ended(2).err();
    assert!(refused.contains("outside of the work tree"), "{refused}");
    let project = sandbox.path("repo");
    let note = sandbox.path("home/.local/share/virtualenvs/any/.project");
    std::fs::write(note, project.as_os_str().as_encoded_bytes()).expect("a note");
    assert!(has_one_for("Pipfile", &here));
}
