//! `git pyenv use`: one choice per work tree, kept in git's configuration.

use serde_json::Value;

use crate::support::activation::environment;
use crate::support::answer;
use crate::support::health::{python, venv};
use crate::support::repository::Sandbox;
use crate::support::sandbox::{FORMATS, Place};

const NAMED: &str =
    "[tool.git-pyenv.environments]\ndocs.directory = \"envs/docs\"\ndev.directory = \"envs/dev\"\n";

/// A repository with the environments `.venv` and `test`, and two that settings name, of which one is there.
fn sandbox() -> Option<Sandbox> {
    let sandbox = Sandbox::repository();
    sandbox.commit("pyproject.toml", NAMED);
    for directory in [".venv", "test", "envs/docs"] {
        environment(&sandbox, directory)?;
    }
    Some(sandbox)
}

/// What `use` says with these arguments.
#[track_caller]
fn used(place: &Place<'_>, arguments: &[&str]) -> Value {
    let finished = place.pyenv(&[&["use", "--output", "json"], arguments].concat()).ended(0);
    let answer = finished.json();
    crate::support::schema::assert_fits(&answer);
    answer["use"].clone()
}

/// The directory that is in use after `use` with these arguments.
#[track_caller]
fn directory(place: &Place<'_>, arguments: &[&str]) -> String {
    used(place, arguments)["directory"].as_str().expect("a directory").to_owned()
}

#[test]
fn a_choice_is_remembered_and_taken_back() {
    let Some(sandbox) = sandbox() else { return };
    let place = sandbox.at("repo");
    assert_eq!(directory(&place, &[]), ".venv");
    let docs = used(&place, &["docs"]);
    assert_eq!((&docs["environment"], &docs["directory"]), (&"docs".into(), &"envs/docs".into()));
    assert_eq!((&docs["exists"], &docs["changed"]), (&true.into(), &true.into()));
    assert_eq!(used(&place, &["docs"])["changed"], false);
    assert_eq!(sandbox.git(&["config", "--local", "pyenv.environment"]), "docs");
    let said = place.pyenv(&["run", "printenv", "VIRTUAL_ENV"]).ended(0).out();
    assert_eq!(said.trim_end(), sandbox.path("repo/envs/docs").to_str().expect("text"));
    assert_eq!(directory(&place, &["test"]), "test");
    assert_eq!(directory(&place, &["-"]), "envs/docs");
    assert_eq!(directory(&place, &["-"]), "test");
    assert_eq!(directory(&place, &["--unset"]), ".venv");
    assert_eq!(directory(&place, &["-"]), "test");
    assert_eq!(
        sandbox.at("repo").pyenv(&["config", "environment"]).status,
        Some(0),
        "the settings can be read"
    );
    let text = place.pyenv(&["use", "--output", "text"]).ended(0).out();
    assert!(text.starts_with("using `test`"), "{text}");
    assert!(text.contains("\n  because: `environment` is set in git config"), "{text}");
}

#[test]
fn the_first_choice_is_taken_back_to_none() {
    let Some(sandbox) = sandbox() else { return };
    let place = sandbox.at("repo");
    let said = answer::error(&place, &["use", "-"], "usage");
    assert!(said.contains("no previous environment"), "{said}");
    used(&place, &["dev"]);
    assert_eq!(used(&place, &["-"])["because"], "it exists");
    let dev = used(&place, &["-"]);
    assert_eq!((&dev["directory"], &dev["exists"]), (&"envs/dev".into(), &false.into()));
    let said = place.pyenv(&["run", "true"]).ended(2).err();
    assert!(said.contains("git pyenv create --env dev"), "{said}");
}

#[test]
fn a_directory_is_named_from_where_one_is() {
    let Some(sandbox) = sandbox() else { return };
    sandbox.make_directory("repo/sub");
    let below = sandbox.at("repo/sub");
    assert_eq!(directory(&below, &["../test"]), "test");
    assert_eq!(sandbox.git(&["config", "pyenv.environment"]), "test");
    assert_eq!(directory(&below, &[".venv"]), ".venv", "only there at the top");
    environment(&sandbox, "dev");
    // The settings name another place `dev`.
    assert_eq!(directory(&sandbox.at("repo"), &["./dev"]), "dev");
    assert_eq!(directory(&below, &["dev"]), "envs/dev");
    let outside = sandbox.path("outside");
    std::fs::rename(sandbox.path("repo/test"), &outside).expect("renamed");
    assert_eq!(directory(&below, &["../../outside"]), outside.to_str().expect("text"));
}

#[test]
fn what_means_nothing_is_refused_with_what_there_is() {
    let Some(sandbox) = sandbox() else { return };
    let place = sandbox.at("repo");
    let before = sandbox.read("repo/.git/config");
    for (name, hint) in [
        ("dcos", "did you mean `git pyenv use docs`?"),
        ("src", "the environments are `dev`, `docs`, `.venv`, `test`"),
    ] {
        let said = answer::error(&place, &["use", name], "usage");
        assert!(said.contains(hint), "{said}");
    }
    assert_eq!(sandbox.read("repo/.git/config"), before);
    let said = place.clone().with("GIT_PYENV_ENVIRONMENT", "docs").pyenv(&["use", "test"]).ended(0);
    assert!(
        said.out().contains("the environment variable GIT_PYENV_ENVIRONMENT overrides"),
        "{}",
        said.said()
    );
    assert_eq!(place.pyenv(&["use", "docs", "--unset"]).status, Some(2));
}

#[test]
fn each_work_tree_has_its_own() {
    for (format, reader) in
        FORMATS.iter().flat_map(|format| ["libgit2", "plumbing"].map(|reader| (format, reader)))
    {
        let Some(sandbox) = Sandbox::with_repository(format) else { continue };
        sandbox.commit("pyproject.toml", NAMED);
        sandbox.git(&["worktree", "add", "--quiet", "../linked", "-b", "other"]);
        // Not every repository can be read by libgit2; git answers there.
        let reading = |directory: &str| {
            let place = sandbox.at(directory);
            if format.contains(&"--object-format=sha1") && format.contains(&"--ref-format=files") {
                place.with("GIT_PYENV_READER", reader)
            } else {
                place
            }
        };
        let (main, linked) = (reading("repo"), reading("linked"));
        let first = used(&main, &["docs"]);
        let note = first["notes"][0].as_str().expect("a note");
        assert!(note.contains("extensions.worktreeConfig"), "{format:?}: {note}");
        assert_eq!(used(&linked, &["dev"])["notes"].as_array().map(Vec::len), Some(0));
        assert_eq!(directory(&main, &[]), "envs/docs", "{format:?} {reader}");
        assert_eq!(directory(&linked, &[]), "envs/dev", "{format:?} {reader}");
        assert_eq!(used(&linked, &["--unset"])["environment"], Value::Null);
        assert_eq!(directory(&linked, &["-"]), "envs/dev");
        assert_eq!(sandbox.git_in("linked", &["config", "--worktree", "pyenv.environment"]), "dev");
        assert_eq!(sandbox.git(&["config", "--worktree", "pyenv.environment"]), "docs");
    }
}

#[test]
fn a_choice_from_before_the_second_work_tree_can_be_taken_back() {
    let Some(sandbox) = sandbox() else { return };
    used(&sandbox.at("repo"), &["docs"]);
    sandbox.git(&["worktree", "add", "--quiet", "../linked", "-b", "other"]);
    assert_eq!(directory(&sandbox.at("linked"), &[]), "envs/docs");
    assert_eq!(directory(&sandbox.at("repo"), &["--unset"]), ".venv");
    assert_eq!(used(&sandbox.at("linked"), &[])["environment"], Value::Null);
}

#[test]
fn work_trees_that_cannot_be_told_apart_are_left_alone() {
    let Some(sandbox) = sandbox() else { return };
    sandbox.git(&["worktree", "add", "--quiet", "../linked", "-b", "other"]);
    let top = sandbox.path("repo");
    for (key, value) in [("core.bare", "true"), ("core.worktree", top.to_str().expect("text"))] {
        sandbox.git(&["config", key, value]);
        let said = answer::error(&sandbox.at("linked"), &["use", "docs"], "action");
        assert!(said.contains(key), "{said}");
        sandbox.git(&["config", "--unset", key]);
    }
    sandbox.git(&["config", "core.bare", "false"]);
    assert_eq!(directory(&sandbox.at("linked"), &["docs"]), "envs/docs");
}

#[test]
fn a_bare_repository_has_no_environment() {
    let sandbox = Sandbox::repository();
    sandbox.git_in("", &["init", "--quiet", "--bare", "bare.git"]);
    let said = answer::error(&sandbox.at("bare.git"), &["use"], "usage");
    assert!(said.contains("bare repository"), "{said}");
}

#[test]
fn an_environment_that_does_not_work_is_not_used_in_silence() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    let place = sandbox.at("repo");
    venv(&sandbox, &python, "fine");
    assert_eq!(used(&place, &["fine"])["notes"], serde_json::json!([]));
    venv(&sandbox, &python, "test");
    sandbox.remove("test/bin/python");
    sandbox.link("test/bin/python", "/nowhere/python");
    let notes = used(&place, &["test"])["notes"].to_string();
    assert!(notes.contains("is broken") && notes.contains("git pyenv create --force"), "{notes}");
}

#[test]
fn what_is_there_but_no_environment_is_not_to_be_created() {
    let Some(sandbox) = sandbox() else { return };
    let place = sandbox.at("repo");
    sandbox.write("test/notes", "");
    sandbox.remove("test/pyvenv.cfg");
    std::fs::remove_dir_all(sandbox.path("repo/test/bin")).expect("removed");
    let said = answer::error(&place, &["use", "test"], "usage");
    assert!(said.contains("`test` is not an environment"), "{said}");
    assert!(!said.contains("`git pyenv create --env test`"), "{said}");
    assert!(said.contains("the environments are `dev`, `docs`, `.venv`"), "{said}");
}

#[test]
fn an_environment_of_conda_is_activated_by_conda() {
    let sandbox = Sandbox::repository();
    sandbox.write("c d/conda-meta/history", "");
    let command = format!("conda activate '{}'", sandbox.path("repo/c d").display());
    for arguments in [&["use", "c d"][..], &["create", "--env", "c d"]] {
        let said = sandbox.at("repo").pyenv(&[arguments, &["--output", "text"]].concat()).ended(0).said();
        assert!(said.contains(&command) && !said.contains("git pyenv activate"), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn an_environment_of_windows_is_said_to_be_one_by_every_command() {
    let sandbox = Sandbox::repository();
    sandbox.write(".venv/pyvenv.cfg", "home = C:\\Python312\nversion = 3.12.1\n");
    sandbox.write(".venv/Scripts/python.exe", "");
    sandbox.write(".venv/Scripts/activate", "");
    sandbox.write(".venv/Lib/site-packages/it.py", "");
    let place = sandbox.at("repo");
    for arguments in [&["create"][..], &["activate"], &["run", "python"]] {
        let said = place.pyenv(arguments).ended(2).said();
        assert!(said.contains("was created for Windows"), "{arguments:?}: {said}");
        assert!(said.contains("git pyenv create --env .venv-linux"), "{arguments:?}: {said}");
    }
    let said = place.pyenv(&["use", ".venv", "--output", "text"]).ended(0).said();
    assert!(said.contains("note: `.venv` was created for Windows"), "{said}");
}

#[test]
fn what_a_tracked_file_leads_to_can_be_named_by_its_own_path() {
    let sandbox = Sandbox::repository();
    crate::support::environments::venv(12).write_to(&sandbox, "away");
    let away = sandbox.path("away").display().to_string();
    sandbox.commit(".venv", &format!("{away}\n"));
    let cases: [(&[&str], &str); 2] = [
        (&["run", "--env", ".venv", "true"], "select it by its own path with `--env"),
        (&["use", ".venv"], "select it yourself with `git pyenv use"),
    ];
    for (arguments, hint) in cases {
        let said = sandbox.pyenv(arguments).ended(2).said();
        assert!(said.contains(&format!("{hint} {away}`")), "{said}");
    }
    assert_eq!(directory(&sandbox.at("repo"), &[&away]), away);
}
