//! Whether an environment is in step, against what pip and uv themselves would do: for many pairs of a requirements file
//! and an environment, made from real wheels, and for what is meant to differ from one of them, each with its reason.
#![cfg(unix)]

mod special;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::support::repository::Sandbox;
use crate::support::sandbox::{skip_without, tool};

use special::SPECIAL;

/// Makes the pairs and asks pip; says what it writes.
const PAIRS: &str = include_str!("agreement/pairs.py");

/// How many pairs are made, in as many processes as there are seeds.
const NUMBER: usize = 160;
const SEEDS: [u32; 2] = [20_261_126, 10];

/// What an installer answers for each pair of a directory, `nothing`, `something` or `error`, and what it said.
type Answers = BTreeMap<String, (String, String)>;

/// A Python that has pip, as it is started here; `None`, said aloud, if there is none.
fn python_with_pip(sandbox: &Sandbox) -> Option<PathBuf> {
    let python = tool("python3")?;
    let mut command = Command::new(&python);
    command.env_clear().env("HOME", sandbox.path("home")).args(["-I", "-c", "import pip"]);
    if !command.output().is_ok_and(|output| output.status.success()) {
        skip_without("pip", &format!("`{}` has no pip", python.display()));
        return None;
    }
    Some(python)
}

/// Makes pairs in directories of the repository and asks pip about each; `None`, said aloud, without pip.
fn ask_pip(sandbox: &Sandbox, runs: &[(&str, u32, usize)]) -> Option<Vec<Answers>> {
    let python = python_with_pip(sandbox)?;
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

/// What uv answers for the pairs of a directory, read as `pip install --check`; `None`, said aloud, without uv.
fn ask_uv<'n>(
    sandbox: &Sandbox,
    directory: &str,
    names: impl Iterator<Item = &'n String>,
) -> Option<Answers> {
    let uv = tool("uv")?;
    let place = sandbox.at("repo").with("UV_OFFLINE", "1").with("UV_NO_CONFIG", "1");
    let place = place.with("UV_CACHE_DIR", sandbox.path("uv-cache"));
    let ask = |name: &String| {
        let project = format!("repo/{directory}/{name}");
        // The base with a target: of it uv asks only once what it is.
        let python = sandbox.path(&project).join("venv/bin/python").canonicalize().expect("a Python");
        let version = python.file_name().and_then(|name| name.to_str()).expect("a plain name");
        let target = format!("venv/lib/{version}/site-packages");
        let arguments = ["pip", "install", "--check", "--no-index", "--find-links", "../wheels"];
        let arguments = [&arguments[..], &["--no-build-isolation", "--requirement", "requirements.txt"]];
        let arguments = [arguments.concat(), vec!["--target", &target, "--python"]].concat();
        let arguments = arguments.into_iter().map(Into::into).chain([python.clone().into_os_string()]);
        let ended = place.clone().elsewhere(&project).run(&uv, &arguments.collect::<Vec<_>>());
        let said = ended.err();
        let answer = match ended.status {
            Some(0) if said.contains("Would make no changes") => "nothing",
            Some(1) if said.contains("Would install") => "something",
            Some(1 | 2) if said.contains("error:") => "error",
            _ => panic!("{name}: {}", ended.said()),
        };
        (name.clone(), (answer.to_owned(), said))
    };
    Some(names.map(ask).collect())
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

/// Whether the answer of an installer and ours mean the same.
fn agree(theirs: &str, ours: &str) -> bool {
    match theirs {
        "nothing" => ours == "in-step",
        "something" => ours == "out-of-step",
        // Where an installer gives up, an environment may be out of step, or that is not known.
        _ => matches!(ours, "out-of-step" | "unknown"),
    }
}

#[test]
fn pip_and_uv_would_do_nothing_exactly_where_all_is_in_step() {
    let sandbox = Sandbox::repository();
    let directories = ["one", "two"];
    let runs: Vec<_> = directories.into_iter().zip(SEEDS).map(|(name, seed)| (name, seed, NUMBER)).collect();
    let Some(of_pip) = ask_pip(&sandbox, &runs) else { return };
    let ours = ask_us(&sandbox);
    let mut wrong = Vec::new();
    let mut compare = |installer: &str, directory: &str, answers: &Answers| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for (name, (answer, said)) in answers {
            let place = format!("{directory}/{name}");
            let sync = ours.get(&place).unwrap_or(&Value::Null);
            *counts.entry(answer.clone()).or_default() += 1;
            if !agree(answer, sync["status"].as_str().unwrap_or("none")) {
                let lines = std::fs::read_to_string(sandbox.path(&format!("repo/{place}/requirements.txt")));
                let lines = lines.unwrap_or_default();
                wrong.push(format!("{place}: {installer}: {answer} ({said}), here: {sync}\n{lines}"));
            }
        }
        let enough = answers.len() == NUMBER && counts.len() == 3 && counts.values().all(|count| *count > 15);
        assert!(enough, "{installer}, {directory}: {counts:?}");
    };
    for (directory, of_pip) in directories.into_iter().zip(&of_pip) {
        compare("pip", directory, of_pip);
        if let Some(of_uv) = ask_uv(&sandbox, directory, of_pip.keys()) {
            compare("uv", directory, &of_uv);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn differences_from_pip_and_uv_are_meant() {
    let sandbox = Sandbox::repository();
    let Some(of_pip) = ask_pip(&sandbox, &[("special", 0, 0)]) else { return };
    let of_pip = &of_pip[0];
    assert_eq!(of_pip.len(), SPECIAL.len(), "a pair without a row");
    let of_uv = ask_uv(&sandbox, "special", of_pip.keys());
    let ours = ask_us(&sandbox);
    let mut wrong = Vec::new();
    for row in SPECIAL {
        let sync = &ours[&format!("special/{}", row.name)];
        if sync["status"] != row.here {
            wrong.push(format!("{}: here: {sync}", row.name));
        }
        let told = [("pip", Some(of_pip), row.pip), ("uv", of_uv.as_ref(), row.uv)];
        for (installer, answers, (expected, reason)) in told {
            let Some(answers) = answers else { continue };
            let (answer, said) = answers.get(row.name).unwrap_or_else(|| panic!("no pair {}", row.name));
            // Its versions differ where there is a star.
            if expected != "*" && answer != expected {
                wrong.push(format!("{}: {installer}: {answer} ({said})", row.name));
            }
            let differs = expected == "*" || !agree(expected, row.here);
            assert_eq!(differs, !reason.is_empty(), "{} has a reason if {installer} differs", row.name);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
