//! PYE401 `missing-package`: something that is asked for is not installed.

use super::requirements;
use super::rule::Rule;
use crate::message::message;
use crate::model::{
    EnvironmentSync, Facts, Finding, Problem, ProblemKind, Remedy, RuleGroup, RuleInfo, Severity,
};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE401",
        name: "missing-package",
        group: RuleGroup::Requirements,
        summary: "a package that the project asks for is not installed",
        explanation: "A requirements file, a manifest or a lock asks for a package that the environment does not have. Lines count \
            whose marker is true for the Python of the environment. Which files those are: the lock, if there is one, \
            else the manifest and the requirements file of the project, with what they include. `git pyenv install` installs \
            what is missing. A local project whose manifest has another name than when it was installed is missing under the new one.",
        help: "install what the project asks for",
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
    let message = match &problem.kind {
        ProblemKind::Missing => {
            let verb = if problem.lines.len() > 1 { "are" } else { "is" };
            message!("{} {} not installed in `{}`", requirements::asked(problem), verb, sync.environment)
        }
        ProblemKind::Renamed { was, now, manifest } => {
            let place = requirements::places(problem);
            message!(
                "`{}` has {}, but `{}` calls the project {}{}",
                sync.environment,
                was,
                manifest,
                now,
                place
            )
        }
        _ => return None,
    };
    Some(requirements::fixed(requirements::of(&RULE.info, sync, problem, message), sync))
}
