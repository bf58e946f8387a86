//! `git pyenv lock`.
#![cfg(unix)]

use serde_json::Value;

use crate::support::answer;
use crate::support::installs::Installs;
use crate::support::pythons::a_python;
use crate::support::repository::Sandbox;
use crate::support::schema;

/// A program that must not be started.
const TRAP: &str = "echo 'it was started' >&2\nexit 99\n";

/// A project that needs this.
fn project(requirement: &str) -> String {
    format!(
        "[project]\nname = \"demo\"\nversion = \"1\"\nrequires-python = \">=3.8\"\ndependencies = [\"{requirement}\"]\n"
    )
}

/// A repository with a project, no environment, and wheels that uv finds; `None`, said aloud, without uv or a Python.
fn with_uv(requirement: &str) -> Option<Installs> {
    let installs = Installs::without_environment(a_python()?);
    if !installs.with_program("uv") {
        return None;
    }
    installs.sandbox.remove("requirements.txt");
    installs.sandbox.write("pyproject.toml", project(requirement));
    Some(installs)
}

/// The answer of `lock`, and `PATH BEFORE AFTER CHANGED` of each file.
#[track_caller]
fn lock(installs: &Installs, arguments: &[&str], status: i32) -> (Value, Vec<String>) {
    let arguments = [&["lock", "--output", "json"], arguments].concat();
    let answer = installs.place().pyenv(&arguments).ended(status).json();
    schema::assert_fits(&answer);
    let text = |file: &Value, key: &str| file[key].as_str().unwrap_or_default().to_owned();
    let files = answer["lock"]["files"].as_array().expect("files").iter();
    let files = files.map(|file| {
        format!("{} {} {} {}", text(file, "path"), text(file, "before"), text(file, "after"), file["changed"])
    });
    let files = files.collect();
    (answer, files)
}

#[test]
fn a_lock_of_uv_is_brought_in_step() {
    let Some(installs) = with_uv("alpha==1.0") else { return };
    let sandbox = &installs.sandbox;
    // A requirement alone makes no lock of uv.
    let said = answer::error(&installs.place(), &["lock"], "usage");
    assert!(said.contains("hint: start one with `uv lock`"), "{said}");
    assert_eq!(lock(&installs, &["--backend", "uv"], 0).1, ["uv.lock missing fresh true"]);
    let first = sandbox.read("repo/uv.lock");
    sandbox.write("pyproject.toml", project("alpha==2.0"));
    let (answer, files) = lock(&installs, &["--check"], 1);
    assert_eq!(files, ["uv.lock stale stale false"]);
    assert!(
        answer["lock"]["files"][0]["reason"].as_str().is_some_and(|reason| reason.contains("alpha")),
        "{answer:#}"
    );
    let (answer, files) = lock(&installs, &["--dry-run"], 0);
    assert_eq!(files, ["uv.lock stale stale false"]);
    let uv = sandbox.path("programs/uv").to_string_lossy().into_owned();
    assert_eq!(answer["lock"]["files"][0]["command"], serde_json::json!([uv, "lock", "--color", "never"]));
    assert_eq!(sandbox.read("repo/uv.lock"), first);
    let said = installs.place().pyenv(&["lock", "--output", "text"]).ended(0).out();
    assert_eq!(said, "locked `uv.lock` with uv\n");
    assert_ne!(sandbox.read("repo/uv.lock"), first);
    // Now nothing is started.
    sandbox.at("programs").run("rm", &["uv"]).ended(0);
    installs.with_script("uv", TRAP);
    let (answer, files) = lock(&installs, &[], 0);
    assert_eq!(
        (files, &answer["lock"]["files"][0]["command"]),
        (vec!["uv.lock fresh fresh false".to_owned()], &serde_json::json!([]))
    );
    lock(&installs, &["--check"], 0);
    let said = installs.place().pyenv(&["lock", "--output", "text"]).ended(0).out();
    assert_eq!(said, "up to date: `uv.lock`\n");
}

#[test]
fn what_a_tool_says_is_passed_on() {
    let Some(installs) = with_uv("nosuch==3") else { return };
    let said = answer::error(&installs.place(), &["lock", "--backend", "uv"], "action");
    assert!(said.contains("uv failed to lock `nosuch==3`") || said.contains("uv says:"), "{said}");
    assert!(said.contains("nosuch"), "{said}");
    installs.sandbox.at("programs").run("rm", &["uv"]).ended(0);
    let said = answer::error(&installs.place(), &["lock", "--backend", "uv"], "action");
    assert!(said.contains("there is no program `uv` on PATH"), "{said}");
}

#[test]
fn the_tool_of_the_manifest_is_run() {
    let Some(python) = a_python() else { return };
    let cases = [
        (
            "poetry",
            "pyproject.toml",
            "[tool.poetry]\nname = 'a'\n",
            "poetry.lock",
            "lock --no-interaction --no-ansi",
        ),
        ("pdm", "pyproject.toml", "[tool.pdm]\n", "pdm.lock", "lock"),
        ("pipenv", "Pipfile", "[packages]\nsix = '*'\n", "Pipfile.lock", "lock"),
    ];
    for (tool, manifest, text, file, words) in cases {
        let installs = Installs::without_environment(python.clone());
        installs.sandbox.remove("requirements.txt");
        installs.sandbox.write(manifest, text);
        let said = installs.place().pyenv(&["lock", "--check"]).ended(1).out();
        assert!(said.contains("\"missing\""), "{said}");
        installs.with_script(tool, &format!("echo \"$@\" >>'{file}'\n"));
        let (_, files) = lock(&installs, &[], 0);
        assert_eq!(files, [format!("{file} missing fresh true")]);
        let written = String::from_utf8(installs.sandbox.read(&format!("repo/{file}"))).expect("text");
        assert_eq!(written, format!("{words}\n"));
    }
}

#[test]
fn the_tool_gets_the_environment_that_exists() {
    let Some(installs) = Installs::new() else { return };
    installs.sandbox.remove("requirements.txt");
    installs.sandbox.write("Pipfile", "[packages]\n");
    installs.with_script("pipenv", "echo \"$VIRTUAL_ENV $PYTHONPATH\" >Pipfile.lock\n");
    let place = installs.place().with("PYTHONPATH", "/elsewhere");
    place.pyenv(&["lock"]).ended(0);
    let written = String::from_utf8(installs.sandbox.read("repo/Pipfile.lock")).expect("text");
    assert_eq!(written, format!("{} \n", installs.sandbox.path("repo/venv").display()));
}

/// Writes compiled requirements with this command, which are stale.
fn compiled(installs: &Installs, command: &str) {
    let text = format!(
        "# This file was autogenerated by uv via the following command:\n#    {command}\nalpha==1.0\n    # via -r requirements.in\n\
         beta==1.0\n    # via alpha\n"
    );
    installs.sandbox.write("requirements.txt", text);
    installs.sandbox.write("requirements.in", "alpha>=2\n");
}

#[test]
fn compiled_requirements_are_compiled_again() {
    let Some(installs) = with_uv("alpha") else { return };
    installs.sandbox.remove("pyproject.toml");
    compiled(&installs, "uv pip compile requirements.in -o requirements.txt");
    assert_eq!(lock(&installs, &["--check"], 1).1, ["requirements.txt stale stale false"]);
    assert_eq!(lock(&installs, &[], 0).1, ["requirements.txt stale fresh true"]);
    let written = String::from_utf8(installs.sandbox.read("repo/requirements.txt")).expect("text");
    assert!(written.contains("alpha==2.0\n") && written.contains("beta==1.0\n"), "{written}");
    assert_eq!(lock(&installs, &[], 0).1, ["requirements.txt fresh fresh false"]);
}

#[test]
fn a_file_of_the_repository_names_no_command() {
    let Some(installs) = with_uv("alpha") else { return };
    installs.sandbox.remove("pyproject.toml");
    installs.sandbox.at("programs").run("rm", &["uv"]).ended(0);
    installs.with_script("uv", TRAP);
    installs.with_script("make", TRAP);
    for (command, refusal) in [
        ("uv pip compile --python ./evil requirements.in -o requirements.txt", "has `--python`"),
        (
            "uv pip compile --index-url https://example.org requirements.in -o requirements.txt",
            "has `--index-url`",
        ),
        (
            "uv pip compile requirements.in ../../x.in -o requirements.txt",
            "names `../../x.in`, which is outside",
        ),
    ] {
        compiled(&installs, command);
        let (answer, _) = lock(&installs, &[], if command.contains("../..") { 3 } else { 1 });
        let refused = answer["lock"]["files"][0]["refused"].as_str().unwrap_or_default().to_owned();
        assert!(refused.starts_with("its command ") && refused.contains(refusal), "{answer:#}");
    }
}

#[test]
fn without_a_tool_it_says_how_to_start() {
    let sandbox = Sandbox::repository();
    let said = answer::error(&sandbox.at("repo"), &["lock"], "usage");
    assert!(said.contains("`uv init --bare`"), "{said}");
    sandbox.write("requirements.in", "six\n");
    let said = answer::error(&sandbox.at("repo"), &["lock"], "usage");
    assert!(said.contains("`uv pip compile requirements.in --output-file requirements.txt`"), "{said}");
}
