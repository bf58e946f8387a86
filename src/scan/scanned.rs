//! What scanning a scope gives.

use crate::config::Settings;
use crate::detect::Detection;
use crate::model::{Facts, Scope, Skip, TrackedEnvironment, TrackedLink};
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
        Self { facts, settings, skipped: detection.skipped, paths: detection.paths, watched: Vec::new() }
    }
}
