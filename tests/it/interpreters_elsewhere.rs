//! Interpreters are found where people have them: behind shims and environments, with pyenv, uv and other managers.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use git_pyenv::model::InterpreterSource;

use crate::support::interpreters::{Home, asked, pin, said};
use crate::support::pythons::python;
use crate::support::sandbox::{copy_program, tool};

#[test]
fn shims_are_followed_and_not_run() {
    let Some(mut home) = Home::with(&["3.11", "3.12"]) else { return };
    home.shim("python3");
    home.shim("python");
    home.path(&["home/.pyenv/shims", "bin"]);
    for version in ["3.11", "3.12"] {
        home.link(&format!("home/.pyenv/versions/{version}/bin/python3"), Path::new("python"));
    }
    assert_eq!(home.found(""), "home/.pyenv/versions/3.12/bin/python", "no version is chosen");
    home.sandbox.overwrite(&home.sandbox.path("home/.pyenv/version"), b"3.11\n");
    assert_eq!(home.found(""), "home/.pyenv/versions/3.11/bin/python3", "pyenv's own choice");
    home.sandbox.write(".python-version", "# both\n3.12\n");
    assert_eq!(home.found(""), "home/.pyenv/versions/3.12/bin/python3", "the repository's choice");
    home.set("PYENV_VERSION", "system:3.11");
    assert_eq!(home.found(""), "home/.pyenv/versions/3.11/bin/python3", "the shell's choice");
    assert_eq!(home.found("~/.pyenv/shims/python3"), "home/.pyenv/versions/3.11/bin/python3");
    home.set("PYENV_VERSION", "../../../bin");
    assert!(said(home.find("~/.pyenv/shims/python3")).contains("is a shim that selects no Python"));
    assert!(home.run().iter().all(|path| !path.contains("shims")));
}

#[test]
fn an_environment_stands_for_the_python_it_was_made_from() {
    let Some(mut home) = Home::with(&["3.11", "3.12"]) else { return };
    let base = home.sandbox.path("home/.pyenv/versions/3.11/bin");
    home.link("active/bin/python3", &base.join("python"));
    home.write("active/pyvenv.cfg", &format!("home = {}\nversion = 3.11.7\n", base.display()));
    home.path(&["active/bin"]);
    assert_eq!(home.found(""), "home/.pyenv/versions/3.11/bin/python");
    assert_eq!(home.found("../active"), "home/.pyenv/versions/3.11/bin/python");
    // Made from an environment, as `venv` run in one makes them.
    home.link("second/bin/python", &base.join("python"));
    home.write("second/pyvenv.cfg", &format!("home = {}\n", home.sandbox.path("active/bin").display()));
    assert_eq!(home.found("../second/bin/python"), "home/.pyenv/versions/3.11/bin/python");
    home.write("active/pyvenv.cfg", &format!("home = {}\n", home.sandbox.path("second/bin").display()));
    assert!(said(home.find("../second")).contains("is a symlink loop"));
    home.write("active/pyvenv.cfg", "home = /nowhere\n");
    assert!(said(home.find("../active")).contains("belongs to an environment whose Python no longer exists"));
}

#[test]
fn environments_of_real_tools_lead_to_their_python() {
    let home = Home::empty();
    let Some(real) = python("3.11") else { return };
    let base = real.parent().expect("a directory").display().to_string();
    let made = |program: &Path, arguments: &[&str]| {
        let output = home.sandbox.command(program, "").args(arguments).output().expect("a program");
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    };
    made(&real, &["-m", "venv", "--without-pip", "of venv"]);
    assert_eq!(home.found("../of venv"), format!("{base}/python3.11"));
    assert_eq!(home.found("../of venv/bin/python3"), format!("{base}/python3.11"));
    for (name, arguments) in [("uv", ["venv", "--python"]), ("virtualenv", ["--no-seed", "--python"])] {
        let Some(tool) = tool(name) else { continue };
        made(&tool, &[&arguments[..], &[&real.display().to_string(), &format!("of {name}")]].concat());
        assert_eq!(home.found(&format!("../of {name}")), format!("{base}/python3.11"), "{name}");
    }
}

#[test]
fn environments_of_an_old_virtualenv_are_no_pythons() {
    let Some(mut home) = Home::with(&["3.12"]) else { return };
    let Some(real) = python("3.6") else { return };
    home.sandbox.make_directory("old/bin");
    copy_program(&real, home.sandbox.path("old/bin/python3"));
    let library = real.parent().and_then(Path::parent).expect("a prefix").join("lib/python3.6");
    for entry in fs::read_dir(library).expect("a library").flatten() {
        home.link(&format!("old/lib/python3.6/{}", entry.file_name().to_string_lossy()), &entry.path());
    }
    assert_eq!(home.found("../old"), "old/bin/python3", "a copy of an installation");
    home.write("old/lib/python3.6/orig-prefix.txt", "/usr");
    home.sandbox.remove("../home/.cache");
    home.path(&["old/bin"]);
    assert!(said(home.find("../old")).contains("belongs to an environment"));
    assert_eq!(home.found(""), "home/.pyenv/versions/3.12/bin/python");
}

#[test]
fn environments_of_pyenv_are_no_versions() {
    let Some(home) = Home::with(&["3.11", "3.12"]) else { return };
    let base = home.sandbox.path("home/.pyenv/versions/3.11");
    home.link("home/.pyenv/versions/3.11/envs/web/bin/python", &base.join("bin/python"));
    home.write("home/.pyenv/versions/3.11/envs/web/pyvenv.cfg", &format!("home = {}/bin\n", base.display()));
    home.link("home/.pyenv/versions/web", &base.join("envs/web"));
    home.link("home/.pyenv/versions/3.13", &base.join("envs/web"));
    assert_eq!(home.found("3"), "home/.pyenv/versions/3.12/bin/python", "links are no versions");
    assert_eq!(home.found("web"), "home/.pyenv/versions/3.11/bin/python", "the user may name one");
    assert!(said(home.find_pinned("web")).contains("it is a pyenv environment, not a Python version"));
    assert!(said(home.find_pinned("mine")).contains("neither a Python version nor a version that pyenv has"));
    let mut several = asked("web", pin());
    several.requests.extend(asked("3.12", pin()).requests);
    let found = home.find_asked(&several).expect("the other entry");
    assert_eq!(home.relative(&found), "home/.pyenv/versions/3.12/bin/python");
}

#[test]
fn versions_of_uv_go_by_the_name_that_stays() {
    let Some(home) = Home::with(&["3.11"]) else { return };
    let Some(real) = python("3.12") else { return };
    let full = "home/.local/share/uv/python/cpython-3.12.1-linux-x86_64-gnu";
    let prefix = real.parent().and_then(Path::parent).expect("a prefix");
    fs::create_dir_all(home.sandbox.path(full)).expect("a directory");
    fs::create_dir_all(home.sandbox.path(full).join("bin")).expect("a directory");
    copy_program(&real, home.sandbox.path(full).join("bin/python"));
    symlink(prefix.join("lib"), home.sandbox.path(full).join("lib")).expect("a link");
    assert_eq!(home.found("3.12"), format!("{full}/bin/python"));
    let link = "home/.local/share/uv/python/cpython-3.12-linux-x86_64-gnu";
    home.link(link, Path::new("cpython-3.12.1-linux-x86_64-gnu"));
    let found = home.find("3.12").expect("a Python");
    assert_eq!((home.relative(&found), found.source), (format!("{link}/bin/python"), InterpreterSource::Uv));
    assert_eq!(home.found("3.12.1"), format!("{full}/bin/python"), "this very release");
    home.link("bin/python3.12", &home.sandbox.path(full).join("bin/python"));
    let found = home.find("python3.12").expect("a Python");
    assert_eq!(
        (home.relative(&found), found.source),
        (format!("{link}/bin/python"), InterpreterSource::Path)
    );
    assert_eq!(home.found("../bin/python3.12"), "bin/python3.12", "what is named is kept");
}

#[test]
fn other_managers_are_asked_too() {
    let Some(real) = python("3.12") else { return };
    let cases = [
        ("home/.asdf/installs/python/3.12.1/bin/python", InterpreterSource::Asdf),
        ("home/.local/share/mise/installs/python/3.12.1/bin/python", InterpreterSource::Mise),
        ("brew/opt/python@3.12/bin/python3.12", InterpreterSource::Homebrew),
        ("bin/python3.12", InterpreterSource::Path),
    ];
    for (path, source) in cases {
        let mut home = Home::empty();
        home.set("HOMEBREW_PREFIX", &home.sandbox.path("brew").display().to_string());
        home.link(path, &real);
        let found = home.find("3.12").expect(path);
        assert_eq!((home.relative(&found), found.source), (path.to_owned(), source));
    }
}
