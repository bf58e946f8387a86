//! PYE102 `committed-remnant`: git tracks a piece of an environment.

use super::committed_environment;
use super::rule::Rule;
use crate::model::{Facts, Finding, Remedy, RuleGroup, RuleInfo, Severity, Shape};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE102",
        name: "committed-remnant",
        group: RuleGroup::Committed,
        summary: "a piece of a Python environment is in git",
        explanation: "Ignore templates hide only parts of an environment: GitHub's Python template lets `bin/` and \
            `pyvenv.cfg` of an unusually named one through, its VirtualEnv template lets `CACHEDIR.TAG` and \
            `.lock` through. The piece is of no use to anybody, and says that an environment is in the wrong \
            place or not ignored. `git pyenv fix PATH` takes it out of git and ignores the whole environment.",
        help: "take the piece out of git and ignore the environment it belongs to",
        severity: Severity::Error,
        means_broken: false,
        remedy: Some(Remedy::Untrack),
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    let remnants = facts.tracked.iter().filter(|tracked| tracked.environment.shape == Shape::Remnant);
    let what = "committed remnant of an environment in";
    findings.extend(remnants.map(|tracked| committed_environment::finding(&RULE.info, what, tracked)));
}
