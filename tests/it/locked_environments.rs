//! Environments that real tools fill: right after that they are in step, and when they differ we say so where the tool does.
#![cfg(unix)]

use std::path::PathBuf;

use serde_json::Value;

use crate::support::installs::Installs;
use crate::support::pythons::a_python;
use crate::support::sandbox::{Finished, Place, tool};
use crate::support::wheels::Wheel;

/// How an environment is changed, as what pip is told to do; nothing is what it was installed as.
const CHANGES: &[(&str, &[&str])] = &[
    ("as it was installed", &[]),
    ("one is missing", &["uninstall", "--quiet", "--yes", "beta"]),
    ("another version", &["install", "--quiet", "--no-deps", "alpha==2.0"]),
    ("one too many", &["install", "--quiet", "--no-deps", "other"]),
];

/// A repository with a project of a tool and its environment `.venv`.
struct Filled {
    installs: Installs,
    program: PathBuf,
}

impl Filled {
    /// A project without an environment; `None`, said aloud, without the tool.
    fn new(name: &str, manifest: &str) -> Option<Self> {
        let program = tool(name)?;
        let mut installs = Installs::without_environment(a_python()?);
        installs.sandbox.remove("requirements.txt");
        installs.sandbox.write(".gitignore", ".venv\n.pdm-python\n");
        for name in ["delta", "other"] {
            Wheel::new(name, "1.0").write(&installs.sandbox);
        }
        let python = installs.python.to_string_lossy().into_owned();
        for (name, value) in [
            ("UV_PYTHON", &*python),
            ("PDM_CHECK_UPDATE", "0"),
            ("PIPENV_PYTHON", &*python),
            ("PIPENV_VENV_IN_PROJECT", "1"),
            ("PIPENV_NOSPIN", "1"),
            ("POETRY_VIRTUALENVS_IN_PROJECT", "true"),
            // Installing in parallel, it sometimes does not record where a package came from.
            ("POETRY_INSTALLER_PARALLEL", "false"),
            ("VIRTUALENV_NO_PERIODIC_UPDATE", "1"),
        ] {
            installs.set(name, value);
        }
        let text = manifest.replace("WHEELS", &installs.sandbox.path("wheels").display().to_string());
        let file = if name == "pipenv" { "Pipfile" } else { "pyproject.toml" };
        installs.sandbox.write(file, text);
        Some(Self { installs, program })
    }

    fn place(&self) -> Place<'_> {
        self.installs.place()
    }

    /// Runs the tool, which has to work.
    #[track_caller]
    fn run(&self, arguments: &[&str]) {
        self.place().run(&self.program, arguments).ended(0);
    }

    /// Changes the environment with the pip of the base.
    #[track_caller]
    fn change(&self, arguments: &[&str]) {
        let pip = ["-m", "pip", "--disable-pip-version-check", "--python", ".venv"];
        self.place().run(&self.installs.python, &[&pip, arguments].concat()).ended(0);
    }

    /// Our answer about the environment, which decides about the exit status of `check` too.
    #[track_caller]
    fn ours(&self) -> String {
        let answer = self.place().json(&["check"]);
        crate::support::schema::assert_fits(&answer);
        let [environment] = answer["environments"].as_array().expect("environments").as_slice() else {
            panic!("not one environment: {answer:#}");
        };
        let status = environment["sync"]["status"].as_str().expect("a status").to_owned();
        let expected = if status == "in-step" { 0 } else { 1 };
        assert_eq!(
            (&answer["exit_code"], &answer["skipped"]),
            (&Value::from(expected), &Value::from(Vec::<Value>::new())),
            "{answer:#}"
        );
        status
    }

    /// Compares with the tool after each change; `sync` undoes it.
    fn compare(&self, changes: &[(&str, &[&str])], sync: &[&str], would_change: impl Fn(&Place<'_>) -> bool) {
        for (what, change) in changes {
            if !change.is_empty() {
                self.change(change);
            }
            let expected = if change.is_empty() { "in-step" } else { "out-of-step" };
            assert_eq!(self.ours(), expected, "{what}");
            assert_eq!(would_change(&self.place()), !change.is_empty(), "the tool: {what}");
            if !change.is_empty() {
                self.run(sync);
                assert_eq!(self.ours(), "in-step", "after {what}");
            }
        }
    }
}

/// What a tool said that has to work.
#[track_caller]
fn output(finished: Finished) -> String {
    let finished = finished.ended(0);
    finished.out() + &finished.err()
}

/// A manifest whose packages are wheels of the disk, as poetry and pdm want them without an index.
const OF_WHEELS: &str = r#"[project]
name = "p"
version = "1"
requires-python = ">=3.10"
dependencies = [
    "alpha @ file://WHEELS/alpha-1.0-py3-none-any.whl",
    "beta @ file://WHEELS/beta-1.0-py3-none-any.whl",
    "delta @ file://WHEELS/delta-1.0-py3-none-any.whl ; sys_platform == 'win32'",
]
[dependency-groups]
dev = ["gamma @ file://WHEELS/gamma-1.0-py3-none-any.whl"]
[tool.poetry]
package-mode = false
[tool.pdm]
distribution = false
"#;

/// Installs what is locked for another system.
const EXCLUDED: (&str, &[&str]) = ("what a marker excludes", &["install", "--quiet", "--no-deps", "delta"]);

#[test]
fn uv_agrees() {
    let manifest = "[project]\nname = 'p'\nversion = '1'\nrequires-python = '>=3.10'\n\
                    dependencies = ['alpha<2', \"delta ; sys_platform == 'win32'\"]\n[dependency-groups]\ndev = ['gamma']\n";
    let Some(project) = Filled::new("uv", manifest) else { return };
    project.run(&["sync"]);
    let would_change = |place: &Place<'_>| {
        let checked = place.run(&project.program, &["sync", "--check"]);
        match (checked.status, checked.err().contains("The environment is outdated")) {
            (Some(0), false) => false,
            (Some(1), true) => true,
            _ => panic!("{}", checked.said()),
        }
    };
    project.compare(&[CHANGES, &[EXCLUDED]].concat(), &["sync"], would_change);
}

#[test]
fn poetry_agrees() {
    let Some(project) = Filled::new("poetry", OF_WHEELS) else { return };
    let python = project.installs.python.to_string_lossy().into_owned();
    project.run(&["env", "use", "--no-interaction", &python]);
    project.run(&["lock", "--no-interaction"]);
    project.run(&["sync", "--no-interaction"]);
    let would_change = |place: &Place<'_>| {
        let said = output(place.run(&project.program, &["sync", "--no-interaction", "--dry-run"]));
        assert!(said.contains("Package operations: "), "{said}");
        !said.contains("Package operations: 0 installs, 0 updates, 0 removals")
    };
    project.compare(&[CHANGES, &[EXCLUDED]].concat(), &["sync", "--no-interaction"], would_change);
}

#[test]
fn pdm_agrees() {
    let Some(project) = Filled::new("pdm", OF_WHEELS) else { return };
    project.place().run(&project.installs.python, &["-m", "venv", ".venv"]).ended(0);
    project.run(&["use", "--first", ".venv/bin/python"]);
    project.run(&["lock"]);
    project.run(&["sync", "--only-keep"]);
    let would_change = |place: &Place<'_>| {
        let said = output(place.run(&project.program, &["sync", "--only-keep", "--dry-run"]));
        match (said.contains("All packages are synced to date"), said.contains("Packages to ")) {
            (true, false) => false,
            (false, true) => true,
            _ => panic!("{said}"),
        }
    };
    project.compare(&[CHANGES, &[EXCLUDED]].concat(), &["sync", "--only-keep"], would_change);
}

#[test]
fn pipenv_agrees() {
    let manifest = "[[source]]\nname = 'local'\nurl = 'file://WHEELS/../simple'\nverify_ssl = false\n\
                    [packages]\nalpha = '<2'\ndelta = { version = '*', markers = \"sys_platform == 'win32'\" }\n\
                    [dev-packages]\ngamma = '*'\n";
    let Some(project) = Filled::new("pipenv", manifest) else { return };
    for (name, versions) in
        [("alpha", &["1.0", "2.0"][..]), ("beta", &["1.0"]), ("delta", &["1.0"]), ("gamma", &["1.0"])]
    {
        let file = |version: &&str| format!("{name}-{version}-py3-none-any.whl");
        let links =
            versions.iter().map(file).map(|file| format!("<a href=\"../../wheels/{file}\">{file}</a>\n"));
        project.installs.sandbox.write(format!("../simple/{name}/index.html"), links.collect::<String>());
    }
    project.run(&["lock"]);
    project.run(&["sync", "--dev"]);
    // It can only say what is too much; of the rest that it installs something.
    let would_change = |place: &Place<'_>| {
        let cleaned = place.run(&project.program, &["clean", "--dry-run"]);
        let listed = cleaned.out();
        let missing = ["alpha==1.0", "beta==1.0", "gamma==1.0"];
        let frozen = output(place.run(&project.program, &["run", "pip", "freeze", "--local"]));
        listed.lines().any(|line| ["delta", "other"].contains(&line.trim()))
            || missing.iter().any(|pin| !frozen.contains(pin))
    };
    let changes: Vec<_> = CHANGES.iter().filter(|(what, _)| *what != "one too many").copied().collect();
    project.compare(&changes, &["sync", "--dev"], would_change);
    let too_many: Vec<_> = CHANGES.iter().filter(|(what, _)| *what == "one too many").copied().collect();
    project.compare(&too_many, &["clean"], would_change);
    // What the lock names for another system it neither installs nor removes.
    project.change(EXCLUDED.1);
    assert!(!would_change(&project.place()));
    assert_eq!(project.ours(), "in-step");
}

/// Requirements in every form that pip and uv install.
const FORMS: &str = "-c constraints.txt\nalpha\n../wheels/gamma-1.0-py3-none-any.whl\n\
    other @ file://WHEELS/other-1.0-py3-none-any.whl\ndelta ; python_version < '3'\n-r more.txt\n-e ./editable[more]\n";

#[test]
fn all_is_in_step_right_after_pip_and_uv() {
    for backend in ["pip", "uv"] {
        let Some(installs) = Installs::with_backend(backend) else { continue };
        Wheel::new("other", "1.0").write(&installs.sandbox);
        Wheel::new("epsilon", "1!2.0+local.1").write(&installs.sandbox);
        let wheels = installs.sandbox.path("wheels").display().to_string();
        installs.sandbox.write("requirements.txt", FORMS.replace("WHEELS", &wheels));
        installs.sandbox.write("constraints.txt", "alpha<2\nunused<1\n");
        installs.sandbox.write("more.txt", "epsilon>=1!1\n");
        installs.write_project("editable");
        let python = installs.sandbox.path("repo/venv/bin/python");
        let line = ["install", "--quiet", "-r", "requirements.txt"];
        match backend {
            "pip" => installs.place().run(python, &[&["-m", "pip"], &line[..]].concat()),
            _ => {
                let python = python.to_string_lossy().into_owned();
                let uv = installs.sandbox.path("programs/uv");
                installs.place().run(uv, &[&["pip"], &line[..], &["--python", &python]].concat())
            }
        }
        .ended(0);
        for check in [&["check"][..], &["check", "--deep"]] {
            let answer = installs.place().json(check);
            let status = &answer["environments"][0]["sync"]["status"];
            assert_eq!(
                (&answer["exit_code"], status),
                (&Value::from(0), &Value::from("in-step")),
                "{backend}: {answer:#}"
            );
        }
        let answer = installs.install(&[], 0);
        assert_eq!(answer["install"]["commands"], Value::from(Vec::<Value>::new()), "{backend}: {answer:#}");
    }
}
