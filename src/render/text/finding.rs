//! One finding: a headline, the evidence and the fix.

use std::io::{self, Write};

use crate::model::{Finding, Scope, Severity};
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;

/// Writes a finding.
pub(super) fn write_finding(finding: &Finding, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_without_fix(finding, style, out)?;
    let Some(fix) = &finding.fix else { return Ok(()) };
    let command = style.paint.paint(Role::Command, &fix.command);
    writeln!(out, "  fix: {command}      {}", style.paint.paint(Role::Detail, &format!("({})", fix.effect)))
}

/// Writes a finding for which one command fixes all.
pub(super) fn write_without_fix(finding: &Finding, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let head = format!("{}[{}]", finding.severity, finding.rule.code);
    writeln!(
        out,
        "{}: {}",
        style.paint.paint(severity_role(finding.severity), &head),
        style.said(&finding.message)
    )?;
    write_evidence(finding, style, out)
}

/// Writes the evidence, unless the headline already says it.
fn write_evidence(finding: &Finding, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Some((first, rest)) = finding.evidence.split_first() else { return Ok(()) };
    let (detail, fact) = (style.detail, style.said(&first.fact));
    if detail != Detail::Verbose && says_evidence(finding, style) {
        return Ok(());
    }
    let more = match (detail, rest.len()) {
        (Detail::Verbose, _) | (_, 0) => String::new(),
        (_, count) => format!(", and {count} more"),
    };
    writeln!(out, "  evidence: {}: {}{more}", style.shown(&first.path), fact)?;
    if detail == Detail::Verbose {
        rest.iter().try_for_each(|more| {
            writeln!(out, "            {}: {}", style.shown(&more.path), style.said(&more.fact))
        })?;
    }
    Ok(())
}

/// Says whether the headline of a finding says what its evidence does.
fn says_evidence(finding: &Finding, style: &Style<'_>) -> bool {
    finding.evidence.split_first().is_some_and(|(first, rest)| {
        let is_its_line = finding.line.is_some() && rest.is_empty() && first.path == finding.path;
        is_its_line || style.said(&finding.message).contains(&style.said(&first.fact))
    })
}

/// Says whether of the evidence of a finding only the beginning is shown without `--verbose`.
pub(super) fn has_more_evidence(finding: &Finding, style: &Style<'_>) -> bool {
    finding.evidence.len() > 1 && !says_evidence(finding, style)
}

/// Writes the command that shows everything of which only the beginning was shown.
pub(super) fn write_see_all(scope: &Scope, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Some(command) = scope.check_command().filter(|_| !style.here.lacks_program) else { return Ok(()) };
    writeln!(out, "see all of it with: {}", style.paint.paint(Role::Command, &format!("{command} -v")))
}

/// Returns the role of a severity.
pub(super) fn severity_role(severity: Severity) -> Role {
    match severity {
        Severity::Error => Role::Error,
        Severity::Warning => Role::Warning,
        Severity::Info => Role::Info,
    }
}
