//! The verdict on an environment: what the rules make of its inspection.

use crate::model::{Facts, Health, HealthStatus, Inspection, RuleGroup, RuleInfo, Scope, Severity};
use crate::rules::{self, RULES, Rule};

/// What the rules make of an inspection, in a word.
#[must_use]
pub fn health(inspection: &Inspection) -> Health {
    let facts = Facts { inspections: vec![inspection.clone()], ..Facts::nothing(Scope::WorkTree) };
    let about_environments: Vec<&'static Rule> =
        RULES.iter().filter(|rule| rule.info.group == RuleGroup::Environment).copied().collect();
    let found = rules::run(&about_environments, &facts);
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
