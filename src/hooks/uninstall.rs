//! Takes our hooks away and leaves everything as it was.

use std::path::Path;

use super::apply;
use super::configuration::{EXECUTABLE, key};
use super::event::HookEvent;
use super::events::HOOK_EVENTS;
use super::hook_file::{HookFile, is_legacy, kept_path};
use super::hooks_directory::HooksDirectory;
use crate::error::{Error, Result};
use crate::fs::exists;
use crate::model::{HookAction, HookChange, HookReport};
use crate::path::shown;
use crate::session::{Ports, Session};

/// What to uninstall.
#[derive(Debug, Clone)]
pub struct UninstallRequest {
    /// Which hooks; empty for all.
    pub events: Vec<&'static HookEvent>,
    /// Change nothing.
    pub dry_run: bool,
}

/// Uninstalls hooks. What is not ours stays.
///
/// # Errors
/// Usage for a hook that was named and is not ours; action, with everything as it was, where something cannot
/// be written.
pub fn uninstall(ports: Ports<'_>, request: &UninstallRequest) -> Result<HookReport> {
    let session = Session::open(ports, Vec::new())?;
    let directory = HooksDirectory::find(&session.repository)?;
    let all = request.events.is_empty();
    let events = if all { HOOK_EVENTS.to_vec() } else { request.events.clone() };
    let (mut changes, mut notes) = (Vec::new(), Vec::new());
    for event in &events {
        let before = changes.len();
        for hook in directory.candidates(event) {
            changes.extend(file(&hook)?);
        }
        changes.extend(values(&session, event)?);
        if changes.len() == before {
            notes.push(nothing(&directory, event, all)?);
        }
    }
    let stays = HOOK_EVENTS.iter().filter(|event| !events.iter().any(|it| it.name == event.name));
    let mut still_needed = false;
    for event in stays {
        let mut files = directory.candidates(event).into_iter();
        let as_file = files.any(|hook| HookFile::is_ours(&hook).unwrap_or(false));
        still_needed |= as_file || !values(&session, event)?.is_empty();
    }
    if !still_needed {
        changes.extend(value(&session, EXECUTABLE)?);
    }
    if !request.dry_run {
        apply::apply(&session, &changes)?;
    }
    Ok(HookReport {
        repository: session.label(),
        action: HookAction::Uninstall,
        dry_run: request.dry_run,
        changes,
        states: Vec::new(),
        git_version: None,
        program: None,
        notes,
    })
}

fn file(hook: &Path) -> Result<Option<HookChange>> {
    let kept = kept_path(hook);
    Ok(match (HookFile::read(hook)?, exists(&kept)) {
        (HookFile::Ours(_), true) => Some(HookChange::Restore { kept, hook: hook.to_path_buf() }),
        (HookFile::Ours(_), false) => Some(HookChange::Remove(hook.to_path_buf())),
        // Ours was deleted by hand, and left the other hook under a name that git does not look for.
        (HookFile::Missing, true) if !is_legacy(hook) => {
            Some(HookChange::Restore { kept, hook: hook.to_path_buf() })
        }
        _ => None,
    })
}

fn values(session: &Session<'_>, event: &HookEvent) -> Result<Vec<HookChange>> {
    let mut found = Vec::new();
    for variable in ["event", "command", "enabled"] {
        found.extend(value(session, &key(event, variable))?);
    }
    Ok(found)
}

fn value(session: &Session<'_>, key: &str) -> Result<Option<HookChange>> {
    let value = session.repository.local_values(key)?.pop();
    Ok(value.map(|value| HookChange::Unset { key: key.to_owned(), value }))
}

/// What to say of a hook that is not installed.
fn nothing(directory: &HooksDirectory, event: &HookEvent, all: bool) -> Result<String> {
    let hook = directory.hook(event);
    match HookFile::read(&hook)? {
        HookFile::Foreign(_) if !all => Err(Error::usage(format!("`{}` is not ours", shown(&hook)))
            .hint("`git pyenv hook status` says what is installed")),
        HookFile::Foreign(_) => Ok(format!("the {} hook is not ours and stays", event.name)),
        HookFile::Missing | HookFile::Ours(_) => Ok(format!("the {} hook is not installed", event.name)),
    }
}
