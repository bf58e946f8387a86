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
/// Usage, with the command that lists the rules as a hint.
pub fn find(rules: &[&'static Rule], text: &str) -> Result<&'static Rule> {
    let matches = |rule: &&&Rule| {
        rule.info.code.eq_ignore_ascii_case(text) || rule.info.name.eq_ignore_ascii_case(text)
    };
    rules.iter().find(matches).copied().ok_or_else(|| {
        Error::usage(format!("unknown rule `{}`", printable(text.as_bytes())))
            .suggest("list the rules with", "git pyenv explain")
    })
}

/// Finds the rules that a name in a selection means: one by code or name, or by the first letters and digit of the codes
/// of a group (`PYE4`) those of it that are on by default.
///
/// # Errors
/// As [`find`].
pub fn find_group(rules: &[&'static Rule], text: &str) -> Result<Vec<&'static Rule>> {
    let begins = |code: &str| code.get(..GROUP_LENGTH).is_some_and(|start| start.eq_ignore_ascii_case(text));
    let of_group: Vec<&'static Rule> =
        rules.iter().filter(|rule| rule.info.is_default && begins(rule.info.code)).copied().collect();
    if of_group.is_empty() { find(rules, text).map(|rule| vec![rule]) } else { Ok(of_group) }
}

/// The length of what the codes of a group have in common: `PYE4`.
const GROUP_LENGTH: usize = 4;
