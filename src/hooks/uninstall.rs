//! Plans how our hooks are removed and the earlier ones restored.

use std::path::Path;

use super::configuration::{EXECUTABLE, key};
use super::event::HookEvent;
use super::events::HOOK_EVENTS;
use super::hook_file::{HookFile, is_legacy, kept_path};
use super::hooks_directory::HooksDirectory;
use super::plan::HookPlan;
use crate::error::{Error, Result};
use crate::fs::exists;
use crate::git::Repository;
use crate::model::HookChange;
use crate::path::display;

/// Plans the removal of hooks; `events` is empty for all. Hooks that are not ours stay.
///
/// # Errors
/// Usage for a hook that was named and is not ours; undecided if git or a file cannot be read.
pub fn plan_uninstallation(repository: &Repository<'_>, events: &[&'static HookEvent]) -> Result<HookPlan> {
    let directory = HooksDirectory::find(repository)?;
    let all = events.is_empty();
    let events = if all { HOOK_EVENTS } else { events };
    let mut plan = HookPlan::default();
    for event in events {
        let before = plan.changes.len();
        for hook in directory.candidates(event) {
            plan.changes.extend(file(&hook)?);
        }
        plan.changes.extend(values(repository, event)?);
        if plan.changes.len() == before {
            plan.notes.push(not_installed(&directory, event, all)?);
        }
    }
    let is_removed = |event: &HookEvent| events.iter().any(|removed| removed.name == event.name);
    let mut needs_program = false;
    for event in HOOK_EVENTS.iter().filter(|event| !is_removed(event)) {
        let mut files = directory.candidates(event).into_iter();
        let as_file = files.any(|hook| HookFile::is_ours(&hook).unwrap_or(false));
        needs_program = needs_program || as_file || !values(repository, event)?.is_empty();
    }
    if !needs_program {
        plan.changes.extend(value(repository, EXECUTABLE)?);
    }
    Ok(plan)
}

fn file(hook: &Path) -> Result<Option<HookChange>> {
    let kept = kept_path(hook);
    let hook = hook.to_path_buf();
    Ok(match (HookFile::read(&hook)?, exists(&kept)) {
        (HookFile::Ours(_), true) => Some(HookChange::Restore { kept, hook }),
        (HookFile::Ours(_), false) => Some(HookChange::Remove(hook)),
        // Ours was deleted by hand, which left the other hook under a name that git does not look for.
        (HookFile::Missing, true) if !is_legacy(&hook) => Some(HookChange::Restore { kept, hook }),
        _ => None,
    })
}

fn values(repository: &Repository<'_>, event: &HookEvent) -> Result<Vec<HookChange>> {
    let mut found = Vec::new();
    for variable in ["event", "command", "enabled"] {
        found.extend(value(repository, &key(event, variable))?);
    }
    Ok(found)
}

fn value(repository: &Repository<'_>, key: &str) -> Result<Option<HookChange>> {
    let value = repository.local_values(key)?.pop();
    Ok(value.map(|value| HookChange::Unset { key: key.to_owned(), value }))
}

/// The note about a hook that is not installed.
fn not_installed(directory: &HooksDirectory, event: &HookEvent, all: bool) -> Result<String> {
    let hook = directory.hook(event);
    match HookFile::read(&hook)? {
        HookFile::Foreign(_) if !all => {
            Err(Error::usage(format!("`{}` was not installed by git-pyenv", display(&hook)))
                .hint("see what is installed with `git pyenv hook status`"))
        }
        HookFile::Foreign(_) => Ok(format!("kept {}: not installed by git-pyenv", event.name)),
        HookFile::Missing | HookFile::Ours(_) => Ok(format!("the {} hook is not installed", event.name)),
    }
}
