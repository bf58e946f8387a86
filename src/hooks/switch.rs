//! The settings that switch hooks off, and the report of a hook that is off.

use super::event::HookEvent;
use crate::config::Settings;
use crate::model::{FailOn, Inspected, Report, Scope, Suppression};
use crate::session::Session;

/// The report of a hook that settings switch off; `None` for one that is on.
///
/// It is empty, unless a committed file switches the hook off: the report has to say so.
pub(super) fn switched_off(
    session: &Session<'_>,
    event: &HookEvent,
    settings: &Settings,
    scope: Scope,
) -> Option<Report> {
    let setting = (event.setting.value)(settings);
    if setting.value {
        return None;
    }
    let because = format!("disabled by `{}` in {}", event.setting.key, setting.origin);
    let finding = format!("the {} check", event.name);
    let by_repository = setting.origin.is_from_repository();
    let suppressed = by_repository.then_some(Suppression { finding, because, from_repository: true });
    Some(Report { suppressed: suppressed.into_iter().collect(), ..empty_report(session, scope) })
}

/// A report of nothing.
pub(super) fn empty_report(session: &Session<'_>, scope: Scope) -> Report {
    Report {
        repository: session.label(),
        scope,
        findings: Vec::new(),
        environments: Vec::new(),
        skipped: Vec::new(),
        suppressed: Vec::new(),
        inspected: Inspected::default(),
        fail_on: FailOn::Warning,
    }
}
