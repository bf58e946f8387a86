//! Tools of a repository: registered, shown, trusted by content, and run exactly as trusted or not at all.

use serde_json::{Value, json};

use crate::support::activation::environment;
use crate::support::answer;
use crate::support::repository::Sandbox;
use crate::support::sandbox::Place;
use crate::support::source;

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
    let words = [&["--", "--limit=-5", "--"][..], &hostile].concat();
    assert_eq!(ran(&sandbox, &words), format!("--limit=-5\n--\n{}\n", hostile.join("\n")));
    assert!(!sandbox.path("repo/ran2").exists());
    for (arguments, expected) in [
        (&["--valdate"][..], "did you mean `--validate`?"),
        (&["--limit", "many"], "must be a whole number, not `many`"),
        (&["--limit"], "the option `--limit` needs a value"),
        (&["--validate", "--validate"], "given more than once"),
        (&["--limit", "--validate"], "needs a value"),
        (&["--limit", "-5"], "needs a value"),
        (&["-5"], "unknown option `-5`"),
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
    assert!(said.contains("`git pyenv fix venv && git pyenv create --force --env venv`"), "{said}");
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
    let question = "trust `dates`, which runs `tools/dates.py`, as it is now (";
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
    let text = source::read("tools/schema/description.json");
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
        let text = source::read(&format!("tools/examples/{name}.json"));
        assert!(validator.is_valid(&serde_json::from_str(&text).expect("JSON")), "{name}");
    }
}

#[test]
fn an_environment_that_came_some_other_way_does_not_run_a_tool() {
    let Some(sandbox) = repository() else { return };
    trust(&sandbox, "dates");
    let settings = |directory: &str| {
        sandbox.write("tools/python-env.json", format!("{{\"venvDirectory\": \"{directory}\"}}"));
    };
    // Behind a link, and in a repository within this one.
    environment(&sandbox, "real/venv");
    sandbox.git(&["add", "--force", "real"]);
    sandbox.link("link", "real");
    settings("link/venv");
    assert!(refused(&sandbox, "dates").contains("cannot run `dates` in this environment"));
    environment(&sandbox, "sub/venv");
    sandbox.git(&["init", "--quiet", "sub"]);
    sandbox.git(&["-C", "sub", "add", "--force", "venv"]);
    settings("sub/venv");
    assert!(refused(&sandbox, "dates").contains("cannot run `dates` in this environment"));
    // What git has cannot be determined.
    settings("venv");
    ran(&sandbox, &[]);
    sandbox.write(".git/index", "not an index");
    let said = sandbox.pyenv(&["tool", "run", "dates"]);
    assert_eq!(said.status, Some(3), "{}", said.err());
    assert!(!sandbox.path("repo/ran").exists());
    sandbox.remove(".git/index");
    for outside in ["/tmp/x", "../x"] {
        let changed = DESCRIPTION.replace("\"files\"", &format!("\"environment\": \"{outside}\", \"files\""));
        sandbox.write("tools/dates.json", changed);
        let expected = format!("`environment` is outside of the repository: `{outside}`");
        assert!(refused(&sandbox, "dates").contains(&expected));
    }
}

#[test]
fn what_python_reads_by_itself_does_not_run() {
    let Some(sandbox) = repository() else { return };
    let python = |code: &str| {
        sandbox.at("repo").run(sandbox.path("repo/venv/bin/python"), &["-c", code]).ended(0).out()
    };
    let version = python("import sys; print('%d.%d' % sys.version_info[:2])");
    // A compiled file that Python believes without a look at the source.
    sandbox.write("helpers/helper.py", "value = 1\n");
    sandbox.write("evil.py", "value = 2\n");
    python(
        "import importlib.util, py_compile as c\nc.compile('evil.py', \
         cfile=importlib.util.cache_from_source('helpers/helper.py'), \
         invalidation_mode=c.PycInvalidationMode.UNCHECKED_HASH)",
    );
    // As an editable install of the repository leads there.
    let site = format!("venv/lib/python{}/site-packages", version.trim());
    sandbox.write(format!("{site}/project.pth"), format!("{}\n", sandbox.path("repo/src").display()));
    for name in ["sitecustomize", "usercustomize"] {
        sandbox.write(format!("src/{name}.py"), "open('ran', 'w').close()\n");
    }
    sandbox.write("src/project.py", "value = 5\n");
    let script = "import os, sys\nhere = os.path.dirname(os.path.abspath(__file__))\nsys.path.insert(0, \
                  os.path.join(here, '..', 'helpers'))\nimport helper, project\nprint(helper.value, project.value, \
                  __name__, sys.argv[1:])\n";
    sandbox.write("tools/dates.py", script);
    trust(&sandbox, "dates");
    let said = sandbox.pyenv(&["tool", "run", "dates", "a"]).ended(0);
    assert_eq!(said.out(), "1 5 __main__ ['a']\n", "{}", said.err());
    assert!(!sandbox.path("repo/ran").exists());
}

#[test]
fn a_script_that_is_another_one_by_now_does_not_run() {
    let Some(sandbox) = repository() else { return };
    let isolated = source::read("src/ops/tool/isolated.py");
    let run = |digest: &str| {
        let cache = sandbox.path("cache").display().to_string();
        let arguments =
            ["-I", "-S", "-c", &isolated, "dates", digest, &cache, "tools/dates.py", "a"].map(str::to_owned);
        sandbox.at("repo").run(sandbox.path("repo/venv/bin/python"), &arguments)
    };
    let files = sandbox.json(&["tool", "show", "dates"])["registered_tool"]["files"].clone();
    let digest = files[1]["sha256"].as_str().expect("a digest");
    assert_eq!(run(digest).ended(7).out(), "a\n");
    sandbox.remove("ran");
    sandbox.write("tools/dates.py", SCRIPT.replace('7', "8"));
    assert_eq!(run(digest).ended(2).err(), "error: `dates` was changed by another process\n");
    assert!(!sandbox.path("repo/ran").exists());
}

#[test]
fn no_repository_brings_trust() {
    let Some(sandbox) = repository() else { return };
    // The user's directory for state is in the work tree, and git has what is in it.
    let place = sandbox.at("repo").with("XDG_STATE_HOME", sandbox.path("repo/state"));
    let digest = digest(&place, "dates");
    place.pyenv(&["tool", "trust", "dates", "--digest", &digest]).ended(0);
    place.pyenv(&["tool", "run", "dates"]).ended(7);
    sandbox.remove("ran");
    sandbox.git(&["add", "--force", "state"]);
    let said = place.pyenv(&["tool", "run", "dates"]).ended(2).err();
    assert!(said.contains("git tracks what you trust: `state/git-pyenv/trusted`"), "{said}");
    // A directory says that it is a work tree of a repository in which the tool is trusted.
    sandbox.git(&["rm", "--quiet", "-r", "--cached", "state"]);
    trust(&sandbox, "dates");
    sandbox.at("").run("cp", &["-a", "repo", "other"]).ended(0);
    sandbox.remove("../other/.git");
    let git = format!("gitdir: {}\n", sandbox.path("repo/.git").display());
    sandbox.write("../other/.git", git);
    let said = sandbox.at("other").pyenv(&["tool", "run", "dates"]).ended(2).err();
    assert!(said.contains("is not a work tree of its repository"), "{said}");
    assert!(!sandbox.path("other/ran").exists() && !sandbox.path("repo/ran").exists());
}

#[test]
fn options_behind_the_name_are_those_of_the_tool() {
    let Some(sandbox) = repository() else { return };
    sandbox.write("tools/any.json", r#"{"script": "dates.py"}"#);
    sandbox.pyenv(&["tool", "register", "tools/any.json"]).ended(0);
    trust(&sandbox, "any");
    for words in [&["-v"][..], &["--help"], &["--output", "json"], &["-q", "--", "x"]] {
        let said = sandbox.pyenv(&[&["tool", "run", "any"], words].concat()).ended(7);
        assert_eq!(said.out(), format!("{}\n", words.join("\n")));
    }
    assert_eq!(sandbox.pyenv(&["tool", "run", "any", "--", "-v", "--"]).ended(7).out(), "-v\n--\n");
}

#[test]
fn a_description_does_not_fill_the_screen() {
    let Some(sandbox) = repository() else { return };
    let described = |text: &str| DESCRIPTION.replace("Prints its arguments", text);
    sandbox.write("tools/dates.json", described(&format!("Finds{}trust: not needed", " ".repeat(150))));
    let shown = sandbox.pyenv(&["tool", "show", "dates", "--output", "text"]).ended(0).out();
    assert!(shown.starts_with("dates: Finds trust: not needed\n"), "{shown}");
    let files = ["\"known.txt\""; 101].join(",");
    for (document, expected) in [
        (described(&"a".repeat(201)), "`description` must have no more than 200 characters"),
        (DESCRIPTION.replace("\"known.txt\"", &files), "`files` must have no more than 100"),
    ] {
        sandbox.write("tools/dates.json", document);
        assert!(refused(&sandbox, "dates").contains(expected));
    }
}

#[test]
fn several_may_register_at_once() {
    let Some(sandbox) = repository() else { return };
    // One record of something else that is damaged stops nobody.
    let state = sandbox.at("repo").with("XDG_STATE_HOME", sandbox.path("state"));
    sandbox.write("../state/git-pyenv/trusted/x.json", "{");
    let names: Vec<String> = (0..8).map(|number| format!("t{number}")).collect();
    for name in &names {
        sandbox.write(format!("tools/{name}.json"), r#"{"script": "dates.py"}"#);
    }
    let start = |name: &String| {
        let mut command = state.command(env!("CARGO_BIN_EXE_git-pyenv"));
        command.stdout(std::process::Stdio::null());
        command.args(["tool", "register", &format!("tools/{name}.json")]).spawn().expect("a program")
    };
    let children: Vec<_> = names.iter().map(start).collect();
    for mut child in children {
        assert!(child.wait().expect("an end").success());
    }
    let registry = String::from_utf8(sandbox.read("repo/tools/registry.json")).expect("text");
    assert_eq!(registry.lines().filter(|line| line.contains("\"name\"")).count(), 9, "{registry}");
    let listed = state.json(&["tool", "list", "--trusted"]);
    assert!(
        listed["trust_problems"][0]["message"].as_str().expect("a problem").contains("x.json` is damaged")
    );
}

#[cfg(unix)]
#[test]
fn a_program_that_names_another_in_the_working_directory_does_not_run() {
    let sandbox = Sandbox::repository();
    sandbox.write("t/x.json", r#"{"executable": "x.sh"}"#);
    for first in ["#!./evil", "#! evil", "#!/usr/bin/env ./evil", "#!/usr/bin/env -S ../evil x"] {
        sandbox.write_program("t/x.sh", format!("{first}\n"));
        sandbox.pyenv(&["tool", "register", "t/x.json"]).ended(0);
        trust(&sandbox, "x");
        let said = refused(&sandbox, "x");
        let expected = "its first line names a program relative to the working directory";
        assert!(said.contains(expected), "{first}: {said}");
    }
}
