//! `git pyenv install`: what it installs and says, with real uv and real pip and wheels made here.
#![cfg(unix)]

use crate::support::activation::HOSTILE;
use crate::support::installs::{Installs, changes};
use crate::support::pythons::{a_python, python};
use crate::support::schema;

/// The backends that install anything.
const GENERAL: [&str; 2] = ["uv", "pip"];

/// A program that nobody may start.
const TRAP: &str = "echo \"$@\" >>\"$0.started\"\nexit 9\n";

#[test]
fn it_installs_what_the_file_asks_for_and_says_what_changed() {
    for backend in GENERAL {
        let Some(installs) = Installs::with_backend(backend) else { continue };
        let first = installs.install(&["--backend", backend], 0);
        assert_eq!(changes(&first), ["added alpha - 1.0", "added beta - 1.0"], "{backend}");
        let install = &first["install"];
        assert_eq!((&install["backend"], &install["up_to_date"]), (&backend.into(), &false.into()));
        assert_eq!((&install["directory"], &install["dry_run"]), (&"venv".into(), &false.into()));
        assert_eq!(install["commands"].as_array().map(Vec::len), Some(1), "{first:#}");
        assert_eq!(installs.packages(), ["alpha 1.0", "beta 1.0"]);
        installs.sandbox.write("requirements.txt", "alpha>=2\ngamma\n");
        let second = installs.install(&["--backend", backend], 0);
        assert_eq!(changes(&second), ["changed alpha 1.0 2.0", "added gamma - 1.0"], "{backend}");
        let check = installs.place().pyenv(&["check"]).ended(0);
        assert_eq!(check.json()["status"], "clean", "{}", check.said());
        assert_eq!(installs.sandbox.git(&["status", "--porcelain", "venv"]), "");
    }
}

#[test]
fn people_see_what_changed() {
    let Some(installs) = Installs::with_backend("uv") else { return };
    let text = installs.place().pyenv(&["install", "--output", "text"]).ended(0);
    assert_eq!(
        text.out(),
        "installed into `venv` with uv: 2 packages changed\n  + alpha 1.0\n  + beta 1.0\n"
    );
    installs.sandbox.write("requirements.txt", "alpha==2.0\n");
    let text = installs.place().pyenv(&["install", "--output", "text", "--verbose"]).ended(0).out();
    let expected =
        "installed into `venv` with uv: 1 package changed\n  because: `uv` is on PATH\n  command: ";
    assert!(text.starts_with(expected) && text.ends_with("\n  ~ alpha 1.0 -> 2.0\n"), "{text}");
}

#[test]
fn nothing_is_started_if_everything_is_there() {
    for backend in GENERAL {
        let Some(installs) = Installs::with_backend(backend) else { continue };
        installs.install(&["--backend", backend], 0);
        for program in ["uv", "pip"] {
            installs.sandbox.remove(&format!("../programs/{program}"));
            installs.with_script(program, TRAP);
        }
        // The environment's own pip is a trap too.
        let lib =
            std::fs::read_dir(installs.sandbox.path("repo/venv/lib")).expect("a library").flatten().next();
        let site = lib.expect("a version").path().join("site-packages/pip/__main__.py");
        installs.sandbox.overwrite(&site, b"raise SystemExit(9)\n");
        for arguments in [&["--backend", backend][..], &["--backend", backend, "--sync"], &["--dry-run"]] {
            let answer = installs.install(arguments, 0);
            let install = &answer["install"];
            assert_eq!(
                (&install["up_to_date"], &install["backend"]),
                (&true.into(), &serde_json::Value::Null),
                "{answer:#}"
            );
            assert_eq!(install["files"], serde_json::json!(["requirements.txt"]));
        }
        let text = installs.place().pyenv(&["install", "--output", "text"]).ended(0);
        assert_eq!(text.out(), "up to date: `venv` is in step with `requirements.txt`\n");
        assert!(!installs.sandbox.path("programs/uv.started").exists());
    }
}

#[test]
fn what_something_may_ask_for_is_not_removed() {
    let Some(installs) = Installs::with_backend("pip") else { return };
    installs.sandbox.write("other.txt", "gamma\nalpha==1.0\n");
    installs.install(&["--backend", "pip", "--requirement", "other.txt"], 0);
    let twice = "site=$(echo venv/lib/python*/site-packages)\ncp -r $site/beta-1.0.dist-info $site/beta-0.9.dist-info";
    installs.sandbox.at("repo").run("sh", &["-c", twice]).ended(0);
    let answer = installs.install(&["--backend", "pip", "--sync"], 3);
    let error = &answer["error"];
    assert_eq!(error["message"], "could not determine which packages nothing asks for", "{answer:#}");
    assert!(error["causes"][0].as_str().is_some_and(|cause| cause.contains("`beta`")), "{answer:#}");
    assert!(installs.packages().contains(&"gamma 1.0".to_owned()));
    installs.sandbox.remove("requirements.txt");
    installs.sandbox.write("setup.py", "from setuptools import setup\nsetup(name='demo', py_modules=[])\n");
    let answer = installs.install(&["--sync", "--backend", "pip", "--dry-run"], 0);
    assert_eq!(changes(&answer), [""; 0], "{answer:#}");
}

#[test]
fn pip_removes_what_nothing_asks_for_too() {
    let Some(installs) = Installs::with_backend("pip") else { return };
    installs.sandbox.write("other.txt", "gamma\nalpha==2.0\n");
    installs.install(&["--backend", "pip", "--requirement", "other.txt"], 0);
    let answer = installs.install(&["--backend", "pip", "--sync"], 0);
    assert_eq!(changes(&answer), ["changed alpha 2.0 1.0", "removed gamma 1.0 -"], "{answer:#}");
    assert_eq!(installs.packages(), ["alpha 1.0", "beta 1.0"]);
    installs.sandbox.at("repo").run("venv/bin/python", &["-m", "pip", "--version"]).ended(0);
}

#[test]
fn uv_is_taken_if_it_is_there_and_settings_decide() {
    let Some(installs) = Installs::with_backend("uv") else { return };
    assert_eq!(installs.install(&["--dry-run"], 0)["install"]["backend"], "uv");
    installs.sandbox.git(&["config", "pyenv.backend", "pip"]);
    assert_eq!(installs.install(&["--dry-run"], 0)["install"]["backend"], "pip");
    assert_eq!(installs.install(&["--dry-run", "--backend", "auto"], 0)["install"]["backend"], "uv");
    installs.sandbox.git(&["config", "--unset", "pyenv.backend"]);
    installs.sandbox.write("pyproject.toml", "[tool.git-pyenv]\nbackend = \"pip\"\n");
    assert_eq!(installs.install(&["--dry-run"], 0)["install"]["backend"], "pip");
}

#[test]
fn an_old_python_uses_its_own_pip() {
    let Some(python) = python("3.9") else { return };
    let Some(installs) = Installs::of(python) else { return };
    installs.with_script("uv", TRAP);
    let answer = installs.install(&[], 0);
    assert_eq!(answer["install"]["backend"], "pip", "{answer:#}");
    assert_eq!(installs.packages(), ["alpha 1.0", "beta 1.0"]);
    assert!(!installs.sandbox.path("programs/uv.started").exists());
}

#[test]
fn a_dry_run_starts_and_changes_nothing() {
    let Some(installs) = Installs::new() else { return };
    installs.with_script("uv", TRAP);
    let before = installs.sandbox.listing();
    let answer = installs.install(&["--dry-run"], 0);
    let install = &answer["install"];
    assert_eq!((&install["dry_run"], &install["up_to_date"]), (&true.into(), &false.into()));
    let words: Vec<&str> =
        install["commands"][0].as_array().expect("words").iter().filter_map(|word| word.as_str()).collect();
    assert_eq!(words[1..3], ["pip", "install"], "{answer:#}");
    assert!(words.iter().any(|word| word.ends_with("/repo/requirements.txt")), "{answer:#}");
    let text = installs.place().pyenv(&["install", "--dry-run", "--output", "text"]).ended(0).out();
    assert!(text.contains("\ndry run: nothing was changed\n"), "{text}");
    assert_eq!(installs.sandbox.listing(), before);
}

#[test]
fn a_failure_names_the_requirement_and_keeps_the_words() {
    for backend in GENERAL {
        let Some(installs) = Installs::with_backend(backend) else { continue };
        installs.sandbox.write("requirements.txt", "alpha==1.0\nnosuch==3\n");
        let said = installs.refused(&["--backend", backend], "action");
        assert!(
            said.starts_with(&format!("error: {backend} failed to install `nosuch==3` (requirements.txt:2)")),
            "{said}"
        );
        assert!(said.contains(&format!("cause: {backend} says: ")), "{said}");
        assert!(said.contains("nosuch"), "{said}");
        assert_eq!(installs.packages(), [] as [&str; 0], "{backend}");
        // It has come to an end of its own, so nothing is in doubt.
        installs.place().pyenv(&["check", "--select", "PYE307"]).ended(0);
        installs.sandbox.write("requirements.txt", "alpha==1.0\nbeta<1\n");
        let said = installs.refused(&["--backend", backend], "action");
        assert!(said.contains("beta<1"), "{said}");
    }
}

#[test]
fn what_nothing_asks_for_is_removed_if_that_is_wanted() {
    let Some(installs) = Installs::with_backend("uv") else { return };
    installs.sandbox.write("other.txt", "gamma\n");
    installs.install(&["--requirement", "other.txt"], 0);
    installs.install(&[], 0);
    assert_eq!(installs.packages(), ["alpha 1.0", "beta 1.0", "gamma 1.0"]);
    let answer = installs.install(&["--sync"], 0);
    assert_eq!(changes(&answer), ["removed gamma 1.0 -"]);
    assert_eq!(installs.packages(), ["alpha 1.0", "beta 1.0"]);
    installs.sandbox.at("repo").run("venv/bin/python", &["-m", "pip", "--version"]).ended(0);
}

#[test]
fn named_files_are_taken_in_the_place_of_the_projects() {
    let Some(installs) = Installs::with_backend("uv") else { return };
    installs.sandbox.write("below/-strange name.txt", "gamma\n");
    let below = installs.place().elsewhere("repo/below");
    below.pyenv(&["install", "--requirement", "-strange name.txt"]).ended(2);
    below.pyenv(&["install", "--requirement=-strange name.txt", "-r", "../requirements.txt"]).ended(0);
    assert_eq!(installs.packages(), ["alpha 1.0", "beta 1.0", "gamma 1.0"]);
    let said = below.pyenv(&["install", "-r", "no.txt"]).ended(2).err();
    assert!(said.contains("`no.txt` does not exist"), "{said}");
    let said = installs.refused(&["-r", "below"], "usage");
    assert!(said.contains("`below` is a directory"), "{said}");
}

#[test]
fn strange_names_are_names() {
    for backend in GENERAL {
        let Some(python) = a_python() else { return };
        let installs = Installs::without_environment(python);
        if backend == "uv" && !installs.with_program("uv") {
            continue;
        }
        let file = format!("{HOSTILE}.txt");
        installs.sandbox.write(&file, "gamma\n");
        let python = installs.python.to_string_lossy().into_owned();
        installs.place().pyenv(&["create", "--env", HOSTILE, "--python", &python]).ended(0);
        let answer = installs.install(&["--env", HOSTILE, "--backend", backend, "--requirement", &file], 0);
        assert_eq!(changes(&answer), ["added gamma - 1.0"]);
        assert_eq!(installs.packages_of(HOSTILE), ["gamma 1.0"]);
        assert!(!installs.sandbox.path("repo/canary").exists(), "a name was obeyed");
    }
}

#[test]
fn the_environment_must_exist_and_work() {
    let Some(python) = a_python() else { return };
    let installs = Installs::without_environment(python);
    installs.with_script("uv", TRAP);
    let said = installs.refused(&[], "usage");
    assert!(
        said.contains("no environment at `venv`") && said.contains("create it with `git pyenv create`"),
        "{said}"
    );
    let python = installs.python.to_string_lossy().into_owned();
    installs.place().pyenv(&["create", "--python", &python]).ended(0);
    installs.sandbox.at("repo").run("mv", &["venv", ".venv"]).ended(0);
    let said = installs.refused(&[], "action");
    assert!(said.contains("`.venv`") && said.contains("git pyenv create --force"), "{said}");
    installs.sandbox.remove(".venv/bin/python");
    installs.sandbox.link(".venv/bin/python", "/nowhere/python");
    let said = installs.refused(&[], "action");
    assert!(said.contains("/nowhere/python"), "{said}");
    assert!(!installs.sandbox.path("programs/uv.started").exists());
}

#[test]
fn there_must_be_something_to_install_and_something_that_installs() {
    let Some(python) = a_python() else { return };
    let installs = Installs::without_environment(python);
    let python = installs.python.to_string_lossy().into_owned();
    installs.place().pyenv(&["create", "--without-pip", "--python", &python]).ended(0);
    let said = installs.refused(&[], "action");
    assert!(said.contains("nothing can install into `venv`"), "{said}");
    let said = installs.refused(&["--backend", "pip"], "action");
    assert!(said.contains("the environment `venv` has no pip"), "{said}");
    let said = installs.refused(&["--backend", "pdm"], "usage");
    assert!(said.contains("pdm cannot install what the project asks for"), "{said}");
    installs.sandbox.remove("requirements.txt");
    let said = installs.refused(&[], "usage");
    assert!(said.contains("there is nothing to install"), "{said}");
}

#[test]
fn a_commit_names_no_file_outside() {
    let Some(installs) = Installs::new() else { return };
    installs.with_script("uv", TRAP);
    installs.sandbox.overwrite(&installs.sandbox.path("secret"), b"gamma\n");
    installs.sandbox.remove("requirements.txt");
    installs.sandbox.link("requirements.txt", "../secret");
    let said = installs.refused(&[], "settings");
    assert!(said.contains("leads out of the work tree"), "{said}");
    installs.sandbox.write("pyproject.toml", "[tool.git-pyenv]\nrequirements-file = \"../secret\"\n");
    let said = installs.refused(&[], "settings");
    assert!(said.contains("must be a path inside the repository"), "{said}");
    installs.sandbox.write("pyproject.toml", "[tool.git-pyenv]\nbackend = \"./evil\"\n");
    installs.refused(&[], "settings");
    installs.sandbox.remove("pyproject.toml");
    assert!(!installs.sandbox.path("programs/uv.started").exists());
    // Who names it means it.
    let dry = installs.install(&["--dry-run", "--requirement", "requirements.txt"], 0);
    assert_eq!(dry["install"]["backend"], "uv");
}

#[test]
fn a_file_of_the_repository_is_not_run_as_pip() {
    let Some(installs) = Installs::with_backend("pip") else { return };
    for file in ["pip.py", "pip/__main__.py", "sitecustomize.py"] {
        installs.sandbox.write(file, "open('canary', 'w').close()\n");
    }
    let place = installs.place().with("PYTHONPATH", installs.sandbox.path("repo"));
    place.pyenv(&["install", "--backend", "pip"]).ended(0);
    assert!(!installs.sandbox.path("repo/canary").exists());
    assert_eq!(installs.packages(), ["alpha 1.0", "beta 1.0"]);
}

#[test]
fn a_backend_gets_the_users_variables_and_none_that_lead_elsewhere() {
    let Some(installs) = Installs::new() else { return };
    installs.with_script(
        "uv",
        "env >\"$0.env\"\nread line && echo \"stdin: $line\" >>\"$0.env\"\npwd >\"$0.pwd\"\nexit 0\n",
    );
    let place =
        installs.place().with("PIP_INDEX_URL", "https://example.org/pip").with("UV_SYSTEM_PYTHON", "1");
    let place =
        place.with("UV_INDEX_URL", "https://example.org/uv").with("PYTHONPATH", "/x").with("GIT_DIR", ".git");
    place
        .with("VIRTUAL_ENV", "/other")
        .with("CONDA_PREFIX", "/conda")
        .reading("text\n")
        .pyenv(&["install"])
        .ended(1);
    let seen = String::from_utf8(installs.sandbox.read("programs/uv.env")).expect("text");
    let value = |name: &str| seen.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    assert_eq!(value("PIP_INDEX_URL"), Some("https://example.org/pip"));
    assert_eq!(value("UV_INDEX_URL"), Some("https://example.org/uv"));
    assert_eq!(value("VIRTUAL_ENV"), installs.sandbox.path("repo/venv").to_str());
    for name in ["PYTHONPATH", "GIT_DIR", "UV_SYSTEM_PYTHON", "CONDA_PREFIX", "stdin:"] {
        assert_eq!(value(name), None, "{seen}");
    }
    let directory = String::from_utf8(installs.sandbox.read("programs/uv.pwd")).expect("text");
    assert_eq!(directory.trim_end(), installs.sandbox.path("repo").to_str().expect("text"));
}

#[test]
fn create_can_install_too() {
    let Some(python) = a_python() else { return };
    let installs = Installs::without_environment(python);
    let python = installs.python.to_string_lossy().into_owned();
    let create = ["create", "--install", "--python", &python];
    let created = installs.place().pyenv(&create).ended(0).json();
    schema::assert_fits(&created);
    let (create, install) = (&created["create"], &created["create"]["install"]);
    assert_eq!((&create["created"], &install["backend"]), (&true.into(), &"pip".into()), "{created:#}");
    assert_eq!(installs.packages(), ["alpha 1.0", "beta 1.0"]);
    installs.sandbox.write("requirements.txt", "nosuch\n");
    let again = ["create", "--install", "--python", &python, "--output", "json"];
    let failed = installs.place().pyenv(&again).ended(2).json();
    schema::assert_fits(&failed);
    assert_eq!(
        (&failed["create"]["created"], &failed["create"]["install"]),
        (&false.into(), &serde_json::Value::Null)
    );
    assert!(failed["error"]["message"].as_str().is_some_and(|said| said.contains("`nosuch`")), "{failed:#}");
}
