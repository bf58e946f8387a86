//! PYE304 `wrong-python`: an environment does not have the requested Python, or its parts have different versions.

use super::rule::Rule;
use super::wording;
use crate::message::message;
use crate::model::{
    Evidence, Facts, Finding, Inspection, InvalidRequest, Remedy, RuleGroup, RuleInfo, Severity,
};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE304",
        name: "wrong-python",
        group: RuleGroup::Environment,
        summary: "an environment does not use the requested Python",
        explanation: "The requested version is that of the settings, else that of `.python-version`, and it must match \
            `requires-python`. Only the selected environment is compared with it, not those of test runners. \
            A request that no tool accepts, such as `>=3.6.*`, is reported where it stands. \
            Any environment whose parts are of different versions is reported too: after the Python that \
            `bin/python` points to was upgraded to another minor version, it looks for packages in \
            `lib/python3.12` while they are in `lib/python3.11`, and every package seems to be missing. \
            `git pyenv create --force` recreates the environment with the requested version.",
        help: "recreate the environment with the requested Python",
        severity: Severity::Warning,
        is_default: true,
        means_broken: false,
        remedy: Some(Remedy::Recreate),
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    let found = facts
        .inspections
        .iter()
        .filter_map(|inspection| contradiction(inspection).or_else(|| unsatisfied(inspection)));
    findings.extend(found);
    findings.extend(facts.projects.iter().flat_map(|project| &project.invalid_requests).map(invalid));
}

/// The project requests what no Python can be.
fn invalid(request: &InvalidRequest) -> Finding {
    let message = message!("no Python can be what the project requests: {}", request.reason);
    let found = Finding::of(&RULE.info, &request.file, message);
    match request.line {
        Some(line) => found.line(line),
        None => found,
    }
}

/// The environment does not have the requested Python.
fn unsatisfied(inspection: &Inspection) -> Option<Finding> {
    let unsatisfied = inspection.unsatisfied_request.as_ref()?;
    let version = inspection.versions.current()?;
    let message = message!("`{}` uses Python {} ({})", inspection.root, version, unsatisfied);
    let found = Finding::of(&RULE.info, &inspection.root, message);
    let found = found.because(&evidence(inspection));
    Some(wording::fixed_by_recreation(found, inspection))
}

/// The interpreter, the library directories and `pyvenv.cfg` have different minor versions.
fn contradiction(inspection: &Inspection) -> Option<Finding> {
    let versions = &inspection.versions;
    let [recorded, interpreter] =
        [&versions.recorded, &versions.interpreter].map(|version| version.as_deref().and_then(feature));
    let has_library = |version: &str| versions.libraries.iter().any(|name| numbers(name) == version);
    let stranded = |version: &Option<&str>| {
        version.is_some_and(|version| !versions.libraries.is_empty() && !has_library(version))
    };
    let differ = recorded.zip(interpreter).is_some_and(|(recorded, interpreter)| recorded != interpreter);
    if !differ && !stranded(&interpreter) && !stranded(&recorded) {
        return None;
    }
    let root = &inspection.root;
    let now = interpreter.or(recorded)?;
    let made_for = recorded.filter(|version| *version != now);
    let made_for =
        made_for.or_else(|| versions.libraries.iter().map(|name| numbers(name)).find(|v| *v != now))?;
    let message = message!("`{}` was created for Python {} but uses Python {}", root, made_for, now);
    let found = Finding::of(&RULE.info, root, message).because(&evidence(inspection));
    Some(wording::fixed_by_recreation(found, inspection))
}

fn evidence(inspection: &Inspection) -> Vec<Evidence> {
    let Inspection { root, versions, .. } = inspection;
    let mut found = Vec::new();
    let mut add = |name: &str, fact: String| {
        found.extend(root.join(name).ok().map(|path| Evidence { path, fact: fact.into() }));
    };
    if let Some(version) = &versions.interpreter {
        add("bin/python", format!("is Python {version}"));
    }
    if let Some(version) = &versions.recorded {
        add("pyvenv.cfg", format!("records Python {version}"));
    }
    if !versions.libraries.is_empty() {
        add("lib", format!("has packages for Python {}", versions.libraries.join(", ")));
    }
    found
}

/// The first two numbers of a version.
fn feature(version: &str) -> Option<&str> {
    let (dot, _) = version.match_indices('.').next()?;
    let end = version[dot + 1..].find('.').map_or(version.len(), |end| dot + 1 + end);
    Some(&version[..end])
}

/// The version of a library directory without the `t` of free-threaded builds.
fn numbers(version: &str) -> &str {
    version.strip_suffix('t').unwrap_or(version)
}
