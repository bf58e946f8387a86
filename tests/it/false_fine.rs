//! Environments that other tools call fine and that are not: they look at versions, or at another Python.
#![cfg(unix)]

use std::path::PathBuf;

use serde_json::Value;

use crate::support::installs::Installs;
use crate::support::pythons::python;

/// An environment into which pip has installed what the project asks for, which is clean.
fn filled() -> Option<Installs> {
    let installs = Installs::new()?;
    installs.install(&["--backend", "pip"], 0);
    installs.place().pyenv(&["check"]).ended(0);
    Some(installs)
}

/// The codes of all findings, of a check that does not pass.
#[track_caller]
fn codes(installs: &Installs) -> Vec<String> {
    let answer = installs.place().json(&["check"]);
    assert_eq!(answer["exit_code"], 1, "{answer:#}");
    let findings = answer["findings"].as_array().expect("findings").iter();
    findings.filter_map(|finding| finding["code"].as_str().map(str::to_owned)).collect()
}

/// The directory of installed packages.
fn packages(installs: &Installs) -> PathBuf {
    let libraries = std::fs::read_dir(installs.sandbox.path("repo/venv/lib")).expect("a directory");
    libraries.flatten().next().expect("a library").path().join("site-packages")
}

#[test]
fn a_moved_environment() {
    let Some(installs) = filled() else { return };
    installs.sandbox.write(".gitignore", "venv\nmoved\n");
    std::fs::rename(installs.sandbox.path("repo/venv"), installs.sandbox.path("repo/moved")).expect("a move");
    assert_eq!(codes(&installs), ["PYE303"]);
}

#[test]
fn a_hollowed_package() {
    let Some(installs) = filled() else { return };
    std::fs::remove_dir_all(packages(&installs).join("beta")).expect("a package");
    assert_eq!(codes(&installs), ["PYE305"]);
}

#[test]
fn a_dangling_interpreter() {
    let Some(installs) = filled() else { return };
    for name in ["python", "python3"] {
        installs.sandbox.remove(&format!("venv/bin/{name}"));
        installs.sandbox.link(format!("venv/bin/{name}"), "/nowhere/python3");
    }
    assert_eq!(codes(&installs), ["PYE302"]);
}

#[test]
fn a_marker_of_another_python() {
    let (Some(old), Some(new)) = (python("3.10"), python("3.12")) else { return };
    for (python, expected) in [(old, "PYE401"), (new, "PYE402")] {
        let Some(installs) = Installs::of(python) else { return };
        installs.install(&["--backend", "pip"], 0);
        let lines = "alpha==1.0 ; python_version < '3.11'\ngamma ; python_version < '3.11'\n\
                     alpha==2.0 ; python_version >= '3.11'\n";
        installs.sandbox.write("requirements.txt", lines);
        assert_eq!(codes(&installs), [expected]);
    }
}

#[test]
fn an_editable_install_whose_manifest_has_gained_a_dependency() {
    let Some(installs) = Installs::new() else { return };
    installs.sandbox.remove("requirements.txt");
    installs.write_project("");
    installs.install(&["--backend", "pip"], 0);
    installs.place().pyenv(&["check"]).ended(0);
    let manifest = String::from_utf8(installs.sandbox.read("repo/pyproject.toml")).expect("text");
    installs.sandbox.write(
        "pyproject.toml",
        manifest.replace("dependencies = [\"beta\"]", "dependencies = [\"beta\", \"gamma\"]"),
    );
    assert_eq!(codes(&installs), ["PYE401"]);
    let status = |answer: &Value| answer["environments"][0]["sync"]["status"].as_str().map(str::to_owned);
    assert_eq!(status(&installs.place().json(&["list"])).as_deref(), Some("out-of-step"));
    // What is built says so too.
    let backend = String::from_utf8(installs.sandbox.read("repo/backend.py")).expect("text");
    installs.sandbox.write("backend.py", backend.replace("; extra == 'more'", ""));
    installs.install(&["--backend", "pip"], 0);
    assert!(installs.packages().contains(&"gamma 1.0".to_owned()));
}
