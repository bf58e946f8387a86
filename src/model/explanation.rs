//! The result of `explain`.

use super::RuleInfo;

/// The requested rules.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The one rule that was named, or all rules.
    pub rules: Vec<&'static RuleInfo>,
}
