//! An environment that was looked at, what is known of its files, and whether that still holds.

use std::path::Path;

use super::examine::{Examination, ExaminedEntry};
use super::inspected_directory::InspectedDirectory;
use super::plan::{Provenance, RemovalPlan, RemovalPolicy};
use crate::error::{Error, Result};
use crate::fs::{ChangedEntry, ListingChanges, StagingDirectory};
use crate::git::RepositoryLayout;
use crate::model::Environment;
use crate::path::{RepoPath, display};

/// How many files an error names.
const SHOWN: usize = 3;

/// The content of an environment as it was when it was looked at.
#[derive(Debug)]
pub(super) struct ExaminedEnvironment {
    pub(super) inspected: InspectedDirectory,
    /// What is known of each entry, by its number in the listing.
    provenances: Vec<Provenance>,
    pub(super) plan: RemovalPlan,
    pub(super) policy: RemovalPolicy,
}

impl ExaminedEnvironment {
    /// Looks at the environment in a directory.
    pub(super) fn look(
        directory: &Path,
        layout: Option<&RepositoryLayout>,
        policy: RemovalPolicy,
    ) -> Result<Self> {
        Ok(Self::of(InspectedDirectory::look(directory, layout)?, policy))
    }

    /// Looks at an environment that is only some paths in a directory; its root is relative to `top`.
    pub(super) fn look_at_parts(
        top: &Path,
        environment: &Environment,
        policy: RemovalPolicy,
    ) -> Result<Self> {
        Ok(Self::of(InspectedDirectory::look_at_parts(top, environment)?, policy))
    }

    fn of(inspected: InspectedDirectory, policy: RemovalPolicy) -> Self {
        let provenances = Examination::of(&inspected, policy.trusts_times).of_all();
        let plan = RemovalPlan::of(&inspected.listing, &provenances, &policy);
        Self { inspected, provenances, plan, policy }
    }

    /// Checks that nothing was added or changed since, wherever the directory is now. What Python compiled meanwhile does
    /// not count, nor what is gone.
    pub(super) fn require_unchanged(&self) -> Result<()> {
        let ListingChanges { mut changed, unreadable } = self.inspected.changes();
        if !changed.is_empty() {
            // The repository lock keeps other runs out: what is in use is this one's.
            let own = StagingDirectory::in_use_in(&self.inspected.directory);
            let is_own = |path: &RepoPath| {
                path.components().next().is_some_and(|first| own.iter().any(|own| own == first))
            };
            changed.retain(|change| !is_own(&change.entry.path));
        }
        let unread = unreadable.into_iter().map(|skip| skip.path);
        let mut changed: Vec<RepoPath> = self.count(changed).into_iter().chain(unread).collect();
        changed.retain(|path| !self.policy.discards(path));
        if changed.is_empty() {
            return Ok(());
        }
        let names: Vec<String> =
            changed.iter().take(SHOWN).map(|path| format!("`{}`", path.seen_from_root())).collect();
        let more = if changed.len() > SHOWN { ", …" } else { "" };
        let directory = display(&self.inspected.directory);
        Err(Error::action(format!("`{directory}` was changed while it was being removed"))
            .cause(format!("added or changed: {}{more}", names.join(", ")))
            .hint("it is still there; stop what is working in it, then try again"))
    }

    /// The paths of the entries whose change counts.
    fn count(&self, changes: Vec<ChangedEntry>) -> Vec<RepoPath> {
        let (touched, changed): (Vec<_>, Vec<_>) =
            changes.into_iter().partition(|change| self.difference(change) == Difference::Touched);
        // Only what is read now counts of these.
        let examined = |change: ChangedEntry| ExaminedEntry { entry: change.entry, number: change.number };
        let touched: Vec<ExaminedEntry> = touched.into_iter().map(examined).collect();
        let again = match touched.is_empty() {
            true => Vec::new(),
            false => Examination::of(&self.inspected, false).provenances(&touched),
        };
        let recreated = |provenance| matches!(provenance, Provenance::Recreated | Provenance::Bytecode);
        let touched = touched.into_iter().zip(again).filter(|(_, again)| !recreated(*again));
        let touched = touched.map(|(examined, _)| examined.entry.path);
        changed.into_iter().map(|change| change.entry.path).chain(touched).collect()
    }

    /// How an entry differs from what it was.
    fn difference(&self, change: &ChangedEntry) -> Difference {
        let Some(number) = change.number else {
            // It may be compiled from a source that is there.
            let is_compiled = super::generated_files::source_of(change.entry.path.as_bytes()).is_some();
            return if is_compiled { Difference::Touched } else { Difference::Changed };
        };
        let before = self.inspected.listing.entry(number).and_then(|entry| entry.stamp);
        match (before, change.stamp) {
            _ if self.provenances.get(number) == Some(&Provenance::Bytecode) => Difference::Touched,
            // A file that gets one more name, as those of the link cache do, was changed, but not its content.
            (Some(before), Some(stamp)) if before.has_same_content(stamp) => Difference::Touched,
            _ => Difference::Changed,
        }
    }
}

/// How a file differs from what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Difference {
    /// It is new, or its content is another.
    Changed,
    /// Its content has to be looked at again.
    Touched,
}
