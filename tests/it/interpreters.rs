//! Interpreters are found where people have them, asked once, and never run when a repository brings them along.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use git_pyenv::error::Result;
use git_pyenv::exec::ProcessRunner;
use git_pyenv::model::{Asked, Interpreter, InterpreterSource};
use git_pyenv::ports::{Invocation, Runner};
use git_pyenv::setting::Origin;

use crate::support::interpreters::{Home, asked, pin, requiring};
use crate::support::pythons::python;
use crate::support::sandbox::tool;

#[track_caller]
fn said(result: Result<Interpreter>) -> String {
    let error = result.expect_err("an error");
    let lines = [vec![error.message().to_owned()], error.causes().to_vec(), error.hints().to_vec()].concat();
    lines.join("\n")
}

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
    assert_eq!(home.runs(), 1);
    assert_eq!(home.find("3.11").expect("the same"), first);
    assert_eq!(home.runs(), 1);
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
            fs::write(&file, String::from_utf8_lossy(&good).replace("\"form\":1", "\"form\":0"))
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
    assert!(!run.iter().any(|path| path.contains("last/") || path.contains("empty/")), "{run:?}");
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
        ("../bin/missing", "there is no `ROOT/bin/missing`"),
        ("../bin", "`ROOT/bin` is a directory without a Python in it"),
        ("../bin/plain", "`ROOT/bin/plain` may not be run"),
        ("../bin/gone", "`ROOT/bin/gone` is a link to nothing that may be run"),
        ("../bin/script", "`ROOT/bin/script` is a script that starts a Python, not a Python"),
        ("../bin/echo", "asked about itself it says `-I -S -c # Prints"),
        ("../bin/false", "it ended with exit status 1"),
        ("~/.pyenv/versions/2.7/bin/python", "it is Python 2.7.18\nenvironments need Python 3.6 or later"),
        ("my-python", "there is no such program in `PATH`, no such version of pyenv, and no such file"),
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
    let root = home.sandbox.path("").display().to_string();
    assert!(
        said.starts_with(
            "there is no Python `3.20`\n`.python-version:1` asks for `3.20`\nthere is Python 3.12."
        ),
        "{said}"
    );
    for version in ["3.11", "3.12"] {
        assert!(
            said.contains(&format!(" at `{root}/home/.pyenv/versions/{version}/bin/python` (pyenv)")),
            "{said}"
        );
    }
    assert!(
        said.ends_with("install it, for example with `uv python install 3.20` or `pyenv install 3.20`"),
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
    assert!(said.starts_with("there is no Python that an environment could be made from"), "{said}");
}

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
    assert!(said(home.find("~/.pyenv/shims/python3")).contains("is a shim that leads to no Python"));
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
    assert!(said(home.find("../second")).contains("leads in a circle"));
    home.write("active/pyvenv.cfg", "home = /nowhere\n");
    assert!(said(home.find("../active")).contains("belongs to an environment whose Python is gone"));
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
    fs::copy(&real, home.sandbox.path("old/bin/python3")).expect("a copy");
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
    assert!(
        said(home.find_pinned("web")).contains("that is an environment of pyenv, not a version of Python")
    );
    assert!(said(home.find_pinned("mine")).contains("pyenv has nothing of this name"));
    let mut several = asked("web", pin());
    several.requests.extend(asked("3.12", pin()).requests);
    let found = home.find_asked(&several).expect("the other entry");
    assert_eq!(home.relative(&found), "home/.pyenv/versions/3.12/bin/python");
}

#[test]
fn a_repository_cannot_choose_what_is_run() {
    let Some(mut home) = Home::with(&["3.12"]) else { return };
    let Some(real) = python("3.11") else { return };
    home.sandbox.link("tools/bin/python3", real.to_string_lossy().as_bytes());
    home.link("bin/python3", &home.sandbox.path("repo/tools/bin/python3"));
    fs::copy(&real, home.sandbox.path("repo/python3")).expect("a copy");
    home.link("bin/python", &home.sandbox.path("repo/python3"));
    home.path(&["repo/tools/bin", "bin"]);
    let path = format!(".:tools/bin:{}", home.env().text("PATH").unwrap_or_default());
    home.set("PATH", &path);
    assert_eq!(home.found(""), "home/.pyenv/versions/3.12/bin/python");
    assert_eq!(home.runs(), 1);
    for text in ["tools/bin/python3", "./python3", "/usr/bin/env", "~/.pyenv/versions/3.12"] {
        assert!(
            said(home.find_pinned(text))
                .contains("a file of the repository may name a version, not a program")
        );
    }
    home.link("bin/python-of-mine", &real);
    assert!(said(home.find_pinned("python-of-mine")).contains("pyenv has nothing of this name"));
    assert_eq!(home.runs(), 1, "{:?}", home.run());
    assert_eq!(home.found("tools/bin/python3"), "repo/tools/bin/python3", "the user may");
    home.sandbox.link("env/bin/python", real.to_string_lossy().as_bytes());
    home.sandbox.write("env/pyvenv.cfg", format!("home = {}\n", home.sandbox.path("repo").display()));
    assert!(
        said(home.find("env")).contains("lies in the work tree"),
        "what the user named does not name another"
    );
    assert_eq!(home.found("python-of-mine"), "bin/python-of-mine");
    home.sandbox.link("tools/bin/python-of-yours", real.to_string_lossy().as_bytes());
    assert!(said(home.find("python-of-yours")).contains("lies in the work tree"), "a name is no path");
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
        "`{root}/versions/3.12.1/bin/python` lies in the work tree, so it is only used if its path is given"
    );
    assert!(said.contains(&left_out), "{said}");
    assert_eq!(home.runs(), 0);
    assert_eq!(home.found(".pyenv/versions/3.12.1"), "repo/.pyenv/versions/3.12.1/bin/python");
}

#[test]
fn versions_of_uv_go_by_the_name_that_stays() {
    let Some(home) = Home::with(&["3.11"]) else { return };
    let Some(real) = python("3.12") else { return };
    let full = "home/.local/share/uv/python/cpython-3.12.1-linux-x86_64-gnu";
    let prefix = real.parent().and_then(Path::parent).expect("a prefix");
    fs::create_dir_all(home.sandbox.path(full)).expect("a directory");
    fs::create_dir_all(home.sandbox.path(full).join("bin")).expect("a directory");
    fs::copy(&real, home.sandbox.path(full).join("bin/python")).expect("a copy");
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

#[test]
fn what_the_project_requires_has_to_hold() {
    let Some(home) = Home::with(&["3.8", "3.11", "3.12"]) else { return };
    let found =
        |text, requires| home.find_asked(&requiring(text, requires)).map(|found| home.relative(&found));
    assert_eq!(found("3", "<3.12").ok().as_deref(), Some("home/.pyenv/versions/3.11/bin/python"));
    assert_eq!(found("", ">=3.9").ok().as_deref(), Some("home/.pyenv/versions/3.12/bin/python"));
    let said = said(home.find_asked(&requiring("3.11", ">=3.20")));
    assert!(said.contains("`pyproject.toml:3` requires Python `>=3.20`"), "{said}");
    let named = Asked {
        requests: asked("~/.pyenv/versions/3.8", Origin::Flag("--python".into())).requests,
        ..requiring("", ">=3.9")
    };
    let said = self::said(home.find_asked(&named));
    assert!(said.contains("it is Python 3.8.") && said.contains("requires Python `>=3.9`"), "{said}");
}

#[test]
fn variables_of_python_do_not_reach_it() {
    let Some(mut home) = Home::with(&["3.12"]) else { return };
    home.set("PYTHONHOME", "/nowhere");
    home.find("3.12").expect("a Python");
    let asked = home.watched.run.borrow().first().cloned().expect("a run");
    assert!(asked.removed_variables.contains(&"PYTHONHOME".into()), "{asked:?}");
    let always = "CARGO_MANIFEST_DIR";
    let print = |removed_variables| Invocation {
        program: "/usr/bin/env".into(),
        arguments: Vec::new(),
        variables: vec![("ADDED".into(), "1".into())],
        removed_variables,
        ..asked.clone()
    };
    let printed = |invocation| ProcessRunner.run(&invocation).expect("an output").stdout;
    let has = |output: &[u8], name: &str| {
        String::from_utf8_lossy(output).lines().any(|line| line.starts_with(name))
    };
    assert!(has(&printed(print(Vec::new())), always));
    let without = printed(print(vec![always.into(), "ADDED".into()]));
    assert!(!has(&without, always) && has(&without, "ADDED"), "what is set is set last");
}
