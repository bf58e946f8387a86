//! The code quality report of GitLab.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use std::io::{self, Write};

use serde::Serialize;

use super::findings_format::FindingsFormat;
use super::place::{AnnotatedPlace, message, unique};
use crate::error::Error;
use crate::model::{Finding, Report, Severity, Skip, Suppression};
use crate::render::json::write_escaped;

pub(super) static FORMAT: GitLab = GitLab;

/// The format.
pub(super) struct GitLab;

/// An entry of the report.
#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: IssueLocation,
}

#[derive(Serialize)]
struct IssueLocation {
    path: String,
    lines: IssueLines,
}

#[derive(Serialize)]
struct IssueLines {
    begin: usize,
}

impl FindingsFormat for GitLab {
    fn name(&self) -> &'static str {
        "gitlab"
    }

    fn write_report(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let findings = report.findings.iter().map(of_finding);
        let relaxing = report.suppressed.iter().filter(|suppression| suppression.from_repository);
        let all = findings.chain(report.skipped.iter().map(of_skip)).chain(relaxing.map(of_suppression));
        write_issues(all.collect(), out)
    }

    fn write_error(&self, error: &Error, out: &mut dyn Write) -> io::Result<()> {
        let text = error.summary().escaped().seen_from_root();
        let issue =
            issue("git-pyenv", "critical", &text, &AnnotatedPlace::top(), "git-pyenv-error".to_owned());
        write_issues(vec![issue], out)
    }
}

fn write_issues(mut issues: Vec<Issue>, out: &mut dyn Write) -> io::Result<()> {
    let fingerprints = unique(issues.iter().map(|issue| issue.fingerprint.clone()));
    issues.iter_mut().zip(fingerprints).for_each(|(issue, unique)| issue.fingerprint = unique);
    write_escaped(&issues, out)?;
    writeln!(out)
}

fn of_finding(finding: &Finding) -> Issue {
    let severity = match finding.severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Info => "info",
    };
    // It is shown in one line.
    let text = message(finding).replace('\n', "; ");
    issue(finding.rule.code, severity, &text, &AnnotatedPlace::of(finding), finding.fingerprint())
}

fn of_skip(skip: &Skip) -> Issue {
    let reason = skip.reason.escaped().seen_from_root();
    let text = format!("could not check `{}`: {reason}", skip.path.seen_from_root());
    issue("could-not-check", "critical", &text, &AnnotatedPlace::of_skip(skip), skip.fingerprint())
}

/// A new one shows in a merge request that the request relaxes the check.
fn of_suppression(suppression: &Suppression) -> Issue {
    let [what, why] =
        [&suppression.finding, &suppression.because].map(|message| message.escaped().seen_from_root());
    issue(
        "suppressed",
        "info",
        &format!("{what} is {why}"),
        &AnnotatedPlace::top(),
        suppression.fingerprint(),
    )
}

fn issue(
    check_name: &'static str,
    severity: &'static str,
    description: &str,
    place: &AnnotatedPlace,
    fingerprint: String,
) -> Issue {
    Issue {
        description: description.to_owned(),
        check_name,
        fingerprint,
        severity,
        location: IssueLocation { path: place.text(), lines: IssueLines { begin: place.line.unwrap_or(1) } },
    }
}
