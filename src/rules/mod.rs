//! The rules: facts in, findings out. A rule sees no tree, no repository and no clock.
//!
//! To add a rule: a file with a `RULE`, a `mod` line and a row in [`RULES`].

mod broken_dependency;
mod committed_environment;
mod committed_link;
mod committed_remnant;
mod conflicting_requirements;
mod damaged_package;
mod dead_interpreter;
mod exported_drift;
mod extra_package;
mod foreign_editable;
mod ignored_but_tracked;
mod ignored_only_for_you;
mod link_not_covered;
mod lock_not_in_commit;
mod missing_package;
mod moved_environment;
mod no_environment;
mod not_ignored;
mod requirements;
mod rule;
mod run;
mod stale_lock;
#[cfg(test)]
mod tests;
mod unfinished_environment;
mod unpinned_requirement;
mod unreadable_requirement;
mod wording;
mod wrong_python;
mod wrong_source;
mod wrong_version;

use crate::model::PackageCheck;

pub use rule::{Rule, find, find_group};
pub use run::run;

/// How thoroughly the packages of environments have to be looked at for a rule.
#[must_use]
pub fn packages_for(rule: &Rule) -> PackageCheck {
    match rule.info.code {
        code if code == damaged_package::RULE.info.code => PackageCheck::Quick,
        code if code == foreign_editable::RULE.info.code => PackageCheck::Sources,
        _ => PackageCheck::Nothing,
    }
}

/// Every rule, sorted by code.
pub static RULES: &[&Rule] = &[
    &committed_environment::RULE,
    &committed_remnant::RULE,
    &committed_link::RULE,
    &not_ignored::RULE,
    &ignored_but_tracked::RULE,
    &link_not_covered::RULE,
    &ignored_only_for_you::RULE,
    &no_environment::RULE,
    &dead_interpreter::RULE,
    &moved_environment::RULE,
    &wrong_python::RULE,
    &damaged_package::RULE,
    &foreign_editable::RULE,
    &unfinished_environment::RULE,
    &missing_package::RULE,
    &wrong_version::RULE,
    &wrong_source::RULE,
    &extra_package::RULE,
    &broken_dependency::RULE,
    &unreadable_requirement::RULE,
    &unpinned_requirement::RULE,
    &conflicting_requirements::RULE,
    &stale_lock::RULE,
    &lock_not_in_commit::RULE,
    &exported_drift::RULE,
];
