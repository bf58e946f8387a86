//! The text of `check`: the findings, then a line that sums up.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::finding::{has_more_evidence, write_finding, write_see_all, write_without_fix};
use super::looked_at::{self, write_looked_at};
use super::notes::{write_notes, write_skipped, write_suppressed};
use crate::model::{Finding, LookedAt, Report, Scope, Severity};
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::style::Style;
use crate::text::{counted, grouped};

impl WriteText for Report {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        // Whoever asks for no text reads the exit status.
        if style.detail == Detail::Quiet {
            return Ok(());
        }
        for (position, finding) in self.findings.iter().enumerate() {
            // One command that fixes what follows as well is written once.
            let command = |finding: &Finding| finding.fix.as_ref().map(|fix| fix.command.clone());
            match self.findings.get(position + 1) {
                Some(next) if command(next) == command(finding) => write_without_fix(finding, style, out)?,
                _ => write_finding(finding, style, out)?,
            }
        }
        write_skipped(&self.skipped, style, out)?;
        write_suppressed(&self.suppressed, style, out)?;
        let notes: BTreeSet<&String> = self.syncs.iter().flat_map(|found| &found.sync.notes).collect();
        write_notes(&notes.into_iter().cloned().collect::<Vec<_>>(), style, out)?;
        if !self.findings.is_empty() || !self.suppressed.is_empty() || !self.skipped.is_empty() {
            writeln!(out)?;
        }
        if style.detail == Detail::Normal
            && self.findings.iter().any(|finding| has_more_evidence(finding, style))
        {
            write_see_all(&self.scope, style, out)?;
        }
        if let Some(looked_at) = &self.looked_at {
            self.write_looked_at(looked_at, style, out)?;
        }
        writeln!(out, "{}", summary(self))
    }
}

impl Report {
    /// Writes what was looked at.
    fn write_looked_at(
        &self,
        looked_at: &LookedAt,
        style: &Style<'_>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        write_looked_at(looked_at, &|path| self.repository.named(path), style, out)?;
        let Some(active) = &looked_at.active else { return Ok(()) };
        let place = style.said(&self.repository.named(&active.directory));
        writeln!(out, "{}", looked_at::active(active, &place, ""))
    }
}

/// Formats `checked 5,586 tracked paths, 1 environment, 2 manifests in 14 ms: 1 error, 1 warning`.
fn summary(report: &Report) -> String {
    let inspected = &report.inspected;
    let paths = match (&report.scope, inspected.changed_paths) {
        (Scope::WorkTree, _) => counted(inspected.paths, "tracked path"),
        (Scope::Staged, Some(changed)) => {
            format!("{} of {} in the index", counted(changed, "changed path"), grouped(inspected.paths))
        }
        (Scope::Staged, None) => format!("{} of the index", counted(inspected.paths, "path")),
        (Scope::Commit(_), _) => format!("{} of the commit", counted(inspected.paths, "path")),
        (Scope::Range(_), _) => format!("{} of the range", counted(inspected.paths, "changed path")),
    };
    let environments = report.inspected.environments;
    let verdict = [Severity::Error, Severity::Warning, Severity::Info]
        .iter()
        .filter(|severity| report.count(**severity) > 0)
        .map(|severity| counted(report.count(*severity) as u64, severity.name()))
        .chain((!report.skipped.is_empty()).then(|| format!("{} not checked", report.skipped.len())))
        .collect::<Vec<_>>()
        .join(", ");
    let manifests = report.inspected.manifests;
    let manifests =
        if manifests == 0 { String::new() } else { format!(", {}", counted(manifests, "manifest")) };
    format!(
        "checked {paths}, {}{manifests} in {}: {}",
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
