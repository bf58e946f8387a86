//! What there is in a work tree that can be deleted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::config::{self, Settings, Sources, VARIABLE_START};
use crate::detect;
use crate::env::Env;
use crate::error::Result;
use crate::fs::{DiskTree, StagingDirectory, is_staging_name, normalise_path, real_path};
use crate::inspect::{health, inspect, is_dead, is_environment};
use crate::message::{Message, message};
use crate::model::{Environment, HealthStatus, PackageCheck, Shape, Skip, Unread};
use crate::order::{map_of, set_of};
use crate::path::RepoPath;
use crate::project::{Project, add_facts, environment_at, projects, select_in};
use crate::removal::{FoundCaches, find_caches};
use crate::scan::{self, Scanned, WorkTreeScan};
use crate::session::Session;

/// An environment that was found.
#[derive(Debug, Clone)]
pub(super) struct FoundEnvironment {
    /// Its root is relative to `top`.
    pub(super) environment: Environment,
    /// The top of the work tree, or the directory that it lies in elsewhere.
    pub(super) top: PathBuf,
    /// It does not work; never if nobody asked.
    pub(super) is_broken: bool,
    /// Nothing can be run in it; of what is more than a remnant never if nobody asked.
    pub(super) is_dead: bool,
    /// The projects that use it, in words.
    pub(super) used_by: Vec<Message>,
}

impl FoundEnvironment {
    /// Its directory, absolute.
    pub(super) fn place(&self) -> PathBuf {
        self.environment.root.to_path(&self.top)
    }

    /// A run of this program has left it in a staging directory, or is at it: that directory.
    pub(super) fn staging(&self) -> Option<PathBuf> {
        let is_staging = |path: &RepoPath| is_staging_name(path.name());
        let found = self.environment.root.ancestors().find(is_staging);
        found.map(|path| path.to_path(&self.top))
    }
}

/// What is in a work tree.
#[derive(Debug)]
pub(super) struct SearchedWorkTree {
    /// Its top, absolute.
    pub(super) top: PathBuf,
    pub(super) settings: Settings,
    /// By path.
    pub(super) environments: Vec<FoundEnvironment>,
    pub(super) caches: FoundCaches,
    pub(super) unread: Vec<Unread>,
}

/// Searches the work tree of a session. Whether environments work is only found out if somebody asks, by a check of
/// their packages.
///
/// # Errors
/// Usage in a bare repository; undecided if it cannot be read.
pub(super) fn work_tree(session: &Session<'_>, health_by: Option<PackageCheck>) -> Result<SearchedWorkTree> {
    let top = session.top()?;
    let scan = WorkTreeScan { asks_ignore_rules: false, ..WorkTreeScan::of(session)? };
    let mut scanned = scan::work_tree(session, scan)?;
    let projects = projects(session)?;
    if let Some(check) = health_by {
        add_facts(session, &mut scanned, &projects, false, check)?;
    }
    let Scanned { facts, settings, skipped, .. } = scanned;
    let broken: BTreeMap<&RepoPath, HealthStatus> =
        map_of(facts.inspections.iter().map(|inspection| (&inspection.root, health(inspection).status)));
    let dead: BTreeSet<&RepoPath> =
        set_of(facts.inspections.iter().filter(|found| is_dead(found)).map(|found| &found.root));
    let users = users(session, &settings, &projects);
    let found = facts.on_disk.into_iter().map(|found| {
        let environment = found.environment;
        let place = normalise_path(&environment.root.to_path(&top));
        let is_remnant = environment.shape == Shape::Remnant;
        FoundEnvironment {
            is_dead: is_remnant || dead.contains(&environment.root),
            is_broken: is_remnant || broken.get(&environment.root) == Some(&HealthStatus::Broken),
            used_by: users.get(&real_path(&place).unwrap_or(place)).cloned().unwrap_or_default(),
            top: top.clone(),
            environment,
        }
    });
    // What a run is at right now is its own.
    let is_free = |found: &FoundEnvironment| {
        found.staging().is_none_or(|staging| !StagingDirectory::is_in_use(&staging))
    };
    let environments = found.filter(is_free).collect();
    let caches = find_caches(&top);
    let unread = skipped.into_iter().map(|skip| unread_below(&top, skip)).collect();
    Ok(SearchedWorkTree { top, settings, environments, caches, unread })
}

/// Searches a directory that is in no repository. Repositories below it are left out, and so is what is in a directory that
/// is passed over. Only what has the settings of an environment is one there: pieces may be anybody's.
///
/// # Errors
/// Undecided if it cannot be read; settings if a variable has an error.
pub(super) fn outside(
    env: &Env,
    directory: &Path,
    is_passed_over: &dyn Fn(&Path) -> bool,
    health_by: Option<PackageCheck>,
) -> Result<SearchedWorkTree> {
    let is_one = is_environment(directory);
    let tree = if is_one { DiskTree::of_single(directory) } else { None };
    let top = if tree.is_some() { directory.parent().unwrap_or(directory) } else { directory };
    let tree = tree.unwrap_or_else(|| DiskTree::new(directory)).but(is_passed_over);
    let found = detect::environments(&tree)?;
    let environments = found.environments.into_iter().filter_map(|environment| {
        let place = environment.root.to_path(top);
        let inspection = health_by.map(|_| inspect(&place, &environment));
        let found = FoundEnvironment {
            is_broken: inspection
                .as_ref()
                .is_some_and(|inspection| health(inspection).status == HealthStatus::Broken),
            is_dead: inspection.as_ref().is_some_and(is_dead),
            used_by: Vec::new(),
            top: top.to_path_buf(),
            environment,
        };
        let is_meant = match found.staging() {
            Some(staging) => !StagingDirectory::is_in_use(&staging),
            None => is_environment(&place) && found.environment.shape == Shape::Environment,
        };
        is_meant.then_some(found)
    });
    let environments = environments.collect();
    let is_over = |path: &RepoPath| {
        let place = path.to_path(top);
        let above = place.ancestors().take_while(|above| above.starts_with(directory) && *above != directory);
        above.into_iter().any(is_passed_over)
    };
    let mut caches = if is_one { FoundCaches::default() } else { find_caches(top) };
    caches.caches.retain(|cache| !is_over(&cache.path));
    caches.staging.retain(|staging| !is_over(staging));
    let skipped = found.skipped.into_iter().chain(tree.skipped());
    let unread = skipped.map(|skip| unread_below(top, skip)).collect();
    let variables = env.starting_with(VARIABLE_START);
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let settings = config::merge(&Sources { environment: variables, ..Sources::default() })?;
    Ok(SearchedWorkTree { top: top.to_path_buf(), settings, environments, caches, unread })
}

/// The environment at a place outside of the work tree.
pub(super) fn elsewhere(place: &Path) -> Option<FoundEnvironment> {
    let environment = environment_at(place)?;
    let top = place.parent()?.to_path_buf();
    Some(FoundEnvironment { environment, top, is_broken: false, is_dead: false, used_by: Vec::new() })
}

/// Which of these projects use an environment, in words, by its real path.
fn users(
    session: &Session<'_>,
    settings: &Settings,
    projects: &[Project],
) -> BTreeMap<PathBuf, Vec<Message>> {
    let mut users: BTreeMap<PathBuf, Vec<Message>> = BTreeMap::new();
    for project in projects {
        // A selection that is refused is an error of the commands that need one, not of this one.
        let Ok(selection) = select_in(session, settings, project) else { continue };
        let place = normalise_path(&selection.directory);
        let user = match project.path.is_root() {
            true => "the project".into(),
            false => message!("the project `{}`", project.path),
        };
        users.entry(real_path(&place).unwrap_or(place)).or_default().push(user);
    }
    users
}

fn unread_below(top: &Path, skip: Skip) -> Unread {
    Unread { path: skip.path.to_path(top), reason: skip.reason }
}
