//! What commits change, from the bytes of trees as an adapter reads them.
//!
//! Of two trees only the entries that differ are looked at, and a subtree that one parent has too is not read: it cannot
//! contain a change. Formats: <https://git-scm.com/book/en/v2/Git-Internals-Git-Objects>.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::rc::Rc;

use super::entries::kind_of;
use super::history::{Change, ChangeLimit, Commit, Introduced, IntroducedEntries};
use super::raw_entry::RawEntry;
use crate::error::Error;
use crate::tree::{ObjectId, PlaceSet};

/// The most bytes of trees that are kept for the next commit, twice.
const KEPT_BYTES: usize = 8 << 20;

/// Reads trees. An error is a text for people.
pub(super) trait TreeSource {
    /// The tree of a commit.
    fn root(&mut self, commit: ObjectId) -> Result<ObjectId, String>;

    /// The bytes of a tree.
    fn tree(&mut self, id: ObjectId) -> Result<Rc<[u8]>, String>;
}

/// What is looked for.
#[derive(Clone, Copy)]
pub(super) enum WantedChanges<'w> {
    /// What is added and changed, up to a limit.
    Added(&'w ChangeLimit),
    /// What is added, changed and deleted, of all paths or only in some places.
    All(Option<&'w PlaceSet>),
}

impl WantedChanges<'_> {
    fn has(self, path: &[u8]) -> bool {
        matches!(self, Self::Added(_) | Self::All(None))
            || matches!(self, Self::All(Some(places)) if places.contains(path))
    }

    fn is_below(self, directory: &[u8]) -> bool {
        matches!(self, Self::Added(_) | Self::All(None))
            || matches!(self, Self::All(Some(places)) if places.concerns(directory))
    }
}

/// Compares the trees of commits of one repository.
pub(super) struct TreeChanges<'r> {
    source: &'r mut dyn TreeSource,
    wanted: WantedChanges<'r>,
    /// Trees that were read lately; those before them are in `older`.
    recent: HashMap<ObjectId, Rc<[u8]>>,
    older: HashMap<ObjectId, Rc<[u8]>>,
    recent_bytes: usize,
}

/// A directory that differs from that of every parent.
struct Pending {
    /// `None` for one that is deleted.
    tree: Option<ObjectId>,
    /// The directory in the parents that have it.
    parents: Vec<ObjectId>,
    /// Whether a parent does not have it: then nothing in it is deleted.
    is_new: bool,
    path: Vec<u8>,
}

impl Pending {
    /// The number of bytes of the ids of this repository.
    fn id_bytes(&self) -> usize {
        self.tree.iter().chain(&self.parents).next().map_or(0, |id| id.as_bytes().len())
    }
}

impl<'r> TreeChanges<'r> {
    /// Starts to read.
    pub(super) fn new(source: &'r mut dyn TreeSource, wanted: WantedChanges<'r>) -> Self {
        Self { source, wanted, recent: HashMap::new(), older: HashMap::new(), recent_bytes: 0 }
    }

    /// Passes on what each commit of a list changes, together with the place of the commit in the list. It stops where the
    /// limit does.
    pub(super) fn of_commits<'c>(
        &mut self,
        commits: impl Iterator<Item = &'c Commit>,
        found: &mut dyn FnMut(usize, Change),
    ) -> Result<(), String> {
        for (place, commit) in commits.enumerate() {
            if matches!(self.wanted, WantedChanges::Added(limit) if limit.is_used_up()) {
                break;
            }
            self.of_commit(commit, &mut |change| found(place, change))?;
        }
        Ok(())
    }

    /// Calls `found` for each path of a commit that differs from every parent, in no particular order.
    fn of_commit(&mut self, commit: &Commit, found: &mut dyn FnMut(Change)) -> Result<(), String> {
        let tree = self.source.root(commit.id)?;
        let parents = commit.parents.iter().map(|parent| self.source.root(*parent));
        let parents = parents.collect::<Result<Vec<_>, _>>()?;
        let mut pending = Vec::new();
        if !parents.contains(&tree) {
            let is_new = parents.is_empty();
            pending.push(Pending { tree: Some(tree), parents, is_new, path: Vec::new() });
        }
        // It does not recurse: a crafted repository can nest deeper than a thread's stack allows.
        while let Some(next) = pending.pop() {
            let mut count = 1;
            let mut counted = |change| {
                count += 1;
                found(change);
            };
            self.compare(&next, &mut counted, &mut pending)?;
            if matches!(self.wanted, WantedChanges::Added(limit) if !limit.take(count)) {
                break;
            }
        }
        Ok(())
    }

    /// Compares one directory with that of each parent and adds the directories to compare next.
    fn compare(
        &mut self,
        directory: &Pending,
        found: &mut dyn FnMut(Change),
        pending: &mut Vec<Pending>,
    ) -> Result<(), String> {
        let tree = directory.tree.map_or_else(|| Ok(Rc::default()), |tree| self.tree(tree))?;
        let parents = directory.parents.iter().map(|parent| self.tree(*parent));
        let parents = parents.collect::<Result<Vec<_>, _>>()?;
        if matches!(self.wanted, WantedChanges::All(_)) && !directory.is_new {
            self.add_deleted(directory, &tree, &parents, found, pending)?;
        }
        let mut cursors: Vec<Cursor<'_>> = parents.iter().map(|parent| Cursor::new(parent)).collect();
        let id_bytes = directory.id_bytes();
        let mut rest: &[u8] = &tree;
        while !rest.is_empty() {
            let entry = RawEntry::first(rest, id_bytes).ok_or_else(malformed)?;
            rest = &rest[entry.raw.len()..];
            let mut before = Vec::new();
            if cursors.iter_mut().any(|cursor| cursor.has_same(&entry, &mut before)) {
                continue;
            }
            let mut path = directory.path.clone();
            push_name(&mut path, entry.name);
            match kind_of(entry.mode) {
                Some(kind) if self.wanted.has(&path) => {
                    let id = own_id(&entry)?;
                    found(Change { path, kind, id, is_deleted: false });
                }
                None if self.wanted.is_below(&path) => {
                    let is_new = directory.is_new || before.len() < parents.len();
                    let tree = Some(own_id(&entry)?);
                    pending.push(Pending { tree, parents: before, is_new, path });
                }
                Some(_) | None => {}
            }
        }
        Ok(())
    }

    /// Adds what every parent has and the commit has not.
    fn add_deleted(
        &self,
        directory: &Pending,
        tree: &[u8],
        parents: &[Rc<[u8]>],
        found: &mut dyn FnMut(Change),
        pending: &mut Vec<Pending>,
    ) -> Result<(), String> {
        let Some((first, others)) = parents.split_first() else { return Ok(()) };
        let mut kept = Cursor::new(tree);
        let mut others: Vec<Cursor<'_>> = others.iter().map(|parent| Cursor::new(parent)).collect();
        let id_bytes = directory.id_bytes();
        let mut rest: &[u8] = first;
        while !rest.is_empty() {
            let entry = RawEntry::first(rest, id_bytes).ok_or_else(malformed)?;
            rest = &rest[entry.raw.len()..];
            let of_others: Vec<_> = others.iter_mut().map_while(|other| other.find(&entry)).collect();
            if kept.find(&entry).is_some() || of_others.len() < others.len() {
                continue;
            }
            let mut path = directory.path.clone();
            push_name(&mut path, entry.name);
            match kind_of(entry.mode) {
                Some(kind) if self.wanted.has(&path) => {
                    let id = own_id(&entry)?;
                    found(Change { path, kind, id, is_deleted: true });
                }
                None if self.wanted.is_below(&path) => {
                    let ids = std::iter::once(&entry).chain(&of_others).map(own_id);
                    let parents = ids.collect::<Result<Vec<_>, _>>()?;
                    pending.push(Pending { tree: None, parents, is_new: false, path });
                }
                Some(_) | None => {}
            }
        }
        Ok(())
    }

    /// The bytes of a tree.
    fn tree(&mut self, id: ObjectId) -> Result<Rc<[u8]>, String> {
        if let Some(known) = self.recent.get(&id) {
            return Ok(Rc::clone(known));
        }
        let tree: Rc<[u8]> = match self.older.remove(&id) {
            Some(known) => known,
            None => self.source.tree(id)?,
        };
        self.recent_bytes += tree.len();
        if self.recent_bytes > KEPT_BYTES {
            self.older = std::mem::take(&mut self.recent);
            self.recent_bytes = tree.len();
        }
        self.recent.insert(id, Rc::clone(&tree));
        Ok(tree)
    }
}

impl RawEntry<'_> {
    fn is_directory(&self) -> bool {
        kind_of(self.mode).is_none()
    }

    /// Git's order: a directory sorts as if its name ended with a slash.
    fn order(&self, other: &Self) -> Ordering {
        let common = self.name.len().min(other.name.len());
        let end = |entry: &Self| {
            let slash = entry.is_directory().then_some(b'/');
            entry.name.get(common).copied().or(slash)
        };
        let start = self.name[..common].cmp(&other.name[..common]);
        start.then_with(|| end(self).cmp(&end(other)))
    }
}

/// A place in the tree of a parent, which moves forward together with that of the commit.
struct Cursor<'t> {
    rest: &'t [u8],
}

impl<'t> Cursor<'t> {
    fn new(tree: &'t [u8]) -> Self {
        Self { rest: tree }
    }

    /// The entry of the same name and sort that the tree has. Entries have to be asked for in git's order.
    fn find(&mut self, entry: &RawEntry<'_>) -> Option<RawEntry<'t>> {
        while let Some(own) = RawEntry::first(self.rest, entry.id.len()) {
            match own.order(entry) {
                Ordering::Less => self.rest = &self.rest[own.raw.len()..],
                Ordering::Equal => return Some(own),
                Ordering::Greater => break,
            }
        }
        None
    }

    /// Says whether the parent has the same entry; adds the directory that it has in its place.
    fn has_same(&mut self, entry: &RawEntry<'_>, before: &mut Vec<ObjectId>) -> bool {
        if self.rest.starts_with(entry.raw) {
            self.rest = &self.rest[entry.raw.len()..];
            return true;
        }
        while let Some(old) = RawEntry::first(self.rest, entry.id.len()) {
            match old.order(entry) {
                Ordering::Less => self.rest = &self.rest[old.raw.len()..],
                Ordering::Equal => {
                    self.rest = &self.rest[old.raw.len()..];
                    if old.is_directory() && entry.is_directory() {
                        before.extend(ObjectId::new(old.id));
                    }
                    return old.id == entry.id && kind_of(old.mode) == kind_of(entry.mode);
                }
                Ordering::Greater => return false,
            }
        }
        false
    }
}

/// What commits add, change and delete, in their order.
pub(super) fn introduced_by(
    source: &mut dyn TreeSource,
    commits: &[Commit],
    paths: Option<&PlaceSet>,
) -> crate::error::Result<Vec<Introduced>> {
    let mut introduced = IntroducedEntries::default();
    let (mut current, mut changes) = (0, Vec::new());
    let mut compared = TreeChanges::new(source, WantedChanges::All(paths));
    let looked = compared.of_commits(commits.iter(), &mut |place, change| {
        if place != current {
            introduced.add(commits[current].id, std::mem::take(&mut changes));
        }
        current = place;
        changes.push(change);
    });
    looked.map_err(not_compared)?;
    if let Some(last) = commits.get(current) {
        introduced.add(last.id, changes);
    }
    Ok(introduced.entries)
}

/// The error for commits that could not be compared.
pub(super) fn not_compared(reason: String) -> Error {
    Error::undecided("failed to compare commits").cause(reason)
}

/// Appends a name to the path of a directory.
pub(super) fn push_name(path: &mut Vec<u8>, name: &[u8]) {
    if !path.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name);
}

fn own_id(entry: &RawEntry<'_>) -> Result<ObjectId, String> {
    ObjectId::new(entry.id).ok_or_else(malformed)
}

fn malformed() -> String {
    "a tree is malformed".to_owned()
}
