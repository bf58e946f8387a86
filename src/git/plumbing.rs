//! The adapter that runs `git` itself: plumbing commands, whose output is made for programs.
//!
//! Manual: <https://git-scm.com/docs>. Revisions from the user follow `--end-of-options`; everything after that is
//! named by its object.

use std::path::PathBuf;

use super::blob_cache::BlobCache;
use super::command::{Git, without_newline};
use super::entries::{EntryCollector, IndexEntries, entry_sizes, kind_of, outermost, read_entry};
use super::history::{Commit, History, Introduced, ReceiveChanges};
use super::layout::RepositoryLayout;
use super::pointed::Pointed;
use super::range::CommitRange;
use super::reader::Reader;
use crate::error::{Error, Result};
use crate::order::Arrange as _;
use crate::path::{RepoPath, bytes_to_path};
use crate::tree::{Content, Entry, ObjectId, OwnedEntry, PlaceSet, Tree, Visitor};

/// `CE_INTENT_TO_ADD` in the flags that `git ls-files --debug` prints.
const INTENT_TO_ADD: u32 = 1 << 29;
/// The most bytes of paths in one command line; POSIX systems accept at least twice as much.
const ARGUMENT_BYTES: usize = 64 * 1024;

/// A repository, read with `git`.
pub(super) struct Plumbing<'r> {
    git: Git<'r>,
    index_file: PathBuf,
    pub(super) id_length: usize,
    blobs: BlobCache,
}

impl<'r> Plumbing<'r> {
    /// Reads a repository with a [`Git`] that is set up for it.
    pub(super) fn new(git: Git<'r>, layout: &RepositoryLayout) -> Self {
        let index_file = layout.index_file.clone();
        Self { git, index_file, id_length: layout.object_id_length, blobs: BlobCache::default() }
    }

    /// Calls git in this repository.
    pub(super) fn git(&self) -> &Git<'r> {
        &self.git
    }

    /// Calls git with the index of this run.
    pub(super) fn git_with_index(&self) -> Git<'r> {
        self.git.with_index(&self.index_file)
    }

    /// Shows the index as `ls-files` prints it and returns the directories of a sparse index, each with its tree.
    fn list_index(
        &self,
        arguments: &[&str],
        entries: IndexEntries,
        visitor: &mut dyn Visitor,
    ) -> Result<Vec<(Vec<u8>, ObjectId)>> {
        let mut listing = IndexListing {
            visitor,
            entries,
            entry: Vec::new(),
            unmerged: Vec::new(),
            directories: Vec::new(),
            malformed: false,
        };
        self.git_with_index().records(arguments, &mut |record| listing.record(record))?;
        if listing.malformed { Err(unexpected_output("ls-files")) } else { Ok(listing.directories) }
    }

    /// Shows the entries of the index as [`Reader::visit_index`] does, and those of `git add -N` on request.
    pub(super) fn visit_index_entries(&self, entries: IndexEntries, visitor: &mut dyn Visitor) -> Result<()> {
        // Without `--sparse`, git expands a sparse index and stores tree objects while it does so. Git before 2.35 does
        // not know the option, and hardly anybody used a sparse index then.
        let expanded = ["ls-files", "--stage", "--debug", "-z"];
        let directories = self
            .list_index(&["ls-files", "--sparse", "--stage", "--debug", "-z"], entries, visitor)
            .or_else(|_| {
                visitor.restart();
                self.list_index(&expanded, entries, visitor)
            })?;
        for (directory, tree) in directories {
            self.list(tree, &[], &mut PrefixedVisitor { visitor, directory })?;
        }
        Ok(())
    }

    /// Lists a commit or tree, or the parts of it at and below some paths.
    fn list(&self, commit: ObjectId, below: &[&RepoPath], visitor: &mut dyn Visitor) -> Result<()> {
        let commit = commit.to_string();
        let mut arguments = ["--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree", &commit, "--"]
            .map(Into::into)
            .to_vec();
        arguments.extend(below.iter().map(|path| bytes_to_path(path.as_bytes()).into_os_string()));
        let mut malformed = false;
        self.git.records::<std::ffi::OsString>(&arguments, &mut |record| {
            malformed |= show_tree_line(record, visitor).is_none();
        })?;
        if malformed { Err(unexpected_output("ls-tree")) } else { Ok(()) }
    }

    /// Whether each object is a blob, and its size, in the same order; `None` for a missing object.
    fn headers(&self, ids: &[ObjectId]) -> Result<Vec<Option<(bool, u64)>>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let input = ids.iter().fold(String::new(), |text, id| text + &id.to_string() + "\n");
        let arguments = ["cat-file", "--batch-check=%(objecttype) %(objectsize)", "--buffer"];
        let output = self.git.output(&arguments, input.into_bytes())?;
        let header = |line: &str| {
            let (kind, size) = line.split_once(' ')?;
            Some((kind == "blob", size.parse().ok()?))
        };
        let headers: Vec<_> = String::from_utf8_lossy(&output).lines().map(header).collect();
        if headers.len() == ids.len() { Ok(headers) } else { Err(unexpected_output("cat-file")) }
    }

    /// What objects lead to, through any tags, in the same order.
    pub(super) fn pointed_at(&self, ids: &[ObjectId]) -> Result<Vec<Pointed>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let input = ids.iter().fold(String::new(), |text, id| text + &format!("{id}^{{}}\n"));
        let arguments = ["cat-file", "--batch-check=%(objecttype) %(objectname)", "--buffer"];
        let output = self.git.output(&arguments, input.into_bytes())?;
        let pointed = |line: &str| match line.split_once(' ') {
            Some(("commit", id)) => self.full_id(id).map_or(Pointed::Missing, Pointed::Commit),
            Some(("blob", _)) => Pointed::File,
            Some(("tree", _)) => Pointed::Directory,
            _ => Pointed::Missing,
        };
        let found: Vec<_> = String::from_utf8_lossy(&output).lines().map(pointed).collect();
        if found.len() == ids.len() { Ok(found) } else { Err(unexpected_output("cat-file")) }
    }

    /// Reads blobs ahead that will be needed one by one; what fails here is tried again then.
    pub(super) fn prefetch(&self, ids: &[ObjectId], limit: u64) {
        let headers = self.headers(ids).map(|headers| ids.iter().copied().zip(headers).collect());
        let _ = headers.and_then(|headers| self.blobs.fill(&self.git, headers, limit));
    }

    /// Says whether a blob was prefetched.
    pub(super) fn was_prefetched(&self, id: ObjectId) -> bool {
        self.blobs.contains(id)
    }

    /// Says whether `HEAD` names a branch without a commit, as opposed to a broken one.
    fn is_unborn(&self) -> Result<bool> {
        let branch = self.git.run(&["symbolic-ref", "--quiet", "HEAD"], Vec::new())?;
        if branch.status != Some(0) {
            return Ok(false);
        }
        let branch = bytes_to_path(&without_newline(branch.stdout)).into_os_string();
        let arguments = ["for-each-ref".into(), "--format=%(objectname)".into(), "--".into(), branch];
        let found = self.git.run::<std::ffi::OsString>(&arguments, Vec::new())?;
        Ok(found.status == Some(0)
            && found.stdout.is_empty()
            && String::from_utf8_lossy(&found.stderr).trim().is_empty())
    }
}

impl Reader for Plumbing<'_> {
    fn resolve(&self, revision: &str) -> Result<Option<ObjectId>> {
        if revision.contains('\0') {
            return Ok(None);
        }
        let revision = format!("{revision}^{{commit}}");
        let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", &revision];
        let output = self.git.run(&arguments, Vec::new())?;
        match output.status {
            Some(0) => Ok(ObjectId::from_hex(String::from_utf8_lossy(&output.stdout).trim_end())),
            Some(1) => Ok(None),
            _ => Err(self.git.failure(&arguments, &output)),
        }
    }

    fn head(&self) -> Result<Option<ObjectId>> {
        match self.resolve("HEAD")? {
            None if !self.is_unborn()? => {
                Err(Error::undecided("failed to read the commit that `HEAD` points to"))
            }
            head => Ok(head),
        }
    }

    fn tips(&self, prefix: &str) -> Result<Vec<ObjectId>> {
        let format = "--format=%(objecttype) %(objectname) %(*objecttype) %(*objectname) %(refname)";
        let output = self.git.output(&["for-each-ref", format], Vec::new())?;
        let tip = |line: &[u8]| {
            let mut parts = line.splitn(5, |&byte| byte == b' ').map(String::from_utf8_lossy);
            let [kind, id, peeled_kind, peeled_id, name] =
                std::array::from_fn(|_| parts.next().unwrap_or_default());
            let commit =
                if kind == "commit" { Some(id) } else { (peeled_kind == "commit").then_some(peeled_id) };
            commit.filter(|_| name.starts_with(prefix)).and_then(|id| ObjectId::from_hex(&id))
        };
        let mut tips: Vec<_> = output.split(|&byte| byte == b'\n').filter_map(tip).collect();
        tips.arrange();
        tips.dedup();
        Ok(tips)
    }

    fn commit_tree(&self, commit: ObjectId) -> Result<Box<dyn Tree + '_>> {
        match self.headers(&[commit])?.first() {
            Some(Some((false, _))) => Ok(Box::new(PlumbingCommitTree { adapter: self, commit })),
            _ => Err(Error::undecided(format!("failed to read commit {commit}"))),
        }
    }

    fn visit_index(&self, visitor: &mut dyn Visitor) -> Result<()> {
        self.visit_index_entries(IndexEntries::Committed, visitor)
    }

    fn entries_below(&self, commit: ObjectId, roots: &[RepoPath]) -> Result<Vec<OwnedEntry>> {
        let roots = outermost(roots);
        let mut collected = EntryCollector(Vec::new());
        let mut rest = roots.as_slice();
        while let Some(first) = rest.first() {
            if first.is_root() {
                self.list(commit, &[], &mut collected)?;
                break;
            }
            let fits = |bytes: &mut usize, root: &&RepoPath| {
                *bytes += root.as_bytes().len() + 16;
                (*bytes <= ARGUMENT_BYTES).then_some(())
            };
            let count = rest.iter().scan(0, fits).count().max(1);
            self.list(commit, &rest[..count], &mut collected)?;
            rest = &rest[count..];
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
        match self.blobs.get(id) {
            Some(Some(Content::Whole(bytes))) if bytes.len() as u64 <= limit => {
                return Ok(Content::Whole(bytes));
            }
            Some(None) => return Err(Error::undecided(format!("object {id} is missing"))),
            // It was prefetched with another limit, or not at all.
            Some(Some(_)) | None => {}
        }
        match self.headers(&[id])?.first() {
            Some(Some((true, size))) if *size > limit => Ok(Content::TooLarge(*size)),
            Some(Some((true, _))) => {
                self.git.output(&["cat-file", "blob", &id.to_string()], Vec::new()).map(Content::Whole)
            }
            Some(Some((false, _))) => Err(Error::undecided(format!("object {id} is not a blob"))),
            _ => Err(Error::undecided(format!("object {id} is missing"))),
        }
    }

    fn blob_sizes(&self, ids: &[ObjectId]) -> Vec<Option<u64>> {
        let size = |header: Option<(bool, u64)>| header.filter(|(is_blob, _)| *is_blob).map(|(_, size)| size);
        match self.headers(ids) {
            Ok(headers) => headers.into_iter().map(size).collect(),
            Err(_) => vec![None; ids.len()],
        }
    }
}

/// The files of a commit.
struct PlumbingCommitTree<'a> {
    adapter: &'a Plumbing<'a>,
    commit: ObjectId,
}

impl Tree for PlumbingCommitTree<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) -> Result<()> {
        self.adapter.list(self.commit, &[], visitor)
    }

    fn read(&self, entry: &OwnedEntry, limit: u64) -> Result<Content> {
        read_entry(self.adapter, entry, limit)
    }

    fn sizes(&self, entries: &[OwnedEntry]) -> Vec<Option<u64>> {
        entry_sizes(self.adapter, entries)
    }
}

/// Shows `MODE TYPE ID<tab>PATH` of `ls-tree`; `None` for anything else.
fn show_tree_line(record: &[u8], visitor: &mut dyn Visitor) -> Option<()> {
    let tab = memchr::memchr(b'\t', record)?;
    let mut head = std::str::from_utf8(&record[..tab]).ok()?.split(' ');
    let kind = kind_of(i32::from_str_radix(head.next()?, 8).ok()?)?;
    let id = ObjectId::from_hex(head.nth(1)?)?;
    visitor.entry(&Entry {
        path: &record[tab + 1..],
        kind,
        id: id.as_bytes(),
        size: None,
        is_unmerged: false,
    });
    Some(())
}

/// Parses `ls-files --stage --debug -z`: each path is followed by five lines about it and then, without a NUL, by the
/// next entry. Only these lines show which entries are `add -N` entries. If a git prints them in another form, no
/// entry counts as one.
struct IndexListing<'v> {
    visitor: &'v mut dyn Visitor,
    entries: IndexEntries,
    /// The entry whose five lines come next, as `MODE ID STAGE<tab>PATH`.
    entry: Vec<u8>,
    unmerged: Vec<u8>,
    /// Directories of a sparse index, each with its final `/` and its tree.
    directories: Vec<(Vec<u8>, ObjectId)>,
    malformed: bool,
}

/// Prefixes the paths of a tree with a directory.
struct PrefixedVisitor<'v> {
    visitor: &'v mut dyn Visitor,
    directory: Vec<u8>,
}

impl Visitor for PrefixedVisitor<'_> {
    fn restart(&mut self) {
        self.visitor.restart();
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        let path = [&self.directory, entry.path].concat();
        self.visitor.entry(&Entry { path: &path, ..*entry });
    }
}

impl IndexListing<'_> {
    fn record(&mut self, record: &[u8]) {
        let (details, entry) =
            if record.starts_with(b"  ") { split_details(record) } else { (&[] as &[u8], record) };
        let finished = std::mem::replace(&mut self.entry, entry.to_vec());
        if !finished.is_empty() {
            self.malformed |= self.show(&finished, details).is_none();
        }
    }

    fn show(&mut self, entry: &[u8], details: &[u8]) -> Option<()> {
        let tab = memchr::memchr(b'\t', entry)?;
        let path = &entry[tab + 1..];
        let mut head = std::str::from_utf8(&entry[..tab]).ok()?.split(' ');
        let mode = i32::from_str_radix(head.next()?, 8).ok()?;
        let id = ObjectId::from_hex(head.next()?)?;
        let Some(kind) = kind_of(mode) else {
            self.directories.push((path.to_vec(), id));
            return Some(());
        };
        let is_unmerged = head.next()? != "0";
        let details = String::from_utf8_lossy(details);
        let field =
            |name: &str| details.split([' ', '\n', '\t']).skip_while(move |word| *word != name).nth(1);
        let flags = field("flags:").and_then(|flags| u32::from_str_radix(flags, 16).ok()).unwrap_or_default();
        let announced = flags & INTENT_TO_ADD != 0 && self.entries == IndexEntries::Committed;
        if announced || (is_unmerged && self.unmerged == path) {
            return Some(());
        }
        if is_unmerged {
            self.unmerged = path.to_vec();
        }
        let size = field("size:").and_then(|size| size.parse().ok()).filter(|size| *size > 0);
        self.visitor.entry(&Entry { path, kind, id: id.as_bytes(), size, is_unmerged });
        Some(())
    }
}

/// Splits the five lines about an entry from the next entry, whose path may contain line breaks.
fn split_details(record: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr_iter(b'\n', record).nth(4).map_or(record.len(), |end| end + 1);
    record.split_at(end)
}

/// The error for output that git does not document.
pub(super) fn unexpected_output(command: &str) -> Error {
    Error::undecided(format!("unexpected output of `git {command}`"))
}
