//! What scanning a scope gives.

use std::collections::BTreeSet;

use crate::config::Settings;
use crate::detect::Detection;
use crate::model::{Facts, Scope, Skip, TrackedEnvironment, TrackedLink};
use crate::path::RepoPath;
use crate::tree::OwnedEntry;

/// The facts of a scope, and what came with them.
pub struct Scanned {
    /// What the rules look at.
    pub facts: Facts,
    /// The settings in force for the scope: a commit has its own settings files.
    pub settings: Settings,
    /// What could not be read.
    pub skipped: Vec<Skip>,
    /// How many paths the scope has.
    pub paths: u64,
    /// How many paths the work tree has on the disk; `None` where it was not searched.
    pub disk_paths: Option<u64>,
    /// Repositories in the work tree, which were not searched.
    pub nested: Vec<RepoPath>,
    /// The files that the caller watches for, in the index or the commit.
    pub watched: Vec<OwnedEntry>,
}

impl Scanned {
    /// A scope that is not a change: everything in it counts.
    pub(super) fn whole(detection: Detection, settings: Settings, scope: Scope) -> Self {
        let tracked = detection.environments.into_iter().map(|environment| TrackedEnvironment {
            environment,
            changed: None,
            commit: None,
            ignored_by: None,
        });
        let links = detection.links.into_iter().map(|link| TrackedLink { link, changed: None, commit: None });
        let facts =
            Facts { tracked: tracked.collect(), tracked_links: links.collect(), ..Facts::nothing(scope) };
        Self { skipped: detection.skipped, paths: detection.paths, ..Self::of(facts, settings) }
    }

    /// Facts without paths.
    pub(super) fn of(facts: Facts, settings: Settings) -> Self {
        Self {
            facts,
            settings,
            skipped: Vec::new(),
            paths: 0,
            disk_paths: None,
            nested: Vec::new(),
            watched: Vec::new(),
        }
    }

    /// The files that say what environments are to contain, and those that are made from them.
    #[must_use]
    pub fn files(&self) -> BTreeSet<&RepoPath> {
        let of_environments = self.facts.syncs.iter().flat_map(|found| &found.sync.files);
        let derived = self.facts.derived.iter().flat_map(|file| file.sources.iter().chain([&file.path]));
        of_environments.chain(derived).collect()
    }
}
