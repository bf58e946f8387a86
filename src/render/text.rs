//! Text for people at a terminal.

use std::io::{self, Write};

use super::{Detail, Outcome, Paint, Renderer, Role, Style, create, fix};
use crate::error::Error;
use crate::model::{Explanation, Finding, Report, Scope, SettingsReport, Severity, Skip, Suppression};
use crate::path::printable;
use crate::text::{counted, grouped};

mod hooks;
mod in_use;
mod listing;
mod table;

pub(super) static RENDERER: Renderer = Renderer { name: "text", render, error: None };

fn render(outcome: &Outcome<'_>, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    match outcome {
        Outcome::Report(report) => report_text(report, style, out),
        Outcome::Listing(listing) => listing::write(listing, style, out),
        Outcome::Gate(gate) => super::gate::write(gate, style, out),
        Outcome::Hooks(report) => hooks::report(report, style, out),
        Outcome::FixPlan(plan) => fix::text::plan(plan, style, out),
        Outcome::Fixed(result) => fix::text::result(result, style, out),
        Outcome::Created(creation) => create::text::result(creation, style, out),
        Outcome::Settings(rows) => settings_text(rows, style, out),
        Outcome::Rules(rules) => rules_text(rules, style, out),
        Outcome::Activation(activation) => in_use::activation(activation, out),
        Outcome::Use(report) => in_use::use_report(report, style, out),
    }
}

/// Writes an error as `error:`, `cause:` and `hint:` lines.
///
/// # Errors
/// Whatever writing fails with.
pub fn error(error: &Error, paint: &dyn Paint, out: &mut dyn Write) -> io::Result<()> {
    let line = |text: &str| printable(text.as_bytes());
    writeln!(out, "{} {}", paint.paint(Role::Error, "error:"), line(error.message()))?;
    for cause in error.causes() {
        let mut lines = cause.lines().filter(|part| !part.trim().is_empty());
        let first = lines.next().unwrap_or_default();
        writeln!(out, "  {} {}", paint.paint(Role::Detail, "cause:"), line(first.trim()))?;
        lines.try_for_each(|rest| writeln!(out, "         {}", line(rest.trim_end())))?;
    }
    error
        .hints()
        .iter()
        .try_for_each(|hint| writeln!(out, "  {} {}", paint.paint(Role::Info, "hint:"), line(hint)))
}

fn report_text(report: &Report, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        if style.detail != Detail::Quiet || finding.severity > Severity::Info {
            finding_text(finding, style, out)?;
        }
    }
    notes(report, style, out)?;
    if style.detail == Detail::Quiet {
        return Ok(());
    }
    if !report.findings.is_empty() || !report.suppressed.is_empty() || !report.skipped.is_empty() {
        writeln!(out)?;
    }
    writeln!(out, "{}", summary(report))
}

/// One finding: headline, the telling evidence, the fix.
pub(super) fn finding_text(finding: &Finding, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let head = format!("{}[{}]", finding.severity, finding.rule.code);
    writeln!(out, "{}: {}", style.paint.paint(role(finding.severity), &head), finding.message)?;
    evidence_text(finding, style.detail, out)?;
    let Some(fix) = &finding.fix else { return Ok(()) };
    let command = style.paint.paint(Role::Command, &fix.command);
    writeln!(out, "  fix: {command}      {}", style.paint.paint(Role::Detail, &format!("({})", fix.effect)))
}

fn evidence_text(finding: &Finding, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    let Some((first, rest)) = finding.evidence.split_first() else { return Ok(()) };
    let more = match (detail, rest.len()) {
        (Detail::Verbose, _) | (_, 0) => String::new(),
        (_, 1) => ", and 1 more mark".to_owned(),
        (_, count) => format!(", and {count} more marks"),
    };
    writeln!(out, "  recognised by {}: {}{more}", first.path, first.fact)?;
    if detail == Detail::Verbose {
        rest.iter().try_for_each(|more| writeln!(out, "            and {}: {}", more.path, more.fact))?;
    }
    Ok(())
}

/// The colour role of a severity.
pub(super) fn role(severity: Severity) -> Role {
    match severity {
        Severity::Error => Role::Error,
        Severity::Warning => Role::Warning,
        Severity::Info => Role::Info,
    }
}

/// What could not be looked at, and what settings took away.
pub(super) fn notes(report: &Report, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    skips(&report.skipped, style, out)?;
    suppressions(&report.suppressed, style, out)
}

/// What could not be looked at.
pub(super) fn skips(skipped: &[Skip], style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let head = style.paint.paint(Role::Warning, "could not tell:");
    skipped.iter().try_for_each(|skip| {
        writeln!(out, "{head} `{}` was not read: {}", skip.path, printable(skip.reason.as_bytes()))
    })
}

/// What settings took away.
pub(super) fn suppressions(
    suppressed: &[Suppression],
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let head = style.paint.paint(Role::Info, "note:");
    suppressed.iter().try_for_each(|suppressed| {
        let because = printable(suppressed.because.as_bytes());
        writeln!(out, "{head} {} is {because}", printable(suppressed.finding.as_bytes()))
    })
}

/// `checked 5,586 tracked paths, 1 environment in 14 ms: 1 error, 1 warning`.
fn summary(report: &Report) -> String {
    let paths = match &report.scope {
        Scope::WorkTree => "tracked paths",
        Scope::Staged => "staged paths",
        Scope::Commit(_) => "paths of the commit",
        Scope::Range(_) => "paths of the range",
    };
    let environments = report.inspected.environments;
    let verdict = [Severity::Error, Severity::Warning, Severity::Info]
        .iter()
        .filter(|severity| report.count(**severity) > 0)
        .map(|severity| counted(report.count(*severity) as u64, severity.name()))
        .chain((!report.skipped.is_empty()).then(|| format!("{} not read", report.skipped.len())))
        .collect::<Vec<_>>()
        .join(", ");
    format!(
        "checked {} {paths}, {} in {}: {}",
        grouped(report.inspected.paths),
        counted(environments, "environment"),
        elapsed(report.inspected.elapsed),
        if verdict.is_empty() { "clean" } else { &verdict }
    )
}

fn elapsed(time: std::time::Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1000.0;
    match milliseconds {
        ms if ms < 10.0 => format!("{ms:.1} ms"),
        ms if ms < 10_000.0 => format!("{ms:.0} ms"),
        ms => format!("{:.1} s", ms / 1000.0),
    }
}

fn settings_text(report: &SettingsReport, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    for row in &report.rows {
        let value = printable(row.value.as_bytes());
        let origin = style.paint.paint(Role::Detail, &format!("({})", printable(row.origin.as_bytes())));
        let value = if value.is_empty() { row.empty } else { &value };
        writeln!(out, "{} = {value}  {origin}", printable(row.key.as_bytes()))?;
        if style.detail == Detail::Verbose {
            writeln!(out, "    {}", row.about)?;
        }
    }
    Ok(())
}

fn rules_text(explanation: &Explanation, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rules = explanation.rules.as_slice();
    if let [rule] = rules {
        let head = format!("{} {}", rule.code, rule.name);
        writeln!(out, "{} ({})", style.paint.paint(Role::Heading, &head), rule.severity)?;
        writeln!(out, "\n{}\n", rule.summary)?;
        wrap(rule.explanation, 78).iter().try_for_each(|line| writeln!(out, "{line}"))?;
        return writeln!(out, "\nhelp: {}", rule.help);
    }
    let width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    for rule in rules {
        let name = format!("{:width$}", rule.name);
        let code = style.paint.paint(role(rule.severity), rule.code);
        writeln!(out, "{code}  {name}  {:7}  {}", rule.severity.name(), rule.summary)?;
    }
    writeln!(out, "\n`git pyenv explain RULE` says more about one of them")
}

/// Breaks prose into lines of at most `width` characters.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
