//! Environments that use the project from another checkout than the one they are in.
#![cfg(unix)]

use git_pyenv::model::{Health, HealthStatus};

use crate::support::fixture::Fixture;
use crate::support::health::{found, health, python, run};
use crate::support::repository::Sandbox;
use crate::support::sandbox::tool;

/// A project whose build backend lies in it, so that installing it needs no network.
pub(crate) fn project(name: &str) -> Fixture {
    let backend = format!(
        "import pathlib, zipfile\n\
         INFO = '{name}-1.dist-info/'\n\
         def build_editable(directory, config_settings=None, metadata_directory=None):\n\
         \x20   wheel = '{name}-1-py3-none-any.whl'\n\
         \x20   with zipfile.ZipFile(pathlib.Path(directory) / wheel, 'w') as archive:\n\
         \x20       archive.writestr('{name}.pth', str(pathlib.Path.cwd()))\n\
         \x20       archive.writestr(INFO + 'METADATA', 'Metadata-Version: 2.1\\nName: {name}\\nVersion: 1\\n')\n\
         \x20       archive.writestr(INFO + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')\n\
         \x20       archive.writestr(INFO + 'RECORD', '')\n\
         \x20   return wheel\n\
         build_wheel = build_editable\n"
    );
    let settings = format!(
        "[project]\nname = \"{name}\"\nversion = \"1\"\n\
         [build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n"
    );
    Fixture::default().file("pyproject.toml", settings).file("backend.py", backend)
}

/// A repository with a project, a second work tree of it, a clone, and another project.
fn checkouts() -> Sandbox {
    let sandbox = Sandbox::repository();
    project("my_project").write(&sandbox);
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "project"]);
    sandbox.git(&["worktree", "add", "--quiet", "--detach", "../second"]);
    sandbox.git(&["worktree", "add", "--quiet", "--detach", "inner"]);
    sandbox.git_in("", &["clone", "--quiet", "repo", "clone"]);
    project("other").write_to(&sandbox, "other");
    sandbox
}

#[test]
fn an_editable_install_from_another_checkout_is_foreign() {
    let Some(python) = python(12) else { return };
    let sandbox = checkouts();
    let place = sandbox.at("repo");
    place.run(&python, &["-m", "venv", "env"]).ended(0);
    let inside = sandbox.path("repo/env/bin/python");
    let record = "warning PYE306 env/lib/python3.12/site-packages/my_project-1.dist-info";
    let cases: [(&str, &[&str]); 5] = [
        (".", &[]),
        ("../other", &[]),
        ("../second", &[record]),
        ("inner", &[record]),
        ("../clone", &[record]),
    ];
    for (target, expected) in cases {
        let install = ["-m", "pip", "install", "--quiet", "--no-deps", "--editable", target];
        if !run(&place, &inside, &install) {
            return;
        }
        assert_eq!(found(&sandbox), expected, "{target}");
    }
    assert_eq!(health(&sandbox), Health { status: HealthStatus::Broken, problems: vec!["PYE306"] });
    let Some(uv) = tool("uv") else { return };
    let python = inside.to_str().expect("a plain path");
    for (target, expected) in [("../second", &[record][..]), (".", &[])] {
        let install = [
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--reinstall",
            "--python",
            python,
            "--editable",
            target,
        ];
        if run(&place, &uv, &install) {
            assert_eq!(found(&sandbox), expected, "{target}");
        }
    }
}

#[test]
fn a_development_install_from_another_checkout_is_foreign() {
    let Some(python) = python(9) else { return };
    let sandbox = checkouts();
    sandbox.write(
        "setup.py",
        "from setuptools import setup\nsetup(name='my_project', version='1', py_modules=[])\n",
    );
    for other in ["second", "clone"] {
        sandbox.at("").run("cp", &["repo/setup.py", other]).ended(0);
    }
    sandbox.at("repo").run(&python, &["-m", "venv", "env"]).ended(0);
    for (directory, count) in [("repo", 0), ("clone", 1), ("second", 1)] {
        sandbox.remove("pyproject.toml");
        sandbox.at("").run("rm", &["-f", "second/pyproject.toml", "clone/pyproject.toml"]).ended(0);
        let python = sandbox.path("repo/env/bin/python");
        if !run(&sandbox.at(directory), &python, &["setup.py", "-q", "develop", "--no-deps"]) {
            return;
        }
        assert_eq!(found(&sandbox).len(), count, "{directory}: {:?}", found(&sandbox));
    }
    assert!(found(&sandbox)[0].starts_with("warning PYE306 env/lib/python3.9/site-packages/my"));
}
