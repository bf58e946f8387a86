//! PYE408 `conflicting-requirements`: no version satisfies all lines.

use super::requirements;
use super::rule::Rule;
use crate::message::message;
use crate::model::{EnvironmentSync, Facts, Finding, Problem, ProblemKind, RuleGroup, RuleInfo, Severity};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE408",
        name: "conflicting-requirements",
        group: RuleGroup::Requirements,
        summary: "no version of a package satisfies all lines that ask for it",
        explanation: "Several lines, perhaps in several files or as constraints, ask for one package, and no version is accepted by all of \
            them, or they name different sources. Installers refuse to install this, so no environment can be in step.",
        help: "make the lines agree",
        severity: Severity::Error,
        is_default: true,
        means_broken: false,
        remedy: None,
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    findings.extend(requirements::problems(facts).filter_map(|(sync, problem)| finding(sync, problem)));
}

fn finding(sync: &EnvironmentSync, problem: &Problem) -> Option<Finding> {
    let ProblemKind::Conflict = &problem.kind else { return None };
    let message = message!("nothing satisfies {} together", requirements::asked(problem));
    Some(requirements::of(&RULE.info, sync, problem, message))
}
