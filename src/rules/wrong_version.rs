//! PYE402 `wrong-version`: the installed version is not accepted.

use super::requirements;
use super::rule::Rule;
use crate::message::message;
use crate::model::{
    EnvironmentSync, Facts, Finding, Problem, ProblemKind, Remedy, RuleGroup, RuleInfo, Severity,
};
use crate::path::printable;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE402",
        name: "wrong-version",
        group: RuleGroup::Requirements,
        summary: "the installed version of a package is not the one that the project asks for",
        explanation: "All lines for a package count together, those of constraints too. An installed pre-release counts as any other \
            version, as it does for pip. A package that is used from where it is developed has the version that its manifest \
            stated when it was installed; when the manifest states another one now, it has to be installed again. \
            `git pyenv install` does both.",
        help: "install the version that the project asks for",
        severity: Severity::Error,
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
    let (package, environment) = (&problem.package, &sync.environment);
    let message = match &problem.kind {
        ProblemKind::WrongVersion { found } => {
            let found = printable(found.as_bytes());
            message!("`{}` has {} {}, not {}", environment, package, found, requirements::asked(problem))
        }
        ProblemKind::StaleVersion { found, now, manifest } => {
            let [found, now] = [found, now].map(|version| printable(version.as_bytes()));
            message!("`{}` has {} {}, but `{}` says version {}", environment, package, found, manifest, now)
        }
        _ => return None,
    };
    Some(requirements::fixed(requirements::of(&RULE.info, sync, problem, message), sync))
}
