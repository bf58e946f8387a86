//! PYE403 `wrong-source`: a package comes from somewhere else than asked for.

use super::requirements;
use super::rule::Rule;
use crate::message::message;
use crate::model::{
    EnvironmentSync, Facts, Finding, Problem, ProblemKind, Remedy, RuleGroup, RuleInfo, Severity,
};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE403",
        name: "wrong-source",
        group: RuleGroup::Requirements,
        summary: "a package was installed from somewhere else than the project asks for",
        explanation: "A line names a URL, a repository or a directory, and the installed package was not installed from there, or in \
            another way: from another revision, editable or not, or from a file with another hash. What was recorded at the \
            installation is compared (PEP 610), and a local archive also with the file as it is now. \
            A branch or tag of the same name counts as the same, although it may have been moved since. pip itself compares \
            only versions. `git pyenv install` installs the package from where it is to come from.",
        help: "install the package from where it is to come from",
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
    let ProblemKind::WrongSource { found, wanted } = &problem.kind else { return None };
    let (package, environment) = (&problem.package, &sync.environment);
    let place = requirements::places(problem);
    let message = message!("`{}` has {} from {}, not {}{}", environment, package, found, wanted, place);
    Some(requirements::fixed(requirements::of(&RULE.info, sync, problem, message), sync))
}
