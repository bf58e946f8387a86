//! What a removal does with each file: it goes, it goes and a copy of it is kept, or it stops the removal.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use crate::formats::snapshot::ArchiveCoverage;
use crate::fs::TreeListing;
use crate::order::Arrange as _;
use crate::path::{RepoPath, split_name};

/// More than this is not copied: what is that large is better kept where somebody decides.
const COPIED_LIMIT: u64 = 256 * 1024 * 1024;

/// What is known of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Provenance {
    /// A tool writes exactly this.
    Recreated,
    /// Python recreates it by itself. It shows nothing about the directory it is in.
    Bytecode,
    /// A tool wrote it, as its name or a record says, and its content may have been changed since.
    Changed,
    /// As [`Provenance::Changed`], and it certainly was: a record has another hash of it.
    Edited,
    /// As [`Provenance::Changed`], and it may lie in any directory.
    Incidental,
    /// No tool is known to write it.
    Unknown,
    /// It is no file, link or directory.
    Special,
}

/// What decides on a removal beside what is known of each file. By default nothing does, and edits are copied.
#[derive(Debug, Clone, Default)]
pub struct RemovalPolicy {
    /// A file that was changed since it was installed stops the removal, instead of being copied.
    pub keeps_edits: bool,
    /// A file of the size that a list says is as it was installed if nothing of it was changed since the list was
    /// written, which no program can hide. Otherwise each is read and hashed.
    pub trusts_times: bool,
    /// A file of another user stops the removal. Who replaces an environment of a shared work tree leaves its users one.
    pub keeps_others: bool,
    /// Files that git tracks, relative to the environment, sorted. They stop the removal.
    pub tracked: Vec<RepoPath>,
    /// What may go whatever it is, with everything in it, relative to the environment.
    pub discarded: Vec<RepoPath>,
    /// What is archived before the environment is deleted.
    pub backup: Option<ArchiveCoverage>,
}

impl RemovalPolicy {
    /// Whether a path may go whatever it is.
    pub(super) fn discards(&self, path: &RepoPath) -> bool {
        self.discarded.iter().any(|above| path.is_within(above))
    }
}

/// Why a file cannot go. Of several reasons the first counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ForeignReason {
    /// It belongs to a git repository in the environment.
    Repository,
    /// Git tracks it.
    Tracked,
    /// It belongs to another user.
    OtherUser,
    /// It was changed since it was installed.
    Edited,
    /// No tool is known to have made it.
    Unknown,
    /// It is a socket, a FIFO or a device.
    Special,
    /// It may have been changed since a tool made it, and what was changed is too much to be copied.
    TooLarge,
    /// It could not be looked at.
    Unread,
}

impl ForeignReason {
    /// Whether an archive saves it. It cannot give a file back to another user.
    #[must_use]
    pub fn can_be_archived(self) -> bool {
        !matches!(self, Self::OtherUser | Self::Special | Self::Unread)
    }
}

/// A file, or a directory of nothing else, that cannot be recreated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignFile {
    /// Its path, relative to the environment.
    pub path: RepoPath,
    /// Why it cannot go.
    pub reason: ForeignReason,
}

impl fmt::Display for ForeignReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Repository => "a git repository of its own",
            Self::Tracked => "tracked by git",
            Self::OtherUser => "owned by another user",
            Self::Special => "a socket, a FIFO or a device",
            Self::Edited => "changed since it was installed",
            Self::Unknown => "not created by any tool",
            Self::TooLarge => "changed since, and too large to be copied",
            Self::Unread => "could not be read",
        })
    }
}

/// What a removal would do. What is neither foreign nor copied goes without a trace, because a tool can write it again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RemovalPlan {
    /// What stops the removal, by path.
    pub foreign: Vec<ForeignFile>,
    /// Files that may have been changed since a tool made them, by path. They are copied before they are deleted.
    pub copied: Vec<RepoPath>,
}

impl RemovalPlan {
    /// Decides on every entry of a listing, of which `provenances` says what is known, by its number.
    pub(super) fn of(listing: &TreeListing, provenances: &[Provenance], policy: &RemovalPolicy) -> Self {
        let mut copied = Vec::new();
        let mut foreign: BTreeMap<RepoPath, ForeignReason> = BTreeMap::new();
        let mut bytes = 0_u64;
        let repositories = repositories(listing);
        for directory in listing.directories() {
            let known = provenances.get(directory.numbers()).unwrap_or_default();
            let in_repository = !repositories.is_empty() && is_within_any(directory.path(), &repositories);
            // Of most directories every file goes without a trace.
            let is_plain = !in_repository && policy.tracked.is_empty();
            if is_plain && known.iter().all(|known| goes(*known, policy)) {
                continue;
            }
            for (entry, provenance) in directory.entries().zip(known) {
                let path = entry.path();
                if policy.discards(&path) {
                    continue;
                }
                if let Some(reason) = stops(&path, *provenance, in_repository, policy) {
                    foreign.insert(path, reason);
                    continue;
                }
                if is_copied(*provenance) {
                    let more = bytes.saturating_add(entry.size().unwrap_or(u64::MAX));
                    if more > COPIED_LIMIT {
                        foreign.insert(path, ForeignReason::TooLarge);
                    } else {
                        bytes = more;
                        copied.push(path);
                    }
                }
            }
        }
        let unread = listing.unreadable.iter().map(|skip| (&skip.path, ForeignReason::Unread));
        let others = listing.of_others.iter().filter(|_| policy.keeps_others);
        let others = others.map(|path| (path, ForeignReason::OtherUser));
        for (path, reason) in unread.chain(others).filter(|(path, _)| !policy.discards(path)) {
            let known = foreign.entry(path.clone()).or_insert(reason);
            *known = reason.min(*known);
        }
        let foreign = match foreign.is_empty() {
            true => foreign,
            false => outermost_of_all(&foreign, &owned(listing, provenances), policy.backup.is_some()),
        };
        let kept_in_place = |path: &RepoPath| foreign.keys().any(|above| path.is_within(above));
        copied.retain(|path| !kept_in_place(path));
        copied.arrange();
        let foreign = foreign.into_iter().map(|(path, reason)| ForeignFile { path, reason }).collect();
        Self { foreign, copied }
    }
}

/// Why a file stops the removal, as far as its size does not matter.
fn stops(
    path: &RepoPath,
    provenance: Provenance,
    in_repository: bool,
    policy: &RemovalPolicy,
) -> Option<ForeignReason> {
    match provenance {
        Provenance::Special => Some(ForeignReason::Special),
        _ if in_repository => Some(ForeignReason::Repository),
        _ if policy.tracked.binary_search(path).is_ok() => Some(ForeignReason::Tracked),
        Provenance::Unknown => Some(ForeignReason::Unknown),
        Provenance::Edited if policy.keeps_edits => Some(ForeignReason::Edited),
        _ => None,
    }
}

/// Whether a file is copied if nothing stops the removal.
fn is_copied(provenance: Provenance) -> bool {
    matches!(provenance, Provenance::Changed | Provenance::Edited | Provenance::Incidental)
}

/// Whether a file that is neither tracked nor in a repository goes without a trace.
fn goes(provenance: Provenance, policy: &RemovalPolicy) -> bool {
    !is_copied(provenance) && stops(&RepoPath::root(), provenance, false, policy).is_none()
}

/// The directories that are repositories: those with a `.git` that is no directory, or one that holds something.
fn repositories(listing: &TreeListing) -> HashSet<&[u8]> {
    let mut found = HashSet::new();
    for directory in listing.directories() {
        let path = directory.path().as_bytes();
        if directory.find(b".git").is_some() {
            found.insert(path);
        }
        let mut inner = path;
        while !inner.is_empty() && !directory.numbers().is_empty() {
            let (above, name) = split_name(inner);
            if name == b".git" {
                found.insert(above);
            }
            inner = above;
        }
    }
    found
}

/// Whether a path is that of one of these directories, or below one.
fn is_within_any(path: &RepoPath, directories: &HashSet<&[u8]>) -> bool {
    path.ancestors().any(|above| directories.contains(above.as_bytes()))
}

/// The directories that hold something of the environment.
fn owned<'l>(listing: &'l TreeListing, provenances: &[Provenance]) -> HashSet<&'l [u8]> {
    let is_owned = |known: &Provenance| {
        matches!(known, Provenance::Recreated | Provenance::Changed | Provenance::Edited)
    };
    let holding = listing
        .directories()
        .iter()
        .filter(|directory| provenances.get(directory.numbers()).unwrap_or_default().iter().any(is_owned));
    let mut found: HashSet<&[u8]> = HashSet::new();
    for directory in holding {
        let mut path = directory.path().as_bytes();
        while !path.is_empty() && found.insert(path) {
            path = split_name(path).0;
        }
    }
    found
}

/// The outermost directories of foreign paths, as [`outermost`] finds them, none of them in another. What no archive saves
/// is named by its own path, where there is to be one.
fn outermost_of_all(
    foreign: &BTreeMap<RepoPath, ForeignReason>,
    owned: &HashSet<&[u8]>,
    is_archived: bool,
) -> BTreeMap<RepoPath, ForeignReason> {
    let mut found: BTreeMap<RepoPath, ForeignReason> = BTreeMap::new();
    for (path, reason) in foreign {
        let stands_alone = *reason == ForeignReason::Special || (is_archived && !reason.can_be_archived());
        let place = if stands_alone { path.clone() } else { outermost(path, owned) };
        let known = found.entry(place).or_insert(*reason);
        *known = (*reason).min(*known);
    }
    found
}

/// The outermost directory above a foreign path that holds nothing of the environment; else the path itself.
fn outermost(path: &RepoPath, owned: &HashSet<&[u8]>) -> RepoPath {
    let foreign = |above: &RepoPath| above == path || (!above.is_root() && !owned.contains(above.as_bytes()));
    path.ancestors().take_while(foreign).last().unwrap_or_else(|| path.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::ListedEntry;
    use crate::model::Skip;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text.as_bytes()).expect("a path")
    }

    fn planned(entries: &[(&str, Provenance, u64)], unreadable: &[&str]) -> RemovalPlan {
        planned_under(&RemovalPolicy::default(), entries, unreadable)
    }

    fn planned_under(
        policy: &RemovalPolicy,
        entries: &[(&str, Provenance, u64)],
        unreadable: &[&str],
    ) -> RemovalPlan {
        let files: Vec<(&str, u64)> = entries.iter().map(|&(name, _, size)| (name, size)).collect();
        let skip = |name: &&str| Skip { path: path(name), reason: "denied".into(), blob: None };
        let mut listing = TreeListing::of_files(&files);
        listing.unreadable = unreadable.iter().map(skip).collect();
        let known = |entry: ListedEntry<'_>| {
            let named = entries.iter().find(|(name, ..)| *name == entry.path().seen_from_root());
            named.expect("one of them").1
        };
        let provenances: Vec<Provenance> = listing.entries().map(known).collect();
        RemovalPlan::of(&listing, &provenances, policy)
    }

    #[test]
    fn only_what_can_be_recreated_goes_without_a_copy() {
        let plan = planned(
            &[
                ("bin/activate", Provenance::Changed, 9),
                ("bin/python", Provenance::Recreated, 1),
                ("lib/a.py", Provenance::Recreated, 1),
                ("lib/mine/__pycache__/b.pyc", Provenance::Bytecode, 1),
                ("lib/mine/b.py", Provenance::Unknown, 1),
                ("share/.DS_Store", Provenance::Incidental, 1),
                ("src/c/d.py", Provenance::Unknown, 1),
                ("src/c/.DS_Store", Provenance::Incidental, 1),
            ],
            &["lib/closed"],
        );
        let foreign: Vec<(String, ForeignReason)> =
            plan.foreign.iter().map(|file| (file.path.seen_from_root(), file.reason)).collect();
        let expected = [
            ("lib/closed", ForeignReason::Unread),
            ("lib/mine", ForeignReason::Unknown),
            ("src", ForeignReason::Unknown),
        ];
        assert_eq!(foreign, expected.map(|(name, reason)| (name.to_owned(), reason)));
        assert_eq!(plan.copied, [path("bin/activate"), path("share/.DS_Store")]);
    }

    #[test]
    fn what_is_too_large_to_be_copied_stops_the_removal() {
        let plan = planned(
            &[
                ("lib/large.so", Provenance::Changed, COPIED_LIMIT),
                ("lib/larger.so", Provenance::Changed, 1),
                ("lib/other.py", Provenance::Recreated, COPIED_LIMIT),
            ],
            &[],
        );
        assert_eq!(plan.copied, [path("lib/large.so")]);
        let foreign = ForeignFile { path: path("lib/larger.so"), reason: ForeignReason::TooLarge };
        assert_eq!(plan.foreign, [foreign]);
    }

    #[test]
    fn what_no_archive_saves_is_named_itself() {
        let entries = [
            ("bin/python", Provenance::Recreated, 1),
            ("notes/a", Provenance::Unknown, 1),
            ("notes/pipe", Provenance::Special, 0),
        ];
        let reasons = |backup| -> Vec<(String, ForeignReason)> {
            let policy = RemovalPolicy { backup, ..RemovalPolicy::default() };
            let plan = planned_under(&policy, &entries, &["notes/closed"]);
            plan.foreign.iter().map(|file| (file.path.seen_from_root(), file.reason)).collect()
        };
        let (notes, pipe) = ("notes".to_owned(), "notes/pipe".to_owned());
        let expected = [(notes.clone(), ForeignReason::Unknown), (pipe.clone(), ForeignReason::Special)];
        assert_eq!(reasons(None), expected);
        let closed = ("notes/closed".to_owned(), ForeignReason::Unread);
        let expected = [(notes, ForeignReason::Unknown), closed, (pipe, ForeignReason::Special)];
        assert_eq!(reasons(Some(ArchiveCoverage::Foreign)), expected);
    }

    #[test]
    fn what_is_kept_stops_the_removal_unless_it_is_discarded() {
        let entries = [
            ("bin/python", Provenance::Recreated, 1),
            ("lib/a.py", Provenance::Edited, 1),
            ("lib/b.py", Provenance::Recreated, 1),
            ("lib/x/.git/HEAD", Provenance::Unknown, 1),
            ("lib/x/.gitignore", Provenance::Unknown, 1),
            ("lib/y/.github/z/.git/HEAD", Provenance::Unknown, 1),
            ("lib/y/a.py", Provenance::Recreated, 1),
            ("notes/n", Provenance::Unknown, 1),
        ];
        let tracked = vec![path("lib/b.py")];
        let policy = RemovalPolicy { keeps_edits: true, tracked, ..RemovalPolicy::default() };
        let stops = |policy: &RemovalPolicy| -> Vec<(String, ForeignReason)> {
            let plan = planned_under(policy, &entries, &["closed"]);
            plan.foreign.iter().map(|file| (file.path.seen_from_root(), file.reason)).collect()
        };
        let expected = [
            ("closed", ForeignReason::Unread),
            ("lib/a.py", ForeignReason::Edited),
            ("lib/b.py", ForeignReason::Tracked),
            ("lib/x", ForeignReason::Repository),
            ("lib/y/.github", ForeignReason::Repository),
            ("notes", ForeignReason::Unknown),
        ];
        assert_eq!(stops(&policy), expected.map(|(name, reason)| (name.to_owned(), reason)));
        let discarded = ["lib", "notes", "closed"].map(path).to_vec();
        let discarding = RemovalPolicy { discarded, ..policy };
        assert_eq!(stops(&discarding), []);
        let copying = planned(&entries, &[]);
        assert_eq!(copying.copied, [path("lib/a.py")]);
    }
}
