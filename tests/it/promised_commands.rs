//! The command lines that the design promises, in this order, in a new repository with the four settings that tools share.

use serde_json::{Value, json};

use crate::support::installs::{Installs, changes};
use crate::support::pythons::python;
use crate::support::{schema, source};

const SETTINGS: &str = r#"{"venvDirectory":"venv","requirementsFile":"requirements.txt","pythonVersion":"3.8","autoCleanup":true}"#;

/// A repository with the settings, a script, a wrong date, and one more repository beside it.
fn project() -> Option<Installs> {
    let installs = Installs::without_environment(python("3.8")?);
    let sandbox = &installs.sandbox;
    sandbox.write("../programs/python3.8", "");
    sandbox.remove("../programs/python3.8");
    sandbox.link("../programs/python3.8", installs.python.to_string_lossy().as_bytes());
    sandbox.write("tools/python-env.json", SETTINGS);
    sandbox.write("scripts/date-enforcer.py", source::read("tools/examples/date-enforcer.py"));
    sandbox.write("notes.txt", "written on 2024-02-30\n");
    sandbox.git(&["add", "--all", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "a project"]);
    sandbox.make_directory("several");
    sandbox.git_in("several", &["init", "--quiet", "other"]);
    Some(installs)
}

/// In a pipe the result is JSON.
#[track_caller]
fn result(installs: &Installs, arguments: &[&str], status: i32) -> Value {
    let answer = installs.place().pyenv(arguments).ended(status).json();
    schema::assert_fits(&answer);
    assert_eq!((&answer["exit_code"], &answer["error"]), (&json!(status), &Value::Null), "{arguments:?}");
    answer
}

#[test]
fn every_command_line_does_what_it_says() {
    let Some(installs) = project() else { return };
    an_environment_in_step(&installs);
    a_script(&installs);
    what_is_deleted(&installs);
    what_is_tidied(&installs);
    tools_and_the_log(&installs);
}

fn an_environment_in_step(installs: &Installs) {
    let place = installs.place();
    let venv = installs.sandbox.path("repo/venv");
    let created = result(installs, &["create"], 0);
    assert_eq!(created["create"]["created"], json!(true));
    assert_eq!(created["create"]["environment"]["path"], json!("venv"));
    let version = created["create"]["environment"]["python"].as_str().expect("a version");
    assert!(version.starts_with("3.8."), "{version}");
    assert!(result(installs, &["create", "--force"], 0)["create"]["replaced"]["record"].is_string());
    assert_eq!(changes(&result(installs, &["install"], 0)), ["added alpha - 1.0", "added beta - 1.0"]);
    let checked = result(installs, &["check"], 0);
    assert_eq!((&checked["status"], &checked["findings"]), (&json!("clean"), &json!([])));
    assert_eq!(checked["environments"][0]["sync"]["status"], json!("in-step"));
    let said = place.pyenv(&["check", "--output", "text"]).ended(0).out();
    assert!(said.starts_with("checked 5 tracked paths, 1 environment, 1 manifest in "), "{said}");
    assert!(said.ends_with(": clean\n"), "{said}");
    assert_eq!(place.pyenv(&["activate"]).ended(0).out(), format!(". '{}/bin/activate'\n", venv.display()));
}

fn a_script(installs: &Installs) {
    let place = installs.place();
    let script = ["run", "--script", "scripts/date-enforcer.py"];
    let wrong = "notes.txt:1: 2024-02-30: no such date\n";
    for (options, status) in [(&[][..], 1), (&["--args", "--validate"], 1), (&["--args", "--status"], 0)] {
        let said = place.pyenv(&[&script, options].concat()).ended(status).out();
        assert_eq!(said.starts_with(wrong), status == 1, "{options:?}: {said}");
        assert!(said.ends_with(", wrong: 1\n"), "{options:?}: {said}");
    }
}

fn what_is_deleted(installs: &Installs) {
    let place = installs.place();
    let venv = installs.sandbox.path("repo/venv");
    let planned = result(installs, &["cleanup", "--dry-run"], 0);
    assert_eq!(planned["cleanup"]["plan"][0]["path"], json!("venv"));
    assert!(venv.exists());
    assert_eq!(result(installs, &["cleanup", "--force"], 0)["cleanup"]["removed"][0]["path"], json!("venv"));
    assert!(!venv.exists());
    assert_eq!(
        place.pyenv(&["cleanup", "--force", "--output", "text"]).ended(0).out(),
        "nothing to clean up\n"
    );
    let again = result(installs, &["cleanup", "--force", "--create-venv"], 0);
    assert_eq!(changes(&again["create"]), ["added alpha - 1.0", "added beta - 1.0"]);
    // Nobody can be asked here, so it only shows what it would delete.
    let several = installs.sandbox.path("").display().to_string();
    let asked = result(installs, &["cleanup", "--directory", &several], 1);
    assert_eq!(asked["cleanup"]["needs_confirmation"], json!(true));
    assert_eq!(asked["cleanup"]["plan"][0]["path"], json!(venv.display().to_string()));
    assert!(venv.exists());
}

fn what_is_tidied(installs: &Installs) {
    let venv = installs.sandbox.path("repo/venv");
    // An environment that works stays; what is left of another goes, and comes back.
    installs.sandbox.write("old/pyvenv.cfg", "home = /nowhere\nversion = 3.8.0\n");
    installs.sandbox.link("old/bin/python", "/nowhere/python3.8");
    let planned = result(installs, &["tidy", "--dry-run", "--target", "venv"], 0);
    assert_eq!(planned["cleanup"]["plan"].as_array().map(Vec::len), Some(1));
    assert_eq!(planned["cleanup"]["plan"][0]["path"], json!("old"));
    let tidied = result(installs, &["tidy", "--force", "--target", "venv", "--backup"], 0);
    assert!(tidied["cleanup"]["removed"][0]["archive"].is_string(), "{:#}", tidied["cleanup"]);
    assert!(venv.exists() && !installs.sandbox.path("repo/old").exists());
    let restorable = result(installs, &["restore"], 0);
    assert_eq!(restorable["restore"]["restorable"][0]["path"], json!("old"), "{:#}", restorable["restore"]);
}

fn tools_and_the_log(installs: &Installs) {
    let registered = result(installs, &["tool", "register", "tools/python-env.json"], 0);
    assert_eq!(registered["registered_tool"]["name"], json!("python-env"));
    let listed = result(installs, &["tool", "list"], 0);
    assert_eq!(listed["registered_tools"][0]["tool"]["trust"], json!("not-needed"));
    assert!(
        installs.place().pyenv(&["tool", "list", "--output", "text"]).ended(0).out().contains("python-env")
    );
    let log = result(installs, &["log", "--verify"], 0);
    assert_eq!((&log["log"]["state"]["broken"], &log["log"]["state"]["entries"]), (&Value::Null, &json!(6)));
}
