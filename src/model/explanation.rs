//! The result of `explain`.

use super::RuleInfo;

/// The rules that were asked for.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The one rule that was named, or all rules.
    pub rules: Vec<&'static RuleInfo>,
}
