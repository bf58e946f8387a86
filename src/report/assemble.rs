//! Puts a report together.

use std::time::Instant;

use super::rules::enabled_rules;
use super::suppress::{allowed, allowed_unread};
use crate::error::Result;
use crate::model::{Environment, FailOn, Inspected, Report};
use crate::rules;
use crate::scan::Scanned;
use crate::session::Session;

/// Runs the rules that settings leave on over what was scanned.
///
/// # Errors
/// Settings, for a rule that does not exist.
pub fn assemble(
    session: &Session<'_>,
    scanned: Scanned,
    fail_on: FailOn,
    started: Instant,
) -> Result<Report> {
    let enabled = enabled_rules(&scanned.settings)?;
    let (mut findings, mut suppressed) = allowed(rules::run(&enabled, &scanned.facts), &scanned.settings);
    let files = scanned.files().len() as u64;
    let (skipped, unread) = allowed_unread(scanned.skipped, &scanned.settings);
    suppressed.extend(unread);
    for fix in findings.iter_mut().filter_map(|finding| finding.fix.as_mut()) {
        fix.command = session.invocation_directory().command(&fix.steps);
    }
    let tracked = scanned.facts.tracked.iter().map(|tracked| tracked.environment.clone());
    let untracked = scanned.facts.on_disk.iter().filter(|found| found.tracked_files == 0);
    let environments: Vec<Environment> =
        tracked.chain(untracked.map(|found| found.environment.clone())).collect();
    let inspected = Inspected {
        paths: scanned.paths,
        changed_paths: None,
        environments: environments.len() as u64,
        manifests: files,
        elapsed: started.elapsed(),
    };
    let report = Report {
        repository: session.label(),
        scope: scanned.facts.scope,
        findings,
        environments,
        syncs: scanned.facts.syncs,
        skipped,
        suppressed,
        inspected,
        looked_at: None,
        fail_on,
    };
    Ok(report.sorted())
}
