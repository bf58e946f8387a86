//! What a removal does with each file: it goes, it goes and a copy of it is kept, or it stops the removal.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use crate::fs::TreeListing;
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
    /// As [`Provenance::Changed`], and it may lie in any directory.
    Incidental,
    /// No tool is known to write it.
    Unknown,
}

/// Why a file cannot go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ForeignReason {
    /// No tool is known to have made it.
    Unknown,
    /// It may have been changed since a tool made it, and what was changed is too much to be copied.
    TooLarge,
    /// It could not be looked at.
    Unread,
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
    /// Decides on every entry of a listing, of which `provenances` says what is known.
    pub(super) fn of(listing: &TreeListing, provenances: &[Provenance]) -> Self {
        let mut copied = Vec::new();
        let mut foreign: BTreeMap<&RepoPath, ForeignReason> = BTreeMap::new();
        let mut owned = Vec::new();
        let mut bytes = 0_u64;
        for (entry, provenance) in listing.entries.iter().zip(provenances) {
            if matches!(provenance, Provenance::Recreated | Provenance::Changed) {
                owned.push(entry.path.as_bytes());
            }
            match provenance {
                Provenance::Recreated | Provenance::Bytecode => {}
                Provenance::Unknown => drop(foreign.insert(&entry.path, ForeignReason::Unknown)),
                Provenance::Changed | Provenance::Incidental => {
                    let more = bytes.saturating_add(entry.size.unwrap_or(u64::MAX));
                    if more > COPIED_LIMIT {
                        foreign.insert(&entry.path, ForeignReason::TooLarge);
                    } else {
                        bytes = more;
                        copied.push(entry.path.clone());
                    }
                }
            }
        }
        let owned = directories(owned.into_iter());
        foreign.extend(listing.unreadable.iter().map(|skip| (&skip.path, ForeignReason::Unread)));
        let foreign: BTreeMap<RepoPath, ForeignReason> =
            foreign.into_iter().map(|(path, reason)| (outermost(path, &owned), reason)).collect();
        let kept_in_place = |path: &RepoPath| foreign.keys().any(|above| path.is_within(above));
        copied.retain(|path| !kept_in_place(path));
        let foreign = foreign.into_iter().map(|(path, reason)| ForeignFile { path, reason }).collect();
        Self { foreign, copied }
    }
}

/// Every directory above one of these paths; paths of one directory stand together.
fn directories<'p>(paths: impl Iterator<Item = &'p [u8]>) -> HashSet<&'p [u8]> {
    let mut found: HashSet<&[u8]> = HashSet::new();
    for path in paths {
        let mut directory = split_name(path).0;
        while !directory.is_empty() && found.insert(directory) {
            directory = split_name(directory).0;
        }
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
    use crate::model::Skip;
    use crate::tree::{EntryKind, OwnedEntry};

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text.as_bytes()).expect("a path")
    }

    fn planned(entries: &[(&str, Provenance, u64)], unreadable: &[&str]) -> RemovalPlan {
        let entry = |&(name, _, size): &(&str, Provenance, u64)| OwnedEntry {
            path: path(name),
            kind: EntryKind::File,
            id: None,
            size: Some(size),
        };
        let skip = |name: &&str| Skip { path: path(name), reason: "denied".to_owned(), blob: None };
        let listing = TreeListing {
            entries: entries.iter().map(entry).collect(),
            stamps: vec![None; entries.len()],
            unreadable: unreadable.iter().map(skip).collect(),
        };
        let provenances: Vec<Provenance> = entries.iter().map(|(_, provenance, _)| *provenance).collect();
        RemovalPlan::of(&listing, &provenances)
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
            plan.foreign.iter().map(|file| (file.path.to_string(), file.reason)).collect();
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
}
