//! Tools of a repository: registered, shown, trusted by content, and run exactly as trusted or not at all.

use serde_json::{Value, json};

use crate::support::activation::environment;
use crate::support::answer;
use crate::support::repository::Sandbox;
use crate::support::sandbox::Place;

const DESCRIPTION: &str = r#"{
  "name": "dates", "description": "Prints its arguments", "script": "dates.py", "files": ["known.txt"],
  "arguments": [
    {"name": "validate", "option": "--validate"},
    {"name": "limit", "option": "--limit", "values": ["COUNT"], "type": "integer"},
    {"name": "paths", "values": ["PATH"], "repeated": true}
  ],
  "effects": ["read"]
}"#;

const SCRIPT: &str =
    "import os, sys\nopen('ran', 'w').close()\nprint(*sys.argv[1:], sep='\\n')\nsys.exit(7)\n";

/// A repository with a registered tool that is not trusted, and an environment.
fn repository() -> Option<Sandbox> {
    let sandbox = Sandbox::repository();
    environment(&sandbox, "venv")?;
    write_tool(&sandbox);
    sandbox.pyenv(&["tool", "register", "tools/dates.json"]).ended(0);
    Some(sandbox)
}

fn write_tool(sandbox: &Sandbox) {
    sandbox.write("tools/dates.json", DESCRIPTION);
    sandbox.write("tools/dates.py", SCRIPT);
    sandbox.write("tools/known.txt", "known\n");
}

fn digest(place: &Place<'_>, name: &str) -> String {
    place.json(&["tool", "show", name])["registered_tool"]["digest"].as_str().expect("a digest").to_owned()
}

fn trust(sandbox: &Sandbox, name: &str) {
    let digest = digest(&sandbox.at("repo"), name);
    sandbox.pyenv(&["tool", "trust", name, "--digest", &digest]).ended(0);
}

/// Asserts that a tool does not run, and returns what was said.
#[track_caller]
fn refused(sandbox: &Sandbox, name: &str) -> String {
    let said = sandbox.pyenv(&["tool", "run", name, "a"]).ended(2);
    assert_eq!(said.out(), "");
    assert!(!sandbox.path("repo/ran").exists(), "it ran: {}", said.err());
    said.err()
}

/// Asserts that the tool runs, and returns what it printed.
#[track_caller]
fn ran(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let said = sandbox.pyenv(&[&["tool", "run", "dates"], arguments].concat()).ended(7);
    assert!(sandbox.path("repo/ran").exists());
    sandbox.remove("ran");
    said.out()
}

#[test]
fn a_tool_runs_once_it_is_trusted_and_only_as_it_was_then() {
    let Some(sandbox) = repository() else { return };
    let said = refused(&sandbox, "dates");
    assert!(said.contains("`dates` is not trusted"), "{said}");
    let command = said.lines().find_map(|line| line.split("`git pyenv tool trust ").nth(1));
    let words: Vec<&str> = command.expect("a command").trim_end_matches('`').split(' ').collect();
    sandbox.pyenv(&[&["tool", "trust"], words.as_slice()].concat()).ended(0);
    assert_eq!(ran(&sandbox, &["--validate", "a"]), "--validate\na\n");
    for (file, bytes) in [
        ("tools/dates.json", DESCRIPTION.replace("Prints its", "Shows its")),
        ("tools/dates.py", SCRIPT.replace("7", "8")),
        ("tools/known.txt", "other\n".to_owned()),
    ] {
        sandbox.write(file, bytes);
        let said = refused(&sandbox, "dates");
        assert!(said.contains("`dates` is not trusted"), "{file}: {said}");
        assert!(
            sandbox.pyenv(&["tool", "show", "dates", "--output", "text"]).out().contains("it was changed")
        );
        write_tool(&sandbox);
        ran(&sandbox, &[]);
    }
}

#[test]
fn arguments_reach_the_tool_as_they_were_typed_or_not_at_all() {
    let Some(sandbox) = repository() else { return };
    trust(&sandbox, "dates");
    let hostile = ["$(touch ran2)", "`touch ran2`", "; touch ran2", "a b", "*", "", "é\n'\""];
    let words = [&["--", "--limit", "-5"][..], &hostile].concat();
    assert_eq!(ran(&sandbox, &words), format!("--limit\n-5\n{}\n", hostile.join("\n")));
    assert!(!sandbox.path("repo/ran2").exists());
    for (arguments, expected) in [
        (&["--valdate"][..], "did you mean `--validate`?"),
        (&["--limit", "many"], "must be a whole number, not `many`"),
        (&["--limit"], "the option `--limit` needs a value"),
        (&["--validate", "--validate"], "given more than once"),
        (&["--limit", "--validate"], "needs a value"),
    ] {
        let said = sandbox.pyenv(&[&["tool", "run", "dates"], arguments].concat()).ended(2);
        assert!(said.err().contains(expected), "{arguments:?}: {}", said.err());
        assert!(said.out().is_empty() && !sandbox.path("repo/ran").exists(), "{arguments:?}");
    }
}

#[test]
fn trust_is_in_one_repository_and_one_name() {
    let Some(sandbox) = repository() else { return };
    trust(&sandbox, "dates");
    let list = answer::both(&sandbox.at(""), &["tool", "list", "--trusted"], 0);
    assert_eq!(list.0["trusted"][0]["name"], json!("dates"));
    assert_eq!(list.0["trusted"][0]["files"].as_array().map(Vec::len), Some(3));
    // The same content elsewhere was not looked at.
    sandbox.git(&["add", "tools"]);
    sandbox.git(&["commit", "-qm", "tools"]);
    sandbox.git(&["worktree", "add", "-q", "../tree"]);
    sandbox.git_in("", &["clone", "-q", "repo", "other"]);
    let state =
        |directory: &str| sandbox.at(directory).json(&["tool", "list"])["registered_tools"][0].clone();
    assert_eq!(state("tree")["tool"]["trust"], json!("trusted"));
    assert_eq!(state("other")["tool"]["trust"], json!("untrusted"));
    // Nor is another tool with the same content.
    sandbox.write("tools/more.json", DESCRIPTION.replace("\"dates\"", "\"more\""));
    sandbox.pyenv(&["tool", "register", "tools/more.json"]).ended(0);
    refused(&sandbox, "more");
    let dry = sandbox.json(&["tool", "untrust", "dates", "--dry-run"]);
    assert_eq!(dry["removed_tool"]["forgotten"], json!(1));
    ran(&sandbox, &[]);
    let removed = sandbox.json(&["tool", "untrust", "dates"]);
    assert_eq!(
        removed["removed_tool"],
        json!({ "name": "dates", "unregistered": false, "forgotten": 1, "dry_run": false })
    );
    refused(&sandbox, "dates");
    assert_eq!(sandbox.json(&["tool", "list", "--trusted"])["trusted"], json!([]));
}

#[test]
fn only_the_digest_that_was_shown_is_trusted() {
    let Some(sandbox) = repository() else { return };
    let shown = digest(&sandbox.at("repo"), "dates");
    sandbox.write("tools/dates.py", SCRIPT.replace("7", "8"));
    for wrong in [shown.as_str(), "", "0"] {
        let said = sandbox.pyenv(&["tool", "trust", "dates", "--digest", wrong]).ended(2);
        assert!(said.err().contains("`dates` does not have this digest"), "{}", said.err());
    }
    refused(&sandbox, "dates");
    let said = sandbox.pyenv(&["tool", "trust", "dates"]).ended(2);
    assert!(said.err().contains("needs an answer at a terminal"), "{}", said.err());
}

#[test]
fn the_registry_is_sorted_and_says_what_is_wrong_with_a_tool() {
    let Some(sandbox) = repository() else { return };
    sandbox.write("tools/b.json", r#"{"description": "B", "executable": "b.sh"}"#);
    sandbox.write("tools/b.sh", "#!/bin/sh\n");
    sandbox.write("tools/python-env.json", r#"{"venvDirectory": "venv"}"#);
    for file in ["tools/python-env.json", "tools/b.json", "tools/b.json"] {
        sandbox.pyenv(&["tool", "register", file]).ended(0);
    }
    let dry = sandbox.json(&["tool", "register", "tools/dates.json", "--dry-run"]);
    assert_eq!(dry["tool_action"], json!("already-registered"));
    let expected = "{\n  \"tools\": [\n    {\"name\": \"b\", \"file\": \"tools/b.json\"},\n    {\"name\": \"dates\", \
                    \"file\": \"tools/dates.json\"},\n    {\"name\": \"python-env\", \"file\": \
                    \"tools/python-env.json\"}\n  ]\n}\n";
    assert_eq!(String::from_utf8_lossy(&sandbox.read("repo/tools/registry.json")), expected);
    sandbox.remove("tools/b.sh");
    let (list, _) = answer::both(&sandbox.at("repo"), &["tool", "list"], 0);
    let state = |at: usize| &list["registered_tools"][at];
    assert_eq!(
        state(0)["problem"]["message"],
        json!("`tools/b.sh`, which `tools/b.json` names, does not exist")
    );
    assert_eq!(
        (&state(1)["tool"]["trust"], &state(2)["tool"]["trust"]),
        (&json!("untrusted"), &json!("not-needed"))
    );
    let text = sandbox.pyenv(&["tool", "list", "--output", "text"]).ended(0).out();
    assert!(text.contains("warning: cannot run `b`: `tools/b.sh`, which"), "{text}");
    // It runs git-pyenv, and nothing of the repository.
    let said =
        sandbox.pyenv(&["tool", "run", "python-env", "--", "config", "venvDirectory", "--output", "json"]);
    assert_eq!(said.ended(0).json()["settings"][0]["value"], json!("venv"));
    sandbox.pyenv(&["tool", "unregister", "dates", "--dry-run"]).ended(0);
    assert_eq!(String::from_utf8_lossy(&sandbox.read("repo/tools/registry.json")), expected);
    sandbox.pyenv(&["tool", "unregister", "dates"]).ended(0);
    let said = sandbox.pyenv(&["tool", "run", "dates"]).ended(2);
    assert!(said.err().contains("no tool `dates`"), "{}", said.err());
    assert!(sandbox.path("repo/tools/dates.py").exists());
}

#[test]
fn descriptions_that_lead_elsewhere_are_refused() {
    let sandbox = Sandbox::repository();
    sandbox.write("tools/x.py", "");
    sandbox.write("outside.json", DESCRIPTION);
    std::fs::write(sandbox.path("outside.py"), "").expect("a file");
    sandbox.link("tools/link.py", "x.py");
    sandbox.link("linked", "tools");
    sandbox.link("tools/link.json", "tool.json");
    let register = |file: &str| sandbox.pyenv(&["tool", "register", file]).ended(2).err();
    for (document, expected) in [
        (r#"{"script": "../../outside.py"}"#, "is not the path of a file in the repository"),
        (r#"{"script": "/etc/passwd"}"#, "is not the path of a file in the repository"),
        (r#"{"script": "../.."}"#, "is not the path of a file in the repository"),
        (r#"{"script": "link.py"}"#, "it is a symlink"),
        (r#"{"script": "../linked/x.py"}"#, "failed to open"),
        (r#"{"script": "x.py", "files": ["/dev/null"]}"#, "is not the path of a file in the repository"),
        (r#"{"script": "missing.py"}"#, "`tools/missing.py`, which `tools/tool.json` names, does not exist"),
        (r#"{"script": "../tools"}"#, "it is a directory"),
        (r#"{"description": "nothing"}"#, "neither `script` nor `executable`"),
        ("{\n\"script\": 1}", "`script` must be a string, not a number"),
        (
            "{\"script\": \"x.py\",\n\"arguments\": [{\"name\": \"a\", \"type\": true}]}",
            "`arguments[0].type`",
        ),
        ("{\"script\": \"x.py\", \"scirpt\": \"y\"}", "did you mean `script`?"),
        ("{", "EOF"),
    ] {
        sandbox.write("tools/tool.json", document);
        let said = register("tools/tool.json");
        assert!(said.contains(expected), "{document}: {said}");
        assert!(!document.contains('\n') || said.contains("tools/tool.json:2"), "{document}: {said}");
    }
    assert!(register("tools/link.json").contains("it is a symlink"));
    assert!(register("../outside.json").contains("outside of the work tree"));
    assert!(register("tools/none.json").contains("`tools/none.json` does not exist"));
    assert!(!sandbox.path("repo/tools/registry.json").exists());
    // A registry that somebody else wrote is not believed either.
    for (entry, expected) in [
        (r#"{"name": "x", "file": "../outside.json"}"#, "names an invalid file"),
        (r#"{"name": "x", "file": "linked/tool.json"}"#, "failed to open"),
        (r#"{"name": "x", "file": "outside.json"}"#, "is the description of `dates`, and not of `x`"),
        (r#"{"name": "../x", "file": "outside.json"}"#, "`tools[0].name` is not the name of a tool"),
        (r#"{"name": "x"}"#, "`tools[0].file` is missing"),
    ] {
        sandbox.write("tools/dates.py", "");
        sandbox.write("dates.py", "");
        sandbox.write("known.txt", "");
        sandbox.write("tools/registry.json", format!("{{\"tools\": [{entry}]}}"));
        let said = sandbox.pyenv(&["tool", "run", "x"]).ended(2).err();
        assert!(said.contains(expected), "{entry}: {said}");
    }
    sandbox.remove("tools/registry.json");
    sandbox.link("tools/registry.json", "tool.json");
    assert!(sandbox.pyenv(&["tool", "list"]).ended(2).err().contains("it is a symlink"));
}

#[test]
fn nothing_beside_a_script_runs_with_it() {
    let Some(sandbox) = repository() else { return };
    sandbox.write("tools/dates.py", "import json, sys\nprint(json.__file__)\n");
    sandbox.write("tools/json.py", "open('ran', 'w').close()\n");
    sandbox.write("json.py", "open('ran', 'w').close()\n");
    trust(&sandbox, "dates");
    let place = sandbox.at("repo").with("PYTHONPATH", sandbox.path("repo"));
    let said = place.pyenv(&["tool", "run", "dates"]).ended(0);
    assert!(said.out().contains("json/__init__.py"), "{}", said.out());
    assert!(!sandbox.path("repo/ran").exists());
}

#[test]
fn an_environment_of_the_repository_does_not_run_a_tool() {
    let Some(sandbox) = repository() else { return };
    trust(&sandbox, "dates");
    sandbox.git(&["add", "--force", "venv"]);
    let said = refused(&sandbox, "dates");
    assert!(said.contains("cannot run `dates` in this environment"), "{said}");
    assert!(said.contains("git pyenv fix venv"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_program_runs_with_the_environment_that_it_wants_or_without_one() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::repository();
    sandbox.write("t/x.json", r#"{"executable": "x.sh"}"#);
    sandbox.write_program("t/x.sh", "#!/bin/sh\necho \"${VIRTUAL_ENV##*/}\" \"$@\"\nkill -TERM $$\n");
    sandbox.pyenv(&["tool", "register", "t/x.json"]).ended(0);
    trust(&sandbox, "x");
    let run = || sandbox.pyenv(&["tool", "run", "x", "--any", "--", "thing"]);
    let said = run();
    assert_eq!((said.status, said.out().as_str()), (None, " --any -- thing\n"));
    let Some(_) = environment(&sandbox, "venv").and_then(|_| environment(&sandbox, "docs")) else { return };
    assert_eq!(run().out(), "venv --any -- thing\n");
    sandbox.write("t/x.json", r#"{"executable": "x.sh", "environment": "docs"}"#);
    trust(&sandbox, "x");
    assert_eq!(run().out(), "docs --any -- thing\n");
    sandbox.write("t/x.json", r#"{"executable": "x.sh", "environment": "none"}"#);
    trust(&sandbox, "x");
    assert!(run().ended(2).err().contains("`none`"));
    sandbox.write("t/x.json", r#"{"executable": "x.sh"}"#);
    let plain = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(sandbox.path("repo/t/x.sh"), plain).expect("permissions");
    assert!(run().ended(2).err().contains("`t/x.sh` is not executable"));
}

#[cfg(unix)]
#[test]
fn a_person_is_shown_the_tool_and_asked() {
    use crate::support::terminal::{Attached, Terminal};
    let Some(sandbox) = repository() else { return };
    let start = |arguments: &[&str]| {
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), "repo");
        command.arg("tool").args(arguments).env("TERM", "xterm");
        Terminal::start(command, 120, Attached::All)
    };
    let question = "trust it as it is now?";
    for keys in [b"n".as_slice(), b"\r", b"\x04"] {
        let mut terminal = start(&["run", "dates", "a"]);
        assert!(terminal.wait_for(question), "{}", terminal.finish().2);
        terminal.answer(keys);
        let (status, _, seen) = terminal.finish();
        assert_eq!(status.code(), Some(2), "{seen}");
        assert!(seen.contains("tools/dates.py, by the Python of the default environment"), "{seen}");
        assert!(seen.contains("read files (as it says itself)"), "{seen}");
        assert!(!sandbox.path("repo/ran").exists(), "{seen}");
    }
    // What changes between the question and the answer is not what was shown.
    let mut terminal = start(&["run", "dates", "a"]);
    assert!(terminal.wait_for(question), "{}", terminal.finish().2);
    sandbox.write("tools/dates.py", SCRIPT.replace("7", "8"));
    terminal.answer(b"y");
    let (status, _, seen) = terminal.finish();
    assert_eq!(status.code(), Some(2), "{seen}");
    assert!(!sandbox.path("repo/ran").exists() && seen.contains("was changed"), "{seen}");
    write_tool(&sandbox);
    sandbox.pyenv(&["tool", "untrust", "dates"]).ended(0);
    let mut terminal = start(&["trust", "dates"]);
    assert!(terminal.wait_for(question), "{}", terminal.finish().2);
    terminal.answer(b"y");
    let (status, _, seen) = terminal.finish();
    assert_eq!(status.code(), Some(0), "{seen}");
    assert!(seen.contains("now trusted: `dates`"), "{seen}");
    let terminal = start(&["run", "dates", "a"]);
    let (status, _, seen) = terminal.finish();
    assert_eq!((status.code(), seen.trim_end()), (Some(7), "a"));
}

#[test]
fn the_published_schema_of_descriptions_agrees_with_the_parser() {
    let text = crate::support::source::read("tools/schema/description.json");
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let with = |change: &dyn Fn(&mut Value)| {
        let mut document: Value = serde_json::from_str(DESCRIPTION).expect("JSON");
        change(&mut document);
        document
    };
    let argument = |key: &'static str, value: Value| {
        with(&move |document| document["arguments"][1][key] = value.clone())
    };
    let good = [
        with(&|_| {}),
        with(&|document| document["environment"] = json!("docs")),
        with(&|document| document["version"] = Value::Null),
        argument("shortOption", json!("-n")),
        argument("required", json!(true)),
    ];
    let bad = [
        with(&|document| document["name"] = json!("a b")),
        with(&|document| document["script"] = json!(1)),
        with(&|document| document["executable"] = json!("x")),
        with(&|document| document["files"] = json!("known.txt")),
        with(&|document| document["files"] = json!([""])),
        with(&|document| document["effects"] = json!(["all"])),
        with(&|document| document["arguments"] = json!({})),
        with(&|document| document["arguments"][1] = json!({ "option": "--x" })),
        argument("option", json!("limit")),
        argument("shortOption", json!("--n")),
        argument("type", json!("int")),
        argument("values", json!(["A", "B"])),
        argument("choices", json!([])),
        argument("required", json!("yes")),
        argument("more", json!(1)),
    ];
    let is_read = |document: &Value| {
        git_pyenv::formats::tool_description::parse(document.to_string().as_bytes(), |_| false).is_ok()
    };
    for document in &good {
        assert!(validator.is_valid(document) && is_read(document), "{document}");
    }
    for document in &bad {
        assert!(!validator.is_valid(document) && !is_read(document), "{document}");
    }
    for name in ["date-enforcer", "folder-tidier"] {
        let text = crate::support::source::read(&format!("tools/examples/{name}.json"));
        assert!(validator.is_valid(&serde_json::from_str(&text).expect("JSON")), "{name}");
    }
}
