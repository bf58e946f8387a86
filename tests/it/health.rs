//! The condition of environments, each made for real: healthy ones of every creator give no finding, and moved, dead,
//! unfinished, wrong and foreign ones are named by their rule.
#![cfg(unix)]

use std::path::{Path, PathBuf};

use git_pyenv::detect;
use git_pyenv::fs::DiskTree;
use git_pyenv::model::{Health, HealthStatus};
use git_pyenv::ops::condition::{self, Checkouts};
use serde_json::Value;

use crate::support::environments as env;
use crate::support::fixture::Fixture;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Place, skip, tool};

/// The Pythons of pyenv on this machine, each with its minor version.
fn pythons() -> Vec<(u32, PathBuf)> {
    let root = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root = root.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".pyenv")));
    let versions = root.and_then(|root| std::fs::read_dir(root.join("versions")).ok()).into_iter().flatten();
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
        skip(&format!("there is no Python 3.{minor} of pyenv"));
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
    condition::health(&condition::of(&environment.root.to_path(&top), &environment, &checkouts))
}

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
fn a_moved_environment_is_one_that_is_somewhere_else() {
    let Some((_, python)) = pythons().into_iter().next_back() else { return skip("there is no pyenv") };
    let Some((_, old)) = pythons().into_iter().next() else { return };
    let sandbox = Sandbox::repository();
    let mv = |from: &str, to: &str| sandbox.at("").run("mv", &[from, to]).ended(0);
    venv(&sandbox, &python, "new");
    venv(&sandbox, &old, "old");
    assert_eq!(found(&sandbox), [""; 0]);
    mv("repo/new", "repo/renamed");
    mv("repo/old", "repo/\u{1b}[31mred");
    assert_eq!(found(&sandbox), ["warning PYE303 \u{1b}[31mred", "warning PYE303 renamed"]);
    let text = sandbox.pyenv(&["check", "--output", "text"]).ended(1).out();
    assert!(text.contains("git pyenv create --force --env renamed"), "{text}");
    assert!(!text.contains('\u{1b}'), "{text:?}");
    mv("repo/renamed", "repo/new");
    mv("repo/\u{1b}[31mred", "repo/old");
    assert_eq!(found(&sandbox), [""; 0]);
    mv("repo", "elsewhere");
    let moved = about(&sandbox.at("elsewhere").json(&["check"]));
    assert_eq!(moved, ["warning PYE303 new", "warning PYE303 old"]);
    std::os::unix::fs::symlink("elsewhere", sandbox.path("repo")).expect("a link");
    let reached = |place: &str| about(&sandbox.at(place).json(&["check"]));
    assert_eq!((reached("elsewhere"), reached("repo")), (Vec::new(), Vec::new()), "reached through a link");
}

#[test]
fn what_was_made_to_be_moved_may_be_moved() {
    let (Some(uv), Some(python)) = (tool("uv"), tool("python3")) else { return };
    let python = python.to_str().expect("a plain path").to_owned();
    let sandbox = Sandbox::repository();
    for (name, option) in [("stays", "--quiet"), ("travels", "--relocatable")] {
        if !run(&sandbox.at("repo"), &uv, &["venv", "--quiet", option, "--python", &python, name]) {
            return;
        }
        sandbox.at("repo").run("mv", &[name, &format!("{name}-moved")]).ended(0);
    }
    assert_eq!(found(&sandbox), ["warning PYE303 stays-moved"]);
}

#[test]
fn scripts_alone_tell_that_it_was_moved() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    venv(&sandbox, &python, "env");
    let here = sandbox.path("repo/env/bin/python").to_str().expect("a plain path").to_owned();
    let script = |name: &str, program: &str| {
        sandbox.write_program(format!("env/bin/{name}"), format!("#!{program}\n"))
    };
    for program in ["/usr/bin/env python", "/bin/sh", "/usr/bin/python2.7", here.as_str()] {
        script("a-script", program);
        assert_eq!(found(&sandbox), [""; 0], "{program}");
    }
    let other = b"not UTF-8 \xff/bin/python";
    sandbox.write_program(other, "");
    let top = sandbox.path("repo/");
    let head = [b"#!/bin/sh\n'''exec' '", top.as_os_str().as_encoded_bytes(), other, b"'\n"];
    sandbox.write_program("env/bin/a-script", head.concat());
    assert_eq!(found(&sandbox), [""; 0], "another installation");
    script("a-script", "/gone/env/bin/python");
    assert_eq!(found(&sandbox), ["warning PYE303 env"]);
    script("b-script", &here);
    assert_eq!(found(&sandbox), [""; 0], "one is right");
}

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
    assert!(text.contains("base/bin/python3.12, which is not there"), "{answer:#}");
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
    assert!(answer.to_string().contains("is a text file that holds the path /usr/bin/python3"), "{answer:#}");
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
        "`env` was made for Python 3.11 and runs Python 3.12"
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
    assert!(said.contains("has Python 3.12.1, and `.python-version:1` asks for `3.13t`"), "{said}");
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
fn an_interrupted_creation_is_unfinished() {
    use std::os::unix::process::CommandExt;
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    let mut command = sandbox.command(&python, "repo");
    let mut child = command.args(["-m", "venv", "env"]).process_group(0).spawn().expect("a process");
    // The interpreter is linked first; then pip is installed, which takes long; activation scripts come last.
    while !sandbox.path("repo/env/bin/python3.12").exists() {
        assert!(child.try_wait().expect("a state").is_none(), "it ends early");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    sandbox.at("").run("kill", &["-KILL", "--", &format!("-{}", child.id())]).ended(0);
    child.wait().expect("an end");
    assert!(!sandbox.path("repo/env/bin/activate").exists());
    assert_eq!(found(&sandbox), ["warning PYE307 env"]);
    assert_eq!(health(&sandbox).status, HealthStatus::Broken);
}

/// Debian's Python without `python3-venv` fails where pip would be installed.
#[test]
fn a_creation_without_ensurepip_is_unfinished() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    let without = "import venv\n\
        class Builder(venv.EnvBuilder):\n\
        \x20   def _setup_pip(self, context): raise SystemExit('ensurepip is not available')\n\
        Builder(with_pip=True, symlinks=True).create('env')\n";
    sandbox.at("repo").run(&python, &["-c", without]).ended(1);
    assert_eq!(found(&sandbox), ["warning PYE307 env"]);
}

#[test]
fn what_a_kill_or_a_deletion_leaves_is_unfinished() {
    let Some(python) = python(12) else { return };
    let cases: [(&[&str], &str); 6] = [
        (&["bin", "lib", "lib64", "include"], "has no interpreter"),
        (&["bin/python", "bin/python3", "bin/python3.12"], "has no interpreter"),
        (
            &["bin/activate", "bin/activate.csh", "bin/activate.fish", "bin/Activate.ps1"],
            "has no activation script",
        ),
        (&["lib", "lib64"], "has no directory for packages"),
        (&["pyvenv.cfg"], "has no pyvenv.cfg"),
        (&[], ""),
    ];
    for (removed, said) in cases {
        let sandbox = Sandbox::repository();
        venv(&sandbox, &python, "env");
        removed.iter().for_each(|path| sandbox.remove(&format!("env/{path}")));
        let answer = sandbox.json(&["check"]);
        let expected: &[&str] = if said.is_empty() { &[] } else { &["warning PYE307 env"] };
        assert_eq!(about(&answer), expected, "{removed:?}");
        assert!(answer.to_string().contains(said), "{removed:?}: {answer:#}");
    }
    let sandbox = Sandbox::repository();
    venv(&sandbox, &python, "env");
    let packages = "env/lib/python3.12/site-packages";
    sandbox.write(format!("{packages}/pip/__init__.py"), "");
    assert_eq!(found(&sandbox), ["warning PYE307 env"]);
    sandbox.write(format!("{packages}/pip-24.2.dist-info/METADATA"), "Name: pip\n");
    assert_eq!(found(&sandbox), [""; 0]);
    sandbox.make_directory("repo/.git-pyenv-x1y2");
    sandbox.at("repo").run("mv", &["env", ".git-pyenv-x1y2/new"]).ended(0);
    assert_eq!(found(&sandbox), ["warning PYE307 .git-pyenv-x1y2/new"]);
}

#[test]
fn what_git_has_of_an_environment_is_not_called_unfinished_too() {
    let sandbox = Sandbox::repository();
    env::venv(12).under("env").only(&["env/pyvenv.cfg"]).write(&sandbox);
    sandbox.git(&["add", "--force", "env"]);
    let answer = sandbox.json(&["check"]);
    assert_eq!(answer["findings"][0]["code"], "PYE102");
    assert_eq!(about(&answer), [""; 0]);
}

/// A project whose build backend lies in it, so that installing it needs no network.
fn project(name: &str) -> Fixture {
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

#[test]
fn a_project_with_requirements_needs_an_environment() {
    let declares = |files: &[(&str, &str)]| {
        let sandbox = Sandbox::repository();
        files.iter().for_each(|(path, text)| sandbox.write(path, text));
        let found = found(&sandbox);
        let status = sandbox.pyenv(&["check", "--require-env"]).status;
        assert_eq!(status, Some(i32::from(!found.is_empty())), "{files:?}");
        sandbox.pyenv(&["check"]).ended(0);
        found
    };
    assert_eq!(declares(&[]), [""; 0]);
    assert_eq!(declares(&[("pyproject.toml", "[tool.ruff]\nline-length = 100\n")]), [""; 0]);
    assert_eq!(declares(&[("requirements.txt", "# none\n\n")]), [""; 0]);
    assert_eq!(declares(&[("requirements.txt", "\u{feff}# none\r\n")]), [""; 0]);
    assert_eq!(declares(&[("pylock.toml", "lock-version = '1.0'\n")]), ["info PYE301 pylock.toml"]);
    assert_eq!(declares(&[("requirements.txt", "six\n")]), ["info PYE301 requirements.txt"]);
    let dependencies = ("pyproject.toml", "[project]\nname = 'x'\ndependencies = ['six']\n");
    assert_eq!(declares(&[dependencies, ("uv.lock", "")]), ["info PYE301 pyproject.toml"]);
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
