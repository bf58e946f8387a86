//! PYE404 `extra-package`: something is installed that is not in the lock.

use super::requirements;
use super::rule::Rule;
use crate::message::message;
use crate::model::{
    EnvironmentSync, Facts, Finding, Problem, ProblemKind, Remedy, RuleGroup, RuleInfo, Severity,
};
use crate::path::printable;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE404",
        name: "extra-package",
        group: RuleGroup::Requirements,
        summary: "a package is installed that is not in the lock",
        explanation: "A lock lists everything that an environment is to contain, so what is installed besides was installed by hand or \
            is left over from an earlier lock, and others do not have it. pip, setuptools, wheel and the project itself do not \
            count, nor does what any section of `Pipfile.lock` names. A package that the lock has for \
            other groups, extras or systems alone does count. A requirements file or a manifest does not list everything, so with those the rule finds nothing. \
            `git pyenv install --sync` removes what is not in the lock.",
        help: "add the package to the project, or remove it",
        severity: Severity::Warning,
        is_default: true,
        means_broken: false,
        remedy: Some(Remedy::Install),
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    findings.extend(requirements::problems(facts).filter_map(|(sync, problem)| finding(sync, problem)));
}

fn finding(sync: &EnvironmentSync, problem: &Problem) -> Option<Finding> {
    let ProblemKind::Extra { version, record, choice } = &problem.kind else { return None };
    let version = version.as_ref().map(|version| format!(" {}", printable(version.as_bytes())));
    let package = format!("{}{}", problem.package, version.unwrap_or_default());
    let files = requirements::files(sync);
    // What is in the lock for an extra that was not chosen is no less too many.
    let message = message!(
        "`{}` has {}, which {} does not ask for here, with {}",
        sync.environment,
        package,
        files,
        choice
    );
    let found = Finding::of(&RULE.info, &requirements::record(sync, record), message);
    Some(requirements::fixed_by_removal(found, sync))
}
