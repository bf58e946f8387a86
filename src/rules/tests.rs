//! Tests of the table of rules.

use super::{RULES, find};
use crate::model::RuleGroup;

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
        assert_eq!(find(RULES, &rule.info.code.to_lowercase()).expect("by code").info.code, rule.info.code);
        assert_eq!(find(RULES, rule.info.name).expect("by name").info.code, rule.info.code);
    }
    assert!(find(RULES, "PYE999").is_err());
}

#[test]
fn the_code_starts_with_the_prefix_of_the_group() {
    for rule in RULES {
        let prefix = match rule.info.group {
            RuleGroup::Committed => "PYE1",
            RuleGroup::Ignored => "PYE2",
            RuleGroup::Environment => "PYE3",
            RuleGroup::Requirements => "PYE4",
            RuleGroup::Lock => "PYE5",
        };
        assert!(rule.info.code.starts_with(prefix), "{}", rule.info.code);
    }
}
