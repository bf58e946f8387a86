//! Walking history with git's plumbing.

use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::rc::Rc;

use super::history::{ChangeBatches, ChangeLimit, Commit, History, Introduced, ReceiveChanges};
use super::plumbing::{Plumbing, unexpected_output};
use super::range::CommitRange;
use super::tree_changes::{TreeChanges, TreeSource, WantedChanges, introduced_by, not_compared};
use crate::error::Result;
use crate::tree::{ObjectId, PlaceSet};

impl Plumbing<'_> {
    /// The commits of a range, parents before children.
    pub(super) fn walk_history(&self, range: &CommitRange) -> Result<History> {
        if range.include.is_empty() {
            return Ok(History::default());
        }
        let arguments = ["rev-list", "--reverse", "--topo-order", "--parents", "--stdin"];
        let (mut commits, mut malformed) = (Vec::new(), false);
        self.git().parts(&arguments, revisions(range), b'\n', &mut |line| match self.commit(line) {
            Some(commit) => commits.push(commit),
            None => malformed = true,
        })?;
        if malformed { Err(unexpected_output("rev-list")) } else { Ok(History { commits }) }
    }

    /// Returns whether a range has more commits than `count`.
    pub(super) fn has_more_commits(&self, range: &CommitRange, count: usize) -> Result<bool> {
        if range.include.is_empty() {
            return Ok(false);
        }
        let most = format!("--max-count={}", count + 1);
        let output = self.git().output(&["rev-list", "--count", &most, "--stdin"], revisions(range))?;
        let text = String::from_utf8_lossy(&output);
        let found: usize = text.trim_end().parse().map_err(|_| unexpected_output("rev-list"))?;
        Ok(found > count)
    }

    /// Reads the ids of a commit and its parents.
    fn commit(&self, line: &[u8]) -> Option<Commit> {
        let ids = std::str::from_utf8(line).ok()?.split(' ').map(|id| self.full_id(id));
        let (id, parents) =
            ids.collect::<Option<Vec<_>>>()?.split_first().map(|(id, rest)| (*id, rest.to_vec()))?;
        Some(Commit { id, parents, tree: None })
    }

    pub(super) fn full_id(&self, text: &str) -> Option<ObjectId> {
        ObjectId::from_hex(text).filter(|id| id.as_bytes().len() == self.id_length)
    }

    /// Passes on what commits add and change, up to a limit. Returns whether that is all.
    pub(super) fn pass_on_changes(
        &self,
        lists: &[Vec<Commit>],
        most: u64,
        receive: ReceiveChanges<'_>,
    ) -> Result<bool> {
        let limit = ChangeLimit::new(most);
        let list_of: Vec<usize> =
            lists.iter().enumerate().flat_map(|(list, commits)| commits.iter().map(move |_| list)).collect();
        let mut batches = ChangeBatches::new(receive, &limit);
        self.with_trees(&mut |source| {
            let mut changes = TreeChanges::new(source, WantedChanges::Added(&limit));
            let add = &mut |place: usize, change| batches.add(list_of[place], change);
            changes.of_commits(lists.iter().flatten(), add).map_err(not_compared)
        })?;
        batches.pass_on();
        Ok(!limit.is_used_up())
    }

    /// What commits add, change and delete, in their order.
    pub(super) fn introduced_entries(
        &self,
        commits: &[Commit],
        paths: Option<&PlaceSet>,
    ) -> Result<Vec<Introduced>> {
        let mut introduced = Vec::new();
        self.with_trees(&mut |source| {
            introduced = introduced_by(source, commits, paths)?;
            Ok(())
        })?;
        Ok(introduced)
    }

    /// Reads trees through one process.
    fn with_trees(&self, work: &mut dyn FnMut(&mut dyn TreeSource) -> Result<()>) -> Result<()> {
        self.git().converse(&["cat-file", "--batch"], &mut |input, output| {
            work(&mut BatchTrees { input, output, roots: HashMap::new(), read: None })
        })
    }
}

/// Reads trees from `cat-file --batch`, which answers each line at once.
///
/// Format: <https://git-scm.com/docs/git-cat-file#_batch_output>.
struct BatchTrees<'c> {
    input: &'c mut dyn Write,
    output: &'c mut dyn BufRead,
    /// The trees of commits.
    roots: HashMap<ObjectId, ObjectId>,
    /// The tree that was read last.
    read: Option<(ObjectId, Rc<[u8]>)>,
}

impl BatchTrees<'_> {
    /// Reads the tree that a name leads to.
    fn ask(&mut self, name: &str) -> Result<(ObjectId, Rc<[u8]>), String> {
        let failed = |error: std::io::Error| format!("failed to read from `git cat-file`: {error}");
        writeln!(self.input, "{name}^{{tree}}").and_then(|()| self.input.flush()).map_err(failed)?;
        let mut header = String::new();
        self.output.read_line(&mut header).map_err(failed)?;
        let parsed = || {
            let mut words = header.trim_end().split(' ');
            let id = ObjectId::from_hex(words.next()?)?;
            let size: usize = (words.next()? == "tree").then(|| words.next()?.parse().ok()).flatten()?;
            Some((id, size))
        };
        let (id, size) = parsed().ok_or_else(|| format!("the tree of {name} cannot be read"))?;
        let mut bytes = vec![0; size + 1];
        self.output.read_exact(&mut bytes).map_err(failed)?;
        bytes.pop();
        Ok((id, bytes.into()))
    }
}

impl TreeSource for BatchTrees<'_> {
    fn root(&mut self, commit: ObjectId) -> Result<ObjectId, String> {
        if let Some(known) = self.roots.get(&commit) {
            return Ok(*known);
        }
        let (id, bytes) = self.ask(&commit.to_string())?;
        self.roots.insert(commit, id);
        self.read = Some((id, bytes));
        Ok(id)
    }

    fn tree(&mut self, id: ObjectId) -> Result<Rc<[u8]>, String> {
        match self.read.take() {
            Some((read, bytes)) if read == id => Ok(bytes),
            _ => self.ask(&id.to_string()).map(|(_, bytes)| bytes),
        }
    }
}

/// A range as `git rev-list --stdin` reads it.
fn revisions(range: &CommitRange) -> Vec<u8> {
    let included = range.include.iter().map(|id| format!("{id}\n"));
    let excluded = range.exclude.iter().map(|id| format!("^{id}\n"));
    included.chain(excluded).collect::<String>().into_bytes()
}
