//! What is no Python is passed over, or named with what is wrong with it, and a repository chooses nothing that is run.
#![cfg(unix)]

use std::path::Path;

use crate::support::interpreters::{Home, asked, pin, said};
use crate::support::pythons::python;
use crate::support::sandbox::copy_program;

#[test]
fn what_is_no_python_is_passed_over() {
    let Some(mut home) = Home::with(&["3.12"]) else { return };
    home.link("bin/python3", Path::new("/bin/echo"));
    home.link("bin/python", Path::new("/bin/false"));
    home.link("later/python3", Path::new("/nowhere/at/all"));
    home.write("last/python3", "#!/bin/sh\nexec /bin/true\n");
    home.write("empty/python3", "");
    home.path(&["bin", "later", "last", "empty", "missing"]);
    assert_eq!(home.found(""), "home/.pyenv/versions/3.12/bin/python");
    let run = home.run();
    assert!(!run.iter().any(|path| path.contains("empty/")), "{run:?}");
    let found = home.find_all(&asked("", pin())).expect("a Python");
    let named: Vec<&str> = found.passed_over.iter().filter_map(|why| why.split('`').nth(1)).collect();
    let programs = ["bin/python3", "last/python3", "empty/python3", "bin/python"];
    let programs = programs.map(|program| home.sandbox.path(program).display().to_string());
    assert_eq!(named, programs, "{found:?}");
}

#[test]
fn a_named_path_says_what_is_wrong_with_it() {
    let Some(home) = Home::with(&["2.7", "3.12"]) else { return };
    home.link("bin/echo", Path::new("/bin/echo"));
    home.link("bin/false", Path::new("/bin/false"));
    home.link("bin/gone", Path::new("/nowhere/at/all"));
    home.write("bin/script", "#!/bin/sh\n");
    home.sandbox.overwrite(&home.sandbox.path("bin/plain"), b"text");
    let cases = [
        ("../bin/missing", "`ROOT/bin/missing` does not exist"),
        ("../bin", "no Python in the directory `ROOT/bin`"),
        ("../bin/plain", "`ROOT/bin/plain` is not executable"),
        ("../bin/gone", "`ROOT/bin/gone` is a symlink that does not point to an executable"),
        ("../bin/script", "`ROOT/bin/script` is not a working Python: its answer is not valid: ``"),
        ("../bin/echo", "its answer is not valid: `-I -S -c # Prints"),
        ("../bin/false", "it exited with status 1"),
        ("~/.pyenv/versions/2.7/bin/python", "it is Python 2.7.18\nenvironments need Python 3.6 or later"),
        ("my-python", "no such program on `PATH`, no such pyenv version and no such file"),
    ];
    let root = home.sandbox.path("").display().to_string();
    for (text, expected) in cases {
        let said = said(home.find(text));
        assert!(said.contains(&expected.replace("ROOT", &root)), "{text}: {said}");
    }
    assert_eq!(home.found("~/.pyenv/versions/3.12"), "home/.pyenv/versions/3.12/bin/python");
    assert_eq!(home.found("~/.pyenv/versions/3.12/bin/python"), "home/.pyenv/versions/3.12/bin/python");
}

#[test]
fn what_is_not_there_is_answered_with_what_is() {
    let Some(home) = Home::with(&["3.11", "3.12"]) else { return };
    let said = said(home.find_pinned("3.20"));
    assert!(
        said.starts_with("no Python 3.20 found (requested by .python-version:1)\nfound: 3.12."),
        "{said}"
    );
    let found = said.lines().nth(1).expect("a line");
    let older = found.split(", ").filter(|version| version.starts_with("3.11.")).count();
    assert_eq!((older, found.matches("3.12.").count()), (1, 1), "{said}");
    assert!(
        said.ends_with("use `--python 3.12`, or install the requested one, for example with `uv python install 3.20` or `pyenv install 3.20`"),
        "{said}"
    );
    let said = self::said(home.find("2.7"));
    assert!(said.contains("environments need Python 3.6 or later") && !said.contains("install"), "{said}");
    for (text, hint) in [
        ("3.13t", "`pyenv install 3.13t`"),
        ("python3.20", "`pyenv install 3.20`"),
        (">=4", "`pyenv install`"),
    ] {
        let said = self::said(home.find(text));
        assert!(said.ends_with(hint), "{said}");
    }
    let nothing = Home::empty();
    let said = self::said(nothing.find(""));
    assert!(said.starts_with("no Python found"), "{said}");
}

#[test]
fn a_repository_cannot_choose_what_is_run() {
    let Some(mut home) = Home::with(&["3.12"]) else { return };
    let Some(real) = python("3.11") else { return };
    home.sandbox.link("tools/bin/python3", real.to_string_lossy().as_bytes());
    home.link("bin/python3", &home.sandbox.path("repo/tools/bin/python3"));
    copy_program(&real, home.sandbox.path("repo/python3"));
    home.link("bin/python", &home.sandbox.path("repo/python3"));
    home.path(&["repo/tools/bin", "bin"]);
    let path = format!(".:tools/bin:{}", home.env().text("PATH").unwrap_or_default());
    home.set("PATH", &path);
    assert_eq!(home.found(""), "home/.pyenv/versions/3.12/bin/python");
    assert_eq!(home.runs(), 1);
    for text in ["tools/bin/python3", "./python3", "/usr/bin/env", "~/.pyenv/versions/3.12"] {
        assert!(
            said(home.find_pinned(text))
                .contains("a file of the repository may request a version, but not a program")
        );
    }
    home.link("bin/python-of-mine", &real);
    assert!(
        said(home.find_pinned("python-of-mine"))
            .contains("neither a Python version nor a version that pyenv has")
    );
    assert_eq!(home.runs(), 1, "{:?}", home.run());
    assert_eq!(home.found("tools/bin/python3"), "repo/tools/bin/python3", "the user may");
    home.sandbox.link("env/bin/python", real.to_string_lossy().as_bytes());
    home.sandbox.write("env/pyvenv.cfg", format!("home = {}\n", home.sandbox.path("repo").display()));
    assert!(
        said(home.find("env")).contains("is in the work tree"),
        "what the user named does not name another"
    );
    assert_eq!(home.found("python-of-mine"), "bin/python-of-mine");
    home.sandbox.link("tools/bin/python-of-yours", real.to_string_lossy().as_bytes());
    assert!(said(home.find("python-of-yours")).contains("is in the work tree"), "a name is no path");
}

#[test]
fn what_is_left_out_is_said() {
    let mut home = Home::empty();
    let Some(real) = python("3.12") else { return };
    home.sandbox.link(".pyenv/versions/3.12.1/bin/python", real.to_string_lossy().as_bytes());
    let root = home.sandbox.path("repo/.pyenv").display().to_string();
    home.set("PYENV_ROOT", &root);
    let said = said(home.find("3.12"));
    let left_out = format!(
        "`{root}/versions/3.12.1/bin/python` is in the work tree, so it is only used if its path is given"
    );
    assert!(said.contains(&left_out), "{said}");
    assert_eq!(home.runs(), 0);
    // Several are one line.
    home.sandbox.link(".pyenv/versions/3.12.2/bin/python", real.to_string_lossy().as_bytes());
    let said = self::said(home.find("3.12"));
    let [first, second] =
        ["3.12.1", "3.12.2"].map(|version| format!("`{root}/versions/{version}/bin/python`"));
    let either = [format!("{first}, {second} are"), format!("{second}, {first} are")];
    assert!(either.iter().any(|both| said.contains(both)), "{said}");
    assert_eq!(said.matches("in the work tree").count(), 1, "{said}");
    assert_eq!(home.found(".pyenv/versions/3.12.1"), "repo/.pyenv/versions/3.12.1/bin/python");
}
