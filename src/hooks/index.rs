//! Checks the index: what a commit or a merge would record, or all that git has.

use std::time::Instant;

use super::environments;
use super::event::HookEvent;
use super::switch::switched_off;
use crate::config::Settings;
use crate::error::Result;
use crate::model::{FailOn, Gate, GateTrigger, Scope};
use crate::project;
use crate::report;
use crate::scan::{self, Scanned};
use crate::session::Session;

/// Checks what the commit that is being made would record.
///
/// # Errors
/// Settings; undecided if the index cannot be read.
pub(super) fn check_staged(session: &Session<'_>, event: &HookEvent, trigger: GateTrigger) -> Result<Gate> {
    check(session, event, trigger, || {
        let mut scanned = scan::scan(session, &Scope::Staged, Some(project::DEPENDENCY_FILES))?;
        project::add_derived_files(session, &mut scanned)?;
        Ok(scanned)
    })
}

/// Checks all that the index has, whether or not `HEAD` has it: no commit is being made, so nothing would differ.
///
/// # Errors
/// As [`check_staged`].
pub(super) fn check_all(session: &Session<'_>, event: &HookEvent) -> Result<Gate> {
    check(session, event, GateTrigger::Everything, || scan::index(session))
}

fn check(
    session: &Session<'_>,
    event: &HookEvent,
    trigger: GateTrigger,
    scan: impl FnOnce() -> Result<Scanned>,
) -> Result<Gate> {
    let started = Instant::now();
    let off = |settings: &Settings| switched_off(session, event, settings, Scope::Staged);
    let mut scanned = match scan() {
        Ok(scanned) => scanned,
        Err(error) => {
            // A hook that the user has switched off must not stop git by failing.
            let report = session.settings(Vec::new()).ok().and_then(|settings| off(&settings));
            return report.map(|report| Gate { report, trigger }).ok_or(error);
        }
    };
    let report = match off(&scanned.settings) {
        Some(report) => report,
        None => {
            environments::add(session, &mut scanned)?;
            let mut report = report::assemble(session, scanned, FailOn::Warning, started)?;
            environments::keep_what_counts(&mut report);
            report
        }
    };
    Ok(Gate { report, trigger })
}
