//! The verdict on an environment: what the rules make of its inspection.

use crate::model::{Facts, Health, HealthStatus, Inspection, Remedy, RuleGroup, RuleInfo, Scope, Severity};
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

/// What does not work and is repaired by `git pyenv create --force`, as predicates such as `is incomplete: it has no
/// interpreter`.
#[must_use]
pub fn problems(inspection: &Inspection) -> Vec<String> {
    let is_repaired = |rule: &&&Rule| rule.info.means_broken && rule.info.remedy == Some(Remedy::Recreate);
    let repaired: Vec<&'static Rule> = RULES.iter().filter(is_repaired).copied().collect();
    let subject = format!("`{}` ", inspection.root);
    let predicate = |message: String| message.strip_prefix(&subject).map(str::to_owned).unwrap_or(message);
    let facts = Facts { inspections: vec![inspection.clone()], ..Facts::nothing(Scope::WorkTree) };
    rules::run(&repaired, &facts).into_iter().map(|finding| predicate(finding.message)).collect()
}
