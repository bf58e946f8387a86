//! Which files and directories belong to each environment, and which are the project's.

use std::collections::{BTreeMap, HashMap};

use super::structure;
use crate::error::Result;
use crate::model::{Environment, Extent, Measure, Part, Shape};
use crate::path::{RepoPath, overlap, split_name};
use crate::tree::{Child, ChildKind, Entry, EntryKind, OwnedEntry, Tree, Visitor};

/// Fills in the contents and the extent of environments. In a tree with directories this looks only at the names
/// directly below each root; a flat tree is listed again.
///
/// # Errors
/// Undecided if the tree cannot be listed a second time.
pub(super) fn fill(tree: &dyn Tree, environments: &mut [Environment]) -> Result<()> {
    let Some(first) = environments.first() else { return Ok(()) };
    if tree.children(&first.root).is_none() {
        list_members(tree, environments)?;
        measure(tree, environments);
        return Ok(());
    }
    let roots: Vec<RepoPath> = environments.iter().map(|environment| environment.root.clone()).collect();
    for environment in environments.iter_mut().filter(|found| found.shape == Shape::Environment) {
        fill_from_directories(tree, environment, &roots);
    }
    Ok(())
}

/// Lists the files below the roots of environments: members, and files of the project.
///
/// # Errors
/// Undecided if the tree cannot be listed.
fn list_members(tree: &dyn Tree, environments: &mut [Environment]) -> Result<()> {
    let members = {
        let mut collector = MemberCollector::new(environments);
        tree.visit(&mut collector)?;
        collector.members
    };
    for (environment, members) in environments.iter_mut().zip(members) {
        assign(environment, members);
    }
    Ok(())
}

/// Adds up the sizes of the members.
fn measure(tree: &dyn Tree, environments: &mut [Environment]) {
    let all: Vec<OwnedEntry> = environments.iter().flat_map(|e| e.contents.members.iter().cloned()).collect();
    let mut sizes = tree.sizes(&all).into_iter();
    for environment in environments.iter_mut() {
        let files = environment.contents.members.len();
        let bytes = sizes.by_ref().take(files).flatten().sum();
        environment.contents.measure = Some(Measure { files: files as u64, bytes });
    }
}

/// Assigns each entry below the root to the environment or to the project.
fn assign(environment: &mut Environment, entries: Vec<OwnedEntry>) {
    let (own, foreign): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| is_member(environment, entry));
    if environment.shape == Shape::Environment {
        set_parts(environment, first_level(&environment.root, &own), !foreign.is_empty());
    }
    environment.contents.members = own;
    environment.contents.foreign = if environment.root.is_root() { Vec::new() } else { foreign };
}

/// Assigns each name directly below the root to the environment or to the project. An empty directory counts as
/// neither, and a directory with nothing but other environments belongs to these.
fn fill_from_directories(tree: &dyn Tree, environment: &mut Environment, roots: &[RepoPath]) {
    let inner: Vec<&RepoPath> =
        roots.iter().filter(|root| **root != environment.root && root.is_within(&environment.root)).collect();
    let children = tree.children(&environment.root).unwrap_or_default();
    let (own, foreign): (Vec<Child>, Vec<Child>) =
        children.into_iter().partition(|child| owns_by_name(&child.path, environment));
    let part = |child: Child| Part { is_directory: child.kind == ChildKind::Directory, path: child.path };
    let parts = own.into_iter().filter(|child| contains_entry(tree, child, &[])).map(part).collect();
    let is_shared = foreign.iter().any(|child| contains_entry(tree, child, &inner));
    set_parts(environment, parts, is_shared);
}

/// Returns whether the tree has a path at or below a child, outside of the excluded directories.
fn contains_entry(tree: &dyn Tree, child: &Child, excluded: &[&RepoPath]) -> bool {
    match child.kind {
        ChildKind::Entry(_) => true,
        ChildKind::Directory if excluded.contains(&&child.path) => false,
        ChildKind::Directory => {
            let inside = tree.children(&child.path).unwrap_or_default();
            // Files first: they need no look into another directory.
            inside.iter().any(|inner| matches!(inner.kind, ChildKind::Entry(_)))
                || inside.iter().any(|inner| contains_entry(tree, inner, excluded))
        }
    }
}

/// Sets the parts of an environment. They are its extent if other files share its directory.
fn set_parts(environment: &mut Environment, parts: Vec<Part>, is_shared: bool) {
    if environment.root.is_root() || is_shared {
        environment.extent = Extent::Parts(parts.iter().map(|part| part.path.clone()).collect());
    }
    environment.contents.parts = parts;
}

/// Returns whether an entry below the root belongs to the environment: a remnant owns its pieces, an environment the
/// names that creators and installers use.
fn is_member(environment: &Environment, entry: &OwnedEntry) -> bool {
    match environment.shape {
        Shape::Remnant => environment.owns(&entry.path),
        Shape::Environment => owns_by_name(&entry.path, environment),
    }
}

/// The paths directly below the root that contain these entries.
fn first_level(root: &RepoPath, entries: &[OwnedEntry]) -> Vec<Part> {
    let mut names: BTreeMap<&[u8], bool> = BTreeMap::new();
    for entry in entries {
        let name = first_component(&entry.path, root);
        let is_name = entry.path.below(root) == Some(name);
        let is_directory = !is_name || entry.kind == EntryKind::Submodule;
        *names.entry(name).or_default() |= is_directory;
    }
    let part = |(name, is_directory)| Some(Part { path: root.join(name).ok()?, is_directory });
    names.into_iter().filter_map(part).collect()
}

/// The component of `path` directly below `root`; empty if `path` is not below it.
fn first_component<'p>(path: &'p RepoPath, root: &RepoPath) -> &'p [u8] {
    path.below(root).unwrap_or_default().split(|&b| b == b'/').next().unwrap_or_default()
}

/// Returns whether `path` is in a part of the environment's directory that belongs to the environment by its name.
fn owns_by_name(path: &RepoPath, environment: &Environment) -> bool {
    let first = first_component(path, &environment.root);
    !first.is_empty() && structure::is_own(first, environment.kind, environment.root.is_root())
}

/// Returns whether an inner root is in a part of an outer environment, and so not a separate environment.
pub(super) fn folds_into(inner: &RepoPath, outer: &Environment) -> bool {
    match outer.shape {
        Shape::Remnant => outer.owns(inner),
        Shape::Environment => inner.is_within(&outer.root) && owns_by_name(inner, outer),
    }
}

/// Collects the entries below each root.
struct MemberCollector<'e> {
    roots: HashMap<&'e [u8], usize>,
    members: Vec<Vec<OwnedEntry>>,
    directory: Vec<u8>,
    /// The environment that the last entry belongs to.
    owner: Option<usize>,
    is_first: bool,
}

impl<'e> MemberCollector<'e> {
    fn new(environments: &'e [Environment]) -> Self {
        let roots: HashMap<&[u8], usize> =
            environments.iter().enumerate().map(|(i, e)| (e.root.as_bytes(), i)).collect();
        let members = environments.iter().map(|_| Vec::new()).collect();
        Self { roots, members, directory: Vec::new(), owner: None, is_first: true }
    }

    /// Finds the innermost environment around a directory; the repository itself counts last.
    fn find_owner(&mut self, directory: &[u8]) {
        self.directory.clear();
        self.directory.extend_from_slice(directory);
        self.is_first = false;
        let mut current = directory;
        self.owner = loop {
            if let Some(&index) = self.roots.get(current) {
                break Some(index);
            }
            if current.is_empty() {
                break None;
            }
            current = split_name(current).0;
        };
    }
}

impl Visitor for MemberCollector<'_> {
    fn enter(&mut self, directory: &[u8]) -> bool {
        if self.roots.len() <= 64 {
            return self.roots.keys().any(|root| overlap(directory, root));
        }
        true
    }

    fn restart(&mut self) {
        self.members.iter_mut().for_each(Vec::clear);
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        let directory = split_name(entry.path).0;
        if self.is_first || directory != self.directory.as_slice() {
            self.find_owner(directory);
        }
        if let Some(owner) = self.owner {
            self.members[owner].extend(OwnedEntry::keep(entry));
        }
    }
}
