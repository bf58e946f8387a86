//! `create`: what it makes. `create/refused.rs` has what it refuses.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;

use crate::support::answer;
use crate::support::pythons::{a_python, two_pythons};
use crate::support::repository::Sandbox;
use crate::support::sandbox::Finished;
use crate::support::schema;

mod refused;

/// A repository, and the Python that environments in it are made from.
fn with_python() -> Option<(Sandbox, String)> {
    let python = a_python()?;
    Some((Sandbox::repository(), python.to_str().expect("a plain path").to_owned()))
}

/// Creates with this Python and asserts that it ends well.
#[track_caller]
fn create(sandbox: &Sandbox, python: &str, more: &[&str]) -> Finished {
    let arguments = [&["create", "--python", python, "--output", "text"], more].concat();
    sandbox.pyenv(&arguments).ended(0)
}

/// Everything in a directory of the sandbox, by name.
fn names(sandbox: &Sandbox, directory: &str) -> Vec<String> {
    let entries = std::fs::read_dir(sandbox.path(directory)).expect("a directory");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// Runs a program of an environment.
fn run(sandbox: &Sandbox, program: &str, arguments: &[&str]) -> Finished {
    sandbox.at("repo").run(sandbox.path("repo").join(program), arguments)
}

/// What a refusal says; it leaves the repository as it was.
#[track_caller]
fn refused(sandbox: &Sandbox, arguments: &[&str], kind: &str) -> String {
    let before = names(sandbox, "repo");
    let said = answer::error(&sandbox.at("repo"), &[&["create"], arguments].concat(), kind);
    assert_eq!(names(sandbox, "repo"), before, "{arguments:?}");
    said
}

#[test]
fn an_environment_is_made_and_works() {
    let Some((sandbox, python)) = with_python() else { return };
    let made = create(&sandbox, &python, &[]).out();
    assert!(made.starts_with("created `venv` with Python 3.") && made.contains(", pip "), "{made}");
    assert!(made.contains("eval \"$(git pyenv activate)\""), "{made}");
    assert_eq!(names(&sandbox, "repo"), [".git", "venv"]);
    assert_eq!(sandbox.git(&["status", "--porcelain", "--ignored"]), "!! venv/");
    run(&sandbox, "venv/bin/pip", &["--version"]).ended(0);
    let prompt = "import os,sys; print(open(os.path.join(sys.prefix, 'pyvenv.cfg')).read())";
    let settings = run(&sandbox, "venv/bin/python", &["-c", prompt]).ended(0).out();
    assert!(settings.contains("\nprompt = repo\n") && settings.contains("\ngit-pyenv = "), "{settings}");
    let again = create(&sandbox, &python, &[]).out();
    assert!(again.starts_with("already exists: `venv`"), "{again}");
    let listed = sandbox.json(&["list"]);
    let creator = listed["environments"][0]["creator"].as_str().expect("a creator");
    assert_eq!(creator, format!("git-pyenv {}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn environments_share_files_until_somebody_writes_into_one() {
    use std::os::unix::fs::MetadataExt;
    let Some((sandbox, python)) = with_python() else { return };
    for place in ["one", "two"] {
        create(&sandbox, &python, &["--env", place]);
    }
    let file = |place: &str| {
        let found =
            run(&sandbox, &format!("{place}/bin/python"), &["-B", "-c", "import pip; print(pip.__file__)"]);
        std::path::PathBuf::from(found.ended(0).out().trim_end())
    };
    let [one, two] = ["one", "two"].map(file);
    let number = |path: &Path| std::fs::metadata(path).expect("a file").ino();
    let packages = |module: &std::path::PathBuf| {
        let top = module.ancestors().nth(2).expect("site-packages");
        let found = git_pyenv::fs::list_tree(top).expect("what is there");
        let paths = found.entries().map(|entry| entry.path());
        paths.map(|path| (number(&path.to_path(top)), path)).collect::<Vec<_>>()
    };
    let [first, second] = [&one, &two].map(packages);
    let numbers: BTreeSet<u64> = first.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers.len(), first.len(), "two files of one environment are never one");
    let own: BTreeSet<&str> = second
        .iter()
        .filter(|(number, _)| !numbers.contains(number))
        .filter_map(|(_, path)| path.as_str()?.rsplit('/').next())
        .collect();
    assert_eq!(own, BTreeSet::from(["INSTALLER", "RECORD", "REQUESTED"]), "what is not shared");
    let text = std::fs::read(&one).expect("a module");
    std::fs::write(&one, "raise SystemExit('changed')\n").expect("a change");
    create(&sandbox, &python, &["--env", "three"]);
    assert_eq!(std::fs::read(file("three")).expect("the module"), text);
    // What an installer replaces in one environment stays in the others.
    run(&sandbox, "three/bin/python", &["-m", "pip", "uninstall", "--yes", "pip"]).ended(0);
    create(&sandbox, &python, &["--env", "four"]);
    run(&sandbox, "four/bin/pip", &["--version"]).ended(0);
}

#[test]
fn programs_read_what_was_made() {
    let Some((sandbox, python)) = with_python() else { return };
    let arguments = ["create", "--python", &python, "--output", "json"];
    for (more, created) in [(&["--dry-run"][..], false), (&[], true), (&[], false), (&["--force"], true)] {
        let finished = sandbox.pyenv(&[&arguments[..], more].concat()).ended(0);
        let answer = finished.json();
        schema::assert_fits(&answer);
        assert_eq!(answer["create"]["created"], created, "{more:?}");
        assert_eq!(answer["create"]["environment"]["path"], "venv");
        assert_eq!(answer["create"]["environment"]["kind"], "git-pyenv");
    }
}

#[test]
fn says_why_it_has_this_python() {
    let Some((sandbox, python)) = with_python() else { return };
    let said = |arguments: &[&str]| {
        let all = [&["create", "--output", "text", "--verbose", "--without-pip"], arguments].concat();
        sandbox.pyenv(&all).ended(0).out()
    };
    assert!(said(&["--dry-run"]).contains("\n  no Python version requested\n"));
    sandbox.write("pyproject.toml", "[project]\nrequires-python = \">=3\"\n");
    for _ in 0..2 {
        let reasons = said(&["--python", &python]);
        assert!(reasons.contains(&format!("\n  requested: {python} by --python\n")), "{reasons}");
        assert!(reasons.contains("\n  required: >=3 by pyproject.toml:2\n"), "{reasons}");
    }
}

#[test]
fn options_are_obeyed() {
    let Some((sandbox, python)) = with_python() else { return };
    let options = ["--env", "plain", "--without-pip", "--system-site-packages", "--prompt", "it's mine"];
    create(&sandbox, &python, &options);
    let settings = sandbox.read("repo/plain/pyvenv.cfg");
    let settings = String::from_utf8_lossy(&settings);
    assert!(settings.contains("include-system-site-packages = true\n"), "{settings}");
    assert!(settings.contains("prompt = it's mine\n"), "{settings}");
    sandbox.make_directory("repo/work");
    let here = ["create", "--env", "../here", "--without-pip", "--prompt", "."];
    sandbox.at("repo/work").pyenv(&here).ended(0);
    let settings = String::from_utf8_lossy(&sandbox.read("repo/here/pyvenv.cfg")).into_owned();
    assert!(settings.contains("prompt = work\n"), "{settings}");
    assert!(!sandbox.path("repo/plain/bin/pip").exists());
    let found = run(&sandbox, "plain/bin/python", &["-c", "import sys; print(sys.prefix)"]).ended(0).out();
    assert_eq!(found.trim_end(), sandbox.path("repo/plain").to_string_lossy());
    let differs = refused(&sandbox, &["--env", "plain", "--python", "2.7"], "action");
    assert!(differs.contains("requested: 2.7") && differs.contains("--force"), "{differs}");
}

#[test]
fn the_hint_replaces_the_environment_that_was_asked_about() {
    let Some((sandbox, python)) = with_python() else { return };
    create(&sandbox, &python, &["--env", ".venv", "--without-pip"]);
    create(&sandbox, &python, &["--env", "it's mine", "--without-pip"]);
    let asked = ["--env", "it's mine", "--python", &python, "--without-pip", "--system-site-packages"];
    let said = refused(&sandbox, &asked, "action");
    let before = sandbox.read("repo/.venv/pyvenv.cfg");
    let hint = said
        .split("`git ")
        .find_map(|rest| Some(rest.strip_prefix("pyenv create --force")?.split_once('`')?.0));
    let hint = hint.unwrap_or_else(|| panic!("{said}"));
    let program = env!("CARGO_BIN_EXE_git-pyenv");
    run(&sandbox, "/bin/sh", &["-c", &format!("{program} create --force{hint}")]).ended(0);
    let settings = sandbox.read("repo/it's mine/pyvenv.cfg");
    assert!(String::from_utf8_lossy(&settings).contains("include-system-site-packages = true\n"));
    assert!(!sandbox.path("repo/it's mine/bin/pip").exists());
    assert_eq!(sandbox.read("repo/.venv/pyvenv.cfg"), before);
}

#[test]
fn every_named_environment_is_made() {
    let Some([one, two]) = two_pythons() else { return };
    let sandbox = Sandbox::repository();
    let name = |name: &str, key: &str, value: &str| {
        sandbox.git(&["config", &format!("pyenv.environments.{name}.{key}"), value]);
    };
    name("one", "directory", ".venv-one");
    name("one", "python", &one.to_string_lossy());
    name("two", "directory", "envs/two");
    name("two", "python", &two.to_string_lossy());
    name("bad", "directory", "a:b");
    let answer = sandbox.pyenv(&["create", "--all", "--output", "json"]).ended(2).json();
    schema::assert_fits(&answer);
    let made = answer["create"].as_array().expect("a list");
    let created: Vec<bool> = made.iter().filter_map(|one| one["created"].as_bool()).collect();
    assert_eq!(created, [false, true, true], "{answer:#}");
    assert_eq!(made[0]["error"]["kind"], "usage");
    assert!(
        sandbox.path("repo/.venv-one/bin/pip").exists() && sandbox.path("repo/envs/two/bin/pip").exists()
    );
    let text = sandbox.pyenv(&["create", "--env", "two", "--output", "text"]).ended(0).out();
    assert!(text.contains("`envs/two`") && text.contains("activate --env two"), "{text}");
}

#[test]
fn odd_names_are_no_obstacle() {
    let Some((sandbox, python)) = with_python() else { return };
    let long = "l".repeat(120);
    for name in
        ["with space", "it's", "a\"b", "$(touch pwned)", "`touch pwned`", "größe-日本", "-n", "a\\nb", &long]
    {
        create(&sandbox, &python, &[&format!("--env={name}")]);
        let version = run(&sandbox, &format!("{name}/bin/pip"), &["--version"]).ended(0);
        assert!(version.out().contains(name), "{}", version.said());
        assert!(version.err().is_empty(), "{}", version.said());
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "", "{name}");
    }
    assert!(!names(&sandbox, "repo").contains(&"pwned".to_owned()));
}

#[test]
fn force_replaces_and_records() {
    let Some([one, two]) = two_pythons() else { return };
    let sandbox = Sandbox::repository();
    create(&sandbox, &one.to_string_lossy(), &[]);
    let before = run(&sandbox, "venv/bin/python", &["--version"]).out();
    let replaced = create(&sandbox, &two.to_string_lossy(), &["--force"]).out();
    assert!(replaced.starts_with("replaced `venv`"), "{replaced}");
    assert_ne!(run(&sandbox, "venv/bin/python", &["--version"]).ended(0).out(), before);
    run(&sandbox, "venv/bin/pip", &["--version"]).ended(0);
    assert_eq!(names(&sandbox, "repo"), [".git", "venv"]);
    assert_eq!(names(&sandbox, "repo/.git/pyenv/snapshots").len(), 1, "a record is kept");
    sandbox.write("venv/my notes.txt", "mine");
    let foreign = refused(&sandbox, &["--force", "--python", &one.to_string_lossy()], "action");
    assert!(foreign.contains("my notes.txt"), "{foreign}");
    sandbox.remove("venv/my notes.txt");
    sandbox.git(&["config", "pyenv.autoCleanup", "false"]);
    let forbidden = refused(&sandbox, &["--force", "--python", &one.to_string_lossy()], "settings");
    assert!(forbidden.contains("autoCleanup"), "{forbidden}");
}

#[test]
fn broken_environments_are_told_and_replaced() {
    let Some((sandbox, python)) = with_python() else { return };
    create(&sandbox, &python, &[]);
    sandbox.remove("venv/bin/python");
    sandbox.link("venv/bin/python", "/nowhere/python");
    let said = refused(&sandbox, &["--python", &python], "action");
    assert!(
        said.contains("exists but is broken") && said.contains("does not exist") && said.contains("--force"),
        "{said}"
    );
    create(&sandbox, &python, &["--force"]);
    run(&sandbox, "venv/bin/pip", &["--version"]).ended(0);
}

#[test]
fn a_python_that_is_named_is_compared_with_the_one_that_is_there() {
    let Some([one, two]) = two_pythons() else { return };
    let text = |path: &std::path::Path| path.to_str().expect("a plain path").to_owned();
    let sandbox = Sandbox::repository();
    create(&sandbox, &text(&one), &[]);
    create(&sandbox, &text(&one), &[]);
    let other = refused(&sandbox, &["--python", &text(&two)], "action");
    assert!(other.contains(&text(&two)) && other.contains("--force"), "{other}");
    let absent = refused(&sandbox, &["--python", "/nowhere/python"], "usage");
    assert!(absent.contains("`/nowhere/python` does not exist"), "{absent}");
    let unknown = refused(&sandbox, &["--python", "nothing-of-this-name"], "usage");
    assert!(unknown.contains("no such program"), "{unknown}");
}

#[test]
fn an_environment_without_its_settings_file_is_made_anew() {
    let Some((sandbox, python)) = with_python() else { return };
    create(&sandbox, &python, &[]);
    sandbox.remove("venv/pyvenv.cfg");
    let listed = sandbox.json(&["list"]);
    let health = &listed["environments"][0]["health"];
    assert_eq!(health["problems"], serde_json::json!(["PYE307"]), "{listed:#}");
    let said = refused(&sandbox, &[], "action");
    assert!(said.contains("no pyvenv.cfg") && said.contains("create --force"), "{said}");
    create(&sandbox, &python, &["--force"]);
    run(&sandbox, "venv/bin/pip", &["--version"]).ended(0);
}

#[test]
fn two_at_once_make_one() {
    let Some((sandbox, python)) = with_python() else { return };
    for force in [&[][..], &["--force"]] {
        let start = || {
            let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), "repo");
            command.args(["create", "--python", &python, "--output", "text"]).args(force);
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().expect("a process")
        };
        let said: Vec<Finished> =
            [start(), start()].map(|run| run.wait_with_output().expect("an end").into()).into();
        let said: Vec<String> = said.into_iter().map(|one: Finished| one.ended(0).out()).collect();
        let already = said.iter().filter(|text| text.starts_with("already exists")).count();
        assert_eq!(already, usize::from(force.is_empty()), "{said:?}");
        assert_eq!(names(&sandbox, "repo"), [".git", "venv"]);
        run(&sandbox, "venv/bin/pip", &["--version"]).ended(0);
    }
}

#[test]
fn git_never_sees_it() {
    let Some((sandbox, python)) = with_python() else { return };
    for force in [&[][..], &["--force"], &["--force"]] {
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-pyenv"), "repo");
        command.args(["create", "--python", &python]).args(force).stdout(Stdio::null());
        let mut child = command.spawn().expect("a process");
        let mut looks = 0;
        loop {
            let ended = child.try_wait().expect("a state").is_some();
            assert_eq!(sandbox.git(&["status", "--porcelain", "--untracked-files=all"]), "", "look {looks}");
            looks += 1;
            if ended {
                break;
            }
        }
        assert!(looks > 1);
    }
}
