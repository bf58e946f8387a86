//! Where an environment may be after some paths changed: what detection has to look at, so that its time depends on the
//! changes and not on the size of the tree.
//!
//! There are three ways in which a change can concern an environment. The path is a marker: then its root is known. It
//! is a link: then its target counts too. Or it has a name that environments use, such as `bin/tool`: then the markers
//! may be beside it, unchanged, and the tree has to be asked.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::deciding::may_be_environment;
use super::find::{KEPT_INVALID, MarkerFinder};
use super::link;
use super::marker;
use super::path_class::{is_version, is_versioned_library};
use super::structure;
use crate::error::Result;
use crate::model::Skip;
use crate::path::{RepoPath, below, split_name};
use crate::tree::{Entry, NoopVisitor, OwnedEntry, PATH_LIMIT, PlaceSet, Tree, Visitor};

/// The most roots that changed markers show. Repositories with thousands of projects have fewer, also in all of their
/// history; in a crafted one every directory may be one.
const MOST_ROOTS: usize = 50_000;
/// The most other directories and links that are kept for later: a repository with a million files has fewer.
const MOST_OTHERS: usize = 1_000_000;

/// What is known of changed paths without reading anything.
#[derive(Debug, Default)]
pub struct ChangedPlaces {
    /// The number of changes.
    pub count: u64,
    /// Invalid paths, which were not examined.
    pub skipped: Vec<Skip>,
    /// Roots that a changed marker shows.
    roots: HashSet<Box<[u8]>>,
    /// Roots of changed markers that are no environment unless others are beside them.
    weak: HashSet<Box<[u8]>>,
    /// Directories in which a path with a name that environments use has changed.
    named: PlaceSet,
    /// Changed links and `.venv` files.
    links: Vec<OwnedEntry>,
}

/// The places of a tree where environments are that changes may concern.
#[derive(Debug, Default)]
pub struct Places {
    /// All of them: roots, links and what these lead to.
    pub all: PlaceSet,
    /// Directories that may be environments.
    pub roots: BTreeSet<RepoPath>,
    /// Links that may lead to environments, with their targets in the tree: in each commit a link may have another one.
    pub links: BTreeMap<RepoPath, BTreeSet<RepoPath>>,
}

impl ChangedPlaces {
    /// Looks at changed paths.
    pub fn of<'e>(changes: impl Iterator<Item = Entry<'e>>) -> Self {
        let mut noop = NoopVisitor;
        let mut finder = MarkerFinder::new(&mut noop);
        let mut named = PlaceSet::default();
        for entry in changes {
            finder.entry(&entry);
            add_named(&mut named, entry.path);
        }
        let MarkerFinder { candidates, links, paths, invalid, .. } = finder;
        let mut places = Self { count: paths, skipped: invalid, named, links, ..Self::default() };
        for (root, candidate) in candidates {
            let is_strong = may_be_environment(&root, candidate.markers.keys());
            if is_strong {
                places.roots.insert(root)
            } else {
                places.weak.insert(root)
            };
        }
        places
    }

    /// The directories of which a changed path is a marker.
    pub fn marked(&self) -> impl Iterator<Item = &[u8]> {
        self.roots.iter().chain(&self.weak).map(AsRef::as_ref)
    }

    /// Returns whether these are more places than anybody has time for.
    #[must_use]
    pub fn is_too_much(&self) -> bool {
        self.roots.len() > MOST_ROOTS || self.weak.len() + self.named.len() + self.links.len() > MOST_OTHERS
    }

    /// The number of changes, where it is certain that none of them concerns an environment.
    #[must_use]
    pub fn only_counted(self) -> Self {
        Self { count: self.count, ..Self::default() }
    }

    /// Adds what is known of other changes.
    pub fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.skipped.extend(other.skipped);
        self.skipped.truncate(KEPT_INVALID);
        self.roots.extend(other.roots);
        self.weak.extend(other.weak);
        self.named.extend(other.named.iter());
        self.links.extend(other.links);
    }

    /// The places that the changes may concern. `before` has the trees of the commits that the changes follow on, in which
    /// markers are that did not change; `source` reads links.
    ///
    /// # Errors
    /// Undecided if a tree cannot be listed.
    pub fn to_examine(&self, source: &dyn Tree, before: &[Box<dyn Tree + '_>]) -> Result<Places> {
        let (mut links, mut suspects) = (BTreeMap::<_, BTreeSet<_>>::new(), HashSet::new());
        for entry in &self.links {
            let targets = links.entry(entry.path.clone()).or_default();
            // What cannot be read is reported by detection.
            let target = source.whole(entry, PATH_LIMIT).map(|text| link::target(&text));
            targets.extend(target.as_ref().and_then(|target| link::resolve(&entry.path, target)));
            if !target.is_some_and(|target| link::is_harmless(entry, &target)) {
                suspects.insert(entry.path.clone());
            }
        }
        let mut roots: BTreeSet<RepoPath> = valid(self.roots.iter()).collect();
        self.add_unchanged(before, links.values().flatten(), &mut roots)?;
        links.retain(|link, targets| suspects.contains(link) || !targets.is_disjoint(&roots));
        let leads = links.iter().flat_map(|(link, targets)| std::iter::once(link).chain(targets));
        let all = roots.iter().chain(leads).collect();
        Ok(Places { all, roots, links })
    }

    /// Adds directories with markers that did not change.
    fn add_unchanged<'p>(
        &self,
        before: &[Box<dyn Tree + '_>],
        targets: impl Iterator<Item = &'p RepoPath>,
        roots: &mut BTreeSet<RepoPath>,
    ) -> Result<()> {
        let mut named: PlaceSet = targets.collect();
        named.extend(self.named.iter());
        named.extend(&self.weak);
        if named.is_empty() {
            return Ok(());
        }
        for tree in before {
            let mut noop = NoopVisitor;
            let mut beside = Beside { finder: MarkerFinder::new(&mut noop), named: &named };
            tree.visit(&mut beside)?;
            let candidates = beside.finder.candidates.into_iter();
            let found = candidates.filter(|(root, candidate)| {
                named.has(root) && may_be_environment(root, candidate.markers.keys())
            });
            roots.extend(found.filter_map(|(root, _)| RepoPath::new(root).ok()));
        }
        Ok(())
    }
}

/// The valid ones of some paths.
fn valid<'p>(paths: impl Iterator<Item = &'p Box<[u8]>>) -> impl Iterator<Item = RepoPath> {
    paths.filter_map(|path| RepoPath::new(path.clone()).ok())
}

/// Adds each directory of which a path would be a part if the directory were an environment.
fn add_named(named: &mut PlaceSet, path: &[u8]) {
    let mut start = 0;
    for part in path.split(|&byte| byte == b'/') {
        if structure::may_be_own(part) {
            named.insert(path[..start].strip_suffix(b"/").unwrap_or_default());
        }
        start += part.len() + 1;
        if part == b"__pypackages__" && start <= path.len() {
            named.insert(&path[..start - 1]);
        }
    }
}

/// Collects the markers of some directories.
struct Beside<'f> {
    finder: MarkerFinder<'f>,
    named: &'f PlaceSet,
}

impl Beside<'_> {
    fn may_hold_markers(&self, directory: &[u8]) -> bool {
        let leads = |root: usize| {
            directory[..root].ends_with(b"__pypackages__")
                || below(directory, &directory[..root]).is_some_and(leads_to_markers)
        };
        self.named.is_above(directory) || self.named.places_above(directory).any(leads)
    }
}

impl Visitor for Beside<'_> {
    fn enter(&mut self, directory: &[u8]) -> bool {
        self.may_hold_markers(directory)
    }

    fn restart(&mut self) {
        self.finder.restart();
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        if self.may_hold_markers(split_name(entry.path).0) {
            self.finder.entry(entry);
        }
    }
}

/// Returns whether a directory, relative to the root of an environment, has markers or is on the way to some: the root,
/// and those that [`super::path_class`] names. In `site-packages` one file shows as much as all.
fn leads_to_markers(directory: &[u8]) -> bool {
    let lower = directory.to_ascii_lowercase();
    let parts: Vec<&[u8]> = lower.split(|&byte| byte == b'/').collect();
    let (first, rest) = parts.split_first().map_or((&b""[..], &[][..]), |(first, rest)| (*first, rest));
    // The standard library, and one level of packages.
    let is_library = |rest: &[&[u8]]| match rest {
        [] => true,
        [b"site-packages", below @ ..] => below.len() <= 1 || marker::is_pip(below[0]),
        [b"__pycache__" | b"lib-dynload"] => true,
        _ => false,
    };
    match first {
        b"" | b"bin" | b"scripts" | b"conda-meta" | b"__pypackages__" | b"local" => rest.is_empty(),
        b"lib" | b"lib64" => match rest {
            [version, below @ ..] if is_versioned_library(version) => is_library(below),
            _ => is_library(rest),
        },
        b"library" => match rest {
            [] | [b"python"] => true,
            [b"python", version, below @ ..] => is_version(version) && is_library(below),
            _ => false,
        },
        b"include" => match rest {
            [] | [b"site"] => true,
            [b"site", version, ..] => is_versioned_library(version),
            _ => false,
        },
        b"share" | b"etc" => match rest {
            [] | [b"man"] | [b"man", b"man1"] => true,
            [b"jupyter", below @ ..] => below.len() <= 3,
            _ => false,
        },
        version => is_version(version) && matches!(rest, [] | [b"lib"] | [b"lib", _]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::path_class::{self, PathClass};
    use crate::path::RepoPath;
    use crate::tree::{EntryKind, MemoryTree};

    fn entry(path: &str) -> Entry<'_> {
        Entry { path: path.as_bytes(), kind: EntryKind::File, id: &[], size: None, is_unmerged: false }
    }

    #[test]
    fn directories_with_markers_are_reached() {
        let directories = [
            "bin",
            "Scripts",
            "lib/python3.12",
            "lib64/pypy3.10",
            "Lib",
            "lib/python3.12/site-packages/six",
            "Lib/site-packages/six",
            "include",
            "include/site/python3.8/greenlet",
            "share/man/man1",
            "share/jupyter/kernels/python3",
            "share/jupyter/labextensions/a",
            "etc/jupyter/nbconfig/notebook.d",
            "lib/python3.8/lib-dynload",
            "Library/Python/3.8/site-packages/six",
            "local",
            "conda-meta",
            "3.8/lib/six",
        ];
        for directory in directories {
            let placed = if directory.starts_with('3') { "__pypackages__" } else { "e" };
            let whole = format!("{placed}/{directory}");
            assert_ne!(path_class::of(whole.as_bytes()), PathClass::Plain, "{whole}");
            let mut rest = directory.as_bytes();
            while !rest.is_empty() {
                assert!(leads_to_markers(rest), "{directory}: {}", String::from_utf8_lossy(rest));
                rest = split_name(rest).0;
            }
        }
        for other in
            ["src", "lib/app", "lib/python3.12/json", "share/doc", "lib/python3.12/site-packages/a/b"]
        {
            assert!(!leads_to_markers(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn a_change_leads_to_the_environment_around_it() {
        let mut tree = MemoryTree::default();
        for path in [
            "a/env/pyvenv.cfg",
            "a/env/bin/tool",
            "b/bin/tool",
            "c/Dockerfile",
            "d/lib/python3.12/site-packages/pip/_vendor/a/b.py",
        ] {
            let path = RepoPath::new(path.as_bytes()).expect("a path");
            tree.insert(path, EntryKind::File, Vec::new());
        }
        let before: [Box<dyn Tree>; 1] = [Box::new(tree.clone())];
        let examined = |path: &str| {
            let changed = ChangedPlaces::of(std::iter::once(entry(path)));
            let places = changed.to_examine(&tree, &before).expect("a tree");
            places.roots.iter().map(RepoPath::seen_from_root).collect::<Vec<_>>()
        };
        assert_eq!(examined("a/env/bin/tool"), ["a/env"]);
        assert_eq!(examined("a/env/pyvenv.cfg"), ["a/env"]);
        assert_eq!(examined("d/lib/other.so"), ["d"]);
        assert_eq!(examined("d/Dockerfile"), ["d"]);
        assert_eq!(examined("new/bin/activate"), ["new"]);
        assert!(examined("c/lib/python3.12/site-packages/six.py").is_empty());
        assert!(examined("b/bin/tool").is_empty());
        assert!(examined("a/env/src/app.py").is_empty());
    }
}
