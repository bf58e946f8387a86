//! The interpreter that is asked for is found, asked about itself once, and taken by its version.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use git_pyenv::exec::ProcessRunner;
use git_pyenv::model::{InterpreterSource, PythonRequests};
use git_pyenv::ports::{Invocation, Runner};
use git_pyenv::setting::Origin;

use crate::support::interpreters::{Home, asked, requiring, said};
use crate::support::pythons::python;

#[test]
fn the_newest_that_fits_is_taken_and_nothing_else_is_run() {
    let Some(home) = Home::with(&["2.7", "3.8", "3.11", "3.12"]) else { return };
    let cases = [
        ("3", "3.12"),
        ("3.8", "3.8"),
        ("3.11", "3.11"),
        (">=3.8,<3.12", "3.11"),
        ("cpython@3.12", "3.12"),
        ("cpython-3.11-linux-x86_64-gnu", "3.11"),
        ("python3.8", "3.8"),
    ];
    for (text, version) in cases {
        let found = home.find(text).expect(text);
        assert_eq!(home.relative(&found), format!("home/.pyenv/versions/{version}/bin/python"), "{text}");
        assert_eq!(found.source, InterpreterSource::Pyenv);
        assert!(found.version.to_string().starts_with(&format!("{version}.")), "{text}: {}", found.version);
    }
    assert_eq!(home.runs(), 3, "{:?}", home.run());
}

#[test]
fn every_python_describes_itself() {
    for minor in 6..=13 {
        let Some(home) = Home::with(&[&format!("3.{minor}")]) else { continue };
        let found = home.find("").expect("a Python");
        assert_eq!((found.version.feature(), found.implementation.as_str()), ((3, minor), "cpython"));
        assert!(found.standard_library.join("os.py").is_file(), "{found:?}");
        assert_eq!(found.standard_library, found.prefix.join(format!("lib/python3.{minor}")));
        assert!(found.real_executable.is_file() && !found.real_executable.is_symlink(), "{found:?}");
        assert_eq!(
            (found.pointer_bits, found.platform_library.as_str(), found.free_threaded),
            (64, "lib", false)
        );
        assert_eq!(found.to_string(), format!("Python {}", found.version));
    }
}

#[test]
fn a_second_search_runs_nothing() {
    let Some(home) = Home::with(&["3.11", "3.12"]) else { return };
    let first = home.find("3.11").expect("a Python");
    assert_eq!((home.runs(), home.trials()), (1, 1));
    assert_eq!(home.find("3.11").expect("the same"), first);
    assert_eq!((home.runs(), home.trials()), (1, 1));
}

/// The only file of the cache.
fn cache_file(home: &Home) -> PathBuf {
    let directory = home.sandbox.path("home/.cache/git-pyenv/interpreters");
    let directory = if cfg!(target_os = "macos") {
        home.sandbox.path("home/Library/Caches/git-pyenv/interpreters")
    } else {
        directory
    };
    let mut files = fs::read_dir(directory).expect("a cache").flatten().map(|entry| entry.path());
    let file = files.next().expect("a file");
    assert_eq!(files.next(), None);
    file
}

#[test]
fn a_cache_that_cannot_be_trusted_is_made_again() {
    let Some(home) = Home::with(&["3.12"]) else { return };
    let first = home.find("3.12").expect("a Python");
    let file = cache_file(&home);
    let good = fs::read(&file).expect("its content");
    let spoilt: [&dyn Fn(); 4] = [
        &|| fs::write(&file, "{").expect("written"),
        &|| {
            fs::write(&file, String::from_utf8_lossy(&good).replace("\"version\":2", "\"version\":1"))
                .expect("written")
        },
        &|| fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).expect("permissions"),
        &|| {
            let program = home.sandbox.path("home/.pyenv/versions/3.12/bin/python");
            let real = fs::canonicalize(&program).expect("a program");
            fs::remove_file(&program).expect("removed");
            symlink(python("3.11").unwrap_or(real), &program).expect("a link");
        },
    ];
    for (times, spoil) in (2..).zip(spoilt) {
        spoil();
        let again = home.find("").expect("a Python");
        assert_eq!(home.runs(), times);
        assert_eq!(again.executable, first.executable);
        assert_eq!(fs::read(cache_file(&home)).expect("its content") == good, times < 5);
    }
}

#[test]
fn without_a_cache_it_is_only_slower() {
    let Some(mut home) = Home::with(&["3.12"]) else { return };
    home.set("XDG_CACHE_HOME", "/dev/null/nowhere");
    home.find("3.12").expect("a Python");
    home.find("3.12").expect("a Python");
    assert_eq!(home.runs(), 2);
}

#[test]
fn without_a_request_it_is_the_one_of_the_path() {
    let Some(mut home) = Home::with(&["3.11", "3.12"]) else { return };
    assert_eq!(home.found(""), "home/.pyenv/versions/3.12/bin/python");
    let Some(real) = python("3.8") else { return };
    home.link("bin/python", &real);
    assert_eq!(home.found(""), "bin/python");
    home.link("later/python3", &real);
    home.path(&["bin", "later"]);
    assert_eq!(home.found(""), "later/python3", "`python3` comes before `python`");
    assert_eq!(home.found("system"), "later/python3");
    let required = home.find_asked(&requiring("", ">=3.10,<3.12")).expect("a Python");
    assert_eq!(home.relative(&required), "home/.pyenv/versions/3.11/bin/python");
}

#[test]
fn what_the_project_requires_has_to_hold() {
    let Some(home) = Home::with(&["3.8", "3.11", "3.12"]) else { return };
    let found =
        |text, requires| home.find_asked(&requiring(text, requires)).map(|found| home.relative(&found));
    assert_eq!(found("3", "<3.12").ok().as_deref(), Some("home/.pyenv/versions/3.11/bin/python"));
    assert_eq!(found("", ">=3.9").ok().as_deref(), Some("home/.pyenv/versions/3.12/bin/python"));
    let said = said(home.find_asked(&requiring("3.11", ">=3.20")));
    assert!(said.contains("required: >=3.20 by pyproject.toml:3"), "{said}");
    let named = PythonRequests {
        requests: asked("~/.pyenv/versions/3.8", Origin::Flag("--python".into())).requests,
        ..requiring("", ">=3.9")
    };
    let said = self::said(home.find_asked(&named));
    assert!(said.contains("it is Python 3.8.") && said.contains("required: >=3.9"), "{said}");
}

#[test]
fn what_changes_the_answer_does_not_reach_it() {
    let Some(mut home) = Home::with(&["3.12"]) else { return };
    let dropped = [
        ("PYTHONHOME", "/nowhere"),
        ("PYTHONEXECUTABLE", "/nowhere/python"),
        ("PYTHON_A_LATER_ONE", "1"),
        ("__PYVENV_LAUNCHER__", "/nowhere/python"),
        ("GIT_INDEX_FILE", "/nowhere"),
    ];
    dropped.iter().chain(&[("OF_THE_USER", "1")]).for_each(|(name, value)| home.set(name, value));
    home.set("PATH", ":relative:/usr/bin::.:/bin:");
    home.find("3.12").expect("a Python");
    let asked = home.watched.run.borrow().first().cloned().expect("a run");
    assert!(asked.program.is_absolute());
    let print = Invocation { program: "/usr/bin/env".into(), arguments: Vec::new(), ..asked.clone() };
    let printed = ProcessRunner.run(&print).expect("an output").stdout;
    let printed = String::from_utf8_lossy(&printed);
    let has = |start: &str| printed.lines().any(|line| line.starts_with(start));
    for (name, _) in dropped {
        assert!(!has(name), "{name}: {printed}");
    }
    assert!(has("OF_THE_USER=1") && has("HOME="), "{printed}");
    assert!(printed.lines().any(|line| line == "PATH=/usr/bin:/bin"), "{printed}");
    assert!(
        !has("CARGO_MANIFEST_DIR"),
        "a child gets what it is given, and nothing of this process: {printed}"
    );
}
