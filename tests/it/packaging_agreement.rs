//! Specifiers, requirements and markers are read as by the `packaging` that pip brings along, and Poetry's constraints
//! as by Poetry.

mod cases;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use git_pyenv::python::{ActiveNames, Answer, Marker, MarkerEnvironment, Requirement, Specifiers, Wanted};
use serde_json::{Value, json};

use crate::support::repository::Sandbox;
use crate::support::sandbox::{skip, skip_without, tool};
use cases::{Case, ENVIRONMENTS, environment};

/// The first version of `packaging` whose answers are ours.
const SINCE: u64 = 26;

/// What the Python side says: one answer per case, and whether Poetry was asked.
struct Oracle {
    has_poetry: bool,
    answers: Vec<Value>,
}

/// Asks one Python about all cases; `None`, said aloud, if none has what it takes.
fn ask(cases: &[Case]) -> Option<Oracle> {
    let python = tool("python3")?;
    let sandbox = Sandbox::new();
    let program = include_str!("packaging_agreement/oracle.py");
    let asked: Vec<Value> = cases.iter().map(Case::asked).collect();
    let place = sandbox.at("").reading(json!(asked).to_string());
    let run = place.run(&python, &["-I", "-c", program]);
    if run.status != Some(0) {
        skip(&format!("{} has no pip with `packaging`: {}", python.display(), run.err()));
        return None;
    }
    let said = run.json();
    let version = said["packaging"].as_str().unwrap_or_default().to_owned();
    let major = version.split('.').next().and_then(|major| major.parse::<u64>().ok());
    if major.is_none_or(|major| major < SINCE) {
        skip(&format!("pip of {} has packaging {version}", python.display()));
        return None;
    }
    let answers = said["answers"].as_array().expect("answers").clone();
    assert_eq!(answers.len(), cases.len());
    Some(Oracle { has_poetry: said["poetry"] == true, answers })
}

/// The same as the Python side says it.
fn described(requirement: &Requirement) -> Value {
    let (specifiers, source) = match &requirement.wanted {
        Wanted::Version(specifiers) => {
            let text = specifiers.to_string();
            let all: BTreeSet<&str> = text.split(',').filter(|one| !one.is_empty()).collect();
            (json!(all), Value::Null)
        }
        Wanted::Source(source) => (Value::Null, json!(source)),
    };
    json!({
        "name": requirement.name,
        "extras": requirement.extras,
        "specifiers": specifiers,
        "source": source,
        "marker": requirement.marker.is_some(),
    })
}

fn evaluated(marker: &Marker, environment: &MarkerEnvironment, active: &ActiveNames) -> Value {
    match marker.evaluate(environment, active) {
        Answer::Yes => json!(true),
        Answer::No => json!(false),
        Answer::Unknown(_) => json!("undefined"),
    }
}

fn ours(case: &Case) -> Value {
    let answer = match case {
        Case::Contains(specifiers, version) => {
            Specifiers::parse(specifiers).map(|read| json!(read.accept_installed(version)))
        }
        Case::Unsatisfiable(all) => {
            let read: Result<Vec<Specifiers>, String> =
                all.iter().map(|text| Specifiers::parse(text)).collect();
            read.map(|read| json!(Specifiers::exclude_each_other(&read.iter().collect::<Vec<_>>())))
        }
        Case::Line(text) => Requirement::parse(text).map(|read| described(&read)),
        Case::Standard(text) => Requirement::parse_standard(text).map(|read| described(&read)),
        Case::Marker(text, which, extra) => {
            let extras = extra.iter().map(|extra| (*extra).to_owned()).collect();
            let active = ActiveNames { extras, groups: None };
            Marker::parse(text).map(|read| evaluated(&read, &environment(&ENVIRONMENTS[*which]), &active))
        }
        Case::LockFile(text, extras, groups) => {
            let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
            let active = ActiveNames { extras: names(extras), groups: Some(names(groups)) };
            Marker::parse(text).map(|read| evaluated(&read, &environment(&ENVIRONMENTS[0]), &active))
        }
        Case::Poetry(constraint, version) => {
            Specifiers::parse_poetry(constraint).map(|read| json!(read.accept_installed(version)))
        }
    };
    answer.unwrap_or_else(|_| json!("error"))
}

/// Returns whether a difference is intended, and counts for what reason.
fn is_intended(case: &Case, ours: &Value, theirs: &Value) -> bool {
    match case {
        // The kernel's release is not the environment's; and one part that decides is enough, where packaging gives up.
        Case::Marker(text, ..) | Case::LockFile(text, ..) => {
            let text = text.replace("platform.", "platform_");
            (ours == "undefined" && (text.contains("platform_release") || text.contains("platform_version")))
                || (theirs == "undefined" && (text.contains(" and ") || text.contains(" or ")))
        }
        // The names of lock files mean nothing in a requirement, which pip finds out when it evaluates the marker.
        Case::Line(text) | Case::Standard(text) => {
            ours == "error" && (text.contains("extras") || text.contains("dependency_groups"))
        }
        _ => false,
    }
}

#[test]
fn answers_are_those_of_packaging_and_poetry() {
    let cases = cases::all();
    let Some(oracle) = ask(&cases) else { return };
    if !oracle.has_poetry {
        skip_without("poetry", "Poetry is not installed where pip is");
    }
    let mut differences = Vec::new();
    let mut counts = BTreeMap::new();
    for (case, theirs) in cases.iter().zip(&oracle.answers) {
        if matches!(case, Case::Poetry(..)) && !oracle.has_poetry {
            continue;
        }
        let ours = ours(case);
        let answer = if theirs.is_object() { "requirement".to_owned() } else { theirs.to_string() };
        *counts.entry(format!("{} {answer}", case.asked()[0])).or_insert(0_usize) += 1;
        if ours != *theirs && !is_intended(case, &ours, theirs) {
            differences.push(format!("{case:?}: {ours}, theirs {theirs}"));
        }
    }
    let shown = differences.iter().take(60).cloned().collect::<Vec<_>>().join("\n");
    assert!(differences.is_empty(), "{} differences\n{shown}", differences.len());
    let kinds = if oracle.has_poetry { 20 } else { 17 };
    let fewest = counts.values().min().copied().unwrap_or_default();
    assert!(counts.len() == kinds && fewest >= 10, "every kind has cases of each answer: {counts:?}");
}
