//! Whether an environment is in step, as `check` and `list` say it.
#![cfg(unix)]

use serde_json::{Value, json};

use crate::support::health::{python, venv};
use crate::support::repository::Sandbox;

/// A repository with an environment, `venv`, made for real; `None` without a Python, said aloud.
pub(crate) fn with_environment() -> Option<Sandbox> {
    let python = python(12)?;
    let sandbox = Sandbox::repository();
    venv(&sandbox, &python, "venv");
    sandbox.write("venv/.gitignore", "*\n");
    Some(sandbox)
}

/// Installs a package by what installers record of it.
pub(crate) fn install(sandbox: &Sandbox, name: &str, version: &str, requires: &[&str]) {
    let information = format!("venv/lib/python3.12/site-packages/{name}-{version}.dist-info");
    let requires: String = requires.iter().map(|text| format!("Requires-Dist: {text}\n")).collect();
    let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}\n");
    sandbox.write(format!("{information}/METADATA"), &metadata);
    sandbox.write(format!("{information}/INSTALLER"), "pip\n");
    let record = format!("{name}-{version}.dist-info");
    let rows = format!("{record}/METADATA,,\n{record}/INSTALLER,,\n{record}/RECORD,,\n");
    sandbox.write(format!("{information}/RECORD"), &rows);
}

/// `CODE PATH:LINE` of the findings about requirements.
fn about(answer: &Value) -> Vec<String> {
    let findings = answer["findings"].as_array().expect("findings").iter();
    let found =
        findings.filter(|finding| finding["code"].as_str().is_some_and(|code| code.starts_with("PYE4")));
    let shown = found.map(|finding| {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        format!("{} {}:{}", text("code"), text("path"), finding["line"])
    });
    shown.collect()
}

/// The `sync` of the only environment.
fn sync(answer: &Value) -> Value {
    crate::support::schema::assert_fits(answer);
    let environments = answer["environments"].as_array().expect("environments");
    assert_eq!(environments.len(), 1, "{answer:#}");
    environments[0]["sync"].clone()
}

#[test]
fn what_is_missing_is_found_until_it_is_there() {
    let Some(sandbox) = with_environment() else { return };
    sandbox.write("requirements.txt", "six>=1\nidna  # names\n-r more.txt\n");
    sandbox.write("more.txt", "six<1.10\n");
    install(&sandbox, "six", "1.16.0", &[]);
    let answer = sandbox.json(&["check"]);
    assert_eq!(answer["exit_code"], 1);
    assert_eq!(about(&answer), ["PYE402 more.txt:1", "PYE401 requirements.txt:2"]);
    let files = json!(["requirements.txt", "more.txt"]);
    assert_eq!(sync(&answer), json!({"status": "out-of-step", "files": files, "undecided": [], "notes": []}));
    assert_eq!(answer["inspected"]["manifests"], 2);
    let said = sandbox.pyenv(&["check", "--output", "text"]).ended(1).out();
    assert!(said.contains("`idna` (requirements.txt:2) is not installed in `venv`"), "{said}");
    assert!(said.contains("`venv` has six 1.16.0, not `six<1.10` (more.txt:1) and `six>=1`"), "{said}");
    assert_eq!(said.matches("fix: git pyenv install --env venv").count(), 1, "{said}");
    let listed = sandbox.json(&["list"]);
    assert_eq!(sync(&listed)["status"], "out-of-step");
    assert!(sandbox.pyenv(&["list", "--output", "text"]).ended(0).out().contains("out of step"));
    sandbox.write("more.txt", "six<2\n");
    install(&sandbox, "idna", "3.7", &[]);
    assert_eq!(
        sync(&sandbox.json(&["check"])),
        json!({"status": "in-step", "files": files, "undecided": [], "notes": []})
    );
    sandbox.pyenv(&["check"]).ended(0);
    assert!(sandbox.pyenv(&["list", "--output", "text"]).ended(0).out().contains("in step"));
}

#[test]
fn what_cannot_be_decided_is_never_clean() {
    let Some(sandbox) = with_environment() else { return };
    sandbox.write("requirements.txt", "idna ; platform_release > '5'\n");
    let answer = sandbox.json(&["check"]);
    assert_eq!((answer["status"].as_str(), answer["exit_code"].as_i64()), (Some("undecided"), Some(3)));
    assert_eq!(sync(&answer)["status"], "unknown");
    let said = sync(&answer)["undecided"][0].as_str().expect("a reason").to_owned();
    assert!(
        said.starts_with("requirements.txt:1: whether `idna ; platform_release > '5'` applies"),
        "{said}"
    );
    assert_eq!(sync(&sandbox.json(&["list"]))["status"], "unknown");
    sandbox.write("requirements.txt", "six=1\n");
    let answer = sandbox.json(&["check"]);
    assert_eq!(
        (about(&answer), answer["exit_code"].as_i64()),
        (vec!["PYE406 requirements.txt:1".to_owned()], Some(1))
    );
    assert_eq!(sync(&answer)["status"], "unknown");
}

#[test]
fn what_packages_require_counts_where_it_is_needed() {
    let Some(sandbox) = with_environment() else { return };
    install(&sandbox, "app", "1.0", &["six>=1", "tk ; os_name == 'nt'"]);
    sandbox.write("requirements.txt", "app\n");
    let answer = sandbox.json(&["check"]);
    assert_eq!(about(&answer), ["PYE405 requirements.txt:1"]);
    assert_eq!(answer["findings"][0]["severity"], "error");
    sandbox.write("requirements.txt", "# nothing\n");
    let answer = sandbox.json(&["check"]);
    assert_eq!(about(&answer), ["PYE405 venv/lib/python3.12/site-packages/app-1.0.dist-info:null"]);
    assert_eq!(answer["findings"][0]["severity"], "warning");
    assert_eq!(sync(&answer)["status"], "in-step");
}

#[test]
fn what_is_out_of_step_is_never_without_a_finding() {
    let Some(sandbox) = with_environment() else { return };
    sandbox.write("requirements.txt", "six\n");
    install(&sandbox, "six", "1.16.0", &[]);
    let metadata = "venv/lib/python3.12/site-packages/six-1.16.0.dist-info/METADATA";
    for damage in [
        "Metadata-Version: 2.1\nName: xix\nVersion: 1.16.0\n\n",
        "Metadata-Version: 2.1\nVersion: 1.16.0\n\n",
        "Metadata-Version: 2.1\nName: six\nVersion: 1.0\n\n",
    ] {
        sandbox.write(metadata, damage);
        let answer = sandbox.json(&["check"]);
        let findings = answer["findings"].as_array().expect("findings");
        let codes: Vec<&str> = findings.iter().filter_map(|finding| finding["code"].as_str()).collect();
        assert_eq!((codes, answer["exit_code"].as_i64()), (vec!["PYE305"], Some(1)), "{damage}");
        assert_eq!(sync(&answer)["status"], "out-of-step");
    }
}

#[test]
fn an_editable_install_follows_its_manifest() {
    let Some(sandbox) = with_environment() else { return };
    sandbox.write("requirements.txt", "-e .\n");
    let manifest = "[project]\nname = 'demo'\nversion = '1.0'\n";
    sandbox.write("pyproject.toml", manifest);
    install(&sandbox, "demo", "1.0", &[]);
    let url = format!("file://{}", sandbox.path("repo").display());
    let record = "venv/lib/python3.12/site-packages/demo-1.0.dist-info/direct_url.json";
    sandbox.write(record, json!({"url": url, "dir_info": {"editable": true}}).to_string());
    assert_eq!(sync(&sandbox.json(&["check"]))["status"], "in-step");
    sandbox.write("pyproject.toml", manifest.replace("1.0", "1.1"));
    assert_eq!(about(&sandbox.json(&["check"])), ["PYE402 requirements.txt:1"]);
    sandbox.write("pyproject.toml", format!("{manifest}dependencies = ['six']\n"));
    let found = about(&sandbox.json(&["check"]));
    assert!(
        found.iter().any(|line| line == "PYE401 pyproject.toml:4" || line == "PYE405 requirements.txt:1"),
        "{found:?}"
    );
    assert_eq!(sync(&sandbox.json(&["check"]))["status"], "out-of-step");
}

#[test]
fn settings_of_pip_that_are_not_read_are_named() {
    let Some(sandbox) = with_environment() else { return };
    sandbox.write("requirements.txt", "six\n");
    install(&sandbox, "six", "1.16.0", &[]);
    let place = sandbox.at("repo").with("PIP_CONSTRAINT", "constraints.txt");
    let said = place.pyenv(&["check", "--output", "text"]).ended(0).out();
    assert!(said.contains("note: `PIP_CONSTRAINT` is set, and is not taken into account"), "{said}");
    assert_eq!(sync(&place.json(&["check"]))["notes"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_rule_that_is_off_runs_when_it_is_selected() {
    let Some(sandbox) = with_environment() else { return };
    sandbox.write("requirements.txt", "six\n");
    install(&sandbox, "six", "1.16.0", &[]);
    assert_eq!(about(&sandbox.json(&["check"])), [""; 0]);
    assert_eq!(
        about(&sandbox.json(&["check", "--select", "unpinned-requirement"])),
        ["PYE407 requirements.txt:1"]
    );
    assert_eq!(about(&sandbox.json(&["check", "--staged", "--select", "PYE407"])), [""; 0]);
    let listed = sandbox.json(&["explain", "PYE407"]);
    assert_eq!(listed["rules"][0]["default"], false);
}

#[test]
fn an_environment_of_which_nothing_is_asked_is_not_compared() {
    let Some(sandbox) = with_environment() else { return };
    let not_compared = json!({"status": "unknown", "files": [], "undecided": [], "notes": []});
    let is_not_compared = || {
        let answer = sandbox.json(&["check"]);
        assert_eq!((answer["exit_code"].as_i64(), sync(&answer)), (Some(0), not_compared.clone()));
        assert_eq!(sync(&sandbox.json(&["list"])), not_compared);
        let said = sandbox.pyenv(&["list", "--output", "text"]).ended(0).out();
        assert!(!said.contains("in step"), "{said}");
    };
    is_not_compared();
    sandbox.write("pyproject.toml", "[tool.black]\nline-length = 100\n");
    is_not_compared();
    // A project that needs nothing is one to compare with.
    sandbox.write("pyproject.toml", "[project]\nname = 'demo'\nversion = '1.0'\n");
    assert_eq!(sync(&sandbox.json(&["check"]))["status"], "in-step");
    // Of two projects that use it, the one that asks for something decides.
    sandbox.remove("pyproject.toml");
    sandbox.write("one/pyproject.toml", "[project]\nname = 'one'\nversion = '1'\n");
    sandbox.git(&["add", "one"]);
    let answer = sandbox.json(&["check"]);
    assert_eq!(sync(&answer)["files"], json!(["one/pyproject.toml"]));
    assert_eq!(sync(&answer)["status"], "in-step");
}

#[test]
fn the_settings_of_an_environment_count_however_it_is_selected() {
    let Some(sandbox) = with_environment() else { return };
    let project = "[project]\nname = 'demo'\nversion = '1.0'\n[tool.git-pyenv.environments.dev]\n";
    sandbox.write("pyproject.toml", format!("{project}directory = 'venv'\nrequirements = ['dev.txt']\n"));
    sandbox.write("dev.txt", "six\n");
    for named in
        [&["check"][..], &["check", "--env", "dev"], &["check", "--env", "venv"], &["check", "--all-envs"]]
    {
        let answer = sandbox.json(named);
        assert_eq!(about(&answer), ["PYE401 dev.txt:1"], "{named:?}");
        assert_eq!(sync(&answer)["files"], json!(["dev.txt"]), "{named:?}");
    }
    assert_eq!(sync(&sandbox.json(&["list"]))["status"], "out-of-step");
    // A file that is not there is not replaced by another.
    sandbox.remove("dev.txt");
    for named in [&["check"][..], &["check", "--env", "dev"]] {
        let answer = sandbox.json(named);
        assert_eq!(about(&answer), ["PYE406 dev.txt:null"], "{named:?}");
        assert_eq!(sync(&answer)["status"], "unknown");
    }
    let groups = "directory = 'venv'\ngroups = ['lint']\n[dependency-groups]\nlint = ['idna']\n";
    sandbox.write("pyproject.toml", format!("{project}{groups}"));
    assert_eq!(about(&sandbox.json(&["check"])), ["PYE401 pyproject.toml:8"]);
    sandbox.write("pyproject.toml", format!("{project}directory = 'venv'\npython = '3.11'\n"));
    for named in [&["check"][..], &["check", "--env", "dev"]] {
        let answer = sandbox.json(named);
        let codes = answer["findings"].as_array().expect("findings").iter();
        let codes: Vec<&str> = codes.filter_map(|finding| finding["code"].as_str()).collect();
        assert!(codes.contains(&"PYE304"), "{named:?}: {codes:?}");
    }
}

/// The statuses of the environments by place, of those that were compared.
fn compared(answer: &Value) -> Vec<String> {
    let environments = answer["environments"].as_array().expect("environments").iter();
    let files = |found: &Value| found["sync"]["files"].as_array().expect("files").clone();
    let compared = environments.filter(|found| !files(found).is_empty());
    compared.map(|found| format!("{} {}", found["path"], found["sync"]["status"]).replace('"', "")).collect()
}

#[test]
fn an_environment_is_compared_with_the_project_that_owns_it() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    let manifest = "[project]\nname = 'inner'\nversion = '1'\ndependencies = ['idna']\n";
    for place in ["tests/it", "svc"] {
        sandbox.write(format!("{place}/pyproject.toml"), manifest);
        venv(&sandbox, &python, &format!("{place}/.venv"));
        sandbox.write(format!("{place}/.venv/.gitignore"), "*\n");
    }
    sandbox.git(&["add", "tests"]);
    // Data for tests and what git does not have are projects for whoever names them.
    assert_eq!(compared(&sandbox.json(&["check"])), [""; 0]);
    assert_eq!(compared(&sandbox.json(&["check", "."])), [""; 0]);
    for place in ["tests/it", "svc"] {
        let environment = format!("{place}/.venv");
        let found = [format!("PYE401 {place}/pyproject.toml:4")];
        for named in [["--env", environment.as_str()].as_slice(), &[place], &[environment.as_str()]] {
            let answer = sandbox.json(&[&["check"], named].concat());
            assert_eq!(about(&answer), found, "{named:?}");
            assert_eq!(compared(&answer), [format!("{environment} out-of-step")], "{named:?}");
        }
        let here = format!("repo/{place}");
        for named in [&["check"][..], &["check", "--env", ".venv"], &["check", "."]] {
            assert_eq!(about(&sandbox.at(&here).json(named)), found, "{named:?} in {place}");
        }
    }
    let all = sandbox.json(&["check", "--all-envs"]);
    assert_eq!(about(&all), ["PYE401 svc/pyproject.toml:4", "PYE401 tests/it/pyproject.toml:4"]);
    // Their Python counts, too.
    sandbox
        .write("svc/pyproject.toml", "[project]\nname = 'inner'\nversion = '1'\nrequires-python = '<3.12'\n");
    let answer = sandbox.json(&["check", "--env", "svc/.venv"]);
    let codes: Vec<&Value> =
        answer["findings"].as_array().expect("findings").iter().map(|found| &found["code"]).collect();
    assert_eq!(codes, ["PYE304"]);
}

#[test]
fn an_environment_outside_of_the_work_tree_is_listed_where_it_is_used() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    sandbox.at("").run(&python, &["-m", "venv", "--without-pip", "away"]).ended(0);
    let away = sandbox.path("away").display().to_string();
    sandbox.write("pyproject.toml", "[project]\nname = 'demo'\nversion = '1'\ndependencies = ['idna']\n");
    let is_listed = |how: &str| {
        let answer = sandbox.json(&["list"]);
        crate::support::schema::assert_fits(&answer);
        let [found] = answer["environments"].as_array().expect("environments").as_slice() else {
            panic!("{how}: {answer:#}");
        };
        assert_eq!((&found["path"], &found["chosen"]), (&json!(away), &json!(true)), "{how}");
        assert_eq!(found["health"]["status"], "ok", "{how}: {found:#}");
        assert_eq!(found["sync"]["status"], "out-of-step", "{how}");
        let used = sandbox.pyenv(&["run", "python", "-c", "import sys; print(sys.prefix)"]).ended(0).out();
        let used = std::fs::canonicalize(used.trim()).expect("the environment");
        assert_eq!(used, sandbox.path("away"), "{how}");
    };
    assert_eq!(sandbox.json(&["list"])["environments"], json!([]));
    sandbox.pyenv(&["use", &away]).ended(0);
    is_listed("use");
    sandbox.pyenv(&["use", "--unset"]).ended(0);
    for (file, content) in [(".python-envs", away.clone()), (".pdm-python", format!("{away}/bin/python"))] {
        sandbox.write(file, format!("{content}\n"));
        is_listed(file);
        sandbox.remove(file);
    }
    sandbox.git(&["config", "pyenv.environments.far.directory", &away]);
    sandbox.pyenv(&["use", "far"]).ended(0);
    is_listed("settings");
    sandbox.pyenv(&["use", "--unset"]).ended(0);
    sandbox.git(&["config", "--unset", "pyenv.environments.far.directory"]);
    sandbox.link(".venv", &away);
    is_listed("a link");
    // One that the repository chooses is used by no command.
    sandbox.git(&["add", "-f", ".venv"]);
    assert_eq!(sandbox.json(&["list"])["environments"], json!([]));
    let said = sandbox.pyenv(&["check", "--env", &away]).ended(2).said();
    assert!(
        said.contains("is outside of the work tree, and `check --env` takes only what lies in it"),
        "{said}"
    );
}
