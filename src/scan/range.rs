//! The commits of a range.

use std::collections::BTreeMap;

use super::scanned::Scanned;
use super::tree::{self, TreeScan};
use crate::config::Settings;
use crate::error::Result;
use crate::git::{Introduced, Reader};
use crate::model::{Environment, EnvironmentLink, Facts, Scope, Skip, TrackedEnvironment, TrackedLink};
use crate::path::RepoPath;
use crate::session::{Session, SettingsFinder};
use crate::tree::{ObjectId, Overlay, OwnedEntry};

/// What the commits of a range bring in, also what a later one of them removes again.
pub(super) fn introduced(session: &Session<'_>, range: &str) -> Result<Scanned> {
    let commits = session.repository.range(range)?;
    let brought = session.repository.introduced_by(&commits)?;
    // A range that is written has one end.
    introduced_up_to(session, commits.include[0], brought, Scope::Range(range.to_owned()))
}

/// What the commits of a range bring in.
struct Brought {
    /// Each path as the last of the commits has it that changes it.
    entries: BTreeMap<RepoPath, OwnedEntry>,
    /// The commit that brings a path in first, with its place among them all.
    first: BTreeMap<RepoPath, (usize, ObjectId)>,
}

impl Brought {
    fn new(introduced: Vec<Introduced>) -> Self {
        let mut brought = Self { entries: BTreeMap::new(), first: BTreeMap::new() };
        for (age, Introduced { entry, commit }) in introduced.into_iter().enumerate() {
            brought.first.entry(entry.path.clone()).or_insert((age, commit));
            brought.entries.insert(entry.path.clone(), entry);
        }
        brought
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

/// As `introduced`, for entries that are known already and the last commit.
pub fn introduced_up_to(
    session: &Session<'_>,
    end: ObjectId,
    introduced: Vec<Introduced>,
    scope: Scope,
) -> Result<Scanned> {
    let brought = Brought::new(introduced);
    let tree = Overlay::new(session.repository.commit_tree(end)?, brought.entries.clone());
    let TreeScan { detection, .. } = tree::scan(&tree)?;
    let tracked = detection.environments.into_iter().filter_map(|found| brought.environment(found));
    let links = detection.links.into_iter().filter_map(|found| brought.link(found));
    let skipped = detection.skipped.into_iter().filter(|skip| brought.concerns(skip)).collect();
    let facts = Facts { tracked: tracked.collect(), tracked_links: links.collect(), ..Facts::nothing(scope) };
    let settings = settings_at(session, end)?;
    Ok(Scanned { facts, settings, skipped, paths: detection.paths })
}

/// The settings of a commit: those that count are those of the end of a range, not of a commit that it replaced.
fn settings_at(session: &Session<'_>, commit: ObjectId) -> Result<Settings> {
    let tree = session.repository.commit_tree(commit)?;
    let mut finder = SettingsFinder::default();
    tree.visit(&mut finder)?;
    session.settings(finder.read(&*tree)?)
}

/// An object id as people write it.
pub fn short(id: &ObjectId) -> String {
    id.to_string().chars().take(10).collect()
}
