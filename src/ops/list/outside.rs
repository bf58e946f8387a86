//! Environments that tools keep elsewhere for a project.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::super::choose;
use super::super::condition::{self, Checkouts};
use super::super::session::Session;
use super::keepers::KEEPERS;
use super::{project, unread_below, work_tree};
use crate::detect;
use crate::env::Env;
use crate::error::Result;
use crate::fs::{DiskTree, real_path};
use crate::model::{ListedEnvironment, Unread};

/// The environments outside of the work tree that belong to its projects, by path.
///
/// # Errors
/// Undecided if the index cannot be read.
pub(super) fn list(
    env: &Env,
    session: &Session<'_>,
    unread: &mut Vec<Unread>,
) -> Result<Vec<ListedEnvironment>> {
    let Some(top) = session.repository.layout().work_tree.clone() else { return Ok(Vec::new()) };
    let checkouts = Checkouts::new(&top, &session.repository.layout().common_directory);
    let projects = project::all(session, &top)?;
    let places = projects.iter().flat_map(|project| KEEPERS.iter().flat_map(|keeper| keeper(env, project)));
    // `versions/NAME` of pyenv is a link.
    let real: BTreeSet<PathBuf> = places.filter_map(|place| real_path(&place)).collect();
    let outside = real.into_iter().filter(|place| !place.starts_with(&top));
    Ok(outside.filter_map(|place| look(&place, &top, &checkouts, unread)).collect())
}

/// Says whether a tool keeps an environment elsewhere for the project at the top of the work tree.
pub(in crate::ops) fn has_any(env: &Env, top: &Path) -> bool {
    let Some(project) = project::at(top) else { return false };
    let mut places = KEEPERS.iter().flat_map(|keeper| keeper(env, &project));
    places.any(|place| choose::is_environment(&place))
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
    let condition = condition::of(place, &environment, checkouts);
    unread.extend(condition.unreadable.iter().cloned().map(|skip| unread_below(holder, skip)));
    let health = condition::health(&condition).if_read(read);
    Some(ListedEnvironment { health, ..work_tree::described(holder, work_tree, environment) })
}
