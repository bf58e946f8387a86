//! What commits change, from the bytes of trees as libgit2 reads them.
//!
//! Of two trees only the entries that differ are looked at, and a subtree that one parent has too is not read: it cannot
//! contain a change. Formats: <https://git-scm.com/book/en/v2/Git-Internals-Git-Objects>.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::rc::Rc;

use git2::{Odb, Oid, Repository};

use super::entries::kind_of;
use super::history::{Change, Commit};
use super::raw_entry::RawEntry;
use crate::tree::{ObjectId, PlaceSet};

/// The number of bytes of an id; libgit2 opens no other repositories.
const ID_BYTES: usize = 20;
/// The most bytes of trees that are kept for the next commit, twice.
const KEPT_BYTES: usize = 8 << 20;

/// Compares the trees of commits of one repository.
pub(super) struct TreeChanges<'r> {
    repository: &'r Repository,
    odb: Odb<'r>,
    /// The trees of the commits that are looked at, and of their parents as far as they are known.
    roots: &'r HashMap<ObjectId, ObjectId>,
    /// Trees that were read lately; those before them are in `older`.
    recent: HashMap<Oid, Rc<[u8]>>,
    older: HashMap<Oid, Rc<[u8]>>,
    recent_bytes: usize,
}

/// A directory that differs from that of every parent.
struct Pending {
    tree: Oid,
    parents: Vec<Oid>,
    path: Vec<u8>,
}

impl<'r> TreeChanges<'r> {
    /// Starts to read.
    pub(super) fn new(
        repository: &'r Repository,
        roots: &'r HashMap<ObjectId, ObjectId>,
    ) -> Result<Self, git2::Error> {
        let odb = repository.odb()?;
        let (recent, older) = (HashMap::new(), HashMap::new());
        Ok(Self { repository, odb, roots, recent, older, recent_bytes: 0 })
    }

    /// Calls `found` for each path of a commit that differs from every parent, in no particular order.
    pub(super) fn of_commit(
        &mut self,
        commit: &Commit,
        paths: Option<&PlaceSet>,
        found: &mut dyn FnMut(Change),
    ) -> Result<(), git2::Error> {
        let tree = self.root(commit.id)?;
        let parents = commit.parents.iter().map(|parent| self.root(*parent));
        let parents = parents.collect::<Result<Vec<_>, _>>()?;
        let mut pending = Vec::new();
        if !parents.contains(&tree) {
            pending.push(Pending { tree, parents, path: Vec::new() });
        }
        // It does not recurse: a crafted repository can nest deeper than a thread's stack allows.
        while let Some(next) = pending.pop() {
            self.compare(&next, paths, found, &mut pending)?;
        }
        Ok(())
    }

    /// The tree of a commit.
    fn root(&self, commit: ObjectId) -> Result<Oid, git2::Error> {
        match self.roots.get(&commit) {
            Some(tree) => Oid::from_bytes(tree.as_bytes()),
            None => Ok(self.repository.find_commit(Oid::from_bytes(commit.as_bytes())?)?.tree_id()),
        }
    }

    /// Compares one directory with that of each parent and adds the directories to compare next.
    fn compare(
        &mut self,
        directory: &Pending,
        paths: Option<&PlaceSet>,
        found: &mut dyn FnMut(Change),
        pending: &mut Vec<Pending>,
    ) -> Result<(), git2::Error> {
        let tree = self.tree(directory.tree)?;
        let parents = directory.parents.iter().map(|parent| self.tree(*parent));
        let parents = parents.collect::<Result<Vec<_>, _>>()?;
        let mut cursors: Vec<Cursor<'_>> = parents.iter().map(|parent| Cursor::new(parent)).collect();
        let mut rest: &[u8] = &tree;
        while !rest.is_empty() {
            let entry = RawEntry::first(rest, ID_BYTES).ok_or_else(|| malformed("tree", directory.tree))?;
            rest = &rest[entry.raw.len()..];
            let mut before = Vec::new();
            if cursors.iter_mut().any(|cursor| cursor.has_same(&entry, &mut before)) {
                continue;
            }
            let mut path = directory.path.clone();
            push_name(&mut path, entry.name);
            match kind_of(entry.mode) {
                Some(kind) if paths.is_none_or(|paths| paths.contains(&path)) => {
                    let id = ObjectId::new(entry.id).ok_or_else(|| malformed("tree", directory.tree))?;
                    found(Change { path, kind, id });
                }
                None if paths.is_none_or(|paths| paths.concerns(&path)) => {
                    pending.push(Pending { tree: Oid::from_bytes(entry.id)?, parents: before, path });
                }
                Some(_) | None => {}
            }
        }
        Ok(())
    }

    /// The bytes of a tree.
    fn tree(&mut self, id: Oid) -> Result<Rc<[u8]>, git2::Error> {
        if let Some(known) = self.recent.get(&id) {
            return Ok(Rc::clone(known));
        }
        let tree: Rc<[u8]> = match self.older.remove(&id) {
            Some(known) => known,
            None => {
                let object = self.odb.read(id)?;
                match object.kind() {
                    git2::ObjectType::Tree => object.data().into(),
                    _ => return Err(malformed("tree", id)),
                }
            }
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

    /// Says whether the parent has the same entry; adds the directory that it has in its place.
    fn has_same(&mut self, entry: &RawEntry<'_>, before: &mut Vec<Oid>) -> bool {
        if self.rest.starts_with(entry.raw) {
            self.rest = &self.rest[entry.raw.len()..];
            return true;
        }
        while let Some(old) = RawEntry::first(self.rest, ID_BYTES) {
            match old.order(entry) {
                Ordering::Less => self.rest = &self.rest[old.raw.len()..],
                Ordering::Equal => {
                    self.rest = &self.rest[old.raw.len()..];
                    if old.is_directory() && entry.is_directory() {
                        before.extend(Oid::from_bytes(old.id));
                    }
                    return old.id == entry.id && kind_of(old.mode) == kind_of(entry.mode);
                }
                Ordering::Greater => return false,
            }
        }
        false
    }
}

/// Appends a name to the path of a directory.
pub(super) fn push_name(path: &mut Vec<u8>, name: &[u8]) {
    if !path.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name);
}

fn malformed(what: &str, id: Oid) -> git2::Error {
    git2::Error::from_str(&format!("{what} {id} is malformed"))
}
