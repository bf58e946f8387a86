//! Environments that are deleted and brought back: what they have in common, and what is compared.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::installs::Installs;
use super::pythons::two_pythons;
use super::sandbox::{Place, tool};
use super::schema;

/// The tools that make environments.
pub(crate) const CREATORS: [&str; 4] = ["venv", "virtualenv", "uv", "git-pyenv"];

/// A repository with the environment `venv` of a tool: `alpha` from an index, with `beta`, which it requires; `gamma` from a
/// wheel, and the project `demo` as an editable install. `None`, said aloud, if something is missing.
pub(crate) fn furnished(creator: &str) -> Option<Installs> {
    let installs = Installs::without_environment(two_pythons().into_iter().next()?);
    installs.write_project("demo");
    installs.sandbox.write("requirements.txt", "alpha==1.0\ngamma\n-e ./demo\n");
    if creator == "uv" && !installs.with_program("uv") {
        return None;
    }
    let place = installs.place();
    let python = installs.python.to_string_lossy().into_owned();
    match creator {
        "venv" => place.run(&python, &["-m", "venv", "venv"]).ended(0),
        "virtualenv" => place.run(tool("virtualenv")?, &["--quiet", "--python", &python, "venv"]).ended(0),
        "uv" => place.run("uv", &["venv", "--quiet", "--python", &python, "venv"]).ended(0),
        _ => place.pyenv(&["create", "--env", "venv", "--python", &python]).ended(0),
    };
    let wheel = installs.sandbox.path("wheels/gamma-1.0-py3-none-any.whl").to_string_lossy().into_owned();
    let packages = ["alpha==1.0", &wheel, "--editable", "./demo"];
    match creator {
        "uv" => {
            let install = ["pip", "install", "--quiet", "--python", "venv"];
            place.run("uv", &[&install[..], &packages].concat()).ended(0)
        }
        _ => {
            let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
            place.run(place.path().join("venv/bin/python"), &[&install[..], &packages].concat()).ended(0)
        }
    };
    Some(installs)
}

/// What `pip freeze` says of an environment in the repository; of one without pip, what uv says.
#[track_caller]
pub(crate) fn freeze(installs: &Installs, environment: &str) -> String {
    let place = installs.place();
    let python = place.path().join(environment).join("bin/python");
    let frozen = place.run(&python, &["-m", "pip", "--disable-pip-version-check", "freeze", "--all"]);
    let frozen = if frozen.status == Some(0) {
        frozen
    } else {
        place.run("uv", &["pip", "freeze", "--python", environment]).ended(0)
    };
    frozen.out()
}

/// The answer of `restore`, which must fit the schema, and what of it concerns the command.
#[track_caller]
pub(crate) fn restore(place: &Place<'_>, arguments: &[&str], status: i32) -> Value {
    let arguments = [&["restore", "--output", "json"], arguments].concat();
    let answer = place.pyenv(&arguments).ended(status).json();
    schema::assert_fits(&answer);
    assert_eq!(answer["exit_code"], status, "{answer:#}");
    if status == 0 { answer["restore"].clone() } else { answer }
}

/// Deletes an environment in the repository, and returns the id of its snapshot.
#[track_caller]
pub(crate) fn deleted(place: &Place<'_>, environment: &str, more: &[&str]) -> String {
    let arguments = [&["cleanup", "--force", "--output", "json", environment], more].concat();
    let answer = place.pyenv(&arguments).ended(0).json();
    answer["cleanup"]["removed"][0]["snapshot"].as_str().expect("a snapshot").to_owned()
}

/// The findings of `check --deep` about environments, and their messages.
#[track_caller]
pub(crate) fn findings(place: &Place<'_>) -> Vec<String> {
    let answer = place.pyenv(&["check", "--deep", "--output", "json"]).json();
    let all = answer["findings"].as_array().expect("findings");
    all.iter().map(|finding| format!("{} {}", finding["code"], finding["message"])).collect()
}

/// Everything that is found in the repository beside the git directory and the given names.
pub(crate) fn beside(installs: &Installs, names: &[&str]) -> Vec<PathBuf> {
    let listed = std::fs::read_dir(installs.sandbox.path("repo")).expect("a directory");
    let paths = listed.map(|entry| entry.expect("an entry").path());
    let is_known = |path: &Path| path.file_name().is_some_and(|own| names.iter().any(|name| own == *name));
    let mut found: Vec<PathBuf> = paths.filter(|path| !path.ends_with(".git") && !is_known(path)).collect();
    found.sort();
    found
}
