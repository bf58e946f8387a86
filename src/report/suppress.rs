//! What settings take away from the findings.

use crate::config::Settings;
use crate::model::{Finding, Severity, Suppression};

/// Takes away what the `allow` setting covers, and says so.
pub fn allowed(findings: Vec<Finding>, settings: &Settings) -> (Vec<Finding>, Vec<Suppression>) {
    let mut suppressed: Vec<Suppression> = settings
        .relaxed_by_repository()
        .into_iter()
        .filter(|row| row.key == "ignore" || row.key == "select")
        .map(|row| Suppression {
            finding: format!("{} = {}", row.key, row.value),
            because: format!("set in {}", row.origin),
            from_repository: true,
        })
        .collect();
    let mut kept = Vec::new();
    for finding in findings {
        match settings.allow.value.find(&finding.path) {
            Some(entry) if finding.severity > Severity::Info => suppressed.push(Suppression {
                finding: format!("{} `{}`", finding.rule.code, finding.path),
                because: format!("allowed by `{}` in {}: {}", entry.pattern, entry.origin, entry.reason),
                from_repository: entry.origin.is_from_repository(),
            }),
            Some(_) => {}
            None => kept.push(finding),
        }
    }
    (kept, suppressed)
}
