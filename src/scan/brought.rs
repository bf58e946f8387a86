//! What the commits of a range bring in, in all the states that they go through.

use std::collections::BTreeMap;

use super::tree::{self, TreeScan};
use crate::detect::ChangedPlaces;
use crate::error::Result;
use crate::git::Introduced;
use crate::model::{Environment, EnvironmentLink, Skip, TrackedEnvironment, TrackedLink};
use crate::path::RepoPath;
use crate::tree::{Narrowed, ObjectId, Overlay, OwnedEntry, PlaceSet, Tree};

/// What the commits of a range bring in.
pub(super) struct Brought {
    /// Their changes, in the order of the commits.
    changes: Vec<Introduced>,
    /// The commit that brings a path in first, with its place among them all.
    first: BTreeMap<RepoPath, (usize, ObjectId)>,
}

/// The paths that the commits changed up to one of them, as the last one has them that changes them.
type State = BTreeMap<RepoPath, OwnedEntry>;

/// Opens the tree of the end of the range.
type OpenEnd<'a, 't> = &'a dyn Fn() -> Result<Narrowed<'t>>;

impl Brought {
    pub(super) fn new(mut changes: Vec<Introduced>) -> Self {
        changes.retain(|change| !change.is_deleted);
        let mut first = BTreeMap::new();
        for (age, Introduced { entry, commit, .. }) in changes.iter().enumerate() {
            first.entry(entry.path.clone()).or_insert((age, *commit));
        }
        Self { changes, first }
    }

    /// Looks at all states that the commits go through, also at those that a later commit hides or takes back: a push
    /// publishes them all.
    ///
    /// One look at everything together shows what is deleted again. What is replaced takes one more look before each
    /// commit that replaces a file by which environments are known, unless it belongs to one that was found. After a
    /// merge, the end may have a file as an earlier commit wrote it, so the end is looked at by itself.
    ///
    /// # Errors
    /// Undecided if a tree cannot be listed.
    pub(super) fn states<'t>(&self, end: OpenEnd<'_, 't>) -> Result<Shown<'_>> {
        let mut shown = Shown::of(self);
        let all = self.changes.iter().map(|change| (change.entry.path.clone(), change.entry.clone()));
        shown.look(&Overlay::new(Box::new(end()?), all.collect()))?;
        shown.look(&end()?)?;
        let (mut state, mut looked_before) = (State::new(), None);
        for Introduced { entry, commit, .. } in &self.changes {
            let hides = |old: &OwnedEntry| {
                (old.id, old.kind) != (entry.id, entry.kind)
                    && !shown.places.contains(entry.path.as_bytes())
                    && ChangedPlaces::of([old.borrowed(), entry.borrowed()].into_iter()).has_markers()
            };
            if looked_before != Some(*commit) && state.get(&entry.path).is_some_and(hides) {
                shown.look(&Overlay::new(Box::new(end()?), state.clone()))?;
                looked_before = Some(*commit);
            }
            state.insert(entry.path.clone(), entry.clone());
        }
        Ok(shown)
    }

    /// The oldest commit that brings in one of these paths, for people: from there on it has to go.
    fn commit_of(&self, paths: &[RepoPath]) -> Option<String> {
        paths.iter().filter_map(|path| self.first.get(path)).min().map(|(_, commit)| short(commit))
    }

    fn environment(&self, environment: Environment) -> Option<TrackedEnvironment> {
        let members = environment.contents.members.iter().map(|member| &member.path);
        let changed: Vec<RepoPath> = members.filter(|path| self.first.contains_key(path)).cloned().collect();
        let commit = Some(self.commit_of(&changed)?);
        Some(TrackedEnvironment { environment, changed: Some(changed), commit, ignored_by: None })
    }

    /// Says whether an unread path belongs to the range; a partial clone lacks blobs of other commits.
    fn concerns(&self, skip: &Skip) -> bool {
        skip.blob.is_none() || self.first.contains_key(&skip.path)
    }

    fn link(&self, link: EnvironmentLink) -> Option<TrackedLink> {
        let commit = self.commit_of(std::slice::from_ref(&link.entry.path))?;
        Some(TrackedLink { link, changed: Some(true), commit: Some(commit) })
    }
}

/// What the states show, each environment and link once.
pub(super) struct Shown<'b> {
    brought: &'b Brought,
    pub(super) environments: Vec<TrackedEnvironment>,
    pub(super) links: Vec<TrackedLink>,
    pub(super) skipped: Vec<Skip>,
    /// All that the environments and links consist of.
    places: PlaceSet,
}

impl<'b> Shown<'b> {
    fn of(brought: &'b Brought) -> Self {
        let (environments, links, skipped) = (Vec::new(), Vec::new(), Vec::new());
        Self { brought, environments, links, skipped, places: PlaceSet::default() }
    }

    /// Adds what one state shows.
    fn look(&mut self, state: &dyn Tree) -> Result<()> {
        let TreeScan { detection, .. } = tree::scan(state, None)?;
        for found in detection.environments {
            let is_known = self.environments.iter().any(|it| it.environment.root == found.root);
            let Some(tracked) = self.brought.environment(found).filter(|_| !is_known) else { continue };
            self.places.extend(tracked.environment.pieces());
            self.environments.push(tracked);
        }
        for found in detection.links {
            let is_known = self.links.iter().any(|it| it.link.entry.path == found.entry.path);
            let Some(tracked) = self.brought.link(found).filter(|_| !is_known) else { continue };
            self.places.insert(tracked.link.entry.path.as_bytes());
            self.links.push(tracked);
        }
        let brought = self.brought;
        self.skipped.extend(detection.skipped.into_iter().filter(|skip| brought.concerns(skip)));
        Ok(())
    }
}

/// An object id as people write it.
pub fn short(id: &ObjectId) -> String {
    id.to_string().chars().take(10).collect()
}
