//! SARIF 2.1.0, which code scanning of GitHub and many viewers read.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::findings_format::FindingsFormat;
use super::place::{AnnotatedPlace, message, unique};
use crate::error::Error;
use crate::model::{Finding, Report, RuleInfo, Severity, Skip};
use crate::order::map_of;
use crate::render::json::write_escaped;

/// The schema of the format.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What stands for the top of the work tree, by a name that services know.
const TOP: &str = "%SRCROOT%";

pub(super) static FORMAT: Sarif = Sarif;

/// The format.
pub(super) struct Sarif;

impl FindingsFormat for Sarif {
    fn name(&self) -> &'static str {
        "sarif"
    }

    fn write_report(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let rules: BTreeMap<&str, &RuleInfo> =
            map_of(report.findings.iter().map(|finding| (finding.rule.code, finding.rule)));
        let codes: Vec<&str> = rules.keys().copied().collect();
        let results: Vec<Value> = report
            .findings
            .iter()
            .zip(unique(report.findings.iter().map(Finding::fingerprint)))
            .map(|(finding, fingerprint)| {
                let index = codes.iter().position(|code| *code == finding.rule.code);
                result(finding, index, &fingerprint)
            })
            .collect();
        let skipped = report.skipped.iter().map(skipped);
        let suppressed = report.suppressed.iter().map(|suppression| {
            let [what, why] =
                [&suppression.finding, &suppression.because].map(|said| said.escaped().seen_from_root());
            json!({ "level": "note", "message": text(&format!("{what} is {why}")) })
        });
        let notifications: Vec<Value> = skipped.chain(suppressed).collect();
        let rules = rules.values().map(|rule| described(rule)).collect();
        let succeeded = report.skipped.is_empty();
        write_log(rules, &results, &notifications, (report.outcome().exit_code(), succeeded), out)
    }

    fn write_error(&self, error: &Error, out: &mut dyn Write) -> io::Result<()> {
        let causes = error.causes().iter().map(|cause| ("cause", cause));
        let hints = error.hints().iter().map(|hint| ("hint", hint));
        let more =
            causes.chain(hints).map(|(name, said)| format!("\n{name}: {}", said.escaped().seen_from_root()));
        let said = error.message().escaped().seen_from_root() + &more.collect::<String>();
        let notification = json!({ "level": "error", "message": text(&said) });
        write_log(Vec::new(), &[], &[notification], (error.kind().exit_code(), false), out)
    }
}

/// Writes the log of one run, which ended with this exit status and did, or did not, look at everything.
fn write_log(
    rules: Vec<Value>,
    results: &[Value],
    notifications: &[Value],
    (exit_code, succeeded): (u8, bool),
    out: &mut dyn Write,
) -> io::Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    let driver =
        json!({ "name": "git-pyenv", "version": version, "semanticVersion": version, "rules": rules });
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "invocations": [{
                "executionSuccessful": succeeded,
                "exitCode": exit_code,
                "toolExecutionNotifications": notifications,
            }],
            "originalUriBaseIds": { TOP: { "description": { "text": "The top of the work tree." } } },
            "results": results,
        }],
    });
    write_escaped(&log, out)?;
    writeln!(out)
}

fn described(rule: &RuleInfo) -> Value {
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": text(rule.summary),
        "fullDescription": text(rule.explanation),
        "help": text(rule.help),
        "defaultConfiguration": { "level": level(rule.severity), "enabled": rule.is_default },
    })
}

fn result(finding: &Finding, rule: Option<usize>, fingerprint: &str) -> Value {
    json!({
        "ruleId": finding.rule.code,
        "ruleIndex": rule,
        "level": level(finding.severity),
        "message": text(&message(finding)),
        "locations": [location(&AnnotatedPlace::of(finding))],
        "partialFingerprints": { "gitPyenv/v1": fingerprint },
    })
}

fn skipped(skip: &Skip) -> Value {
    let reason = skip.reason.escaped().seen_from_root();
    json!({
        "level": "error",
        "message": text(&format!("could not check `{}`: {reason}", skip.path.seen_from_root())),
        "locations": [location(&AnnotatedPlace::of_skip(skip))],
    })
}

fn location(place: &AnnotatedPlace) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": place.uri(), "uriBaseId": TOP } });
    if let Some(line) = place.line {
        physical["region"] = json!({ "startLine": line });
    }
    json!({ "physicalLocation": physical })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A message in plain text, in which nothing is a placeholder (3.11.5) or a link (3.11.6).
fn text(said: &str) -> Value {
    json!({ "text": said.replace('{', "{{").replace('}', "}}").replace("](", "\\](") })
}
