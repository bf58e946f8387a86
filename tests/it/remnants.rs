//! The gate on what people really stage: the three shapes that ignore templates leave of real environments,
//! links, and every change of an environment that is already committed.

use serde_json::Value;

use crate::support::environments as env;
use crate::support::fixture::Fixture;
use crate::support::repository::Sandbox;
use crate::support::sandbox::{CHECK_OF_GIT, Finished, tool};

/// What of GitHub's `Python.gitignore` meets environments.
const PYTHON_TEMPLATE: &str = "__pycache__/\n*.py[codz]\n*$py.class\n*.so\n.Python\nbuild/\ndevelop-eggs/\ndist/\n\
    downloads/\neggs/\n.eggs/\nlib/\nlib64/\nparts/\nsdist/\nvar/\nwheels/\nshare/python-wheels/\n*.egg-info/\n\
    .installed.cfg\n*.egg\nMANIFEST\n*.log\n.pdm-python\n__pypackages__/\n.env\n.envrc\n.venv\nenv/\nvenv/\nENV/\n\
    env.bak/\nvenv.bak/\n.pixi/*\n.tox/\n.nox/\n";

/// What of GitHub's `Global/VirtualEnv.gitignore` meets environments.
const VIRTUALENV_TEMPLATE: &str = ".Python\n[Bb]in\n[Ii]nclude\n[Ll]ib\n[Ll]ib64\n[Ll]ocal\n[Ss]cripts\npyvenv.cfg\n.venv\npip-selfcheck.json\n";

/// A tool that makes an environment in `my-env`, as one that ignore files inside of it do not hide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Creator {
    Venv,
    Virtualenv,
    Uv,
}

impl Creator {
    /// Makes the environment; `false` where the tool is missing.
    fn make(self, sandbox: &Sandbox) -> bool {
        let Some(python) = tool("python3") else { return false };
        let place = sandbox.at("repo").with("UV_OFFLINE", "1").with("UV_PYTHON_DOWNLOADS", "never");
        let python = python.to_str().expect("a plain path");
        match self {
            Self::Venv => {
                place.run(python, &["-m", "venv", "--without-pip", "my-env"]).ended(0);
            }
            Self::Virtualenv => {
                let Some(virtualenv) = tool("virtualenv") else { return false };
                place.run(virtualenv, &["--no-seed", "my-env"]).ended(0);
            }
            Self::Uv => {
                let Some(uv) = tool("uv") else { return false };
                place.run(&uv, &["venv", "--quiet", "--python", python, "my-env"]).ended(0);
                // uv's first look at the packages of an environment leaves a lock in it.
                sandbox.write("empty.txt", "");
                let arguments =
                    ["pip", "sync", "--allow-empty-requirements", "--python", "my-env", "empty.txt"];
                place.run(&uv, &arguments).ended(0);
                sandbox.remove("empty.txt");
            }
        }
        // Only environments that hide themselves less well get committed.
        sandbox.remove("my-env/.gitignore");
        // A package, so that there is something in site-packages.
        let packages = sandbox.git(&["ls-files", "--others", "my-env"]);
        let library =
            packages.lines().find_map(|path| Some(path.split_once("/site-packages/")?.0.to_owned()));
        let library = library.unwrap_or_else(|| "my-env/lib/python3.11".to_owned());
        sandbox.write(format!("{library}/site-packages/idna/__init__.py"), "");
        sandbox.write(format!("{library}/site-packages/idna-3.7.dist-info/RECORD"), "idna/__init__.py,,\n");
        true
    }
}

fn codes(answer: &Value) -> Vec<String> {
    let findings = answer["findings"].as_array().expect("findings");
    let line = |finding: &Value| {
        let text = |key: &str| finding[key].as_str().expect("text").to_owned();
        format!("{} {} {}", text("severity"), text("code"), text("path"))
    };
    findings.iter().map(line).collect()
}

/// Checks the index; the JSON answer and the exit status agree.
#[track_caller]
fn gate(sandbox: &Sandbox) -> (Option<i32>, Vec<String>) {
    let finished: Finished = sandbox.pyenv(&["check", "--staged", "--output", "json"]);
    let answer = finished.json();
    assert_eq!(answer["exit_code"].as_i64(), finished.status.map(i64::from), "{}", finished.said());
    (finished.status, codes(&answer))
}

#[track_caller]
fn assert_gate(sandbox: &Sandbox, status: i32, expected: &[&str]) {
    assert_eq!(gate(sandbox), (Some(status), expected.iter().map(|line| (*line).to_owned()).collect()));
}

/// A repository with a committed project and, committed with it, this tree.
fn committed(tree: &Fixture) -> Sandbox {
    let sandbox = Sandbox::repository();
    tree.clone().file("README.md", "# Project\n").write(&sandbox);
    sandbox.git(&["add", "--force", "--all"]);
    sandbox.git(&["commit", "--quiet", "--message", "before"]);
    sandbox
}

#[test]
fn every_shape_that_templates_leave() {
    let cases = [
        (Creator::Venv, "", Some("error PYE101 my-env")),
        (Creator::Virtualenv, "", Some("error PYE101 my-env")),
        (Creator::Uv, "", Some("error PYE101 my-env")),
        (Creator::Venv, PYTHON_TEMPLATE, Some("error PYE101 my-env")),
        (Creator::Virtualenv, PYTHON_TEMPLATE, Some("error PYE101 my-env")),
        (Creator::Uv, PYTHON_TEMPLATE, Some("error PYE101 my-env")),
        // Everything that venv writes is hidden by this template.
        (Creator::Venv, VIRTUALENV_TEMPLATE, None),
        (Creator::Virtualenv, VIRTUALENV_TEMPLATE, Some("error PYE102 my-env")),
        (Creator::Uv, VIRTUALENV_TEMPLATE, Some("error PYE102 my-env")),
    ];
    for (creator, template, expected) in cases {
        let sandbox = Sandbox::repository();
        if !creator.make(&sandbox) {
            continue;
        }
        sandbox.write(".gitignore", template);
        sandbox.git(&["add", "--all"]);
        let staged = sandbox.git(&["ls-files", "my-env"]);
        let (status, found) = gate(&sandbox);
        let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(found, expected, "{creator:?} with {template:?}; staged:\n{staged}");
        assert_eq!(status, Some(i32::from(!expected.is_empty())));
        if template == PYTHON_TEMPLATE {
            assert!(!staged.contains("site-packages"), "the template hides packages:\n{staged}");
        }
        if template == VIRTUALENV_TEMPLATE && creator == Creator::Uv {
            assert_eq!(staged, "my-env/.lock\nmy-env/CACHEDIR.TAG");
        }
    }
}

#[test]
fn links_and_redirects() {
    let sandbox = Sandbox::repository();
    sandbox.write(".gitignore", ".venv/\nvenv/\n");
    sandbox.link(".venv", "../elsewhere/.venv");
    sandbox.write("tool/.venv", "/home/u/venvs/tool\n");
    sandbox.git(&["add", "--all"]);
    assert_gate(&sandbox, 1, &["error PYE103 .venv", "error PYE103 tool/.venv"]);
    sandbox.git(&["commit", "--quiet", "--message", "links"]);
    sandbox.write("other.txt", "x\n");
    sandbox.git(&["add", "--all"]);
    assert_gate(&sandbox, 0, &["info PYE103 .venv", "info PYE103 tool/.venv"]);
    sandbox.git(&["rm", "--quiet", "--cached", ".venv", "tool/.venv"]);
    assert_gate(&sandbox, 0, &[]);
}

#[test]
fn a_link_takes_the_place_of_a_directory() {
    let sandbox = committed(&env::venv(12).under("venv"));
    sandbox.git(&["rm", "-r", "--quiet", "venv"]);
    sandbox.link("venv", "/home/u/venvs/project");
    sandbox.git(&["add", "--all"]);
    assert_gate(&sandbox, 1, &["error PYE103 venv"]);
}

#[test]
fn removing_passes() {
    for options in [&["--cached"] as &[&str], &[]] {
        let sandbox = committed(&env::venv(10).under("venv"));
        sandbox.git(&[&["rm", "-r", "--quiet"], options, &["venv"]].concat());
        assert_gate(&sandbox, 0, &[]);
        let said = sandbox.pyenv(&["check", "--staged", "--output", "text"]).ended(0);
        assert!(!said.out().contains("PYE"), "{}", said.said());
    }
}

#[test]
fn removing_a_part_passes_and_says_what_is_left() {
    let sandbox = committed(&env::venv(10).under("venv"));
    sandbox.git(&["rm", "-r", "--quiet", "--cached", "venv/lib"]);
    assert_gate(&sandbox, 0, &["info PYE101 venv"]);
    sandbox.git(&["rm", "-r", "--quiet", "--cached", "venv/bin", "venv/lib64"]);
    assert_gate(&sandbox, 0, &["info PYE102 venv"]);
}

#[test]
fn other_work_beside_an_old_environment_passes_with_one_line() {
    let sandbox = committed(&env::venv(10).under("venv"));
    sandbox.write("src/app.py", "print(1)\n");
    sandbox.write("venv/notes/mine.txt", "a file of the project\n");
    sandbox.git(&["add", "--all"]);
    assert_gate(&sandbox, 0, &["info PYE101 venv"]);
}

/// Something that is done to a repository.
type Change = fn(&Sandbox);

#[test]
fn changes_inside_an_old_environment_block() {
    let changes: [(&str, Change); 4] = [
        ("a changed file", |sandbox| sandbox.write("venv/pyvenv.cfg", "home = /opt/bin\nversion = 3.10.9\n")),
        ("a new file", |sandbox| sandbox.write("venv/lib/python3.10/site-packages/new.py", "x = 1\n")),
        ("a changed link", |sandbox| {
            sandbox.remove("venv/bin/python");
            sandbox.link("venv/bin/python", "/opt/bin/python");
        }),
        ("a changed mode", |sandbox| {
            sandbox.write_program("venv/bin/activate", sandbox.read("repo/venv/bin/activate"))
        }),
    ];
    for (name, change) in changes {
        let sandbox = committed(&env::venv(10).under("venv"));
        change(&sandbox);
        sandbox.git(&["add", "--force", "--all"]);
        assert_eq!(gate(&sandbox), (Some(1), vec!["error PYE101 venv".to_owned()]), "{name}");
    }
}

#[test]
fn moving_is_seen() {
    let sandbox = committed(&env::venv(10).under("venv"));
    sandbox.git(&["mv", "venv", "renamed"]);
    assert_gate(&sandbox, 1, &["error PYE101 renamed"]);
    let sandbox = committed(&env::venv(10).under("venv"));
    sandbox.git(&["mv", "venv", "docs"]);
    sandbox.git(&["commit", "--quiet", "--message", "moved"]);
    assert_gate(&sandbox, 0, &["info PYE101 docs"]);
}

#[test]
fn a_second_environment_beside_an_old_one_blocks() {
    let sandbox = committed(&env::venv(10).under("old"));
    env::uv().under("new").write(&sandbox);
    sandbox.git(&["add", "--force", "--all"]);
    assert_gate(&sandbox, 1, &["error PYE101 new", "info PYE101 old"]);
}

#[test]
fn what_is_only_on_the_disk_is_not_the_commits() {
    let sandbox = committed(&Fixture::default());
    env::venv(10).under("venv").write(&sandbox);
    assert_gate(&sandbox, 0, &[]);
    // And the other way round: what is staged counts although the disk has it no more.
    sandbox.git(&["add", "--force", "--all"]);
    sandbox.remove("venv");
    assert_gate(&sandbox, 1, &["error PYE101 venv"]);
}

#[test]
fn announced_files_are_not_in_the_commit() {
    let sandbox = committed(&Fixture::default());
    env::venv(10).under("venv").write(&sandbox);
    sandbox.git(&["add", "--force", "--intent-to-add", "venv"]);
    assert_gate(&sandbox, 0, &[]);
}

#[test]
fn scopes_see_what_they_name() {
    let sandbox = committed(&Fixture::default());
    env::venv(10).under("venv").write(&sandbox);
    sandbox.git(&["add", "--force", "--all"]);
    sandbox.git(&["commit", "--quiet", "--message", "in"]);
    sandbox.git(&["rm", "-r", "--quiet", "--cached", "venv"]);
    sandbox.git(&["commit", "--quiet", "--message", "out"]);
    let found = |arguments: &[&str]| codes(&sandbox.json(&[&["check"], arguments].concat()));
    assert_eq!(found(&["--commit", "HEAD~1"]), ["error PYE101 venv"]);
    assert_eq!(found(&["--commit", "HEAD"]), [""; 0]);
    assert_eq!(found(&["--commit", "HEAD~2"]), [""; 0]);
    assert_eq!(
        found(&["--range", "HEAD~2..HEAD"]),
        ["error PYE101 venv"],
        "a later commit takes it out again"
    );
    assert_eq!(found(&["--range", "HEAD~1..HEAD"]), [""; 0]);
    assert_eq!(found(&["--staged"]), [""; 0]);
    assert_eq!(found(&CHECK_OF_GIT[1..]), ["warning PYE201 venv"]);
}
