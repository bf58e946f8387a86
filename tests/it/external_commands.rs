//! Commands of others: `git pyenv foo` runs `git-pyenv-foo` of the user, never one of the repository, and tells it what it is
//! started for; `git pyenv --list` and completions know them.
#![cfg(unix)]

use std::path::Path;

use git_pyenv::config::context;

use crate::support::activation::environment;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Finished, Place, tool};

/// Prints each variable of the context that is set.
const TELL: &str = "#!/bin/sh\nenv | grep '^GIT_PYENV_' | sort\n";

/// A sandbox with the program `git-pyenv-tell` in `bin`, and `PATH` for it.
fn telling() -> (Sandbox, String) {
    let sandbox = Sandbox::repository();
    sandbox.write_program("../bin/git-pyenv-tell", TELL);
    let path = format!("{}:/usr/bin:/bin", sandbox.path("bin").display());
    (sandbox, path)
}

/// The lines that `git-pyenv-tell` prints, but for the one that says where the program itself is.
#[track_caller]
fn told(place: &Place<'_>) -> Vec<String> {
    let said = place.pyenv(&["tell"]).ended(0);
    assert_eq!(said.err(), "");
    let own = format!("{}={}", context::PROGRAM, env!("CARGO_BIN_EXE_git-pyenv"));
    let mut lines: Vec<String> = said.out().lines().map(str::to_owned).collect();
    assert!(lines.contains(&own), "{lines:?}");
    lines.retain(|line| *line != own);
    lines
}

#[test]
fn a_command_of_somebody_else_is_found_on_the_path() {
    let sandbox = Sandbox::repository();
    sandbox.write_program("../tools/git-pyenv-hello", "#!/bin/sh\necho \"hello $*\"\nexit 7\n");
    sandbox.write_program("../tools/git-pyenv-stop", "#!/bin/sh\nkill -TERM $$\n");
    let path = format!("{}:/usr/bin:/bin", sandbox.path("tools").display());
    let place = sandbox.at("repo").with("PATH", &path);
    // The last words mean something to this program too.
    let finished = place.pyenv(&["hello", "--flag", "a b", "--list", "check"]);
    let (status, said) = (finished.status, finished.out());
    assert_eq!((status, said.as_str()), (Some(7), "hello --flag a b --list check\n"), "{}", finished.said());
    assert_eq!(place.pyenv(&["stop"]).status, None, "ended by the signal");
    assert_eq!(sandbox.pyenv(&["hello"]).status, Some(2));
}

#[test]
fn it_is_told_what_it_is_started_for() {
    let (sandbox, path) = telling();
    let Some(root) = environment(&sandbox, "envs/docs") else { return };
    sandbox.git(&["config", "pyenv.environments.docs.directory", "envs/docs"]);
    sandbox.git(&["config", "pyenv.environment", "docs"]);
    let top = sandbox.path("repo");
    let (top, root) = (top.display(), root.display());
    let expected = [
        format!("GIT_PYENV_COMMON_DIR={top}/.git"),
        format!("GIT_PYENV_ENVIRONMENT_DIR={root}"),
        "GIT_PYENV_ENVIRONMENT_NAME=docs".to_owned(),
        format!("GIT_PYENV_PYTHON={root}/bin/python"),
        format!("GIT_PYENV_WORK_TREE={top}"),
    ];
    sandbox.make_directory("repo/below");
    for directory in ["repo", "repo/below"] {
        assert_eq!(told(&sandbox.at(directory).with("PATH", &path)), expected, "{directory}");
    }
    // What an inner run sees of the outer one is no misspelt setting.
    let outer = sandbox.at("repo").with("GIT_PYENV_PYTHON", "/x").with("GIT_PYENV_WORK_TREE", "/x");
    assert_eq!(outer.pyenv(&["config", "output"]).ended(0).err(), "");
}

#[test]
fn what_does_not_exist_is_not_told_and_stops_nothing() {
    let (sandbox, path) = telling();
    let stale = |place: Place<'_>| {
        let told_before = context::VARIABLES.iter().fold(place, |place, name| place.with(name, "/stale"));
        told(&told_before.with("PATH", &path))
    };
    assert_eq!(stale(sandbox.at("")), Vec::<String>::new(), "outside of a repository");
    let top = sandbox.path("repo").display().to_string();
    let of_repository = [format!("GIT_PYENV_COMMON_DIR={top}/.git"), format!("GIT_PYENV_WORK_TREE={top}")];
    assert_eq!(stale(sandbox.at("repo")), of_repository, "no environment");
    sandbox.git_in("", &["init", "--quiet", "--bare", "bare.git"]);
    let bare = sandbox.path("bare.git").display().to_string();
    assert_eq!(stale(sandbox.at("bare.git")), [format!("GIT_PYENV_COMMON_DIR={bare}")]);

    // Its Python is gone: that it is there is told, and nothing more.
    sandbox.write("venv/pyvenv.cfg", "home = /gone\nversion = 3.12.1\n");
    sandbox.link("venv/bin/python", "/gone/python3");
    let of_broken = [&of_repository[0], &format!("GIT_PYENV_ENVIRONMENT_DIR={top}/venv"), &of_repository[1]];
    assert_eq!(stale(sandbox.at("repo")), of_broken.map(String::as_str));
    sandbox.write("tools/python-env.json", "{\"venvDirectory\": 3}");
    assert_eq!(stale(sandbox.at("repo")), of_repository, "settings that cannot be read");
    sandbox.write(".git/config", "[broken\n");
    assert_eq!(stale(sandbox.at("repo")), Vec::<String>::new(), "a repository that cannot be read");
}

/// Asserts that a command is refused, with a text in the error, and that nothing ran.
#[track_caller]
fn refused(finished: Finished, text: &str) {
    let finished = finished.ended(2);
    assert!(finished.err().contains(text), "does not say {text}: {}", finished.said());
    assert!(!finished.out().contains("ran"), "{}", finished.said());
}

#[test]
fn a_program_of_the_repository_is_never_run() {
    let sandbox = Sandbox::repository();
    sandbox.commit("README.md", "x");
    sandbox.write_program("bin/git-pyenv-own", "#!/bin/sh\necho ran\n");
    sandbox.make_directory("repo/below");
    sandbox.link("../way", "repo/bin");
    sandbox.make_directory("elsewhere");
    sandbox.link("../elsewhere/git-pyenv-own", "../repo/bin/git-pyenv-own");
    sandbox.git(&["worktree", "add", "--quiet", "-b", "other", "../linked"]);
    sandbox.git_in("repo", &["init", "--quiet", "inner"]);
    let top = sandbox.path("repo").display().to_string();
    let sandbox_top = sandbox.path("").display().to_string();
    let sandbox_top = sandbox_top.trim_end_matches('/');
    let absolute = [
        format!("{top}/bin"),
        format!("{top}/below/../bin"),
        format!("{sandbox_top}/way"),
        format!("{sandbox_top}/elsewhere"),
        "/proc/self/cwd/bin".to_owned(),
    ];
    for directory in &absolute {
        if !Path::new(directory).starts_with("/proc") || Path::new("/proc/self/cwd").exists() {
            let place = sandbox.at("repo").with("PATH", format!("{directory}:/usr/bin:/bin"));
            refused(place.pyenv(&["own", "--output", "text"]), "is in the repository, so it is not run");
            let listed = place.pyenv(&["--list", "-q", "--output", "text"]).ended(0);
            assert!(!listed.out().contains("own"), "{directory}: {}", listed.said());
        }
    }
    // From another work tree of the repository, and from a repository inside, it is as much a part of what was cloned.
    for directory in ["linked", "repo/inner"] {
        let place = sandbox.at(directory).with("PATH", format!("{top}/bin:/usr/bin:/bin"));
        refused(place.pyenv(&["own"]), "is in the repository, so it is not run");
    }
    // Where it lies is what counts: from outside of the repository it is a program of the user like others.
    let place = sandbox.at("elsewhere").with("PATH", format!("{top}/bin:/usr/bin:/bin"));
    assert_eq!(place.pyenv(&["own"]).ended(0).out(), "ran\n");
    // One that comes later is not hidden by it.
    sandbox.write_program("../user/git-pyenv-own", "#!/bin/sh\necho of the user\n");
    let place = sandbox.at("repo").with("PATH", format!("{top}/bin:{sandbox_top}/user:/usr/bin:/bin"));
    assert_eq!(place.pyenv(&["own"]).ended(0).out(), "of the user\n");
}

#[test]
fn a_program_in_a_relative_directory_is_never_run() {
    let sandbox = Sandbox::new();
    sandbox.write_program("../place/git-pyenv-own", "#!/bin/sh\necho ran\n");
    sandbox.write_program("../place/bin/git-pyenv-own", "#!/bin/sh\necho ran\n");
    for path in [".", "bin", "./bin", "../place", "", ":/usr/bin", "/usr/bin:", "/usr/bin::/bin"] {
        let place = sandbox.at("place").with("PATH", path);
        refused(
            place.pyenv(&["own", "--output", "text"]),
            "is in a relative directory of PATH, so it is not run",
        );
        let listed = place.pyenv(&["--list", "-q", "--output", "text"]).ended(0);
        assert!(!listed.out().contains("own"), "{path}: {}", listed.said());
    }
}

#[test]
fn a_work_tree_that_holds_the_home_directory_is_the_users_own() {
    let sandbox = Sandbox::repository();
    sandbox.write_program("home/bin/git-pyenv-own", "#!/bin/sh\necho ran\n");
    let home = sandbox.path("repo/home");
    let place = sandbox.at("repo").with("HOME", &home).with("USERPROFILE", &home);
    let place = place.with("PATH", format!("{}/bin:/usr/bin:/bin", home.display()));
    assert_eq!(place.pyenv(&["own"]).ended(0).out(), "ran\n");
}

#[test]
fn a_name_that_is_a_path_or_of_a_plug_in_is_no_command() {
    let sandbox = Sandbox::repository();
    sandbox.write_program("../bin/git-pyenv-type-demo", "#!/bin/sh\necho ran\n");
    sandbox.write_program("../bin/git-pyenv-x/y", "#!/bin/sh\necho ran\n");
    let place = sandbox.at("repo").with("PATH", sandbox.path("bin"));
    for name in ["type-demo", "x/y", "x/../git-pyenv-x/y"] {
        refused(place.pyenv(&[name, "--output", "text"]), "is not a command");
    }
    assert!(!place.pyenv(&["--list", "--output", "text"]).ended(0).out().contains("demo"));
}

#[test]
fn all_commands_are_listed() {
    let sandbox = Sandbox::repository();
    let hostile = "git-pyenv-z\u{1b}[31m\nred";
    for name in
        ["git-pyenv-hello", "git-pyenv-check", "git-pyenv-help", "git-pyenv-", "git-pyenv--x", hostile]
    {
        sandbox.write_program(format!("../bin/{name}"), "#!/bin/sh\ntouch ran\n");
    }
    sandbox.write_program("../later/git-pyenv-hello", "#!/bin/sh\n");
    sandbox.write("../later/git-pyenv-data", "no program\n");
    sandbox.make_directory("later/git-pyenv-directory");
    sandbox.write_program([b"../later/git-pyenv-\xff".as_slice()].concat(), "#!/bin/sh\n");
    let (bin, later) = (sandbox.path("bin"), sandbox.path("later"));
    let path = format!("{}:{}:{}:/usr/bin:/bin", bin.display(), later.display(), bin.display());
    let place = sandbox.at("repo").with("PATH", path);
    sandbox.write("tools/dates.json", "{\"description\": \"Finds dates\", \"script\": \"dates.py\"}");
    sandbox.write("tools/dates.py", "");
    place.pyenv(&["tool", "register", "tools/dates.json"]).ended(0);
    for list in ["--list", "commands"] {
        let answer = place.json(&[list]);
        let commands = answer["commands"].as_array().expect("commands");
        let external = commands.iter().filter(|command| command["source"] == "external");
        let external: Vec<_> = external.map(|command| (&command["name"], &command["program"])).collect();
        let programs = ["git-pyenv-hello", hostile].map(|name| bin.join(name).display().to_string());
        let names = ["hello", "z\u{1b}[31m\nred"];
        let named = |index: usize, what: &str| external[index].0 == names[index] && what == programs[index];
        assert_eq!(external.len(), 2, "{external:?}");
        assert!(named(0, external[0].1.as_str().expect("text")), "{external:?}");
        assert_eq!(external[1].0, names[1], "{external:?}");
        let check = commands.iter().find(|command| command["name"] == "check").expect("a command");
        assert_eq!((&check["source"], &check["program"]), (&"built-in".into(), &serde_json::Value::Null));
        assert!(commands.iter().any(|command| command["name"] == "help"), "{commands:?}");
        let tool = commands.iter().find(|command| command["source"] == "registered").expect("a tool");
        assert_eq!((&tool["name"], &tool["summary"]), (&"dates".into(), &"Finds dates".into()));
    }
    let text = place.pyenv(&["--list", "--output", "text"]).ended(0).out();
    assert!(!text.contains('\u{1b}') && text.contains("\\033[31m\\nred"), "{text}");
    assert_eq!(text.matches("git-pyenv-hello").count(), 1, "{text}");
    let quiet = place.pyenv(&["--list", "-q", "--output", "text"]).ended(0).out();
    assert!(
        quiet.lines().any(|line| line == "hello") && quiet.lines().any(|line| line == "check"),
        "{quiet}"
    );
    assert!(!sandbox.path("repo/ran").exists(), "nothing is run to be listed");
    sandbox.write("tools/registry.json", "[");
    assert_eq!(place.json(&["--list"])["exit_code"], 0, "the others are listed all the same");
    assert_eq!(
        sandbox.at("").with("PATH", &bin).pyenv(&["--list"]).status,
        Some(0),
        "outside of a repository"
    );
}

/// What a shell offers for `git-pyenv hel…`.
fn offered(sandbox: &Sandbox, shell: &str, rest: &str) -> Option<String> {
    let program = tool(shell)?;
    let directories = format!("{}:{}", sandbox.path("bin").display(), sandbox.path("unused").display());
    let place = sandbox.at("repo").with_binary();
    let inherited = place.run("sh", &["-c", "printf %s \"$PATH\""]).ended(0).out();
    let place = place.with("PATH", format!("{inherited}:{directories}"));
    let script = place.pyenv(&["completions", shell]).ended(0).out();
    assert!(!script.contains("hello-external"), "what is on PATH today is not for later");
    let arguments: &[&str] = if shell == "fish" { &["--private"] } else { &["-s"] };
    Some(place.reading(format!("{script}\n{rest}\n")).run(program, arguments).ended(0).out())
}

#[test]
fn shells_complete_commands_of_others() {
    let sandbox = Sandbox::repository();
    sandbox.write_program("../bin/git-pyenv-hello-external", "#!/bin/sh\n");
    sandbox.write_program("../bin/git-pyenv-hello two", "#!/bin/sh\n");
    let bash = "COMP_WORDS=(git-pyenv hello); COMP_CWORD=1; _gitpyenv git-pyenv hello git-pyenv; \
                printf '%s\\n' \"${COMPREPLY[@]}\"";
    for (shell, rest) in [("bash", bash), ("fish", "complete -C 'git-pyenv hello'")] {
        let Some(said) = offered(&sandbox, shell, rest) else { continue };
        assert_eq!(said.trim_end(), "hello-external", "{shell}");
    }
}
