//! How to remove environments from commits: which commands do that depends on where `HEAD` and the references are.

use std::collections::{BTreeSet, HashSet};

use super::brought::short;
use super::staged::index;
use crate::error::Result;
use crate::git::{Commit, CommitRange, Reader};
use crate::model::{Facts, HistoryChange, HistoryFix, NEW_BRANCH, SparedCommits, Untracking};
use crate::path::RepoPath;
use crate::session::Session;
use crate::tree::{ObjectId, OwnedEntry, PlaceSet};

/// What is to be removed, and from which commits.
#[derive(Debug, Clone, Default)]
pub struct ToRemove {
    /// The environments and links.
    pub places: BTreeSet<RepoPath>,
    /// All that they consist of.
    pub pieces: BTreeSet<RepoPath>,
    /// The pieces that are directories.
    pub directories: BTreeSet<RepoPath>,
    /// The commits that bring them in, oldest first.
    pub introducing: Vec<ObjectId>,
}

impl ToRemove {
    /// Adds a place, without the commits that bring it in.
    pub fn add(&mut self, place: TrackedPlace) {
        self.places.insert(place.place);
        self.pieces.extend(place.pieces);
        self.directories.extend(place.directories);
    }
}

/// An environment or link that git has.
#[derive(Debug, Clone)]
pub struct TrackedPlace {
    /// Its directory, or the link.
    pub place: RepoPath,
    /// What it consists of.
    pub pieces: Vec<RepoPath>,
    /// The pieces that are directories.
    pub directories: Vec<RepoPath>,
    /// The commit of a range that brings it in, abbreviated.
    pub commit: Option<String>,
}

/// The environments and links among the facts.
#[must_use]
pub fn tracked_places(facts: &Facts) -> Vec<TrackedPlace> {
    let environments = facts.tracked.iter().map(|tracked| {
        let pieces = tracked.environment.pieces();
        TrackedPlace {
            place: tracked.environment.root.clone(),
            directories: pieces.iter().filter(|it| tracked.environment.is_directory(it)).cloned().collect(),
            pieces,
            commit: tracked.commit.clone(),
        }
    });
    let links = facts.tracked_links.iter().map(|tracked| {
        let place = tracked.link.entry.path.clone();
        let (pieces, directories) = (vec![place.clone()], Vec::new());
        TrackedPlace { pieces, directories, place, commit: tracked.commit.clone() }
    });
    environments.chain(links).collect()
}

/// A reference that contains the commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedReference {
    /// Its full name, or `HEAD`; `None` for a commit without a name.
    pub name: Option<String>,
    /// Its commit.
    pub end: ObjectId,
}

/// The ends that have one of the introducing commits in their history. `commits` has parents before children.
pub fn affected<'c>(
    commits: impl Iterator<Item = &'c Commit>,
    introducing: &[ObjectId],
) -> HashSet<ObjectId> {
    let mut affected: HashSet<ObjectId> = introducing.iter().copied().collect();
    for commit in commits {
        if commit.parents.iter().any(|parent| affected.contains(parent)) {
            affected.insert(commit.id);
        }
    }
    affected
}

/// How to remove environments from commits of these references; `None` if there is nothing that a command could do.
///
/// # Errors
/// Undecided if the repository cannot be read.
pub fn history_fix(
    session: &Session<'_>,
    removed: &ToRemove,
    references: &[FixedReference],
) -> Result<Option<HistoryFix>> {
    let repository = &session.repository;
    let (Some(first), false) = (removed.introducing.first(), references.is_empty()) else { return Ok(None) };
    let head = repository.head()?;
    let branch = repository.head_branch()?;
    let is_bare = repository.layout().work_tree.is_none();
    let is_checked_out = |reference: &FixedReference| {
        let is_head = |name: &String| name == "HEAD" || branch.as_ref() == Some(name);
        !is_bare && head == Some(reference.end) && reference.name.as_ref().is_some_and(is_head)
    };
    let checked_out = references.iter().find(|reference| is_checked_out(reference));
    let pieces: Vec<RepoPath> = removed.pieces.iter().cloned().collect();
    // A file that has the name of a directory now is another one.
    let concerns = |entry: &OwnedEntry| !removed.directories.contains(&entry.path);
    let before = match checked_out {
        None => Untracking::Nothing,
        Some(_) if repository.tracked_below(&pieces)?.iter().any(concerns) => untracking(session, removed)?,
        Some(reference) if repository.entries_below(reference.end, &pieces)?.iter().any(concerns) => {
            Untracking::Commit
        }
        Some(_) => Untracking::Nothing,
    };
    let only_head = |reference: &FixedReference| removed.introducing.iter().all(|id| *id == reference.end);
    let is_root = repository.resolve(&format!("{first}^"))?.is_none();
    // The parents of such a commit are not here, so that a rewritten one would have none.
    if is_root && repository.is_shallow()? {
        return Ok(None);
    }
    let change = match (checked_out, references) {
        (Some(reference), [_]) if only_head(reference) => HistoryChange::Amend,
        _ => HistoryChange::Rewrite {
            first: short(first),
            is_root,
            references: references.iter().map(name).collect(),
            unnamed: references.iter().find(|it| it.name.is_none()).map(|it| it.end.to_string()),
        },
    };
    let tips = repository.tips("refs/remotes/")?;
    let is_published = is_published(session, &removed.introducing, &tips)?;
    // A remote that has none of the commits that bring something in has none of those after them.
    let spared = match !is_published && !tips.is_empty() {
        true => SparedCommits::OfRemotes,
        false => SparedCommits::None,
    };
    let directories = removed.directories.clone();
    Ok(Some(HistoryFix { pieces, directories, before, change, is_published, is_bare, spared }))
}

/// How to untrack what the index has: `git pyenv fix` finds no environment whose proof a later commit replaced.
fn untracking(session: &Session<'_>, removed: &ToRemove) -> Result<Untracking> {
    let found: BTreeSet<RepoPath> =
        tracked_places(&index(session)?.facts).into_iter().map(|it| it.place).collect();
    let places = still_tracked(session, removed)?;
    let all_found = places.iter().all(|place| found.contains(place));
    Ok(if all_found { Untracking::Fix(places) } else { Untracking::Remove })
}

/// The places that the index has. `git pyenv fix` refuses one that is gone.
fn still_tracked(session: &Session<'_>, removed: &ToRemove) -> Result<Vec<RepoPath>> {
    let mut places: Vec<RepoPath> = removed.places.iter().cloned().collect();
    let tracked = session.repository.tracked_below(&places)?;
    let tracked: PlaceSet = tracked.into_iter().map(|entry| entry.path).collect();
    places.retain(|place| tracked.has(place.as_bytes()) || tracked.is_above(place.as_bytes()));
    Ok(places)
}

fn name(reference: &FixedReference) -> String {
    reference.name.clone().unwrap_or_else(|| format!("refs/heads/{NEW_BRANCH}"))
}

/// Whether a remote had one of the commits when git last contacted it.
fn is_published(session: &Session<'_>, commits: &[ObjectId], tips: &[ObjectId]) -> Result<bool> {
    let exclude = tips.to_vec();
    if exclude.is_empty() {
        return Ok(false);
    }
    let unpublished =
        session.repository.history(&CommitRange { include: commits.to_vec(), exclude })?.commits;
    let unpublished: HashSet<ObjectId> = unpublished.into_iter().map(|commit| commit.id).collect();
    Ok(!commits.iter().all(|commit| unpublished.contains(commit)))
}

/// The reference in which to change a commit: `HEAD` if it has it, else the branch that the user named.
///
/// # Errors
/// Undecided if the repository cannot be read.
pub fn reference_with(
    session: &Session<'_>,
    commit: ObjectId,
    named: &str,
) -> Result<Option<FixedReference>> {
    let repository = &session.repository;
    let contains = |end: ObjectId| -> Result<bool> {
        let missing = CommitRange { include: vec![commit], exclude: vec![end] };
        Ok(repository.history(&missing)?.commits.is_empty())
    };
    if let Some(end) = repository.head()?
        && contains(end)?
    {
        return Ok(Some(FixedReference { name: Some("HEAD".to_owned()), end }));
    }
    let name = format!("refs/heads/{named}");
    let end = if named.is_empty() { None } else { repository.resolve(&name)? };
    match end {
        Some(end) if contains(end)? => Ok(Some(FixedReference { name: Some(name), end })),
        _ => Ok(None),
    }
}
