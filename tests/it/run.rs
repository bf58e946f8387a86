//! `git pyenv run`: the command gets the environment and everything else as it was, and nobody stands in between.

use std::path::Path;

use crate::support::activation::{HOSTILE, environment};
use crate::support::answer;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{Finished, tool};

/// Runs Python code in the environment and returns what it prints.
#[track_caller]
fn python(place: &crate::support::sandbox::Place<'_>, code: &str) -> String {
    place.pyenv(&["run", "--", "python", "-c", code]).ended(0).out().trim_end().to_owned()
}

/// A repository with an environment in `.venv`.
pub(crate) fn sandbox() -> Option<Sandbox> {
    let sandbox = Sandbox::repository();
    environment(&sandbox, ".venv").map(|_| sandbox)
}

#[test]
fn the_command_sees_the_environment_as_if_it_were_active() {
    let sandbox = Sandbox::repository();
    let Some(root) = environment(&sandbox, HOSTILE) else { return };
    let root = root.to_str().expect("text");
    let outer = format!("/outer/bin:{}:/usr/bin:/bin", sandbox.path("other/bin").display());
    let place = sandbox
        .at("repo")
        .with("PATH", outer)
        .with("VIRTUAL_ENV", sandbox.path("other"))
        .with("PYTHONHOME", "/nowhere");
    let code = "import os, sys\nprint(sys.prefix)\nfor name in ('VIRTUAL_ENV', 'VIRTUAL_ENV_PROMPT', 'PYTHONHOME', \
                'PATH'):\n    print(os.environ.get(name))";
    let expected = format!("{root}\n{root}\n{HOSTILE}\nNone\n{root}/bin:/outer/bin:/usr/bin:/bin");
    assert_eq!(python(&place, code), expected);
    assert_eq!(place.pyenv(&["run", "hello"]).ended(0).out(), "hello\n");
    // As installers write a program where its first line cannot hold the path.
    let interpreter = format!("{root}/bin/python").replace('\'', "'\"'\"'");
    let head = format!("#!/bin/sh\n'''exec' '{interpreter}' \"$0\" \"$@\"\n' '''\n");
    sandbox.write_program(format!("{HOSTILE}/bin/quoted"), head + "print('quoted')\n");
    assert_eq!(place.pyenv(&["run", "quoted"]).ended(0).out(), "quoted\n");
    assert!(!sandbox.path("repo/canary").exists(), "the path was obeyed");
}

#[test]
fn arguments_are_passed_on_untouched() {
    let Some(sandbox) = sandbox() else { return };
    let own = ["--env", "x", "-v", "--output", "json", "--help", "--", "-q", "", "a b", "*"];
    let expected = format!("hello\n{}\n", own.join("\n"));
    assert_eq!(sandbox.pyenv(&[&["run", "hello"], &own[..]].concat()).ended(0).out(), expected);
    assert_eq!(sandbox.pyenv(&[&["run", "--", "hello"], &own[..]].concat()).ended(0).out(), expected);
    sandbox.write("tool.py", "import sys\nprint('hello', *sys.argv[1:], sep='\\n')\n");
    sandbox.write("-x.py", "print('dash')\n");
    assert_eq!(sandbox.pyenv(&[&["run", "--script", "tool.py"], &own[..]].concat()).ended(0).out(), expected);
    assert_eq!(sandbox.pyenv(&["run", "--script", "-x.py"]).ended(0).out(), "dash\n");
}

#[test]
fn the_end_of_the_command_is_the_end_of_the_run() {
    let Some(sandbox) = sandbox() else { return };
    assert_eq!(sandbox.pyenv(&["run", "--", "sh", "-c", "exit 77"]).status, Some(77));
    assert_eq!(sandbox.pyenv(&["run", "--", "sh", "-c", "kill -TERM $$"]).status, None);
    // It is the same process: there is nobody in between to lose a signal.
    let Some(bash) = tool("bash") else { return };
    let own = env!("CARGO_BIN_EXE_git-pyenv");
    let code = format!("'{own}' run -- sh -c 'echo $$' & echo $!; wait");
    let said = sandbox.at("repo").run(&bash, &["-c", &code]).ended(0).out();
    let mut processes = said.lines();
    assert_eq!(processes.next().map(str::trim), processes.next().map(str::trim), "{said}");
    // A broken pipe ends it as it ends any program, though this one was started with the signal ignored.
    let code = format!("'{own}' run -- sh -c 'yes; exit 3' | head -n 1; echo ${{PIPESTATUS[0]}}");
    let said = sandbox.at("repo").run(&bash, &["-c", &code]).ended(0);
    assert_eq!(said.out(), "y\n3\n", "{}", said.said());
    let code = format!("'{own}' run -- yes | head -n 1; echo ${{PIPESTATUS[0]}}");
    let said = sandbox.at("repo").run(&bash, &["-c", &code]).ended(0);
    assert_eq!((said.out().as_str(), said.err().as_str()), ("y\n141\n", ""));
    // What the caller ignores stays ignored.
    let code = format!("trap '' INT; '{own}' run -- sh -c 'kill -INT $$; echo survived'");
    assert_eq!(sandbox.at("repo").run(&bash, &["-c", &code]).ended(0).out(), "survived\n");
}

#[test]
fn variables_of_a_hook_do_not_leak_and_do_not_mislead() {
    let Some(sandbox) = sandbox() else { return };
    sandbox.write(".gitignore", ".venv\n");
    sandbox.git(&["add", ".gitignore"]);
    let show = "import os; print(sorted(name for name in os.environ if name.startswith('GIT_') and name not in \
                ('GIT_AUTHOR_NAME', 'GIT_AUTHOR_EMAIL', 'GIT_AUTHOR_DATE', 'GIT_COMMITTER_NAME', \
                'GIT_COMMITTER_EMAIL', 'GIT_COMMITTER_DATE', 'GIT_EDITOR', 'GIT_EXEC_PATH', \
                'GIT_TERMINAL_PROMPT', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM')))";
    sandbox.write_program(
        ".git/hooks/pre-commit",
        format!("#!/bin/sh\nenv | grep -q GIT_INDEX_FILE && git pyenv run -- python -c \"{show}\" >said\n"),
    );
    let place = sandbox.at("repo").with_binary();
    place.git_ok(&["-c", "pyenv.environment=.venv", "commit", "--quiet", "--message", "x"]);
    assert_eq!(String::from_utf8_lossy(&sandbox.read("repo/said")), "[]\n");
    place.git_ok(&["config", "alias.py", "!git pyenv run -- python"]);
    let said = place.git_ok(&["py", "-c", show]);
    assert_eq!(said, "[]");
}

#[test]
fn what_cannot_be_run_is_said_clearly() {
    let Some(sandbox) = sandbox() else { return };
    let place = sandbox.at("repo");
    sandbox.write_program(".venv/bin/pip", "#!/old/place/bin/python\n");
    sandbox.write("plain", "text\n");
    let cases: [(&[&str], &str, &[&str]); 8] = [
        (
            &["run", "pythno"],
            "usage",
            &["command not found: `pythno`", "did you mean `git pyenv run -- python`?"],
        ),
        (&["run", "plain"], "usage", &["command not found: `plain`"]),
        (&["run", "./plain"], "usage", &["permission denied: `./plain` is not executable"]),
        (&["run", "./nothing"], "usage", &["`./nothing` does not exist"]),
        (&["run", "./.venv"], "usage", &["`./.venv` is a directory"]),
        (&["run", "--script", "no.py"], "usage", &["script `no.py` does not exist"]),
        (&["run", "pip", "list"], "action", &["`/old/place/bin/python`", "mv .venv .venv.old"]),
        (
            &["run", "--env", "docs", "hello"],
            "usage",
            &["no environment at `docs`", "git pyenv create --env docs"],
        ),
    ];
    for (arguments, kind, parts) in cases {
        // What stands behind the command is the command's own.
        let (json, text) = ([&["--output", "json"], arguments].concat(), place.pyenv(arguments).ended(2));
        let answer = place.pyenv(&json).ended(2).json();
        assert_eq!(answer["error"]["kind"], kind, "{arguments:?}: {answer:#}");
        assert_eq!(text.out(), "", "{arguments:?}");
        for part in parts {
            assert!(text.err().contains(part), "{arguments:?} does not say {part}: {}", text.said());
        }
    }
    assert_eq!(place.pyenv(&["run"]).ended(2).out(), "");
    assert_eq!(place.pyenv(&["run", "--nonsense"]).ended(2).out(), "");
}

#[test]
fn an_environment_whose_python_is_gone_is_named_as_such() {
    let Some(sandbox) = sandbox() else { return };
    sandbox.remove(".venv/bin/python");
    sandbox.link(".venv/bin/python", "/gone/python3");
    let said = sandbox.pyenv(&["run", "hello"]).ended(2);
    assert!(
        said.err().contains("points to /gone/python3, which does not exist")
            && said.err().contains("mv .venv .venv.old && git pyenv create --env .venv"),
        "{}",
        said.said()
    );
    sandbox.write("conda/conda-meta/history", "");
    let said = sandbox.pyenv(&["run", "--env", "conda", "hello"]).ended(2);
    assert!(said.err().contains("conda run --prefix"), "{}", said.said());
}

#[test]
fn modules_and_files_are_run_by_its_python() {
    let Some(sandbox) = sandbox() else { return };
    let prefix = sandbox.path("repo/.venv").display().to_string();
    let code = "import sys\nprint(sys.prefix, *sys.argv[1:])\n";
    sandbox.write("tool.py", code);
    sandbox.write("below/-tool.py", code);
    sandbox.write("package/__main__.py", code);
    let place = sandbox.at("repo");
    let says = |place: &crate::support::sandbox::Place<'_>, arguments: &[&str]| {
        assert_eq!(
            place.pyenv(&[&["run"], arguments].concat()).ended(0).out(),
            format!("{prefix} -x --help\n")
        );
    };
    says(&place, &["tool.py", "-x", "--help"]);
    says(&place, &["./tool.py", "-x", "--help"]);
    says(&place, &["-m", "package", "-x", "--help"]);
    says(&place, &["--module", "package", "-x", "--help"]);
    says(&sandbox.at("repo/below"), &["--", "-tool.py", "-x", "--help"]);
    // A program of the environment comes first, and one that is named by a path says itself what runs it.
    sandbox.write_program(".venv/bin/tool.py", "#!/bin/sh\necho program\n");
    assert_eq!(place.pyenv(&["run", "tool.py"]).ended(0).out(), "program\n");
    sandbox.write_program("other.py", "#!/bin/sh\necho by itself\n");
    assert_eq!(place.pyenv(&["run", "./other.py"]).ended(0).out(), "by itself\n");
}

#[test]
fn no_pip_or_python_of_another_place_is_run() {
    let Some(sandbox) = sandbox() else { return };
    for name in ["pip", "pip3", "pip3.99", "python3.99", "pip-audit"] {
        sandbox.write_program(format!("../bin/{name}"), "#!/bin/sh\necho outside\n");
    }
    let path = format!("{}:/usr/bin:/bin", sandbox.path("bin").display());
    let place = sandbox.at("repo").with("PATH", path);
    for name in ["pip", "pip3", "pip3.99", "python3.99"] {
        let said = place.pyenv(&["run", name, "install", "x"]).ended(2);
        assert!(said.err().contains(&format!("has no `{name}`")), "{}", said.said());
        assert_eq!(said.out(), "", "{name}");
    }
    assert_eq!(place.pyenv(&["run", "pip-audit"]).ended(0).out(), "outside\n");
    // Activating is no other thing than `run`: a program of the environment still finds what is on PATH.
    assert_eq!(place.pyenv(&["run", "sh", "-c", "pip"]).ended(0).out(), "outside\n");
}

/// Runs `hello` and asserts which environment said it.
#[track_caller]
fn assert_meant(finished: &Finished, root: &Path) {
    assert_eq!(finished.status, Some(0), "{}", finished.said());
    assert_eq!(finished.out().trim_end(), root.to_str().expect("text"));
}

#[test]
fn the_environment_that_is_meant() {
    let Some(sandbox) = sandbox() else { return };
    let top = sandbox.path("repo");
    let which = ["run", "--", "printenv", "VIRTUAL_ENV"];
    let at = |directory: &str| sandbox.at(directory).pyenv(&which);
    environment(&sandbox, "service/venv");
    sandbox.make_directory("repo/service/src");
    sandbox.make_directory("repo/lib");
    assert_meant(&at("repo"), &top.join(".venv"));
    assert_meant(&at("repo/lib"), &top.join(".venv"));
    assert_meant(&at("repo/service/src"), &top.join("service/venv"));
    // A name means what is seen from here, or else from the top.
    let named =
        |name: &str| sandbox.at("repo/service").pyenv(&["run", "--env", name, "printenv", "VIRTUAL_ENV"]);
    assert_meant(&named("venv"), &top.join("service/venv"));
    assert_meant(&named(".venv"), &top.join(".venv"));
    assert_meant(&named("../.venv"), &top.join(".venv"));
    // Another name will do if it is the only one.
    sandbox.remove(".venv");
    environment(&sandbox, "env312");
    assert_meant(&at("repo"), &top.join("env312"));
    environment(&sandbox, "env313");
    let said = at("repo").ended(2).err();
    assert!(said.contains("git pyenv use env312") && said.contains("git pyenv use env313"), "{said}");
    // Settings decide before the disk does.
    sandbox.write("pyproject.toml", "[tool.git-pyenv]\nvenv-directory = \"env313\"\n");
    assert_meant(&at("repo"), &top.join("env313"));
    let named = "[tool.git-pyenv]\nenvironment = \"old\"\nenvironments.old.directory = \"env312\"\n";
    sandbox.write("pyproject.toml", named);
    assert_meant(&at("repo"), &top.join("env312"));
}

#[test]
fn a_file_or_link_may_stand_for_the_environment() {
    let Some(sandbox) = sandbox() else { return };
    let which = ["run", "--", "printenv", "VIRTUAL_ENV"];
    let elsewhere = sandbox.path("kept");
    std::fs::rename(sandbox.path("repo/.venv"), &elsewhere).expect("renamed");
    sandbox.write(".venv", format!("{}\n", elsewhere.display()));
    assert_meant(&sandbox.pyenv(&which), &elsewhere);
    sandbox.write(".venv", "../kept");
    assert_meant(&sandbox.pyenv(&which), &elsewhere);
    sandbox.remove(".venv");
    sandbox.link(".venv", "../kept");
    assert_meant(&sandbox.pyenv(&which), &sandbox.path("repo/.venv"));
}

#[test]
fn a_repository_does_not_lead_out_of_its_work_tree() {
    let Some(sandbox) = sandbox() else { return };
    let place = sandbox.at("repo");
    let outside = sandbox.path("outside");
    std::fs::rename(sandbox.path("repo/.venv"), &outside).expect("renamed");
    sandbox.link("link", "..");
    sandbox.write("pyproject.toml", "[tool.git-pyenv]\nvenv-directory = \"link/outside\"\n");
    let said = answer::error(&place, &["activate"], "settings");
    assert!(said.contains("is outside of the work tree") && said.contains("pyproject.toml:2"), "{said}");
    assert_eq!(place.pyenv(&["run", "hello"]).ended(2).out(), "");
    // The user may name any place.
    assert_eq!(place.pyenv(&["run", "--env", "../outside", "hello"]).ended(0).out(), "hello\n");
    sandbox.remove("pyproject.toml");
    for made in ["link", "file"] {
        match made {
            "link" => sandbox.link(".venv", "../outside"),
            _ => sandbox.write(".venv", "../outside\n"),
        }
        assert_eq!(
            place.pyenv(&["run", "hello"]).ended(0).out(),
            "hello\n",
            "{made}: untracked, so the user's own"
        );
        sandbox.git(&["add", "--force", ".venv"]);
        let said = place.pyenv(&["run", "hello"]).ended(2);
        assert!(said.err().contains("tracked by git"), "{made}: {}", said.said());
        sandbox.git(&["rm", "--quiet", "--force", ".venv"]);
    }
}

#[test]
fn the_command_gets_neither_this_call_of_git_nor_another_place() {
    let Some(sandbox) = sandbox() else { return };
    let top = sandbox.path("repo").display().to_string();
    let local = sandbox.git(&["rev-parse", "--local-env-vars"]);
    let mut dropped: Vec<&str> = local.lines().chain(["GIT_PREFIX", "GIT_QUARANTINE_PATH"]).collect();
    dropped.extend(["PYTHONHOME", "PYTHONEXECUTABLE", "__PYVENV_LAUNCHER__"]);
    let mut place = sandbox.at("repo");
    for name in &dropped {
        place = place.with(
            name,
            match *name {
                "GIT_DIR" | "GIT_COMMON_DIR" => format!("{top}/.git"),
                "GIT_WORK_TREE" => top.clone(),
                "GIT_INDEX_FILE" => format!("{top}/.git/index"),
                "GIT_OBJECT_DIRECTORY" => format!("{top}/.git/objects"),
                "GIT_CONFIG_PARAMETERS" => "'user.x=1'".to_owned(),
                "GIT_CONFIG_COUNT" => "0".to_owned(),
                "GIT_PREFIX" => String::new(),
                _ => "/nowhere".to_owned(),
            },
        );
    }
    let kept = ["PYTHONPATH", "PYTHONUNBUFFERED", "GIT_SSH_COMMAND", "GIT_TRACE2_EVENT"];
    for name in kept {
        place = place.with(name, "1");
    }
    let seen = python(&place, "import os\nprint(*os.environ, sep='\\n')");
    let has = |name: &&str| seen.lines().any(|line| line == *name);
    assert_eq!(dropped.iter().find(|name| has(name)), None, "{seen}");
    assert_eq!(kept.iter().find(|name| !has(name)), None, "{seen}");
}

#[test]
fn an_environment_that_came_with_the_repository_is_named_as_such() {
    let Some(sandbox) = sandbox() else { return };
    let arguments: [&[&str]; 2] = [&["run", "true"], &["activate", "--shell", "sh"]];
    for command in arguments {
        assert_eq!(sandbox.pyenv(command).ended(0).err(), "");
    }
    sandbox.git(&["add", "--force", ".venv/pyvenv.cfg"]);
    for command in arguments {
        let said = sandbox.pyenv(command).ended(0);
        assert_eq!(said.err(), "warning: git tracks `.venv`: 1 file of it comes from the repository\n");
        assert!(!said.out().contains("warning"), "{}", said.said());
        assert_eq!(sandbox.pyenv(&[&["--quiet"], command].concat()).ended(0).err(), "");
    }
}
