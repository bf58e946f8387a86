//! `git pyenv outdated` and `git pyenv audit`, which ask other programs.
#![cfg(unix)]

use serde_json::{Value, json};

use crate::support::answer;
use crate::support::installs::Installs;
use crate::support::pythons::a_python;
use crate::support::schema;

/// The packages of an answer, but for what every environment has.
#[track_caller]
fn packages(installs: &Installs, arguments: &[&str], status: i32) -> (Value, Vec<String>) {
    let arguments = [&["outdated", "--output", "json"], arguments].concat();
    let answer = installs.place().pyenv(&arguments).ended(status).json();
    schema::assert_fits(&answer);
    let all = answer["outdated"]["packages"].as_array().expect("packages").iter();
    let text = |package: &Value, key: &str| package[key].as_str().unwrap_or("-").to_owned();
    let shown = all.map(|package| {
        let words = ["name", "version", "latest", "required"].map(|key| text(package, key));
        format!("{} {}", words.join(" "), package["accepted"])
    });
    let shown = shown.filter(|line| !line.starts_with("pip ") && !line.starts_with("setuptools ")).collect();
    (answer, shown)
}

#[test]
fn newer_versions_are_listed_with_what_the_project_accepts() {
    for backend in ["uv", "pip"] {
        let Some(installs) = Installs::with_backend(backend) else { continue };
        installs.install(&["--backend", backend], 0);
        let (answer, found) = packages(&installs, &[], 0);
        assert_eq!(found, ["alpha 1.0 2.0 ==1.0 false"], "{backend}");
        assert_eq!((&answer["status"], &answer["outdated"]["tool"]), (&json!("clean"), &json!(backend)));
        installs.sandbox.write("requirements.txt", "alpha>=1\nbeta\n");
        assert_eq!(packages(&installs, &["--exit-code"], 1).1, ["alpha 1.0 2.0 >=1 true"], "{backend}");
        let text = installs.place().pyenv(&["outdated", "--output", "text"]).ended(0).out();
        assert!(
            text.starts_with("NAME ") && text.contains("alpha  1.0        2.0     >=1       yes"),
            "{text}"
        );
        installs.install(&["--backend", backend, "--requirement", "requirements.txt"], 0);
    }
}

#[test]
fn an_index_that_cannot_be_asked_is_no_answer() {
    let Some(installs) = Installs::with_backend("pip") else { return };
    installs.install(&["--backend", "pip"], 0);
    let nowhere = installs.place().with("PIP_FIND_LINKS", installs.sandbox.path("nowhere"));
    let said = answer::error(&nowhere, &["outdated"], "undecided");
    assert!(said.contains("could not determine which packages are outdated"), "{said}");
    installs.with_script("uv", "echo 'error: Failed to fetch: it is far away' >&2\nexit 2\n");
    let said = answer::error(&installs.place(), &["outdated"], "undecided");
    assert!(said.contains("uv says: error: Failed to fetch: it is far away"), "{said}");
    for words in ["echo 'not JSON'", "echo '{}'", "kill -9 $$"] {
        installs.with_script("uv", &format!("{words}\n"));
        answer::error(&installs.place(), &["outdated"], "undecided");
    }
}

/// What `pip-audit` says of these packages.
fn pip_audit(dependencies: &str, status: i32) -> String {
    format!(
        "echo \"$@\" >\"$0.called\"\ncat <<'END'\n{{\"dependencies\": [{dependencies}], \"fixes\": []}}\nEND\nexit {status}\n"
    )
}

const SOUND: &str = "{\"name\": \"six\", \"version\": \"1.16\", \"vulns\": []}";
const VULNERABLE: &str = "{\"name\": \"jinja2\", \"version\": \"3.1.2\", \"vulns\": [{\"id\": \"PYSEC-1\", \
                          \"fix_versions\": [\"3.1.3\"], \"aliases\": [\"CVE-1\"], \"description\": \"bad thing\"}]}";

fn audit(installs: &Installs, status: i32) -> Value {
    let answer = installs.place().pyenv(&["audit", "--output", "json"]).ended(status).json();
    schema::assert_fits(&answer);
    answer
}

#[test]
fn known_vulnerabilities_have_three_answers() {
    let Some(python) = a_python() else { return };
    let installs = Installs::without_environment(python);
    crate::support::environments::venv(12).under("venv").write(&installs.sandbox);
    let said = answer::error(&installs.place(), &["audit"], "action");
    assert!(said.contains("`uv tool install pip-audit`"), "{said}");
    installs.with_script("pip-audit", &pip_audit(SOUND, 0));
    let answer = audit(&installs, 0);
    assert_eq!((&answer["status"], &answer["audit"]["audited"]), (&json!("clean"), &json!(1)));
    let called = installs.sandbox.read("programs/pip-audit.called");
    let site = installs.sandbox.path("repo/venv/lib/python3.12/site-packages");
    let expected = format!("--format json --progress-spinner off --path {}\n", site.display());
    assert_eq!(String::from_utf8_lossy(&called), expected);
    installs.with_script("pip-audit", &pip_audit(&format!("{SOUND}, {VULNERABLE}"), 1));
    let answer = audit(&installs, 1);
    let found = &answer["audit"]["vulnerabilities"][0];
    assert_eq!((&found["id"], &found["fixed_in"]), (&json!("PYSEC-1"), &json!(["3.1.3"])));
    let text = installs.place().pyenv(&["audit", "--output", "text"]).ended(1).out();
    let expected = "error: jinja2 3.1.2 has PYSEC-1 (CVE-1): bad thing\n  fixed in 3.1.3\n1 known vulnerability in 2 packages of `venv`\n";
    assert_eq!(text, expected);
    // What is on no index is not known to anybody; what could not be looked at may have any.
    let local = "{\"name\": \"own\", \"skip_reason\": \"Dependency not found on PyPI and could not be audited: own (1)\"}";
    installs.with_script("pip-audit", &pip_audit(&format!("{SOUND}, {local}"), 0));
    assert_eq!(audit(&installs, 0)["audit"]["notes"].as_array().map(Vec::len), Some(1));
    let odd = "{\"name\": \"odd\", \"skip_reason\": \"Package has invalid version\"}";
    installs.with_script("pip-audit", &pip_audit(&format!("{SOUND}, {odd}"), 0));
    assert_eq!(audit(&installs, 3)["status"], "undecided");
    installs.with_script("pip-audit", "echo 'ERROR: no network' >&2\nexit 1\n");
    let said = answer::error(&installs.place(), &["audit"], "undecided");
    assert!(said.contains("pip-audit says: ERROR: no network"), "{said}");
}

#[test]
fn a_lock_of_uv_is_audited_by_a_uv_that_can() {
    let Some(python) = a_python() else { return };
    let installs = Installs::without_environment(python);
    installs.sandbox.write("pyproject.toml", "[project]\nname = 'a'\nversion = '1'\n");
    installs.sandbox.write("uv.lock", "version = 1\n");
    let uv = |summary: u32, status: i32| {
        format!(
            "[ \"$2\" = --help ] && exit 0\n[ \"$*\" = 'audit --frozen --output-format json --color never' ] || exit 7\ncat <<'END'\n\
             {{\"summary\": {{\"audited_packages\": 2, \"vulnerabilities\": {summary}}}, \"vulnerabilities\": [{{\"dependency\": \
             {{\"name\": \"jinja2\", \"version\": \"3.1.2\"}}, \"id\": \"PYSEC-1\", \"aliases\": [], \"summary\": \"bad\", \
             \"fix_versions\": []}}]}}\nEND\nexit {status}\n"
        )
    };
    installs.with_script("uv", &uv(1, 1));
    let answer = audit(&installs, 1);
    assert_eq!((&answer["audit"]["tool"], &answer["audit"]["subject"]), (&json!("uv"), &json!("`uv.lock`")));
    let text = installs.place().pyenv(&["audit", "--output", "text"]).ended(1).out();
    assert!(text.contains("  no version is known to fix it\n"), "{text}");
    // It counts something else than it lists: its form has changed.
    installs.with_script("uv", &uv(0, 0));
    answer::error(&installs.place(), &["audit"], "undecided");
    installs.with_script("uv", &uv(1, 2));
    answer::error(&installs.place(), &["audit"], "undecided");
    // An older uv has no `audit`.
    installs.with_script("uv", "exit 2\n");
    crate::support::environments::venv(12).under("venv").write(&installs.sandbox);
    installs.with_script("pip-audit", &pip_audit(SOUND, 0));
    assert_eq!(audit(&installs, 0)["audit"]["tool"], "pip-audit");
}
