//! Takes our hooks away and leaves everything as it was.

use std::path::{Path, PathBuf};

use super::apply;
use super::install::{EXECUTABLE, key};
use super::place::{HookFile, Place, kept};
use crate::error::{Error, Result};
use crate::fs::exists;
use crate::model::{HookAction, HookChange, HookEvent, HookReport};
use crate::path::display;
use crate::session::{Ports, Session};

/// What to uninstall.
#[derive(Debug, Clone)]
pub struct UninstallRequest {
    /// Which hooks; empty for all.
    pub events: Vec<HookEvent>,
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
    let place = Place::find(&session)?;
    let all = request.events.is_empty();
    let events = if all { HookEvent::ALL.to_vec() } else { request.events.clone() };
    let (mut changes, mut notes) = (Vec::new(), Vec::new());
    for event in &events {
        let before = changes.len();
        for hook in places(&place, *event) {
            changes.extend(file(&hook)?);
        }
        changes.extend(values(&session, *event)?);
        if changes.len() == before {
            notes.push(nothing(&place, *event, all)?);
        }
    }
    let stays = HookEvent::ALL.iter().filter(|event| !events.contains(event));
    let mut still_needed = false;
    for event in stays {
        let mut files = places(&place, *event).into_iter();
        let as_file = files.any(|hook| matches!(HookFile::read(&hook), Ok(HookFile::Ours(_))));
        still_needed |= as_file || !values(&session, *event)?.is_empty();
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

/// Where a hook of ours may be: where git looks, where it would look without `core.hooksPath`, and under the name
/// that pre-commit and prek give a hook that was there before theirs.
pub(super) fn places(place: &Place, event: HookEvent) -> Vec<PathBuf> {
    let mut directories = vec![&place.directory];
    if place.usual != place.directory {
        directories.push(&place.usual);
    }
    let names = [event.name().to_owned(), format!("{}.legacy", event.name())];
    directories.into_iter().flat_map(|directory| names.iter().map(|name| directory.join(name))).collect()
}

fn file(hook: &Path) -> Result<Option<HookChange>> {
    let kept = kept_beside(hook);
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

/// The second name of the hook that ours runs, whatever ours is called now.
pub(super) fn kept_beside(hook: &Path) -> PathBuf {
    if is_legacy(hook) { kept(&hook.with_extension("")) } else { kept(hook) }
}

fn is_legacy(hook: &Path) -> bool {
    hook.extension().is_some_and(|ending| ending == "legacy")
}

fn values(session: &Session<'_>, event: HookEvent) -> Result<Vec<HookChange>> {
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
fn nothing(place: &Place, event: HookEvent, all: bool) -> Result<String> {
    let hook = place.hook(event);
    match HookFile::read(&hook)? {
        HookFile::Foreign(_) if !all => Err(Error::usage(format!("`{}` is not ours", display(&hook)))
            .hint("`git pyenv hook status` says what is installed")),
        HookFile::Foreign(_) => Ok(format!("the {} hook is not ours and stays", event.name())),
        HookFile::Missing | HookFile::Ours(_) => Ok(format!("the {} hook is not installed", event.name())),
    }
}
