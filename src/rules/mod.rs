//! The rules: facts in, findings out. A rule sees no tree, no repository and no clock.
//!
//! To add a rule: one file with a `RULE`, one `mod` line and one row in [`RULES`].

use crate::error::{Error, Result};
use crate::model::{Facts, Finding, RuleInfo};

mod committed_environment;
mod committed_link;
mod committed_remnant;
mod dead_interpreter;
mod foreign_editable;
mod ignored_but_tracked;
mod ignored_only_for_you;
mod link_not_covered;
mod moved_environment;
mod no_environment;
mod not_ignored;
mod unfinished_environment;
mod wording;
mod wrong_python;

/// One rule.
pub struct Rule {
    /// What is known of it without running it.
    pub info: RuleInfo,
    /// Looks at the facts and adds what it finds.
    check: fn(&Facts, &mut Vec<Finding>),
}

/// Every rule, by code.
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
    &foreign_editable::RULE,
    &unfinished_environment::RULE,
];

/// Finds a rule by code or name, without regard to case.
///
/// # Errors
/// Usage, with the nearest names as a hint.
pub fn find(text: &str) -> Result<&'static Rule> {
    let matches = |rule: &&&Rule| {
        rule.info.code.eq_ignore_ascii_case(text) || rule.info.name.eq_ignore_ascii_case(text)
    };
    RULES.iter().find(matches).copied().ok_or_else(|| {
        let known: Vec<&str> = RULES.iter().map(|rule| rule.info.code).collect();
        Error::usage(format!("there is no rule `{}`", crate::path::printable(text.as_bytes())))
            .hint(format!("the rules are {}", known.join(", ")))
            .hint("`git pyenv explain` lists them with their names")
    })
}

/// Runs these rules.
#[must_use]
pub fn run(rules: &[&'static Rule], facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in rules {
        (rule.check)(facts, &mut findings);
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_unique_and_in_order() {
        let codes: Vec<&str> = RULES.iter().map(|rule| rule.info.code).collect();
        let mut sorted = codes.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(codes, sorted);
        let mut names: Vec<&str> = RULES.iter().map(|rule| rule.info.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), RULES.len());
    }

    #[test]
    fn rules_are_found_by_code_and_name() {
        for rule in RULES {
            assert_eq!(find(&rule.info.code.to_lowercase()).expect("by code").info.code, rule.info.code);
            assert_eq!(find(rule.info.name).expect("by name").info.code, rule.info.code);
        }
        assert!(find("PYE999").is_err());
    }
}
