//! Walking history with git's plumbing.

use std::collections::HashMap;

use super::entries::kind_of;
use super::history::{Change, ChangeBatches, Commit, History, Introduced, IntroducedEntries, ReceiveChanges};
use super::plumbing::{Plumbing, unexpected_output};
use super::range::CommitRange;
use crate::error::Result;
use crate::tree::{ObjectId, PlaceSet};

/// For a merge, `-c` shows what differs from all of its parents.
const COMPARE: [&str; 10] = [
    "diff-tree",
    "--stdin",
    "--root",
    "-r",
    "-c",
    "--raw",
    "-z",
    "--no-renames",
    "--no-abbrev",
    "--ignore-submodules=none",
];

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

    /// Passes on what commits change.
    pub(super) fn pass_on_changes(&self, lists: &[Vec<Commit>], receive: ReceiveChanges<'_>) -> Result<()> {
        let numbered = lists.iter().enumerate();
        let list_of: HashMap<ObjectId, usize> = numbered
            .flat_map(|(list, commits)| commits.iter().map(move |commit| (commit.id, list)))
            .collect();
        let mut batches = ChangeBatches::new(receive);
        self.compare(lists.iter().flatten(), &mut |commit, change| {
            if let Some(list) = list_of.get(&commit) {
                batches.add(*list, change);
            }
        })?;
        batches.pass_on();
        Ok(())
    }

    /// What commits add or change, in their order.
    pub(super) fn introduced_entries(
        &self,
        commits: &[Commit],
        paths: Option<&PlaceSet>,
    ) -> Result<Vec<Introduced>> {
        let mut introduced = IntroducedEntries::default();
        let (mut current, mut changes) = (None, Vec::new());
        self.compare(commits.iter(), &mut |commit, change| {
            if current != Some(commit)
                && let Some(finished) = current.replace(commit)
            {
                introduced.add(finished, std::mem::take(&mut changes));
            }
            if paths.is_none_or(|paths| paths.contains(&change.path)) {
                changes.push(change);
            }
        })?;
        if let Some(last) = current {
            introduced.add(last, changes);
        }
        Ok(introduced.entries)
    }

    /// Calls `found` for each path that a commit changes, commit by commit.
    fn compare<'c>(
        &self,
        commits: impl Iterator<Item = &'c Commit>,
        found: &mut dyn FnMut(ObjectId, Change),
    ) -> Result<()> {
        let input = commits.fold(String::new(), |text, commit| text + &commit.id.to_string() + "\n");
        if input.is_empty() {
            return Ok(());
        }
        let mut output = CompareOutput { plumbing: self, commit: None, change: None, malformed: false };
        self.git().parts(&COMPARE, input.into_bytes(), 0, &mut |record| output.record(record, found))?;
        if output.malformed || output.change.is_some() { Err(unexpected_output("diff-tree")) } else { Ok(()) }
    }
}

/// A range as `git rev-list --stdin` reads it.
fn revisions(range: &CommitRange) -> Vec<u8> {
    let included = range.include.iter().map(|id| format!("{id}\n"));
    let excluded = range.exclude.iter().map(|id| format!("^{id}\n"));
    included.chain(excluded).collect::<String>().into_bytes()
}

/// Reads what `diff-tree --stdin -c --raw -z` prints: a commit, then pairs of a line and a path.
///
/// Format: <https://git-scm.com/docs/git-diff-tree#_raw_output_format>.
struct CompareOutput<'p, 'r> {
    plumbing: &'p Plumbing<'r>,
    commit: Option<ObjectId>,
    /// The line before a path: mode and content; `None` in it for a path that is gone.
    change: Option<Option<(i32, ObjectId)>>,
    malformed: bool,
}

impl CompareOutput<'_, '_> {
    fn record(&mut self, record: &[u8], found: &mut dyn FnMut(ObjectId, Change)) {
        if let Some(change) = self.change.take() {
            let Some((mode, id)) = change else { return };
            match (kind_of(mode), self.commit) {
                (Some(kind), Some(commit)) => found(commit, Change { path: record.to_vec(), kind, id }),
                (None, Some(_)) => {}
                (_, None) => self.malformed = true,
            }
            return;
        }
        // A merge that changes nothing leaves an empty record.
        if record.is_empty() {
            return;
        }
        let text = std::str::from_utf8(record).ok();
        match text.and_then(|text| text.strip_prefix(':').is_some().then(|| parse_line(text))) {
            Some(Some(change)) => self.change = Some(change),
            Some(None) => self.malformed = true,
            None => {
                self.commit = text.and_then(|text| self.plumbing.full_id(text));
                self.malformed |= self.commit.is_none();
            }
        }
    }
}

/// Reads a line about a path, with one colon for each parent; `Some(None)` for a path that is gone.
fn parse_line(line: &str) -> Option<Option<(i32, ObjectId)>> {
    let parents = line.bytes().take_while(|&byte| byte == b':').count();
    let fields: Vec<&str> = line[parents..].split(' ').collect();
    let mode = i32::from_str_radix(fields.get(parents)?, 8).ok()?;
    let id = ObjectId::from_hex(fields.get(2 * parents + 1)?)?;
    Some((mode != 0).then_some((mode, id)))
}
