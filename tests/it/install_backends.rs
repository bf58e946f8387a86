//! `git pyenv install` from manifests and lock files, with the real tools.
#![cfg(unix)]

use crate::support::installs::{Installs, changes};
use crate::support::pythons::python;
use crate::support::wheels::Wheel;

#[test]
fn a_project_is_installed_as_editable_unless_that_is_unwanted() {
    for backend in ["uv", "pip"] {
        let Some(installs) = Installs::with_backend(backend) else { continue };
        installs.sandbox.remove("requirements.txt");
        installs.write_project("");
        let answer = installs.install(&["--backend", backend, "--extra", "more"], 0);
        assert_eq!(installs.packages(), ["beta 1.0", "demo 1.0", "gamma 1.0"], "{answer:#}");
        let demo = changes(&answer).into_iter().find(|change| change.contains(" demo ")).expect("a change");
        assert!(demo.starts_with("added demo - 1.0 (editable file:///"), "{demo}");
        let answer = installs.install(&["--backend", backend, "--no-editable"], 0);
        let demo = changes(&answer).into_iter().find(|change| change.contains(" demo ")).expect("a change");
        assert!(demo.starts_with("changed demo 1.0 (editable "), "{demo}");
    }
}

/// pip installs an editable requirement again whenever something else is to be installed; that it is as before is no change.
#[test]
fn what_pip_installs_again_as_it_was_is_no_change() {
    let Some(installs) = Installs::with_backend("pip") else { return };
    installs.write_project("editable");
    installs.sandbox.write("requirements.txt", "-e ./editable\n");
    let answer = installs.install(&[], 0);
    assert_eq!(changes(&answer).len(), 2, "{answer:#}");
    installs.sandbox.write("requirements.txt", "-e ./editable\ngamma\n");
    let finished = installs.place().pyenv(&["install", "--output", "json", "--verbose"]).ended(0);
    assert!(finished.err().contains("pip: installing (2)"), "pip installs both: {}", finished.said());
    assert_eq!(changes(&finished.json()), ["added gamma - 1.0"]);
    let text = installs.place().pyenv(&["check", "--output", "text"]).ended(0).said();
    assert!(!text.contains("PYE4"), "{text}");
}

#[test]
fn a_pip_that_cannot_read_a_lock_is_told_apart() {
    let Some(installs) = Installs::with_backend("pip") else { return };
    let sandbox = &installs.sandbox;
    sandbox.remove("requirements.txt");
    let wheel = sandbox.path("wheels/gamma-1.0-py3-none-any.whl");
    let hash = sandbox.at("").run("sha256sum", &[&wheel]).ended(0).out();
    let hash = hash.split_whitespace().next().expect("a hash");
    let lock = format!(
        "lock-version = '1.0'\ncreated-by = 'x'\n[[packages]]\nname = 'gamma'\nversion = '1.0'\n[[packages.wheels]]\n\
         name = 'gamma-1.0-py3-none-any.whl'\npath = '{}'\nhashes = {{sha256 = '{hash}'}}\n",
        wheel.display()
    );
    sandbox.write("pylock.toml", lock);
    if installs.pip_version() >= (26, 1) {
        installs.install(&["--backend", "pip"], 0);
        assert_eq!(installs.packages(), ["gamma 1.0"]);
    } else {
        let said = installs.refused(&["--backend", "pip"], "action");
        assert!(said.contains(" cannot install from `pylock.toml`"), "{said}");
        assert!(said.contains("with `git pyenv run -m pip install --upgrade pip`"), "{said}");
    }
}

#[test]
fn groups_of_members_alone_are_groups_of_a_root_without_a_project() {
    let Some(installs) = Installs::with_backend("uv") else { return };
    Wheel::new("delta", "1.0").write(&installs.sandbox);
    Wheel::new("epsilon", "1.0").write(&installs.sandbox);
    installs.sandbox.remove("requirements.txt");
    installs.sandbox.write("pyproject.toml", "[tool.uv.workspace]\nmembers = ['packages/*']\n");
    let member = "[project]\nname = 'a'\nversion = '1'\nrequires-python = '>=3.9'\ndependencies = ['alpha<2']\n\
                  [project.optional-dependencies]\nmore = ['epsilon']\n\
                  [dependency-groups]\ndev = ['gamma']\nDocs = ['delta']\n";
    installs.sandbox.write("packages/a/pyproject.toml", member);
    let uv = installs.sandbox.path("programs/uv");
    let python = installs.python.to_string_lossy().into_owned();
    installs.place().run(&uv, &["lock", "--python", &python]).ended(0);
    let wanted = ["--group", "docs", "--extra", "more"];
    installs.install(&wanted, 0);
    let all = ["alpha 1.0", "beta 1.0", "delta 1.0", "epsilon 1.0", "gamma 1.0"];
    assert_eq!(installs.packages(), all);
    let again = installs.install(&wanted, 0);
    assert_eq!(again["install"]["commands"], serde_json::json!([]), "{again:#}");
    let sync = ["sync", "--check", "--inexact", "--group", "docs", "--extra", "more"];
    let environment = installs.sandbox.path("repo/venv");
    installs.place().with("UV_PROJECT_ENVIRONMENT", environment).run(&uv, &sync).ended(0);
    let refused = installs.refused(&["--group", "tests"], "action");
    assert!(refused.contains("Group `tests` is not defined"), "{refused}");
}

#[test]
fn a_lock_of_uv_is_installed_and_never_the_end_of_an_environment() {
    let Some(old) = python("3.10") else { return };
    let Some(installs) = Installs::with_backend("uv") else { return };
    installs.sandbox.remove("requirements.txt");
    installs.place().pyenv(&["create", "--env", "old", "--python", &old.to_string_lossy()]).ended(0);
    installs.sandbox.write("old/notes.txt", "mine");
    let manifest = "[project]\nname = \"p\"\nversion = \"1\"\nrequires-python = \">=3.11\"\ndependencies = [\"alpha\"]\n\
                    [dependency-groups]\ndev = [\"gamma\"]\n";
    installs.sandbox.write("pyproject.toml", manifest);
    let uv = installs.sandbox.path("programs/uv");
    let python = installs.python.to_string_lossy().into_owned();
    installs.place().run(&uv, &["lock", "--python", &python]).ended(0);
    let lock = installs.sandbox.read("repo/uv.lock");
    let answer = installs.install(&[], 0);
    assert_eq!(changes(&answer), ["added alpha - 2.0", "added beta - 1.0", "added gamma - 1.0"]);
    let command = answer["install"]["commands"][0].to_string();
    assert!(command.contains("\"sync\"") && command.contains("UV_PROJECT_ENVIRONMENT="), "{command}");
    // pip is no package of the lock; it stays until that is asked for, and so does everything that was put in.
    assert!(installs.sandbox.path("repo/venv/bin/pip").exists());
    // An environment that does not fit is refused, and stays as it is.
    let said = installs.refused(&["--env", "old"], "action");
    assert!(said.contains("incompatible"), "{said}");
    assert_eq!(installs.sandbox.read("repo/old/notes.txt"), b"mine");
    // A lock that is out of date is the project's affair.
    installs
        .sandbox
        .at("repo")
        .run("venv/bin/python", &["-m", "pip", "uninstall", "--yes", "gamma"])
        .ended(0);
    installs.sandbox.write("pyproject.toml", manifest.replace("\"alpha\"", "\"alpha<2\""));
    let said = installs.refused(&[], "action");
    assert!(said.contains("uv lock"), "{said}");
    assert_eq!(installs.sandbox.read("repo/uv.lock"), lock);
}

#[test]
fn a_lock_of_poetry_is_installed_by_poetry() {
    let Some(mut installs) = Installs::with_backend("poetry") else { return };
    // Installing in parallel, it sometimes does not record where a package came from.
    installs.set("POETRY_INSTALLER_PARALLEL", "false");
    installs.sandbox.remove("requirements.txt");
    let file = |name: &str| {
        installs.sandbox.path(&format!("wheels/{name}-1.0-py3-none-any.whl")).display().to_string()
    };
    let manifest = format!(
        "[project]\nname = \"p\"\nversion = \"1\"\nrequires-python = \">=3.10\"\n\
         dependencies = [\"alpha @ file://{}\", \"beta @ file://{}\"]\n\
         [project.optional-dependencies]\nmore = [\"gamma @ file://{}\"]\n[tool.poetry]\npackage-mode = false\n",
        file("alpha"),
        file("beta"),
        file("gamma")
    );
    installs.sandbox.write("pyproject.toml", manifest);
    let poetry = installs.sandbox.path("programs/poetry");
    let place = installs.place().with("VIRTUAL_ENV", installs.sandbox.path("repo/venv"));
    place.run(&poetry, &["lock", "--no-interaction"]).ended(0);
    let answer = installs.install(&[], 0);
    assert_eq!(answer["install"]["backend"], "poetry", "{answer:#}");
    assert_eq!(installs.packages(), ["alpha 1.0", "beta 1.0"]);
    installs.install(&["--extra", "more"], 0);
    assert_eq!(installs.packages(), ["alpha 1.0", "beta 1.0", "gamma 1.0"]);
    let answer = installs.install(&["--sync"], 0);
    assert_eq!(changes(&answer).len(), 1, "{answer:#}");
    assert_eq!(installs.packages(), ["alpha 1.0", "beta 1.0"]);
}

#[test]
fn a_lock_needs_its_tool() {
    let Some(installs) = Installs::new() else { return };
    for (lock, tool) in [("poetry.lock", "poetry"), ("pdm.lock", "pdm"), ("Pipfile.lock", "pipenv")] {
        installs.sandbox.write(lock, "");
        let said = installs.place().with("PATH", "/usr/bin:/bin").pyenv(&["install"]).ended(2).err();
        assert!(said.contains(&format!("there is no program `{tool}` on PATH")), "{said}");
        assert!(said.contains(&format!("`{lock}` is a file of {tool}")), "{said}");
        installs.sandbox.remove(lock);
    }
}
