//! The environments in one work tree.

use std::collections::BTreeMap;
use std::path::Path;

use super::described::described;
use super::unread::unread_below;
use crate::config::Settings;
use crate::error::Result;
use crate::fs::{exists, is_same_file, normalise_path, real_path};
use crate::inspect::health;
use crate::model::{
    DiskEnvironment, EnvironmentLink, EnvironmentSync, GitStatus, Health, Inspection, ListedEnvironment,
    ListedLink, Listing, MissingEnvironment, PackageCheck, Scope,
};
use crate::order::map_of;
use crate::path::RepoPath;
use crate::project::{self, Project, add_facts, add_syncs, projects, select_in};
use crate::scan::{self, Scanned};
use crate::session::Session;

/// What is in a work tree, by path, and its settings.
pub(super) struct WorkTreeContents {
    pub(super) environments: Vec<ListedEnvironment>,
    pub(super) links: Vec<ListedLink>,
    pub(super) settings: Settings,
    pub(super) projects: Vec<Project>,
    /// What is known of the packages of environments, also of some outside.
    pub(super) syncs: Vec<EnvironmentSync>,
}

/// The environments and links of the session's work tree.
///
/// # Errors
/// Usage in a bare repository, settings, or undecided if the work tree cannot be read.
pub(super) fn list(session: &Session<'_>, listing: &mut Listing) -> Result<WorkTreeContents> {
    let mut scanned = scan::scan(session, &Scope::WorkTree, None)?;
    let projects = projects(session)?;
    add_facts(session, &mut scanned, &projects, false, PackageCheck::Quick)?;
    add_syncs(session, &mut scanned, &projects, Vec::new());
    if let Some(all) = &mut listing.looked_at {
        let mut own = project::looked_at(session, &scanned, &projects);
        project::add_tools(&mut own, session, &projects)?;
        all.extend(own);
    }
    let top = session.repository.layout().work_tree.clone().unwrap_or_default();
    let Scanned { facts, settings, skipped, .. } = scanned;
    let inspections: BTreeMap<&RepoPath, &Inspection> =
        map_of(facts.inspections.iter().map(|inspection| (&inspection.root, inspection)));
    let environments = facts.on_disk.into_iter().map(|found| {
        let root = &found.environment.root;
        let verdict = inspections.get(root).map(|inspection| health(inspection));
        // A skip at the root itself is one that could not be compared with it.
        let read = !skipped.iter().any(|skip| skip.path.is_within(root) && skip.path != *root);
        let sync = EnvironmentSync::of(&facts.syncs, root);
        let health = verdict.unwrap_or_else(Health::unknown).if_read(read);
        ListedEnvironment { sync, ..in_work_tree(&top, found, health) }
    });
    let environments = environments.collect();
    listing.unread.extend(skipped.into_iter().map(|skip| unread_below(&top, skip)));
    let tracked = facts.tracked_links.into_iter().map(|found| found.link);
    let links: BTreeMap<RepoPath, EnvironmentLink> = map_of(
        tracked
            .chain(facts.disk_links.into_iter().map(|found| found.link))
            .map(|link| (link.entry.path.clone(), link)),
    );
    let links = links.into_values().map(|link| ListedLink { link, work_tree: top.clone() }).collect();
    Ok(WorkTreeContents { environments, links, settings, projects, syncs: facts.syncs })
}

fn in_work_tree(top: &Path, found: DiskEnvironment, health: Health) -> ListedEnvironment {
    let git_status = GitStatus { protection: found.protection, tracked_files: found.tracked_files };
    ListedEnvironment { git_status: Some(git_status), health, ..described(top, top, found.environment) }
}

/// Marks the selected environment of each of these projects of the work tree with these settings.
pub(super) fn mark_chosen(
    session: &Session<'_>,
    settings: &Settings,
    projects: &[Project],
    environments: &mut [ListedEnvironment],
) {
    for project in projects {
        // A selection without an environment is an error of the commands that need one, not of this one.
        let Ok(selection) = select_in(session, settings, project) else { continue };
        let directory = normalise_path(&selection.directory);
        let real = real_path(&directory);
        for listed in environments.iter_mut() {
            let place = listed.place();
            listed.is_chosen |= directory == place || real.as_ref() == Some(&place);
        }
    }
}

/// Adds the names that the settings of the work tree at `top` have for these environments, and returns what they name and
/// what does not exist.
pub(super) fn add_names(
    top: &Path,
    settings: &Settings,
    environments: &mut [ListedEnvironment],
) -> Vec<MissingEnvironment> {
    let mut missing = Vec::new();
    for (name, named) in &settings.environments {
        let directory = normalise_path(&top.join(&named.directory.value));
        for listed in environments.iter_mut().filter(|listed| is_same_file(&listed.place(), &directory)) {
            listed.names.push(name.clone());
        }
        if !exists(&directory) {
            missing.push(MissingEnvironment { name: name.clone(), directory });
        }
    }
    missing
}
