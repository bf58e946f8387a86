//! A repository with a project of uv, one of poetry and one of requirements alone, from its top and from inside each:
//! checked, filled with the real tools, and listed.
#![cfg(unix)]

use serde_json::Value;

use crate::support::installs::{Installs, changes};
use crate::support::pythons::a_python;
use crate::support::repository::Sandbox;
use crate::support::sandbox::Place;
use crate::support::wheels::Wheel;

/// The directories that commands are run in.
const DIRECTORIES: [&str; 5] = ["repo", "repo/uv", "repo/poetry", "repo/plain", "repo/plain/src"];

/// The environments, in the order of output.
const ENVIRONMENTS: [&str; 3] = ["plain/venv", "poetry/.venv", "uv/.venv"];

const OF_UV: &str = "[project]\nname = \"one\"\nversion = \"1\"\nrequires-python = \">=3.10\"\n\
    dependencies = [\"alpha<2\"]\n[dependency-groups]\ndev = [\"gamma\"]\n";

/// A manifest of poetry, without an index.
fn of_poetry(sandbox: &Sandbox) -> String {
    let wheel = |name: &str| sandbox.path(&format!("wheels/{name}-py3-none-any.whl")).display().to_string();
    format!(
        "[project]\nname = \"two\"\nversion = \"1\"\nrequires-python = \">=3.10\"\n\
         dependencies = [\"alpha @ file://{}\", \"beta @ file://{}\"]\n[tool.poetry]\npackage-mode = false\n",
        wheel("alpha-2.0"),
        wheel("beta-1.0")
    )
}

/// The three projects, locked by their tools and committed; `None`, said aloud, without one of these.
fn three_projects() -> Option<Installs> {
    let mut installs = Installs::without_environment(a_python()?);
    if !(installs.with_program("uv") && installs.with_program("poetry")) {
        return None;
    }
    // Installing in parallel, it sometimes does not record where a package came from.
    installs.set("POETRY_INSTALLER_PARALLEL", "false");
    let python = installs.python.to_string_lossy().into_owned();
    installs.set("UV_PYTHON", &*python);
    let sandbox = &installs.sandbox;
    sandbox.remove("requirements.txt");
    sandbox.write(".gitignore", "");
    sandbox.write("uv/pyproject.toml", OF_UV);
    sandbox.write("poetry/pyproject.toml", of_poetry(sandbox));
    sandbox.write("plain/requirements.txt", "alpha==2.0\n-r more.txt\n");
    sandbox.write("plain/more.txt", "gamma\n");
    sandbox.write("plain/src/a.py", "");
    let programs = sandbox.path("programs");
    let uv = installs.place().elsewhere("repo/uv");
    uv.run(programs.join("uv"), &["lock"]).ended(0);
    let poetry = installs.place().elsewhere("repo/poetry").with("POETRY_VIRTUALENVS_CREATE", "false");
    poetry.run(programs.join("poetry"), &["lock", "--no-interaction"]).ended(0);
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "projects"]);
    Some(installs)
}

/// The text of a command without how long it took.
fn said(place: &Place<'_>, arguments: &[&str], status: i32) -> String {
    let text = place.pyenv(&[arguments, &["--output", "text"]].concat()).ended(status).out();
    let Some((before, rest)) = text
        .rsplit_once(" in ")
        .filter(|(before, _)| before.contains("\nchecked ") || before.starts_with("checked "))
    else {
        return text;
    };
    let after = rest.split_once(" ms").map_or(rest, |(_, after)| after);
    format!("{before}{after}")
}

/// The path, whether it is chosen, and the status of each listed environment.
fn listed(place: &Place<'_>) -> Vec<String> {
    let answer = place.json(&["list", "--no-size"]);
    crate::support::schema::assert_fits(&answer);
    let environments = answer["environments"].as_array().expect("environments");
    let row = |it: &Value| {
        let [path, status] = [&it["path"], &it["sync"]["status"]].map(|text| text.as_str().unwrap_or("-"));
        format!("{path} {} {status}", it["chosen"])
    };
    environments.iter().map(row).collect()
}

/// Makes the environment of each project and fills it, each with another program.
fn fill(installs: &Installs) {
    let python = installs.python.to_string_lossy().into_owned();
    let expected: [(&str, &str, &[&str], &[&str]); 3] = [
        ("repo/uv", "uv", &[], &["added alpha - 1.0", "added beta - 1.0", "added gamma - 1.0"]),
        ("repo/poetry", "poetry", &[], &["added alpha - 2.0", "added beta - 1.0"]),
        (
            "repo/plain/src",
            "pip",
            &["--backend", "pip"],
            &["added alpha - 2.0", "added beta - 1.0", "added gamma - 1.0"],
        ),
    ];
    for (directory, backend, options, expected) in expected {
        let place = installs.place().elsewhere(directory);
        let without = place.pyenv(&["install", "--output", "text"]).ended(2).err();
        assert!(without.ends_with("hint: create it with `git pyenv create`\n"), "{without}");
        place.pyenv(&["create", "--python", &python]).ended(0);
        let answer = place.json(&[&["install"], options].concat());
        assert_eq!(
            (answer["exit_code"].as_i64(), answer["install"]["backend"].as_str()),
            (Some(0), Some(backend))
        );
        let version = |change: String| change.split(" (").next().unwrap_or_default().to_owned();
        let changed: Vec<String> = changes(&answer).into_iter().map(version).collect();
        assert_eq!(changed, expected, "{directory}");
    }
}

#[test]
fn three_projects_are_checked_filled_and_listed_from_everywhere() {
    let Some(installs) = three_projects() else { return };
    let at = |directory: &str| installs.place().elsewhere(directory);
    let missing = "\
info[PYE301]: no environment at `../plain/venv`, but `../plain/requirements.txt` lists requirements
  fix: git pyenv create --env ../plain/venv      (creates the environment)
info[PYE301]: no environment at `.venv`, but `pyproject.toml` declares `project.dependencies`
  fix: git pyenv create      (creates the environment)
info[PYE301]: no environment at `../uv/.venv`, but `../uv/pyproject.toml` declares `project.dependencies`
  fix: git pyenv create --env ../uv/.venv      (creates the environment)

checked 8 tracked paths, 0 environments, 4 manifests: 3 infos
";
    assert_eq!(said(&at("repo/poetry"), &["check"], 0), missing);
    let at_top = "error: no environment at `venv`\n  cause: `venv` is the default\n  \
                  cause: there is no manifest here; the projects are in `plain`, `poetry`, `uv`\n  \
                  hint: create it with `git pyenv create`\n";
    assert_eq!(at("repo").pyenv(&["install", "--output", "text"]).ended(2).err(), at_top);
    fill(&installs);
    let in_step = ENVIRONMENTS.map(|path| format!("{path} true in-step"));
    for directory in DIRECTORIES {
        let clean = "checked 8 tracked paths, 3 environments, 6 manifests: clean\n";
        assert_eq!(said(&at(directory), &["check"], 0), clean, "{directory}");
        assert_eq!(listed(&at(directory)), in_step, "{directory}");
    }
    for (directory, files) in [
        ("repo/uv", "`.venv` is in step with `uv.lock` and `pyproject.toml`"),
        ("repo/poetry", "`.venv` is in step with `poetry.lock` and `pyproject.toml`"),
        ("repo/plain", "`venv` is in step with `requirements.txt` and `more.txt`"),
    ] {
        assert_eq!(said(&at(directory), &["install"], 0), format!("up to date: {files}\n"));
    }
    let git = installs.sandbox.git(&["status", "--short"]);
    assert!(git.is_empty(), "{git}");
}

#[test]
fn what_is_out_of_step_is_brought_in_step_from_anywhere() {
    let Some(installs) = three_projects() else { return };
    fill(&installs);
    let at = |directory: &str| installs.place().elsewhere(directory);
    for environment in ENVIRONMENTS {
        let python = installs.sandbox.path("repo").join(environment).join("bin/python");
        at("repo").run(python, &["-m", "pip", "uninstall", "--quiet", "--yes", "beta"]).ended(0);
    }
    let expected = "\
error[PYE405]: `../plain/venv`: alpha 2.0 requires `beta>=1`, but beta is not installed (../plain/requirements.txt:1)
  evidence: ../plain/requirements.txt: line 1: alpha==2.0, and 1 more
  fix: git pyenv install --env ../plain/venv      (installs what the project asks for)
error[PYE401]: `beta 1.0` (../poetry/poetry.lock:LINE) is not installed in `../poetry/.venv`
  fix: git pyenv install --env ../poetry/.venv      (installs what the project asks for)
error[PYE401]: `beta 1.0` (uv.lock:LINE) is not installed in `.venv`
  fix: git pyenv install --env .venv      (installs what the project asks for)

see all of it with: git pyenv check -v
checked 8 tracked paths, 3 environments, 6 manifests: 3 errors
";
    // Which line of a lock it is depends on the version of the tool that wrote it.
    let without_line = |text: String| {
        let mut parts = text.split(".lock:");
        let first = parts.next().unwrap_or_default().to_owned();
        let rest =
            parts.map(|part| format!(".lock:LINE{}", part.trim_start_matches(|c: char| c.is_ascii_digit())));
        first + &rest.collect::<String>()
    };
    assert_eq!(without_line(said(&at("repo/uv"), &["check"], 1)), expected);
    let one = said(&at("repo"), &["check", "poetry"], 1);
    assert!(one.ends_with("3 environments, 4 manifests: 1 error\n") && one.contains("poetry.lock"), "{one}");
    for (directory, path) in
        [("repo", "poetry/.venv"), ("repo/plain/src", "../../uv/.venv"), ("repo/uv", "../plain/venv")]
    {
        at(directory).pyenv(&["install", "--env", path]).ended(0);
    }
    at("repo").pyenv(&["check"]).ended(0);
}

#[test]
fn with_a_stale_lock_nothing_is_up_to_date() {
    let Some(installs) = three_projects() else { return };
    fill(&installs);
    let sandbox = &installs.sandbox;
    Wheel::new("delta", "1.0").write(sandbox);
    sandbox.write("uv/pyproject.toml", OF_UV.replace("\"alpha<2\"", "\"alpha<2\", \"delta\""));
    let manifest = of_poetry(sandbox);
    sandbox.write("poetry/pyproject.toml", manifest.replace("[\"alpha", "[\"gamma\", \"alpha"));
    let top = installs.place();
    let answer = top.json(&["check"]);
    let codes: Vec<&str> = answer["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter_map(|it| it["code"].as_str())
        .collect();
    assert_eq!(codes, ["PYE501", "PYE501"], "{answer:#}");
    assert_eq!(
        listed(&top),
        ["plain/venv true in-step", "poetry/.venv true unknown", "uv/.venv true unknown"]
    );
    let undecided = &answer["environments"][2]["sync"]["undecided"][0];
    let reason =
        "uv/uv.lock: it does not match `uv/pyproject.toml`: `delta` was not there when it was locked";
    assert_eq!(undecided, reason, "{answer:#}");
    for (directory, advice) in [("repo/uv", "uv lock"), ("repo/poetry", "poetry lock")] {
        let refused = installs.place().elsewhere(directory).pyenv(&["install", "--output", "text"]).ended(2);
        assert!(refused.err().contains(advice), "{}", refused.said());
    }
    let planned = said(&installs.place().elsewhere("repo/uv"), &["install", "--dry-run"], 0);
    assert!(planned.contains(&reason.replace("uv/", "")) && !planned.contains("up to date"), "{planned}");
}
