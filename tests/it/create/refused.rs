//! What `create` refuses, and that nothing is left behind then.

use std::path::{Path, PathBuf};

use super::{create, names, refused, run, with_python};
use crate::support::answer;
use crate::support::pythons::{python, without_module};
use crate::support::repository::Sandbox;
use crate::support::sandbox::skip;

#[test]
fn another_environment_is_not_taken_for_one_that_cannot_be_looked_into() {
    let Some((sandbox, python)) = with_python() else { return };
    create(&sandbox, &python, &["--without-pip", "--env", "other"]);
    // Not even the superuser can follow it.
    sandbox.link("venv", "venv");
    let said = refused(&sandbox, &["--force", "--python", &python], "action");
    assert!(said.contains("`venv`"), "{said}");
    run(&sandbox, "other/bin/python", &["--version"]).ended(0);
}

#[test]
fn some_places_are_refused() {
    let Some((mut sandbox, python)) = with_python() else { return };
    let python = python.as_str();
    let long = "n".repeat(300);
    let cases: &[(&[&str], &str, &str)] = &[
        (&["--env", &long], "usage", "longer than"),
        (&["--env", "a:b"], "usage", "`:`"),
        (&["--env", "a\nb"], "usage", "control character"),
        (&["--env", "."], "usage", "work tree"),
        (&["--env", ".."], "usage", "work tree"),
        (&["--env", ".git"], "usage", "git directory"),
        (&["--env", ".git/venv"], "usage", "git directory"),
        (&["--prompt", "a\nb"], "usage", "prompt"),
        (&["--all"], "usage", "no environments"),
    ];
    for (arguments, kind, reason) in cases {
        let said = refused(&sandbox, &[arguments, &["--python", python][..]].concat(), kind);
        assert!(said.contains(reason), "{arguments:?}: {said}");
    }
    create(&sandbox, python, &["--without-pip"]);
    let inside = refused(&sandbox, &["--env", "venv/inner", "--python", python], "usage");
    assert!(inside.contains("another environment"), "{inside}");
    sandbox.set("GIT_DIR", sandbox.path("bare").to_str().expect("a plain path").to_owned().as_str());
    sandbox.git_in("", &["init", "--quiet", "--bare", "bare"]);
    answer::error(&sandbox.at("bare"), &["create"], "usage");
}

#[test]
fn what_is_no_environment_is_left_alone() {
    let Some((sandbox, python)) = with_python() else { return };
    sandbox.write("full/notes.txt", "mine");
    sandbox.write("file", "../elsewhere");
    sandbox.link("link", "full");
    sandbox.write("tracked/pyvenv.cfg", "home = /usr/bin\n");
    sandbox.git(&["add", "--force", "tracked"]);
    let cases = [
        ("full", "not an environment", "--env"),
        ("file", "a file", "PEP 832"),
        ("link", "a symlink", "--env"),
        ("tracked", "git tracks 1 file", "git pyenv fix tracked"),
        ("file/venv", "cannot create", "is not a directory"),
    ];
    for (place, reason, hint) in cases {
        for force in [&[][..], &["--force"]] {
            let said = refused(&sandbox, &[&["--env", place, "--python", &python], force].concat(), "action");
            assert!(
                said.contains(hint)
                    && (reason.is_empty()
                        || said.contains(reason)
                        || said.contains("replaces only environments")),
                "{place}: {said}"
            );
        }
    }
    assert_eq!(sandbox.read("repo/full/notes.txt"), b"mine");
    sandbox.make_directory("repo/empty");
    create(&sandbox, &python, &["--env", "empty", "--without-pip"]);
}

#[test]
fn committed_settings_do_not_lead_out_of_the_repository() {
    let Some((sandbox, python)) = with_python() else { return };
    sandbox.make_directory("outside");
    sandbox.link("inside", "../outside");
    sandbox.write("tools/python-env.json", r#"{"venvDirectory": "inside/venv"}"#);
    let said = refused(&sandbox, &["--python", &python], "settings");
    assert!(said.contains("is outside of the work tree"), "{said}");
    assert_eq!(names(&sandbox, "outside"), Vec::<String>::new());
    // Whoever says it on the command line means it.
    create(&sandbox, &python, &["--env", "../outside/venv", "--without-pip"]);
    assert_eq!(names(&sandbox, "outside"), ["venv"]);
}

fn list(directory: &Path) -> impl Iterator<Item = PathBuf> {
    std::fs::read_dir(directory).expect("a directory").flatten().map(|entry| entry.path())
}

#[test]
fn a_python_without_pip_is_told_apart() {
    let Some((sandbox, python)) = with_python() else { return };
    // A copy of its own, in which the wheels are missing, also those of the distribution.
    let (executable, library) = without_module(&sandbox, Path::new(&python), "python", "ensurepip");
    for file in list(&library).filter(|file| file.to_string_lossy().contains("/_sysconfigdata")) {
        let settings = std::fs::read_to_string(&file).expect("settings");
        std::fs::remove_file(&file).expect("a link");
        sandbox.overwrite(&file, settings.replace("'WHEEL_PKG_DIR'", "'NO_WHEEL_PKG_DIR'").as_bytes());
    }
    // Libraries that the program names relative to itself.
    let prefix = Path::new(&python).parent().and_then(Path::parent).expect("a prefix");
    for shared in list(&prefix.join("lib")).filter(|file| file.to_string_lossy().contains(".so")) {
        let place = sandbox.path("python/lib").join(shared.file_name().expect("a name"));
        std::os::unix::fs::symlink(shared, place).expect("a link");
    }
    let executable = executable.to_str().expect("a plain path");
    let said = refused(&sandbox, &["--quiet", "--python", executable], "action");
    assert!(said.contains("has no bundled") && said.contains("--without-pip"), "{said}");
    create(&sandbox, executable, &["--without-pip"]);
}

#[test]
fn a_full_disk_leaves_nothing() {
    let Some(python) = python("3.12") else { return };
    let sandbox = Sandbox::repository();
    sandbox.make_directory("repo/small");
    let small = sandbox.path("repo/small");
    let mounted =
        sandbox.at("").run("mount", &["-t", "tmpfs", "-o", "size=1m", "tmpfs", &small.to_string_lossy()]);
    if mounted.status != Some(0) {
        return skip(&format!("nothing can be mounted here: {}", mounted.err()));
    }
    let arguments = ["create", "--env", "small/new/venv", "--output", "text", "--python"];
    let failed = sandbox.pyenv(&[&arguments[..], &[&*python.to_string_lossy()]].concat());
    let left = names(&sandbox, "repo/small");
    sandbox.at("").run("umount", &[&*small.to_string_lossy()]).ended(0);
    let failed = failed.ended(2);
    assert!(failed.err().contains("No space left"), "{}", failed.said());
    assert_eq!(left, Vec::<String>::new());
}
