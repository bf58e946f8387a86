//! PYE101 `committed-environment`: git tracks files of an environment.

use super::rule::Rule;
use super::wording;
use crate::model::{Facts, Finding, Remedy, RuleGroup, RuleInfo, Severity, Shape, TrackedEnvironment};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE101",
        name: "committed-environment",
        group: RuleGroup::Committed,
        summary: "files of a Python environment are in git",
        explanation: "An environment holds absolute paths and programs for one machine and one Python, so it is \
            of no use in another checkout, and it makes every clone larger for ever. What belongs into git is \
            what the environment is made from: requirements, a lock file. `git pyenv fix PATH` takes it out of \
            git, keeps it on disk and adds one ignore rule. An environment that is there on purpose, such as \
            test input, goes into the `allow` setting with a reason. In a commit hook only what the commit adds \
            or changes counts; an environment that was there before is mentioned and does not block.",
        help: "commit requirements or a lock file instead of the environment",
        severity: Severity::Error,
        means_broken: false,
        remedy: Some(Remedy::Untrack),
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    let environments = facts.tracked.iter().filter(|tracked| tracked.environment.shape == Shape::Environment);
    findings.extend(environments.map(|tracked| finding(&RULE.info, "committed environment", tracked)));
}

/// The finding for an environment or remnant that git tracks.
pub(super) fn finding(rule: &'static RuleInfo, what: &str, tracked: &TrackedEnvironment) -> Finding {
    let environment = &tracked.environment;
    let described = wording::describe(environment);
    let message =
        format!("{what} `{}` ({described}){}", environment.root, wording::in_commit(tracked.commit.as_ref()));
    let mut found = Finding::of(rule, &environment.root, message)
        .because(&environment.evidence)
        .counting(environment.contents.measure);
    let untouched = tracked.changed.as_ref().is_some_and(Vec::is_empty);
    if untouched {
        found.message = format!("`{}` ({described}) was committed before", environment.root);
        found = found.severity(Severity::Info);
    }
    found.fix(&environment.root, wording::untracks(environment))
}
