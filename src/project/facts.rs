//! What the project says about environments: whether it needs one, which one is selected, and of which Python.

use std::collections::BTreeSet;
use std::path::Path;

use super::checkouts::Checkouts;
use super::declared::declared;
use super::kept_elsewhere::has_any;
use super::project_directory::Project;
use super::projects::{ProjectFinder, project_here};
use super::python_envs;
use super::python_requests::unnamed_requests;
use super::redirect::target;
use super::selection::{select, selection_of};
use super::suggestions;
use crate::detect;
use crate::error::Result;
use crate::fs::{DiskTree, is_directory, real_path};
use crate::inspect::{self, damaged_packages, environments_in, inspect, is_environment, may_be_environment};
use crate::message::message;
use crate::model::{
    DiskEnvironment, Environment, Facts, Inspection, InvalidRequest, PackageCheck, ProjectFacts, Selection,
    Shape, Skip,
};
use crate::order::Arrange as _;
use crate::path::RepoPath;
use crate::scan::Scanned;
use crate::session::Session;

/// Adds to the facts of a work tree with these [`projects`](super::projects()) what the rules about environments need. A
/// bare repository has none.
///
/// # Errors
/// Usage in a bare repository.
pub fn add_facts(
    session: &Session<'_>,
    scanned: &mut Scanned,
    projects: &[Project],
    required: bool,
    check: PackageCheck,
) -> Result<()> {
    let Some(top) = session.repository.layout().work_tree.clone() else { return Ok(()) };
    let checkouts = Checkouts::of(session);
    let facts = &mut scanned.facts;
    // What git tracks of a left-over is checked by the rules about what is committed.
    let looked_at =
        facts.on_disk.iter().filter(|found| is_looked_at(&found.environment, found.tracked_files));
    let inspections = looked_at.map(|found| {
        let environment = &found.environment;
        inspect_for_project(&environment.root.to_path(&top), environment, &checkouts, check)
    });
    facts.inspections = inspections.collect();
    let mut unread: Vec<Skip> =
        facts.inspections.iter().flat_map(|inspection| inspection.unreadable.clone()).collect();
    unread.retain(|skip| !scanned.skipped.iter().any(|known| skip.path.is_within(&known.path)));
    scanned.skipped.extend(unread);
    add_projects(session, &top, (&checkouts, check), scanned, (projects, required))
}

/// Packages without an environment (PEP 582, what platforms build) have nothing that could be out of order, and of
/// left-overs only those that git does not have are looked at.
fn is_looked_at(environment: &Environment, tracked_files: usize) -> bool {
    let whole = environment.shape == Shape::Environment || tracked_files == 0;
    whole && !environment.kind.is_install_target
}

/// Inspects the environment in a directory, also for editable installs from elsewhere and for damaged packages, as far as
/// `check` asks.
#[must_use]
pub fn inspect_for_project(
    directory: &Path,
    environment: &Environment,
    checkouts: &Checkouts,
    check: PackageCheck,
) -> Inspection {
    let mut inspection = inspect(directory, environment);
    if inspection.is_staging() {
        return inspection;
    }
    if check >= PackageCheck::Sources {
        checkouts.add_editables(directory, &mut inspection);
    }
    if check >= PackageCheck::Quick {
        let found = damaged_packages(directory, &environment.root, check);
        inspection.damaged_packages = found.damaged;
        inspection.unreadable.extend(found.unreadable);
        inspection.unreadable.arrange();
        inspection.unreadable.dedup();
    }
    inspection
}

/// Adds what each project says.
///
/// # Errors
/// As [`project_here`].
fn add_projects(
    session: &Session<'_>,
    top: &Path,
    (checkouts, check): (&Checkouts, PackageCheck),
    scanned: &mut Scanned,
    (found, environment_required): (&[Project], bool),
) -> Result<()> {
    let here = project_here(session)?.path;
    // An environment may be in what could not be listed.
    let hidden = scanned.skipped.iter().any(|skip| skip.blob.is_none());
    let owners = EnvironmentOwners::of(top, found, scanned);
    for project in found {
        let Scanned { facts, settings, skipped, .. } = scanned;
        let selection = selection_of(session, settings, project);
        if let Some(inspection) = linked_elsewhere(top, &selection, checkouts, check) {
            skipped.extend(inspection.unreadable.clone());
            facts.inspections.push(inspection);
        }
        skipped.extend(python_envs::unread(project));
        let invalid_requests = compare_with_request(session, &selection, &mut facts.inspections, skipped);
        let is_selected = has_selected(&selection, facts);
        let unselected = match is_selected || selection.is_explicit() {
            true => Vec::new(),
            false => several_in(top, project),
        };
        let has_environment = is_selected
            || (!selection.is_explicit()
                && unselected.is_empty()
                && (hidden || owners.have_one_for(project) || has_any(session.env, project)));
        facts.projects.push(ProjectFacts {
            project: project.path.clone(),
            declared: declared(top, project, settings, skipped),
            environment: selection.place(),
            has_environment,
            environment_required,
            creation: match (has_environment, unselected.as_slice()) {
                (true, _) => Vec::new(),
                (false, []) => suggestions::creation(session, settings, &selection, project.path == here),
                (false, several) => suggestions::choice(&project.path, several),
            },
            unselected,
            invalid_requests,
        });
    }
    compare_named(session, scanned);
    Ok(())
}

/// The environments directly in a project, if there are several: of these, none is selected by looking.
fn several_in(top: &Path, project: &Project) -> Vec<RepoPath> {
    let found = environments_in(&project.path.to_path(top));
    let places = found.iter().filter_map(|place| RepoPath::from_relative(place.strip_prefix(top).ok()?).ok());
    let places: Vec<RepoPath> = places.collect();
    if places.len() > 1 { places } else { Vec::new() }
}

/// Says whether the selected environment is there, be it broken. One that cannot be looked at may be.
fn has_selected(selection: &Selection, facts: &Facts) -> bool {
    let is_it = |found: &DiskEnvironment| {
        found.environment.shape == Shape::Environment
            && Some(&found.environment.root) == selection.path.as_ref()
    };
    // Whether it is one of the type is known to its plug-in.
    let is_of_type = selection.plug_in.is_some() && is_directory(&selection.directory);
    is_of_type || may_be_environment(&selection.directory) || facts.on_disk.iter().any(is_it)
}

/// Compares the Python of the environments with what the settings request for them by name.
fn compare_named(session: &Session<'_>, scanned: &mut Scanned) {
    let Scanned { facts, settings, skipped, .. } = scanned;
    let with_python = settings.environments.iter().filter(|(_, named)| named.python.value.is_some());
    let selections = with_python.filter_map(|(name, _)| select(session, settings, Some(name)).ok());
    compare_selected(session, &selections.collect::<Vec<_>>(), facts, skipped);
}

/// Compares the Python of environments of projects that are not among those of the work tree with what these request.
pub(super) fn compare_pythons(
    session: &Session<'_>,
    scanned: &mut Scanned,
    projects: &[Project],
    selections: &[Selection],
) {
    let is_known = |selection: &&Selection| projects.iter().any(|project| project.path == selection.project);
    let others: Vec<Selection> =
        selections.iter().filter(|selection| !is_known(selection)).cloned().collect();
    compare_selected(session, &others, &mut scanned.facts, &mut scanned.skipped);
}

/// Compares the Python of each of these environments with what is requested, and notes what cannot be requested and is not reported.
fn compare_selected(
    session: &Session<'_>,
    selections: &[Selection],
    facts: &mut Facts,
    skipped: &mut Vec<Skip>,
) {
    for selection in selections {
        let invalid = compare_with_request(session, selection, &mut facts.inspections, skipped);
        let is_reported =
            |it: &InvalidRequest| facts.projects.iter().any(|project| project.invalid_requests.contains(it));
        let unreported = invalid.into_iter().filter(|it| !is_reported(it));
        skipped.extend(unreported.map(|it| Skip { path: it.file, reason: it.reason, blob: None }));
    }
}

/// The directories with environments, each with its project.
struct EnvironmentOwners {
    places: Vec<(RepoPath, RepoPath)>,
    projects: BTreeSet<RepoPath>,
}

impl EnvironmentOwners {
    /// Of what was found on the disk, and of links in place of environments.
    fn of(top: &Path, projects: &[Project], scanned: &Scanned) -> Self {
        let facts = &scanned.facts;
        let whole = facts.on_disk.iter().filter(|found| found.environment.shape == Shape::Environment);
        let links = facts.disk_links.iter().map(|found| &found.link);
        let links = links.chain(facts.tracked_links.iter().map(|tracked| &tracked.link));
        let links = links.filter(|link| may_be_environment(&target(&link.entry.path.to_path(top))));
        let roots = whole.map(|found| &found.environment.root).chain(links.map(|link| &link.entry.path));
        let finder = ProjectFinder::new(top);
        let place = |root: &RepoPath| {
            let place = root.parent().unwrap_or_default();
            (finder.of(&place).path, place)
        };
        let projects = projects.iter().map(|project| project.path.clone()).collect();
        Self { places: roots.map(place).map(|(owner, place)| (place, owner)).collect(), projects }
    }

    /// Says whether an environment lies in a project; one above that serves all below is selected there. What belongs to no
    /// project that is looked at, such as data for tests, belongs to the project around it.
    fn have_one_for(&self, project: &Project) -> bool {
        self.places.iter().any(|(place, owner)| match self.projects.contains(owner) {
            true => *owner == project.path,
            false => place.is_within(&project.path),
        })
    }
}

/// Adds to the facts of a work tree what would fix the environments that do not work or are not what is requested. It
/// lists all files of these.
pub fn add_suggestions(session: &Session<'_>, scanned: &mut Scanned) {
    let layout = session.repository.layout();
    let Some(top) = &layout.work_tree else { return };
    let Scanned { facts, settings, .. } = scanned;
    for inspection in &mut facts.inspections {
        let is_fine = inspect::health(inspection).problems.is_empty();
        if is_fine || inspection.is_staging() {
            continue;
        }
        let directory = inspection.root.to_path(top);
        let found = facts.on_disk.iter().find(|found| found.environment.root == inspection.root);
        let tracked = found.map_or(0, |found| found.tracked_files);
        inspection.installer = suggestions::installer(session.env, &directory, inspection);
        inspection.recreation = suggestions::recreation(&session.repository, settings, &directory, tracked);
    }
}

/// The environment that the project means where a link in the work tree leads to it, elsewhere. What is in the work
/// tree has been looked at already.
fn linked_elsewhere(
    top: &Path,
    selection: &Selection,
    checkouts: &Checkouts,
    check: PackageCheck,
) -> Option<Inspection> {
    let place = selection.path.clone()?;
    let directory = real_path(&selection.directory)?;
    if directory.starts_with(real_path(top)?) || !is_environment(&directory) {
        return None;
    }
    let environment = Environment { root: place, ..environment_at(&directory)? };
    Some(Inspection { is_linked: true, ..inspect_for_project(&directory, &environment, checkouts, check) })
}

/// The environment in exactly this directory, wherever that is. Its root is its name in the directory above.
#[must_use]
pub fn environment_at(directory: &Path) -> Option<Environment> {
    let found = detect::environments(&DiskTree::of_single(directory)?).ok()?.environments;
    let holder = directory.parent()?;
    found.into_iter().find(|found| found.root.to_path(holder) == directory)
}

/// Compares the Python of the project's environment with what is requested, and returns what cannot be requested. The environments of
/// test runners are of many versions on purpose.
fn compare_with_request(
    session: &Session<'_>,
    selection: &Selection,
    inspections: &mut [Inspection],
    skipped: &mut Vec<Skip>,
) -> Vec<InvalidRequest> {
    let is_selected = |inspection: &&mut Inspection| {
        selection.path.as_ref() == Some(&inspection.root) && !inspection.kind.is_test_runner
    };
    let inspection = inspections.iter_mut().find(is_selected);
    match unnamed_requests(session.repository.layout(), selection) {
        Ok(requests) => {
            if let Some(inspection) = inspection {
                let unsatisfied = requests.unsatisfied(&inspect::build(&inspection.versions));
                inspection.unsatisfied_request = inspection.unsatisfied_request.take().or(unsatisfied);
            }
            Vec::new()
        }
        Err(problem) => {
            let invalid = problem.invalid_request();
            let reason = message!("could not determine the requested Python: {}", problem.error);
            let path = inspection.filter(|_| invalid.is_none()).map(|inspection| inspection.root.clone());
            skipped.extend(path.map(|path| Skip { path, reason, blob: None }));
            invalid.into_iter().collect()
        }
    }
}
