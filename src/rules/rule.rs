//! What a rule consists of, and how a list of rules is used.

use crate::error::{Error, Result};
use crate::model::{Facts, Finding, RuleInfo};
use crate::path::printable;

/// One rule.
pub struct Rule {
    /// The description of the rule.
    pub info: RuleInfo,
    /// Looks at the facts and adds a finding for each violation.
    pub(super) check: fn(&Facts, &mut Vec<Finding>),
}

/// Finds a rule by code or name, ignoring case.
///
/// # Errors
/// Usage, with the known codes as a hint.
pub fn find(rules: &[&'static Rule], text: &str) -> Result<&'static Rule> {
    let matches = |rule: &&&Rule| {
        rule.info.code.eq_ignore_ascii_case(text) || rule.info.name.eq_ignore_ascii_case(text)
    };
    rules.iter().find(matches).copied().ok_or_else(|| {
        let known: Vec<&str> = rules.iter().map(|rule| rule.info.code).collect();
        Error::usage(format!("unknown rule `{}`", printable(text.as_bytes())))
            .hint(format!("the rules are {}", known.join(", ")))
            .suggest("see their names with", "git pyenv explain")
    })
}

/// Runs rules on facts and returns their findings.
#[must_use]
pub fn run(rules: &[&'static Rule], facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in rules {
        (rule.check)(facts, &mut findings);
    }
    findings
}
