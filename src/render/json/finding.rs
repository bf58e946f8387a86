//! Findings as JSON.

use serde::Serialize;

use super::paths::{non_utf8_hex, repository_path};
use crate::model::{Evidence, Finding, Fix};

/// A finding of a rule.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Finding"))]
pub(super) struct FindingJson {
    /// The stable code of the rule.
    code: &'static str,
    /// The name of the rule.
    name: &'static str,
    /// `error`, `warning` or `info`.
    severity: &'static str,
    /// Relative to the root of the work tree, with `/`; `.` is the root. Bytes that are not UTF-8 are replaced.
    path: String,
    /// The bytes of the path in hexadecimal, if it is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    path_hex: Option<String>,
    /// The line, counted from 1.
    line: Option<usize>,
    /// What is wrong, in one line.
    message: String,
    /// The evidence, the strongest first.
    evidence: Vec<EvidenceJson>,
    /// The number of files it concerns; null if they were not counted.
    files: Option<u64>,
    /// The size of these files; null if it was not measured.
    bytes: Option<u64>,
    /// What to do about findings of this rule.
    help: &'static str,
    /// The command that fixes it; null if there is none.
    fix: Option<SuggestedFixJson>,
    /// The same from run to run.
    fingerprint: String,
}

/// A piece of evidence.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Evidence"))]
struct EvidenceJson {
    /// Where it was seen, relative to the root of the work tree.
    path: String,
    /// What was seen.
    fact: String,
}

/// A command that fixes a finding.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Fix"))]
struct SuggestedFixJson {
    /// A command line for a POSIX shell.
    command: String,
    /// Git can restore everything that it changes.
    safe: bool,
}

impl FindingJson {
    pub(super) fn of(finding: &Finding) -> Self {
        Self {
            code: finding.rule.code,
            name: finding.rule.name,
            severity: finding.severity.name(),
            path: repository_path(&finding.path),
            path_hex: non_utf8_hex(finding.path.as_bytes()),
            line: finding.line,
            message: finding.message.seen_from_root(),
            evidence: finding.evidence.iter().map(EvidenceJson::of).collect(),
            files: finding.files,
            bytes: finding.bytes,
            help: finding.rule.help,
            fix: finding.fix.as_ref().map(SuggestedFixJson::of),
            fingerprint: finding.fingerprint(),
        }
    }
}

impl EvidenceJson {
    fn of(evidence: &Evidence) -> Self {
        Self { path: repository_path(&evidence.path), fact: evidence.fact.seen_from_root() }
    }
}

impl SuggestedFixJson {
    fn of(fix: &Fix) -> Self {
        Self { command: fix.command.clone(), safe: fix.remedy.is_safe() }
    }
}
