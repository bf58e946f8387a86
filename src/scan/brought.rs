//! What the commits of a range bring in.

use std::collections::{BTreeMap, HashMap};

use super::tree::{self, TreeScan};
use crate::detect::Detection;
use crate::error::Result;
use crate::git::Introduced;
use crate::model::{Environment, EnvironmentLink, Shape, Skip, TrackedEnvironment, TrackedLink};
use crate::path::RepoPath;
use crate::tree::{ObjectId, OwnedEntry, PlaceSet, Tree};

/// What the commits of a range bring in.
pub(super) struct Brought {
    /// Their changes, in the order of the commits.
    pub(super) changes: Vec<Introduced>,
    /// The commit that brings a path in first, with its place among them all.
    first: BTreeMap<RepoPath, (usize, ObjectId)>,
}

impl Brought {
    pub(super) fn new(changes: Vec<Introduced>) -> Self {
        let mut first = BTreeMap::new();
        for (age, Introduced { entry, commit, .. }) in Self::added(&changes).enumerate() {
            first.entry(entry.path.clone()).or_insert((age, *commit));
        }
        Self { changes, first }
    }

    fn added(changes: &[Introduced]) -> impl Iterator<Item = &Introduced> {
        changes.iter().filter(|change| !change.is_deleted)
    }

    /// All that the commits add, also what a later one deletes: each path as the last one has it that changes it.
    pub(super) fn together(&self) -> BTreeMap<RepoPath, OwnedEntry> {
        Self::added(&self.changes).map(|change| (change.entry.path.clone(), change.entry.clone())).collect()
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

/// What the states of a range show, each environment and link once.
pub(super) struct Shown<'b> {
    brought: &'b Brought,
    pub(super) environments: Vec<TrackedEnvironment>,
    pub(super) links: Vec<TrackedLink>,
    pub(super) skipped: Vec<Skip>,
    /// The places of the environments in their list, by root.
    known: HashMap<RepoPath, usize>,
    /// All that whole environments consist of, and links.
    settled: PlaceSet,
}

impl<'b> Shown<'b> {
    pub(super) fn of(brought: &'b Brought) -> Self {
        let (environments, links, skipped) = (Vec::new(), Vec::new(), Vec::new());
        Self { brought, environments, links, skipped, known: HashMap::new(), settled: PlaceSet::default() }
    }

    /// Adds what a tree shows.
    pub(super) fn look(&mut self, state: &dyn Tree) -> Result<()> {
        let TreeScan { detection, .. } = tree::scan(state, None)?;
        self.add(detection);
        Ok(())
    }

    /// Adds what a state shows. Of a remnant and an environment in the same place, the environment counts.
    pub(super) fn add(&mut self, detection: Detection) {
        for found in detection.environments {
            let Some(tracked) = self.brought.environment(found) else { continue };
            let is_new =
                |known: &usize| weight(&self.environments[*known].environment) < weight(&tracked.environment);
            let known = self.known.get(&tracked.environment.root).copied();
            if !known.as_ref().is_none_or(is_new) {
                continue;
            }
            if tracked.environment.shape == Shape::Environment {
                self.settled.extend(tracked.environment.pieces());
            }
            match known {
                Some(known) => self.environments[known] = tracked,
                None => {
                    self.known.insert(tracked.environment.root.clone(), self.environments.len());
                    self.environments.push(tracked);
                }
            }
        }
        for found in detection.links {
            let Some(tracked) = self.brought.link(found) else { continue };
            let path = tracked.link.entry.path.as_bytes();
            if !self.settled.has(path) {
                self.settled.insert(path);
                self.links.push(tracked);
            }
        }
        let brought = self.brought;
        self.skipped.extend(detection.skipped.into_iter().filter(|skip| brought.concerns(skip)));
    }

    /// Says whether no other state can show more of a place.
    pub(super) fn is_settled(&self, place: &RepoPath) -> bool {
        self.settled.contains(place.as_bytes())
    }

    /// The number of environments and links.
    pub(super) fn count(&self) -> usize {
        self.environments.len() + self.links.len()
    }
}

/// How much an environment counts: of some remnants, rules think less.
fn weight(environment: &Environment) -> u8 {
    match environment.shape {
        Shape::Environment => 2,
        Shape::Remnant => u8::from(!environment.is_for_image),
    }
}

/// An object id as people write it.
pub fn short(id: &ObjectId) -> String {
    id.to_string().chars().take(10).collect()
}
