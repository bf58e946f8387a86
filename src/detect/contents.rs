//! The last step of detection: what each environment is made of, and what beside it belongs to the project.

use std::collections::{BTreeMap, HashMap};

use super::structure;
use crate::error::Result;
use crate::model::{Environment, Extent, Measure, Part, Shape};
use crate::path::{RepoPath, below, split_name};
use crate::tree::{Child, ChildKind, Entry, EntryKind, OwnedEntry, Tree, Visitor};

/// Fills in the contents and the extent of environments. A tree that has directories tells what is directly below
/// each root, and no more is looked at; a flat one is passed over once more.
///
/// # Errors
/// Undecided if the tree cannot be listed a second time.
pub(super) fn fill(tree: &dyn Tree, environments: &mut [Environment]) -> Result<()> {
    let Some(first) = environments.first() else { return Ok(()) };
    if tree.children(&first.root).is_none() {
        list(tree, environments)?;
        measure(tree, environments);
        return Ok(());
    }
    let roots: Vec<RepoPath> = environments.iter().map(|environment| environment.root.clone()).collect();
    for environment in environments.iter_mut().filter(|found| found.shape == Shape::Environment) {
        survey(tree, environment, &roots);
    }
    Ok(())
}

/// Lists the members of environments, and what else lies below their roots.
///
/// # Errors
/// Undecided if the tree cannot be listed.
fn list(tree: &dyn Tree, environments: &mut [Environment]) -> Result<()> {
    let members = {
        let mut collector = Collector::new(environments);
        tree.visit(&mut collector)?;
        collector.members
    };
    for (environment, members) in environments.iter_mut().zip(members) {
        settle(environment, members);
    }
    Ok(())
}

/// Adds up the sizes of members that are listed.
fn measure(tree: &dyn Tree, environments: &mut [Environment]) {
    let all: Vec<OwnedEntry> = environments.iter().flat_map(|e| e.contents.members.iter().cloned()).collect();
    let mut sizes = tree.sizes(&all).into_iter();
    for environment in environments.iter_mut() {
        let files = environment.contents.members.len();
        let bytes = sizes.by_ref().take(files).flatten().sum();
        environment.contents.measure = Some(Measure { files: files as u64, bytes });
    }
}

/// Divides the entries below the root between the environment and the project.
fn settle(environment: &mut Environment, members: Vec<OwnedEntry>) {
    let (own, foreign): (Vec<_>, Vec<_>) =
        members.into_iter().partition(|entry| is_member(environment, entry));
    if environment.shape == Shape::Environment {
        divide(environment, first_level(&environment.root, &own), !foreign.is_empty());
    }
    environment.contents.members = own;
    environment.contents.foreign = if environment.root.is_root() { Vec::new() } else { foreign };
}

/// Divides the names below the root between the environment and the project. What holds nothing is nobody's, and
/// what holds only environments of its own is theirs.
fn survey(tree: &dyn Tree, environment: &mut Environment, roots: &[RepoPath]) {
    let inner: Vec<&RepoPath> =
        roots.iter().filter(|root| **root != environment.root && root.is_within(&environment.root)).collect();
    let children = tree.children(&environment.root).unwrap_or_default();
    let (own, foreign): (Vec<Child>, Vec<Child>) =
        children.into_iter().partition(|child| owns_by_name(&child.path, environment));
    let part = |child: Child| Part { is_directory: child.kind == ChildKind::Directory, path: child.path };
    let parts = own.into_iter().filter(|child| holds_entry(tree, child, &[])).map(part).collect();
    let is_shared = foreign.iter().any(|child| holds_entry(tree, child, &inner));
    divide(environment, parts, is_shared);
}

/// Says whether there is a path at or below a child, outside of some directories.
fn holds_entry(tree: &dyn Tree, child: &Child, without: &[&RepoPath]) -> bool {
    match child.kind {
        ChildKind::Entry(_) => true,
        ChildKind::Directory if without.contains(&&child.path) => false,
        ChildKind::Directory => {
            let inside = tree.children(&child.path).unwrap_or_default();
            // Files first: they need no look into a directory.
            inside.iter().any(|inner| matches!(inner.kind, ChildKind::Entry(_)))
                || inside.iter().any(|inner| holds_entry(tree, inner, without))
        }
    }
}

/// Sets the parts of an environment, which are its extent where it shares its directory.
fn divide(environment: &mut Environment, parts: Vec<Part>, is_shared: bool) {
    if environment.root.is_root() || is_shared {
        environment.extent = Extent::Parts(parts.iter().map(|part| part.path.clone()).collect());
    }
    environment.contents.parts = parts;
}

/// Says whether an entry below the root is the environment's: a remnant has its pieces, an environment what
/// creators and installers make.
fn is_member(environment: &Environment, entry: &OwnedEntry) -> bool {
    match environment.shape {
        Shape::Remnant => environment.owns(&entry.path),
        Shape::Environment => owns_by_name(&entry.path, environment),
    }
}

/// The paths directly below the root that these entries lie in.
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

/// The component of `path` directly below `root`; empty when there is none.
fn first_component<'p>(path: &'p RepoPath, root: &RepoPath) -> &'p [u8] {
    path.below(root).unwrap_or_default().split(|&b| b == b'/').next().unwrap_or_default()
}

/// Says whether `path` lies in a part of the environment's directory that is the environment's by name.
fn owns_by_name(path: &RepoPath, environment: &Environment) -> bool {
    let first = first_component(path, &environment.root);
    !first.is_empty() && structure::is_own(first, environment.kind, environment.root.is_root())
}

/// Says whether an inner root lies in a part of an outer environment, so that it is no environment of its own.
pub(super) fn folds_into(inner: &RepoPath, outer: &Environment) -> bool {
    match outer.shape {
        Shape::Remnant => outer.owns(inner),
        Shape::Environment => inner.is_within(&outer.root) && owns_by_name(inner, outer),
    }
}

/// Gathers the entries below each root.
struct Collector<'e> {
    roots: HashMap<&'e [u8], usize>,
    members: Vec<Vec<OwnedEntry>>,
    directory: Vec<u8>,
    holders: Vec<usize>,
    fresh: bool,
}

impl<'e> Collector<'e> {
    fn new(environments: &'e [Environment]) -> Self {
        let roots: HashMap<&[u8], usize> =
            environments.iter().enumerate().map(|(i, e)| (e.root.as_bytes(), i)).collect();
        let members = environments.iter().map(|_| Vec::new()).collect();
        Self { roots, members, directory: Vec::new(), holders: Vec::new(), fresh: true }
    }

    /// The innermost environment that holds the directory; the repository itself counts last.
    fn find_holders(&mut self, directory: &[u8]) {
        self.directory.clear();
        self.directory.extend_from_slice(directory);
        self.fresh = false;
        self.holders.clear();
        let mut current = directory;
        loop {
            if let Some(&index) = self.roots.get(current) {
                self.holders.push(index);
                return;
            }
            if current.is_empty() {
                return;
            }
            current = split_name(current).0;
        }
    }
}

impl Visitor for Collector<'_> {
    fn enter(&mut self, directory: &[u8]) -> bool {
        let inside = |root: &[u8]| below(directory, root).is_some() || below(root, directory).is_some();
        if self.roots.len() <= 64 {
            return self.roots.keys().any(|root| inside(root));
        }
        true
    }

    fn restart(&mut self) {
        self.members.iter_mut().for_each(Vec::clear);
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        let directory = split_name(entry.path).0;
        if self.fresh || directory != self.directory.as_slice() {
            self.find_holders(directory);
        }
        for &holder in &self.holders {
            self.members[holder].extend(OwnedEntry::keep(entry));
        }
    }
}
