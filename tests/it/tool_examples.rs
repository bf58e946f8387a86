//! The tools in `tools/examples/`, as a repository registers them, with real Pythons.

use std::path::Path;

use crate::support::activation::environment;
use crate::support::removable;
use crate::support::repository::Sandbox;
use crate::support::sandbox::Place;
use crate::support::source;

/// A repository with both tools, trusted, and an environment.
fn repository() -> Option<Sandbox> {
    let sandbox = Sandbox::repository();
    sandbox.write(".gitignore", "venv\n");
    environment(&sandbox, "venv")?;
    for name in ["date-enforcer", "folder-tidier"] {
        for ending in ["json", "py"] {
            let path = format!("tools/examples/{name}.{ending}");
            sandbox.write(&path, source::read(&path));
        }
        let file = format!("tools/examples/{name}.json");
        sandbox.pyenv(&["tool", "register", &file]).ended(0);
        let shown = sandbox.json(&["tool", "show", name]);
        let digest = shown["registered_tool"]["digest"].as_str().expect("a digest");
        sandbox.pyenv(&["tool", "trust", name, "--digest", digest]).ended(0);
    }
    Some(sandbox)
}

fn place(sandbox: &Sandbox) -> Place<'_> {
    sandbox.at("repo").with_binary()
}

#[test]
fn the_registry_of_this_repository_names_them() {
    let text = source::read("tools/registry.json");
    let tools = git_pyenv::formats::tool_registry::parse(text.as_bytes()).expect("a registry");
    assert_eq!(git_pyenv::formats::tool_registry::write(&tools), text.as_bytes());
    let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names, ["date-enforcer", "folder-tidier"]);
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert!(tools.iter().all(|tool| top.join(&tool.file).is_file()));
}

#[test]
fn wrong_dates_are_found() {
    let Some(sandbox) = repository() else { return };
    sandbox.write(
        "notes.md",
        "2024-02-29 2023-02-29\n1.2024-13-01 v2024-13-01 2024-13-011\n31 April 2024, February 30, 2024\n",
    );
    sandbox.write("plans.txt", "2031/01/02\nJanuary 2, 2030\n");
    sandbox.write("picture", "\0 2024-02-30\n");
    sandbox.git(&["add", "notes.md", "plans.txt", "picture"]);
    let run = |words: &[&str], status: i32| {
        let words = [&["tool", "run", "date-enforcer", "--", "--today", "2030-06-30"], words].concat();
        place(&sandbox).pyenv(&words).ended(status).out()
    };
    let expected = "notes.md:1: 2023-02-29: no such date\nnotes.md:3: 31 April 2024: no such date\nnotes.md:3: February \
                    30, 2024: no such date\nplans.txt:1: 2031/01/02: in the future\nfiles: 3, dates: 6, wrong: 4\n";
    assert_eq!(run(&["--validate"], 1), expected);
    assert_eq!(run(&[], 1), expected);
    assert_eq!(run(&["--status"], 0), "files: 3, dates: 6, wrong: 4\n");
    assert_eq!(run(&["--validate", "picture"], 0), "files: 1, dates: 0, wrong: 0\n");
    let script = ["run", "--script", "tools/examples/date-enforcer.py", "--args", "--validate", "plans.txt"];
    let said = place(&sandbox).pyenv(&script).out();
    assert!(said.ends_with("dates: 2, wrong: 2\n") || said.ends_with("dates: 2, wrong: 0\n"), "{said}");
    let said = place(&sandbox).pyenv(&["tool", "run", "date-enforcer", "--", "--vali"]).ended(2);
    assert!(said.err().contains("did you mean `--validate`?"), "{}", said.err());
}

#[test]
fn what_tidy_does_is_shown_as_a_table() {
    let Some(sandbox) = repository() else { return };
    sandbox.remove("venv");
    if removable::make(&sandbox, "venv").and_then(|()| removable::make(&sandbox, "old")).is_none() {
        return;
    }
    sandbox.remove("old/bin/python");
    sandbox.link("old/bin/python", "/nowhere/python");
    let run = |words: &[&str], status: i32| {
        let words = [&["tool", "run", "folder-tidier", "--"], words].concat();
        place(&sandbox).pyenv(&words).ended(status).out()
    };
    let before = run(&["--analyze", "--target", "venv"], 0);
    let lines: Vec<Vec<&str>> = before.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["ACTION", "PATH", "KIND", "SIZE"]);
    assert_eq!((lines.len(), &lines[1][..2]), (2, &["delete", "old"][..]), "{before}");
    assert!(sandbox.path("repo/old").exists());
    let cleaned = run(&["--clean", "--target", "venv", "--backup"], 0);
    assert!(cleaned.contains("deleted  old"), "{cleaned}");
    assert!(!sandbox.path("repo/old").exists() && sandbox.path("repo/venv").exists());
    assert_eq!(run(&["--analyze", "--target", "venv"], 0), "nothing to tidy\n");
    let restorable = sandbox.json(&["restore"]);
    assert_eq!(restorable["restore"]["restorable"][0]["path"], "old");
    let said = place(&sandbox).pyenv(&["tool", "run", "folder-tidier", "--target", "all-of-it"]).ended(2);
    assert!(said.err().contains("must be one of venv, caches, all, not `all-of-it`"), "{}", said.err());
}
