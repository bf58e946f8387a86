//! What the rules mean.

use crate::error::Result;
use crate::model::Explanation;
use crate::rules::{self, RULES};

/// Explains one rule, named by code or name, or all of them.
///
/// # Errors
/// Usage for a name that no rule has.
pub fn run(name: Option<&str>) -> Result<Explanation> {
    let rules = match name {
        Some(name) => vec![&rules::find(RULES, name)?.info],
        None => RULES.iter().map(|rule| &rule.info).collect(),
    };
    Ok(Explanation { rules })
}
