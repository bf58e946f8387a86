//! `--output sarif`, `github` and `gitlab`: the same findings and exit statuses as in JSON, whatever files are called.
#![cfg(unix)]

use std::collections::BTreeSet;

use git_pyenv::path::is_deceptive;
use git_pyenv::render::FINDING_FORMATS;
use serde_json::{Value, json};

use crate::fix::plain_environment;
use crate::support::repository::Sandbox;
use crate::support::sandbox::Finished;

/// Names that a format could take for something of its own.
const NAMES: [&[u8]; 6] = [
    b"line\nbreak",
    b"a%0A::error file=x,line=1::y",
    b"\xff\xfe",
    b"{0} [x](example.org)",
    "turned\u{202e}round".as_bytes(),
    b"plain",
];

/// A repository with a staged environment of each name, and a setting that allows one more.
fn hostile() -> Sandbox {
    let sandbox = Sandbox::repository();
    NAMES.iter().for_each(|name| plain_environment(&sandbox, name));
    plain_environment(&sandbox, "fixture");
    sandbox.write(
        "pyproject.toml",
        "[tool.git-pyenv]\nallow = [{ path = \"fixture\", reason = \"test data\" }]\n",
    );
    sandbox.git(&["add", "--force", "--all"]);
    sandbox
}

/// One in which a merge has left a piece of an environment with two contents.
fn unmerged() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("side", "home = /usr/bin\n");
    let blob = sandbox.git(&["hash-object", "-w", "side"]);
    let lines: String =
        [2, 3].iter().map(|stage| format!("100644 {blob} {stage}\tvenv/pyvenv.cfg\n")).collect();
    sandbox.at("repo").reading(lines).git_ok(&["update-index", "--index-info"]);
    sandbox
}

fn staged(sandbox: &Sandbox, format: &str) -> Finished {
    sandbox.pyenv(&["check", "--staged", "--output", format])
}

/// The one run of a SARIF log.
fn sarif(finished: &Finished) -> Value {
    let log = finished.json();
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["runs"].as_array().map(Vec::len), Some(1));
    assert_eq!(log["runs"][0]["tool"]["driver"]["name"], "git-pyenv");
    log["runs"][0].clone()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no array: {value}"))
}

/// Undoes the encoding of a URI.
fn decoded(uri: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = (*first == b'%').then(|| std::str::from_utf8(&after[..2]).expect("digits"));
        bytes.push(hex.map_or(*first, |hex| u8::from_str_radix(hex, 16).expect("digits")));
        rest = if hex.is_some() { &after[2..] } else { after };
    }
    bytes
}

#[test]
fn exit_statuses_are_those_of_json() {
    let clean = Sandbox::repository();
    clean.commit("shop.py", "\n");
    let none = Sandbox::new();
    none.make_directory("repo");
    for (sandbox, status) in [(clean, 0), (hostile(), 1), (none, 2), (unmerged(), 3)] {
        for format in ["json", "text", "sarif", "github", "gitlab"] {
            let finished = staged(&sandbox, format);
            assert_eq!(finished.status, Some(status), "{format}: {}", finished.said());
        }
    }
}

#[test]
fn sarif_has_every_finding_at_its_place() {
    let sandbox = hostile();
    let answer = sandbox.json(&["check", "--staged"]);
    let run = sarif(&staged(&sandbox, "sarif"));
    let findings = array(&answer["findings"]);
    let results = array(&run["results"]);
    assert_eq!(results.len(), findings.len());
    let mut places = BTreeSet::new();
    for (result, finding) in results.iter().zip(findings) {
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().expect("an index") as usize];
        assert_eq!((&rule["id"], &result["ruleId"]), (&finding["code"], &finding["code"]));
        assert_eq!(rule["help"]["text"], finding["help"]);
        assert_eq!(result["level"], finding["severity"]);
        assert_eq!(result["partialFingerprints"]["gitPyenv/v1"], finding["fingerprint"]);
        let location = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        assert_eq!(location["uriBaseId"], "%SRCROOT%");
        let uri = location["uri"].as_str().expect("a URI");
        assert!(uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b)), "{uri}");
        places.insert(decoded(uri));
        let text = result["message"]["text"].as_str().expect("a text");
        assert!(text.contains("\nfix: git pyenv fix "), "{text}");
        // Neither a placeholder nor a link: sections 3.11.5 and 3.11.6.
        let bare = text.replace("{{", "").replace("}}", "").replace("\\](", "");
        assert!(!bare.contains(['{', '}']) && !bare.contains("]("), "{text}");
    }
    let expected = NAMES.map(|name| [name, b"/pyvenv.cfg"].concat());
    assert_eq!(places, BTreeSet::from(expected));
    let invocation = &run["invocations"][0];
    assert_eq!((&invocation["executionSuccessful"], &invocation["exitCode"]), (&json!(true), &json!(1)));
    let notes = invocation["toolExecutionNotifications"].to_string();
    assert!(notes.contains("fixture") && notes.contains("test data"), "{notes}");
}

/// Undoes what GitHub's toolkit escapes in a property, and in a message with fewer.
fn unescaped(text: &str) -> String {
    let codes = [("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")];
    codes.iter().fold(text.to_owned(), |text, (code, character)| text.replace(code, character))
}

#[test]
fn github_has_one_command_for_each_finding() {
    let sandbox = hostile();
    let answer = sandbox.json(&["check", "--staged"]);
    let out = staged(&sandbox, "github").out();
    let lines: Vec<&str> = out.lines().collect();
    let findings = array(&answer["findings"]);
    assert_eq!(lines.len(), findings.len() + 1, "{out}");
    for (line, finding) in lines.iter().zip(findings) {
        let rest = line.strip_prefix("::error ").unwrap_or_else(|| panic!("{line}"));
        let (properties, message) = rest.split_once("::").expect("a message");
        let [file, title] = properties.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let file = unescaped(file.strip_prefix("file=").expect("a file"));
        let path = finding["path"].as_str().expect("a path");
        let is_shown = !path.contains(is_deceptive) || path.contains('\n');
        assert!(!is_shown || file == format!("{path}/pyvenv.cfg"), "{file} {path}");
        assert_eq!(title, "title=git-pyenv PYE101 committed-environment");
        assert!(message.contains("%0Afix: git pyenv fix "), "{message}");
    }
    let relaxed = lines.last().expect("a line");
    assert!(relaxed.starts_with("::notice title=git-pyenv::") && relaxed.contains("test data"), "{relaxed}");
}

#[test]
fn gitlab_has_an_issue_for_each_finding() {
    let sandbox = hostile();
    let answer = sandbox.json(&["check", "--staged"]);
    let report = staged(&sandbox, "gitlab").json();
    let issues = array(&report);
    let findings = array(&answer["findings"]);
    assert_eq!(issues.len(), findings.len() + 1, "{report:#}");
    for (issue, finding) in issues.iter().zip(findings) {
        assert_eq!(issue["check_name"], finding["code"]);
        assert_eq!(issue["severity"], "critical");
        assert_eq!(issue["fingerprint"], finding["fingerprint"]);
        let path = finding["path"].as_str().expect("a path");
        assert_eq!(
            issue["location"],
            json!({ "path": format!("{path}/pyvenv.cfg"), "lines": { "begin": 1 } })
        );
        let description = issue["description"].as_str().expect("a description");
        assert!(
            !description.contains('\n') && description.contains("; fix: git pyenv fix "),
            "{description}"
        );
    }
    let relaxed = issues.last().expect("an issue");
    assert_eq!((&relaxed["check_name"], &relaxed["severity"]), (&json!("suppressed"), &json!("info")));
    let fingerprints: BTreeSet<&str> =
        issues.iter().map(|issue| issue["fingerprint"].as_str().expect("a fingerprint")).collect();
    assert_eq!(fingerprints.len(), issues.len());
}

#[test]
fn lines_and_severities_are_there() {
    let sandbox = Sandbox::repository();
    sandbox.write(".gitignore", "build/\nhidden/\n");
    plain_environment(&sandbox, "hidden");
    plain_environment(&sandbox, "loose");
    let run =
        |format: &str| sandbox.pyenv(&["check", "--select", "PYE201,PYE203", "--output", format]).ended(1);
    let sarif = sarif(&run("sarif"));
    let place = |result: &Value| {
        let place = &result["locations"][0]["physicalLocation"];
        json!([result["ruleId"], result["level"], place["artifactLocation"]["uri"], place["region"]])
    };
    let results: Vec<Value> = array(&sarif["results"]).iter().map(place).collect();
    let expected = [
        json!(["PYE203", "note", ".gitignore", { "startLine": 2 }]),
        json!(["PYE201", "warning", "loose/pyvenv.cfg", null]),
    ];
    assert_eq!(results, expected, "{sarif:#}");
    let github = run("github").out();
    assert!(github.starts_with("::notice file=.gitignore,line=2,title=git-pyenv PYE203 "), "{github}");
    assert!(github.contains("\n::warning file=loose/pyvenv.cfg,title=git-pyenv PYE201 "), "{github}");
    let gitlab = run("gitlab").json();
    assert_eq!(gitlab[0]["location"], json!({ "path": ".gitignore", "lines": { "begin": 2 } }));
    assert_eq!([&gitlab[0]["severity"], &gitlab[1]["severity"]], [&json!("info"), &json!("major")]);
}

/// What could not be determined is never an empty, and so a clean, report.
#[test]
fn what_could_not_be_determined_is_shown() {
    let reason = "unmerged: resolve the conflict";
    let sandbox = unmerged();
    let run = sarif(&staged(&sandbox, "sarif"));
    let invocation = &run["invocations"][0];
    assert_eq!((&invocation["executionSuccessful"], &invocation["exitCode"]), (&json!(false), &json!(3)));
    let notification = &invocation["toolExecutionNotifications"][0];
    assert_eq!(notification["level"], "error");
    assert!(notification["message"]["text"].as_str().expect("a text").contains(reason), "{run:#}");
    let github = staged(&sandbox, "github").out();
    assert!(github.contains("::error file=venv/pyvenv.cfg,title=git-pyenv::could not check"), "{github}");
    let gitlab = staged(&sandbox, "gitlab").json();
    let issue = array(&gitlab).iter().find(|issue| issue["check_name"] == "could-not-check");
    let description = issue.expect("an issue")["description"].as_str().expect("a description").to_owned();
    assert!(description.contains(reason), "{gitlab:#}");

    // And where there is no report at all.
    sandbox.overwrite(&sandbox.path("repo/.git/index"), b"DIRC");
    let run = sarif(&staged(&sandbox, "sarif").ended(3));
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert!(run.to_string().contains("the index is corrupt"), "{run:#}");
    let github = staged(&sandbox, "github").ended(3).out();
    assert!(github.starts_with("::error title=git-pyenv::") && github.lines().count() == 1, "{github}");
    let gitlab = staged(&sandbox, "gitlab").ended(3).json();
    assert_eq!(array(&gitlab).len(), 1, "{gitlab:#}");
}

#[test]
fn a_hook_has_them_too() {
    let sandbox = hostile();
    for format in FINDING_FORMATS.iter().map(|format| format.name()) {
        let finished = sandbox.pyenv(&["hook", "run", "pre-commit", "--output", format]).ended(1);
        assert_eq!(finished.out(), staged(&sandbox, format).out(), "{format}");
    }
}

/// As for ruff and others, a variable chooses for a whole job, in which other commands have results of other kinds.
#[test]
fn a_setting_is_for_the_commands_with_findings() {
    let sandbox = hostile();
    let place = sandbox.at("repo").with("GIT_PYENV_OUTPUT", "github");
    let checked = place.pyenv(&["check", "--staged"]).ended(1);
    assert!(checked.out().starts_with("::error "), "{}", checked.said());
    assert_eq!(place.pyenv(&["list", "--no-size"]).json()["command"], "list");
    let wrong = place.pyenv(&["check", "--stagged"]).ended(2);
    assert!(wrong.out().starts_with("::error title=git-pyenv::unexpected argument"), "{}", wrong.said());
    assert_eq!(place.pyenv(&["list", "--stagged"]).ended(2).json()["status"], "error");
    let hook = place.pyenv(&["hook", "run", "pre-commit"]).ended(1);
    assert_eq!(hook.out(), "", "a hook always writes text");
    sandbox.git(&["config", "pyenv.output", "sarif"]);
    sarif(&sandbox.pyenv(&["check", "--staged"]).ended(1));
    sandbox.pyenv(&["config"]).ended(0).json();
    let refused = sandbox.pyenv(&["list", "--output", "gitlab"]).ended(2);
    assert!(refused.err().contains("does not support `--output gitlab`"), "{}", refused.said());
}
