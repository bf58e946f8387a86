//! PYE405 `broken-dependency`: an installed package's own requirement is not met.

use super::requirements;
use super::rule::Rule;
use crate::message::{Message, message};
use crate::model::{
    BrokenDependency, EnvironmentSync, Evidence, Facts, Finding, Problem, ProblemKind, Remedy, RuleGroup,
    RuleInfo, Severity,
};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE405",
        name: "broken-dependency",
        group: RuleGroup::Requirements,
        summary: "a requirement of an installed package is not met",
        explanation: "A package says in its metadata which others it needs. If one of these is missing or has another version, the \
            package may fail when it is used. Where the project asks for the package, directly or through others, the \
            environment is not in step, and `git pyenv install` corrects it. Of a package that nothing asks for, as `pip check` \
            would report it, and of one that a lock names against what another package requires, it is a warning.",
        help: "install what the package requires, or uninstall the package",
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
    let ProblemKind::Dependency(broken) = &problem.kind else { return None };
    let BrokenDependency { dependent, record, requirement, found, chain, is_contradicted } = broken;
    let missing = || format!("{} is not installed", problem.package);
    let state = found.as_ref().map_or_else(missing, |found| format!("{found} is installed"));
    let through = match chain.as_slice() {
        [_] | [] => String::new(),
        all => format!(", through {}", all.join(" → ")),
    };
    let place = match problem.lines.first() {
        Some(line) => message!(" ({}{})", line.place, through),
        None => Message::default(),
    };
    let mut message =
        message!("`{}`: {} requires `{}`, but {}{}", sync.environment, dependent, requirement, state, place);
    if *is_contradicted {
        message = message.then("; no version is also what the lines for it ask for");
    }
    let record = requirements::record(sync, record);
    let fact = format!("{dependent} requires {requirement}");
    let evidence = Evidence { path: record.clone(), fact: fact.into() };
    if problem.lines.is_empty() {
        let finding = Finding::of(&RULE.info, &record, message).because(&[evidence]);
        return Some(finding.severity(Severity::Warning));
    }
    let finding = requirements::of(&RULE.info, sync, problem, message).because(&[evidence]);
    Some(if *is_contradicted { finding } else { requirements::fixed(finding, sync) })
}
