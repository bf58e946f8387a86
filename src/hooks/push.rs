//! Checks the commits that a push publishes, and finds how to remove environments from them.

use std::collections::BTreeSet;
use std::time::Instant;

use super::event::{HookCall, HookEvent};
use super::pushed_references::{self, NamedReferences, PushedReference};
use super::switch::{empty_report, switched_off};
use crate::error::Result;
use crate::git::CommitRange;
use crate::model::{FailOn, Finding, Gate, GateTrigger, HistoryFix, Report, Scope, Severity};
use crate::path::RepoPath;
use crate::report;
use crate::scan::{self, FixedReference, RangePart, SettingsOfCommits, ToRemove, TrackedPlace, short};
use crate::session::Session;
use crate::tree::ObjectId;

/// Checks what git pushes to a remote.
///
/// # Errors
/// Settings; undecided if the input or history cannot be read.
pub(super) fn check(session: &Session<'_>, event: &HookEvent, call: &HookCall) -> Result<Gate> {
    let remote = call.arguments.first().map(String::as_str);
    let pushed = pushed_references::from_input(&session.repository, remote, &call.stdin)?;
    let (report, rewrite) = examine_and_fix(session, event, &pushed)?;
    Ok(Gate { report, trigger: GateTrigger::Push(rewrite) })
}

/// Checks the commits that a framework names.
///
/// # Errors
/// As [`check()`]; undecided also for a reference that names no commit.
pub(super) fn check_named(
    session: &Session<'_>,
    event: &HookEvent,
    references: &NamedReferences,
) -> Result<Gate> {
    let pushed = pushed_references::from_framework(&session.repository, references)?;
    let (report, rewrite) = examine_and_fix(session, event, &[pushed])?;
    let is_push = references.remote.is_some();
    let trigger = if is_push { GateTrigger::Push(rewrite) } else { GateTrigger::Range(rewrite) };
    Ok(Gate { report, trigger })
}

/// Examines what is pushed from here, and finds how to remove what is blocked from all references that have it.
fn examine_and_fix(
    session: &Session<'_>,
    event: &HookEvent,
    pushed: &[PushedReference],
) -> Result<(Report, Option<HistoryFix>)> {
    let range = pushed_references::range(pushed);
    let examined = examine(session, event, pushed, &range, SettingsOfCommits::default())?;
    let fix = match examined.removed.introducing.is_empty() {
        true => None,
        false => scan::history_fix(session, &examined.removed, &affected(pushed, &examined))?,
    };
    Ok((examined.report, fix))
}

/// What was found in the commits of a push.
pub(super) struct Examined {
    /// What was found.
    pub(super) report: Report,
    /// The commits, for each reference those that no earlier one has; empty if it was clear without a walk that there is
    /// nothing to find.
    pub(super) parts: Vec<RangePart>,
    /// What is blocked.
    pub(super) removed: ToRemove,
}

/// Walks the commits of all references once, then checks one reference after the other, each without the commits that an
/// earlier one publishes. `range` has the ends of these references in their order.
///
/// # Errors
/// Settings; undecided if history cannot be read.
pub(super) fn examine(
    session: &Session<'_>,
    event: &HookEvent,
    pushed: &[PushedReference],
    range: &CommitRange,
    mut settings: SettingsOfCommits,
) -> Result<Examined> {
    let started = Instant::now();
    let revisions: Vec<String> = pushed.iter().map(PushedReference::revisions).collect();
    let mut report = empty_report(session, Scope::Range(revisions.join(" ")));
    let mut removed = ToRemove::default();
    if let Some(paths) = certainly_nothing(session, event, range, &mut settings) {
        report.inspected.paths = paths;
        report.inspected.elapsed = started.elapsed();
        return Ok(Examined { report, parts: Vec::new(), removed });
    }
    let parts = scan::parts(session, range)?;
    for part in parts.iter().filter(|part| !part.is_empty()) {
        let found = examine_one(session, event, part, &report.scope, &mut settings, &mut removed)?;
        merge(&mut report, found);
    }
    report.inspected.elapsed = started.elapsed();
    Ok(Examined { report: report.sorted(), parts, removed })
}

/// Returns how many paths were looked at if nothing can come of walking the commits: there is nothing to find, and no
/// settings of a pushed commit have anything to say. Whatever else, also an error, comes of the walk.
fn certainly_nothing(
    session: &Session<'_>,
    event: &HookEvent,
    range: &CommitRange,
    settings: &mut SettingsOfCommits,
) -> Option<u64> {
    let paths = scan::certainly_nothing(session, range)?;
    let is_silent = |end: &ObjectId| {
        let Ok(settings) = settings.at(session, *end) else { return false };
        let is_valid = report::enabled_rules(&settings).is_ok();
        is_valid && switched_off(session, event, &settings, Scope::Range(String::new())).is_none()
    };
    range.include.iter().all(is_silent).then_some(paths)
}

/// The references that have what is blocked.
pub(super) fn affected(pushed: &[PushedReference], examined: &Examined) -> Vec<FixedReference> {
    let commits = examined.parts.iter().flat_map(|part| &part.commits);
    let affected = scan::affected(commits, &examined.removed.introducing);
    let concerned = pushed.iter().filter(|reference| affected.contains(&reference.end));
    let named = |reference: &PushedReference| {
        let name = reference.name.clone().filter(|name| name == "HEAD" || name.starts_with("refs/"));
        FixedReference { name, end: reference.end }
    };
    let mut references: Vec<FixedReference> = Vec::new();
    for reference in concerned.map(named) {
        if !references.iter().any(|known| known.name == reference.name) {
            references.push(reference);
        }
    }
    references
}

/// Checks what one reference publishes and adds what has to be removed from its commits.
fn examine_one(
    session: &Session<'_>,
    event: &HookEvent,
    part: &RangePart,
    scope: &Scope,
    settings: &mut SettingsOfCommits,
    removed: &mut ToRemove,
) -> Result<Report> {
    let started = Instant::now();
    let scanned = scan::introduced_by(session, part, scope.clone(), settings)?;
    if let Some(report) = switched_off(session, event, &scanned.settings, scope.clone()) {
        return Ok(report);
    }
    let found = scan::tracked_places(&scanned.facts);
    let report = report::assemble(session, scanned, FailOn::Warning, started)?;
    let blocking = report.findings.iter().filter(|finding| finding.severity > Severity::Info);
    let places: BTreeSet<&RepoPath> = blocking.map(|finding| &finding.path).collect();
    let blocked: Vec<TrackedPlace> = found.into_iter().filter(|it| places.contains(&it.place)).collect();
    let named: BTreeSet<&String> = blocked.iter().filter_map(|it| it.commit.as_ref()).collect();
    let ids = part.commits.iter().map(|commit| commit.id);
    removed.introducing.extend(ids.filter(|id| named.contains(&short(id))));
    blocked.into_iter().for_each(|place| removed.add(place));
    Ok(report)
}

/// Adds the report of one reference, without what the whole report has already.
fn merge(whole: &mut Report, part: Report) {
    for finding in part.findings {
        let same = |other: &Finding| {
            (other.rule.code, &other.path, &other.message)
                == (finding.rule.code, &finding.path, &finding.message)
        };
        if !whole.findings.iter().any(same) {
            whole.findings.push(finding);
        }
    }
    for environment in part.environments {
        if !whole.environments.contains(&environment) {
            whole.environments.push(environment);
        }
    }
    for relaxation in part.suppressed {
        if !whole.suppressed.contains(&relaxation) {
            whole.suppressed.push(relaxation);
        }
    }
    whole.skipped.extend(part.skipped);
    whole.inspected.paths += part.inspected.paths;
    whole.inspected.environments += part.inspected.environments;
}
