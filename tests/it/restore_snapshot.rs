//! `restore` from a snapshot: the same packages from the same sources, or what could not be had.
#![cfg(unix)]

use serde_json::Value;

use crate::support::installs::Installs;
use crate::support::removable::each;
use crate::support::restorable::{CREATORS, beside, deleted, findings, freeze, furnished, restore};

#[test]
fn the_packages_are_the_same_whatever_tool_made_the_environment() {
    for creator in CREATORS {
        let Some(installs) = furnished(creator) else { continue };
        let place = installs.place();
        let (frozen, found) = (freeze(&installs, "venv"), findings(&place));
        assert!(frozen.contains("alpha==1.0") && frozen.contains("demo"), "{creator}: {frozen}");
        let id = deleted(&place, "venv", &[]);
        assert!(!place.path().join("venv").exists(), "{creator}");
        let answer = restore(&place, &[&id], 0);
        let restored = &answer["restored"];
        assert_eq!(
            (&restored["source"], &restored["path"]),
            (&"snapshot".into(), &"venv".into()),
            "{creator}"
        );
        assert_eq!(without_pip(&freeze(&installs, "venv")), without_pip(&frozen), "{creator}: {answer:#}");
        let same = |list: &[String]| list.iter().any(|finding| finding.contains("PYE3"));
        let now = findings(&place);
        assert!(!same(&now), "{creator}: {now:#?}, before {found:#?}");
        let listed = beside(&installs, &["venv", "demo", "requirements.txt", ".gitignore"]);
        assert!(listed.is_empty(), "{creator}: {listed:?}");
        place.pyenv(&["log", "--verify"]).ended(0);
        let log = place.pyenv(&["log", "--output", "json"]).json();
        let newest = &log["log"]["operations"][0];
        assert_eq!((&newest["action"], &newest["outcome"]), (&"restore".into(), &"done".into()), "{log:#}");
        assert_eq!(newest["snapshot"], id.as_str());
    }
}

/// The lines of `pip freeze --all` without what the tools bring in their own versions.
fn without_pip(frozen: &str) -> Vec<&str> {
    let brought = ["pip==", "setuptools==", "wheel=="];
    frozen.lines().filter(|line| !brought.iter().any(|start| line.starts_with(start))).collect()
}

#[test]
fn another_directory_becomes_the_environment() {
    let Some(installs) = furnished("git-pyenv") else { return };
    let place = installs.place();
    let frozen = freeze(&installs, "venv");
    let id = deleted(&place, "venv", &[]);
    place.run("mkdir", &["below"]).ended(0);
    let below = place.elsewhere("repo/below");
    let answer = restore(&below, &[&id, "--to", "../other/env"], 0);
    assert_eq!(answer["restored"]["path"], "../other/env", "{answer:#}");
    assert_eq!(answer["restored"]["environment"]["path"], "../venv", "{answer:#}");
    assert_eq!(freeze(&installs, "other/env"), frozen);
    assert!(!installs.sandbox.path("repo/venv").exists());
}

/// These packages, with those that `create` adds: pip, and setuptools before Python 3.12.
fn of_python(installs: &Installs, packages: &[&'static str]) -> Vec<&'static str> {
    let has_setuptools = installs.python_version() < (3, 12);
    [packages, &["pip"], if has_setuptools { &["setuptools"] } else { &[] }].concat()
}

#[test]
fn what_cannot_be_had_is_named_and_the_rest_is_installed() {
    for backend in ["pip", "uv"] {
        let Some(installs) = furnished("git-pyenv") else { return };
        if backend == "uv" && !installs.with_program("uv") {
            return;
        }
        let place = installs.place();
        place.git_ok(&["config", "pyenv.backend", backend]);
        let id = deleted(&place, "venv", &[]);
        for wheel in ["alpha-1.0", "alpha-2.0", "gamma-1.0"] {
            std::fs::remove_file(installs.sandbox.path(&format!("wheels/{wheel}-py3-none-any.whl")))
                .expect("a wheel");
        }
        let answer = restore(&place, &[&id], 2);
        let restored = &answer["restore"]["restored"];
        assert_eq!(each(&restored["unavailable"], "name"), ["gamma", "alpha"], "{answer:#}");
        let reasons = each(&restored["unavailable"], "reason");
        assert!(reasons[0].contains("which is gone"), "{reasons:?}");
        assert!(reasons[1].contains("alpha"), "{reasons:?}");
        let all = of_python(&installs, &["alpha", "beta", "demo", "gamma"]).len();
        let message = format!("2 of {all} packages could not be had");
        assert_eq!(answer["error"]["message"], message, "{answer:#}");
        assert_eq!(installs.packages(), ["beta 1.0", "demo 1.0"], "{backend}");
        let text = place.pyenv(&["--output", "text", "log"]).out();
        assert!(text.contains("failed: restoring"), "{text}");
        // The snapshot stays: once the packages are there, it can be restored.
        let listed = restore(&place, &[], 0);
        assert!(each(&listed["restorable"], "id").contains(&id), "{listed:#}");
    }
}

#[test]
fn a_dry_run_says_what_would_be_done_and_changes_nothing() {
    let Some(installs) = furnished("git-pyenv") else { return };
    let place = installs.place();
    let id = deleted(&place, "venv", &[]);
    let listing = || -> Vec<_> {
        let inside =
            |(path, ..): &(std::path::PathBuf, u64, std::time::SystemTime)| path.starts_with(place.path());
        installs.sandbox.listing().into_iter().filter(inside).collect()
    };
    let before = listing();
    let answer = restore(&place, &[&id, "--dry-run"], 0);
    assert!(listing() == before, "not even the time of a directory changes");
    let restored = &answer["restored"];
    assert_eq!(
        each(&restored["packages"], "name"),
        of_python(&installs, &["alpha", "beta", "demo", "gamma"]),
        "{answer:#}"
    );
    assert_eq!(restored["dry_run"], true);
    assert!(restored["interpreter"].as_str().is_some_and(|path| path.contains("bin/python")), "{answer:#}");
    let text = place.pyenv(&["--output", "text", "restore", &id, "-n"]).ended(0).out();
    assert!(text.starts_with("would restore `venv` from its snapshot of 2"), "{text}");
    assert!(text.contains("\ndry run: nothing was changed\n"), "{text}");
}

#[test]
fn what_the_snapshot_says_of_the_environment_is_kept() {
    let Some(python) = crate::support::pythons::a_python() else { return };
    let installs = Installs::without_environment(python);
    let place = installs.place();
    let python = installs.python.to_string_lossy().into_owned();
    let create = ["create", "--env", "venv", "--python", &python, "--without-pip", "--prompt", "my own"];
    place.pyenv(&[&create[..], &["--system-site-packages"]].concat()).ended(0);
    let settings = place.path().join("venv/pyvenv.cfg");
    let before = std::fs::read_to_string(&settings).expect("settings");
    let id = deleted(&place, "venv", &[]);
    restore(&place, &[&id], 0);
    assert_eq!(std::fs::read_to_string(&settings).expect("settings"), before);
    assert!(!place.path().join("venv/bin/pip").exists());
}

#[test]
fn a_changed_file_that_was_copied_is_brought_back() {
    let Some(installs) = furnished("git-pyenv") else { return };
    let place = installs.place();
    let id = deleted(&place, "venv", &[]);
    // As if `cleanup` had copied it: the activation script of a later version, with a line of the user's own.
    let state = installs.sandbox.path("repo/.git/pyenv");
    let snapshot = state.join(format!("snapshots/{id}.json"));
    let mut taken: Value =
        serde_json::from_slice(&std::fs::read(&snapshot).expect("a snapshot")).expect("JSON");
    taken["copied"] = serde_json::json!(["bin/activate", "pyvenv.cfg"]);
    std::fs::write(&snapshot, taken.to_string()).expect("a snapshot");
    let copies = state.join("copies").join(&id);
    std::fs::create_dir_all(copies.join("bin")).expect("a directory");
    std::fs::write(copies.join("bin/activate"), "# mine\n").expect("a copy");
    std::fs::write(copies.join("pyvenv.cfg"), "home = /nowhere\n").expect("a copy");
    let answer = restore(&place, &[&id], 0);
    assert_eq!(answer["restored"]["copies"], serde_json::json!(["bin/activate"]), "{answer:#}");
    assert_eq!(installs.sandbox.read("repo/venv/bin/activate"), b"# mine\n");
    assert!(!installs.sandbox.read("repo/venv/pyvenv.cfg").starts_with(b"home = /nowhere"));
    // All of them are named: nothing else says what came back.
    let id = deleted(&place, "venv", &[]);
    let snapshot = state.join(format!("snapshots/{id}.json"));
    let mut taken: Value =
        serde_json::from_slice(&std::fs::read(&snapshot).expect("a snapshot")).expect("JSON");
    let names: Vec<String> = (0..8).map(|number| format!("bin/own{number}")).collect();
    taken["copied"] = serde_json::json!(names);
    std::fs::write(&snapshot, taken.to_string()).expect("a snapshot");
    let copies = state.join("copies").join(&id);
    std::fs::create_dir_all(copies.join("bin")).expect("a directory");
    names.iter().for_each(|name| std::fs::write(copies.join(name), "mine").expect("a copy"));
    let text = place.pyenv(&["restore", &id, "--output", "text"]).ended(0).out();
    let lines: String = names.iter().map(|name| format!("    {name}\n")).collect();
    assert!(text.contains(&format!("  brought back 8 files from their copies:\n{lines}")), "{text}");
}

#[test]
fn another_python_of_the_same_version_is_said_and_none_is_an_error() {
    let Some(installs) = furnished("git-pyenv") else { return };
    let place = installs.place();
    let id = deleted(&place, "venv", &[]);
    let file = installs.sandbox.path(&format!("repo/.git/pyenv/snapshots/{id}.json"));
    let change = |changes: &[(&str, Value)]| {
        let mut taken: Value =
            serde_json::from_slice(&std::fs::read(&file).expect("a snapshot")).expect("JSON");
        for (key, value) in changes {
            taken[*key] = value.clone();
        }
        std::fs::write(&file, taken.to_string()).expect("a snapshot");
    };
    change(&[("interpreter", "/gone/bin/python3".into()), ("python", "3.99.1".into())]);
    let refused = place.pyenv(&["restore", &id]).ended(2);
    assert!(
        refused.err().contains("it was made from Python 3.99.1, `/gone/bin/python3`"),
        "{}",
        refused.said()
    );
    assert!(!place.path().join("venv").exists());
    // Whoever names another Python gets it.
    let python = installs.python.to_string_lossy().into_owned();
    let answer = restore(&place, &[&id, "--python", &python, "-n"], 0);
    let notes = answer["restored"]["notes"].to_string();
    assert!(notes.contains("its Python `/gone/bin/python3` is gone"), "{notes}");
    assert!(notes.contains("it was made from Python 3.99.1"), "{notes}");
}
