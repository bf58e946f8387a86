//! PYE102 `committed-remnant`: git tracks a piece of an environment.

use super::committed_environment;
use super::rule::Rule;
use crate::model::{Environment, Facts, Finding, Remedy, RuleGroup, RuleInfo, Severity, Shape};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE102",
        name: "committed-remnant",
        group: RuleGroup::Committed,
        summary: "part of a Python environment is in git",
        explanation: "Ignore templates cover only parts of an environment: GitHub's Python template misses `bin/` and \
            `pyvenv.cfg` of an environment with an unusual name, its VirtualEnv template misses `CACHEDIR.TAG` \
            and `.lock`. Such files are useless on their own, and show that an environment is not ignored \
            completely. `git pyenv fix PATH` untracks them and ignores the whole environment.",
        help: "untrack the files and ignore the environment they belong to",
        severity: Severity::Error,
        is_default: true,
        means_broken: false,
        remedy: Some(Remedy::Untrack),
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    let remnants = facts.tracked.iter().filter(|tracked| tracked.environment.shape == Shape::Remnant);
    let noun = "remnant of an environment in";
    findings.extend(remnants.map(|tracked| {
        let found = committed_environment::finding(&RULE.info, &facts.scope, noun, tracked);
        with_way_to_allow(found.about(tracked.environment.pieces()), &tracked.environment)
    }));
}

/// Adds how to keep the `pyvenv.cfg` of an image, which is more likely intended than others.
fn with_way_to_allow(mut finding: Finding, environment: &Environment) -> Finding {
    let [piece] = finding.pieces.as_slice() else { return finding };
    if !environment.is_for_image || finding.severity != Severity::Error {
        return finding;
    }
    let entry =
        format!("allow = [{{ path = \"/{}\", reason = \"part of the image\" }}]", piece.seen_from_root());
    let keep = format!("; if the image needs it, keep it with `{entry}` in [tool.git-pyenv]");
    finding.message = finding.message.then(keep);
    finding.severity(Severity::Warning)
}
