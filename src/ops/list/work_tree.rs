//! The environments in one work tree.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use super::super::session::Session;
use super::super::{choose, condition, gather, installed};
use super::unread_below;
use crate::error::Result;
use crate::fs::{normalize_path, times};
use crate::model::{
    Condition, DiskEnvironment, Environment, EnvironmentLink, Health, ListedEnvironment, ListedLink,
    Standing, Unread,
};
use crate::path::RepoPath;

/// The environments and links of the session's work tree, by path.
///
/// # Errors
/// Usage in a bare repository, settings, or undecided if the work tree cannot be read.
pub(super) fn list(
    session: &Session<'_>,
    unread: &mut Vec<Unread>,
) -> Result<(Vec<ListedEnvironment>, Vec<ListedLink>)> {
    let mut gathered = gather::work_tree(session)?;
    condition::add(session, &mut gathered, false)?;
    let top = session.repository.layout().work_tree.clone().unwrap_or_default();
    let gather::Gathered { facts, skipped, .. } = gathered;
    let conditions: BTreeMap<&RepoPath, &Condition> =
        facts.conditions.iter().map(|condition| (&condition.root, condition)).collect();
    let environments = facts.on_disk.into_iter().map(|found| {
        let root = &found.environment.root;
        let health = conditions.get(root).map(|condition| condition::health(condition));
        // At the root itself stands what could not be compared with it.
        let read = !skipped.iter().any(|skip| skip.path.is_within(root) && skip.path != *root);
        in_work_tree(&top, found, health.unwrap_or_else(Health::unknown).if_read(read))
    });
    let environments = environments.collect();
    unread.extend(skipped.into_iter().map(|skip| unread_below(&top, skip)));
    let tracked = facts.tracked_links.into_iter().map(|found| found.link);
    let links: BTreeMap<RepoPath, EnvironmentLink> = tracked
        .chain(facts.disk_links.into_iter().map(|found| found.link))
        .map(|link| (link.entry.path.clone(), link))
        .collect();
    let links = links.into_values().map(|link| ListedLink { link, work_tree: top.clone() }).collect();
    Ok((environments, links))
}

fn in_work_tree(top: &Path, found: DiskEnvironment, health: Health) -> ListedEnvironment {
    let standing = Standing { protection: found.protection, tracked_files: found.tracked_files };
    ListedEnvironment { standing: Some(standing), health, ..described(top, top, found.environment) }
}

/// What the disk tells of an environment that was found below `top` and belongs to a work tree.
pub(super) fn described(top: &Path, work_tree: &Path, environment: Environment) -> ListedEnvironment {
    let place = environment.root.to_path(top);
    let (created, used) = ages(&place);
    ListedEnvironment {
        environment,
        top: top.to_path_buf(),
        work_tree: work_tree.to_path_buf(),
        is_chosen: false,
        standing: None,
        packages: Some(installed::count(&place)),
        health: Health::unknown(),
        created,
        used,
    }
}

/// When an environment was made, and used last: every start of its Python reads `pyvenv.cfg`, every installation writes
/// into `site-packages`.
fn ages(place: &Path) -> (Option<SystemTime>, Option<SystemTime>) {
    let settings = ["pyvenv.cfg", "conda-meta/history"].map(|name| times(&place.join(name)));
    let made = settings.into_iter().find(|times| times.modified.is_some()).unwrap_or_default();
    let sites = installed::sites(place).sites.into_iter();
    let installed = sites.filter_map(|site| times(&site.directory).modified);
    (made.created.or(made.modified), made.accessed.into_iter().chain(installed).max())
}

/// Marks the environment that commands mean in this work tree.
///
/// # Errors
/// Settings.
pub(super) fn mark_chosen(session: &Session<'_>, environments: &mut [ListedEnvironment]) -> Result<()> {
    let settings = session.work_tree_settings()?;
    // A choice that leads nowhere is for the commands to complain about that would follow it.
    let Ok(choice) = choose::choose(session, &settings, None) else { return Ok(()) };
    for listed in environments {
        listed.is_chosen = normalize_path(&choice.directory) == listed.place();
    }
    Ok(())
}
