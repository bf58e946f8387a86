//! PYE302 `dead-interpreter`: the Python of an environment no longer exists.

use super::rule::Rule;
use super::wording;
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
        summary: "the Python of an environment is gone",
        explanation: "An environment has no Python of its own: `bin/python` is a link to the one it was made from, \
            and `home` in `pyvenv.cfg` names that one's directory. When that Python is removed or upgraded away, \
            when the environment was copied from another machine, or when git checked a link out as a text file \
            because `core.symlinks` is false, nothing in the environment can be run. Only making it anew helps: \
            `git pyenv create --force`.",
        help: "make the environment anew with a Python that is installed",
        severity: Severity::Error,
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
        let message = format!("the Python of `{root}` is gone: `{}` {}", name.path, describe(&name.state));
        let evidence: Vec<Evidence> = dead.iter().map(|name| evidence(name)).collect();
        let found = Finding::of(&RULE.info, root, message).because(&evidence);
        return Some(wording::fixed_by_recreation(found, inspection));
    }
    let home = inspection.home.as_ref().filter(|home| home.exists == Some(false))?;
    let evidence = Evidence {
        path: root.join("pyvenv.cfg").ok()?,
        fact: format!("home = {}, which is not there", home.place),
    };
    let message = format!("the Python that `{root}` was made from is gone from `{}`", home.place);
    let found = Finding::of(&RULE.info, root, message).because(&[evidence]);
    // A copy or a launcher needs the base Python; a link may point to one that moved together with its libraries.
    let needs_base = inspection.interpreters.iter().any(|name| name.is_own_file);
    let severity = if needs_base { Severity::Error } else { Severity::Warning };
    Some(wording::fixed_by_recreation(found, inspection).severity(severity))
}

fn evidence(name: &InterpreterName) -> Evidence {
    Evidence { path: name.path.clone(), fact: describe(&name.state) }
}

fn describe(state: &InterpreterState) -> String {
    match state {
        InterpreterState::Dangling(place) => {
            format!("leads to {}, which is not there", crate::path::display(place))
        }
        InterpreterState::Loop => "is a link that leads back to itself".to_owned(),
        InterpreterState::TextFile(text) => {
            format!("is a text file that holds the path {}", printable(text.as_bytes()))
        }
        InterpreterState::Alive(_) | InterpreterState::Unknown => "is there".to_owned(),
    }
}
