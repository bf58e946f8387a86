//! Environments made for real, and what is found to be wrong with them.

use std::path::{Path, PathBuf};

use git_pyenv::detect;
use git_pyenv::fs::DiskTree;
use git_pyenv::inspect;
use git_pyenv::model::{Health, PackageCheck};
use git_pyenv::project::{Checkouts, inspect_for_project};
use serde_json::Value;

use super::pythons::{lacking, versions};
use super::repository::Sandbox;
use super::sandbox::{Place, skip};

/// The Pythons of pyenv on this machine, each with its minor version.
pub(crate) fn pythons() -> Vec<(u32, PathBuf)> {
    let versions = versions().and_then(|versions| std::fs::read_dir(versions).ok()).into_iter().flatten();
    let found = versions.flatten().filter_map(|entry| {
        let minor = entry.file_name().to_str()?.strip_prefix("3.")?.split('.').next()?.parse().ok()?;
        let python = entry.path().join(format!("bin/python3.{minor}"));
        python.exists().then_some((minor, python))
    });
    let mut found: Vec<(u32, PathBuf)> = found.collect();
    found.sort();
    found
}

/// A Python of pyenv, or none, said aloud.
pub(crate) fn python(minor: u32) -> Option<PathBuf> {
    let found = pythons().into_iter().find(|(other, _)| *other == minor).map(|(_, python)| python);
    if found.is_none() {
        lacking(&format!("there is no Python 3.{minor} of pyenv"));
    }
    found
}

/// Where the pip lies that Python 3.12 brings along; uv takes it instead of one from an index.
fn bundled_wheels() -> PathBuf {
    let python = pythons().into_iter().find(|(minor, _)| *minor == 12).map(|(_, python)| python);
    let prefix = python.as_deref().and_then(|python| python.ancestors().nth(2));
    prefix.unwrap_or(Path::new("/")).join("lib/python3.12/ensurepip/_bundled")
}

/// Runs a program in a directory of the sandbox, away from the network.
pub(crate) fn run(place: &Place<'_>, program: &Path, arguments: &[&str]) -> bool {
    let place = place.clone().with("UV_OFFLINE", "1").with("UV_PYTHON_DOWNLOADS", "never");
    let place = place.with("VIRTUALENV_NO_PERIODIC_UPDATE", "1").with("PIP_NO_INDEX", "1");
    let place = place.with("UV_NO_INDEX", "1").with("UV_FIND_LINKS", bundled_wheels());
    let finished = place.run(program, arguments);
    if finished.status != Some(0) {
        skip(&format!("`{} {}` fails here: {}", program.display(), arguments.join(" "), finished.said()));
    }
    finished.status == Some(0)
}

/// Makes an environment without pip.
pub(crate) fn venv(sandbox: &Sandbox, python: &Path, name: &str) {
    sandbox.at("repo").run(python, &["-m", "venv", "--without-pip", name]).ended(0);
}

/// `SEVERITY CODE PATH` of the findings about environments.
pub(crate) fn about(answer: &Value) -> Vec<String> {
    let findings = answer["findings"].as_array().expect("findings").iter();
    let text = |finding: &Value, key: &str| finding[key].as_str().expect("text").to_owned();
    let lines = findings
        .map(|found| [text(found, "severity"), text(found, "code"), text(found, "path")].join(" "))
        .filter(|line| line.contains(" PYE3"));
    lines.collect()
}

pub(crate) fn found(sandbox: &Sandbox) -> Vec<String> {
    about(&sandbox.json(&["check"]))
}

/// The health of the only environment of the repository, asked as `list` asks.
pub(crate) fn health(sandbox: &Sandbox) -> Health {
    let top = sandbox.path("repo");
    let detection = detect::environments(&DiskTree::new(&top)).expect("a tree");
    let [environment] = detection.environments.try_into().expect("one environment");
    let checkouts = Checkouts::new(&top, &top.join(".git"));
    let directory = environment.root.to_path(&top);
    inspect::health(&inspect_for_project(&directory, &environment, &checkouts, PackageCheck::Quick))
}
