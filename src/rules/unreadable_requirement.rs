//! PYE406 `unreadable-requirement`: a line cannot be read.

use super::requirements;
use super::rule::Rule;
use crate::message::message;
use crate::model::{EnvironmentSync, Facts, Finding, Problem, ProblemKind, RuleGroup, RuleInfo, Severity};
use crate::path::printable;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        code: "PYE406",
        name: "unreadable-requirement",
        group: RuleGroup::Requirements,
        summary: "a requirement cannot be read",
        explanation: "pip would refuse the file because of this line: it is no requirement, the file that it includes does not exist or \
            includes itself, or a constraint is one that constraints cannot express. Whether an environment is in step with such \
            a file cannot be determined. A local project whose manifest has another name than the line, or that does not \
            support the Python of the environment, is refused too, and the environment is out of step. An extra that a package does not have is only information: installers ignore it.",
        help: "correct the line",
        severity: Severity::Error,
        is_default: true,
        means_broken: false,
        remedy: None,
    },
    check,
};

fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    findings.extend(requirements::problems(facts).filter_map(|(sync, problem)| finding(sync, problem)));
}

fn finding(sync: &EnvironmentSync, problem: &Problem) -> Option<Finding> {
    let places = requirements::places(problem);
    match &problem.kind {
        ProblemKind::Unreadable { reason } => {
            let place = &problem.lines.first()?.place;
            let message = message!("{}: {}", place, reason.escaped());
            Some(requirements::of(&RULE.info, sync, problem, message))
        }
        ProblemKind::OtherName { now, manifest } => {
            let message =
                message!("`{}` calls the project {}, not {}{}", manifest, now, problem.package, places);
            Some(requirements::of(&RULE.info, sync, problem, message))
        }
        ProblemKind::OtherPython { wanted, found, manifest } => {
            let message = message!(
                "`{}` requires Python {}, and `{}` has {}{}",
                manifest,
                wanted,
                sync.environment,
                found,
                places
            );
            Some(requirements::of(&RULE.info, sync, problem, message))
        }
        ProblemKind::UnknownExtra { extra, version } => {
            let [extra, version] = [extra, version].map(|text| printable(text.as_bytes()));
            let message = message!("{} {} has no extra `{}`{}", problem.package, version, extra, places);
            Some(requirements::of(&RULE.info, sync, problem, message).severity(Severity::Info))
        }
        _ => None,
    }
}
