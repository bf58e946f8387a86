//! Environments of conda against `environment.yml`.
#![cfg(unix)]

use serde_json::Value;

use crate::support::environments as env;
use crate::support::installs::changes;
use crate::support::repository::Sandbox;
use crate::support::sandbox::Place;

/// A repository with an environment of conda, which has recorded `numpy` 1.26.4 from conda-forge, and these dependencies.
fn with_numpy(dependencies: &[&str]) -> Sandbox {
    let sandbox = Sandbox::repository();
    env::conda().under("env").write(&sandbox);
    record(&sandbox, "1.26.4");
    sandbox.write(".gitignore", "/env\n");
    ask(&sandbox, dependencies);
    sandbox
}

fn record(sandbox: &Sandbox, version: &str) {
    let channel = "https://conda.anaconda.org/conda-forge/linux-64";
    let one = |name: &str, version: &str, build: &str, files: &str| {
        let text = format!(
            r#"{{"name": "{name}", "version": "{version}", "build": "{build}", "channel": "{channel}", "files": [{files}],
                "paths_data": {{"paths": [{{"_path": "site-packages/{name}-{version}.dist-info/METADATA"}}]}}}}"#
        );
        sandbox.write(format!("env/conda-meta/{name}-{version}-{build}.json"), text);
    };
    let metadata = format!("\"lib/python3.11/site-packages/numpy-{version}.dist-info/METADATA\"");
    one("numpy", version, "py311_0", &metadata);
    one("python", "3.11.5", "h955ad1f_0", "");
    let metadata = format!("Metadata-Version: 2.1\nName: numpy\nVersion: {version}\n\n");
    sandbox.write(format!("env/lib/python3.11/site-packages/numpy-{version}.dist-info/METADATA"), metadata);
}

fn ask(sandbox: &Sandbox, dependencies: &[&str]) {
    let lines = dependencies.iter().map(|line| format!("  - '{line}'\n")).collect::<String>();
    sandbox.write("environment.yml", format!("name: x\ndependencies:\n{lines}"));
}

/// What `check` says of the packages, and whether they are in step.
#[track_caller]
fn judged(place: &Place<'_>) -> (String, Vec<String>) {
    let answer = place.json(&["check", "--select", "PYE4"]);
    let findings = answer["findings"].as_array().expect("findings").clone();
    let text = |finding: &Value| format!("{} {}", finding["code"], finding["message"]).replace('"', "");
    let status = answer["environments"][0]["sync"]["status"].as_str().expect("a status").to_owned();
    (status, findings.iter().map(text).collect())
}

#[test]
fn versions_and_builds_are_compared_with_the_records() {
    let sandbox = with_numpy(&[]);
    let wrong = |found: &str, asked: &str| {
        vec![format!("PYE402 `env` has numpy {found}, not `{asked}` (environment.yml:3)")]
    };
    let cases = [
        ("python=3.11", "in-step", Vec::new()),
        ("numpy", "in-step", Vec::new()),
        ("numpy=1.26", "in-step", Vec::new()),
        ("numpy >=1.20,<2", "in-step", Vec::new()),
        ("numpy=1.26.4=py311_0", "in-step", Vec::new()),
        ("conda-forge::numpy=1.26", "in-step", Vec::new()),
        ("numpy=1.2", "out-of-step", wrong("1.26.4", "numpy=1.2")),
        ("numpy 1.26.* py312_*", "out-of-step", wrong("1.26.4=py311_0", "numpy 1.26.* py312_*")),
        ("defaults::numpy", "unknown", Vec::new()),
        ("__glibc >=2.17", "unknown", Vec::new()),
        ("numpy[version=\">=1\"]", "unknown", Vec::new()),
    ];
    for (line, status, findings) in cases {
        ask(&sandbox, &[line]);
        let (found, said) = judged(&sandbox.at("repo"));
        assert_eq!((found.as_str(), said), (status, findings), "{line}");
    }
}

/// The program stands in for conda: it writes what conda writes.
#[test]
fn after_conda_has_installed_the_environment_is_in_step() {
    let sandbox = with_numpy(&["python=3.11", "numpy=1.27"]);
    let script = r#"#!/bin/sh
test "$1 $2 $3 $5 $6" = 'env update --prefix --file environment.yml' || exit 9
cd "$4/conda-meta" && mv numpy-1.26.4-py311_0.json numpy-1.27.1-py311_0.json
sed -i.old 's/1.26.4/1.27.1/g' numpy-1.27.1-py311_0.json
cd ../lib/python3.11/site-packages && mv numpy-1.26.4.dist-info numpy-1.27.1.dist-info
sed -i.old 's/1.26.4/1.27.1/' numpy-1.27.1.dist-info/METADATA
"#;
    sandbox.write_program("../programs/conda", script);
    let path = format!("{}:/usr/bin:/bin", sandbox.path("programs").display());
    let place = || sandbox.at("repo").with("PATH", &path);
    assert_eq!(judged(&place()).0, "out-of-step");
    let answer = place().pyenv(&["install", "--output", "json"]).ended(0).json();
    assert_eq!(changes(&answer), ["changed numpy 1.26.4 1.27.1"]);
    assert_eq!(judged(&place()), ("in-step".to_owned(), Vec::new()));
    let answer = place().pyenv(&["install", "--output", "json"]).ended(0).json();
    assert_eq!(changes(&answer), [""; 0], "nothing is started");
}
