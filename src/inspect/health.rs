//! The verdict on an environment: what the rules make of its inspection.

use crate::message::{Message, message};
use crate::model::{
    Facts, Finding, Health, HealthStatus, Inspection, InterpreterName, Remedy, RuleGroup, RuleInfo, Scope,
    Severity, UnfinishedSign,
};
use crate::order::Arrange as _;
use crate::rules::{self, RULES, Rule};

/// What the rules make of an inspection, in a word.
#[must_use]
pub fn health(inspection: &Inspection) -> Health {
    let found = found(inspection, |rule| rule.group == RuleGroup::Environment);
    let counted = found.iter().filter(|finding| finding.severity > Severity::Info);
    let counted: Vec<&RuleInfo> = counted.map(|finding| finding.rule).collect();
    let mut problems: Vec<&'static str> = counted.iter().map(|rule| rule.code).collect();
    problems.arrange();
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
pub fn problems(inspection: &Inspection) -> Vec<Message> {
    let mut inspection = inspection.clone();
    // That is repaired by another install.
    inspection.unfinished.retain(|sign| *sign != UnfinishedSign::InterruptedInstall);
    let repaired = found(&inspection, |rule| rule.means_broken && rule.remedy == Some(Remedy::Recreate));
    let subject = message!("`{}` ", inspection.root);
    let predicate = |message: Message| message.strip_prefix(&subject).unwrap_or(message);
    repaired.into_iter().map(|finding| predicate(finding.message)).collect()
}

/// Whether nothing can be run in an environment, so that it is only what is left of one: a part that Python needs is
/// missing, or its Python no longer exists. Not an environment that was moved, and not one with damaged packages.
#[must_use]
pub fn is_dead(inspection: &Inspection) -> bool {
    let is_needed = |sign: &UnfinishedSign| match sign {
        UnfinishedSign::Staging
        | UnfinishedSign::Condemned
        | UnfinishedSign::NoSettings
        | UnfinishedSign::NoInterpreter
        | UnfinishedSign::NoPackages => true,
        UnfinishedSign::NoActivation
        | UnfinishedSign::PipWithoutMetadata
        | UnfinishedSign::InterruptedInstall => false,
    };
    let names = &inspection.interpreters;
    let has_no_base = inspection.home.as_ref().is_some_and(|home| home.exists == Some(false));
    // A copy needs the Python that it was copied from.
    let is_dead = |name: &InterpreterName| name.state.is_dead() || (has_no_base && name.is_own_file);
    inspection.unfinished.iter().any(is_needed) || (!names.is_empty() && names.iter().all(is_dead))
}

/// What some rules find in an environment.
fn found(inspection: &Inspection, is_asked: impl Fn(&RuleInfo) -> bool) -> Vec<Finding> {
    let facts = Facts { inspections: vec![inspection.clone()], ..Facts::nothing(Scope::WorkTree) };
    let asked: Vec<&'static Rule> = RULES.iter().filter(|rule| is_asked(&rule.info)).copied().collect();
    rules::run(&asked, &facts)
}
