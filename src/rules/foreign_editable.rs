//! PYE306 `foreign-editable`: an editable install points to another checkout of the project.

use super::rule::Rule;
use super::wording;
use crate::message::message;
use crate::model::{
    Evidence, Facts, Finding, ForeignEditable, Inspection, Remedy, RuleGroup, RuleInfo, Severity,
};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE306",
        name: "foreign-editable",
        group: RuleGroup::Environment,
        summary: "an editable install points to another checkout of this project",
        explanation: "An editable install uses the files of a project where they are. If the environment of one work \
            tree has the project installed from another work tree or clone, then the code you edit here is not \
            the code that runs: tests pass or fail because of the other checkout. Editable installs of other \
            projects are fine. Reinstall the project from here, for example with \
            `python -m pip install --editable .` in the environment.",
        help: "reinstall the project from this work tree",
        severity: Severity::Warning,
        is_default: true,
        means_broken: true,
        remedy: Some(Remedy::Reinstall),
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    let all = facts.inspections.iter().flat_map(|inspection| {
        inspection.foreign_editables.iter().map(move |foreign| finding(inspection, foreign))
    });
    findings.extend(all);
}

fn finding(inspection: &Inspection, foreign: &ForeignEditable) -> Finding {
    let whose = if foreign.same_repository { "another work tree" } else { "another checkout" };
    let ForeignEditable { name, target, record, project, .. } = foreign;
    let message = message!("`{}` uses {} from {}: `{}`", inspection.root, name, whose, target);
    let evidence =
        Evidence { path: record.clone(), fact: format!("is an editable install of {target}").into() };
    let found = Finding::of(&RULE.info, record, message).because(&[evidence]);
    match (&inspection.installer, project) {
        (Some(installer), Some(project)) => wording::fixed_by_reinstall(found, installer.clone(), project),
        _ => wording::fixed_by_recreation(found, inspection),
    }
}
