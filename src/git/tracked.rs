//! The tracked entries below some paths, and the other work trees.

use std::path::PathBuf;

use super::entries::{IndexEntries, Roots};
use super::index_file::IndexFile;
use super::reader::Reader;
use super::repository::Repository;
use crate::error::Result;
use crate::path::{RepoPath, bytes_to_path};
use crate::tree::{Entry, ObjectId, OwnedEntry, Visitor};

/// The exit status of a git command that does not know an option.
const USAGE_ERROR: i32 = 129;

/// A work tree of the repository, as `git worktree list` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Worktree {
    /// Its top, or the directory of a bare repository, absolute.
    pub path: PathBuf,
    /// The commit that is checked out; `None` before the first commit and in a bare repository.
    pub head: Option<ObjectId>,
    /// The full name of the branch; `None` if detached or bare.
    pub branch: Option<String>,
    /// This is a bare repository, without files.
    pub bare: bool,
    /// It must not be pruned or removed.
    pub locked: bool,
    /// Its directory no longer exists.
    pub prunable: bool,
}

impl Repository<'_> {
    /// The entries of the index at or below these paths, in path order.
    ///
    /// # Errors
    /// Undecided if the index cannot be read.
    pub fn tracked_below(&self, roots: &[RepoPath]) -> Result<Vec<OwnedEntry>> {
        self.index_entries_below(roots, IndexEntries::Committed)
    }

    /// The paths in the index at or below some roots, including `git add -N` entries, which no commit would contain
    /// yet, in path order.
    ///
    /// # Errors
    /// Undecided if the index cannot be read.
    pub fn index_paths_below(&self, roots: &[RepoPath]) -> Result<Vec<RepoPath>> {
        let entries = self.index_entries_below(roots, IndexEntries::All)?;
        Ok(entries.into_iter().map(|entry| entry.path).collect())
    }

    /// How many paths of the index differ from `HEAD`: all of them before the first commit.
    ///
    /// # Errors
    /// Undecided if git cannot be run or fails.
    pub fn changed_paths(&self) -> Result<u64> {
        let Some(head) = self.head()? else {
            return Ok(self.index_paths_below(&[RepoPath::root()])?.len() as u64);
        };
        let mut count = 0;
        self.staged_records(head, &mut |_| count += 1)?;
        Ok(count)
    }

    /// The paths of the index that differ from `HEAD`, also those that only `HEAD` has; invalid ones are left out. None before
    /// the first commit.
    ///
    /// # Errors
    /// Undecided if git cannot be run or fails.
    pub fn staged_paths(&self) -> Result<Vec<RepoPath>> {
        let mut staged = Vec::new();
        if let Some(head) = self.head()? {
            self.staged_records(head, &mut |path| staged.extend(RepoPath::new(path)))?;
        }
        Ok(staged)
    }

    /// Calls `record` for each path of the index that differs from a commit.
    fn staged_records(&self, commit: ObjectId, record: &mut dyn FnMut(&[u8])) -> Result<()> {
        // <https://git-scm.com/docs/git-diff-index#_cached_mode>
        let arguments = ["diff-index", "--cached", "--name-only", "-z", &commit.to_string(), "--"];
        self.index_records(&arguments, record)
    }

    fn index_entries_below(&self, roots: &[RepoPath], entries: IndexEntries) -> Result<Vec<OwnedEntry>> {
        let mut found = EntriesBelow { roots: Roots::new(roots), entries: Vec::new() };
        if !roots.is_empty() {
            let index = IndexFile::open(&self.layout.index_file)?;
            self.visit_index_file(&index, entries, &mut found)?;
        }
        found.entries.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found.entries)
    }

    /// All work trees, the main one first.
    ///
    /// # Errors
    /// Undecided if git cannot list them.
    pub fn worktrees(&self) -> Result<Vec<Worktree>> {
        let arguments = ["worktree", "list", "--porcelain", "-z"];
        let output = self.git().run(&arguments, Vec::new())?;
        match output.status {
            Some(0) => Ok(parse_worktrees(&output.stdout, 0)),
            // Git before 2.36 does not know `-z`. Its output is ambiguous only for paths with line breaks.
            Some(USAGE_ERROR) => {
                let output = self.git().output(&["worktree", "list", "--porcelain"], Vec::new())?;
                Ok(parse_worktrees(&output, b'\n'))
            }
            _ => Err(self.git().failure(&arguments, &output)),
        }
    }
}

/// Parses blocks of `KEY VALUE` lines: <https://git-scm.com/docs/git-worktree#_porcelain_format>.
fn parse_worktrees(output: &[u8], separator: u8) -> Vec<Worktree> {
    let mut worktrees: Vec<Worktree> = Vec::new();
    for line in output.split(|&byte| byte == separator).filter(|line| !line.is_empty()) {
        let space = memchr::memchr(b' ', line).unwrap_or(line.len());
        let value = line.get(space + 1..).unwrap_or_default();
        if &line[..space] == b"worktree" {
            worktrees.push(Worktree { path: bytes_to_path(value), ..Worktree::default() });
        }
        let Some(worktree) = worktrees.last_mut() else {
            continue;
        };
        match &line[..space] {
            b"HEAD" => {
                let head = ObjectId::from_hex(&String::from_utf8_lossy(value));
                worktree.head = head.filter(|head| !head.is_zero());
            }
            b"branch" => worktree.branch = Some(String::from_utf8_lossy(value).into_owned()),
            b"bare" => worktree.bare = true,
            b"locked" => worktree.locked = true,
            b"prunable" => worktree.prunable = true,
            _ => {}
        }
    }
    worktrees
}

/// Collects the entries at or below some roots.
struct EntriesBelow<'a> {
    roots: Roots<'a>,
    entries: Vec<OwnedEntry>,
}

impl Visitor for EntriesBelow<'_> {
    fn restart(&mut self) {
        self.entries.clear();
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        if self.roots.contain(entry.path) {
            self.entries.extend(OwnedEntry::keep(entry));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_work_trees_of_every_state() {
        let text = b"worktree /r\0bare\0\0worktree /a b\nc\0HEAD 4e753aa66b8bf700ae4cb1157a2b94652f3e8e7e\0\
            branch refs/heads/x\0locked why\0\0worktree /gone\0HEAD 0000000000000000000000000000000000000000\0\
            detached\0prunable gitdir file points to non-existent location\0\0";
        let [bare, linked, gone] = parse_worktrees(text, 0).try_into().expect("three work trees");
        assert_eq!(bare, Worktree { path: "/r".into(), bare: true, ..Worktree::default() });
        assert_eq!(linked.path, PathBuf::from("/a b\nc"));
        assert_eq!(linked.branch.as_deref(), Some("refs/heads/x"));
        assert!(linked.locked && linked.head.is_some() && !linked.prunable);
        assert!(gone.prunable && gone.head.is_none() && gone.branch.is_none());
        let text = text.map(|byte| if byte == 0 { b'\n' } else { byte });
        let lines = parse_worktrees(&text, b'\n');
        let [first, second, third] = lines.try_into().expect("three work trees");
        assert_eq!((first, second.path, third), (bare, PathBuf::from("/a b"), gone));
        assert_eq!((second.branch, second.locked), (linked.branch, true));
    }
}
