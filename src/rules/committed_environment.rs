//! PYE101 `committed-environment`: git tracks files of an environment.

use super::rule::Rule;
use super::wording;
use crate::message::message;
use crate::model::{
    Facts, Finding, PlaceToFix, Remedy, RuleGroup, RuleInfo, Scope, Severity, Shape, TrackedEnvironment,
};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE101",
        name: "committed-environment",
        group: RuleGroup::Committed,
        summary: "files of a Python environment are in git",
        explanation: "An environment contains absolute paths and programs for one machine and one Python, so it is \
            useless in another checkout, and it makes every clone permanently larger. What belongs in git is what the \
            environment is created from: requirements, a lock file. `git pyenv fix PATH` untracks it, keeps it \
            on disk and adds one ignore rule. To commit an environment on purpose, for example as test data, \
            list it in the `allow` setting with a reason. A commit hook blocks only what the commit adds or \
            changes; an environment that was already committed is mentioned and does not block.",
        help: "commit requirements or a lock file instead of the environment",
        severity: Severity::Error,
        is_default: true,
        means_broken: false,
        remedy: Some(Remedy::Untrack),
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    let environments = facts.tracked.iter().filter(|tracked| tracked.environment.shape == Shape::Environment);
    findings.extend(
        environments.map(|tracked| {
            finding(&RULE.info, &facts.scope, wording::noun(tracked.environment.kind), tracked)
        }),
    );
}

/// Reports the tracked environment as what `noun` says.
pub(super) fn finding(
    rule: &'static RuleInfo,
    scope: &Scope,
    noun: &str,
    tracked: &TrackedEnvironment,
) -> Finding {
    let environment = &tracked.environment;
    let subject = message!("{} {} ({})", noun, wording::place(environment), wording::describe(environment));
    let status = wording::git_status(scope, tracked.commit.as_deref());
    let mut found = Finding::of(rule, &environment.root, message!("{} {}", subject, status))
        .because(&environment.evidence)
        .counting(environment.contents.measure);
    let untouched = tracked.changed.as_ref().is_some_and(Vec::is_empty);
    if untouched {
        found.message = subject.then(" was committed earlier");
        found = found.severity(Severity::Info);
    }
    let pieces = environment.pieces();
    let place = PlaceToFix::new(&environment.root).untracking(&pieces).ignoring(&pieces);
    found.fix(place, wording::untracks(environment))
}
