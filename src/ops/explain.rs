//! What the rules mean.

use crate::error::Result;
use crate::model::RuleInfo;
use crate::rules::{self, RULES};

/// One rule by code or name, or all of them.
///
/// # Errors
/// Usage for a name that no rule has.
pub fn rules(name: Option<&str>) -> Result<Vec<&'static RuleInfo>> {
    match name {
        Some(name) => Ok(vec![&rules::find(RULES, name)?.info]),
        None => Ok(RULES.iter().map(|rule| &rule.info).collect()),
    }
}
