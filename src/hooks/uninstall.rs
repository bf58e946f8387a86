//! Plans how our hooks are removed and the earlier ones restored.

use std::path::{Path, PathBuf};

use super::configuration::{EXECUTABLE, key};
use super::event::HookEvent;
use super::events::HOOK_EVENTS;
use super::hook_file::{
    HookFile, is_legacy, is_link_beside, is_same_hook, kept_directory, kept_hook, kept_path, old_kept_path,
    save_edited,
};
use super::hooks_directory::HooksDirectory;
use super::plan::HookPlan;
use super::usual::usual_events;
use crate::error::{Error, Result};
use crate::fs::{exists, is_directory};
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
    let usual = usual_events(repository)?;
    let mut plan = HookPlan::default();
    for event in events {
        let before = plan.changes.len();
        for hook in directory.candidates(event) {
            plan.changes.extend(file(&hook, event)?);
        }
        plan.changes.extend(values(repository, event)?);
        let is_expected = !all || usual.iter().any(|usual| usual.name == event.name);
        if plan.changes.len() == before && is_expected {
            plan.notes.push(not_installed(&directory, event, all)?.into());
        }
    }
    plan.changes.extend(kept_directories(&directory, &plan.changes));
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

fn file(hook: &Path, event: &HookEvent) -> Result<Vec<HookChange>> {
    let kept = kept_hook(hook);
    let old = Some(old_kept_path(hook)).filter(|old| exists(old) && kept.as_ref() != Some(old));
    let hook = hook.to_path_buf();
    let found = HookFile::read(&hook)?;
    let save = save_edited(&hook, &found, event.script.as_bytes())?;
    let mut changes: Vec<HookChange> = match (found, kept.clone()) {
        (HookFile::Ours(_), Some(kept)) => vec![HookChange::Restore { kept, hook: hook.clone() }],
        (HookFile::Ours(_), None) => vec![HookChange::Remove(hook.clone())],
        // Ours was deleted by hand, which left the other hook under a name that git does not look for.
        (HookFile::Missing, Some(kept)) if !is_legacy(&hook) => {
            vec![HookChange::Restore { kept, hook: hook.clone() }]
        }
        // An interrupted run left it in both places.
        (HookFile::Foreign(_), Some(kept)) if is_same_hook(&hook, &kept)? => {
            vec![HookChange::RemoveSecond { second: kept, first: hook.clone() }]
        }
        _ => Vec::new(),
    };
    if let (Some(kept), Some(old), false) = (kept, old, changes.is_empty())
        && is_same_hook(&kept, &old)?
    {
        changes.push(HookChange::RemoveSecond { second: old, first: hook.clone() });
    }
    Ok(save.into_iter().chain(changes).collect())
}

/// The directories that hold no kept hook once these changes are made. A killed run may have left one.
fn kept_directories(directory: &HooksDirectory, changes: &[HookChange]) -> Vec<HookChange> {
    let restored = |kept: &PathBuf| {
        changes.iter().any(|change| match change {
            HookChange::Restore { kept: gone, .. } | HookChange::RemoveSecond { second: gone, .. } => {
                gone == kept
            }
            _ => false,
        })
    };
    let is_needed = |hooks: &Path| {
        let kept = HOOK_EVENTS.iter().map(|event| kept_path(&hooks.join(event.name)));
        kept.into_iter().any(|kept| exists(&kept) && !is_link_beside(&kept) && !restored(&kept))
    };
    let mut hooks = vec![directory.path.clone(), directory.default_path.clone()];
    hooks.dedup();
    let unneeded = hooks.into_iter().filter(|hooks| !is_needed(hooks));
    let changes = unneeded.map(|hooks| (kept_directory(&hooks), hooks));
    changes
        .filter(|(kept, _)| is_directory(kept))
        .map(|(kept, hooks)| HookChange::RemoveKeptDirectory { kept, hooks })
        .collect()
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
