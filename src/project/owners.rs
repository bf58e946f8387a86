//! Environments of the work tree with the projects that own them, whatever these are to others.

use super::projects::ProjectFinder;
use super::selection::selection_of;
use super::selector::Selector;
use crate::config::Settings;
use crate::error::Result;
use crate::model::{Selection, SelectionReason};
use crate::path::RepoPath;
use crate::session::Session;
use crate::setting::Origin;

/// Selects each of these environments for the project in which it lies, also where that is one that [`projects`](super::projects()) leaves out.
///
/// # Errors
/// Usage in a bare repository.
pub fn owned<'r>(
    session: &Session<'_>,
    settings: &Settings,
    roots: impl IntoIterator<Item = &'r RepoPath>,
) -> Result<Vec<Selection>> {
    let top = session.top()?;
    let finder = ProjectFinder::new(&top);
    let selection = |root: &RepoPath| {
        let project = finder.of(&root.parent().unwrap_or_default());
        let selector = Selector { session, top: &top, settings, finder: &finder, project: &project };
        selector.at(&root.to_path(&top), Origin::Default, SelectionReason::Existing)
    };
    Ok(roots.into_iter().map(selection).collect())
}

/// Selects for these paths: an environment for one at or in it, and for one that holds environments what each of the projects selects
/// that own these. The top of the work tree is no such path.
///
/// # Errors
/// Usage in a bare repository.
pub fn owned_at(
    session: &Session<'_>,
    settings: &Settings,
    roots: &[&RepoPath],
    paths: &[RepoPath],
) -> Result<Vec<Selection>> {
    if paths.iter().any(RepoPath::is_root) {
        return Ok(Vec::new());
    }
    let is_at = |root: &RepoPath| paths.iter().any(|path| path.is_within(root));
    let is_below = |root: &RepoPath| paths.iter().any(|path| root.is_within(path));
    let mut found = owned(session, settings, roots.iter().copied().filter(|root| is_at(root)))?;
    let top = session.top()?;
    let finder = ProjectFinder::new(&top);
    let below = roots.iter().filter(|root| is_below(root) && !is_at(root));
    let projects = below.map(|root| finder.of(&root.parent().unwrap_or_default()));
    found.extend(projects.map(|project| selection_of(session, settings, &project)));
    Ok(found)
}
