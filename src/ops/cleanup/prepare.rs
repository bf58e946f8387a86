//! The plan of a cleanup: everything that is read before anything changes.

use std::path::PathBuf;
use std::time::SystemTime;

use super::applied_plan::AppliedPlan;
use super::backups::BackupSelection;
use super::named::{self, NamedPlace};
use super::plan::{self, Planned, Work};
use super::request::{CleanupRequest, CleanupTargets, DeletingCommand};
use super::search::{self, FoundEnvironment, SearchedWorkTree};
use super::select::{CleanupSelection, require_found};
use crate::config::BackupLimitSettings;
use crate::error::{Error, Result};
use crate::fs::StagingDirectory;
use crate::git::elsewhere;
use crate::journal::StateDirectory;
use crate::model::{BackupScope, Cleanup, CleanupStep, PackageCheck, PlannedRemoval, Unread};
use crate::path::display;
use crate::removal::{self, Cache, Removal};
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
    pub(super) session: Session<'p>,
    pub(super) groups: Vec<Group>,
    /// Nothing is removed and nothing kept yet.
    pub(super) cleanup: Cleanup,
    auto_cleanup: Setting<bool>,
    /// What may go although no tool could write it again, absolute.
    pub(super) discarded: Vec<PathBuf>,
    pub(super) command: DeletingCommand,
}

impl PreparedCleanup<'_> {
    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Cleanup {
        &self.cleanup
    }

    /// Whether there is something that would be deleted if nobody objects.
    #[must_use]
    pub fn has_work(&self) -> bool {
        self.groups.iter().flat_map(|group| &group.planned).any(|planned| planned.stays().is_none())
    }

    /// Why settings forbid to delete anything without `--force`; `None` if they do not.
    #[must_use]
    pub fn forbidden(&self) -> Option<Error> {
        (!self.auto_cleanup.value).then(|| {
            Error::settings("`autoCleanup` is `false`: nothing is deleted without `--force`")
                .cause(format!("it is set in {}", self.auto_cleanup.origin))
        })
    }

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

    /// The result where nothing is to be changed.
    #[must_use]
    pub fn as_dry_run(self) -> Cleanup {
        Cleanup { step: CleanupStep::DryRun, ..self.cleanup }
    }

    /// The result where nobody could be asked, or said no.
    #[must_use]
    pub fn unconfirmed(self) -> Cleanup {
        Cleanup { step: CleanupStep::Unconfirmed, ..self.cleanup }
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
    let named = match &applied {
        Some(applied) => applied.named(&session)?,
        // Archives are named by their ids.
        None if has_backups => Vec::new(),
        None if request.is_replaced => {
            named::used(&session, &settings, request.names.first().map(String::as_str))?
        }
        None => request
            .names
            .iter()
            .map(|name| named::resolve(&session, &settings, name))
            .collect::<Result<_>>()?,
    };
    if request.force && !request.dry_run && applied.is_none() {
        let _lock = session.lock()?;
        removal::recover(&session.repository, None, ports.progress);
    }
    let selection = CleanupSelection::new(request, &named)?;
    let planner = Planner { request, selection, named: &named, discarded };
    let mut cleanup = Cleanup {
        repository: session.label(),
        plan: Vec::new(),
        removed: Vec::new(),
        kept: Vec::new(),
        backups: Vec::new(),
        unread: Vec::new(),
        step: CleanupStep::Planned,
        now: SystemTime::now(),
        plan_file: None,
    };
    let mut groups = match has_backups {
        true => vec![planner.backups(&session, &settings.backup_limits, &mut cleanup)?],
        false => planner.groups(ports, &session, &mut cleanup)?,
    };
    let items = groups.iter().flat_map(|group| &group.planned).map(|planned| planned.item.clone());
    cleanup.plan = items.collect::<Vec<PlannedRemoval>>();
    // What could not be read of something in the plan stops its deletion, as the plan says.
    let Cleanup { plan, unread, .. } = &mut cleanup;
    unread.retain(|unread| !plan.iter().any(|item| unread.path.starts_with(&item.path)));
    cleanup.unread.sort();
    cleanup.unread.dedup();
    let discarded = planner.discarded;
    if let Some(applied) = applied {
        let planned: Vec<&Planned> = groups.iter().flat_map(|group| &group.planned).collect();
        applied.require_unchanged(&session, &planned)?;
        groups.iter_mut().for_each(keep_planned_staging);
        cleanup.unread.clear();
    }
    Ok(PreparedCleanup {
        ports,
        session,
        groups,
        cleanup,
        auto_cleanup: settings.auto_cleanup,
        discarded,
        command: request.command,
    })
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
    /// What is meant of each work tree, by path.
    fn groups(&self, ports: Ports<'_>, session: &Session<'_>, cleanup: &mut Cleanup) -> Result<Vec<Group>> {
        let mut groups = vec![self.own(session, cleanup)?];
        let others = if self.request.all_worktrees { linked(session)? } else { Vec::new() };
        for top in others {
            let env = elsewhere(ports.env, &top);
            let group = Session::open(Ports { env: &env, ..ports }, Vec::new())
                .and_then(|session| self.other(&session, cleanup));
            match group {
                Ok(group) => groups.push(group),
                Err(error) => cleanup.unread.push(Unread { path: top, reason: error.message().to_owned() }),
            }
        }
        for group in &mut groups {
            group.planned.retain(|planned| self.selection.fits(&planned.item, cleanup.now));
            group.planned.sort_by(|one, other| one.item.path.cmp(&other.item.path));
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

    /// What is meant of the work tree that the command was run in, and of places elsewhere that were named.
    fn own(&self, session: &Session<'_>, cleanup: &mut Cleanup) -> Result<Group> {
        let mut found = search::work_tree(session, self.health_by())?;
        let outside = self.named.iter().filter(|named| !named.place.starts_with(&found.top));
        let outside: Vec<FoundEnvironment> =
            outside.filter_map(|named| search::elsewhere(&named.place)).collect();
        let caches: Vec<_> = found.caches.caches.iter().map(|cache| (found.top.as_path(), cache)).collect();
        let all: Vec<FoundEnvironment> = found.environments.iter().chain(&outside).cloned().collect();
        // What a plan file names and is no more shows when the plans are compared.
        if self.request.apply.is_none() && !self.request.is_replaced {
            require_found(self.named, &all, &caches)?;
        }
        found.environments.extend(outside);
        self.group(session, found, cleanup)
    }

    /// The archives of the repository that are to go.
    fn backups(
        &self,
        session: &Session<'_>,
        limits: &BackupLimitSettings,
        cleanup: &mut Cleanup,
    ) -> Result<Group> {
        let state = StateDirectory::of(&session.repository)?;
        let selection = BackupSelection::new(session, self.request, limits, cleanup.now)?;
        let (mut planned, staying) = selection.divide(state.archives()?)?;
        planned.sort_by(|one, other| one.item.path.cmp(&other.item.path));
        cleanup.backups = staying;
        Ok(Group { top: session.top()?, planned, staging: Vec::new() })
    }

    /// What is meant of another work tree.
    fn other(&self, session: &Session<'_>, cleanup: &mut Cleanup) -> Result<Group> {
        self.group(session, search::work_tree(session, self.health_by())?, cleanup)
    }

    fn group(&self, session: &Session<'_>, found: SearchedWorkTree, cleanup: &mut Cleanup) -> Result<Group> {
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
        let mut planned = plan::environments(session, environments, self.request, &self.discarded, backup)?;
        planned.extend(plan::caches(session, &top, meant)?);
        let staging = caches.staging.iter().map(|path| path.to_path(&top));
        let staging = staging.filter(|staging| !StagingDirectory::is_in_use(staging)).collect();
        Ok(Group { top, planned, staging })
    }
}
