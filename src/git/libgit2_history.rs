//! Walking history with libgit2, with several threads where there is much to do.

use std::collections::HashMap;
use std::rc::Rc;
use std::thread;

use git2::{Odb, Repository, Sort};

use super::history::{ChangeBatches, ChangeLimit, Commit, History, Introduced, ReceiveChanges};
use super::libgit2::{Libgit2, failed, id, oid};
use super::open::open_at;
use super::range::CommitRange;
use super::tree_changes::{TreeChanges, TreeSource, WantedChanges, introduced_by, not_compared};
use crate::error::Result;
use crate::tree::{ObjectId, PlaceSet};

/// For fewer commits another thread is not worth its start.
const COMMITS_PER_THREAD: usize = 200;
/// More threads gain little: most of the time goes into reading one pack.
const MOST_THREADS: usize = 8;

/// A commit, and the place of its list.
type Numbered<'c> = (usize, &'c Commit);

/// What a thread does with its share.
type Look<'l> = &'l (dyn Fn(&Repository, &[Numbered<'_>]) -> Result<(), String> + Sync);

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

    /// Passes on what commits add and change, up to a limit. Returns whether that is all.
    pub(super) fn pass_on_changes(
        &self,
        lists: &[Vec<Commit>],
        most: u64,
        receive: ReceiveChanges<'_>,
    ) -> Result<bool> {
        let trees = known_trees(lists.iter().flatten());
        let limit = ChangeLimit::new(most);
        let all: Vec<Numbered<'_>> = lists
            .iter()
            .enumerate()
            .flat_map(|(list, commits)| commits.iter().map(move |it| (list, it)))
            .collect();
        let look = |repository: &Repository, share: &[Numbered<'_>]| {
            let mut source = OdbTrees::new(repository, &trees)?;
            let mut changes = TreeChanges::new(&mut source, WantedChanges::Added(&limit));
            let mut batches = ChangeBatches::new(receive, &limit);
            let commits = share.iter().map(|(_, commit)| *commit);
            changes.of_commits(commits, &mut |place, change| batches.add(share[place].0, change))?;
            batches.pass_on();
            Ok(())
        };
        // Each tree is read once or twice and kept in `TreeChanges`: libgit2's cache would only cost locks and copies.
        git2::opts::enable_caching(false);
        let looked = self.in_parallel(&all, &look);
        git2::opts::enable_caching(true);
        looked.map(|()| !limit.is_used_up()).map_err(not_compared)
    }

    /// What commits add, change and delete, in their order.
    pub(super) fn introduced_entries(
        &self,
        commits: &[Commit],
        paths: Option<&PlaceSet>,
    ) -> Result<Vec<Introduced>> {
        let trees = known_trees(commits.iter());
        let mut source = OdbTrees::new(&self.repository, &trees).map_err(not_compared)?;
        introduced_by(&mut source, commits, paths)
    }

    /// Looks at commits with this thread and others, each with its own handle: libgit2's are not shared. Where no
    /// thread can be started, this one does the work.
    fn in_parallel(&self, commits: &[Numbered<'_>], look: Look<'_>) -> Result<(), String> {
        let cores = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        let share = commits.len().div_ceil(cores).max(COMMITS_PER_THREAD);
        let mut shares = commits.chunks(share);
        let Some(own) = shares.next() else { return Ok(()) };
        let (directory, env) = (self.repository.path(), &self.env);
        let others: Vec<_> = shares.collect();
        thread::scope(|scope| {
            let start = |share| {
                let work = move || look(&open_at(directory, env).map_err(message)?, share);
                thread::Builder::new().spawn_scoped(scope, work).map_err(|_| share)
            };
            let started: Vec<_> = others.into_iter().map(start).collect();
            let mut result = look(&self.repository, own);
            for thread in started {
                let looked = match thread {
                    Ok(thread) => thread.join().unwrap_or_else(|_| Err("a thread failed".to_owned())),
                    Err(share) => look(&self.repository, share),
                };
                result = result.and(looked);
            }
            result
        })
    }
}

/// Reads trees through libgit2.
struct OdbTrees<'r> {
    repository: &'r Repository,
    odb: Odb<'r>,
    /// The trees of the commits that are looked at, and of their parents as far as they are known.
    roots: &'r HashMap<ObjectId, ObjectId>,
}

impl<'r> OdbTrees<'r> {
    fn new(repository: &'r Repository, roots: &'r HashMap<ObjectId, ObjectId>) -> Result<Self, String> {
        Ok(Self { repository, odb: repository.odb().map_err(message)?, roots })
    }
}

impl TreeSource for OdbTrees<'_> {
    fn root(&mut self, commit: ObjectId) -> Result<ObjectId, String> {
        if let Some(tree) = self.roots.get(&commit) {
            return Ok(*tree);
        }
        let found = git2::Oid::from_bytes(commit.as_bytes()).and_then(|it| self.repository.find_commit(it));
        id(found.map_err(message)?.tree_id()).ok_or_else(|| format!("commit {commit} has no tree"))
    }

    fn tree(&mut self, id: ObjectId) -> Result<Rc<[u8]>, String> {
        let object =
            git2::Oid::from_bytes(id.as_bytes()).and_then(|it| self.odb.read(it)).map_err(message)?;
        match object.kind() {
            git2::ObjectType::Tree => Ok(object.data().into()),
            _ => Err(format!("object {id} is not a tree")),
        }
    }
}

fn message(error: git2::Error) -> String {
    error.message().to_owned()
}

fn known_trees<'c>(commits: impl Iterator<Item = &'c Commit>) -> HashMap<ObjectId, ObjectId> {
    commits.filter_map(|commit| Some((commit.id, commit.tree?))).collect()
}
