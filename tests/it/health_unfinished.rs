//! Environments that were not made, or not deleted, to the end.
#![cfg(unix)]

use git_pyenv::model::HealthStatus;

use crate::support::environments as env;
use crate::support::health::{about, found, health, python, venv};
use crate::support::repository::Sandbox;

#[test]
fn an_interrupted_creation_is_unfinished() {
    use std::os::unix::process::CommandExt;
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    let mut command = sandbox.command(&python, "repo");
    let mut child = command.args(["-m", "venv", "env"]).process_group(0).spawn().expect("a process");
    // The interpreter is linked first; then pip is installed, which takes long; activation scripts come last.
    while !sandbox.path("repo/env/bin/python3.12").exists() {
        assert!(child.try_wait().expect("a state").is_none(), "it ends early");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    sandbox.at("").run("kill", &["-KILL", "--", &format!("-{}", child.id())]).ended(0);
    child.wait().expect("an end");
    assert!(!sandbox.path("repo/env/bin/activate").exists());
    assert_eq!(found(&sandbox), ["warning PYE307 env"]);
    assert_eq!(health(&sandbox).status, HealthStatus::Broken);
}

/// Debian's Python without `python3-venv` fails where pip would be installed.
#[test]
fn a_creation_without_ensurepip_is_unfinished() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    let without = "import venv\n\
        class Builder(venv.EnvBuilder):\n\
        \x20   def _setup_pip(self, context): raise SystemExit('ensurepip is not available')\n\
        Builder(with_pip=True, symlinks=True).create('env')\n";
    sandbox.at("repo").run(&python, &["-c", without]).ended(1);
    assert_eq!(found(&sandbox), ["warning PYE307 env"]);
}

#[test]
fn what_a_kill_or_a_deletion_leaves_is_unfinished() {
    let Some(python) = python(12) else { return };
    let cases: [(&[&str], &str); 6] = [
        (&["bin", "lib", "lib64", "include"], "has no interpreter"),
        (&["bin/python", "bin/python3", "bin/python3.12"], "has no interpreter"),
        (
            &["bin/activate", "bin/activate.csh", "bin/activate.fish", "bin/Activate.ps1"],
            "has no activation script",
        ),
        (&["lib", "lib64"], "has no directory for packages"),
        (&["pyvenv.cfg"], "has no pyvenv.cfg"),
        (&[], ""),
    ];
    for (removed, said) in cases {
        let sandbox = Sandbox::repository();
        venv(&sandbox, &python, "env");
        removed.iter().for_each(|path| sandbox.remove(&format!("env/{path}")));
        let answer = sandbox.json(&["check"]);
        let expected: &[&str] = if said.is_empty() { &[] } else { &["warning PYE307 env"] };
        assert_eq!(about(&answer), expected, "{removed:?}");
        assert!(answer.to_string().contains(said), "{removed:?}: {answer:#}");
    }
    let sandbox = Sandbox::repository();
    venv(&sandbox, &python, "env");
    let packages = "env/lib/python3.12/site-packages";
    sandbox.write(format!("{packages}/pip/__init__.py"), "");
    assert_eq!(found(&sandbox), ["warning PYE307 env"]);
    sandbox.write(format!("{packages}/pip-24.2.dist-info/METADATA"), "Name: pip\n");
    assert_eq!(found(&sandbox), [""; 0]);
    sandbox.make_directory("repo/.git-pyenv-x1y2");
    sandbox.at("repo").run("mv", &["env", ".git-pyenv-x1y2/new"]).ended(0);
    assert_eq!(found(&sandbox), ["warning PYE307 .git-pyenv-x1y2/new"]);
}

#[test]
fn what_git_has_of_an_environment_is_not_called_unfinished_too() {
    let sandbox = Sandbox::repository();
    env::venv(12).under("env").only(&["env/pyvenv.cfg"]).write(&sandbox);
    sandbox.git(&["add", "--force", "env"]);
    let answer = sandbox.json(&["check"]);
    assert_eq!(answer["findings"][0]["code"], "PYE102");
    assert_eq!(about(&answer), [""; 0]);
}
