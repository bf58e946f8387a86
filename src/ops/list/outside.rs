//! Environments that managers keep elsewhere for the projects of a work tree.

use std::path::Path;

use super::described::described;
use super::unread::unread_below;
use crate::detect;
use crate::error::Result;
use crate::fs::DiskTree;
use crate::inspect::health;
use crate::model::{ListedEnvironment, PackageCheck, Unread};
use crate::project::{Checkouts, inspect_for_project, kept_elsewhere};
use crate::session::Session;

/// The environments outside of the work tree that belong to its projects, by path.
///
/// # Errors
/// Undecided if the index cannot be read.
pub(super) fn list(session: &Session<'_>, unread: &mut Vec<Unread>) -> Result<Vec<ListedEnvironment>> {
    let Some(top) = session.repository.layout().work_tree.clone() else { return Ok(Vec::new()) };
    let checkouts = Checkouts::of(session);
    let places = kept_elsewhere(session, &top)?.into_iter();
    Ok(places.filter_map(|place| look(&place, &top, &checkouts, unread)).collect())
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
