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

/// Who pulls the commit that untracks an environment keeps what git never had of it.
#[test]
fn what_a_pull_leaves_is_unfinished_and_made_again() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    sandbox.write(".gitignore", "__pycache__/\n");
    venv(&sandbox, &python, "venv");
    let pip = "venv/lib/python3.12/site-packages/pip";
    sandbox.write(format!("{pip}/__init__.py"), "");
    sandbox.git(&["add", "--force", "venv", ".gitignore"]);
    sandbox.git(&["commit", "--quiet", "--message", "all"]);
    sandbox.git_in("", &["clone", "--quiet", "repo", "clone"]);
    let compiled = format!("clone/{pip}/__pycache__");
    sandbox.make_directory(&compiled);
    sandbox.overwrite(&sandbox.path(&compiled).join("__init__.cpython-312.pyc"), b"x");
    let fixed = sandbox.pyenv(&["fix", "--output", "text"]).ended(0).out();
    assert!(fixed.contains("pulling that commit deletes the files in other clones"), "{fixed}");
    sandbox.git(&["commit", "--quiet", "--message", "untrack"]);
    let clone = sandbox.at("clone").with_binary();
    clone.git_ok(&["pull", "--quiet"]);
    let listed = clone.json(&["list"]);
    assert_eq!(listed["environments"][0]["health"]["problems"][0], "PYE307", "{listed:#}");
    let refused = clone.pyenv(&["create", "--without-pip", "--output", "json"]).ended(2).json();
    let hint = refused["error"]["hints"][0].as_str().expect("a hint").to_owned();
    let command = hint.split('`').nth(1).expect("a command");
    clone.run("sh", &["-c", command]).ended(0);
    clone.pyenv(&["create", "--without-pip"]).ended(0);
    assert_eq!(about(&clone.json(&["check"])), [""; 0]);
}

#[test]
fn halves_of_an_environment_are_unfinished() {
    let Some(python) = python(12) else { return };
    let halves: [(&[&str], &[&str]); 8] = [
        (&[], &["bin"]),
        (&[], &["bin", "pyvenv.cfg", "lib/python3.12/site-packages/pip/__init__.py"]),
        (&["bin/pip", "bin/activate"], &[]),
        (&["bin/python3.12"], &[]),
        (&["bin/activate"], &[]),
        (&["bin/pip", "lib"], &[]),
        (&["lib", "lib64"], &[]),
        (&["pyvenv.cfg"], &[]),
    ];
    for (kept, removed) in halves {
        let sandbox = Sandbox::repository();
        sandbox.at("repo").run(&python, &["-m", "venv", "half"]).ended(0);
        for path in kept {
            let keep = format!("mkdir -p keep/bin; mv half/{path} keep/{path}");
            sandbox.at("repo").run("sh", &["-euc", &keep]).ended(0);
        }
        if !kept.is_empty() {
            sandbox.remove("half");
            sandbox.at("repo").run("sh", &["-euc", "rmdir keep/bin 2>/dev/null || :; mv keep half"]).ended(0);
        }
        removed.iter().for_each(|path| sandbox.remove(&format!("half/{path}")));
        let found = found(&sandbox);
        assert!(found.contains(&"warning PYE307 half".to_owned()), "{kept:?} without {removed:?}: {found:?}");
        let created = sandbox.pyenv(&["create", "--env", "half", "--output", "text"]).ended(2);
        assert!(
            created.err().contains("hint: recreate it with `git pyenv create --force --env half`"),
            "{}",
            created.said()
        );
    }
}

#[test]
fn a_layout_of_windows_without_settings_is_unfinished() {
    let sandbox = Sandbox::repository();
    env::venv_windows().under("env").without(&["env/pyvenv.cfg"]).write(&sandbox);
    assert!(found(&sandbox).contains(&"warning PYE307 env".to_owned()), "{:?}", found(&sandbox));
    // virtualenv before 20 wrote none.
    sandbox.remove("env");
    env::legacy_windows().under("env").write(&sandbox);
    assert!(!found(&sandbox).iter().any(|finding| finding.contains("PYE307")), "{:?}", found(&sandbox));
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
