//! Finds Python environments in a tree by content: whole or in pieces, under any name.
//!
//! *Find* passes over the paths once and keeps those with a marker (`find`); *inspect* reads the few small
//! files that tell (`signals`); the kinds judge (`kinds`, `classification`); nested roots fold into the outermost;
//! at last their parts are told from what the project has there (`contents`). The signature table is in `docs/detection.md`.

mod classification;
mod contents;
mod find;
pub mod kinds;
mod link;
mod marker;
mod path_class;
mod signals;
mod structure;

use std::collections::BTreeMap;

use classification::Classification;
use find::MarkerFinder;
use marker::Marker;
use signals::{SignalReader, Signals};

use crate::error::Result;
use crate::model::{Contents, Environment, EnvironmentLink, Extent, Part, Platform, Shape, Skip};
use crate::path::RepoPath;
use crate::tree::{EntryKind, NoopVisitor, OwnedEntry, Tree, Visitor};

/// What detection found in a tree.
#[derive(Debug, Default)]
pub struct Detection {
    /// Environments and remnants, by root.
    pub environments: Vec<Environment>,
    /// Links and `.venv` files that stand for environments, by path.
    pub links: Vec<EnvironmentLink>,
    /// Files that would have told more but could not be read.
    pub skipped: Vec<Skip>,
    /// How many paths the tree has.
    pub paths: u64,
}

/// Finds the environments of a tree.
///
/// # Errors
/// Undecided if the tree cannot be listed to its end.
pub fn environments(tree: &dyn Tree) -> Result<Detection> {
    environments_beside(tree, &mut NoopVisitor)
}

/// As [`environments`]; `beside` is shown every path of the first pass too, so that whoever looks for something
/// else in the same tree needs no pass of its own. It has no say in which directories are entered.
///
/// # Errors
/// As [`environments`].
pub fn environments_beside(tree: &dyn Tree, beside: &mut dyn Visitor) -> Result<Detection> {
    let mut finder = MarkerFinder::new(beside);
    tree.visit(&mut finder)?;
    let MarkerFinder { candidates, mut links, paths, impossible, .. } = finder;
    let mut reader = SignalReader::new(tree);
    reader.skipped = impossible;
    let mut roots: Vec<(RepoPath, find::CandidateDirectory)> = candidates
        .into_iter()
        .filter_map(|(root, candidate)| Some((RepoPath::new(root).ok()?, candidate)))
        .collect();
    prefetch_reads(tree, &roots, &links);
    // By component, so that an outer root comes right before everything inside it (`a`, `a/b`, `a-b`).
    roots.sort_by(|(a, _), (b, _)| a.components().cmp(b.components()));
    let found =
        roots.into_iter().filter_map(|(root, candidate)| environment(&reader.signals_of(root, candidate)));
    let mut environments = fold(found.collect());
    environments.sort_by(|a, b| a.root.cmp(&b.root));
    contents::fill(tree, &mut environments)?;
    links.sort_by(|a, b| a.path.cmp(&b.path));
    let links = link::environment_links(tree, &mut reader, links, &environments)?;
    Ok(Detection { environments, links, skipped: reader.skipped, paths })
}

/// Tells the tree what inspecting candidates and links will read, as far as it is known beforehand.
fn prefetch_reads(
    tree: &dyn Tree,
    candidates: &[(RepoPath, find::CandidateDirectory)],
    links: &[OwnedEntry],
) {
    let read = |marker: &Marker, entry: &OwnedEntry| match marker {
        Marker::Config | Marker::Activation | Marker::CacheTag | Marker::OwnIgnore => true,
        Marker::Interpreter | Marker::IncludeLink | Marker::Lib64Link => entry.kind == EntryKind::Link,
        _ => false,
    };
    let markers = candidates.iter().flat_map(|(_, candidate)| &candidate.markers);
    let marked =
        markers.flat_map(|(marker, entries)| entries.iter().filter(move |entry| read(marker, entry)));
    let mut expected: Vec<&OwnedEntry> = marked.chain(links).collect();
    expected.sort_by_key(|entry| entry.id);
    expected.dedup_by_key(|entry| entry.id);
    tree.prefetch(&expected, signals::LIMIT);
}

/// Asks every kind in turn.
fn environment(signals: &Signals) -> Option<Environment> {
    let named =
        kinds::DETECTORS.iter().find_map(|detector| Some((detector.kind, (detector.classify)(signals)?)));
    let (kind, Classification { shape, evidence }) = named?;
    let parts = if shape == Shape::Remnant { pieces(signals) } else { Vec::new() };
    let creator = ["uv", "virtualenv", "git-pyenv"]
        .iter()
        .find_map(|tool| Some(format!("{tool} {}", signals.setting(tool)?)));
    Some(Environment {
        root: signals.root.clone(),
        kind,
        creator: creator.map(|text| crate::path::printable(text.as_bytes())),
        python: signals
            .config
            .as_ref()
            .and_then(|config| config.python_version())
            .or_else(|| library_version(signals)),
        platform: platform(signals),
        shape,
        evidence,
        extent: match shape {
            Shape::Remnant => Extent::Parts(parts.iter().map(|part| part.path.clone()).collect()),
            Shape::Environment => Extent::Whole,
        },
        contents: Contents { parts, ..Contents::default() },
    })
}

/// The files and directories that a remnant consists of.
fn pieces(signals: &Signals) -> Vec<Part> {
    let piece = |marker: Marker, path: &RepoPath| match marker {
        Marker::SitePackages | Marker::SeededPip => {
            path.ancestors().find(|above| above.name() == b"site-packages")
        }
        Marker::CondaHistory | Marker::CondaRecord | Marker::PixiMarker => path.parent(),
        Marker::SiteHeader => path.ancestors().find(|above| above.name() == b"site"),
        Marker::StandardLibraryFile | Marker::RootInterpreter | Marker::Project => None,
        _ => Some(path.clone()),
    };
    let is_directory = |(piece, bearer): (RepoPath, &RepoPath)| {
        let is_directory = piece != *bearer;
        (piece, is_directory)
    };
    let bearers = signals
        .markers
        .iter()
        .flat_map(|(marker, entries)| entries.iter().map(|entry| (*marker, &entry.path)));
    let found: BTreeMap<RepoPath, bool> =
        bearers.filter_map(|(marker, path)| Some((piece(marker, path)?, path))).map(is_directory).collect();
    found.into_iter().map(|(path, is_directory)| Part { path, is_directory }).collect()
}

/// The version in the name of `lib/pythonX.Y` or `include/pythonX.Y`, for environments without settings.
fn library_version(signals: &Signals) -> Option<String> {
    let markers = [
        Marker::SitePackages,
        Marker::LegacyPrefix,
        Marker::StandardLibraryLink,
        Marker::IncludeLink,
        Marker::SiteHeader,
        Marker::Interpreter,
    ];
    let paths = markers.iter().flat_map(|marker| signals.markers.get(marker).into_iter().flatten());
    let below_root = paths.filter_map(|entry| entry.path.below(&signals.root));
    let parts = below_root.flat_map(|rest| rest.split(|&b| b == b'/').take(3));
    let versions =
        parts.filter_map(|part| part.strip_prefix(b"python").or_else(|| part.strip_prefix(b"pypy")));
    let numbers = versions.map(|version| version.strip_suffix(b"m").unwrap_or(version));
    let mut full = numbers.filter(|version| version.contains(&b'.') && path_class::is_version(version));
    // conda makes a link `python3.1` beside `python3.10`.
    let first = full.next()?;
    let found =
        full.find(|version| version.len() > first.len() && version.starts_with(first)).unwrap_or(first);
    std::str::from_utf8(found).ok().map(str::to_owned)
}

/// The layout that the markers show.
fn platform(signals: &Signals) -> Platform {
    let names = signals.markers.values().flatten().filter_map(|entry| entry.path.below(&signals.root));
    let windows = names.into_iter().any(|rest| {
        let first = rest.split(|&b| b == b'/').next().unwrap_or_default();
        first == b"Lib" || first.eq_ignore_ascii_case(b"scripts") || first == b"python.exe"
    });
    let home = signals.config.as_ref().and_then(|config| config.home());
    if windows || home.is_some_and(|home| !home.starts_with('/')) {
        Platform::Windows
    } else {
        Platform::Posix
    }
}

/// Drops what lies in a part that an outer environment owns. `found` is sorted by root.
fn fold(found: Vec<Environment>) -> Vec<Environment> {
    let mut kept: Vec<Environment> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for environment in found {
        open.retain(|&index| environment.root.is_within(&kept[index].root));
        if open.iter().any(|&index| contents::folds_into(&environment.root, &kept[index])) {
            continue;
        }
        open.push(kept.len());
        kept.push(environment);
    }
    kept
}
