//! Which rules run and what is allowed, from every source; and that whatever the repository itself relaxes is
//! said, as it stands in what is checked.

use serde_json::Value;

use crate::support::environments as env;
use crate::support::repository::Sandbox;
use crate::support::sandbox::Place;

/// A repository in which an environment, a piece of one and a link are staged.
fn staged() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.commit("README.md", "# Project\n");
    env::venv(12).under("tests/data/env").write(&sandbox);
    env::venv(12).only(&["pyvenv.cfg"]).under("piece").write(&sandbox);
    sandbox.link(".venv", "../other/.venv");
    sandbox.git(&["add", "--force", "--all"]);
    sandbox
}

const EVERYTHING: [&str; 3] = ["PYE103 .venv", "PYE102 piece", "PYE101 tests/data/env"];

fn answer(place: &Place<'_>, arguments: &[&str]) -> (Vec<String>, Value) {
    let finished = place.pyenv(&[&["check", "--staged", "--output", "json"], arguments].concat());
    let answer = finished.json();
    let findings = answer["findings"].as_array().expect("findings").iter();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let lines: Vec<String> =
        findings.map(|finding| format!("{} {}", text(&finding["code"]), text(&finding["path"]))).collect();
    assert_eq!(finished.status, Some(i32::from(!lines.is_empty())), "{}", finished.said());
    (lines, answer)
}

fn suppressed(answer: &Value) -> Vec<(String, bool)> {
    let rows = answer["suppressed"].as_array().expect("rows").iter();
    rows.map(|row| {
        let said =
            format!("{}: {}", row["finding"].as_str().unwrap_or("-"), row["because"].as_str().unwrap_or("-"));
        (said, row["from_repository"] == true)
    })
    .collect()
}

#[test]
fn flags_choose_rules() {
    let sandbox = staged();
    let place = sandbox.at("repo");
    let cases: [(&[&str], &[&str]); 8] = [
        (&[], &EVERYTHING),
        (&["--select", "PYE101"], &["PYE101 tests/data/env"]),
        (&["--select", "committed-link,pye102"], &["PYE103 .venv", "PYE102 piece"]),
        (&["--select", "PYE101", "--select", "PYE103"], &["PYE103 .venv", "PYE101 tests/data/env"]),
        (&["--ignore", "PYE101"], &["PYE103 .venv", "PYE102 piece"]),
        (&["--ignore", "committed-remnant,committed-link"], &["PYE101 tests/data/env"]),
        (&["--select", "PYE101", "--ignore", "PYE101"], &[]),
        (&["--select", "PYE201"], &[]),
    ];
    for (arguments, expected) in cases {
        let (found, answer) = answer(&place, arguments);
        assert_eq!(found, expected, "{arguments:?}");
        assert_eq!(suppressed(&answer), [], "what the user chooses is no secret to the user: {arguments:?}");
    }
}

#[test]
fn the_environment_and_git_choose_rules() {
    let sandbox = staged();
    let (found, _) = answer(&sandbox.at("repo").with("GIT_PYENV_IGNORE", "PYE101,PYE102"), &[]);
    assert_eq!(found, ["PYE103 .venv"]);
    sandbox.git(&["config", "--add", "pyenv.select", "PYE102"]);
    assert_eq!(answer(&sandbox.at("repo"), &[]).0, ["PYE102 piece"]);
    // A later source replaces the list of an earlier one.
    assert_eq!(answer(&sandbox.at("repo").with("GIT_PYENV_SELECT", "PYE103"), &[]).0, ["PYE103 .venv"]);
    let flag = answer(&sandbox.at("repo").with("GIT_PYENV_SELECT", "PYE103"), &["--select", "PYE101"]);
    assert_eq!(flag.0, ["PYE101 tests/data/env"]);
    // One call may set it as git does.
    let once = sandbox.at("repo").with_binary();
    let arguments = ["-c", "pyenv.select=PYE103", "pyenv", "check", "--staged", "--output", "json"];
    let finished = once.git(&arguments).ended(1);
    assert_eq!(finished.json()["findings"][0]["code"], "PYE103");
}

const ALLOW_TOML: &str =
    "[tool.git-pyenv]\nallow = [{ path = \"tests/data/**\", reason = \"input of a test\" }]\n";

#[test]
fn a_committed_permission_is_followed_and_said() {
    let json = "{\n  \"allow\": [{\"path\": \"tests/data/**\", \"reason\": \"input of a test\"}]\n}\n";
    for (file, content) in [("pyproject.toml", ALLOW_TOML), ("tools/python-env.json", json)] {
        let sandbox = staged();
        sandbox.write(file, content);
        sandbox.git(&["add", "--all"]);
        let (found, answer) = answer(&sandbox.at("repo"), &[]);
        assert_eq!(found, EVERYTHING[..2], "{file}");
        let said = suppressed(&answer);
        assert_eq!(said.len(), 1, "{file}: {said:?}");
        let (text, from_repository) = &said[0];
        assert!(*from_repository, "{file}: {text}");
        for part in ["PYE101", "tests/data/env", "input of a test", file] {
            assert!(text.contains(part), "{file}: {text}");
        }
        let text = sandbox.pyenv(&["check", "--staged", "--output", "text"]).out();
        assert!(text.contains("input of a test") && text.contains(file), "{text}");
    }
}

#[test]
fn a_permission_of_the_user_is_followed() {
    let sandbox = staged();
    let place = sandbox.at("repo").with("GIT_PYENV_ALLOW", "tests/**: input of a test\npiece: a fixture");
    let (found, answer_one) = answer(&place, &[]);
    assert_eq!(found, EVERYTHING[..1]);
    assert!(suppressed(&answer_one).iter().all(|(_, from_repository)| !from_repository), "{answer_one:#}");
    sandbox.git(&["config", "pyenv.allow", "tests/data/**: input of a test"]);
    let (found, answer_two) = answer(&sandbox.at("repo"), &[]);
    assert_eq!(found, EVERYTHING[..2]);
    let said = suppressed(&answer_two);
    assert!(said.len() == 1 && said[0].0.contains(".git/config") && !said[0].1, "{said:?}");
    sandbox.git(&["config", "pyenv.allow", "tests/data/**"]);
    let finished = sandbox.pyenv(&["check", "--staged", "--output", "text"]).ended(2);
    assert!(
        finished.err().contains("reason") && finished.err().contains(".git/config"),
        "{}",
        finished.said()
    );
}

#[test]
fn a_permission_needs_a_reason() {
    for content in [
        "[tool.git-pyenv]\nallow = [{ path = \"tests/data/**\" }]\n",
        "[tool.git-pyenv]\nallow = [{ path = \"tests/data/**\", reason = \"\" }]\n",
        "[tool.git-pyenv]\nallow = [\"tests/data/**\"]\n",
    ] {
        let sandbox = staged();
        sandbox.write("pyproject.toml", content);
        sandbox.git(&["add", "--all"]);
        let finished = sandbox.pyenv(&["check", "--staged", "--output", "text"]).ended(2);
        assert!(finished.err().contains("pyproject.toml:2"), "{}", finished.said());
    }
}

#[test]
fn the_gate_reads_settings_from_what_is_staged() {
    let sandbox = staged();
    // Only on the disk: not part of what is committed.
    sandbox.write("pyproject.toml", ALLOW_TOML);
    let (found, answer_one) = answer(&sandbox.at("repo"), &[]);
    assert_eq!(found, EVERYTHING);
    assert_eq!(suppressed(&answer_one), []);
    // Staged, and then changed on the disk.
    sandbox.git(&["add", "pyproject.toml"]);
    sandbox.write("pyproject.toml", "this is not [toml\n");
    let (found, answer_two) = answer(&sandbox.at("repo"), &[]);
    assert_eq!(found, EVERYTHING[..2]);
    assert_eq!(suppressed(&answer_two).len(), 1);
    // The work tree is what `check` alone looks at.
    assert_eq!(sandbox.pyenv(&["check"]).status, Some(2));
}

#[test]
fn a_commit_is_judged_by_its_own_settings() {
    let sandbox = staged();
    sandbox.write("pyproject.toml", ALLOW_TOML);
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "--message", "with a permission"]);
    sandbox.remove("pyproject.toml");
    sandbox.git(&["commit", "--quiet", "--all", "--message", "without"]);
    let count =
        |revision: &str| sandbox.json(&["check", "--commit", revision])["findings"].as_array().map(Vec::len);
    assert_eq!((count("HEAD~1"), count("HEAD")), (Some(2), Some(3)));
}

#[test]
fn a_committed_ignore_is_said() {
    let sandbox = staged();
    sandbox.write("pyproject.toml", "[tool.git-pyenv]\nignore = [\"PYE101\", \"PYE102\", \"PYE103\"]\n");
    sandbox.git(&["add", "--all"]);
    let (found, answer) = answer(&sandbox.at("repo"), &[]);
    assert_eq!(found, [""; 0]);
    let said = suppressed(&answer);
    assert!(said.len() == 1 && said[0].1 && said[0].0.contains("pyproject.toml:2"), "{said:?}");
    let text = sandbox.pyenv(&["check", "--staged", "--output", "text"]).ended(0);
    assert!(text.out().contains("pyproject.toml:2") && text.out().contains("PYE101"), "{}", text.said());
}

#[test]
fn the_exit_status_follows_what_was_asked() {
    let sandbox = staged();
    let place = sandbox.at("repo");
    let cases: [(&[&str], i32); 5] = [
        (&["check", "--staged", "--exit-zero"], 0),
        (&["check", "--staged", "--fail-on", "never"], 0),
        (&["check", "--staged", "--fail-on", "error"], 1),
        (&["check", "--staged", "--fail-on", "warning"], 1),
        (&["check", "--select", "PYE201", "--fail-on", "error"], 0),
    ];
    for (arguments, expected) in cases {
        assert_eq!(place.pyenv(arguments).status, Some(expected), "{arguments:?}");
    }
}

#[test]
fn a_settings_file_of_an_image_may_be_meant() {
    let sandbox = Sandbox::repository();
    sandbox.write("image/Dockerfile", "FROM python:3.12\nCOPY pyvenv.cfg /venv/\n");
    sandbox.write("image/pyvenv.cfg", "home = /usr/local/bin\n");
    sandbox.write("other/pyvenv.cfg", "home = /usr/local/bin\n");
    sandbox.git(&["add", "."]);
    let found = sandbox.pyenv(&["check", "--staged", "--output", "json"]).ended(1).json();
    let severities: Vec<_> =
        ["image", "other"].map(|path| finding_at(&found, path)["severity"].clone()).to_vec();
    assert_eq!(severities, ["warning", "error"]);
    let message = finding_at(&found, "image")["message"].to_string();
    let (_, entry) = message.split_once("keep it with `").expect("a setting");
    let (entry, _) = entry.split_once("` in [tool.git-pyenv]").expect("its place");
    let settings = format!("[tool.git-pyenv]\n{}\n", entry.replace('\\', ""));
    sandbox.write("pyproject.toml", settings);
    sandbox.git(&["rm", "--quiet", "--cached", "other/pyvenv.cfg"]);
    sandbox.git(&["add", "pyproject.toml"]);
    sandbox.pyenv(&["check", "--staged"]).ended(0);
    // What is allowed is this file, and not the directory.
    sandbox.write("image/bin/activate", "VIRTUAL_ENV=/home/u/venv\n");
    sandbox.git(&["add", "--force", "image"]);
    sandbox.pyenv(&["check", "--staged"]).ended(1);
}

/// The finding about a path.
fn finding_at<'j>(report: &'j serde_json::Value, path: &str) -> &'j serde_json::Value {
    let findings = report["findings"].as_array().expect("findings");
    findings.iter().find(|finding| finding["path"] == path).expect("a finding there")
}

#[test]
fn what_is_tracked_although_it_is_ignored_is_one_finding() {
    let sandbox = Sandbox::repository();
    env::venv(12).under("venv").write(&sandbox);
    env::venv(12).only(&["pyvenv.cfg"]).under("piece").write(&sandbox);
    sandbox.write(".gitignore", "venv\npiece\n");
    sandbox.git(&["add", "--force", "--all"]);
    let findings = |options: &[&str]| {
        let answer = sandbox.json(&[&["check"], options].concat());
        let findings = answer["findings"].as_array().expect("findings").clone();
        let of_git = |finding: &Value| {
            let code = finding["code"].as_str().unwrap_or("-").to_owned();
            (code.starts_with("PYE1") || code.starts_with("PYE2")).then_some(code)
        };
        let codes: Vec<String> = findings.iter().filter_map(of_git).collect();
        (codes, findings)
    };
    let (codes, found) = findings(&[]);
    assert_eq!(codes, ["PYE102", "PYE101"]);
    let facts = |finding: &Value| finding["evidence"].as_array().expect("evidence").clone();
    for (code, name, line) in [("PYE102", "piece", 2), ("PYE101", "venv", 1)] {
        let finding = found.iter().find(|finding| finding["code"] == code).expect("a finding");
        let (message, facts) = (finding["message"].as_str().expect("a message"), facts(finding));
        assert!(message.contains("is tracked by git although"), "{message}");
        assert!(message.ends_with(&format!("`{name}` in .gitignore:{line} ignores it")), "{message}");
        let fact = format!("`{name}` in .gitignore:{line} ignores `{name}`");
        let of_rule = facts.iter().find(|evidence| evidence["path"] == ".gitignore");
        assert_eq!(of_rule.map(|evidence| evidence["fact"].clone()), Some(fact.into()));
        assert!(facts.iter().any(|evidence| evidence["path"] == format!("{name}/pyvenv.cfg")), "{facts:?}");
    }
    // Each code is one of its own where the other does not run.
    let alone: [(&[&str], &[&str]); 6] = [
        (&["--select", "PYE202"], &["PYE202", "PYE202"]),
        (&["--select", "ignored-but-tracked"], &["PYE202", "PYE202"]),
        (&["--ignore", "PYE101,PYE102"], &["PYE202", "PYE202"]),
        (&["--ignore", "PYE101"], &["PYE102", "PYE202"]),
        (&["--ignore", "PYE202"], &["PYE102", "PYE101"]),
        (&["--select", "PYE101,PYE202"], &["PYE202", "PYE101"]),
    ];
    for (options, expected) in alone {
        assert_eq!(findings(options).0, expected, "{options:?}");
    }
    let ignored = findings(&["--ignore", "PYE202"]).1;
    assert!(!ignored.iter().any(|finding| finding["message"].to_string().contains("ignores it")));
    // A person sees both in one line, and a command that works.
    let text = sandbox.pyenv(&["check", "--select", "PYE1,PYE2", "--output", "text"]).ended(1).out();
    assert_eq!(text.matches("`venv`").count(), 2, "{text}");
    assert!(text.contains("fix: git pyenv fix venv      (untracks the files, keeps them on disk)"), "{text}");
    sandbox.pyenv(&["fix", "venv"]).ended(0);
    assert_eq!(findings(&[]).0, ["PYE102"]);
    // One entry of `allow` hides both.
    sandbox.write("pyproject.toml", "[tool.git-pyenv]\nallow = [{ path = \"piece\", reason = \"data\" }]\n");
    assert_eq!(findings(&[]).0, [""; 0]);
}

#[test]
fn a_rule_in_the_environment_itself_does_not_spare_another_one() {
    let sandbox = Sandbox::repository();
    env::uv().under("venv").write(&sandbox);
    sandbox.git(&["add", "--force", "--all"]);
    let text = sandbox.pyenv(&["check", "--select", "PYE1,PYE2", "--output", "text"]).ended(1).out();
    assert!(text.contains("although `*` in venv/.gitignore:1 ignores it"), "{text}");
    assert!(text.contains("(untracks it, keeps it on disk, adds one ignore rule)"), "{text}");
    sandbox.pyenv(&["fix", "venv"]).ended(0);
    assert_eq!(sandbox.read("repo/.gitignore"), b"/venv\n");
}
