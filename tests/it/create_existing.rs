//! What `create` says of an environment that is there: what a new one would have, with the command that gives it.
#![cfg(unix)]

use std::process::Command;

use crate::support::pythons::a_python;
use crate::support::repository::Sandbox;

#[test]
fn what_it_lacks_is_said_with_the_command() {
    let Some(python) = a_python() else { return };
    let sandbox = Sandbox::repository();
    let venv = ["-m", "venv", "--without-pip", "venv"];
    let made = Command::new(&python).args(venv).current_dir(sandbox.path("repo")).status();
    assert!(made.is_ok_and(|status| status.success()));
    let _ = std::fs::remove_file(sandbox.path("repo/venv/.gitignore"));
    let warnings = |arguments: &[&str]| sandbox.json(arguments)["create"]["warnings"].clone();
    let pip = "`venv` has no pip; install it with `git pyenv run -m ensurepip`";
    let ignored = "git does not ignore `venv`; ignore it with `git pyenv fix venv`";
    assert_eq!(warnings(&["create"]), serde_json::json!([pip, ignored]));
    assert_eq!(warnings(&["create", "--without-pip"]), serde_json::json!([ignored]));
    let said = sandbox.pyenv(&["create", "--output", "text"]).ended(0).err();
    assert!(
        said.contains(&format!("warning: {pip}")) && said.contains(&format!("warning: {ignored}")),
        "{said}"
    );
    sandbox.pyenv(&["fix", "venv"]).ended(0);
    sandbox.pyenv(&["run", "-m", "ensurepip"]).ended(0);
    assert_eq!(warnings(&["create"]), serde_json::json!([]));
}
