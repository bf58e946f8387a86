//! Turns the signals of a candidate into the description of an environment.

use std::collections::{BTreeMap, BTreeSet};

use super::classification::Classification;
use super::kinds::{DETECTORS, Detector};
use super::marker::PathMarker;
use super::path_class::{is_version, package_folder};
use super::signals::LayoutSignals;
use crate::formats::conda_record;
use crate::model::{Contents, Environment, Extent, Part, Platform, Shape};
use crate::order::{map_of, set_of};
use crate::path::{RepoPath, printable};

/// Describes a candidate, if it is an environment or a remnant of one.
pub(super) fn describe(signals: &LayoutSignals) -> Option<Environment> {
    let classify = |detector: &&Detector| Some((detector.kind, (detector.classify)(signals)?));
    let (kind, Classification { shape, evidence }) = DETECTORS.iter().find_map(classify)?;
    let parts = if shape == Shape::Remnant { pieces(signals) } else { loose_pieces(signals) };
    Some(Environment {
        root: signals.root.clone(),
        kind,
        creator: creator(signals),
        python: signals
            .config
            .as_ref()
            .and_then(|config| config.python_version())
            .or_else(|| recorded_version(signals).filter(|_| kind.is_conda_prefix))
            .or_else(|| version_in_names(signals)),
        platform: platform(signals),
        shape,
        is_for_image: signals.has(PathMarker::ImageFile) && is_only_config(&parts),
        evidence,
        extent: match shape {
            Shape::Remnant => Extent::Parts(parts.iter().map(|part| part.path.clone()).collect()),
            Shape::Environment => Extent::Whole,
        },
        contents: Contents { parts, ..Contents::default() },
    })
}

/// Returns whether a `pyvenv.cfg` is all that there is.
fn is_only_config(parts: &[Part]) -> bool {
    matches!(parts, [part] if part.path.name().eq_ignore_ascii_case(b"pyvenv.cfg"))
}

/// The tool that recorded itself in `pyvenv.cfg`, with its version.
fn creator(signals: &LayoutSignals) -> Option<String> {
    let recorded = |key: &'static str| Some(format!("{key} {}", signals.setting(key)?));
    let text = DETECTORS.iter().filter_map(|detector| detector.version_key).find_map(recorded)?;
    Some(printable(text.as_bytes()))
}

/// The files of an environment that are directly in the root although creators write them elsewhere, as after an upload
/// that flattened the directories. What else belongs to it is filled in later.
fn loose_pieces(signals: &LayoutSignals) -> Vec<Part> {
    let scripts = [PathMarker::LooseActivation, PathMarker::LooseScript, PathMarker::RootInterpreter];
    let scripts = scripts.into_iter().filter(|_| signals.has_loose_scripts());
    let marked = scripts.chain([PathMarker::LegacyPrefix]).flat_map(|marker| signals.entries(marker));
    let in_root = marked.filter(|entry| entry.path.parent().as_ref() == Some(&signals.root));
    let paths: BTreeSet<RepoPath> = set_of(in_root.map(|entry| entry.path.clone()));
    paths.into_iter().map(|path| Part { path, is_directory: false }).collect()
}

/// The files and directories that a remnant consists of.
fn pieces(signals: &LayoutSignals) -> Vec<Part> {
    let loose = signals.has_loose_scripts();
    let data = signals.has_installed_data();
    let piece = |marker: PathMarker, path: &RepoPath| match marker {
        PathMarker::SitePackages | PathMarker::SeededPip => {
            path.ancestors().find(|above| above.name() == b"site-packages")
        }
        PathMarker::CondaHistory | PathMarker::CondaRecord | PathMarker::PixiFile => path.parent(),
        PathMarker::SiteHeader => path.ancestors().find(|above| above.name() == b"site"),
        PathMarker::PackageData if data => {
            RepoPath::new(package_folder(path.parent().unwrap_or_default().as_bytes())).ok()
        }
        PathMarker::LooseActivation | PathMarker::LooseScript | PathMarker::RootInterpreter if loose => Some(path.clone()),
        PathMarker::LooseActivation
        | PathMarker::LooseScript
        | PathMarker::RootInterpreter
        | PathMarker::PackageData
        // It is in one of the directories of package data.
        | PathMarker::JupyterData
        | PathMarker::TargetInstall
        | PathMarker::UvCache
        | PathMarker::ImageFile
        | PathMarker::StandardLibraryFile
        | PathMarker::Project => None,
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
        map_of(marked.filter_map(|(marker, path)| Some((piece(marker, path)?, path))).map(is_directory));
    found.into_iter().map(|(path, is_directory)| Part { path, is_directory }).collect()
}

/// The version of Python in the name of its conda record: on Windows no other name has it.
fn recorded_version(signals: &LayoutSignals) -> Option<String> {
    let names = signals.entries(PathMarker::CondaRecord).iter().map(|entry| entry.path.name());
    let found = names.filter_map(conda_record::python_version).next()?;
    std::str::from_utf8(found).ok().map(str::to_owned)
}

/// The version in the name of `lib/pythonX.Y` and the like, for environments without `pyvenv.cfg`; if there is none, the
/// one in the name of a script.
fn version_in_names(signals: &LayoutSignals) -> Option<String> {
    let markers = [
        PathMarker::SitePackages,
        PathMarker::LegacyPrefix,
        PathMarker::StandardLibraryLink,
        PathMarker::IncludeLink,
        PathMarker::SiteHeader,
        PathMarker::Interpreter,
    ];
    let library = best_version(directory_versions(signals, &markers));
    let scripts = [PathMarker::PipScript, PathMarker::LooseScript];
    let found = library.or_else(|| best_version(script_versions(signals, &scripts)))?;
    std::str::from_utf8(found).ok().map(str::to_owned)
}

/// The versions in the names of directories and interpreters: `python3.8`, `Library/Python/3.8`.
fn directory_versions<'s>(signals: &'s LayoutSignals, markers: &[PathMarker]) -> Vec<&'s [u8]> {
    let paths = markers.iter().flat_map(|marker| signals.entries(*marker));
    let below_root = paths.filter_map(|entry| entry.path.below(&signals.root));
    let of_path = |rest: &'s [u8]| -> Vec<&'s [u8]> {
        let parts: Vec<&[u8]> = rest.split(|&b| b == b'/').take(3).collect();
        let named = parts
            .iter()
            .filter_map(|part| part.strip_prefix(b"python").or_else(|| part.strip_prefix(b"pypy")))
            .map(|version| version.strip_suffix(b"m").unwrap_or(version));
        let framework = (parts.len() == 3 && parts[1] == b"Python").then(|| parts[2]);
        named.chain(framework).collect()
    };
    below_root.flat_map(of_path).collect()
}

/// The versions in the names of scripts: `pip3.10`, `easy_install-3.6.exe`.
fn script_versions<'s>(signals: &'s LayoutSignals, markers: &[PathMarker]) -> Vec<&'s [u8]> {
    let names = markers.iter().flat_map(|marker| signals.entries(*marker)).map(|entry| entry.path.name());
    let version = |name: &'s [u8]| {
        let name = name.strip_suffix(b".exe").unwrap_or(name);
        let from = name.iter().position(u8::is_ascii_digit)?;
        Some(&name[from..])
    };
    names.filter_map(version).collect()
}

/// The first version of two numbers; of one that is the start of another, as conda creates a link `python3.1` beside
/// `python3.10`, the longer one.
fn best_version(versions: Vec<&[u8]>) -> Option<&[u8]> {
    let mut full = versions.into_iter().filter(|version| version.contains(&b'.') && is_version(version));
    let first = full.next()?;
    Some(full.find(|version| version.len() > first.len() && version.starts_with(first)).unwrap_or(first))
}

/// The layout that the markers show. A `home` of another system says that `scripts/` is a project's, unless programs or
/// scripts for Windows are there.
fn platform(signals: &LayoutSignals) -> Platform {
    let home = signals.home();
    let is_posix_home = home.is_some_and(|home| home.starts_with('/'));
    let is_windows = |rest: &[u8]| {
        let first = rest.split(|&b| b == b'/').next().unwrap_or_default();
        let is_scripts = first.eq_ignore_ascii_case(b"scripts");
        let lower = rest.to_ascii_lowercase();
        let for_windows = [b".exe".as_slice(), b".bat", b".ps1"].iter().any(|end| lower.ends_with(end));
        first == b"Lib" || first == b"python.exe" || (is_scripts && (for_windows || !is_posix_home))
    };
    let mut names = signals.markers.values().flatten().filter_map(|entry| entry.path.below(&signals.root));
    if names.any(is_windows) || (home.is_some() && !is_posix_home) {
        Platform::Windows
    } else {
        Platform::Posix
    }
}
