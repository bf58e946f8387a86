//! Decides whether a candidate is an environment, a remnant or nothing.
//!
//! A *proof* is a fact that occurs only in environments, such as a `home` key or a script with a literal path. A
//! *feature* is an independent part of an environment's layout, proved or not. A proof and a second feature show an
//! environment; a single proof shows a remnant. Without a proof, only a combination of features that no other sort of
//! directory has shows an environment. The name of the directory does not count.

use std::collections::BTreeSet;

use super::marker::Marker;
use super::signals::LayoutSignals;
use super::structure;
use crate::formats::activation_script::VirtualEnvAssignment;
use crate::formats::cachedir_tag::TagWriter;
use crate::model::{Evidence, Shape};
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
    let proved: BTreeSet<RepoPath> = evidence.iter().map(|proof| proof.path.clone()).collect();
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
    let Some((_, target)) = signals.absolute_links.get(&Marker::Lib64Link) else { return false };
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
    let names = signals.entries(Marker::Interpreter).iter().map(|entry| entry.path.name());
    let versions: BTreeSet<&[u8]> = names.filter(|name| name.contains(&b'.')).collect();
    versions.len() > 1
}

/// Markers that are a proof without reading a file.
const PROVING_MARKERS: [(Marker, Feature, &str); 6] = [
    (Marker::LegacyPrefix, Feature::Legacy, "is a file that virtualenv before 20 writes"),
    (Marker::FrameworkLink, Feature::Interpreter, "is virtualenv's symlink to the Python framework"),
    (Marker::StandardLibraryLink, Feature::Legacy, "is a symlink to the standard library"),
    (Marker::SelfCheck, Feature::Pip, "is a file that pip before 19 writes"),
    (Marker::OwnIgnore, Feature::Ignore, "is the ignore file that venv and virtualenv write"),
    (Marker::SiteHeader, Feature::Headers, "is a header file that pip installed"),
];

/// The facts that occur only in environments.
fn proofs(signals: &LayoutSignals) -> Vec<(Feature, Evidence)> {
    let mut found = Vec::new();
    let mut add = |feature: Feature, path: Option<&RepoPath>, fact: String| {
        found.extend(path.map(|path| (feature, Evidence { path: path.clone(), fact })));
    };
    if let Some(home) = signals.home() {
        add(
            Feature::Config,
            signals.path_of(Marker::Config),
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
        (Marker::Interpreter, Feature::Interpreter),
        (Marker::IncludeLink, Feature::Headers),
        (Marker::Lib64Link, Feature::Lib64),
    ];
    for (marker, feature) in links {
        if marker == Marker::Lib64Link && !has_own_lib64(signals) {
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
        add(Feature::Cache, signals.path_of(Marker::CacheTag), "names virtualenv as its creator".to_owned());
    }
    found
}

/// The features that a candidate has, proved or not.
fn features(signals: &LayoutSignals) -> BTreeSet<Feature> {
    let is_other_activation = matches!(
        &signals.activation,
        Some((_, VirtualEnvAssignment::Template | VirtualEnvAssignment::Unrelated))
    );
    let present = |marker: Marker| match marker {
        Marker::Config => Some(Feature::Config),
        Marker::Activation | Marker::ActivateThis if !is_other_activation => Some(Feature::Activation),
        Marker::LooseActivation if signals.has_loose_scripts() && !is_other_activation => {
            Some(Feature::Activation)
        }
        Marker::Interpreter | Marker::FrameworkLink => Some(Feature::Interpreter),
        Marker::PipScript | Marker::SelfCheck => Some(Feature::Pip),
        Marker::SitePackages => Some(Feature::Packages),
        Marker::LegacyPrefix | Marker::StandardLibraryLink => Some(Feature::Legacy),
        Marker::IncludeLink | Marker::SiteHeader => Some(Feature::Headers),
        Marker::ManualPage | Marker::JupyterData => Some(Feature::Data),
        Marker::OwnIgnore => Some(Feature::Ignore),
        Marker::Lib64Link if has_own_lib64(signals) => Some(Feature::Lib64),
        Marker::CacheTag if signals.cache_tag.is_none_or(|writer| writer != TagWriter::Other) => {
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
    let is_target = signals.has(Marker::TargetInstall);
    let counts = |feature: &Feature| {
        !is_target || !matches!(feature, Feature::Data | Feature::Interpreter | Feature::Pip)
    };
    let features: BTreeSet<Feature> = features.iter().copied().filter(counts).collect();
    let has = |feature: Feature| features.contains(&feature);
    let shells = if has(Feature::Activation) { unread_shells(signals) } else { 0 };
    let activates = has(Feature::Activation) && signals.shells() >= 1 && signals.has(Marker::ActivateThis);
    let scripts = shells >= 2 || activates;
    let whole_python = signals.has(Marker::StandardLibraryFile) || signals.has(Marker::RootInterpreter);
    let windows_interpreter =
        !is_target && signals.path_of(Marker::Interpreter).is_some_and(|path| path.name().ends_with(b".exe"));
    let environment = (has(Feature::Config) && features.len() >= 3)
        || (scripts && [Feature::Interpreter, Feature::Packages, Feature::Pip].into_iter().any(has))
        || (windows_interpreter && features.len() >= 2)
        || (has(Feature::Interpreter) && has(Feature::Pip) && has(Feature::Packages) && !whole_python);
    let linked = signals.has(Marker::Lib64Link);
    let packages = signals.has(Marker::SeededPip) && signals.has(Marker::SitePackages) && !whole_python;
    if environment || shells >= ENOUGH_SCRIPTS || (packages && (linked || has(Feature::Data))) {
        return Some(Shape::Environment);
    }
    let left_by_uv = signals.cache_tag == Some(TagWriter::Bare)
        && (has_empty_lock(signals) || linked)
        && !signals.has(Marker::UvCache);
    let left_data = signals.has(Marker::ManualPage) && has(Feature::Data) && !whole_python;
    let left_programs = has_windows_pip(signals) && has(Feature::Pip) && !whole_python;
    (left_by_uv || packages || left_data || left_programs).then_some(Shape::Remnant)
}

/// The number of shells with a script, unless a script was read: then its content decides, and not how many there are.
fn unread_shells(signals: &LayoutSignals) -> usize {
    if signals.activation.is_some() { 0 } else { signals.shells() }
}

/// Returns whether there are three `pip*.exe`: `pip.exe`, `pip3.exe` and `pip3.12.exe` are always installed together.
fn has_windows_pip(signals: &LayoutSignals) -> bool {
    let scripts = signals.entries(Marker::PipScript).iter();
    scripts.filter(|entry| entry.path.name().to_ascii_lowercase().ends_with(b".exe")).count() >= 3
}

/// Returns whether there is an empty `.lock`, as uv creates it.
fn has_empty_lock(signals: &LayoutSignals) -> bool {
    let is_empty = |entry: &OwnedEntry| entry.kind.is_file() && entry.size.is_none_or(|size| size == 0);
    signals.entries(Marker::Lock).iter().any(is_empty)
}

/// Evidence that supports the decision but is no proof.
fn supporting(signals: &LayoutSignals) -> Vec<Evidence> {
    let fact_of = |marker: Marker, entry_kind: EntryKind| match marker {
        Marker::Config => Some("is the settings file of a virtual environment"),
        Marker::Activation => Some("is an activation script"),
        Marker::LooseActivation if signals.has_loose_scripts() => Some("is an activation script"),
        Marker::ActivateThis => Some("is virtualenv's activation module"),
        Marker::Interpreter if entry_kind == EntryKind::Link => Some("is a symlink to an interpreter"),
        Marker::Interpreter => Some("is an interpreter"),
        Marker::PipScript => Some("is a script of an installed package"),
        Marker::SitePackages => Some("is an installed package"),
        Marker::SeededPip => Some("is an installed pip"),
        Marker::PythonConfig => Some("is a script that virtualenv before 20 writes"),
        Marker::LocalLink => Some("is a symlink that virtualenv before 20 creates"),
        Marker::CondaHistory | Marker::CondaRecord => Some("is a conda record"),
        Marker::ManualPage | Marker::JupyterData => Some("is a file that a package installed"),
        Marker::CacheTag => Some("is a cache tag of an environment"),
        Marker::Lock => Some("is uv's lock of an environment"),
        Marker::Lib64Link => Some("is a symlink that venv creates"),
        _ => None,
    };
    let markers = signals.markers.iter().filter_map(|(marker, entries)| Some((marker, entries.first()?)));
    markers
        .filter_map(|(marker, entry)| {
            let fact = fact_of(*marker, entry.kind)?.to_owned();
            Some(Evidence { path: entry.path.clone(), fact })
        })
        .collect()
}
