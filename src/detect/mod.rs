//! Finds Python environments in a tree by content: whole or in pieces, under any name.
//!
//! *Find* passes over the paths once and keeps those with a mark (`find`); *inspect* reads the few small
//! files that tell (`clues`); the kinds judge (`kinds`, `verdict`); nested roots fold into the outermost;
//! at last their parts are told from what the project has there (`contents`). The signature table is in `docs/detection.md`.

mod clues;
mod contents;
mod find;
pub mod kinds;
mod link;
mod mark;
mod place;
mod structure;
mod verdict;

use std::collections::BTreeMap;

use clues::{Clues, Inspector};
use find::Finder;
use mark::Mark;

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
    let mut finder = Finder::new(beside);
    tree.visit(&mut finder)?;
    let Finder { candidates, mut links, paths, impossible, .. } = finder;
    let mut inspector = Inspector::new(tree);
    inspector.skipped = impossible;
    let mut roots: Vec<(RepoPath, find::Candidate)> = candidates
        .into_iter()
        .filter_map(|(root, candidate)| Some((RepoPath::new(root).ok()?, candidate)))
        .collect();
    prefetch_reads(tree, &roots, &links);
    // By component, so that an outer root comes right before everything inside it (`a`, `a/b`, `a-b`).
    roots.sort_by(|(a, _), (b, _)| a.components().cmp(b.components()));
    let judged = roots.into_iter().filter_map(|(root, candidate)| judge(&inspector.inspect(root, candidate)));
    let mut environments = fold(judged.collect());
    environments.sort_by(|a, b| a.root.cmp(&b.root));
    contents::fill(tree, &mut environments)?;
    links.sort_by(|a, b| a.path.cmp(&b.path));
    let links = link::judge(tree, &mut inspector, links, &environments)?;
    Ok(Detection { environments, links, skipped: inspector.skipped, paths })
}

/// Tells the tree what inspecting candidates and links will read, as far as it is known beforehand.
fn prefetch_reads(tree: &dyn Tree, candidates: &[(RepoPath, find::Candidate)], links: &[OwnedEntry]) {
    let read = |mark: &Mark, entry: &OwnedEntry| match mark {
        Mark::Config | Mark::Activation | Mark::CacheTag | Mark::OwnIgnore => true,
        Mark::Interpreter | Mark::IncludeLink | Mark::Lib64Link => entry.kind == EntryKind::Link,
        _ => false,
    };
    let marks = candidates.iter().flat_map(|(_, candidate)| &candidate.marks);
    let marked = marks.flat_map(|(mark, entries)| entries.iter().filter(move |entry| read(mark, entry)));
    let mut expected: Vec<&OwnedEntry> = marked.chain(links).collect();
    expected.sort_by_key(|entry| entry.id);
    expected.dedup_by_key(|entry| entry.id);
    tree.prefetch(&expected, clues::LIMIT);
}

/// Asks every kind in turn.
fn judge(clues: &Clues) -> Option<Environment> {
    let named = kinds::DETECTORS.iter().find_map(|detector| Some((detector.kind, (detector.judge)(clues)?)));
    let (kind, (shape, evidence)) = named?;
    let parts = if shape == Shape::Remnant { pieces(clues) } else { Vec::new() };
    let creator = ["uv", "virtualenv", "git-pyenv"]
        .iter()
        .find_map(|tool| Some(format!("{tool} {}", clues.setting(tool)?)));
    Some(Environment {
        root: clues.root.clone(),
        kind,
        creator: creator.map(|text| crate::path::printable(text.as_bytes())),
        python: clues
            .config
            .as_ref()
            .and_then(|config| config.python_version())
            .or_else(|| library_version(clues)),
        platform: platform(clues),
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
fn pieces(clues: &Clues) -> Vec<Part> {
    let piece = |mark: Mark, path: &RepoPath| match mark {
        Mark::SitePackages | Mark::SeededPip => {
            path.ancestors().find(|above| above.name() == b"site-packages")
        }
        Mark::CondaHistory | Mark::CondaRecord | Mark::PixiMarker => path.parent(),
        Mark::SiteHeader => path.ancestors().find(|above| above.name() == b"site"),
        Mark::StandardLibraryFile | Mark::RootInterpreter | Mark::Project => None,
        _ => Some(path.clone()),
    };
    let is_directory = |(piece, bearer): (RepoPath, &RepoPath)| {
        let is_directory = piece != *bearer;
        (piece, is_directory)
    };
    let bearers =
        clues.marks.iter().flat_map(|(mark, entries)| entries.iter().map(|entry| (*mark, &entry.path)));
    let found: BTreeMap<RepoPath, bool> =
        bearers.filter_map(|(mark, path)| Some((piece(mark, path)?, path))).map(is_directory).collect();
    found.into_iter().map(|(path, is_directory)| Part { path, is_directory }).collect()
}

/// The version in the name of `lib/pythonX.Y` or `include/pythonX.Y`, for environments without settings.
fn library_version(clues: &Clues) -> Option<String> {
    let marks = [
        Mark::SitePackages,
        Mark::LegacyPrefix,
        Mark::StandardLibraryLink,
        Mark::IncludeLink,
        Mark::SiteHeader,
        Mark::Interpreter,
    ];
    let paths = marks.iter().flat_map(|mark| clues.marks.get(mark).into_iter().flatten());
    let below_root = paths.filter_map(|entry| entry.path.below(&clues.root));
    let parts = below_root.flat_map(|rest| rest.split(|&b| b == b'/').take(3));
    let versions =
        parts.filter_map(|part| part.strip_prefix(b"python").or_else(|| part.strip_prefix(b"pypy")));
    let numbers = versions.map(|version| version.strip_suffix(b"m").unwrap_or(version));
    let mut full = numbers.filter(|version| version.contains(&b'.') && place::is_version(version));
    // conda makes a link `python3.1` beside `python3.10`.
    let first = full.next()?;
    let found =
        full.find(|version| version.len() > first.len() && version.starts_with(first)).unwrap_or(first);
    std::str::from_utf8(found).ok().map(str::to_owned)
}

/// The layout that the marks show.
fn platform(clues: &Clues) -> Platform {
    let names = clues.marks.values().flatten().filter_map(|entry| entry.path.below(&clues.root));
    let windows = names.into_iter().any(|rest| {
        let first = rest.split(|&b| b == b'/').next().unwrap_or_default();
        first == b"Lib" || first.eq_ignore_ascii_case(b"scripts") || first == b"python.exe"
    });
    let home = clues.config.as_ref().and_then(|config| config.home());
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
