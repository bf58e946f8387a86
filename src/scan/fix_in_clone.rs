//! How whoever pushes removes environments from the pushed commits, in the clone that they come from. Of that clone only the
//! pushed commits are known here, and that it has the commits before them.

use std::collections::HashSet;

use super::brought::short;
use super::history_fix::{FixedReference, ToRemove};
use crate::error::Result;
use crate::git::{Commit, Reader};
use crate::model::{HistoryChange, HistoryFix, SparedCommits, Untracking};
use crate::order::Arrange as _;
use crate::path::RepoPath;
use crate::session::Session;
use crate::tree::ObjectId;

/// The most commits that a command names to leave them as they are.
const MOST_SPARED: usize = 8;

/// How to remove environments from these references; `None` if there is nothing that a command could do. A branch has to be
/// checked out there, and is `HEAD` in the commands: it may have another name.
///
/// # Errors
/// Undecided if a commit cannot be read.
pub fn fix_in_clone<'c>(
    session: &Session<'_>,
    removed: &ToRemove,
    commits: impl Iterator<Item = &'c Commit>,
    references: &[FixedReference],
) -> Result<Option<HistoryFix>> {
    let commits: Vec<&Commit> = commits.collect();
    let first = removed.introducing.first();
    let Some(first) = first.and_then(|id| commits.iter().find(|commit| commit.id == *id)) else {
        return Ok(None);
    };
    let is_tag = |reference: &&FixedReference| {
        reference.name.as_ref().is_some_and(|name| name.starts_with("refs/tags/"))
    };
    let (tags, branches): (Vec<_>, Vec<_>) = references.iter().partition(is_tag);
    let pieces: Vec<RepoPath> = removed.pieces.iter().cloned().collect();
    let mut before = Untracking::Nothing;
    for branch in &branches {
        let found = session.repository.entries_below(branch.end, &pieces)?;
        // A file that has the name of a directory now is another one.
        if found.iter().any(|entry| !removed.directories.contains(&entry.path)) {
            before = Untracking::Fix(removed.places.iter().cloned().collect());
            break;
        }
    }
    let is_last = |branch: &FixedReference| removed.introducing.iter().all(|id| *id == branch.end);
    let change = match (branches.as_slice(), tags.as_slice()) {
        ([branch], []) if is_last(branch) => HistoryChange::Amend,
        _ => {
            let head = (!branches.is_empty()).then(|| "HEAD".to_owned());
            let tags = tags.iter().filter_map(|tag| tag.name.clone());
            HistoryChange::Rewrite {
                first: short(&first.id),
                is_root: first.parents.is_empty(),
                references: head.into_iter().chain(tags).collect(),
                unnamed: None,
            }
        }
    };
    let directories = removed.directories.clone();
    let spared = spared(&commits, first);
    Ok(Some(HistoryFix { pieces, directories, before, change, is_published: false, is_bare: false, spared }))
}

/// The commits just before the pushed ones, which this repository has. The parents of the first commit that is rewritten are
/// left out: a range names them.
fn spared(commits: &[&Commit], first: &Commit) -> SparedCommits {
    let pushed: HashSet<ObjectId> = commits.iter().map(|commit| commit.id).collect();
    let parents = commits.iter().flat_map(|commit| &commit.parents);
    let mut before: Vec<ObjectId> =
        parents.filter(|id| !pushed.contains(id) && !first.parents.contains(id)).copied().collect();
    before.arrange();
    before.dedup();
    match before.len() {
        0 => SparedCommits::None,
        count if count > MOST_SPARED => SparedCommits::None,
        _ => SparedCommits::These(before.iter().map(short).collect()),
    }
}
