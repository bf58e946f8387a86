//! Shims and scripts are asked which Python they run, and an environment of what is found is known to start.
#![cfg(unix)]

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use git_pyenv::path::bytes_to_path;

use crate::support::interpreters::{Home, asked, pin, said};
use crate::support::pythons::{python, without_module};
use crate::support::sandbox::{copy_program, skip};

/// A shim as that of asdf: what it runs is written where it is run.
const SHIM: &str = "#!/bin/sh\nread -r python <.tool-versions || { echo 'no version is set' >&2; exit 126; }\n\
                    exec \"$python\" \"$@\"\n";

fn passed_over(home: &Home, text: &str) -> Vec<String> {
    let request = if text.is_empty() { asked("", pin()) } else { asked(text, pin()) };
    home.find_all(&request).expect("a Python").passed_over
}

#[test]
fn shims_of_other_managers_are_asked_where_the_user_is() {
    let (Some(first), Some(second)) = (python("3.11"), python("3.12")) else { return };
    let mut home = Home::empty();
    home.write("asdf/shims/python3", SHIM);
    // That of mise is a link to a program which looks at the name that it is called by.
    home.write("mise/mise", SHIM);
    home.link("mise/shims/python3", Path::new("../mise"));
    for manager in ["asdf", "mise"] {
        home.path(&[&format!("{manager}/shims"), "bin"]);
        for real in [&first, &second] {
            home.sandbox.write(".tool-versions", format!("{}\n", real.display()));
            assert_eq!(home.find("").expect("a Python").executable, *real, "{manager}");
            assert_eq!(passed_over(&home, ""), [""; 0], "{manager}");
        }
    }
    home.link("bin/python3", &first);
    home.sandbox.write(".tool-versions", "");
    assert_eq!(home.found(""), "bin/python3");
    let shim = home.sandbox.path("mise/shims/python3");
    let why =
        format!("`{}` is not a working Python: it exited with status 126: no version is set", shim.display());
    assert_eq!(passed_over(&home, ""), [why.as_str()]);
    assert_eq!(passed_over(&home, "python3"), [why.as_str()]);
    assert_eq!(passed_over(&home, "3.11"), [""; 0], "what was requested is what is found");
    fs::remove_file(home.sandbox.path("bin/python3")).expect("removed");
    let error = said(home.find(""));
    assert!(error.starts_with("no Python found") && error.contains(&why), "{error}");
}

#[test]
fn nothing_is_downloaded_for_the_answer() {
    let Some(real) = python("3.12") else { return };
    let mut home = Home::empty();
    home.write("shims/python3", &format!("#!/bin/sh\nexec '{}' \"$@\"\n", real.display()));
    home.path(&["shims"]);
    home.set("MISE_EXEC_AUTO_INSTALL", "true");
    assert_eq!(home.find("").expect("a Python").executable, real);
    let invocations = home.watched.run.borrow();
    let first = invocations.first().expect("a run");
    let settings: Vec<_> =
        first.environment.iter().filter(|(name, _)| name.as_bytes().ends_with(b"AUTO_INSTALL")).collect();
    assert!(settings.len() == 3 && settings.iter().all(|(_, value)| value == "false"), "{settings:?}");
    assert_eq!(first.directory, home.sandbox.path("repo"));
}

#[test]
fn a_version_that_pyenv_lacks_is_named() {
    let Some(mut home) = Home::with(&["3.12"]) else { return };
    let Some(real) = python("3.11") else { return };
    home.shim("python3");
    home.link("bin/python3", &real);
    home.path(&["home/.pyenv/shims", "bin"]);
    assert_eq!((home.found(""), passed_over(&home, "")), ("bin/python3".to_owned(), vec![]));
    home.set("PYENV_VERSION", "system:3.12");
    assert_eq!((home.found(""), passed_over(&home, "")), ("bin/python3".to_owned(), vec![]));
    home.set("PYENV_VERSION", "3.9.99");
    assert_eq!(home.found(""), "bin/python3");
    let why = format!(
        "`{}` is a shim that selects no Python: pyenv has none in `3.9.99`",
        home.sandbox.path("home/.pyenv/shims/python3").display()
    );
    assert_eq!(passed_over(&home, ""), [why]);
    assert!(home.run().iter().all(|path| !path.contains("shims")));
}

#[test]
fn a_script_stands_for_what_it_runs() {
    let Some(real) = python("3.12") else { return };
    let mut home = Home::empty();
    home.write("bin/python3", &format!("#!/bin/sh\nexec '{}' \"$@\"\n", real.display()));
    home.path(&["bin"]);
    assert_eq!(home.find("").expect("a Python").executable, real);
    assert_eq!(home.find("../bin/python3").expect("a Python").executable, real);
    // The script is in the work tree, and named; what it runs is of the work tree, and not named.
    home.sandbox.link("tools/python", real.to_string_lossy().as_bytes());
    let own = home.sandbox.path("repo/tools/python");
    home.sandbox.write_program("wrapper", format!("#!/bin/sh\nexec '{}' \"$@\"\n", own.display()));
    assert!(
        said(home.find("./wrapper")).contains("is in the work tree"),
        "what is named does not name another"
    );
}

#[test]
fn a_script_that_python_takes_for_its_program_stays() {
    let (Some(real), Some(other)) = (python("3.12"), python("3.11")) else { return };
    let mut home = Home::empty();
    home.write("bin/python3", &format!("#!/bin/bash\nexec -a \"$0\" '{}' \"$@\"\n", real.display()));
    home.path(&["bin"]);
    let found = home.find("").expect("a Python");
    // It is used as it is where its environments start, else what it runs.
    assert!(found.executable == home.sandbox.path("bin/python3"), "{found:?}");
    // Of this one no environment starts: it says that it is always the same program.
    let program = home.sandbox.path("bad/python3");
    home.write(
        "bad/python3",
        &format!("#!/bin/bash\nexec -a '{}' '{}' \"$@\"\n", program.display(), real.display()),
    );
    home.link("last/python3", &other);
    home.path(&["bad", "last"]);
    assert_eq!(home.found(""), "last/python3");
    let [why] = &passed_over(&home, "")[..] else { panic!("one program") };
    let start = format!("an environment of `{}` does not start: ", program.display());
    assert!(why.starts_with(&start), "{why}");
    assert!(said(home.find("../bad/python3")).starts_with(start.trim_end_matches(": ")));
}

/// A Python that is not where it was built for, and a link to it elsewhere.
fn moved(home: &Home, version: &str) -> Option<PathBuf> {
    let real = python(version)?;
    let prefix = real.parent().and_then(Path::parent).expect("a prefix");
    home.sandbox.make_directory("moved/bin");
    let program = home.sandbox.path(&format!("moved/bin/python{version}"));
    copy_program(&real, &program);
    let library = format!("lib/python{version}");
    home.sandbox.make_directory(&format!("moved/{library}"));
    for entry in fs::read_dir(prefix.join(&library)).expect("a library").flatten() {
        let copy = home.sandbox.path(&format!("moved/{library}")).join(entry.file_name());
        symlink(entry.path(), copy).expect("a link");
    }
    home.link("bin/python3", &program);
    Some(program)
}

#[test]
fn a_moved_python_says_where_it_is() {
    for version in ["3.8", "3.11", "3.12", "3.13"] {
        let mut home = Home::empty();
        let Some(program) = moved(&home, version) else { continue };
        home.path(&["bin"]);
        let found = home.find("").expect("a Python");
        assert_eq!(found.standard_library, home.sandbox.path(&format!("moved/lib/python{version}")));
        // From beside the link, some releases do not find the library.
        let link = home.sandbox.path("bin/python3");
        assert!([&program, &link].contains(&&found.executable), "{found:?}");
        let place = home
            .sandbox
            .at("repo")
            .with("PATH", format!("{}:/usr/bin:/bin", link.parent().expect("a directory").display()));
        place.pyenv(&["create", "--without-pip"]).ended(0);
        let code = "import os, sys; print(sys.prefix, os.path.realpath(os.path.dirname(os.__file__)))";
        let told = place.run(home.sandbox.path("repo/venv/bin/python"), &["-c", code]).ended(0).out();
        let library = fs::canonicalize(found.standard_library.join("os.py")).expect("a file");
        let expected = format!(
            "{} {}\n",
            home.sandbox.path("repo/venv").display(),
            home.sandbox.path(&format!("moved/lib/python{version}")).display()
        );
        assert!(library.exists() && told == expected, "{version}: {told}");
    }
}

#[test]
fn what_no_longer_starts_makes_no_environment() {
    let mut home = Home::empty();
    let Some(real) = python("3.12") else { return };
    let (program, library) = without_module(&home.sandbox, &real, "own", "turtledemo");
    home.path(&["own/bin"]);
    assert_eq!(home.found(""), "own/bin/python3");
    home.find("").expect("from the cache");
    assert_eq!((home.runs(), home.trials()), (1, 1));
    fs::remove_file(library.join("encodings")).expect("removed");
    let place = home.sandbox.at("repo");
    let error = place.pyenv(&["create", "--without-pip", "--python", &program.to_string_lossy()]).ended(2);
    assert!(error.err().contains("is not a working Python"), "{}", error.said());
    assert!(!home.sandbox.path("repo/venv").exists());
    assert_eq!(home.sandbox.git(&["status", "--porcelain", "--ignored"]), "");
}

#[test]
fn no_locale_changes_the_answer() {
    // Environments of 3.6 themselves start only where the locale has the characters of their paths.
    for version in ["3.7", "3.8", "3.10", "3.12", "3.13"] {
        let Some(real) = python(version) else { continue };
        for locale in ["C", "POSIX", "de_DE.ISO-8859-1", "C.UTF-8", "nowhere"] {
            let mut home = Home::empty();
            home.set("LC_ALL", locale);
            home.set("PYTHONIOENCODING", "utf-16");
            without_module(&home.sandbox, &real, "Pythön à la crème", "turtledemo");
            home.path(&["Pythön à la crème/bin"]);
            let found = home.find("").unwrap_or_else(|error| panic!("{version} in {locale}: {error:?}"));
            assert_eq!(home.relative(&found), "Pythön à la crème/bin/python3", "{version} in {locale}");
            assert_eq!(found.prefix, home.sandbox.path("Pythön à la crème"), "{version} in {locale}");
        }
    }
}

#[test]
fn a_path_that_is_not_text_is_refused() {
    let Some(real) = python("3.12") else { return };
    let home = Home::empty();
    let directory = home.sandbox.path("").join(bytes_to_path(b"pyth\xffn"));
    if fs::create_dir(&directory).is_err() {
        return skip("the file system takes only names that are text");
    }
    symlink(&real, directory.join("python3")).expect("a link");
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let path = [directory.as_os_str().as_bytes(), b":", inherited.as_bytes()].concat();
    let place = home.sandbox.at("repo").with("PATH", bytes_to_path(&path));
    let create = ["create", "--without-pip", "--python", "python3"];
    let made = place.pyenv(&create).ended(0);
    let program = fs::read_link(home.sandbox.path("repo/venv/bin/python")).expect("a link");
    assert_eq!(program, fs::canonicalize(&real).expect("a program"), "{}", made.said());
    home.sandbox.remove("venv");
    fs::remove_file(directory.join("python3")).expect("removed");
    copy_program(&real, directory.join("python3"));
    let answer = place.json(&create);
    let warning = answer["create"]["warnings"][0].as_str().unwrap_or_default();
    assert!(warning.starts_with("passed over on PATH: an environment of"), "{answer:#}");
    assert!(warning.ends_with("its path is not valid UTF-8, as `pyvenv.cfg` requires"), "{warning}");
}
