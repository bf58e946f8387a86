//! Whether an environment is in step, against what pip itself would do: for many pairs of a requirements file and an
//! environment, made from real wheels, and for what is meant to differ from pip, each with its reason.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use crate::support::repository::Sandbox;
use crate::support::sandbox::tool;

/// Makes the pairs and asks pip; says what it writes.
const PAIRS: &str = include_str!("agreement/pairs.py");

/// How many pairs are made, in as many processes as there are seeds.
const NUMBER: usize = 160;
const SEEDS: [u32; 2] = [20_261_126, 10];

/// What pip answers for each pair that a process made, and what it said.
type Answers = BTreeMap<String, (String, String)>;

/// Makes pairs in directories of the repository and asks pip about each; `None`, said aloud, without pip.
fn ask_pip(sandbox: &Sandbox, runs: &[(&str, u32, usize)]) -> Option<Vec<Answers>> {
    let python = tool("pip")?.with_file_name("python");
    let script = sandbox.path("pairs.py");
    std::fs::write(&script, PAIRS).expect("a script");
    let start = |(name, seed, number): &(&str, u32, usize)| {
        sandbox.make_directory(&format!("repo/{name}"));
        let directory = sandbox.path(&format!("repo/{name}"));
        let mut command = Command::new(&python);
        command.env_clear().env("HOME", sandbox.path("home")).arg("-I").arg(&script).arg(&directory);
        command.args([seed.to_string(), number.to_string()]);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        (directory, command.spawn().expect("Python starts"))
    };
    let running: Vec<_> = runs.iter().map(start).collect();
    let answers = running.into_iter().map(|(directory, child)| {
        let ended = child.wait_with_output().expect("an end");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        let bytes = std::fs::read(directory.join("answers.json")).expect("answers");
        let read: BTreeMap<String, Value> = serde_json::from_slice(&bytes).expect("JSON");
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        read.into_iter().map(|(name, one)| (name, (text(&one["answer"]), text(&one["said"])))).collect()
    });
    Some(answers.collect())
}

/// What `check` says of each environment, by the directory that it is in.
fn ask_us(sandbox: &Sandbox) -> BTreeMap<String, Value> {
    sandbox.git(&["add", "--all"]);
    let answer = sandbox.json(&["check"]);
    crate::support::schema::assert_fits(&answer);
    let environments = answer["environments"].as_array().expect("environments");
    let of = |environment: &Value| {
        let path = environment["path"].as_str().expect("a path").trim_end_matches("/venv").to_owned();
        (path, environment["sync"].clone())
    };
    environments.iter().map(of).collect()
}

#[test]
fn pip_would_do_nothing_exactly_where_all_is_in_step() {
    let sandbox = Sandbox::repository();
    let names = ["one", "two"];
    let runs: Vec<_> = names.into_iter().zip(SEEDS).map(|(name, seed)| (name, seed, NUMBER)).collect();
    let Some(answers) = ask_pip(&sandbox, &runs) else { return };
    let ours = ask_us(&sandbox);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (place, answers) in names.into_iter().zip(&answers) {
        for (name, (pip, said)) in answers {
            let place = format!("{place}/{name}");
            let sync = ours.get(&place).unwrap_or(&Value::Null);
            *counts.entry(pip).or_default() += 1;
            let is_right = match (pip.as_str(), sync["status"].as_str()) {
                ("nothing", status) => status == Some("in-step"),
                ("something", status) => status == Some("out-of-step"),
                // Where pip gives up, an environment may be out of step, or that is not known.
                (_, status) => matches!(status, Some("out-of-step" | "unknown")),
            };
            if !is_right {
                let lines = std::fs::read_to_string(sandbox.path(&format!("repo/{place}/requirements.txt")));
                wrong.push(format!(
                    "{place}: pip: {pip} ({said}), here: {sync}\n{}",
                    lines.unwrap_or_default()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(counts.values().sum::<usize>() >= 300 && counts.values().all(|count| *count > 30), "{counts:?}");
}

/// A pair, what pip would do, what is answered here, and why that is not the same.
const SPECIAL: &[(&str, &str, &str, &str)] = &[
    (
        "archive-from-index",
        "nothing",
        "out-of-step",
        "pip compares the version only; the line is for this file",
    ),
    ("archive-as-recorded", "nothing", "in-step", ""),
    ("archive-of-another-url", "nothing", "out-of-step", "as above"),
    ("name-from-anywhere", "nothing", "in-step", ""),
    ("twice", "nothing", "out-of-step", "which of the two is used depends on the order of a directory"),
    ("no-metadata", "*", "out-of-step", "what the package requires is not known; uv calls it broken"),
    ("author-in-latin-1", "*", "in-step", "only what the answer needs has to be readable"),
    ("requirement-that-is-none", "error", "unknown", ""),
    ("kernel", "*", "unknown", "the kernel is not a property of the environment"),
    ("kernel-does-not-matter", "nothing", "in-step", ""),
    ("directory", "something", "in-step", "pip installs a directory again each time, whatever has changed"),
    ("editable", "something", "in-step", "as above"),
    ("editable-gained-a-dependency", "something", "out-of-step", ""),
    ("hash-of-another-file", "nothing", "in-step", ""),
    ("constraint-with-extras", "error", "unknown", ""),
    ("line-that-is-none", "error", "unknown", ""),
    ("missing-include", "error", "unknown", ""),
    ("include-of-itself", "error", "unknown", ""),
    ("conflict", "error", "out-of-step", ""),
    ("leftover", "nothing", "in-step", ""),
];

#[test]
fn differences_from_pip_are_meant() {
    let sandbox = Sandbox::repository();
    let Some(answers) = ask_pip(&sandbox, &[("special", 0, 0)]) else { return };
    let ours = ask_us(&sandbox);
    let answers = &answers[0];
    let mut wrong = Vec::new();
    for (name, pip, here, reason) in SPECIAL {
        let (answer, said) = answers.get(*name).unwrap_or_else(|| panic!("there is no pair {name}"));
        let sync = &ours[&format!("special/{name}")];
        // Versions of pip differ where there is a star.
        if (*pip != "*" && answer != pip) || sync["status"] != *here {
            wrong.push(format!("{name}: pip: {answer} ({said}), here: {sync}"));
        }
        let differs =
            matches!((*pip, *here), ("nothing", "in-step") | ("something" | "error", "out-of-step"))
                || (*pip, *here) == ("error", "unknown");
        assert_eq!(differs, reason.is_empty(), "{name} has a reason if pip differs");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(answers.len(), SPECIAL.len());
}
