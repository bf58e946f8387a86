//! Whether the environments of projects contain what these ask for.

use std::path::{Path, PathBuf};

use super::Checkouts;
use super::clone::checkout;
use super::facts::{compare_pythons, environment_at, inspect_for_project};
use super::local_project::local_project;
use super::project_directory::Project;
use super::requested::{RequestOptions, requested};
use super::selection::{select, selection_of};
use super::stale_lock::stale_lock;
use crate::config::Settings;
use crate::fs::real_path;
use crate::inspect::{self, InstalledPackages, is_environment};
use crate::message::{Message, message};
use crate::model::{
    DependencyGraph, Distribution, EnvironmentSync, Facts, FixStep, Inspection, InterpreterState,
    PackageCheck, Place, RequestedBy, RequestedPackages, Selection, Skip, Sync,
};
use crate::python::MarkerEnvironment;
use crate::satisfied::{SyncVerdict, graph, judge};
use crate::scan::Scanned;
use crate::session::Session;

/// Adds to the facts of a work tree whether the environment that each of its projects uses, each one that the settings name, and these
/// others are in step. An environment of another repository's project, or none, is nothing to compare.
pub fn add_syncs(session: &Session<'_>, scanned: &mut Scanned, projects: &[Project], others: Vec<Selection>) {
    if session.repository.layout().work_tree.is_none() {
        return;
    }
    compare_pythons(session, scanned, projects, &others);
    for selection in selections(session, scanned, projects, others) {
        scanned.facts.syncs.extend(sync_of(session, &selection, scanned));
    }
}

/// Adds what could not be decided to what could not be checked.
pub fn add_undecided(scanned: &mut Scanned) {
    let Scanned { facts, skipped, .. } = scanned;
    for sync in &facts.syncs {
        let skip = |(place, reason): &(Place, Message)| {
            let line = place.line.map(|line| format!("line {line}: ")).unwrap_or_default();
            Skip { path: place.file.clone(), reason: message!("{}{}", line, reason), blob: None }
        };
        skipped.extend(sync.undecided.iter().map(skip));
    }
}

/// The environment of each project, then those of the settings, then others; each once.
fn selections(
    session: &Session<'_>,
    scanned: &Scanned,
    projects: &[Project],
    others: Vec<Selection>,
) -> Vec<Selection> {
    let settings = &scanned.settings;
    let of_projects = projects.iter().map(|project| selection_of(session, settings, project));
    let named = settings.environments.keys();
    let named = named.filter_map(|name| select(session, settings, Some(name)).ok());
    let mut all: Vec<Selection> = Vec::new();
    for selection in of_projects.chain(named).chain(others) {
        let parts = |it: &Selection| (it.directory.clone(), it.project.clone(), it.name.clone());
        let is_known = |known: &Selection| parts(known) == parts(&selection);
        if !all.iter().any(is_known) {
            all.push(selection);
        }
    }
    all
}

/// What to compare an environment with, besides what its project says.
#[derive(Debug, Clone, Copy, Default)]
pub struct StandingOptions<'o> {
    /// Absolute paths of files to read in place of those that the project says.
    pub files: &'o [PathBuf],
    /// Dependency groups besides those that count anyway.
    pub groups: &'o [String],
    /// Extras of the project.
    pub extras: &'o [String],
    /// Whether what nothing asks for is a problem; `None` is as the files say.
    pub is_exact: Option<bool>,
    /// The inspection of the environment, where it was inspected a moment ago.
    pub inspection: Option<&'o Inspection>,
}

/// What an environment is asked to contain, and how it stands to that.
pub struct Standing {
    /// What is asked for.
    pub requested: RequestedPackages,
    /// The verdict.
    pub verdict: SyncVerdict,
    /// Why a lock that says so is not what the project asks for, a sentence that starts with its path.
    pub stale_lock: Option<Message>,
    /// The inspection of the environment; of its packages it may say nothing.
    pub inspection: Inspection,
    /// The packages in it, read as far as the verdict needed them.
    pub installed: InstalledPackages<'static>,
}

/// Compares the selected environment with what is asked for; `None` if there is none that could be compared. What is in
/// `known` already, inspections and locks that were compared with their manifests, is not found out again.
#[must_use]
pub fn standing(
    session: &Session<'_>,
    settings: &Settings,
    selection: &Selection,
    options: &StandingOptions<'_>,
    known: Option<&Facts>,
) -> Option<Standing> {
    let of_facts = || known.and_then(|facts| inspection_among(&facts.inspections, selection));
    let inspection = options.inspection.or_else(of_facts);
    let compared = ComparedEnvironment::of(session, settings, selection, inspection)?;
    let requested = compared.requested(options, false);
    let verdict = judge(&requested, &compared.installed, &compared.markers);
    let derived = known.map_or(&[][..], |facts| &facts.derived);
    let stale_lock = stale_lock(compared.top, &requested, derived);
    let ComparedEnvironment { inspection, installed, .. } = compared;
    Some(Standing { requested, verdict, stale_lock, inspection, installed })
}

/// Says which of the packages in the selected environment require which, beginning with what the manifests ask for, or the
/// lock where there is none, with the files that were read and what could not be determined; `None` if there is no
/// environment that could be looked at.
#[must_use]
pub fn dependency_graph(
    session: &Session<'_>,
    settings: &Settings,
    selection: &Selection,
) -> Option<(DependencyGraph, RequestedPackages, Vec<Message>)> {
    let options = StandingOptions::default();
    let compared = ComparedEnvironment::of(session, settings, selection, None)?;
    let by_lock = compared.requested(&options, false);
    let mut requested = compared.requested(&options, true);
    match requested.source {
        RequestedBy::Nothing => requested = by_lock,
        // The members of a workspace are in its lock alone.
        _ => requested.own_names.extend(by_lock.own_names),
    }
    let (graph, undecided) = graph(&requested, &compared.installed, &compared.markers);
    Some((graph, requested, undecided))
}

/// An environment that can be compared with what is asked for.
struct ComparedEnvironment<'c> {
    session: &'c Session<'c>,
    settings: &'c Settings,
    selection: &'c Selection,
    top: &'c Path,
    inspection: Inspection,
    markers: MarkerEnvironment,
    installed: InstalledPackages<'static>,
}

impl<'c> ComparedEnvironment<'c> {
    /// The selected one, with its inspection if that is known; `None` if there is none.
    fn of(
        session: &'c Session<'c>,
        settings: &'c Settings,
        selection: &'c Selection,
        known: Option<&Inspection>,
    ) -> Option<Self> {
        let top = session.repository.layout().work_tree.as_deref()?;
        let directory = real_path(&selection.directory).filter(|directory| is_environment(directory))?;
        let inspection = known.cloned().or_else(|| inspection_of(session, &directory))?;
        if inspection.is_staging() {
            return None;
        }
        let markers = inspect::marker_environment(&directory, &inspection);
        let home = session.env.home();
        let installed = InstalledPackages::read(&directory, home.as_deref());
        let local =
            move |place: &Path, installed: Option<&Distribution>| local_project(&directory, place, installed);
        let installed = installed.with_sources(local, checkout);
        Some(Self { session, settings, selection, top, inspection, markers, installed })
    }

    /// What it is asked to contain.
    fn requested(&self, options: &StandingOptions<'_>, ignores_lock: bool) -> RequestedPackages {
        let request = RequestOptions {
            project: &self.selection.project,
            environment: self.selection.name.as_deref(),
            files: options.files,
            groups: options.groups,
            extras: options.extras,
            markers: &self.markers,
            ignores_lock,
        };
        let mut requested = requested(self.session.env, self.top, self.settings, &request);
        requested.is_exact = options.is_exact.unwrap_or(requested.is_exact);
        requested
    }
}

/// Whether an environment is in step; a stale lock is no proof.
pub(super) fn sync_with(
    requested: &RequestedPackages,
    verdict: &SyncVerdict,
    stale_lock: Option<Message>,
) -> Sync {
    let sync = verdict.sync(requested);
    match stale_lock {
        Some(reason) => sync.doubted(reason),
        None => sync,
    }
}

/// What the rules need of the standing of an environment. Test runners keep their environments in step themselves.
fn sync_of(session: &Session<'_>, selection: &Selection, scanned: &Scanned) -> Option<EnvironmentSync> {
    let (settings, known) = (&scanned.settings, Some(&scanned.facts));
    let found = standing(session, settings, selection, &StandingOptions::default(), known)?;
    let Standing { requested, verdict, stale_lock, inspection, .. } = found;
    (!inspection.kind.is_test_runner).then(|| EnvironmentSync {
        environment: selection.place(),
        directory: real_path(&selection.directory).unwrap_or_else(|| selection.directory.clone()),
        root: selection.path.clone(),
        sync: sync_with(&requested, &verdict, stale_lock),
        problems: verdict.problems,
        undecided: verdict.undecided,
        installation: installation(selection, &inspection),
    })
}

/// The inspection of the selected environment, if it is one of these.
fn inspection_among<'i>(known: &'i [Inspection], selection: &Selection) -> Option<&'i Inspection> {
    known.iter().find(|inspection| selection.path.as_ref() == Some(&inspection.root))
}

/// A new inspection of the environment in a directory, which says nothing of the files of packages.
fn inspection_of(session: &Session<'_>, directory: &Path) -> Option<Inspection> {
    let environment = environment_at(directory)?;
    Some(inspect_for_project(directory, &environment, &Checkouts::of(session), PackageCheck::Nothing))
}

/// The commands that bring an environment in step; `None` if its Python does not work.
pub(super) fn installation(selection: &Selection, inspection: &Inspection) -> Option<[FixStep; 2]> {
    let mut names = inspection.interpreters.iter();
    let is_alive = names.any(|name| matches!(name.state, InterpreterState::Alive(_)));
    let environment = selection.path.clone();
    let step = |is_sync| FixStep::Install { environment: environment.clone(), is_sync };
    is_alive.then(|| [step(false), step(true)])
}
