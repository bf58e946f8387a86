//! Environments outside of a work tree: what managers keep elsewhere for its projects, and what is selected for them.

use std::path::{Path, PathBuf};

use super::described::described;
use super::unread::unread_below;
use crate::config::Settings;
use crate::detect;
use crate::error::Result;
use crate::fs::{DiskTree, real_path};
use crate::inspect::{health, is_environment};
use crate::model::{ListedEnvironment, PackageCheck, Unread};
use crate::project::{Checkouts, Project, inspect_for_project, kept_elsewhere, select, select_in};
use crate::session::Session;

/// The environments outside of the work tree that belong to its projects, by path.
///
/// # Errors
/// Undecided if the index cannot be read.
pub(super) fn list(
    session: &Session<'_>,
    settings: &Settings,
    projects: &[Project],
    unread: &mut Vec<Unread>,
) -> Result<Vec<ListedEnvironment>> {
    let Some(top) = session.repository.layout().work_tree.clone() else { return Ok(Vec::new()) };
    let checkouts = Checkouts::of(session);
    let mut places = kept_elsewhere(session, &top, projects)?;
    places.extend(selected(session, settings, projects, &top));
    Ok(places.into_iter().filter_map(|place| look(&place, &top, &checkouts, unread)).collect())
}

/// The environments outside of the work tree that its projects use, and those that the settings name, without links. Not what only
/// the repository says: no command uses that.
fn selected(session: &Session<'_>, settings: &Settings, projects: &[Project], top: &Path) -> Vec<PathBuf> {
    let of_projects = projects.iter().map(|project| select_in(session, settings, project));
    let named = settings.environments.keys().map(|name| select(session, settings, Some(name)));
    // A selection that is refused is an error of the commands that need one, not of this one.
    let directories = of_projects.chain(named).flatten().map(|selection| selection.directory);
    let real_top = real_path(top).unwrap_or_else(|| top.to_path_buf());
    let outside = |place: &PathBuf| !place.starts_with(&real_top) && is_environment(place);
    directories.filter_map(|directory| real_path(&directory)).filter(outside).collect()
}

/// The environment at a place, if there is one.
fn look(
    place: &Path,
    work_tree: &Path,
    checkouts: &Checkouts,
    unread: &mut Vec<Unread>,
) -> Option<ListedEnvironment> {
    let tree = DiskTree::of_single(place)?;
    let holder = place.parent()?;
    let found = detect::environments(&tree).ok()?;
    let skipped: Vec<_> = found.skipped.into_iter().chain(tree.skipped()).collect();
    let read = skipped.is_empty();
    unread.extend(skipped.into_iter().map(|skip| unread_below(holder, skip)));
    let environment = found.environments.into_iter().find(|found| found.root.to_path(holder) == place)?;
    let inspection = inspect_for_project(place, &environment, checkouts, PackageCheck::Quick);
    unread.extend(inspection.unreadable.iter().cloned().map(|skip| unread_below(holder, skip)));
    let health = health(&inspection).if_read(read);
    Some(ListedEnvironment { health, ..described(holder, work_tree, environment) })
}
