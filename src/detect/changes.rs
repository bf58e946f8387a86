//! Where an environment may be after some paths changed: what detection has to look at, so that its time depends on the
//! changes and not on the size of the tree.
//!
//! There are three ways in which a change can concern an environment. The path is a marker: then its root is known. It
//! is a link: then its target counts too. Or it has a name that environments use, such as `bin/tool`: then the markers
//! may be beside it, unchanged, and the tree has to be asked.

use super::find::{KEPT_INVALID, MarkerFinder};
use super::link;
use super::path_class::{is_version, is_versioned_library};
use super::structure;
use crate::error::Result;
use crate::model::Skip;
use crate::path::{below, split_name};
use crate::tree::{Entry, NoopVisitor, OwnedEntry, PATH_LIMIT, PlaceSet, Tree, Visitor};

/// What is known of changed paths without reading anything.
#[derive(Debug, Default)]
pub struct ChangedPlaces {
    /// The number of changes.
    pub count: u64,
    /// Invalid paths, which were not examined.
    pub skipped: Vec<Skip>,
    /// Roots that a changed marker shows.
    roots: Vec<Box<[u8]>>,
    /// Directories in which a path with a name that environments use has changed.
    named: PlaceSet,
    /// Changed links and `.venv` files.
    links: Vec<OwnedEntry>,
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
        Self { count: paths, skipped: invalid, roots: candidates.into_keys().collect(), named, links }
    }

    /// Returns whether one of the paths is a marker, a link or a `.venv` file, whose content may decide.
    #[must_use]
    pub fn has_markers(&self) -> bool {
        !self.roots.is_empty() || !self.links.is_empty()
    }

    /// Adds what is known of other changes.
    pub fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.skipped.extend(other.skipped);
        self.skipped.truncate(KEPT_INVALID);
        self.roots.extend(other.roots);
        self.roots.sort_unstable();
        self.roots.dedup();
        self.named.extend(other.named.iter());
        self.links.extend(other.links);
    }

    /// The places of a tree where environments are that the changes may concern, and where changed links lead to.
    ///
    /// # Errors
    /// Undecided if the tree cannot be listed.
    pub fn to_examine(&self, tree: &dyn Tree) -> Result<PlaceSet> {
        let mut places: PlaceSet = self.roots.iter().collect();
        self.add_unchanged(tree, &mut places)?;
        for entry in &self.links {
            places.insert(entry.path.as_bytes());
            // What cannot be read is reported by detection.
            let Some(text) = tree.whole(entry, PATH_LIMIT) else { continue };
            places.extend(link::resolve(&entry.path, &link::target(&text)));
        }
        Ok(places)
    }

    /// Adds directories whose markers did not change.
    fn add_unchanged(&self, tree: &dyn Tree, places: &mut PlaceSet) -> Result<()> {
        if self.named.is_empty() {
            return Ok(());
        }
        let mut noop = NoopVisitor;
        let mut beside = Beside { finder: MarkerFinder::new(&mut noop), named: &self.named };
        tree.visit(&mut beside)?;
        places.extend(beside.finder.candidates.into_keys().filter(|root| self.named.has(root)));
        Ok(())
    }
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
        let leads = |root: usize| below(directory, &directory[..root]).is_some_and(leads_to_markers);
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
        [b"site-packages", below @ ..] => below.len() <= 1,
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
            [b"site", version, below @ ..] => is_versioned_library(version) && below.len() <= 1,
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
        for path in
            ["a/env/pyvenv.cfg", "a/env/bin/tool", "b/bin/tool", "c/lib/python3.12/site-packages/six.py"]
        {
            let path = RepoPath::new(path.as_bytes()).expect("a path");
            tree.insert(path, EntryKind::File, Vec::new());
        }
        let examined = |path: &str| {
            let changed = ChangedPlaces::of(std::iter::once(entry(path)));
            let places = changed.to_examine(&tree).expect("a tree");
            let mut found: Vec<_> =
                places.iter().map(|it| String::from_utf8_lossy(it).into_owned()).collect();
            found.sort();
            found
        };
        assert_eq!(examined("a/env/bin/tool"), ["a/env"]);
        assert_eq!(examined("a/env/pyvenv.cfg"), ["a/env"]);
        assert_eq!(examined("c/lib/other.so"), ["c"]);
        assert_eq!(examined("new/bin/activate"), ["new"]);
        assert!(examined("b/bin/tool").is_empty());
        assert!(examined("a/env/src/app.py").is_empty());
    }
}
