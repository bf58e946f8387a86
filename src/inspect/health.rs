//! The verdict on an environment: what the rules make of its inspection.

use crate::model::{Facts, Health, HealthStatus, Inspection, Scope, Severity};
use crate::rules::{self, RULES, Rule};

/// What the rules make of a inspection, in a word.
#[must_use]
pub fn health(inspection: &Inspection) -> Health {
    let facts = Facts { inspections: vec![inspection.clone()], ..Facts::nothing(Scope::WorkTree) };
    let about_environments: Vec<&'static Rule> =
        RULES.iter().filter(|rule| rule.info.code.starts_with("PYE3")).copied().collect();
    let found = rules::run(&about_environments, &facts);
    let counted = found.iter().filter(|finding| finding.severity > Severity::Info);
    let mut problems: Vec<&'static str> = counted.map(|finding| finding.rule.code).collect();
    problems.sort_unstable();
    problems.dedup();
    // An environment of another Python than the one asked for works.
    let broken = problems.iter().any(|code| *code != "PYE304");
    let status = match (broken, inspection.unreadable.is_empty()) {
        (true, _) => HealthStatus::Broken,
        (false, true) => HealthStatus::Ok,
        (false, false) => HealthStatus::Unknown,
    };
    Health { status, problems }
}
