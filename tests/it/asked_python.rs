//! What a project asks for is read from the places where people say it, and said back with its place.

use git_pyenv::error::{ErrorKind, Result};
use git_pyenv::exec::ProcessRunner;
use git_pyenv::message::Message;
use git_pyenv::model::PythonRequests;
use git_pyenv::ports::{NoProgress, NoSignals};
use git_pyenv::project::{python_requests, select};
use git_pyenv::python::Version;
use git_pyenv::session::{Ports, Session};

use crate::support::repository::Sandbox;

/// What is asked for in a directory of the sandbox.
fn asked_in(sandbox: &Sandbox, directory: &str, named: Option<&str>) -> Result<PythonRequests> {
    let env = sandbox.env(directory, &[]);
    let session = Session::open(
        Ports { env: &env, runner: &ProcessRunner, progress: &NoProgress, signals: &NoSignals },
        Vec::new(),
    )?;
    let settings = session.work_tree_settings()?;
    let selection = select(&session, &settings, None)?;
    python_requests(session.repository.layout(), &selection, named)
}

/// The same at the top of the repository, as sentences.
fn sentences(sandbox: &Sandbox, named: Option<&str>) -> Vec<String> {
    lines(&asked_in(sandbox, "repo", named).expect("what is asked for"))
}

fn lines(asked: &PythonRequests) -> Vec<String> {
    let requests = asked.requests.iter().map(|it| Message::of(it).seen_from_root());
    requests.chain(asked.requires.iter().map(|it| Message::of(it).seen_from_root())).collect()
}

#[test]
fn nearer_words_win() {
    let sandbox = Sandbox::repository();
    assert_eq!(sentences(&sandbox, None), [] as [&str; 0]);
    sandbox.write("pyproject.toml", "[project]\nname = 'x'\nrequires-python = '>=3.8'\n");
    let requires = "required: >=3.8 by pyproject.toml:3";
    assert_eq!(sentences(&sandbox, None), [requires]);
    sandbox.write(".python-version", "# tests\n3.12\n3.11\n");
    let pins = ["requested: 3.12 by .python-version:2", "requested: 3.11 by .python-version:3"];
    assert_eq!(sentences(&sandbox, None), [pins[0], pins[1], requires]);
    sandbox.write("tools/python-env.json", "{\"pythonVersion\": \"3.10\"}");
    assert_eq!(sentences(&sandbox, None), ["requested: 3.10 by tools/python-env.json:1", requires]);
    sandbox.git(&["config", "pyenv.pythonVersion", "3.9"]);
    let place = sandbox.path("repo/.git/config");
    let configured = format!("requested: 3.9 by git config (file:{})", place.display());
    assert_eq!(sentences(&sandbox, None), [configured.as_str(), requires]);
    assert_eq!(sentences(&sandbox, Some("3.13")), ["requested: 3.13 by --python", requires]);
}

#[test]
fn the_nearest_files_count() {
    let sandbox = Sandbox::repository();
    sandbox.write(".python-version", "3.12\n");
    sandbox.write("pyproject.toml", "[project]\nrequires-python = '>=3.8'\n");
    sandbox.write("service/api/.python-version", "3.11\n");
    sandbox.write("service/pyproject.toml", "[project]\nrequires-python = '>=3.11'\n");
    sandbox.write("docs/index.md", "");
    sandbox.overwrite(&sandbox.path(".python-version"), b"2.7\n");
    let here = |directory: &str| lines(&asked_in(&sandbox, directory, None).expect("what is asked for"));
    assert_eq!(
        here("repo/service/api"),
        ["requested: 3.11 by service/api/.python-version:1", "required: >=3.11 by service/pyproject.toml:2"]
    );
    assert_eq!(here("repo/service")[0], "requested: 3.12 by .python-version:1");
    assert_eq!(here("repo/docs")[1], "required: >=3.8 by pyproject.toml:2");
    sandbox.remove(".python-version");
    assert_eq!(here("repo").len(), 1, "what lies above the repository says nothing");
}

#[test]
fn contradictions_name_both_sides() {
    let sandbox = Sandbox::repository();
    sandbox.write("pyproject.toml", "[project]\nrequires-python = '>=3.11'\n");
    sandbox.write(".python-version", "3.9\n");
    let said = || {
        let error = asked_in(&sandbox, "repo", None).expect_err("a contradiction");
        (error.kind(), error.to_string())
    };
    let requires = "required: >=3.11 by pyproject.toml:2";
    assert_eq!(
        said(),
        (
            ErrorKind::Settings,
            format!("cannot use Python `3.9` (requested by .python-version:1): {requires}")
        )
    );
    let named = asked_in(&sandbox, "repo", Some("3.8")).expect("the command line wins");
    assert_eq!(lines(&named), ["requested: 3.8 by --python"]);
    let build = git_pyenv::python::Build { version: Version::parse("3.8.1"), ..Default::default() };
    let overruled = [
        "Python 3.8.1 is not 3.9 (requested by .python-version:1)",
        "Python 3.8.1 does not match >=3.11 (required by pyproject.toml:2)",
    ];
    let warnings = named.overruled.warnings("3.8.1", &build);
    assert_eq!(warnings.iter().map(Message::seen_from_root).collect::<Vec<_>>(), overruled);
    sandbox.write(".python-version", "3.9\n3.12\n");
    assert_eq!(sentences(&sandbox, None)[0], "requested: 3.12 by .python-version:2", "one of them holds");
}

#[test]
fn what_cannot_be_read_has_a_place() {
    let cases: [(&str, &[u8], &str); 5] = [
        (
            ".python-version",
            b"3.12\n3.x\n",
            "cannot use Python `3.x` (requested by .python-version:2): `3.x` is not a Python version",
        ),
        (".python-version", b"\n\xff\n", "failed to read `.python-version:2`: invalid UTF-8"),
        (
            ".python-version",
            b"3.1\x1b[31m2\n",
            "cannot use Python `3.1\\033[31m2` (requested by .python-version:1): it contains a control character",
        ),
        (
            "pyproject.toml",
            b"[project]\nrequires-python = 3.11\n",
            "failed to read `pyproject.toml:2`: `requires-python` must be a string",
        ),
        (
            "pyproject.toml",
            b"[project]\nrequires-python = '3.11+'\n",
            "failed to read `pyproject.toml:2`: invalid `requires-python`",
        ),
    ];
    for (path, bytes, expected) in cases {
        let sandbox = Sandbox::repository();
        sandbox.write(path, bytes);
        let error = asked_in(&sandbox, "repo", None).expect_err(expected);
        assert!(error.to_string().starts_with(expected), "{error}");
        assert_eq!(error.kind(), ErrorKind::Settings);
    }
}
