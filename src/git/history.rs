//! The commits of a range, and what each of them changes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::tree::{Entry, EntryKind, ObjectId, OwnedEntry};

/// A commit of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: ObjectId,
    /// Its parents, also those outside of the range.
    pub parents: Vec<ObjectId>,
    /// Its tree, from an adapter that needs it.
    pub tree: Option<ObjectId>,
}

/// The commits of a range, parents before children.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// The commits.
    pub commits: Vec<Commit>,
}

impl History {
    /// Splits the commits by the ends of the range: each belongs to the first end that it can be reached from. The
    /// result has the order of `ends`, and within each part parents come before children.
    #[must_use]
    pub fn split(&self, ends: &[ObjectId]) -> Vec<Vec<Commit>> {
        let place: HashMap<ObjectId, usize> =
            self.commits.iter().enumerate().map(|(place, commit)| (commit.id, place)).collect();
        let mut is_taken = vec![false; self.commits.len()];
        let take = |end: &ObjectId| {
            let mut pending: Vec<usize> = place.get(end).copied().into_iter().collect();
            let mut part = Vec::new();
            while let Some(next) = pending.pop() {
                if !std::mem::replace(&mut is_taken[next], true) {
                    part.push(next);
                    let parents = self.commits[next].parents.iter();
                    pending.extend(parents.filter_map(|parent| place.get(parent)));
                }
            }
            part.sort_unstable();
            part.into_iter().map(|place| self.commits[place].clone()).collect()
        };
        ends.iter().map(take).collect()
    }
}

/// A path that a commit adds, changes or deletes compared with all of its parents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The path as git has it: in a crafted tree it may be invalid.
    pub path: Vec<u8>,
    /// What it names; of a deleted path, what it named in the first parent.
    pub kind: EntryKind,
    /// The content.
    pub id: ObjectId,
    /// Whether the commit deletes it.
    pub is_deleted: bool,
}

impl Change {
    /// The entry, as trees pass it to visitors.
    #[must_use]
    pub fn entry(&self) -> Entry<'_> {
        Entry { path: &self.path, kind: self.kind, id: self.id.as_bytes(), size: None, is_unmerged: false }
    }
}

/// Receives changes, a few at a time, together with the place of the commit's list in the lists that are looked at, and
/// says whether to go on. Several threads may call it at the same time.
pub type ReceiveChanges<'a> = &'a (dyn Fn(usize, Vec<Change>) -> bool + Sync);

/// An entry that a commit of a range adds, changes or deletes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduced {
    /// The entry as that commit has it; of a deleted path, as its first parent has it.
    pub entry: OwnedEntry,
    /// The commit that brings it in, or deletes it.
    pub commit: ObjectId,
    /// Whether the commit deletes it.
    pub is_deleted: bool,
}

/// Collects what commits introduce and delete.
#[derive(Default)]
pub(super) struct IntroducedEntries {
    pub(super) entries: Vec<Introduced>,
}

impl IntroducedEntries {
    /// Adds the changes of one commit. Invalid paths are left out.
    pub(super) fn add(&mut self, commit: ObjectId, mut changes: Vec<Change>) {
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        for change in changes {
            let Some(entry) = OwnedEntry::keep(&change.entry()) else { continue };
            self.entries.push(Introduced { entry, commit, is_deleted: change.is_deleted });
        }
    }
}

/// How many more changes and directories are looked at. Trees are shared in a repository: a few of them can stand for more
/// paths than anybody has time for.
pub(super) struct ChangeLimit(AtomicU64);

impl ChangeLimit {
    pub(super) fn new(most: u64) -> Self {
        Self(AtomicU64::new(most))
    }

    /// Takes some; returns whether there were as many.
    pub(super) fn take(&self, count: u64) -> bool {
        let rest = |left: u64| Some(left.saturating_sub(count));
        let before = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, rest);
        before.is_ok_and(|left| left > count)
    }

    /// Leaves nothing.
    pub(super) fn use_up(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// Returns whether nothing is left.
    pub(super) fn is_used_up(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }
}

/// The number of changes that are passed on at once.
const BATCH: usize = 512;

/// Passes changes on in batches.
pub(super) struct ChangeBatches<'a> {
    receive: ReceiveChanges<'a>,
    limit: &'a ChangeLimit,
    list: usize,
    waiting: Vec<Change>,
}

impl<'a> ChangeBatches<'a> {
    pub(super) fn new(receive: ReceiveChanges<'a>, limit: &'a ChangeLimit) -> Self {
        Self { receive, limit, list: 0, waiting: Vec::new() }
    }

    /// Adds a change of a commit in this list.
    pub(super) fn add(&mut self, list: usize, change: Change) {
        if self.waiting.len() >= BATCH || self.list != list {
            self.pass_on();
        }
        self.list = list;
        self.waiting.push(change);
    }

    /// Passes on what waits. Nothing is left of the limit if the receiver has seen enough.
    pub(super) fn pass_on(&mut self) {
        if !self.waiting.is_empty() && !(self.receive)(self.list, std::mem::take(&mut self.waiting)) {
            self.limit.use_up();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u8) -> ObjectId {
        ObjectId::new(&[byte; 20]).expect("20 bytes")
    }

    #[test]
    fn a_commit_belongs_to_the_first_end_that_reaches_it() {
        let commit = |own: u8, parents: &[u8]| Commit {
            id: id(own),
            parents: parents.iter().map(|parent| id(*parent)).collect(),
            tree: None,
        };
        // 0 is outside of the range.
        let history = History {
            commits: vec![
                commit(1, &[0]),
                commit(2, &[1]),
                commit(3, &[1]),
                commit(4, &[2, 3]),
                commit(5, &[4]),
            ],
        };
        let parts = history.split(&[id(2), id(5), id(3), id(9), id(2)]);
        let expected: [Vec<u8>; 5] = [vec![1, 2], vec![3, 4, 5], vec![], vec![], vec![]];
        let ids = |part: Vec<Commit>| part.into_iter().map(|commit| commit.id).collect::<Vec<_>>();
        let parts: Vec<_> = parts.into_iter().map(ids).collect();
        assert_eq!(parts, expected.map(|part| part.into_iter().map(id).collect::<Vec<_>>()));
    }
}
