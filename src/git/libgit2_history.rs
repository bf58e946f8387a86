//! Walking history with libgit2, with several threads where there is much to do.

use std::collections::HashMap;
use std::thread;

use git2::{Error as GitError, Repository, Sort};

use super::history::{ChangeBatches, Commit, History, Introduced, IntroducedEntries, ReceiveChanges};
use super::libgit2::{Libgit2, failed, id, oid};
use super::open::open_at;
use super::range::CommitRange;
use super::tree_changes::TreeChanges;
use crate::error::Result;
use crate::tree::{ObjectId, PlaceSet};

/// For fewer commits another thread is not worth its start.
const COMMITS_PER_THREAD: usize = 200;
/// More threads gain little: most of the time goes into reading one pack.
const MOST_THREADS: usize = 8;

/// A commit, and the place of its list.
type Numbered<'c> = (usize, &'c Commit);

/// What a thread does with its share.
type Look<'l> = &'l (dyn Fn(&Repository, &[Numbered<'_>]) -> Result<(), GitError> + Sync);

impl Libgit2 {
    /// The commits of a range, parents before children.
    pub(super) fn walk_history(&self, range: &CommitRange) -> Result<History> {
        let fail = failed("walk the history");
        let mut walk = self.repository.revwalk().map_err(&fail)?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::REVERSE).map_err(&fail)?;
        range.include.iter().try_for_each(|id| walk.push(oid(*id)?).map_err(&fail))?;
        range.exclude.iter().try_for_each(|id| walk.hide(oid(*id)?).map_err(&fail))?;
        let mut commits = Vec::new();
        for found in walk {
            // Not from its bytes: the first commits of a shallow clone name parents that are not there.
            let commit = found.and_then(|id| self.repository.find_commit(id)).map_err(&fail)?;
            let parents = commit.parent_ids().filter_map(id).collect();
            let known = id(commit.id()).map(|own| Commit { id: own, parents, tree: id(commit.tree_id()) });
            commits.extend(known);
        }
        Ok(History { commits })
    }

    /// Returns whether a range has more commits than `count`.
    pub(super) fn has_more_commits(&self, range: &CommitRange, count: usize) -> Result<bool> {
        let fail = failed("walk the history");
        let mut walk = self.repository.revwalk().map_err(&fail)?;
        range.include.iter().try_for_each(|id| walk.push(oid(*id)?).map_err(&fail))?;
        range.exclude.iter().try_for_each(|id| walk.hide(oid(*id)?).map_err(&fail))?;
        walk.nth(count).transpose().map(|more| more.is_some()).map_err(fail)
    }

    /// Passes on what commits change.
    pub(super) fn pass_on_changes(&self, lists: &[Vec<Commit>], receive: ReceiveChanges<'_>) -> Result<()> {
        let trees = known_trees(lists.iter().flatten());
        let all: Vec<Numbered<'_>> = lists
            .iter()
            .enumerate()
            .flat_map(|(list, commits)| commits.iter().map(move |it| (list, it)))
            .collect();
        let look = |repository: &Repository, share: &[Numbered<'_>]| {
            let mut changes = TreeChanges::new(repository, &trees)?;
            let mut batches = ChangeBatches::new(receive);
            for (list, commit) in share {
                changes.of_commit(commit, None, &mut |change| batches.add(*list, change))?;
            }
            batches.pass_on();
            Ok(())
        };
        // Each tree is read once or twice and kept in `TreeChanges`: libgit2's cache would only cost locks and copies.
        git2::opts::enable_caching(false);
        let looked = self.in_parallel(&all, &look).map_err(failed("compare commits"));
        git2::opts::enable_caching(true);
        looked
    }

    /// What commits add or change, in their order.
    pub(super) fn introduced_entries(
        &self,
        commits: &[Commit],
        paths: Option<&PlaceSet>,
    ) -> Result<Vec<Introduced>> {
        let fail = failed("compare commits");
        let trees = known_trees(commits.iter());
        let mut changes = TreeChanges::new(&self.repository, &trees).map_err(&fail)?;
        let mut introduced = IntroducedEntries::default();
        for commit in commits {
            let mut found = Vec::new();
            changes.of_commit(commit, paths, &mut |change| found.push(change)).map_err(&fail)?;
            introduced.add(commit.id, found);
        }
        Ok(introduced.entries)
    }

    /// Looks at commits with this thread and others, each with its own handle: libgit2's are not shared. Where no
    /// thread can be started, this one does the work.
    fn in_parallel(&self, commits: &[Numbered<'_>], look: Look<'_>) -> Result<(), GitError> {
        let cores = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        let share = commits.len().div_ceil(cores).max(COMMITS_PER_THREAD);
        let mut shares = commits.chunks(share);
        let Some(own) = shares.next() else { return Ok(()) };
        let (directory, env) = (self.repository.path(), &self.env);
        let others: Vec<_> = shares.collect();
        thread::scope(|scope| {
            let start = |share| {
                let work = move || look(&open_at(directory, env)?, share);
                thread::Builder::new().spawn_scoped(scope, work).map_err(|_| share)
            };
            let started: Vec<_> = others.into_iter().map(start).collect();
            let mut result = look(&self.repository, own);
            for thread in started {
                let looked = match thread {
                    Ok(thread) => {
                        thread.join().unwrap_or_else(|_| Err(GitError::from_str("a thread failed")))
                    }
                    Err(share) => look(&self.repository, share),
                };
                result = result.and(looked);
            }
            result
        })
    }
}

fn known_trees<'c>(commits: impl Iterator<Item = &'c Commit>) -> HashMap<ObjectId, ObjectId> {
    commits.filter_map(|commit| Some((commit.id, commit.tree?))).collect()
}
