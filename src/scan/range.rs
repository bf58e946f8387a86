//! The commits of a range.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Mutex, PoisonError};

use super::brought::{Brought, Shown};
use super::limits;
use super::nothing::nothing_anywhere;
use super::scanned::Scanned;
use super::states::States;
use crate::config::Settings;
use crate::detect::ChangedPlaces;
use crate::error::Result;
use crate::git::{Change, Commit, CommitRange, Reader};
use crate::model::{Facts, Scope};
use crate::order::Arrange as _;
use crate::order::set_of;
use crate::session::{Session, SettingsFinder};
use crate::tree::{Narrowed, ObjectId, Overlay, OwnedEntry, Tree};

/// Commits of a range up to one of its ends.
pub struct RangePart {
    /// The last commit of the history.
    pub end: ObjectId,
    /// The commits that no earlier part has, parents before children.
    pub commits: Vec<Commit>,
    changed: ChangedPlaces,
}

impl RangePart {
    /// Says whether the commits change no path.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changed.count == 0
    }
}

/// What the commits of a range bring in, also what a later one of them removes again.
pub(super) fn introduced(session: &Session<'_>, range: &str) -> Result<Scanned> {
    let commits = session.repository.range(range)?;
    // A range that is written has one end.
    let part = RangePart { end: commits.include[0], commits: Vec::new(), changed: ChangedPlaces::default() };
    let part = parts(session, &commits)?.pop().unwrap_or(part);
    introduced_by(session, &part, Scope::Range(range.to_owned()), &mut SettingsOfCommits::default())
}

/// Walks a range once and looks at the names that its commits change. The result has a part for each end, in their
/// order.
///
/// # Errors
/// Undecided if history cannot be read.
pub fn parts(session: &Session<'_>, range: &CommitRange) -> Result<Vec<RangePart>> {
    let history = session.repository.history(range)?;
    let (most, lists) = (limits::most_changed(history.commits.len()), history.split(&range.include));
    let changed: Vec<_> = lists.iter().map(|_| Mutex::new(ChangedPlaces::default())).collect();
    let is_all = session.repository.changes(&lists, most, &|list, changes| {
        let places = ChangedPlaces::of(changes.iter().map(Change::entry));
        changed.get(list).is_none_or(|known| {
            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
            known.merge(places);
            !known.is_too_much()
        })
    })?;
    let changed = changed.into_iter().map(|known| known.into_inner().unwrap_or_else(PoisonError::into_inner));
    let mut changed: Vec<ChangedPlaces> = changed.collect();
    if !is_all {
        // Of many paths with few names, it can still be certain that there is nothing.
        nothing_anywhere(session).ok_or_else(limits::too_much)?;
        changed = changed.into_iter().map(ChangedPlaces::only_counted).collect();
    }
    let parts = range.include.iter().zip(lists).zip(changed);
    Ok(parts.map(|((end, commits), changed)| RangePart { end: *end, commits, changed }).collect())
}

/// What the commits of a part bring in.
///
/// # Errors
/// Settings; undecided if a commit cannot be read.
pub fn introduced_by(
    session: &Session<'_>,
    part: &RangePart,
    scope: Scope,
    settings: &mut SettingsOfCommits,
) -> Result<Scanned> {
    let settings = settings.at(session, part.end)?;
    let end = session.repository.commit_tree(part.end)?;
    let (paths, mut skipped) = (part.changed.count, part.changed.skipped.clone());
    let places = part.changed.to_examine(&*end, &before(session, part)?)?;
    if places.all.is_empty() {
        return Ok(Scanned { skipped, paths, ..Scanned::of(Facts::nothing(scope), settings) });
    }
    let brought = Brought::new(session.repository.introduced(&part.commits, Some(&places.all))?);
    let narrowed = || Ok(Narrowed::new(session.repository.commit_tree(part.end)?, &places.all));
    let mut shown = Shown::of(&brought);
    shown.look(&Overlay::new(Box::new(narrowed()?), brought.together()))?;
    shown.look(&narrowed()?)?;
    let states = States::new(&session.repository, &*end, &mut shown, places);
    states.look_at(&part.commits, &brought)?;
    skipped.extend(shown.skipped);
    skipped.arrange();
    skipped.dedup();
    let facts = Facts { tracked: shown.environments, tracked_links: shown.links, ..Facts::nothing(scope) };
    Ok(Scanned { skipped, paths, ..Scanned::of(facts, settings) })
}

/// The trees of the commits that those of a part follow on.
fn before<'s>(session: &'s Session<'_>, part: &RangePart) -> Result<Vec<Box<dyn Tree + 's>>> {
    let own: HashSet<ObjectId> = part.commits.iter().map(|commit| commit.id).collect();
    let parents = part.commits.iter().flat_map(|commit| &commit.parents).copied();
    let before: BTreeSet<ObjectId> = set_of(parents.filter(|parent| !own.contains(parent)));
    before.into_iter().map(|commit| session.repository.commit_tree(commit)).collect()
}

/// The settings of commits. Most commits have the same settings files, and each reading asks git's configuration too.
#[derive(Default)]
pub struct SettingsOfCommits {
    fixed: Option<Settings>,
    read: Vec<(Vec<OwnedEntry>, Settings)>,
}

impl SettingsOfCommits {
    /// These settings, whatever the commits say.
    #[must_use]
    pub fn fixed(settings: Settings) -> Self {
        Self { fixed: Some(settings), read: Vec::new() }
    }

    /// The settings of a commit: those that count are those of the end of a range, not of a commit that it replaced.
    ///
    /// # Errors
    /// Settings; undecided if the commit cannot be read.
    pub fn at(&mut self, session: &Session<'_>, commit: ObjectId) -> Result<Settings> {
        if let Some(settings) = &self.fixed {
            return Ok(settings.clone());
        }
        let tree = session.repository.commit_tree(commit)?;
        let mut finder = SettingsFinder::default();
        tree.visit(&mut finder)?;
        if let Some((_, known)) = self.read.iter().find(|(files, _)| files == finder.found()) {
            return Ok(known.clone());
        }
        let settings = session.settings(finder.read(&*tree)?)?;
        self.read.push((finder.found().to_vec(), settings.clone()));
        Ok(settings)
    }
}
