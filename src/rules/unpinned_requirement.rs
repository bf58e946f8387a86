//! PYE407 `unpinned-requirement`: a line accepts more than one version.

use super::requirements;
use super::rule::Rule;
use crate::message::message;
use crate::model::{EnvironmentSync, Facts, Finding, Problem, ProblemKind, RuleGroup, RuleInfo, Severity};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE407",
        name: "unpinned-requirement",
        group: RuleGroup::Requirements,
        summary: "a line of a requirements file accepts more than one version",
        explanation: "What such a line installs depends on the day. For an application, a requirements file that names one version of each \
            package (`==`), or a lock, makes installations repeatable; a constraint that names one does as well. A branch or tag \
            of a repository can move, a commit cannot. The rule is off unless it is selected, for example with \
            `git pyenv check --select PYE407`.",
        help: "name one version, with `==`",
        severity: Severity::Warning,
        is_default: false,
        means_broken: false,
        remedy: None,
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    findings.extend(requirements::problems(facts).filter_map(|(sync, problem)| finding(sync, problem)));
}

fn finding(sync: &EnvironmentSync, problem: &Problem) -> Option<Finding> {
    let ProblemKind::Unpinned = &problem.kind else { return None };
    let message = message!("{} accepts more than one version", requirements::asked(problem));
    Some(requirements::of(&RULE.info, sync, problem, message))
}
