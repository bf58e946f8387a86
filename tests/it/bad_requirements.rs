//! Whatever is wrong with what a project asks for, or with what is installed: it is a finding or could not be determined,
//! with file and line, and is never in step.
#![cfg(unix)]

use std::fs::File;

use serde_json::Value;

use crate::requirements_pip::cases::CASES;
use crate::support::health::{python, venv};
use crate::support::repository::Sandbox;
use crate::support::schema;

const SITE: &str = "venv/lib/python3.12/site-packages";

/// A repository with an environment in which six 1.16.0 is installed; `None` without a Python, said aloud.
fn with_six() -> Option<Sandbox> {
    let python = python(12)?;
    let sandbox = Sandbox::repository();
    venv(&sandbox, &python, "venv");
    sandbox.write("venv/.gitignore", "*\n");
    install_six(&sandbox, b"Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\n");
    Some(sandbox)
}

fn install_six(sandbox: &Sandbox, metadata: &[u8]) {
    sandbox.write(format!("{SITE}/six-1.16.0.dist-info/METADATA"), metadata);
    let rows = ["METADATA", "RECORD"].map(|name| format!("six-1.16.0.dist-info/{name},,\n")).concat();
    sandbox.write(format!("{SITE}/six-1.16.0.dist-info/RECORD"), rows);
}

/// What `check` says: JSON and text.
fn checked(sandbox: &Sandbox) -> (Value, String) {
    let finished = sandbox.pyenv(&["check", "--output", "json"]);
    let answer = finished.json();
    schema::assert_fits(&answer);
    assert!(!finished.err().contains("panicked"), "{}", finished.said());
    (answer, sandbox.pyenv(&["check", "--output", "text"]).out())
}

fn status(answer: &Value) -> &str {
    answer["environments"][0]["sync"]["status"].as_str().unwrap_or("none")
}

/// Writes files, asserts the exit status and what the text has, and removes the files.
#[track_caller]
fn assert_said(sandbox: &Sandbox, files: &[(&str, &[u8])], code: i64, said: &str) {
    files.iter().for_each(|(path, bytes)| sandbox.write(path, bytes));
    let (answer, text) = checked(sandbox);
    files.iter().for_each(|(path, _)| sandbox.remove(path));
    let shown = String::from_utf8_lossy(files[0].1).into_owned();
    assert_eq!(answer["exit_code"], code, "{shown}\n{text}{answer:#}");
    assert!(text.contains(said), "{shown}\n{text}");
    assert_ne!(status(&answer), "in-step", "{shown}\n{text}");
}

#[test]
fn every_line_that_pip_refuses_is_a_finding_with_its_line() {
    let Some(sandbox) = with_six() else { return };
    let refused = CASES.iter().filter(|(text, says)| *says == ["error"] && !text.contains('\n'));
    let refused: Vec<&str> = refused.map(|(text, _)| *text).collect();
    assert!(refused.len() > 40);
    sandbox.write("requirements.txt", format!("six\n{}\n", refused.join("\n")));
    let (answer, _) = checked(&sandbox);
    let findings = answer["findings"].as_array().expect("findings");
    let lines: Vec<u64> = findings
        .iter()
        .filter(|finding| finding["code"] == "PYE406" && finding["path"] == "requirements.txt")
        .filter_map(|finding| finding["line"].as_u64())
        .collect();
    let expected: Vec<u64> = (2..).take(refused.len()).collect();
    assert_eq!(lines, expected, "{answer:#}");
    assert_eq!(status(&answer), "unknown");
}

#[test]
fn includes_that_lead_nowhere_are_found_where_they_stand() {
    let Some(sandbox) = with_six() else { return };
    let file = |text: &'static str| [("requirements.txt", text.as_bytes())];
    for (text, said) in [
        ("six\n\n-r none.txt\n", "error[PYE406]: requirements.txt:3: `none.txt` does not exist"),
        ("-c none.txt\nsix\n", "error[PYE406]: requirements.txt:1: `none.txt` does not exist"),
        (
            "-r requirements.txt\nsix\n",
            "error[PYE406]: requirements.txt:1: `requirements.txt` includes itself",
        ),
        (
            "six\n-r file://elsewhere/a.txt\n",
            "requirements.txt:2: `file://elsewhere/a.txt` is a file of the host",
        ),
        // Only `http`, `https` and `file` begin URLs.
        ("six\n-r ftp://h/a.txt\n", "error[PYE406]: requirements.txt:2: `ftp:/h/a.txt` does not exist"),
        ("six\n--nonsense\n", "requirements.txt:2: there is no option `--nonsense`"),
    ] {
        assert_said(&sandbox, &file(text), 1, said);
    }
    for (text, said) in [
        (
            "six\n-r https://example.org/a.txt\n",
            "could not check `requirements.txt`: line 2: `https://example.org/a.txt`",
        ),
        ("six\n-r file:///etc/hostname\n", "line 2: `file:///etc/hostname` is outside of the work tree"),
        ("six\n-r file:other.txt\n", "line 2: `file:other.txt` is outside of the work tree"),
        ("six\n-r ../a.txt\n", "line 2: `../a.txt` is outside of the work tree"),
        ("six\n--use-feature=some-day\n", "line 2: whether pip knows the feature `some-day`"),
    ] {
        assert_said(&sandbox, &file(text), 3, said);
    }
    let loops: [(&str, &[u8]); 3] = [
        ("requirements.txt", b"six\n-r a.txt\n"),
        ("a.txt", b"-r b.txt\n"),
        ("b.txt", b"# c\n-r requirements.txt\n"),
    ];
    assert_said(&sandbox, &loops, 1, "error[PYE406]: b.txt:2: `requirements.txt` includes itself");
    sandbox.write("a b#c%20.txt", "six\n");
    sandbox.write("requirements.txt", "-r 'a b#c%20.txt'\n--use-feature=fast-deps\n");
    assert_eq!(status(&checked(&sandbox).0), "in-step", "a path is taken as it stands");
    let absolute = sandbox.path("repo/a b#c%20.txt").display().to_string();
    let url = absolute.replace('%', "%25").replace('#', "%23").replace(' ', "%20");
    sandbox.write("requirements.txt", format!("-r file://{url}\n"));
    assert_eq!(status(&checked(&sandbox).0), "in-step");
}

#[test]
fn encodings_are_those_that_pip_knows() {
    let Some(sandbox) = with_six() else { return };
    sandbox.write("requirements.txt", b"# -*- coding: shift_jis -*-\n# \x83\x5c\nsix  # \x83\x5c\nsix>1\n");
    assert_eq!(status(&checked(&sandbox).0), "in-step", "a second byte is no backslash");
    sandbox.write("requirements.txt", b"# coding: cp1252\nsix # r\xe9q\n");
    assert_eq!(status(&checked(&sandbox).0), "in-step");
    sandbox.remove("requirements.txt");
    for (bytes, code, said) in [
        (b"six\nr\xe9q\n".as_slice(), 1, "error[PYE406]: requirements.txt:2: invalid UTF-8"),
        (b"# coding: ascii\nsix # \xe9\n", 1, "error[PYE406]: requirements.txt:2: invalid `ascii`"),
        (b"# coding: cp037\nsix\n", 3, "could not check `requirements.txt`: line 1: the encoding `cp037`"),
        (
            b"# coding: gbk\nsix\n./r\xe9q\xe9\n",
            3,
            "could not check `requirements.txt`: line 3: it has characters",
        ),
        (b"\xff\xfes\0i\0x\0\n\0x", 1, "error[PYE406]: requirements.txt:2: invalid UTF-16"),
    ] {
        assert_said(&sandbox, &[("requirements.txt", bytes)], code, said);
    }
}

#[test]
fn a_huge_file_could_not_be_determined() {
    let Some(sandbox) = with_six() else { return };
    sandbox.write("requirements.txt", "six\n");
    let file = File::options().write(true).open(sandbox.path("repo/requirements.txt")).expect("a file");
    file.set_len(100_000_000).expect("a larger file");
    let (answer, text) = checked(&sandbox);
    assert_eq!((status(&answer), answer["exit_code"].as_i64()), ("unknown", Some(3)), "{text}");
    assert!(
        text.contains("could not check `requirements.txt`") && text.contains("100,000,000 bytes"),
        "{text}"
    );
}

#[test]
fn only_metadata_that_matters_has_to_be_readable() {
    let Some(sandbox) = with_six() else { return };
    sandbox.write("requirements.txt", "six\n");
    for (metadata, code, said) in [
        (
            b"Version: 1.16.0\n".as_slice(),
            1,
            "warning[PYE305]: `venv` has six with metadata that cannot be used",
        ),
        (b"Name: six\n", 1, "its METADATA has no version (requirements.txt:1)"),
        (b"Name: six\nVersion: one.two\n", 1, "its METADATA is of version one.two (requirements.txt:1)"),
        (b"Name: six\nVersion: 2.0\n", 1, "its METADATA is of version 2.0 (requirements.txt:1)"),
        (b"Name: s\xe9x\nVersion: 1.16.0\n", 1, "its METADATA has no name (requirements.txt:1)"),
        (b"Name: six\nVersion: 1.16.0\xe9\n", 1, "its METADATA has no version (requirements.txt:1)"),
        (
            b"Name: six\nVersion: 1.16.0\nRequires-Dist: r\xe9q\n",
            3,
            "could not check `requirements.txt`: line 1: six 1.16.0",
        ),
        (
            b"Name: six\nVersion: 1.16.0\nRequires-Dist: a b\n",
            3,
            "could not check `requirements.txt`: line 1: six 1.16.0: `a b` is no requirement",
        ),
        (b"", 1, "warning[PYE305]: `venv` "),
        (b"\0\0\0", 1, "warning[PYE305]: `venv` "),
    ] {
        install_six(&sandbox, metadata);
        let (answer, text) = checked(&sandbox);
        let shown = metadata.escape_ascii();
        assert_eq!(answer["exit_code"], code, "{shown}\n{text}");
        assert!(text.contains(said) && status(&answer) != "in-step", "{shown}\n{text}");
    }
    install_six(&sandbox, b"Name: six\nVersion: 1.16.0\nAuthor: J\xe9r\xf4me\nSummary: \xff\n");
    assert_eq!(status(&checked(&sandbox).0), "in-step", "nothing asks for the author");
}

#[test]
fn two_or_no_metadata_are_never_in_step() {
    let Some(sandbox) = with_six() else { return };
    sandbox.write("requirements.txt", "six\n");
    sandbox.write(format!("{SITE}/six-1.15.0.dist-info/METADATA"), "Name: six\nVersion: 1.15.0\n");
    let (answer, text) = checked(&sandbox);
    assert_eq!((status(&answer), answer["exit_code"].as_i64()), ("out-of-step", Some(1)), "{text}");
    assert!(text.contains("warning[PYE305]: `venv` has the metadata of six 2 times"), "{text}");
    sandbox.remove(&format!("{SITE}/six-1.15.0.dist-info"));
    sandbox.remove(&format!("{SITE}/six-1.16.0.dist-info"));
    sandbox.make_directory(&format!("repo/{SITE}/six-1.16.0.dist-info"));
    let (answer, text) = checked(&sandbox);
    assert_eq!((status(&answer), answer["exit_code"].as_i64()), ("out-of-step", Some(1)), "{text}");
    assert!(text.contains("warning[PYE305]: `venv` has no metadata of six"), "{text}");
    // What is left of a removal is no package.
    sandbox.remove(&format!("{SITE}/six-1.16.0.dist-info"));
    sandbox.write(format!("{SITE}/~ix-1.16.0.dist-info/METADATA"), "Name: six\nVersion: 1.16.0\n");
    let (answer, text) = checked(&sandbox);
    assert_eq!(status(&answer), "out-of-step", "{text}");
    assert!(text.contains("error[PYE401]: `six` (requirements.txt:1) is not installed"), "{text}");
    assert!(text.contains("info[PYE305]: ") && text.contains("~ix-1.16.0.dist-info"), "{text}");
}

#[test]
fn locks_that_cannot_be_read_are_named() {
    let Some(sandbox) = with_six() else { return };
    let pyproject = b"[project]\nname = \"x\"\nversion = \"1\"\ndependencies = [\"six\"]\n".as_slice();
    let locks: [(&str, &str, &[u8], &[u8]); 5] = [
        ("uv.lock", "pyproject.toml", pyproject, b"version = 99\nrequires-python = '>=3.8'\n"),
        (
            "poetry.lock",
            "pyproject.toml",
            pyproject,
            b"package = []\n[metadata]\nlock-version = '9.0'\npython-versions = '*'\ncontent-hash = 'x'\n",
        ),
        (
            "pdm.lock",
            "pyproject.toml",
            pyproject,
            b"[metadata]\ngroups = ['default']\nlock_version = '9.0'\ncontent_hash = 'sha256:1'\n",
        ),
        ("pylock.toml", "pyproject.toml", pyproject, b"lock-version = '9.0'\ncreated-by = 'x'\npackages = []\n"),
        (
            "Pipfile.lock",
            "Pipfile",
            b"[packages]\nsix = '*'\n",
            b"{\"_meta\": {\"hash\": {\"sha256\": \"1\"}, \"pipfile-spec\": 99}, \"default\": {}, \"develop\": {}}",
        ),
    ];
    for (lock, manifest, content, unknown) in locks {
        let said = format!("could not check `{lock}`: ");
        assert_said(&sandbox, &[(lock, unknown), (manifest, content)], 3, &said);
        let broken = b"\n[[[ = {".as_slice();
        let said = format!("could not check `{lock}`: `{lock}:2` cannot be read");
        assert_said(&sandbox, &[(lock, broken), (manifest, content)], 3, &said);
        assert_said(&sandbox, &[(lock, &[0xff, 0xfe, 0, 1]), (manifest, content)], 3, &format!("`{lock}"));
    }
}

#[test]
fn manifests_that_cannot_be_read_are_named() {
    let Some(sandbox) = with_six() else { return };
    let manifests: [(&str, &[u8], i64, &str); 8] = [
        ("Pipfile", b"[packages]\nsix = \n", 1, "error[PYE406]: Pipfile:2: "),
        ("environment.yml", b"dependencies:\n  - [six\n", 3, "could not check `environment.yml`: line "),
        ("setup.cfg", b"[options\ninstall_requires =\n  six\n", 3, "could not check `setup.cfg`: line 1: "),
        (
            "setup.cfg",
            b"[options]\ninstall_requires = attr: x.y\n",
            3,
            "could not check `setup.cfg`: line 2: ",
        ),
        (
            "pyproject.toml",
            b"[project]\nname = 'x'\ndynamic = ['dependencies']\n",
            3,
            "`pyproject.toml`: line 3: ",
        ),
        (
            "pyproject.toml",
            b"[project]\nname = 'x'\ndependencies = ['a b']\n",
            1,
            "error[PYE406]: pyproject.toml:3: ",
        ),
        (
            "pyproject.toml",
            b"[project]\nname = 'x'\ndependencies = 'six'\n",
            1,
            "error[PYE406]: pyproject.toml:3: ",
        ),
        ("setup.py", b"import os\n", 3, "could not check `setup.py`: it is a program, and is not run"),
    ];
    for (file, content, code, said) in manifests {
        assert_said(&sandbox, &[(file, content)], code, said);
    }
    // Also the settings are in it.
    for (content, line) in [(b"[project\n".as_slice(), 1), (b"[project]\nname = 'x'\n# \xe9\n", 3)] {
        sandbox.write("pyproject.toml", content);
        let refused = sandbox.pyenv(&["check"]).ended(2);
        assert!(refused.err().contains(&format!("pyproject.toml:{line}")), "{}", refused.said());
    }
}

#[test]
fn a_list_of_environments_may_be_anything() {
    let Some(sandbox) = with_six() else { return };
    sandbox.write("requirements.txt", "six\n");
    for (bytes, said) in [
        (
            b"venv\n\xff\n".as_slice(),
            "could not check `.python-envs`: failed to read `.python-envs:2`: invalid UTF-8",
        ),
        (b"\n\nv\x1b[2J\n", "could not check `.python-envs`: failed to read `.python-envs:3`: "),
        (&[b'x'; 100_000], "could not check `.python-envs`: failed to read "),
    ] {
        sandbox.write(".python-envs", bytes);
        let (answer, text) = checked(&sandbox);
        assert_eq!(answer["exit_code"], 3, "{text}");
        assert!(text.contains(said), "{text}");
    }
    // Nothing outside of the work tree is used for what a file of the repository says.
    for place in ["../../../../etc", "/", "/usr", "..", "~", "$HOME", "nowhere"] {
        sandbox.write(".python-envs", format!("{place}\n"));
        assert_eq!(status(&checked(&sandbox).0), "in-step", "{place}");
    }
}

#[test]
fn what_cannot_be_decided_matters_to_the_rules_that_need_it() {
    let Some(sandbox) = with_six() else { return };
    for (file, content) in [
        ("setup.py", "import os\n"),
        ("pyproject.toml", "[project]\nname = \"x\"\nversion = \"1\"\ndynamic = [\"dependencies\"]\n"),
    ] {
        sandbox.write(file, content);
        sandbox.pyenv(&["check"]).ended(3);
        sandbox.pyenv(&["check", "--select", "PYE4"]).ended(3);
        for others in [&["--select", "PYE1"] as &[&str], &["--select", "PYE3"], &["--ignore", "PYE4"]] {
            let answer = sandbox.pyenv(&[&["check"], others].concat()).ended(0).json();
            assert_eq!(answer["skipped"], serde_json::json!([]), "{file} {others:?}");
            assert_eq!(status(&answer), "unknown", "{file} {others:?}");
        }
        sandbox.remove(file);
    }
    let lock = "version = 99\n";
    sandbox.write("pyproject.toml", "[project]\nname = \"x\"\nversion = \"1\"\ndependencies = [\"six\"]\n");
    sandbox.write("uv.lock", lock);
    sandbox.pyenv(&["check", "--select", "PYE5"]).ended(3);
    sandbox.pyenv(&["check", "--select", "PYE4"]).ended(3);
    sandbox.pyenv(&["check", "--select", "PYE1,PYE2,PYE3"]).ended(0);
    // Without an environment there is nothing that could be out of step.
    sandbox.remove("venv");
    sandbox.remove("uv.lock");
    sandbox.remove("pyproject.toml");
    sandbox.write("setup.py", "import os\n");
    sandbox.pyenv(&["check"]).ended(0);
}

#[test]
fn files_of_a_directory_below_belong_to_an_environment_where_a_setting_says_so() {
    let Some(sandbox) = with_six() else { return };
    sandbox.write("requirements.txt", "six\n");
    sandbox.write("backend/requirements.txt", "idna\n");
    let (answer, text) = checked(&sandbox);
    assert_eq!((status(&answer), answer["exit_code"].as_i64()), ("in-step", Some(0)), "{text}");
    assert!(!text.contains("backend"), "{text}");
    let settings = "[environments.main]\ndirectory = 'venv'\nrequirements = ['requirements.txt', 'backend/requirements.txt']\n";
    sandbox.write("pyproject.toml", settings.replace("[env", "[tool.git-pyenv.env"));
    let (answer, text) = checked(&sandbox);
    assert_eq!(status(&answer), "out-of-step", "{text}");
    assert!(text.contains("`idna` (backend/requirements.txt:1) is not installed in `venv`"), "{text}");
}
