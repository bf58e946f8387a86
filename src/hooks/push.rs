//! Checks the commits that a push publishes, and finds how to remove environments from them.

use std::collections::BTreeSet;
use std::time::Instant;

use super::event::{HookCall, HookEvent};
use super::pushed_references::{self, NamedReferences, PushedReference};
use super::switch::{empty_report, switched_off};
use crate::error::Result;
use crate::git::Reader;
use crate::model::{FailOn, Finding, Gate, GateTrigger, HistoryFix, Report, Scope, Severity};
use crate::path::RepoPath;
use crate::report;
use crate::scan::{self, RangePart, SettingsOfCommits, short};
use crate::session::Session;
use crate::tree::ObjectId;

/// Checks what git pushes to a remote.
///
/// # Errors
/// Settings; undecided if the input or history cannot be read.
pub(super) fn check(session: &Session<'_>, event: &HookEvent, call: &HookCall) -> Result<Gate> {
    let remote = call.arguments.first().map(String::as_str);
    let pushed = pushed_references::from_input(&session.repository, remote, &call.stdin)?;
    let (report, rewrite) = examine(session, event, &pushed)?;
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
    let (report, rewrite) = examine(session, event, &[pushed])?;
    let is_push = references.remote.is_some();
    let trigger = if is_push { GateTrigger::Push(rewrite) } else { GateTrigger::Range(rewrite) };
    Ok(Gate { report, trigger })
}

/// Walks the commits of all references once, then checks one reference after the other, each without the commits that an
/// earlier one publishes.
fn examine(
    session: &Session<'_>,
    event: &HookEvent,
    pushed: &[PushedReference],
) -> Result<(Report, Option<HistoryFix>)> {
    let started = Instant::now();
    let revisions: Vec<String> = pushed.iter().map(PushedReference::revisions).collect();
    let mut whole = empty_report(session, Scope::Range(revisions.join(" ")));
    let mut rewrite = None;
    let mut settings = SettingsOfCommits::default();
    let parts = scan::parts(session, &pushed_references::range(pushed))?;
    for (reference, part) in pushed.iter().zip(parts).filter(|(_, part)| !part.is_empty()) {
        let (report, advice) = examine_one(session, event, reference, &part, &whole.scope, &mut settings)?;
        merge(&mut whole, report);
        rewrite = rewrite.or(advice);
    }
    whole.inspected.elapsed = started.elapsed();
    Ok((whole.sorted(), rewrite))
}

fn examine_one(
    session: &Session<'_>,
    event: &HookEvent,
    reference: &PushedReference,
    part: &RangePart,
    scope: &Scope,
    settings: &mut SettingsOfCommits,
) -> Result<(Report, Option<HistoryFix>)> {
    let started = Instant::now();
    let scanned = scan::introduced_by(session, part, scope.clone(), settings)?;
    if let Some(report) = switched_off(session, event, &scanned.settings, scope.clone()) {
        return Ok((report, None));
    }
    let environments =
        scanned.facts.tracked.iter().map(|it| (it.environment.root.clone(), it.commit.clone()));
    let links = scanned.facts.tracked_links.iter().map(|it| (it.link.entry.path.clone(), it.commit.clone()));
    let commits: Vec<(RepoPath, Option<String>)> = environments.chain(links).collect();
    let report = report::assemble(session, scanned, FailOn::Warning, started)?;
    let blocking = report.findings.iter().filter(|finding| finding.severity > Severity::Info);
    let places: BTreeSet<RepoPath> = blocking.map(|finding| finding.path.clone()).collect();
    let named: BTreeSet<&String> = commits
        .iter()
        .filter(|(path, _)| places.contains(path))
        .filter_map(|(_, commit)| commit.as_ref())
        .collect();
    let ids = part.commits.iter().map(|commit| commit.id);
    let introducing: Vec<ObjectId> = ids.filter(|id| named.contains(&short(id))).collect();
    let rewrite = rewrite(session, reference, &introducing, places.into_iter().collect())?;
    Ok((report, rewrite))
}

/// How to remove `places` from the commits that introduce them, oldest first.
fn rewrite(
    session: &Session<'_>,
    reference: &PushedReference,
    introducing: &[ObjectId],
    places: Vec<RepoPath>,
) -> Result<Option<HistoryFix>> {
    let Some(first) = introducing.first() else { return Ok(None) };
    let is_checked_out = session.repository.head()? == Some(reference.end);
    if is_checked_out && introducing.iter().all(|commit| *commit == reference.end) {
        return Ok(Some(HistoryFix::Amend { places }));
    }
    let is_root = session.repository.resolve(&format!("{first}^"))?.is_none();
    let branch = reference.name.as_deref().and_then(|name| name.strip_prefix("refs/heads/"));
    let branch = branch.map_or_else(|| short(&reference.end), str::to_owned);
    let branch = (!is_checked_out).then_some(branch);
    Ok(Some(HistoryFix::Rebase { first: short(first), is_root, branch, places }))
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
