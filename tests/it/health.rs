//! The condition of environments, each made for real: healthy ones of every creator give no finding, and a project that
//! has none gives one. Only the work tree has conditions.
#![cfg(unix)]

use crate::support::environments as env;
use crate::support::health::{about, found, python, pythons, run, venv};
use crate::support::repository::Sandbox;
use crate::support::sandbox::tool;

#[test]
fn healthy_environments_of_venv_are_no_finding() {
    let sandbox = Sandbox::repository();
    for (minor, python) in pythons() {
        venv(&sandbox, &python, &format!("plain{minor}"));
        venv(&sandbox, &python, &format!("strange $(x) `y` it's \"{minor}\" ü\\"));
    }
    if let Some((_, python)) = pythons().pop() {
        sandbox.at("repo").run(&python, &["-m", "venv", "--copies", "--without-pip", "copies"]).ended(0);
        let options = ["-m", "venv", "--system-site-packages", "--prompt", "a /b", "with pip"];
        sandbox.at("repo").run(&python, &options).ended(0);
    }
    if let Some(python) = tool("python3") {
        run(&sandbox.at("repo"), &python, &["-m", "venv", "--without-pip", "system"]);
    }
    assert_eq!(found(&sandbox), [""; 0]);
}

#[test]
fn healthy_environments_of_other_tools_are_no_finding() {
    let sandbox = Sandbox::repository();
    let place = sandbox.at("repo");
    if let Some(virtualenv) = tool("virtualenv") {
        run(&place, &virtualenv, &["--no-seed", "plain"]);
        run(&place, &virtualenv, &["--copies", "my copies"]);
    }
    if let (Some(uv), Some(python)) = (tool("uv"), python(12)) {
        let python = python.to_str().expect("a plain path").to_owned();
        for (name, options) in [("uv", &[][..]), ("it's uv", &["--relocatable"]), ("seeded", &["--seed"])] {
            run(&place, &uv, &[&["venv", "--quiet", "--python", &python], options, &[name]].concat());
        }
    }
    sandbox.write(
        "tox.ini",
        "[tox]\nenvlist = a\nno_package = true\n[testenv]\nskip_install = true\ncommands = python -c pass\n",
    );
    tool("tox").map(|tox| run(&place, &tox, &["run", "-q", "-e", "a"]));
    sandbox.write(
        "noxfile.py",
        "import nox\n\n@nox.session(venv_backend=\"virtualenv\")\ndef tests(session):\n    pass\n",
    );
    tool("nox").map(|nox| run(&place, &nox, &["--session", "tests"]));
    assert_eq!(found(&sandbox), [""; 0]);
}

#[test]
fn other_layouts_are_no_finding() {
    let sandbox = Sandbox::repository();
    let layouts = [
        env::conda().under("conda"),
        env::conda_windows().under("conda-windows"),
        env::pixi().under(".pixi/envs/default"),
        env::pep582().under("__pypackages__"),
        env::heroku().under(".heroku/python"),
        env::pythonlibs().under(".pythonlibs"),
        env::project(),
    ];
    layouts.into_iter().for_each(|layout| layout.write(&sandbox));
    assert_eq!(found(&sandbox), [""; 0]);
}

#[test]
fn a_project_with_requirements_needs_an_environment() {
    let declares = |files: &[(&str, &str)]| {
        let sandbox = Sandbox::repository();
        files.iter().for_each(|(path, text)| sandbox.write(path, text));
        let found = found(&sandbox);
        let status = sandbox.pyenv(&["check", "--require-env"]).status;
        assert_eq!(status, Some(i32::from(!found.is_empty())), "{files:?}");
        sandbox.pyenv(&["check", "--select", "PYE301"]).ended(0);
        found
    };
    assert_eq!(declares(&[]), [""; 0]);
    assert_eq!(declares(&[("pyproject.toml", "[tool.ruff]\nline-length = 100\n")]), [""; 0]);
    assert_eq!(declares(&[("requirements.txt", "# none\n\n")]), [""; 0]);
    assert_eq!(declares(&[("requirements.txt", "\u{feff}# none\r\n")]), [""; 0]);
    assert_eq!(
        declares(&[("pylock.toml", "lock-version = '1.0'\ncreated-by = 'x'\npackages = []\n")]),
        ["info PYE301 pylock.toml"]
    );
    assert_eq!(declares(&[("requirements.txt", "six\n")]), ["info PYE301 requirements.txt"]);
    let dependencies = ("pyproject.toml", "[project]\nname = 'x'\ndependencies = ['six']\n");
    let lock = ("uv.lock", "version = 1\nrequires-python = '>=3.8'\n");
    assert_eq!(declares(&[dependencies, lock]), ["info PYE301 pyproject.toml"]);
    assert_eq!(declares(&[("Pipfile", "[packages]\n")]), ["info PYE301 Pipfile"]);
    let settings = ("tools/python-env.json", "{\"requirementsFile\": \"r/dev.txt\"}");
    assert_eq!(declares(&[settings, ("r/dev.txt", "six\n")]), ["info PYE301 r/dev.txt"]);
}

#[test]
fn any_environment_is_better_than_none() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    sandbox.write("requirements.txt", "six\n");
    assert_eq!(found(&sandbox), ["info PYE301 requirements.txt"]);
    sandbox.at("").run(&python, &["-m", "venv", "--without-pip", "outside"]).ended(0);
    sandbox.link(".venv", "../outside");
    assert_eq!(found(&sandbox), [""; 0], "a link");
    sandbox.at("").run("mv", &["outside", "away"]).ended(0);
    assert_eq!(found(&sandbox), ["info PYE301 requirements.txt"], "a link to nowhere");
    sandbox.remove(".venv");
    venv(&sandbox, &python, "tools/any");
    assert_eq!(found(&sandbox), [""; 0]);
    sandbox.pyenv(&["check", "--require-env", "--staged"]).ended(2);
}

#[test]
fn only_the_work_tree_has_conditions() {
    let sandbox = Sandbox::repository();
    env::venv(12).under("env").write(&sandbox);
    sandbox.write("requirements.txt", "six\n");
    sandbox.git(&["add", "--force", "--all"]);
    sandbox.git(&["commit", "--quiet", "--message", "all"]);
    for scope in [&["check", "--staged"][..], &["check", "--commit", "HEAD"], &["check", "--range", "HEAD"]] {
        assert_eq!(about(&sandbox.json(scope)), [""; 0], "{scope:?}");
    }
    assert_eq!(found(&sandbox), ["error PYE302 env", "warning PYE303 env"]);
}
