//! `git pyenv ci`: the key of a cache, and whether what was restored can be used.
#![cfg(unix)]

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::answer;
use crate::support::health::{python, venv};
use crate::support::repository::Sandbox;
use crate::support::schema;

const PROJECT: &str = "[project]\nname = \"demo\"\nversion = \"1\"\ndependencies = [\"six\"]\n";

/// A repository with a project that uses every kind of file.
fn project(sandbox: &Sandbox, directory: &str) {
    let files = [
        ("requirements.txt", "-r more/base.txt\n-c limits.txt\n-e ./local\nidna\n"),
        ("more/base.txt", "six\n"),
        ("limits.txt", "six<2\n"),
        ("local/pyproject.toml", PROJECT),
        ("pyproject.toml", "[tool.black]\nline-length = 100\n"),
        ("uv.toml", "[pip]\n"),
        (".python-version", "3.12\n"),
        ("setup.py", "from setuptools import setup\nsetup()\n"),
        ("other/requirements.txt", "idna\n"),
        ("README.md", "text\n"),
    ];
    for (path, text) in files {
        sandbox.overwrite(&sandbox.path(directory).join(path), text.as_bytes());
    }
}

fn usual() -> Sandbox {
    let sandbox = Sandbox::repository();
    for directory in ["more", "local", "other"] {
        sandbox.make_directory(&format!("repo/{directory}"));
    }
    project(&sandbox, "repo");
    sandbox
}

#[track_caller]
fn key(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let finished = sandbox.pyenv(&[&["ci", "key"], arguments].concat()).ended(0);
    let line = finished.out();
    let key = line.strip_suffix('\n').expect("a line").to_owned();
    assert!(
        !key.contains('\n') && key.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)),
        "{key}"
    );
    key
}

#[test]
fn every_input_changes_the_key() {
    let sandbox = usual();
    let first = key(&sandbox, &[]);
    let answer = sandbox.json(&["ci", "key"]);
    schema::assert_fits(&answer);
    assert_eq!(answer["ci"]["key"]["key"], first.as_str());
    let listed = answer["ci"]["key"]["inputs"].as_array().expect("inputs");
    let listed: Vec<&str> = listed.iter().filter_map(|input| input["path"].as_str()).collect();
    let expected = [
        ".python-version",
        "limits.txt",
        "local/pyproject.toml",
        "more/base.txt",
        "pyproject.toml",
        "requirements.txt",
        "setup.py",
        "uv.toml",
    ];
    assert_eq!(listed, expected);
    let mut keys = BTreeSet::from([first.clone()]);
    for path in expected.into_iter().filter(|path| *path != ".python-version") {
        let text = sandbox.read(&format!("repo/{path}"));
        sandbox.overwrite(&sandbox.path("repo").join(path), &[text.as_slice(), b"\n# more\n"].concat());
        assert!(keys.insert(key(&sandbox, &[])), "{path}");
        sandbox.overwrite(&sandbox.path("repo").join(path), &text);
    }
    for arguments in [&["--python", "3.11"][..], &["--prefix", "v1"], &["--env", "./elsewhere"]] {
        assert!(keys.insert(key(&sandbox, arguments)), "{arguments:?}");
    }
    sandbox.write(".python-version", "3.13\n");
    assert!(keys.insert(key(&sandbox, &[])));
    sandbox.write(".python-version", "3.12\n");
    sandbox.git(&["config", "pyenv.requirementsFile", "other/requirements.txt"]);
    assert!(keys.insert(key(&sandbox, &[])));
    sandbox.git(&["config", "--unset", "pyenv.requirementsFile"]);
    sandbox.write("uv.lock", "version = 1\nrequires-python = \">=3.8\"\n");
    assert!(keys.insert(key(&sandbox, &[])));
    sandbox.remove("uv.lock");
    assert_eq!(key(&sandbox, &[]), first);
}

#[test]
fn what_decides_nothing_changes_no_key() {
    let sandbox = usual();
    let first = key(&sandbox, &[]);
    // Another clone elsewhere, with line breaks of Windows.
    sandbox.at("").git_ok(&["init", "--quiet", "clone/of/it"]);
    for directory in ["more", "local", "other"] {
        sandbox.make_directory(&format!("clone/of/it/{directory}"));
    }
    project(&sandbox, "clone/of/it");
    let file = sandbox.path("clone/of/it/requirements.txt");
    sandbox.overwrite(&file, b"-r more/base.txt\r\n-c limits.txt\r\n-e ./local\r\nidna\r\n");
    let other = sandbox.at("clone/of/it").pyenv(&["ci", "key"]).ended(0).out();
    assert_eq!(other.trim_end(), first);
    // What is not of the project, times, and that an environment is there.
    sandbox.write("other/requirements.txt", "idna==1\n");
    sandbox.write("README.md", "other text\n");
    sandbox.at("repo").run("touch", &["-d", "2001-02-03", "requirements.txt"]).ended(0);
    sandbox.at("repo").run("chmod", &["600", "requirements.txt"]).ended(0);
    crate::support::environments::venv(12).under("env312").write(&sandbox);
    assert_eq!(key(&sandbox, &[]), first);
}

#[test]
fn the_key_runs_nothing_and_names_the_python() {
    let Some(python) = python(12) else { return };
    let sandbox = usual();
    sandbox.remove(".python-version");
    let real = python.canonicalize().expect("a Python");
    let version = real.ancestors().nth(2).and_then(|prefix| prefix.file_name()).expect("a version");
    let version = version.to_str().expect("UTF-8");
    let key = |path: &str| {
        let place = sandbox.at("repo").with("PATH", format!("{path}:/usr/bin:/bin"));
        place.pyenv(&["ci", "key", "--output", "json"]).ended(0).json()["ci"]["key"].clone()
    };
    let found = key(&python.parent().expect("a directory").to_string_lossy());
    assert_eq!(found["python"], format!("cpython-{version}"));
    let prefix = found["restore_prefix"].as_str().expect("text");
    assert!(
        prefix.ends_with(&format!("-cpython-{version}-"))
            && found["key"].as_str().expect("text").starts_with(prefix)
    );
    // A program that would say it is not started.
    sandbox.make_directory("programs");
    sandbox.write_program(
        "../programs/python3",
        format!("#!/bin/sh\ntouch '{}'\n", sandbox.path("started").display()),
    );
    let found = key(&sandbox.path("programs").to_string_lossy());
    assert_eq!(found["python"], Value::Null);
    assert!(found["notes"][0].as_str().expect("a note").contains("--python"), "{found}");
    assert!(!sandbox.path("started").exists());
}

#[test]
fn a_file_that_cannot_be_read_has_no_key() {
    let sandbox = usual();
    sandbox.remove("limits.txt");
    let large = vec![b'#'; 70 * 1024 * 1024];
    sandbox.overwrite(&sandbox.path("repo/uv.toml"), &large);
    let said = answer::error(&sandbox.at("repo"), &["ci", "key"], "undecided");
    assert!(said.contains("uv.toml"), "{said}");
}

/// `CODE PATH` of the findings of `ci verify`.
#[track_caller]
fn verified(sandbox: &Sandbox, status: i32) -> Vec<String> {
    let answer = sandbox.at("repo").pyenv(&["ci", "verify", "--output", "json"]).ended(status).json();
    schema::assert_fits(&answer);
    let usable = match status {
        0 => Value::Bool(true),
        1 => Value::Bool(false),
        _ => Value::Null,
    };
    assert_eq!((&answer["ci"]["usable"], &answer["command"]), (&usable, &"ci".into()), "{answer:#}");
    let findings = answer["findings"].as_array().expect("findings").iter();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    findings.map(|finding| format!("{} {}", text(finding, "code"), text(finding, "path"))).collect()
}

#[test]
fn what_was_restored_is_usable_or_not() {
    let Some(python) = python(12) else { return };
    let sandbox = Sandbox::repository();
    sandbox.write(".gitignore", "venv\nelsewhere\n");
    sandbox.write("requirements.txt", "# nothing yet\n");
    assert_eq!(verified(&sandbox, 1), ["PYE301 venv"]);
    venv(&sandbox, &python, "venv");
    assert!(verified(&sandbox, 0).is_empty());
    let said = sandbox.pyenv(&["ci", "verify", "--output", "text"]).ended(0).out();
    assert!(said.ends_with("\n`venv` can be used\n") || said == "`venv` can be used\n", "{said}");
    sandbox.write("requirements.txt", "six\n");
    assert_eq!(verified(&sandbox, 1), ["PYE401 requirements.txt"]);
    sandbox.write("requirements.txt", "# nothing\n");
    // Something else in the repository does not matter.
    crate::support::environments::venv(12).under("elsewhere").write(&sandbox);
    assert!(verified(&sandbox, 0).is_empty());
    sandbox.write(".python-version", "3.11\n");
    assert_eq!(verified(&sandbox, 1), ["PYE304 venv"]);
    sandbox.remove(".python-version");
    sandbox.write("setup.py", "from setuptools import setup\nsetup()\n");
    sandbox.remove("requirements.txt");
    assert!(verified(&sandbox, 3).is_empty());
    sandbox.remove("setup.py");
    sandbox.at("repo").run("mv", &["venv", "moved"]).ended(0);
    sandbox.at("repo").run("mv", &["moved", ".venv"]).ended(0);
    assert_eq!(verified(&sandbox, 1), ["PYE303 .venv"]);
    for name in ["python", "python3", "python3.12"] {
        sandbox.at("repo").run("ln", &["-sfn", "/nowhere/python", &format!(".venv/bin/{name}")]).ended(0);
    }
    let found = verified(&sandbox, 1);
    assert!(found.contains(&"PYE302 .venv".to_owned()), "{found:?}");
}

/// The inputs of the key, each as `PATH DIGEST`, and the notes.
#[track_caller]
fn inputs(sandbox: &Sandbox) -> (Vec<(String, String)>, Vec<Value>) {
    let answer = sandbox.at("repo").pyenv(&["ci", "key", "--output", "json"]).ended(0).json();
    schema::assert_fits(&answer);
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let key = &answer["ci"]["key"];
    let listed = key["inputs"].as_array().expect("inputs").iter();
    let listed = listed.map(|input| (text(&input["path"]), text(&input["sha256"]))).collect();
    (listed, key["notes"].as_array().expect("notes").clone())
}

#[test]
fn archives_that_are_named_change_the_key() {
    let sandbox = Sandbox::repository();
    sandbox.write(
        "requirements.txt",
        "./dist/demo-1.0-py3-none-any.whl\nother @ file:./dist/other-1.0.tar.gz\n-r more/base.txt\n",
    );
    sandbox.write("more/base.txt", "--find-links wheels\n--find-links ./top\nsix\n");
    sandbox.write("dist/demo-1.0-py3-none-any.whl", "PK one");
    sandbox.write("dist/other-1.0.tar.gz", "one\r\n");
    sandbox.write("dist/unnamed-1.0.tar.gz", "one");
    sandbox.write("more/wheels/six-1.0-py3-none-any.whl", "PK six");
    sandbox.write("more/wheels/README", "what it is");
    sandbox.write("more/wheels/below/idna-1.0-py3-none-any.whl", "PK idna");
    sandbox.write("top/idna-1.0-py3-none-any.whl", "PK idna");
    let (listed, notes) = inputs(&sandbox);
    let names: Vec<&str> = listed.iter().map(|(path, _)| path.as_str()).collect();
    let expected = [
        "dist/demo-1.0-py3-none-any.whl",
        "dist/other-1.0.tar.gz",
        "more/base.txt",
        "more/wheels",
        "requirements.txt",
        "top",
    ];
    assert_eq!(names, expected);
    assert!(!notes.iter().any(|note| note.to_string().contains("outside")), "{notes:?}");
    let first = key(&sandbox, &[]);
    let mut keys = BTreeSet::from([first.clone()]);
    for (path, content) in [
        ("dist/demo-1.0-py3-none-any.whl", "PK two"),
        ("dist/other-1.0.tar.gz", "one\n"),
        ("more/wheels/six-1.0-py3-none-any.whl", "PK SIX"),
        ("more/wheels/six-2.0-py3-none-any.whl", "PK six"),
        ("top/idna-1.0-py3-none-any.whl", "PK idn"),
    ] {
        let before = std::fs::read(sandbox.path("repo").join(path)).ok();
        sandbox.write(path, content);
        assert!(keys.insert(key(&sandbox, &[])), "{path}");
        match before {
            Some(before) => sandbox.write(path, before),
            None => sandbox.remove(path),
        }
    }
    for path in
        ["dist/unnamed-1.0.tar.gz", "more/wheels/README", "more/wheels/below/idna-1.0-py3-none-any.whl"]
    {
        sandbox.write(path, "something else");
        assert_eq!(key(&sandbox, &[]), first, "{path}");
    }
    // A large one counts by its size.
    let large = sandbox.path("repo/top/large-1.0-py3-none-any.whl");
    for length in [65 << 20, 66 << 20] {
        std::fs::File::create(&large).and_then(|file| file.set_len(length)).expect("a file");
        assert!(keys.insert(key(&sandbox, &[])), "{length}");
    }
}

#[test]
fn what_lies_outside_is_not_in_the_key_and_said() {
    let sandbox = Sandbox::repository();
    sandbox.write("requirements.txt", "-f ../wheels\n../dist/demo-1.0-py3-none-any.whl\n-e ../project\n");
    for path in ["wheels/a-1.0-py3-none-any.whl", "dist/demo-1.0-py3-none-any.whl", "project/pyproject.toml"]
    {
        sandbox.write(format!("../{path}"), "");
    }
    let (listed, notes) = inputs(&sandbox);
    assert_eq!(listed.len(), 1, "{listed:?}");
    for place in ["wheels", "dist/demo-1.0-py3-none-any.whl", "project"] {
        let said = format!("`{}` is outside of the repository", sandbox.path(place).display());
        assert!(
            notes.iter().any(|note| note.as_str().is_some_and(|note| note.starts_with(&said))),
            "{notes:?}"
        );
    }
    let before = key(&sandbox, &[]);
    sandbox.write("../dist/demo-1.0-py3-none-any.whl", "PK other");
    assert_eq!(key(&sandbox, &[]), before);
}

#[test]
fn files_that_setup_cfg_names_change_the_key() {
    let sandbox = Sandbox::repository();
    sandbox.write(
        "setup.cfg",
        "[metadata]\nname = demo\nversion = file: VERSION\nlong_description = file: README.md\n[options]\n\
         install_requires = file: needs/base.txt, needs/more.txt\n[options.extras_require]\ntest = file: test.in\n",
    );
    for path in ["VERSION", "README.md", "needs/base.txt", "needs/more.txt", "test.in"] {
        sandbox.write(path, "1\n");
    }
    let (listed, _) = inputs(&sandbox);
    let names: Vec<&str> = listed.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(names, ["VERSION", "needs/base.txt", "needs/more.txt", "setup.cfg", "test.in"]);
    let mut keys = BTreeSet::from([key(&sandbox, &[])]);
    for path in ["VERSION", "needs/base.txt", "needs/more.txt", "test.in"] {
        sandbox.write(path, "2\n");
        assert!(keys.insert(key(&sandbox, &[])), "{path}");
    }
}
