//! Environments whose interpreter is gone, is another than it was, or is not the one that the project asks for.
#![cfg(unix)]

use std::path::{Path, PathBuf};

use git_pyenv::model::{Health, HealthStatus};

use crate::support::health::{about, found, health, python, venv};
use crate::support::repository::Sandbox;

/// A base that can be taken away: links to the programs of a real Python.
fn base(sandbox: &Sandbox, minor: u32, python: &Path) -> PathBuf {
    sandbox.make_directory("base/bin");
    let program = sandbox.path(&format!("base/bin/python3.{minor}"));
    std::os::unix::fs::symlink(python, &program).expect("a link");
    program
}

#[test]
fn a_dead_interpreter_is_an_error() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    let program = base(&sandbox, 12, &python);
    venv(&sandbox, &program, "env");
    assert_eq!(found(&sandbox), [""; 0]);
    assert_eq!(health(&sandbox), Health { status: HealthStatus::Ok, problems: Vec::new() });
    std::fs::remove_file(&program).expect("a removed link");
    let answer = sandbox.json(&["check"]);
    assert_eq!(about(&answer), ["error PYE302 env"]);
    let text = answer.to_string();
    assert!(text.contains("base/bin/python3.12, which does not exist"), "{answer:#}");
    assert_eq!(health(&sandbox), Health { status: HealthStatus::Broken, problems: vec!["PYE302"] });
    sandbox.remove("env/bin/python3");
    sandbox.link("env/bin/python3", "python");
    sandbox.remove("env/bin/python");
    sandbox.link("env/bin/python", "python3");
    assert_eq!(found(&sandbox), ["error PYE302 env"], "a loop");
    for name in ["python", "python3", "python3.12"] {
        sandbox.remove(&format!("env/bin/{name}"));
        sandbox
            .write(format!("env/bin/{name}"), if name == "python" { "/usr/bin/python3" } else { "python" });
    }
    let answer = sandbox.json(&["check"]);
    assert_eq!(about(&answer), ["error PYE302 env"], "core.symlinks=false");
    assert!(answer.to_string().contains("is a text file with the path /usr/bin/python3 in it"), "{answer:#}");
}

#[test]
fn a_copy_needs_its_home() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    let program = base(&sandbox, 12, &python);
    sandbox.at("repo").run(&program, &["-m", "venv", "--copies", "--without-pip", "env"]).ended(0);
    assert_eq!(found(&sandbox), [""; 0]);
    std::fs::remove_dir_all(sandbox.path("base")).expect("a removed base");
    assert_eq!(found(&sandbox), ["error PYE302 env"]);
}

#[test]
fn an_upgraded_base_leaves_the_packages_behind() {
    let (Some(old), Some(new)) = (python(11), python(12)) else { return };
    let sandbox = Sandbox::repository();
    base(&sandbox, 11, &old);
    base(&sandbox, 12, &new);
    let link = sandbox.path("base/bin/python3");
    std::os::unix::fs::symlink("python3.11", &link).expect("a link");
    venv(&sandbox, &link, "env");
    assert_eq!(found(&sandbox), [""; 0]);
    std::fs::remove_file(&link).expect("a removed link");
    std::os::unix::fs::symlink("python3.12", &link).expect("a link");
    let answer = sandbox.json(&["check"]);
    assert_eq!(about(&answer), ["warning PYE304 env"]);
    assert_eq!(
        answer["findings"].as_array().expect("findings").iter().find(|f| f["code"] == "PYE304").expect("it")
            ["message"],
        "`env` was created for Python 3.11 but uses Python 3.12"
    );
    assert_eq!(health(&sandbox), Health { status: HealthStatus::Ok, problems: vec!["PYE304"] });
}

#[test]
fn the_environment_that_is_meant_has_the_python_asked_for() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    venv(&sandbox, &python, ".venv");
    venv(&sandbox, &python, ".tox/py312");
    venv(&sandbox, &python, "other");
    let wrong = ["warning PYE304 .venv"];
    let none = [""; 0];
    let cases: [(&str, &[&str]); 5] = [
        ("3.12\n", &none),
        ("3.12.1\n", &none),
        ("# all\r\n3.11\r\n", &wrong),
        ("3.11\n3.12\n", &none),
        ("3.13t\n", &wrong),
    ];
    for (asked, expected) in cases {
        sandbox.write(".python-version", asked);
        assert_eq!(found(&sandbox), expected, "{asked:?}");
    }
    let said = sandbox.pyenv(&["check", "--output", "text"]).ended(1).out();
    assert!(said.contains("uses Python 3.12.1 (requested: 3.13t by .python-version:1)"), "{said}");
    sandbox.git(&["config", "pyenv.pythonVersion", "3.12"]);
    assert_eq!(found(&sandbox), none, "settings come first");
    sandbox.write("pyproject.toml", "[project]\nname = \"x\"\nrequires-python = \">=3.13\"\n");
    sandbox.git(&["config", "--unset", "pyenv.pythonVersion"]);
    sandbox.remove(".python-version");
    assert_eq!(found(&sandbox), wrong);
    sandbox.write(".python-version", "three point twelve!\n");
    sandbox.remove("pyproject.toml");
    let answer = sandbox.json(&["check"]);
    assert_eq!((about(&answer).len(), answer["findings"].as_array().map(Vec::is_empty)), (0, Some(false)));
}

#[test]
fn what_nobody_can_execute_is_dead() {
    let Some(python) = python(12) else { return };
    let put = |sandbox: &Sandbox, why: &str, path: &str| match why {
        "is empty" => sandbox.write_program(path, ""),
        "is not executable" => sandbox.write(path, "no program\n"),
        _ => std::fs::create_dir(sandbox.path("repo").join(path)).expect("a directory"),
    };
    for why in ["is empty", "is not executable", "is a directory"] {
        for (place, is_own) in [("env/bin/python", true), ("../base/bin/python3.12", false)] {
            let sandbox = Sandbox::repository();
            let program = base(&sandbox, 12, &python);
            venv(&sandbox, &program, "env");
            std::fs::remove_file(sandbox.path("repo").join(place)).expect("a removed link");
            put(&sandbox, why, place);
            let reason = match is_own {
                true => why.to_owned(),
                false => format!("points to {}, which {why}", program.display()),
            };
            refused_everywhere(&sandbox, &reason);
        }
    }
}

/// All commands agree that the environment `env` does not work.
fn refused_everywhere(sandbox: &Sandbox, reason: &str) {
    let broken = Health { status: HealthStatus::Broken, problems: vec!["PYE302"] };
    assert_eq!(health(sandbox), broken, "{reason}");
    assert_eq!(found(sandbox), ["error PYE302 env"], "{reason}");
    let listed = sandbox.json(&["list"]);
    assert_eq!(listed["environments"][0]["health"]["status"], "broken", "{listed:#}");
    let planned = sandbox.json(&["cleanup", "--only-broken", "--dry-run"]).to_string();
    assert!(planned.contains("\"path\":\"env\""), "{reason}: {planned}");
    let refused: [(i32, &[&str]); 7] = [
        (1, &["check", "--output", "text"]),
        (1, &["ci", "verify", "--env", "env", "--output", "text"]),
        (0, &["use", "env", "--output", "text"]),
        (2, &["run", "--env", "env", "--", "python", "-V"]),
        (2, &["activate", "--env", "env"]),
        (2, &["install", "--env", "env"]),
        (2, &["create", "--env", "env"]),
    ];
    for (status, arguments) in refused {
        let said = sandbox.pyenv(arguments).ended(status).said();
        let one_line = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(one_line.contains(&format!("bin/python` {reason}")), "{arguments:?}: {said}");
    }
}

#[test]
fn programs_of_windows_need_no_permission() {
    let sandbox = Sandbox::repository();
    for folder in ["Scripts", "bin"] {
        sandbox.write("env/pyvenv.cfg", "home = C:\\Python312\nversion = 3.12.4\n");
        sandbox.write("env/Scripts/python.exe", "MZ");
        sandbox.write("env/Lib/site-packages/six.py", "");
        sandbox.write(format!("env/{folder}/activate"), "");
        let answer = sandbox.json(&["check"]);
        assert!(!about(&answer).contains(&"error PYE302 env".to_owned()), "{folder}: {answer:#}");
    }
}
