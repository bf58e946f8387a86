//! Turns the signals of a candidate into the description of an environment.

use std::collections::BTreeMap;

use super::classification::Classification;
use super::kinds::{DETECTORS, Detector};
use super::marker::Marker;
use super::path_class::is_version;
use super::signals::LayoutSignals;
use crate::model::{Contents, Environment, Extent, Part, Platform, Shape};
use crate::path::{RepoPath, printable};

/// Describes a candidate, if it is an environment or a remnant of one.
pub(super) fn describe(signals: &LayoutSignals) -> Option<Environment> {
    let classify = |detector: &&Detector| Some((detector.kind, (detector.classify)(signals)?));
    let (kind, Classification { shape, evidence }) = DETECTORS.iter().find_map(classify)?;
    let parts = if shape == Shape::Remnant { pieces(signals) } else { Vec::new() };
    Some(Environment {
        root: signals.root.clone(),
        kind,
        creator: creator(signals),
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

/// The tool that recorded itself in `pyvenv.cfg`, with its version.
fn creator(signals: &LayoutSignals) -> Option<String> {
    let recorded = |key: &'static str| Some(format!("{key} {}", signals.setting(key)?));
    let text = DETECTORS.iter().filter_map(|detector| detector.version_key).find_map(recorded)?;
    Some(printable(text.as_bytes()))
}

/// The files and directories that a remnant consists of.
fn pieces(signals: &LayoutSignals) -> Vec<Part> {
    let piece = |marker: Marker, path: &RepoPath| match marker {
        Marker::SitePackages | Marker::SeededPip => {
            path.ancestors().find(|above| above.name() == b"site-packages")
        }
        Marker::CondaHistory | Marker::CondaRecord | Marker::PixiFile => path.parent(),
        Marker::SiteHeader => path.ancestors().find(|above| above.name() == b"site"),
        Marker::StandardLibraryFile | Marker::RootInterpreter | Marker::Project => None,
        _ => Some(path.clone()),
    };
    let is_directory = |(piece, marked): (RepoPath, &RepoPath)| {
        let is_directory = piece != *marked;
        (piece, is_directory)
    };
    let marked = signals
        .markers
        .iter()
        .flat_map(|(marker, entries)| entries.iter().map(|entry| (*marker, &entry.path)));
    let found: BTreeMap<RepoPath, bool> =
        marked.filter_map(|(marker, path)| Some((piece(marker, path)?, path))).map(is_directory).collect();
    found.into_iter().map(|(path, is_directory)| Part { path, is_directory }).collect()
}

/// The version in the name of `lib/pythonX.Y` or `include/pythonX.Y`, for environments without `pyvenv.cfg`.
fn library_version(signals: &LayoutSignals) -> Option<String> {
    let markers = [
        Marker::SitePackages,
        Marker::LegacyPrefix,
        Marker::StandardLibraryLink,
        Marker::IncludeLink,
        Marker::SiteHeader,
        Marker::Interpreter,
    ];
    let paths = markers.iter().flat_map(|marker| signals.entries(*marker));
    let below_root = paths.filter_map(|entry| entry.path.below(&signals.root));
    let parts = below_root.flat_map(|rest| rest.split(|&b| b == b'/').take(3));
    let versions =
        parts.filter_map(|part| part.strip_prefix(b"python").or_else(|| part.strip_prefix(b"pypy")));
    let numbers = versions.map(|version| version.strip_suffix(b"m").unwrap_or(version));
    let mut full = numbers.filter(|version| version.contains(&b'.') && is_version(version));
    // conda creates a link `python3.1` beside `python3.10`.
    let first = full.next()?;
    let found =
        full.find(|version| version.len() > first.len() && version.starts_with(first)).unwrap_or(first);
    std::str::from_utf8(found).ok().map(str::to_owned)
}

/// The layout that the markers show.
fn platform(signals: &LayoutSignals) -> Platform {
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
