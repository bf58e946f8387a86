//! What `check` and `list` say of environments of which they see only a part, or that are elsewhere.
#![cfg(unix)]

use crate::support::environments as env;
use crate::support::health::{about, found, health, python, venv};
use crate::support::repository::Sandbox;
use git_pyenv::model::{Health, HealthStatus};

#[test]
fn what_cannot_be_looked_at_is_not_called_broken() {
    let Some(python) = python(12) else { return };
    let site = "lib/python3.12/site-packages";
    for part in ["bin", "bin/activate", "lib", "lib/python3.12", site, "pyvenv.cfg"] {
        let sandbox = Sandbox::repository();
        venv(&sandbox, &python, "env");
        sandbox.remove(&format!("env/{part}"));
        // Not even the superuser can follow it.
        sandbox.link(format!("env/{part}"), part.rsplit('/').next().unwrap_or_default());
        let answer = sandbox.json(&["check", "--ignore", "PYE201"]);
        assert_eq!(about(&answer), [""; 0], "{part}");
        assert_eq!((&answer["status"], &answer["exit_code"]), (&"undecided".into(), &3.into()), "{part}");
        assert_eq!(health(&sandbox), Health::unknown(), "{part}");
        let listed = sandbox.json(&["list"]);
        assert_eq!(listed["environments"][0]["health"]["status"], "unknown", "{part}");
    }
}

#[test]
fn an_interpreter_that_is_no_program_is_not_called_healthy() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    venv(&sandbox, &python, "env");
    for name in ["python", "python3", "python3.12"] {
        sandbox.remove(&format!("env/bin/{name}"));
    }
    // Container engines make a directory where a file to be mounted is missing.
    sandbox.make_directory("repo/env/bin/python");
    let broken = Health { status: HealthStatus::Broken, problems: vec!["PYE302"] };
    assert_eq!(health(&sandbox), broken);
    sandbox.pyenv(&["check", "--ignore", "PYE201"]).ended(1);
}

#[test]
fn what_nobody_may_look_into_is_not_called_broken_or_missing() {
    use std::fs::{Permissions, read_dir, set_permissions};
    use std::os::unix::fs::PermissionsExt;
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    sandbox.write("requirements.txt", "x\n");
    venv(&sandbox, &python, "env");
    sandbox.write("env/lib/python3.12/site-packages/x-1.dist-info/direct_url.json", "{}");
    sandbox.write("env/lib/python3.12/site-packages/x-1.dist-info/METADATA", "Name: x\nVersion: 1\n");
    let closed = ["env", "env/bin", "env/lib", "env/lib/python3.12", "env/lib/python3.12/site-packages"];
    for (part, mode) in closed.into_iter().flat_map(|part| [0o000, 0o444, 0o111].map(|mode| (part, mode))) {
        let place = sandbox.path("repo").join(part);
        set_permissions(&place, Permissions::from_mode(mode)).expect("permissions");
        // The superuser can look into everything.
        let is_closed = read_dir(&place).is_err() || place.join("..").metadata().is_err();
        let answer = sandbox.json(&["check", "--require-env", "--ignore", "PYE201"]);
        set_permissions(&place, Permissions::from_mode(0o755)).expect("permissions");
        assert_eq!(about(&answer), [""; 0], "{part} {mode:o}");
        assert_eq!(answer["status"], if is_closed { "undecided" } else { "clean" }, "{part} {mode:o}");
    }
}

#[test]
fn an_environment_that_a_tool_keeps_elsewhere_counts() {
    let sandbox = Sandbox::repository();
    sandbox.write("Pipfile", "[packages]\nsix = \"*\"\n");
    assert_eq!(about(&sandbox.json(&["check", "--require-env"])), ["warning PYE301 Pipfile"]);
    let kept = "home/.virtualenvs/any";
    env::pipenv().write_to(&sandbox, kept);
    assert_eq!(found(&sandbox), ["info PYE301 Pipfile"], "of another project");
    let project = sandbox.path("repo");
    std::fs::write(sandbox.path(kept).join(".project"), project.as_os_str().as_encoded_bytes())
        .expect("a note");
    assert_eq!(about(&sandbox.json(&["check", "--require-env"])), [""; 0]);
}

#[test]
fn a_tracked_link_that_leads_out_does_not_hide_the_rest() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    sandbox.at("").run(&python, &["-m", "venv", "--without-pip", "outside"]).ended(0);
    sandbox.commit("requirements.txt", "six\n");
    for file in [false, true] {
        sandbox.remove(".venv");
        if file {
            sandbox.write(".venv", sandbox.path("outside").to_str().expect("text"));
        } else {
            sandbox.link(".venv", "../outside");
        }
        sandbox.git(&["add", "--force", ".venv"]);
        let answer = sandbox.json(&["check"]);
        let codes: Vec<&str> = answer["findings"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|found| found["code"].as_str())
            .collect();
        assert!(codes.contains(&"PYE103"), "file: {file}, {answer}");
        assert_eq!(about(&answer), [""; 0], "file: {file}");
        sandbox.pyenv(&["list"]).ended(0);
    }
}

#[test]
fn the_environment_that_is_meant_may_be_behind_a_link() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    sandbox.at("").run(&python, &["-m", "venv", "--without-pip", "shared"]).ended(0);
    sandbox.link(".venv", "../shared");
    sandbox.write(".python-version", "3.12\n");
    assert_eq!(found(&sandbox), [""; 0]);
    sandbox.write(".python-version", "3.11\n");
    assert_eq!(found(&sandbox), ["warning PYE304 .venv"]);
    let answer = sandbox.json(&["check", "--select", "PYE304"]);
    assert!(answer["findings"][0]["fix"].is_null(), "`create` leaves alone what a link leads to: {answer}");
    sandbox.write(".python-version", "3.12\n");
    sandbox.at("").run("mv", &["shared", "moved"]).ended(0);
    sandbox.remove(".venv");
    sandbox.link(".venv", "../moved");
    assert_eq!(found(&sandbox), ["warning PYE303 .venv"]);
    sandbox.at("").run("ln", &["-sfn", "/nowhere/python", "moved/bin/python"]).ended(0);
    assert_eq!(found(&sandbox), ["error PYE302 .venv", "warning PYE303 .venv"]);
}
