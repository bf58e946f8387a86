//! The last step of detection: a second pass that counts what each environment holds.

use std::collections::{BTreeSet, HashMap};

use super::structure;
use crate::error::Result;
use crate::model::{Environment, Extent, Shape};
use crate::path::{RepoPath, below, split_name};
use crate::tree::{Entry, OwnedEntry, Tree, Visitor};

/// Fills in the contents and the extent of environments.
///
/// # Errors
/// Undecided if the tree cannot be listed a second time.
pub(super) fn fill(tree: &dyn Tree, environments: &mut [Environment]) -> Result<()> {
    if environments.is_empty() {
        return Ok(());
    }
    let members = {
        let mut collector = Collector::new(environments);
        tree.visit(&mut collector)?;
        collector.members
    };
    for (environment, members) in environments.iter_mut().zip(members) {
        settle(environment, members);
    }
    let all: Vec<OwnedEntry> = environments.iter().flat_map(|e| e.contents.members.iter().cloned()).collect();
    let mut sizes = tree.sizes(&all).into_iter();
    for environment in environments.iter_mut() {
        let own = sizes.by_ref().take(environment.contents.members.len());
        environment.contents.bytes = own.flatten().sum();
    }
    Ok(())
}

/// Divides the entries below the root between the environment and the project.
fn settle(environment: &mut Environment, members: Vec<OwnedEntry>) {
    let (own, foreign): (Vec<_>, Vec<_>) =
        members.into_iter().partition(|entry| is_member(environment, entry));
    if environment.shape == Shape::Environment && (environment.root.is_root() || !foreign.is_empty()) {
        environment.extent = Extent::Parts(first_level(&environment.root, &own));
    }
    environment.contents.members = own;
    environment.contents.foreign = if environment.root.is_root() { Vec::new() } else { foreign };
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
fn first_level(root: &RepoPath, entries: &[OwnedEntry]) -> Vec<RepoPath> {
    let names: BTreeSet<&[u8]> = entries.iter().map(|entry| first_component(&entry.path, root)).collect();
    names.into_iter().filter_map(|name| root.join(name).ok()).collect()
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
