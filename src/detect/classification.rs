//! Decides whether a candidate is an environment, a remnant or nothing.
//!
//! A *proof* is a fact that occurs only in environments, such as a `home` key or a script with a literal path. A
//! *feature* is an independent part of an environment's layout, proved or not. A proof and a second feature show an
//! environment; a single proof shows a remnant. Without a proof, only a combination of features that no other sort of
//! directory has shows an environment. The name of the directory does not count.

use std::collections::BTreeSet;

use super::marker::PathMarker;
use super::signals::LayoutSignals;
use super::structure;
use crate::formats::activation_script::VirtualEnvAssignment;
use crate::formats::cachedir_tag::TagWriter;
use crate::model::{Evidence, Shape};
use crate::order::set_of;
use crate::path::{RepoPath, printable};
use crate::tree::{EntryKind, OwnedEntry};

/// What a candidate is, with evidence.
#[derive(Debug)]
pub(super) struct Classification {
    pub(super) shape: Shape,
    /// Strongest first.
    pub(super) evidence: Vec<Evidence>,
}

/// Independent parts of an environment's layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Feature {
    Config,
    Activation,
    Interpreter,
    Pip,
    Packages,
    Legacy,
    Headers,
    Cache,
    Data,
    Ignore,
    Lib64,
}

/// The number of activation scripts that shows an environment: every creator writes scripts for three shells or more.
const ENOUGH_SCRIPTS: usize = 3;

/// Classifies a candidate by the layout of virtual environments.
pub(super) fn classify_layout(signals: &LayoutSignals) -> Option<Classification> {
    let proofs = proofs(signals);
    let features = features(signals);
    let shape = match (proofs.len(), features.len()) {
        (0, _) => without_proof(signals, &features)?,
        (_, 1) => remnant(signals, &proofs)?,
        _ if structure::is_system(&signals.root)
            && proofs.iter().all(|(_, evidence)| is_link(signals, &evidence.path)) =>
        {
            return None;
        }
        _ => Shape::Environment,
    };
    let mut evidence: Vec<Evidence> = proofs.into_iter().map(|(_, evidence)| evidence).collect();
    let proved: BTreeSet<RepoPath> = set_of(evidence.iter().map(|proof| proof.path.clone()));
    evidence.extend(supporting(signals).into_iter().filter(|fact| !proved.contains(&fact.path)));
    Some(Classification { shape, evidence })
}

/// Classifies a candidate with one proof and no other feature. Test data is no remnant, and activation scripts for
/// several shells are an environment.
fn remnant(signals: &LayoutSignals, proofs: &[(Feature, Evidence)]) -> Option<Shape> {
    let (proved, _) = proofs.first()?;
    let other_links = *proved == Feature::Interpreter
        && (structure::is_system(&signals.root) || has_several_pythons(signals));
    let is_harmless = other_links
        || (structure::is_test_data(&signals.root)
            && matches!(proved, Feature::Config | Feature::Cache | Feature::Ignore));
    let is_environment = *proved == Feature::Activation && signals.shells() >= ENOUGH_SCRIPTS;
    (!is_harmless).then_some(if is_environment { Shape::Environment } else { Shape::Remnant })
}

/// Returns whether `lib64` is a link to the absolute path of a `lib`, as virtualenv before 20 creates it on 64-bit systems.
/// Root directories of systems have links to their own `/lib` and `/usr/lib`.
fn has_own_lib64(signals: &LayoutSignals) -> bool {
    let Some((_, target)) = signals.absolute_links.get(&PathMarker::Lib64Link) else { return false };
    let above = target.trim_end_matches('/').strip_suffix("/lib");
    above.is_some_and(|above| !matches!(above, "" | "/usr" | "/usr/local"))
        && !structure::is_system(&signals.root)
}

/// Returns whether the path is one of the absolute links.
fn is_link(signals: &LayoutSignals, path: &RepoPath) -> bool {
    signals.absolute_links.values().any(|(link, _)| link == path)
}

/// Returns whether there are links to several Pythons, as in a user's `bin`; an environment has one.
fn has_several_pythons(signals: &LayoutSignals) -> bool {
    let names = signals.entries(PathMarker::Interpreter).iter().map(|entry| entry.path.name());
    let versions: BTreeSet<&[u8]> = set_of(names.filter(|name| name.contains(&b'.')));
    versions.len() > 1
}

/// Markers that are a proof without reading a file.
const PROVING_MARKERS: [(PathMarker, Feature, &str); 6] = [
    (PathMarker::LegacyPrefix, Feature::Legacy, "is a file that virtualenv before 20 writes"),
    (PathMarker::FrameworkLink, Feature::Interpreter, "is virtualenv's symlink to the Python framework"),
    (PathMarker::StandardLibraryLink, Feature::Legacy, "is a symlink to the standard library"),
    (PathMarker::SelfCheck, Feature::Pip, "is a file that pip before 19 writes"),
    (PathMarker::OwnIgnore, Feature::Ignore, "is the ignore file that venv and virtualenv write"),
    (PathMarker::SiteHeader, Feature::Headers, "is a header file that pip installed"),
];

/// The facts that occur only in environments.
fn proofs(signals: &LayoutSignals) -> Vec<(Feature, Evidence)> {
    let mut found = Vec::new();
    let mut add = |feature: Feature, path: Option<&RepoPath>, fact: String| {
        found.extend(path.map(|path| (feature, Evidence { path: path.clone(), fact: fact.into() })));
    };
    if let Some(home) = signals.home() {
        add(
            Feature::Config,
            signals.path_of(PathMarker::Config),
            format!("home = {}", printable(home.as_bytes())),
        );
    }
    if let Some((path, VirtualEnvAssignment::Literal(directory))) = &signals.activation {
        add(
            Feature::Activation,
            Some(path),
            format!("sets VIRTUAL_ENV to {}", printable(directory.as_bytes())),
        );
    }
    let links = [
        (PathMarker::Interpreter, Feature::Interpreter),
        (PathMarker::IncludeLink, Feature::Headers),
        (PathMarker::Lib64Link, Feature::Lib64),
    ];
    for (marker, feature) in links {
        if marker == PathMarker::Lib64Link && !has_own_lib64(signals) {
            continue;
        }
        if let Some((path, target)) = signals.absolute_links.get(&marker) {
            add(feature, Some(path), format!("is a symlink to {target}"));
        }
    }
    for (marker, feature, fact) in PROVING_MARKERS {
        add(feature, signals.path_of(marker), fact.to_owned());
    }
    if signals.cache_tag == Some(TagWriter::Virtualenv) {
        add(
            Feature::Cache,
            signals.path_of(PathMarker::CacheTag),
            "names virtualenv as its creator".to_owned(),
        );
    }
    found
}

/// The features that a candidate has, proved or not.
fn features(signals: &LayoutSignals) -> BTreeSet<Feature> {
    let is_other_activation = matches!(
        &signals.activation,
        Some((_, VirtualEnvAssignment::Template | VirtualEnvAssignment::Unrelated))
    );
    let present = |marker: PathMarker| match marker {
        PathMarker::Config => Some(Feature::Config),
        PathMarker::Activation | PathMarker::ActivateThis if !is_other_activation => {
            Some(Feature::Activation)
        }
        PathMarker::LooseActivation if signals.has_loose_scripts() && !is_other_activation => {
            Some(Feature::Activation)
        }
        PathMarker::Interpreter | PathMarker::FrameworkLink => Some(Feature::Interpreter),
        PathMarker::PipScript | PathMarker::SelfCheck => Some(Feature::Pip),
        PathMarker::SitePackages => Some(Feature::Packages),
        PathMarker::LegacyPrefix | PathMarker::StandardLibraryLink => Some(Feature::Legacy),
        PathMarker::IncludeLink | PathMarker::SiteHeader => Some(Feature::Headers),
        PathMarker::ManualPage | PathMarker::JupyterData => Some(Feature::Data),
        PathMarker::OwnIgnore => Some(Feature::Ignore),
        PathMarker::Lib64Link if has_own_lib64(signals) => Some(Feature::Lib64),
        PathMarker::CacheTag if signals.cache_tag.is_none_or(|writer| writer != TagWriter::Other) => {
            Some(Feature::Cache)
        }
        _ => None,
    };
    signals.markers.keys().filter_map(|marker| present(*marker)).collect()
}

/// Classifies a candidate without a proof, by combinations of features that only environments have. A system's `usr` has
/// all of them, and a directory of `pip install --target` has scripts and data.
fn without_proof(signals: &LayoutSignals, features: &BTreeSet<Feature>) -> Option<Shape> {
    if structure::is_system(&signals.root) {
        return None;
    }
    let is_target = signals.has(PathMarker::TargetInstall);
    let counts = |feature: &Feature| {
        !is_target || !matches!(feature, Feature::Data | Feature::Interpreter | Feature::Pip)
    };
    let features: BTreeSet<Feature> = set_of(features.iter().copied().filter(counts));
    let has = |feature: Feature| features.contains(&feature);
    let shells = if has(Feature::Activation) { unread_shells(signals) } else { 0 };
    let activates =
        has(Feature::Activation) && signals.shells() >= 1 && signals.has(PathMarker::ActivateThis);
    let scripts = shells >= 2 || activates;
    let whole_python =
        signals.has(PathMarker::StandardLibraryFile) || signals.has(PathMarker::RootInterpreter);
    let mut interpreters = signals.entries(PathMarker::Interpreter).iter();
    let windows_interpreter = !is_target && interpreters.any(|found| found.path.name().ends_with(b".exe"));
    let environment = (has(Feature::Config) && features.len() >= 3)
        || (scripts && [Feature::Interpreter, Feature::Packages, Feature::Pip].into_iter().any(has))
        || (windows_interpreter && features.len() >= 2)
        || (has(Feature::Interpreter) && has(Feature::Pip) && has(Feature::Packages) && !whole_python);
    let linked = signals.has(PathMarker::Lib64Link);
    let packages =
        signals.has(PathMarker::SeededPip) && signals.has(PathMarker::SitePackages) && !whole_python;
    if environment || shells >= ENOUGH_SCRIPTS || (packages && (linked || has(Feature::Data))) {
        return Some(Shape::Environment);
    }
    let left_by_uv = signals.cache_tag == Some(TagWriter::Bare)
        && (has_empty_lock(signals) || linked)
        && !signals.has(PathMarker::UvCache);
    let left_data = signals.has(PathMarker::ManualPage) && has(Feature::Data) && !whole_python;
    let left_programs = has_windows_pip(signals) && has(Feature::Pip) && !whole_python;
    (left_by_uv || packages || left_data || left_programs).then_some(Shape::Remnant)
}

/// The number of shells with a script, unless a script was read: then its content decides, and not how many there are.
fn unread_shells(signals: &LayoutSignals) -> usize {
    if signals.activation.is_some() { 0 } else { signals.shells() }
}

/// Returns whether there are three `pip*.exe`: `pip.exe`, `pip3.exe` and `pip3.12.exe` are always installed together.
fn has_windows_pip(signals: &LayoutSignals) -> bool {
    let scripts = signals.entries(PathMarker::PipScript).iter();
    scripts.filter(|entry| entry.path.name().to_ascii_lowercase().ends_with(b".exe")).count() >= 3
}

/// Returns whether there is an empty `.lock`, as uv creates it.
fn has_empty_lock(signals: &LayoutSignals) -> bool {
    let is_empty = |entry: &OwnedEntry| entry.kind.is_file() && entry.size.is_none_or(|size| size == 0);
    signals.entries(PathMarker::Lock).iter().any(is_empty)
}

/// Evidence that supports the decision but is no proof.
fn supporting(signals: &LayoutSignals) -> Vec<Evidence> {
    let fact_of = |marker: PathMarker, entry_kind: EntryKind| match marker {
        PathMarker::Config => Some("is the settings file of a virtual environment"),
        PathMarker::Activation => Some("is an activation script"),
        PathMarker::LooseActivation if signals.has_loose_scripts() => Some("is an activation script"),
        PathMarker::ActivateThis => Some("is virtualenv's activation module"),
        PathMarker::Interpreter if entry_kind == EntryKind::Link => Some("is a symlink to an interpreter"),
        PathMarker::Interpreter => Some("is an interpreter"),
        PathMarker::PipScript => Some("is a script of an installed package"),
        PathMarker::SitePackages => Some("is an installed package"),
        PathMarker::SeededPip => Some("is an installed pip"),
        PathMarker::PythonConfig => Some("is a script that virtualenv before 20 writes"),
        PathMarker::LocalLink => Some("is a symlink that virtualenv before 20 creates"),
        PathMarker::CondaHistory | PathMarker::CondaRecord => Some("is a conda record"),
        PathMarker::ManualPage | PathMarker::JupyterData => Some("is a file that a package installed"),
        PathMarker::CacheTag => Some("is a cache tag of an environment"),
        PathMarker::Lock => Some("is uv's lock of an environment"),
        PathMarker::Lib64Link => Some("is a symlink that venv creates"),
        _ => None,
    };
    let markers = signals.markers.iter().filter_map(|(marker, entries)| Some((marker, entries.first()?)));
    markers
        .filter_map(|(marker, entry)| {
            let fact = fact_of(*marker, entry.kind)?.into();
            Some(Evidence { path: entry.path.clone(), fact })
        })
        .collect()
}
