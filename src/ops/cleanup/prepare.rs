//! The plan of a cleanup: everything that is read before anything changes.

use std::path::{Path, PathBuf};

use super::applied_plan::AppliedPlan;
use super::backups::BackupSelection;
use super::ground::Ground;
use super::named::{self, NamedPlace};
use super::plan::{self, Planned, Work};
use super::request::{CleanupRequest, CleanupTargets, DeletingCommand};
use super::search::{self, FoundEnvironment, SearchedWorkTree};
use super::select::{CleanupSelection, require_found};
use crate::config::{BackupLimitSettings, Settings};
use crate::error::{Error, Result};
use crate::fs::{StagingDirectory, is_directory};
use crate::git::elsewhere;
use crate::model::{BackupScope, Cleanup, PackageCheck, PlannedRemoval, Unread};
use crate::order::Arrange as _;
use crate::path::display;
use crate::removal::{Cache, Removal};
use crate::session::{Ports, Session};
use crate::setting::Setting;

/// What is to be deleted of one work tree.
pub(super) struct Group {
    /// The top of the work tree.
    pub(super) top: PathBuf,
    pub(super) planned: Vec<Planned>,
    /// Staging directories that no process may be using.
    pub(super) staging: Vec<PathBuf>,
}

/// A cleanup that is planned and not begun.
pub struct PreparedCleanup<'p> {
    pub(super) ports: Ports<'p>,
    pub(super) ground: Ground<'p>,
    pub(super) groups: Vec<Group>,
    /// Nothing is removed and nothing kept yet.
    pub(super) cleanup: Cleanup,
    pub(super) auto_cleanup: Setting<bool>,
    /// What may go although no tool could write it again, absolute.
    pub(super) discarded: Vec<PathBuf>,
    pub(super) command: DeletingCommand,
}

impl PreparedCleanup<'_> {
    /// The removal of the environment that is planned, for `create`, which puts another in its place; `None` if nothing
    /// is planned.
    ///
    /// # Errors
    /// Action if its directory is not its alone.
    pub fn into_removal(self) -> Result<Option<Removal>> {
        let planned = self.groups.into_iter().flat_map(|group| group.planned).next();
        let Some(Planned { item, work, places, .. }) = planned else { return Ok(None) };
        match work {
            Work::Environment(removal) if places.len() == 1 && places.contains(&item.path) => {
                Ok(Some(*removal))
            }
            _ => Err(Error::action(format!(
                "nothing can take the place of `{}`: more than an environment is in it",
                display(self.cleanup.shown(&item.path))
            ))),
        }
    }

    /// Takes out of the plan what is not at one of the right paths.
    pub(super) fn keep_only(&mut self, mut is_right: impl FnMut(&Path) -> bool) {
        for group in &mut self.groups {
            group.planned.retain(|planned| is_right(&planned.item.path));
            group.staging.retain(|staging| is_right(staging));
        }
        self.cleanup.plan = plan_of(&self.groups);
        self.cleanup.unread.retain(|unread| is_right(&unread.path));
    }
}

/// Finds what is meant, and what its deletion would take away. Nothing is changed, except with `--force`, where what killed
/// runs began is finished first.
///
/// # Errors
/// Usage or settings if it cannot be determined what is meant; undecided if the repository cannot be read.
pub fn prepare<'p>(ports: Ports<'p>, request: &CleanupRequest) -> Result<PreparedCleanup<'p>> {
    let session = Session::open(ports, Vec::new())?;
    let settings = session.work_tree_settings()?;
    let has_backups = request.targets == CleanupTargets::Backups;
    let discarded = request.discard.iter().map(|path| named::discarded(&session, path));
    let discarded = discarded.collect::<Result<Vec<PathBuf>>>()?;
    let applied = request.apply.as_deref();
    let applied = applied.map(|file| AppliedPlan::read(&session, file, request, &discarded)).transpose()?;
    let named = named_places(&session, &settings, request, applied.as_ref())?;
    let label = session.label();
    let ground = Ground::WorkTree { session: Box::new(session), is_elsewhere: request.is_elsewhere };
    if request.force && !request.dry_run && applied.is_none() {
        let _lock = ground.lock(ports.progress)?;
        ground.recover(None, ports.progress);
    }
    let selection = CleanupSelection::new(request, &named)?;
    let planner = Planner { request, selection, named: &named, discarded };
    let mut cleanup = Cleanup::planned(Some(label));
    let mut groups = match has_backups {
        true => vec![planner.backups(&ground, &settings.backup_limits, &mut cleanup)?],
        false => planner.groups(ports, &ground, &mut cleanup)?,
    };
    planner.complete(&mut groups, &mut cleanup);
    let discarded = planner.discarded;
    if let Some(applied) = applied {
        let planned: Vec<&Planned> = groups.iter().flat_map(|group| &group.planned).collect();
        applied.require_unchanged(ground.session()?, &planned)?;
        groups.iter_mut().for_each(keep_planned_staging);
        cleanup.unread.clear();
    }
    let (auto_cleanup, command) = (settings.auto_cleanup, request.command);
    Ok(PreparedCleanup { ports, ground, groups, cleanup, auto_cleanup, discarded, command })
}

/// The places that a request, or the plan that it applies, names; archives are named by their ids.
fn named_places(
    session: &Session<'_>,
    settings: &Settings,
    request: &CleanupRequest,
    applied: Option<&AppliedPlan>,
) -> Result<Vec<NamedPlace>> {
    match applied {
        Some(applied) => applied.named(session),
        None if request.targets == CleanupTargets::Backups => Ok(Vec::new()),
        None if request.is_replaced => {
            named::used(session, settings, request.names.first().map(String::as_str))
        }
        None => request.names.iter().map(|name| named::resolve(session, settings, name)).collect(),
    }
}

/// As [`prepare`], of what lies below a directory and in no repository; what is at and below a directory that is passed over
/// is not looked at.
///
/// # Errors
/// Usage for a pattern that is none; undecided if the directory cannot be read; settings if a variable has an error.
pub(super) fn prepare_outside<'p>(
    ports: Ports<'p>,
    request: &CleanupRequest,
    directory: &Path,
    is_passed_over: &dyn Fn(&Path) -> bool,
) -> Result<PreparedCleanup<'p>> {
    let ground = Ground::Nowhere(ports.env);
    if request.force && !request.dry_run && ground.state().is_ok_and(|state| is_directory(&state.path())) {
        let _lock = ground.lock(ports.progress)?;
        ground.recover(None, ports.progress);
    }
    let selection = CleanupSelection::new(request, &[])?;
    let planner = Planner { request, selection, named: &[], discarded: request.discard.clone() };
    let mut cleanup = Cleanup::planned(None);
    let found = search::outside(ports.env, directory, is_passed_over, planner.health_by())?;
    let auto_cleanup = found.settings.auto_cleanup.clone();
    let mut groups = vec![planner.group(&ground, found, &mut cleanup)?];
    planner.complete(&mut groups, &mut cleanup);
    let (discarded, command) = (planner.discarded, request.command);
    Ok(PreparedCleanup { ports, ground, groups, cleanup, auto_cleanup, discarded, command })
}

fn plan_of(groups: &[Group]) -> Vec<PlannedRemoval> {
    groups.iter().flat_map(|group| &group.planned).map(|planned| planned.item.clone()).collect()
}

/// Forgets the staging directories of which nothing is planned.
fn keep_planned_staging(group: &mut Group) {
    let Group { planned, staging, .. } = group;
    let is_planned = |staging: &PathBuf| {
        let is_in_it = |planned: &Planned| planned.item.path.starts_with(staging);
        planned.iter().any(|planned| matches!(planned.work, Work::LeftOver) && is_in_it(planned))
    };
    staging.retain(is_planned);
}

/// The other work trees of the repository.
fn linked(session: &Session<'_>) -> Result<Vec<PathBuf>> {
    let own = session.top()?;
    let all = session.repository.worktrees()?.into_iter().filter(|found| !found.bare && !found.prunable);
    Ok(all.map(|found| found.path).filter(|path| *path != own).collect())
}

/// Makes the plan of each work tree.
struct Planner<'r> {
    request: &'r CleanupRequest,
    selection: CleanupSelection<'r>,
    named: &'r [NamedPlace],
    discarded: Vec<PathBuf>,
}

impl Planner<'_> {
    /// What is meant of each work tree.
    fn groups(&self, ports: Ports<'_>, ground: &Ground<'_>, cleanup: &mut Cleanup) -> Result<Vec<Group>> {
        let mut groups = vec![self.own(ground, cleanup)?];
        let others = if self.request.all_worktrees { linked(ground.session()?)? } else { Vec::new() };
        for top in others {
            let env = elsewhere(ports.env, &top);
            let group = Session::open(Ports { env: &env, ..ports }, Vec::new()).and_then(|session| {
                self.other(&Ground::WorkTree { session: Box::new(session), is_elsewhere: true }, cleanup)
            });
            match group {
                Ok(group) => groups.push(group),
                Err(error) => cleanup.unread.push(Unread { path: top, reason: error.message().clone() }),
            }
        }
        Ok(groups)
    }

    /// How it is found out which environments work; `None` if that does not matter.
    fn health_by(&self) -> Option<PackageCheck> {
        match (self.request.only_broken, self.request.only_dead) {
            (true, _) => Some(PackageCheck::Quick),
            (false, true) => Some(PackageCheck::Nothing),
            (false, false) => None,
        }
    }

    /// The archives of the repository that are to go.
    fn backups(
        &self,
        ground: &Ground<'_>,
        limits: &BackupLimitSettings,
        cleanup: &mut Cleanup,
    ) -> Result<Group> {
        let session = ground.session()?;
        let selection = BackupSelection::new(session, self.request, limits, cleanup.now)?;
        let (planned, staying) = selection.divide(ground.state()?.archives()?)?;
        cleanup.backups = staying;
        Ok(Group { top: session.top()?, planned, staging: Vec::new() })
    }

    /// What is meant of the work tree that the command was run in, and of places elsewhere that were named.
    fn own(&self, ground: &Ground<'_>, cleanup: &mut Cleanup) -> Result<Group> {
        let mut found = search::work_tree(ground.session()?, self.health_by())?;
        let outside = self.named.iter().filter(|named| !named.place.starts_with(&found.top));
        let outside: Vec<FoundEnvironment> =
            outside.filter_map(|named| search::elsewhere(&named.place)).collect();
        let caches: Vec<_> = found.caches.caches.iter().map(|cache| (found.top.as_path(), cache)).collect();
        let all: Vec<FoundEnvironment> = found.environments.iter().chain(&outside).cloned().collect();
        // What a plan file names and is no more shows when the plans are compared.
        if self.request.apply.is_none() {
            require_found(self.named, &all, &caches, &ground.session()?.label())?;
        }
        found.environments.extend(outside);
        self.group(ground, found, cleanup)
    }

    /// What is meant of another work tree.
    fn other(&self, ground: &Ground<'_>, cleanup: &mut Cleanup) -> Result<Group> {
        self.group(ground, search::work_tree(ground.session()?, self.health_by())?, cleanup)
    }

    fn group(&self, ground: &Ground<'_>, found: SearchedWorkTree, cleanup: &mut Cleanup) -> Result<Group> {
        let SearchedWorkTree { top, settings, environments, caches, unread } = found;
        cleanup.unread.extend(unread);
        let is_meant = |cache: &Cache| self.selection.means_cache(cache, &top, &environments);
        let meant: Vec<Cache> = caches.caches.into_iter().filter(is_meant).collect();
        // Test runners keep environments in what is otherwise a cache.
        let is_in_cache = |found: &FoundEnvironment| {
            found.top == top && meant.iter().any(|cache| found.environment.root.is_within(&cache.path))
        };
        let environments = environments
            .into_iter()
            .filter(|found| is_in_cache(found) || self.selection.means(found, &settings.allow.value));
        let by_setting = settings.backup.value.then_some(BackupScope::All);
        let backup = self.request.backup.or(by_setting);
        let environments = environments.collect();
        let mut planned = plan::environments(ground, environments, self.request, &self.discarded, backup)?;
        planned.extend(plan::caches(ground, &top, meant)?);
        let staging = caches.staging.iter().map(|path| path.to_path(&top));
        let staging = staging.filter(|staging| !StagingDirectory::is_in_use(staging)).collect();
        Ok(Group { top, planned, staging })
    }

    /// Takes away what is not as old and large as requested, and makes the plan of the rest.
    fn complete(&self, groups: &mut [Group], cleanup: &mut Cleanup) {
        for group in groups.iter_mut() {
            // Age and size are among what selects archives.
            let is_chosen = |planned: &Planned| matches!(planned.work, Work::Archive(_));
            group
                .planned
                .retain(|planned| is_chosen(planned) || self.selection.fits(&planned.item, cleanup.now));
            group.planned.arrange_by(|one, other| one.item.path.cmp(&other.item.path));
        }
        cleanup.plan = plan_of(groups);
        // What could not be read of something in the plan stops its deletion, as the plan says.
        let Cleanup { plan, unread, .. } = cleanup;
        unread.retain(|unread| !plan.iter().any(|item| unread.path.starts_with(&item.path)));
        unread.arrange();
        unread.dedup();
    }
}
