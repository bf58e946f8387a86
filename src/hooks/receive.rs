//! Checks the commits that a push brings to this repository, on a server.
//!
//! Settings are those of the server. A pushed file that could switch the check off would make it worthless, so the settings
//! of pushed commits count only if the server says so.

use super::event::{HookCall, HookEvent};
use super::push::{Examined, affected, examine};
use super::pushed_references::PushedReference;
use super::switch::{empty_report, switched_off};
use super::{pushed_references, received_references};
use crate::config::Settings;
use crate::error::Result;
use crate::git::{CommitRange, Reader, Repository};
use crate::message::{Message, message};
use crate::model::{Gate, GateTrigger, InvocationDirectory, ReceivedPush, Report, Scope};
use crate::scan::{self, FixedReference, SettingsOfCommits};
use crate::session::Session;
use crate::tree::ObjectId;

/// Checks all references of a push at once.
///
/// # Errors
/// Settings; undecided if the input or history cannot be read.
pub(super) fn check_all(session: &Session<'_>, event: &HookEvent, call: &HookCall) -> Result<Gate> {
    check(session, event, |repository| received_references::from_input(repository, &call.stdin))
}

/// Checks one reference of a push.
///
/// # Errors
/// As [`check_all`]; usage for arguments that git would not pass.
pub(super) fn check_one(session: &Session<'_>, event: &HookEvent, call: &HookCall) -> Result<Gate> {
    check(session, event, |repository| received_references::from_arguments(repository, &call.arguments))
}

fn check(
    session: &Session<'_>,
    event: &HookEvent,
    read: impl FnOnce(&Repository<'_>) -> Result<Vec<PushedReference>>,
) -> Result<Gate> {
    let own = session.settings(Vec::new())?;
    let accepts = own.hooks.accept_pushed_settings.value;
    let scope = || Scope::Range(String::new());
    let gate =
        |report: Report, received: ReceivedPush| Gate { report, trigger: GateTrigger::Receive(received) };
    if let Some(report) = switched_off(session, event, &own, scope()) {
        return Ok(gate(report, ReceivedPush::of(event.setting.key)));
    }
    let references = read(&session.repository)?;
    if references.is_empty() {
        return Ok(gate(empty_report(session, scope()), ReceivedPush::of(event.setting.key)));
    }
    let known = known_commits(&session.repository)?;
    let include = references.iter().map(|reference| reference.end).collect();
    let range = CommitRange { include, exclude: known };
    let settings = if accepts { SettingsOfCommits::default() } else { SettingsOfCommits::fixed(own) };
    let examined = examine(session, event, &references, &range, settings)?;
    let received = received(session, event, &references, &examined, accepts)?;
    let mut report = examined.report;
    // Commands are for whoever pushes, in another directory on another machine.
    report.repository.invocation_directory = pusher();
    Ok(gate(report, received))
}

/// Where the commands of the answer are run: at the top of a clone, by somebody who may not have this program.
fn pusher() -> InvocationDirectory {
    InvocationDirectory::default().lacking_program(true)
}

/// The commits that this repository has under any name. Those that only another reference of the same push brings are not
/// among them.
fn known_commits(repository: &Repository<'_>) -> Result<Vec<ObjectId>> {
    let mut known = repository.tips("refs/")?;
    // It may be detached. If it is broken, more is looked at.
    let head = repository.head().ok().flatten().filter(|head| known.binary_search(head).is_err());
    known.extend(head);
    Ok(known)
}

/// What whoever pushes has to know about what was found.
fn received(
    session: &Session<'_>,
    event: &HookEvent,
    references: &[PushedReference],
    examined: &Examined,
    accepts: bool,
) -> Result<ReceivedPush> {
    let mut received = ReceivedPush::of(event.setting.key);
    if examined.removed.introducing.is_empty() {
        return Ok(received);
    }
    let affected = affected(references, examined);
    let commits = examined.parts.iter().flat_map(|part| &part.commits);
    received.fix = scan::fix_in_clone(session, &examined.removed, commits, &affected)?;
    received.branches = affected.iter().filter_map(branch).collect();
    if !accepts {
        let mut pushed = SettingsOfCommits::default();
        let settings = affected.iter().filter_map(|reference| pushed.at(session, reference.end).ok());
        received.unaccepted = settings.flat_map(|settings| relaxations(&settings)).collect();
        received.unaccepted.dedup();
    }
    Ok(received)
}

/// The name of a branch as people write it; `None` for a tag.
fn branch(reference: &FixedReference) -> Option<String> {
    let name = reference.name.as_ref()?;
    (!pushed_references::is_tag(name)).then(|| name.strip_prefix("refs/heads/").unwrap_or(name).to_owned())
}

/// The settings with which a pushed commit would relax the gate.
fn relaxations(settings: &Settings) -> Vec<Message> {
    let rows = settings.relaxed_by_repository().into_iter();
    rows.map(|row| message!("`{}` in {}", row.key, row.origin)).collect()
}
