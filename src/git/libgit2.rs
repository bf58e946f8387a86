//! The adapter that starts no process: objects, references and index through libgit2.

use std::path::PathBuf;

use git2::{ErrorCode, ObjectType, Oid, Repository};

use super::entries::{EntryCollector, entry_sizes, kind_of, outermost, read_entry};
use super::history::{Commit, History, Introduced, ReceiveChanges};
use super::range::CommitRange;
use super::reader::Reader;
use super::tree_changes::push_name;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::order::Arrange as _;
use crate::path::RepoPath;
use crate::tree::{Content, Entry, ObjectId, OwnedEntry, PlaceSet, Tree, Visitor};

/// `GIT_INDEX_ENTRY_INTENT_TO_ADD`, a bit of the extended flags.
const INTENT_TO_ADD: u16 = 1 << 13;
/// The merge stage, two bits of the flags.
const STAGE: u16 = 0x3000;

/// A repository that libgit2 has opened.
pub(super) struct Libgit2 {
    pub(super) repository: Repository,
    index_file: PathBuf,
    pub(super) env: Env,
}

impl Libgit2 {
    /// Reads an open repository and an index file.
    ///
    /// As git does, it does not hash every object that it reads: the hash is checked where objects come in, and a
    /// push sends what is read here.
    pub(super) fn new(repository: Repository, index_file: PathBuf, env: Env) -> Self {
        git2::opts::strict_hash_verification(false);
        Self { repository, index_file, env }
    }

    fn tree_of(&self, commit: ObjectId) -> Result<git2::Tree<'_>> {
        let commit = self.repository.find_commit(oid(commit)?).map_err(failed("read a commit"))?;
        commit.tree().map_err(failed("read the tree of a commit"))
    }

    /// Shows the entries below a tree depth-first, which is path order. It does not recurse: a crafted repository can
    /// nest deeper than a thread's stack allows.
    fn walk(&self, top: git2::Tree<'_>, mut path: Vec<u8>, visitor: &mut dyn Visitor) -> Result<()> {
        let mut stack = vec![(top, 0, path.len())];
        while let Some((tree, next, length)) = stack.last_mut() {
            path.truncate(*length);
            let Some(entry) = tree.get(*next) else {
                stack.pop();
                continue;
            };
            *next += 1;
            push_name(&mut path, entry.name_bytes());
            let (object, kind) = (entry.id(), kind_of(entry.filemode_raw()));
            drop(entry);
            match kind {
                Some(kind) => visitor.entry(&Entry {
                    path: &path,
                    kind,
                    id: object.as_bytes(),
                    size: None,
                    is_unmerged: false,
                }),
                None if visitor.enter(&path) => {
                    let below = self.repository.find_tree(object).map_err(failed("read a tree"))?;
                    stack.push((below, 0, path.len()));
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Shows the entries at and below a path. `open` has the top tree and those on the way to the path before; what the
    /// paths have in common is read once.
    fn walk_below<'t>(
        &'t self,
        open: &mut Vec<(Vec<u8>, git2::Tree<'t>)>,
        root: &RepoPath,
        visitor: &mut dyn Visitor,
    ) -> Result<()> {
        let names: Vec<&[u8]> = root.components().collect();
        let common = open.iter().skip(1).zip(&names).take_while(|((name, _), other)| name == *other).count();
        open.truncate(1 + common);
        for (depth, name) in names.iter().enumerate().skip(common) {
            let Some(entry) = open.last().and_then(|(_, tree)| tree.get_name_bytes(name)) else {
                return Ok(());
            };
            match kind_of(entry.filemode_raw()) {
                Some(kind) => {
                    if depth + 1 == names.len() {
                        let path = root.as_bytes();
                        visitor.entry(&Entry {
                            path,
                            kind,
                            id: entry.id().as_bytes(),
                            size: None,
                            is_unmerged: false,
                        });
                    }
                    return Ok(());
                }
                None => {
                    let below = self.repository.find_tree(entry.id()).map_err(failed("read a tree"))?;
                    drop(entry);
                    open.push((name.to_vec(), below));
                }
            }
        }
        let below = open.last().map(|(_, tree)| tree.clone());
        below.map_or(Ok(()), |tree| self.walk(tree, root.as_bytes().to_vec(), visitor))
    }

    fn size_of_blob(&self, id: ObjectId) -> Result<u64> {
        let odb = self.repository.odb().map_err(failed("open the object store"))?;
        let (size, kind) = odb.read_header(oid(id)?).map_err(failed("read an object"))?;
        if kind != ObjectType::Blob {
            return Err(Error::undecided(format!("object {id} is not a blob")));
        }
        Ok(size as u64)
    }
}

impl Reader for Libgit2 {
    fn resolve(&self, revision: &str) -> Result<Option<ObjectId>> {
        if revision.contains('\0') {
            return Ok(None);
        }
        match self.repository.revparse_single(&format!("{revision}^{{commit}}")) {
            Ok(object) => Ok(object.as_commit().and_then(|commit| id(commit.id()))),
            // libgit2 also reports a name of less than four letters as ambiguous.
            Err(error) if is_unknown(&error) || error.code() == ErrorCode::Ambiguous => Ok(None),
            Err(error) => Err(failed("resolve a revision")(error)),
        }
    }

    fn head(&self) -> Result<Option<ObjectId>> {
        match self.repository.head().and_then(|head| head.peel_to_commit()) {
            Ok(commit) => Ok(id(commit.id())),
            Err(error) if error.code() == ErrorCode::UnbornBranch => Ok(None),
            Err(error) => Err(failed("read `HEAD`")(error)),
        }
    }

    fn tips(&self, prefix: &str) -> Result<Vec<ObjectId>> {
        let mut tips = Vec::new();
        for reference in self.repository.references().map_err(failed("list references"))? {
            let reference = reference.map_err(failed("read a reference"))?;
            if !reference.name_bytes().starts_with(prefix.as_bytes()) {
                continue;
            }
            match reference.peel(ObjectType::Commit) {
                Ok(commit) => tips.extend(id(commit.id())),
                Err(error) if is_unknown(&error) => {}
                Err(error) => return Err(failed("resolve a reference")(error)),
            }
        }
        tips.arrange();
        tips.dedup();
        Ok(tips)
    }

    fn commit_tree(&self, commit: ObjectId) -> Result<Box<dyn Tree + '_>> {
        Ok(Box::new(Libgit2CommitTree { adapter: self, tree: self.tree_of(commit)?.id() }))
    }

    fn visit_index(&self, visitor: &mut dyn Visitor) -> Result<()> {
        let index = git2::Index::open(&self.index_file).map_err(failed("read the index"))?;
        let mut last = None;
        for entry in index.iter() {
            if entry.flags_extended & INTENT_TO_ADD != 0 || last.as_ref() == Some(&entry.path) {
                continue;
            }
            let is_unmerged = entry.flags & STAGE != 0;
            if let Some(kind) = kind_of(i32::try_from(entry.mode).unwrap_or_default()) {
                let size = (entry.file_size > 0).then_some(u64::from(entry.file_size));
                let (path, id) = (&entry.path, entry.id.as_bytes());
                visitor.entry(&Entry { path, kind, id, size, is_unmerged });
            }
            last = is_unmerged.then_some(entry.path);
        }
        Ok(())
    }

    fn entries_below(&self, commit: ObjectId, roots: &[RepoPath]) -> Result<Vec<OwnedEntry>> {
        let mut collected = EntryCollector(Vec::new());
        let mut open = vec![(Vec::new(), self.tree_of(commit)?)];
        for root in outermost(roots) {
            self.walk_below(&mut open, root, &mut collected)?;
        }
        collected.0.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(collected.0)
    }

    fn history(&self, range: &CommitRange) -> Result<History> {
        self.walk_history(range)
    }

    fn is_longer(&self, range: &CommitRange, count: usize) -> Result<bool> {
        self.has_more_commits(range, count)
    }

    fn changes(&self, lists: &[Vec<Commit>], most: u64, receive: ReceiveChanges<'_>) -> Result<bool> {
        self.pass_on_changes(lists, most, receive)
    }

    fn introduced(&self, commits: &[Commit], paths: Option<&PlaceSet>) -> Result<Vec<Introduced>> {
        self.introduced_entries(commits, paths)
    }

    fn read_blob(&self, id: ObjectId, limit: u64) -> Result<Content> {
        let size = self.size_of_blob(id)?;
        if size > limit {
            return Ok(Content::TooLarge(size));
        }
        let blob = self.repository.find_blob(oid(id)?).map_err(failed("read an object"))?;
        Ok(Content::Whole(blob.content().to_vec()))
    }

    fn blob_sizes(&self, ids: &[ObjectId]) -> Vec<Option<u64>> {
        ids.iter().map(|id| self.size_of_blob(*id).ok()).collect()
    }
}

/// The files of a commit.
struct Libgit2CommitTree<'a> {
    adapter: &'a Libgit2,
    tree: Oid,
}

impl Tree for Libgit2CommitTree<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) -> Result<()> {
        let top = self.adapter.repository.find_tree(self.tree).map_err(failed("read a tree"))?;
        self.adapter.walk(top, Vec::new(), visitor)
    }

    fn read(&self, entry: &OwnedEntry, limit: u64) -> Result<Content> {
        read_entry(self.adapter, entry, limit)
    }

    fn sizes(&self, entries: &[OwnedEntry]) -> Vec<Option<u64>> {
        entry_sizes(self.adapter, entries)
    }
}

pub(super) fn id(oid: Oid) -> Option<ObjectId> {
    ObjectId::new(oid.as_bytes())
}

pub(super) fn oid(id: ObjectId) -> Result<Oid> {
    Oid::from_bytes(id.as_bytes()).map_err(failed("read an object name"))
}

fn is_unknown(error: &git2::Error) -> bool {
    matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec | ErrorCode::Peel)
}

/// The error for a failed action, with libgit2's reason.
pub(super) fn failed(what: &str) -> impl Fn(git2::Error) -> Error + use<'_> {
    move |error| Error::undecided(format!("failed to {what}")).cause(error.message())
}
