//! Detection: from a tree to the environments in it.

use std::collections::BTreeMap;

use super::contents;
use super::description::describe;
use super::find::{CandidateDirectory, MarkerFinder};
use super::link;
use super::marker::PathMarker;
use super::nesting::fold;
use super::signals::SignalReader;
use super::structure;
use crate::error::Result;
use crate::model::{Environment, EnvironmentLink, Skip};
use crate::order::Arrange as _;
use crate::path::RepoPath;
use crate::tree::{DECIDING_FILE_LIMIT, NoopVisitor, OwnedEntry, PlaceSet, Tree, Visitor};

/// What detection found in a tree.
#[derive(Debug, Default)]
pub struct Detection {
    /// Environments and remnants, sorted by root.
    pub environments: Vec<Environment>,
    /// Links and `.venv` files that point to environments, sorted by path.
    pub links: Vec<EnvironmentLink>,
    /// Files that detection wanted to read and could not.
    pub skipped: Vec<Skip>,
    /// The number of paths in the tree.
    pub paths: u64,
}

/// Finds the environments of a tree.
///
/// # Errors
/// Undecided if the tree cannot be listed to its end.
pub fn environments(tree: &dyn Tree) -> Result<Detection> {
    environments_with_visitor(tree, &mut NoopVisitor)
}

/// Like [`environments`], and passes every path of the first pass to `visitor` too: a caller that looks for something
/// else in the same tree needs no pass of its own. The visitor does not decide which directories are entered.
///
/// # Errors
/// Same as [`environments`].
pub fn environments_with_visitor(tree: &dyn Tree, visitor: &mut dyn Visitor) -> Result<Detection> {
    let mut finder = MarkerFinder::new(visitor);
    tree.visit(&mut finder)?;
    detect(tree, recognise(tree, finder))
}

/// What decides about one directory of a tree: it is the same environment, or none, wherever this is the same.
#[derive(Debug, PartialEq, Eq)]
pub struct PlaceState {
    markers: BTreeMap<PathMarker, Vec<OwnedEntry>>,
    /// Whether it is an environment or in one.
    pub is_environment: bool,
}

/// Finds the environments at and below some places of a tree that shows nothing else, with what decides about the places.
///
/// # Errors
/// Same as [`environments`].
pub fn environments_at(
    tree: &dyn Tree,
    places: &PlaceSet,
) -> Result<(Detection, BTreeMap<RepoPath, PlaceState>)> {
    let mut noop = NoopVisitor;
    let mut finder = MarkerFinder::new(&mut noop);
    tree.visit(&mut finder)?;
    // Of a directory above them only a part is known.
    finder.candidates.retain(|root, _| places.contains(root));
    let own = finder.candidates.iter().filter(|(root, _)| places.has(root));
    let markers: Vec<_> = own
        .filter_map(|(root, found)| Some((RepoPath::new(root.clone()).ok()?, found.markers.clone())))
        .collect();
    let detection = detect(tree, recognise(tree, finder))?;
    let found: PlaceSet = detection.environments.iter().map(|found| &found.root).collect();
    let state =
        |markers, root: &RepoPath| PlaceState { markers, is_environment: found.contains(root.as_bytes()) };
    let states = markers.into_iter().map(|(root, markers)| (root.clone(), state(markers, &root))).collect();
    Ok((detection, states))
}

fn detect(tree: &dyn Tree, recognised: Recognised<'_>) -> Result<Detection> {
    let Recognised { mut environments, mut links, mut reader, paths } = recognised;
    contents::fill(tree, &mut environments)?;
    links.arrange_by(|a, b| a.path.cmp(&b.path));
    let links = link::environment_links(tree, &mut reader, links, &environments)?;
    Ok(Detection { environments, links, skipped: reader.skipped, paths })
}

/// The environment that a tree is as a whole; `None` if it is none. What of the tree belongs to it is not determined.
///
/// # Errors
/// Same as [`environments`].
pub fn environment_at_root(tree: &dyn Tree) -> Result<Option<Environment>> {
    let mut noop = NoopVisitor;
    let mut finder = MarkerFinder::new(&mut noop);
    tree.visit(&mut finder)?;
    let found = recognise(tree, finder).environments;
    Ok(found.into_iter().find(|environment| environment.root.is_root()))
}

/// What the first two steps find.
struct Recognised<'t> {
    /// Sorted by root, none of them a part of another.
    environments: Vec<Environment>,
    /// What may point to one.
    links: Vec<OwnedEntry>,
    reader: SignalReader<'t>,
    /// The number of paths.
    paths: u64,
}

fn recognise<'t>(tree: &'t dyn Tree, finder: MarkerFinder<'_>) -> Recognised<'t> {
    let MarkerFinder { candidates, links, paths, invalid, .. } = finder;
    let mut reader = SignalReader::new(tree);
    reader.skipped = invalid;
    let mut roots: Vec<(RepoPath, CandidateDirectory)> = candidates
        .into_iter()
        .filter_map(|(root, candidate)| Some((RepoPath::new(root).ok()?, candidate)))
        .collect();
    prefetch_reads(tree, &roots, &links);
    // By component, so that an outer root comes directly before everything inside it (`a`, `a/b`, `a-b`).
    roots.arrange_by(|(a, _), (b, _)| a.components().cmp(b.components()));
    let mut found = Vec::new();
    for (root, candidate) in roots {
        let mut signals = reader.signals_of(root, candidate);
        match describe(&signals) {
            Some(environment) => found.push(environment),
            // A `pyvenv.cfg` alone is nothing there, whatever it says.
            None if structure::is_test_data(&signals.root) && !signals.has(PathMarker::Activation) => {}
            None => reader.skipped.append(&mut signals.unread),
        }
    }
    let mut environments = fold(found);
    environments.arrange_by(|a, b| a.root.cmp(&b.root));
    Recognised { environments, links, reader, paths }
}

/// Announces to the tree which files of candidates and links will be read, as far as known.
fn prefetch_reads(tree: &dyn Tree, candidates: &[(RepoPath, CandidateDirectory)], links: &[OwnedEntry]) {
    let read = |marker: &PathMarker, entry: &OwnedEntry| {
        matches!(marker, PathMarker::CacheTag | PathMarker::OwnIgnore) || marker.is_read(entry.kind)
    };
    let markers = candidates.iter().flat_map(|(_, candidate)| &candidate.markers);
    let marked =
        markers.flat_map(|(marker, entries)| entries.iter().filter(move |entry| read(marker, entry)));
    let mut expected: Vec<&OwnedEntry> = marked.chain(links).collect();
    expected.arrange_by_key(|entry| entry.id);
    expected.dedup_by_key(|entry| entry.id);
    tree.prefetch(&expected, DECIDING_FILE_LIMIT);
}
