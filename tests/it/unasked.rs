//! What no rule that runs needs to know is not looked at, and what is left out changes nothing of what is found.
#![cfg(unix)]

use serde_json::Value;

use git_pyenv::rules::RULES;

use crate::support::health::{python, venv};
use crate::support::repository::Sandbox;
use crate::support::sandbox::tool;

/// Where packages lie in the environments below.
const SITE: &str = "venv/lib/python3.12/site-packages";

/// Installs a package by its metadata, with these rows in its record.
fn install(sandbox: &Sandbox, name: &str, rows: &str) {
    let information = format!("{SITE}/{name}-1.dist-info");
    let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1\n\n");
    sandbox.write(format!("{information}/METADATA"), metadata);
    sandbox.write(format!("{information}/RECORD"), rows);
}

/// A repository with an environment that is in step and ignored; `None` without a Python, said aloud.
fn with_environment() -> Option<Sandbox> {
    let python = python(12)?;
    let sandbox = Sandbox::repository();
    venv(&sandbox, &python, "venv");
    sandbox.write(".gitignore", "venv\n");
    sandbox.write("requirements.txt", "demo\n");
    install(&sandbox, "demo", "");
    sandbox.pyenv(&["check"]).ended(0);
    Some(sandbox)
}

fn findings(answer: &Value, code: &str) -> Vec<Value> {
    let all = answer["findings"].as_array().expect("findings").iter();
    all.filter(|finding| finding["code"] == code).cloned().collect()
}

#[test]
fn no_record_is_read_without_the_rule_about_damage() {
    let Some(sandbox) = with_environment() else { return };
    sandbox.remove(&format!("{SITE}/demo-1.dist-info/RECORD"));
    // Whoever reads it cannot.
    sandbox.make_directory(&format!("repo/{SITE}/demo-1.dist-info/RECORD"));
    sandbox.pyenv(&["check"]).ended(3);
    sandbox.pyenv(&["check", "--select", "PYE305"]).ended(3);
    for selected in ["PYE1", "PYE2", "PYE4", "PYE5", "PYE302,PYE303,PYE306"] {
        for deep in [&[][..], &["--deep"]] {
            let answer = sandbox.json(&[&["check", "--select", selected], deep].concat());
            assert_eq!((&answer["status"], &answer["exit_code"]), (&"clean".into(), &0.into()), "{answer:#}");
            assert_eq!(answer["environments"][0]["sync"]["status"], "in-step", "{selected}");
        }
    }
    sandbox.pyenv(&["check", "--ignore", "PYE305"]).ended(0);
    sandbox.at("repo").with("GIT_PYENV_IGNORE", "damaged-package").pyenv(&["check"]).ended(0);
    // What is wrong with an environment is no matter of taste.
    let listed = sandbox.at("repo").with("GIT_PYENV_IGNORE", "PYE305").json(&["list"]);
    assert_eq!(listed["environments"][0]["health"]["status"], "unknown");
}

#[test]
fn damage_is_not_reported_without_its_rule() {
    let Some(sandbox) = with_environment() else { return };
    install(&sandbox, "demo", "demo/a.py,,\n");
    assert_eq!(findings(&sandbox.json(&["check"]), "PYE305").len(), 1);
    sandbox.git(&["config", "pyenv.ignore", "PYE305"]);
    sandbox.pyenv(&["check"]).ended(0);
    let listed = sandbox.json(&["list"]);
    assert_eq!(listed["environments"][0]["health"]["problems"][0], "PYE305", "{listed:#}");
}

#[test]
fn git_is_asked_for_ignore_rules_by_the_rules_about_them_alone() {
    let (Some(sandbox), Some(git)) = (with_environment(), tool("git")) else { return };
    let script = "#!/bin/sh\ncase \"$*\" in *check-ignore*) echo no >&2; exit 7;; esac\nexec 'GIT' \"$@\"\n";
    sandbox.write_program("../broken/git", script.replace("GIT", &git.display().to_string()));
    let path = [sandbox.path("broken"), git.parent().expect("a directory").to_path_buf()];
    let place = sandbox.at("repo").with("PATH", std::env::join_paths(path).expect("plain paths"));
    for (selected, status) in [("PYE1", 0), ("PYE3", 0), ("PYE4", 0), ("PYE201", 3), ("PYE4,PYE203", 3)] {
        place.pyenv(&["check", "--select", selected]).ended(status);
    }
    place.pyenv(&["check"]).ended(3);
}

#[test]
fn locks_are_read_for_the_rules_about_them_alone() {
    let Some(sandbox) = with_environment() else { return };
    sandbox.write("other/pyproject.toml", "[project]\nname = \"other\"\nversion = \"1\"\n");
    sandbox.write("other/uv.lock", "version = 1000\n");
    sandbox.git(&["add", "other"]);
    let undecided = |selected: &str| {
        let answer = sandbox.json(&["check", "--select", selected]);
        answer["skipped"].to_string().contains("uv.lock")
    };
    assert_eq!(["PYE5", "PYE501", "PYE1", "PYE2", "PYE3"].map(undecided), [true, true, false, false, false]);
}

#[test]
fn a_rule_finds_the_same_whichever_others_run() {
    let Some(sandbox) = with_environment() else { return };
    // Something for as many rules as one repository has room for.
    sandbox.commit("tracked/pyvenv.cfg", "home = /usr/bin\nversion = 3.12.1\n");
    sandbox.write("tracked/bin/activate", "VIRTUAL_ENV=/somewhere/tracked\nexport VIRTUAL_ENV\n");
    sandbox.git(&["add", "--force", "tracked"]);
    sandbox.link("link", "venv");
    sandbox.git(&["add", "link"]);
    sandbox.write(".gitignore", "venv/\ntracked\n");
    sandbox.write("exposed/pyvenv.cfg", "home = /nowhere/bin\nversion = 3.12.1\n");
    sandbox.link("exposed/bin/python", "/nowhere/bin/python3");
    sandbox.make_directory("repo/exposed/lib/python3.12/site-packages");
    sandbox.write("requirements.txt", "demo==2\nsix\nidna>=1\nidna<1\n-r gone.txt\n");
    sandbox.write(".python-version", "3.9\n");
    install(&sandbox, "demo", "demo/a.py,,\n");
    install(&sandbox, "editable", "");
    let source = r#"{"url": "file:///nowhere/editable", "dir_info": {"editable": true}}"#;
    sandbox.write(format!("{SITE}/editable-1.dist-info/direct_url.json"), source);
    sandbox.write(
        "other/pyproject.toml",
        "[project]\nname = \"other\"\nversion = \"1\"\ndependencies = [\"six\"]\n",
    );
    sandbox.write(
        "other/poetry.lock",
        "# unfinished\n[metadata]\nlock-version = \"2.1\"\ncontent-hash = \"0\"\n",
    );
    sandbox.git(&["add", "other"]);
    let codes: Vec<&str> = RULES.iter().map(|rule| rule.info.code).collect();
    let whole = sandbox.json(&["check", "--select", &codes.join(",")]);
    let mut kinds = 0;
    for code in codes {
        // Of one environment these are one finding.
        let is_joined = matches!(code, "PYE101" | "PYE202");
        let alone = sandbox.json(&["check", "--select", if is_joined { "PYE101,PYE202" } else { code }]);
        let expected = findings(&whole, code);
        kinds += usize::from(!expected.is_empty());
        assert_eq!(findings(&alone, code), expected, "{code}");
        let all = alone["findings"].as_array().expect("findings");
        assert!(is_joined || all.len() == expected.len(), "{code}: {alone:#}");
        let syncs = |answer: &Value| {
            let all = answer["environments"].as_array().expect("environments").iter();
            all.map(|found| found["sync"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(syncs(&alone), syncs(&whole), "{code}");
    }
    assert!(kinds >= 10, "{kinds} rules found something: {whole:#}");
}
