//! The verdict on an environment: what the rules make of its inspection.

use crate::model::{
    Facts, Finding, Health, HealthStatus, Inspection, Remedy, RuleGroup, RuleInfo, Scope, Severity,
    UnfinishedSign,
};
use crate::rules::{self, RULES, Rule};

/// What the rules make of an inspection, in a word.
#[must_use]
pub fn health(inspection: &Inspection) -> Health {
    let found = found(inspection, |rule| rule.group == RuleGroup::Environment);
    let counted = found.iter().filter(|finding| finding.severity > Severity::Info);
    let counted: Vec<&RuleInfo> = counted.map(|finding| finding.rule).collect();
    let mut problems: Vec<&'static str> = counted.iter().map(|rule| rule.code).collect();
    problems.sort_unstable();
    problems.dedup();
    let broken = counted.iter().any(|rule| rule.means_broken);
    let status = match (broken, inspection.unreadable.is_empty()) {
        (true, _) => HealthStatus::Broken,
        (false, true) => HealthStatus::Ok,
        (false, false) => HealthStatus::Unknown,
    };
    Health { status, problems }
}

/// What does not work and is repaired by `git pyenv create --force`, as predicates such as `is incomplete: it has no
/// interpreter`.
#[must_use]
pub fn problems(inspection: &Inspection) -> Vec<String> {
    let mut inspection = inspection.clone();
    // That is repaired by another install.
    inspection.unfinished.retain(|sign| *sign != UnfinishedSign::InterruptedInstall);
    let repaired = found(&inspection, |rule| rule.means_broken && rule.remedy == Some(Remedy::Recreate));
    let subject = format!("`{}` ", inspection.root);
    let predicate = |message: String| message.strip_prefix(&subject).map(str::to_owned).unwrap_or(message);
    repaired.into_iter().map(|finding| predicate(finding.message)).collect()
}

/// What some rules find in an environment.
fn found(inspection: &Inspection, is_asked: impl Fn(&RuleInfo) -> bool) -> Vec<Finding> {
    let facts = Facts { inspections: vec![inspection.clone()], ..Facts::nothing(Scope::WorkTree) };
    let asked: Vec<&'static Rule> = RULES.iter().filter(|rule| is_asked(&rule.info)).copied().collect();
    rules::run(&asked, &facts)
}
