//! What settings take away from the findings.

use crate::config::{AllowEntry, Settings};
use crate::message::{Message, message};
use crate::model::{Finding, Severity, Skip, Suppression};

/// Takes away what the `allow` setting covers, and says so.
pub fn allowed(findings: Vec<Finding>, settings: &Settings) -> (Vec<Finding>, Vec<Suppression>) {
    let mut suppressed: Vec<Suppression> = settings
        .relaxed_by_repository()
        .into_iter()
        .filter(|row| row.key == "ignore" || row.key == "select")
        .map(|row| Suppression {
            finding: format!("{} = {}", row.key, row.value).into(),
            because: message!("set in {}", row.origin),
            from_repository: true,
        })
        .collect();
    let mut kept = Vec::new();
    for finding in findings {
        match allowing(&finding, settings) {
            Some(entry) if finding.severity > Severity::Info => {
                suppressed.push(suppression(message!("{} `{}`", finding.rule.code, finding.path), entry));
            }
            Some(_) => {}
            None => kept.push(finding),
        }
    }
    (kept, suppressed)
}

/// The entry that allows a finding: for its path, or for every file that it is about.
fn allowing<'s>(finding: &Finding, settings: &'s Settings) -> Option<&'s AllowEntry> {
    let allowed = &settings.allow.value;
    let of_pieces = || {
        let found: Option<Vec<&AllowEntry>> =
            finding.pieces.iter().map(|piece| allowed.find(piece)).collect();
        found?.first().copied()
    };
    allowed.find(&finding.path).or_else(of_pieces)
}

/// Takes away files that could not be read and of which no finding would be reported, and says so.
pub fn allowed_unread(skipped: Vec<Skip>, settings: &Settings) -> (Vec<Skip>, Vec<Suppression>) {
    let mut suppressed = Vec::new();
    let mut kept = Vec::new();
    for skip in skipped {
        match settings.allow.value.find(&skip.path) {
            Some(entry) => suppressed.push(suppression(message!("unread `{}`", skip.path), entry)),
            None => kept.push(skip),
        }
    }
    (kept, suppressed)
}

fn suppression(finding: Message, entry: &AllowEntry) -> Suppression {
    Suppression {
        finding,
        because: message!("allowed by `{}` in {}: {}", entry.pattern, entry.origin, entry.reason),
        from_repository: entry.origin.is_from_repository(),
    }
}
