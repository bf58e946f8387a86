//! Packages that come from an archive, a directory or a repository: in step only if they are what is there and asked for now,
//! with the records that real pip and uv write.
#![cfg(unix)]

use std::path::PathBuf;

use serde_json::Value;

use crate::health_checkouts::project;
use crate::support::installs::{Installs, changes};
use crate::support::wheels::Wheel;

/// The backends that install anything.
const BACKENDS: [&str; 2] = ["uv", "pip"];

/// The name of the wheel that is built again and again.
const WHEEL: &str = "dist/gamma-1.0-py3-none-any.whl";

/// Whether the environment is in step, and the rules with their messages or what is undecided.
fn answer(installs: &Installs) -> (String, Vec<String>) {
    let answer = installs.place().json(&["check"]);
    crate::support::schema::assert_fits(&answer);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = answer["findings"].as_array().expect("findings").iter();
    let findings = findings.map(|found| format!("{} {}", text(&found["code"]), text(&found["message"])));
    let sync = &answer["environments"][0]["sync"];
    let undecided = sync["undecided"].as_array().expect("undecided").iter().map(text);
    (text(&sync["status"]), findings.chain(undecided).collect())
}

/// Builds the wheel in the repository, with a module that contains this, and returns its SHA-256.
fn build(installs: &Installs, content: &str) -> String {
    let sandbox = &installs.sandbox;
    let wheel = Wheel::new("gamma", "1.0").file("gamma/content.py", content).write(sandbox);
    sandbox.write(WHEEL, std::fs::read(wheel).expect("a wheel"));
    let place = sandbox.path("repo").join(WHEEL);
    let said = sandbox.at("").run("sha256sum", &[place]).ended(0).out();
    said.split_whitespace().next().expect("a hash").to_owned()
}

/// What the module contains that is installed.
fn installed(installs: &Installs) -> String {
    let code =
        "import gamma.content, pathlib; print(pathlib.Path(gamma.content.__file__).read_text(), end='')";
    installs
        .sandbox
        .at("")
        .run(installs.sandbox.path("repo/venv/bin/python"), &["-I", "-c", code])
        .ended(0)
        .out()
}

#[test]
fn a_local_archive_that_was_built_again_is_installed_again() {
    for backend in BACKENDS {
        let Some(installs) = Installs::with_backend(backend) else { continue };
        // uv and older versions of pip record no hash that the file could be compared with.
        let has_hash = backend == "pip" && installs.pip_version() >= (23, 1);
        build(&installs, "one = 1\n");
        installs.sandbox.write("requirements.txt", format!("./{WHEEL}\n"));
        installs.install(&["--backend", backend], 0);
        assert_eq!(answer(&installs), ("in-step".to_owned(), vec![]), "{backend}");
        build(&installs, "two = 2\n");
        let (status, said) = answer(&installs);
        let expected = if has_hash { "out-of-step" } else { "unknown" };
        assert_eq!(status, expected, "{said:?}");
        let expected = if has_hash { "as it was, not as it is now" } else { "which recorded no hash of it" };
        assert!(said[0].contains(expected), "{said:?}");
        let changed = changes(&installs.install(&["--backend", backend], 0));
        assert!(changed.len() == 1 && changed[0].starts_with("changed gamma 1.0 (file:///"), "{changed:?}");
        assert_eq!(installed(&installs), "two = 2\n", "{backend}");
        assert_eq!(answer(&installs), ("in-step".to_owned(), vec![]), "{backend}");
        // The same content, written again.
        build(&installs, "two = 2\n");
        let expected = if has_hash { "in-step" } else { "unknown" };
        assert_eq!(answer(&installs).0, expected, "{backend}");
        let text =
            installs.place().pyenv(&["install", "--backend", backend, "--output", "text"]).ended(0).out();
        let again = format!(
            "  ~ gamma 1.0 (file://{}), installed again\n",
            installs.sandbox.path("repo").join(WHEEL).display()
        );
        assert!(has_hash && text.starts_with("up to date: ") || text.ends_with(&again), "{backend}: {text}");
        installs.sandbox.remove(WHEEL);
        let (status, said) = answer(&installs);
        assert_ne!(status, "in-step");
        assert!(
            said[0].starts_with("PYE406 requirements.txt:1: ") && said[0].ends_with("does not exist"),
            "{said:?}"
        );
    }
}

#[test]
fn an_archive_with_another_hash_than_is_asked_for_is_installed_again() {
    for backend in BACKENDS {
        let Some(installs) = Installs::with_backend(backend) else { continue };
        let url = format!("file://{}", installs.sandbox.path("repo").join(WHEEL).display());
        let old = build(&installs, "one = 1\n");
        installs.sandbox.write("requirements.txt", format!("gamma @ {url}#sha256={old}\n"));
        installs.install(&["--backend", backend], 0);
        assert_eq!(answer(&installs), ("in-step".to_owned(), vec![]), "{backend}");
        let new = build(&installs, "two = 2\n");
        installs.sandbox.write("requirements.txt", format!("gamma @ {url}#sha256={new}\n"));
        let (status, said) = answer(&installs);
        let hashes = format!(
            "` with `sha256:{}…`, not with `sha256:{}…` (requirements.txt:1)",
            &old[..12],
            &new[..12]
        );
        assert!(
            status == "out-of-step" && said[0].starts_with("PYE403 ") && said[0].ends_with(&hashes),
            "{said:?}"
        );
        installs.install(&["--backend", backend], 0);
        assert_eq!(installed(&installs), "two = 2\n", "{backend}");
        assert_eq!(answer(&installs), ("in-step".to_owned(), vec![]), "{backend}");
        if backend == "pip" {
            let option = format!("gamma @ {url} --hash=sha256:{old}\n");
            installs.sandbox.write("requirements.txt", &option);
            assert!(answer(&installs).1[0].starts_with("PYE403 "), "{option}");
            installs.sandbox.write("requirements.txt", option.replace(&old, &new));
            assert_eq!(answer(&installs).0, "in-step");
        }
    }
}

/// A change of one text in the manifest of a project.
fn change(installs: &Installs, from: &str, to: &str) {
    let manifest = String::from_utf8(installs.sandbox.read("repo/lib/pyproject.toml")).expect("text");
    assert!(manifest.contains(from), "{manifest}");
    installs.sandbox.write("lib/pyproject.toml", manifest.replace(from, to));
}

#[test]
fn a_local_project_has_to_be_what_it_is_called_and_support_the_python() {
    for backend in BACKENDS {
        for line in ["./lib", "-e ./lib"] {
            let Some(installs) = Installs::with_backend(backend) else { continue };
            project("lib").write_to(&installs.sandbox, "repo/lib");
            installs.sandbox.write("requirements.txt", line);
            installs.install(&["--backend", backend], 0);
            assert_eq!(answer(&installs), ("in-step".to_owned(), vec![]), "{backend} {line}");
            change(&installs, "version = \"1\"", "version = \"1\"\nrequires-python = \">=3.99\"");
            let (status, said) = answer(&installs);
            assert_eq!(status, "out-of-step", "{said:?}");
            assert!(
                said[0].starts_with("PYE406 ")
                    && said[0].contains(" requires Python >=3.99, and `venv` has "),
                "{said:?}"
            );
            change(&installs, ">=3.99", ">=3.6");
            assert_eq!(answer(&installs).0, "in-step");
            change(&installs, "name = \"lib\"", "name = \"other\"");
            let (status, said) = answer(&installs);
            assert_eq!(status, "out-of-step", "{said:?}");
            assert!(said[0].starts_with("PYE401 `venv` has lib, but `"), "{said:?}");
            installs.sandbox.write("requirements.txt", "lib @ file:lib");
            assert!(answer(&installs).1[0].starts_with("PYE406 "), "{:?}", answer(&installs));
        }
    }
}

/// Makes a repository with a project in a directory of it, and a second revision, `v2`, of another version; returns its URL.
fn upstream(installs: &Installs, below: &str) -> String {
    let directory = format!("upstream/{below}");
    installs.sandbox.make_directory(&directory);
    project("thing").write_to(&installs.sandbox, &directory);
    let git = |arguments: &[&str]| installs.sandbox.git_in("upstream", arguments);
    git(&["init", "--quiet", "--initial-branch", "main"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "one"]);
    git(&["tag", "v1"]);
    git(&["commit", "--quiet", "--allow-empty", "--message", "two"]);
    git(&["tag", "v2"]);
    format!("git+file://{}", installs.sandbox.path("upstream").display())
}

#[test]
fn an_editable_clone_is_in_step_at_the_revision_that_is_asked_for() {
    for below in ["", "python/thing"] {
        let Some(installs) = Installs::with_backend("pip") else { return };
        let url = upstream(&installs, below);
        let fragment = if below.is_empty() { String::new() } else { format!("&subdirectory={below}") };
        let ask = |revision: &str| {
            installs.sandbox.write("requirements.txt", format!("-e {url}{revision}#egg=thing{fragment}\n"));
            answer(&installs)
        };
        ask("");
        installs.install(&["--backend", "pip"], 0);
        let in_step = ("in-step".to_owned(), Vec::<String>::new());
        assert_eq!(ask(""), in_step, "{below}");
        assert_eq!(ask("@main"), in_step, "{below}");
        assert_eq!(ask("@v2"), in_step, "{below}");
        let (status, said) = ask("@v1");
        assert!(status == "out-of-step" && said[0].starts_with("PYE403 "), "{below}: {status} {said:?}");
        installs.install(&["--backend", "pip"], 0);
        assert_eq!(ask("@v1"), in_step, "{below}");
        // Somebody checks something else out in the clone.
        let clone: PathBuf = installs.sandbox.path("repo/venv/src/thing");
        installs.sandbox.at("repo/venv/src/thing").git(&["checkout", "--quiet", "v2"]).ended(0);
        assert_eq!(ask("@v1").0, "out-of-step", "{}", clone.display());
        assert_eq!(ask("@v2"), in_step, "{below}");
        if !below.is_empty() {
            installs.sandbox.write("requirements.txt", format!("-e {url}@v2#egg=thing\n"));
            assert_eq!(answer(&installs).0, "out-of-step", "the project of another directory");
        }
    }
}

/// Writes into `venv` what pip 23.0 leaves behind of an editable install of `thing` in a clone: it records the top of the
/// clone, whatever the directory of the project is, and the file says where the modules are.
fn install_as_old_pip(installs: &Installs, site: &str, file: &str, text: &str) {
    let clone = installs.sandbox.path("repo/venv/src/thing");
    let metadata = format!("{site}/thing-1.dist-info");
    let url =
        serde_json::json!({"dir_info": {"editable": true}, "url": format!("file://{}", clone.display())});
    let files = [
        ("METADATA", "Metadata-Version: 2.1\nName: thing\nVersion: 1\n".to_owned()),
        ("INSTALLER", "pip\n".to_owned()),
        ("direct_url.json", url.to_string()),
        ("RECORD", format!("{file},,\nthing-1.dist-info/METADATA,,\n")),
    ];
    for (name, content) in files {
        installs.sandbox.write(format!("{metadata}/{name}"), content);
    }
    installs.sandbox.write(format!("{site}/{file}"), text.replace("CLONE", &clone.to_string_lossy()));
}

#[test]
fn the_project_in_a_clone_is_found_where_pip_recorded_the_clone() {
    let Some(installs) = Installs::new() else { return };
    let url = upstream(&installs, "python/thing");
    installs.sandbox.at("repo").git(&["clone", "--quiet", "../upstream", "venv/src/thing"]).ended(0);
    let clone = installs.sandbox.path("upstream");
    installs.sandbox.at("repo/venv/src/thing").git(&[
        "remote",
        "set-url",
        "origin",
        &format!("file://{}", clone.display()),
    ]);
    let (major, minor) = installs.python_version();
    let site = format!("venv/lib/python{major}.{minor}/site-packages");
    for directory in ["python/thing/src", "src"] {
        installs.sandbox.make_directory(&format!("repo/venv/src/thing/{directory}"));
    }
    let ask = |directory: &str| {
        installs.sandbox.write("requirements.txt", format!("-e {url}#egg=thing{directory}\n"));
        answer(&installs)
    };
    let finder = "MAPPING: dict[str, str] = {'thing': 'CLONE/python/thing/src/thing', 'more': 'CLONE/python/thing/more'}\n";
    let cases = [
        ("thing.pth", "CLONE/python/thing\n"),
        ("__editable__.thing-1.pth", "CLONE/python/thing/src\r\n"),
        ("__editable___thing_1_finder.py", finder),
    ];
    for is_project_at_top in [false, true] {
        if is_project_at_top {
            project("everything").write_to(&installs.sandbox, "repo/venv/src/thing");
        }
        for (file, text) in cases {
            install_as_old_pip(&installs, &site, file, text);
            assert_eq!(ask("&subdirectory=python/thing"), ("in-step".to_owned(), vec![]), "{file}");
            let (status, said) = ask("");
            assert_eq!(status, "out-of-step", "{file}: {said:?}");
            assert!(said[0].contains("/venv/src/thing/python/thing`, not `-e git+"), "{said:?}");
        }
    }
    // The project is at the top, which is what was recorded.
    install_as_old_pip(&installs, &site, "thing.pth", "CLONE/src\n");
    project("thing").write_to(&installs.sandbox, "repo/venv/src/thing");
    assert_eq!(ask(""), ("in-step".to_owned(), vec![]));
    assert_eq!(ask("&subdirectory=python/thing").0, "out-of-step");
}
