//! An environment that Windows made in a checkout that Linux shares: nothing uses it, nothing advises to delete it, and a
//! second one is made beside it.
#![cfg(unix)]

use crate::support::pythons::python;
use crate::support::removable::contents;
use crate::support::repository::Sandbox;

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("requirements.txt", "");
    sandbox.write(".gitignore", ".venv\n.venv-*\n");
    let base = r"C:\Users\u\Python312";
    sandbox.write(
        ".venv/pyvenv.cfg",
        format!("home = {base}\r\nversion = 3.12.1\r\ncommand = {base}\\python.exe -m venv C:\\p\\.venv\r\n"),
    );
    sandbox.write(".venv/Scripts/activate", "VIRTUAL_ENV='C:\\p\\.venv'\nexport VIRTUAL_ENV\n");
    sandbox.write(".venv/Scripts/activate.bat", "@set \"VIRTUAL_ENV=C:\\p\\.venv\"\r\n");
    sandbox.write(".venv/Scripts/python.exe", "MZ");
    sandbox.write(".venv/Lib/site-packages/pip/__init__.py", "");
    sandbox.git(&["add", ".gitignore", "requirements.txt"]);
    sandbox
}

#[test]
fn it_is_refused_and_a_second_one_advised() {
    let sandbox = sandbox();
    let before = contents(&sandbox);
    let second = format!("`git pyenv create --env .venv-{}", std::env::consts::OS);
    let calls: [&[&str]; 6] = [
        &["activate"],
        &["activate", "--shell", "fish"],
        &["run", "--", "python", "-V"],
        &["install"],
        &["create"],
        &["create", "--force", "--env", ".venv"],
    ];
    for call in calls {
        let refused = sandbox.pyenv(call).ended(2);
        let said = refused.err();
        assert!(said.contains("was created for Windows") && said.contains(&second), "{call:?}: {said}");
        assert!(!said.contains("mv .venv") && !said.contains("delete"), "{call:?}: {said}");
    }
    let said = sandbox.pyenv(&["use", "--output", "text"]).ended(0).said();
    assert!(said.contains(&second), "{said}");
    assert!(before.iter().all(|entry| contents(&sandbox).contains(entry)));
}

#[test]
fn what_cannot_be_told_here_is_not_called_broken() {
    let sandbox = sandbox();
    let answer = sandbox.json(&["check"]);
    assert_eq!(answer["status"], "undecided", "{answer:#}");
    assert_eq!(answer["skipped"][0]["path"], ".venv", "{answer:#}");
    assert!(answer["findings"].as_array().is_some_and(Vec::is_empty), "{answer:#}");
    let listed = sandbox.json(&["list"]);
    assert_eq!(listed["environments"][0]["health"]["status"], "unknown", "{listed:#}");
    let kept = sandbox.pyenv(&["cleanup", "--force", "--only-broken", "--output", "text"]);
    assert!(sandbox.path("repo/.venv/pyvenv.cfg").exists(), "{}", kept.said());
    sandbox.pyenv(&["tidy", "--force"]);
    assert!(sandbox.path("repo/.venv/Scripts/python.exe").exists());
}

#[test]
fn the_second_one_is_used() {
    let Some(python) = python("3.12") else { return };
    let sandbox = sandbox();
    let second = format!(".venv-{}", std::env::consts::OS);
    let create = ["create", "--without-pip", "--env", &second, "--python", &python.to_string_lossy()];
    sandbox.pyenv(&create).ended(0);
    let error = sandbox.pyenv(&["activate", "--env", ".venv"]).ended(2).err();
    assert!(error.contains(&format!("`git pyenv use {second}`")), "{error}");
    sandbox.pyenv(&["use", &second]).ended(0);
    assert!(sandbox.pyenv(&["activate", "--shell", "sh"]).ended(0).out().contains(&second));
}

/// An environment as venv makes it of a framework's Python, copied to Linux.
#[cfg(target_os = "linux")]
fn of_macos(links: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("requirements.txt", "");
    sandbox.write(".gitignore", ".venv\n.venv-*\n");
    let base = "/Library/Frameworks/Python.framework/Versions/3.12/bin";
    let command = format!("command = {base}/python3.12 -m venv /Users/u/p/.venv\n");
    sandbox.write(".venv/pyvenv.cfg", format!("home = {base}\nversion = 3.12.1\n{command}"));
    sandbox.write(".venv/bin/activate", "VIRTUAL_ENV='/Users/u/p/.venv'\nexport VIRTUAL_ENV\n");
    for (name, target) in links {
        sandbox.link(format!(".venv/bin/{name}"), target);
    }
    sandbox.write(".venv/lib/python3.12/site-packages/pip/__init__.py", "");
    sandbox.git(&["add", ".gitignore", "requirements.txt"]);
    sandbox
}

#[cfg(target_os = "linux")]
#[test]
fn one_of_macos_is_not_called_broken_on_linux() {
    let links = [
        ("python3.12", "/Library/Frameworks/Python.framework/Versions/3.12/bin/python3.12"),
        ("python3", "python3.12"),
        ("python", "python3.12"),
    ];
    let sandbox = of_macos(&links);
    let before = contents(&sandbox);
    let answer = sandbox.json(&["check"]);
    assert_eq!(answer["status"], "undecided", "{answer:#}");
    assert_eq!(answer["findings"], serde_json::json!([]), "{answer:#}");
    let reason = answer["skipped"][0]["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("was created on macOS"), "{answer:#}");
    assert_eq!(sandbox.json(&["list"])["environments"][0]["health"]["status"], "unknown");
    for call in [&["activate"][..], &["run", "true"], &["install"], &["create"], &["create", "--force"]] {
        let said = sandbox.pyenv(call).ended(2).err();
        let second = "`git pyenv create --env .venv-linux";
        assert!(said.contains("was created on macOS") && said.contains(second), "{call:?}: {said}");
    }
    let said = sandbox.pyenv(&["use", "--output", "text"]).ended(0).said();
    assert!(said.contains("was created on macOS"), "{said}");
    sandbox.pyenv(&["cleanup", "--force", "--only-broken"]);
    sandbox.pyenv(&["tidy", "--force"]);
    assert!(before.iter().all(|entry| contents(&sandbox).contains(entry)));
}

/// Who links it to a Python of this system, or removes that again, has it here.
#[cfg(target_os = "linux")]
#[test]
fn one_that_is_linked_to_this_system_is_of_this_system() {
    let gone = of_macos(&[("python3", "/opt/no-such-python/bin/python3"), ("python", "python3")]);
    gone.write(".venv/pyvenv.cfg", "home = /opt/no-such-python/bin\nversion = 3.12.1\n");
    let answer = gone.json(&["check"]);
    assert_eq!(answer["findings"][0]["code"], "PYE302", "{answer:#}");
    let here = of_macos(&[("python3", "/bin/sh"), ("python", "python3")]);
    let answer = here.json(&["check", "--select", "PYE302"]);
    assert_eq!(answer["findings"][0]["code"], "PYE302", "{answer:#}");
    assert_eq!(answer["findings"][0]["severity"], "warning", "{answer:#}");
}
