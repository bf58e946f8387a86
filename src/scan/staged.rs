//! What is staged for the next commit.

use std::collections::HashMap;

use super::scanned::Scanned;
use super::tree::{self, TreeScan};
use crate::detect::Detection;
use crate::error::Result;
use crate::git::Reader;
use crate::model::{Environment, Facts, REDIRECT_FILE_NAME, Scope, Skip, TrackedEnvironment, TrackedLink};
use crate::path::RepoPath;
use crate::session::{Session, SettingsFinder};
use crate::tree::{OwnedEntry, PathFilter};

/// The next commit: the index, and of what it holds only what differs from `HEAD`.
pub(super) fn staged(session: &Session<'_>, watch: Option<PathFilter>) -> Result<Scanned> {
    let tree = session.repository.index_tree()?;
    let TreeScan { detection, settings, watched, unmerged } = tree::scan(&*tree, watch)?;
    let unmerged = undecided(unmerged, &detection, &settings);
    let settings = session.settings(settings.read(&*tree)?)?;
    let before = head_entries(session, &detection)?;
    let skipped = detection.skipped.into_iter().filter(|skip| {
        // A partial clone lacks blobs outside of its checkout; what `HEAD` has unchanged the commit does not bring in.
        let old = before.get(&skip.path).and_then(|entry| entry.id);
        skip.blob.is_none() || skip.blob != old
    });
    let skipped = skipped.chain(unmerged).collect();
    let is_new = |entry: &OwnedEntry| {
        let is_old = |old: &OwnedEntry| (old.id, old.kind) == (entry.id, entry.kind);
        !entry.is_unmerged && !before.get(&entry.path).is_some_and(is_old)
    };
    let is_in_head = |entry: &OwnedEntry| before.contains_key(&entry.path);
    let tracked = detection.environments.into_iter().filter_map(|environment| {
        let members = &environment.contents.members;
        let changed: Vec<RepoPath> =
            members.iter().filter(|entry| is_new(entry)).map(|entry| entry.path.clone()).collect();
        // What a merge alone has, nobody has committed yet; that it is unmerged is reported.
        let is_known = !changed.is_empty() || members.iter().any(is_in_head);
        is_known.then_some(TrackedEnvironment {
            environment,
            changed: Some(changed),
            commit: None,
            ignored_by: None,
        })
    });
    let links = detection.links.into_iter().filter_map(|link| {
        let changed = is_new(&link.entry);
        let is_known = changed || is_in_head(&link.entry);
        is_known.then_some(TrackedLink { link, changed: Some(changed), commit: None })
    });
    let facts =
        Facts { tracked: tracked.collect(), tracked_links: links.collect(), ..Facts::nothing(Scope::Staged) };
    Ok(Scanned { skipped, paths: detection.paths, watched, ..Scanned::of(facts, settings) })
}

/// Everything the next commit would hold, whether or not `HEAD` has it already.
pub fn index(session: &Session<'_>) -> Result<Scanned> {
    let tree = session.repository.index_tree()?;
    let TreeScan { detection, settings, unmerged, .. } = tree::scan(&*tree, None)?;
    let unmerged = undecided(unmerged, &detection, &settings);
    let settings = session.settings(settings.read(&*tree)?)?;
    let mut scanned = Scanned::whole(detection, settings, Scope::Staged);
    scanned.skipped.extend(unmerged);
    Ok(scanned)
}

/// What is not merged and may decide on environments: settings, a part of an environment, and what makes one.
fn undecided(unmerged: Vec<OwnedEntry>, detection: &Detection, settings: &SettingsFinder) -> Vec<Skip> {
    let matters = |entry: &OwnedEntry| {
        let path = &entry.path;
        settings.found().iter().any(|found| found.path == *path)
            || detection.environments.iter().any(|environment| environment.owns(path))
            || detection.links.iter().any(|link| link.entry.path == *path)
            || path.name().eq_ignore_ascii_case(b"pyvenv.cfg")
            || path.name() == REDIRECT_FILE_NAME.as_bytes()
    };
    unmerged.into_iter().filter(matters).map(|entry| Skip::unmerged(entry.path)).collect()
}

/// What `HEAD` has where something was found; git is not asked if nothing was found.
fn head_entries(session: &Session<'_>, detection: &Detection) -> Result<HashMap<RepoPath, OwnedEntry>> {
    let pieces = detection.environments.iter().flat_map(Environment::pieces);
    let links = detection.links.iter().map(|link| link.entry.path.clone());
    let unread = detection.skipped.iter().filter(|skip| skip.blob.is_some()).map(|skip| skip.path.clone());
    let places: Vec<RepoPath> = pieces.chain(links).chain(unread).collect();
    if places.is_empty() {
        return Ok(HashMap::new());
    }
    let Some(head) = session.repository.head()? else { return Ok(HashMap::new()) };
    let entries = session.repository.entries_below(head, &places)?;
    Ok(entries.into_iter().map(|entry| (entry.path.clone(), entry)).collect())
}
