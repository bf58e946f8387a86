//! Which environments changed files make to be out of step.

use std::collections::{BTreeMap, BTreeSet};

use super::derived::is_for_dependencies;
use super::locks::format_of;
use super::manifests::MANIFESTS;
use super::project_directory::Project;
use super::projects::ProjectFinder;
use super::python_requests::unnamed_requests;
use super::selection::selection_of;
use super::sync::{Standing, StandingOptions, installation, standing, sync_with};
use crate::config::Settings;
use crate::error::Result;
use crate::fs::exists;
use crate::inspect;
use crate::message::Message;
use crate::model::{AffectedEnvironment, FixStep, Inspection, Problem, Selection, SyncStatus};
use crate::order::{map_of, set_of};
use crate::path::RepoPath;
use crate::session::Session;

/// Keeps the files that by their names may say what environments are to contain, and those that settings name.
#[must_use]
pub fn dependency_files(settings: &Settings, mut paths: Vec<RepoPath>) -> Vec<RepoPath> {
    let named = settings.environments.values().flat_map(|named| &named.requirements.value);
    let named: BTreeSet<&[u8]> =
        set_of(named.chain([&settings.requirements_file.value]).map(String::as_bytes));
    paths.retain(|path| is_of_project(path) || is_for_dependencies(path) || named.contains(path.as_bytes()));
    paths
}

/// Says whether it is a manifest or a lock by its name.
fn is_of_project(path: &RepoPath) -> bool {
    let name = path.name();
    format_of(name).is_some() || MANIFESTS.iter().any(|manifest| manifest.file_name.as_bytes() == name)
}

/// The environments of the projects that these files belong to, as far as they exist and are not in step. That an
/// environment cannot be compared with what is asked for is reason enough: what is asked for has changed.
///
/// # Errors
/// Usage in a bare repository.
pub fn affected_by(
    session: &Session<'_>,
    settings: &Settings,
    changed: &[RepoPath],
) -> Result<Vec<AffectedEnvironment>> {
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let top = session.top()?;
    let finder = ProjectFinder::new(&top);
    // Git runs hooks at the top, and the user may be elsewhere.
    let here = finder.of(&session.invocation_directory().path);
    let owners = changed.iter().map(|file| finder.of(&file.parent().unwrap_or_default()));
    // The requirements of these may include files of others.
    let owners = owners.chain([here.clone(), finder.of(&RepoPath::root())]);
    let projects: BTreeMap<RepoPath, Project> = map_of(owners.map(|project| (project.path.clone(), project)));
    let mut found: Vec<AffectedEnvironment> = Vec::new();
    for project in projects.values() {
        let selection = selection_of(session, settings, project);
        let own = |file: &&RepoPath| finder.of(&file.parent().unwrap_or_default()).path == project.path;
        let Some(standing) = standing(session, settings, &selection, &StandingOptions::default(), None)
        else {
            continue;
        };
        let matters = |file: &&RepoPath| {
            let is_gone = || !exists(&file.to_path(&top));
            standing.requested.files.contains(file) || (own(file) && (is_of_project(file) || is_gone()))
        };
        let changed: Vec<RepoPath> = changed.iter().filter(matters).cloned().collect();
        let is_here = project.path == here.path;
        let affected = affected(session, &selection, standing, changed, is_here);
        found.extend(affected.filter(|it| !found.iter().any(|known| known.environment == it.environment)));
    }
    Ok(found)
}

/// An environment with the files that concern it; `None` if it is in step, or kept in step by a test runner.
fn affected(
    session: &Session<'_>,
    selection: &Selection,
    standing: Standing,
    changed: Vec<RepoPath>,
    is_here: bool,
) -> Option<AffectedEnvironment> {
    let Standing { requested, verdict, stale_lock, mut inspection, .. } = standing;
    if changed.is_empty() || inspection.kind.is_test_runner {
        return None;
    }
    inspection.unsatisfied_request = unsatisfied_request(session, selection, &inspection);
    let status = sync_with(&requested, &verdict, stale_lock).status;
    let is_fine = status == SyncStatus::InStep || requested.is_nothing();
    if is_fine && inspection.unsatisfied_request.is_none() {
        return None;
    }
    let fix = match (&inspection.unsatisfied_request, installation(selection, &inspection)) {
        // What it takes to recreate it, `check` finds out.
        (Some(_), _) | (_, None) => Vec::new(),
        (None, Some(_)) if is_here => vec![FixStep::Install { environment: None, is_sync: false }],
        (None, Some([install, _])) => vec![install],
    };
    let wrong = verdict.problems.iter().filter(|problem| problem.is_out_of_step());
    let packages: BTreeSet<&String> = set_of(wrong.map(|problem: &Problem| &problem.package));
    Some(AffectedEnvironment {
        environment: selection.place(),
        changed,
        status: if inspection.unsatisfied_request.is_some() { SyncStatus::OutOfStep } else { status },
        packages: packages.len(),
        unsatisfied_request: inspection.unsatisfied_request,
        fix,
    })
}

/// The request that the Python of an environment does not satisfy. What cannot be requested is for `check`.
fn unsatisfied_request(
    session: &Session<'_>,
    selection: &Selection,
    inspection: &Inspection,
) -> Option<Message> {
    let requests = unnamed_requests(session.repository.layout(), selection).ok()?;
    requests.unsatisfied(&inspect::build(&inspection.versions))
}
