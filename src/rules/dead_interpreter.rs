//! PYE302 `dead-interpreter`: the Python of an environment no longer exists, or cannot be executed.

use super::rule::Rule;
use super::wording;
use crate::message::message;
use crate::model::{
    Evidence, Facts, Finding, Inspection, InterpreterName, InterpreterState, Remedy, RuleGroup, RuleInfo,
    Severity,
};
use crate::path::printable;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE302",
        name: "dead-interpreter",
        group: RuleGroup::Environment,
        summary: "the Python of an environment no longer exists or cannot be executed",
        explanation: "An environment uses the Python it was created from: `bin/python` is a symlink to that Python, and \
            `home` in `pyvenv.cfg` is its directory. When that Python is removed or upgraded, when the \
            environment was copied from another machine, when its file is empty or nobody may execute it, or when \
            git checked out a symlink as a text file because `core.symlinks` is false, nothing in the environment \
            runs. Recreate it with `git pyenv create --force`.",
        help: "recreate the environment with an installed Python",
        severity: Severity::Error,
        is_default: true,
        means_broken: true,
        remedy: Some(Remedy::Recreate),
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    findings.extend(facts.inspections.iter().filter_map(finding));
}

fn finding(inspection: &Inspection) -> Option<Finding> {
    let dead: Vec<&InterpreterName> =
        inspection.interpreters.iter().filter(|name| name.state.is_dead()).collect();
    let main = |name: &&&InterpreterName| matches!(name.path.name(), b"python" | b"python3" | b"python.exe");
    let all = !dead.is_empty() && dead.len() == inspection.interpreters.len();
    let root = &inspection.root;
    if let Some(name) = dead.iter().find(main).or(dead.first()).filter(|name| all || main(name)) {
        let message = message!("`{}` is broken: `{}` {}", root, name.path, describe(&name.state));
        let evidence: Vec<Evidence> = dead.iter().map(|name| evidence(name)).collect();
        let found = Finding::of(&RULE.info, root, message).because(&evidence);
        return Some(wording::fixed_by_recreation(found, inspection));
    }
    let home = inspection.home.as_ref().filter(|home| home.exists == Some(false))?;
    let evidence = Evidence {
        path: root.join("pyvenv.cfg").ok()?,
        fact: format!("home = {}, which does not exist", home.place).into(),
    };
    let message =
        message!("`{}` was created from a Python that no longer exists: home = {}", root, home.place);
    let found = Finding::of(&RULE.info, root, message).because(&[evidence]);
    // A copy or a launcher needs the base Python; a link may point to one that moved together with its libraries.
    let needs_base = inspection.interpreters.iter().any(|name| name.is_own_file);
    let severity = if needs_base { Severity::Error } else { Severity::Warning };
    Some(wording::fixed_by_recreation(found, inspection).severity(severity))
}

fn evidence(name: &InterpreterName) -> Evidence {
    Evidence { path: name.path.clone(), fact: describe(&name.state).into() }
}

fn describe(state: &InterpreterState) -> String {
    match state {
        InterpreterState::Dangling(place) => {
            format!("points to {}, which does not exist", crate::path::display(place))
        }
        InterpreterState::NotExecutable { target: Some(target), why } => {
            format!("points to {}, which {why}", crate::path::display(target))
        }
        InterpreterState::NotExecutable { target: None, why } => (*why).to_owned(),
        InterpreterState::Loop => "is a symlink loop".to_owned(),
        InterpreterState::TextFile(text) => {
            format!("is a text file with the path {} in it", printable(text.as_bytes()))
        }
        InterpreterState::Alive(_) | InterpreterState::Unknown => "exists".to_owned(),
    }
}
