//! Weighs a candidate's markers: an environment, a remnant, or nothing.
//!
//! A *proof* is a fact that only environments show (a `home` key, a script with a literal path). A *trait*
//! is one independent side of an environment's layout, proved or not. A proof and a second trait make an
//! environment; a proof alone makes a remnant; without a proof, several traits that no other kind of
//! directory combines make an environment. The name of the directory has no weight.

use std::collections::BTreeSet;

use super::marker::Marker;
use super::signals::Signals;
use crate::formats::activation_script::Activation;
use crate::formats::cachedir_tag::TagWriter;
use crate::model::{Evidence, Shape};
use crate::path::{RepoPath, printable};
use crate::tree::EntryKind;

/// What a candidate is, and what shows it.
#[derive(Debug)]
pub(super) struct Classification {
    pub(super) shape: Shape,
    /// Strongest first.
    pub(super) evidence: Vec<Evidence>,
}

/// Independent sides of an environment's layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Trait {
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
}

/// Directories whose content is test input by convention; a lone `pyvenv.cfg` there is a fixture.
const FIXTURE_DIRECTORIES: [&[u8]; 12] = [
    b"test",
    b"tests",
    b"testing",
    b"testdata",
    b"test-data",
    b"test_data",
    b"fixture",
    b"fixtures",
    b"__fixtures__",
    b"testcases",
    b"snapshots",
    b"mocks",
];

/// As many activation scripts as only creators write together: every creator writes for at least three shells.
const SHELLS: usize = 3;

/// Judges a candidate with a virtual environment's layout; the evidence comes most telling first.
pub(super) fn classify_layout(signals: &Signals) -> Option<Classification> {
    let proofs = proofs(signals);
    let traits = traits(signals);
    let shape = match (proofs.len(), traits.len()) {
        (0, _) => without_proof(signals, &traits)?,
        (_, 1) => remnant(signals, &proofs)?,
        _ if is_system(signals) && proofs.iter().all(|(_, evidence)| is_link(signals, &evidence.path)) => {
            return None;
        }
        _ => Shape::Environment,
    };
    let mut evidence: Vec<Evidence> = proofs.into_iter().map(|(_, evidence)| evidence).collect();
    let told: BTreeSet<RepoPath> = evidence.iter().map(|proof| proof.path.clone()).collect();
    evidence.extend(supporting(signals).into_iter().filter(|fact| !told.contains(&fact.path)));
    Some(Classification { shape, evidence })
}

/// A lone proof, unless it lies where test input lies. Scripts for several shells are more than a left-over.
fn remnant(signals: &Signals, proofs: &[(Trait, Evidence)]) -> Option<Shape> {
    let (proved, _) = proofs.first()?;
    let other_links = *proved == Trait::Interpreter && (is_system(signals) || has_several_pythons(signals));
    let excused = other_links
        || (is_test_data(signals) && matches!(proved, Trait::Config | Trait::Cache | Trait::Ignore));
    let whole = *proved == Trait::Activation && signals.activation_scripts() >= SHELLS;
    (!excused).then_some(if whole { Shape::Environment } else { Shape::Remnant })
}

/// Says whether a candidate lies where test input lies.
pub(super) fn is_test_data(signals: &Signals) -> bool {
    signals.root.components().any(|part| FIXTURE_DIRECTORIES.contains(&part))
}

/// Parts of a system's root directory, in which links to interpreters are nothing special.
fn is_system(signals: &Signals) -> bool {
    matches!(signals.root.name(), b"usr" | b"local" | b".local")
}

/// Says whether a marker is borne by a link of this path.
fn is_link(signals: &Signals, path: &RepoPath) -> bool {
    signals.absolute_links.values().any(|(link, _)| link == path)
}

/// An environment has one Python; a person's `bin` may have links to several.
fn has_several_pythons(signals: &Signals) -> bool {
    let names =
        signals.markers.get(&Marker::Interpreter).into_iter().flatten().map(|entry| entry.path.name());
    let versions: BTreeSet<&[u8]> = names.filter(|name| name.contains(&b'.')).collect();
    versions.len() > 1
}

/// Files that are a proof by their name and place alone.
const PROVING_MARKERS: [(Marker, Trait, &str); 6] = [
    (Marker::LegacyPrefix, Trait::Legacy, "is a file that virtualenv before 20 writes"),
    (Marker::FrameworkLink, Trait::Interpreter, "is virtualenv's link to the Python framework"),
    (Marker::StandardLibraryLink, Trait::Legacy, "is a link to the standard library"),
    (Marker::SelfCheck, Trait::Pip, "is a file that pip before 19 writes"),
    (Marker::OwnIgnore, Trait::Ignore, "is the ignore file that creators write"),
    (Marker::SiteHeader, Trait::Headers, "is a header where pip puts them in environments"),
];

/// The facts that only environments show.
fn proofs(signals: &Signals) -> Vec<(Trait, Evidence)> {
    let mut found = Vec::new();
    let mut add = |part: Trait, path: Option<&RepoPath>, fact: String| {
        found.extend(path.map(|path| (part, Evidence { path: path.clone(), fact })));
    };
    if let Some(home) = signals.config.as_ref().and_then(|config| config.home()) {
        add(Trait::Config, signals.path_of(Marker::Config), format!("home = {}", printable(home.as_bytes())));
    }
    if let Some((path, Activation::Literal(place))) = &signals.activation {
        add(Trait::Activation, Some(path), format!("sets VIRTUAL_ENV to {}", printable(place.as_bytes())));
    }
    for (marker, part) in [(Marker::Interpreter, Trait::Interpreter), (Marker::IncludeLink, Trait::Headers)] {
        if let Some((path, target)) = signals.absolute_links.get(&marker) {
            add(part, Some(path), format!("is a link to {target}"));
        }
    }
    for (marker, part, fact) in PROVING_MARKERS {
        add(part, signals.path_of(marker), fact.to_owned());
    }
    if signals.cache_tag == Some(TagWriter::Virtualenv) {
        add(Trait::Cache, signals.path_of(Marker::CacheTag), "says that virtualenv created it".to_owned());
    }
    found
}

/// The sides of the layout that are there, proved or not.
fn traits(signals: &Signals) -> BTreeSet<Trait> {
    let void_scripts = matches!(&signals.activation, Some((_, Activation::Template | Activation::Unrelated)));
    let present = |marker: Marker| match marker {
        Marker::Config => Some(Trait::Config),
        Marker::Activation | Marker::ActivateThis if !void_scripts => Some(Trait::Activation),
        Marker::Interpreter | Marker::FrameworkLink => Some(Trait::Interpreter),
        Marker::PipScript | Marker::SelfCheck => Some(Trait::Pip),
        Marker::SitePackages => Some(Trait::Packages),
        Marker::LegacyPrefix | Marker::StandardLibraryLink => Some(Trait::Legacy),
        Marker::IncludeLink | Marker::SiteHeader => Some(Trait::Headers),
        Marker::ManualPage | Marker::JupyterData => Some(Trait::Data),
        Marker::OwnIgnore => Some(Trait::Ignore),
        Marker::CacheTag if signals.cache_tag.is_none_or(|writer| writer != TagWriter::Other) => {
            Some(Trait::Cache)
        }
        _ => None,
    };
    signals.markers.keys().filter_map(|marker| present(*marker)).collect()
}

/// Combinations of unproved traits that nothing but an environment has.
fn without_proof(signals: &Signals, traits: &BTreeSet<Trait>) -> Option<Shape> {
    let has = |part: Trait| traits.contains(&part);
    let shells = if has(Trait::Activation) { signals.activation_scripts() } else { 0 };
    let scripts = shells >= 2 || (shells >= 1 && signals.has(Marker::ActivateThis));
    let whole_python = signals.has(Marker::StandardLibraryFile) || signals.has(Marker::RootInterpreter);
    let windows_interpreter =
        signals.path_of(Marker::Interpreter).is_some_and(|path| path.name().ends_with(b".exe"));
    let environment = (has(Trait::Config) && traits.len() >= 3)
        || (scripts && [Trait::Interpreter, Trait::Packages, Trait::Pip].into_iter().any(has))
        || (windows_interpreter && traits.len() >= 2)
        || (has(Trait::Interpreter) && has(Trait::Pip) && has(Trait::Packages) && !whole_python);
    let linked = signals.has(Marker::Lib64Link);
    let packages = signals.has(Marker::SeededPip) && signals.has(Marker::SitePackages) && !whole_python;
    if environment || shells >= SHELLS || (packages && (linked || has(Trait::Data))) {
        return Some(Shape::Environment);
    }
    let left_by_uv = signals.cache_tag == Some(TagWriter::Bare) && (has_empty_lock(signals) || linked);
    let left_data = signals.has(Marker::ManualPage) && !is_system(signals) && !whole_python;
    let left_programs = has_windows_pip(signals) && !whole_python;
    (left_by_uv || packages || left_data || left_programs).then_some(Shape::Remnant)
}

/// `pip.exe`, `pip3.exe` and `pip3.12.exe` are always made together.
fn has_windows_pip(signals: &Signals) -> bool {
    let scripts = signals.markers.get(&Marker::PipScript).into_iter().flatten();
    scripts.filter(|entry| entry.path.name().to_ascii_lowercase().ends_with(b".exe")).count() >= 3
}

/// uv's interpreter lock is an empty file.
fn has_empty_lock(signals: &Signals) -> bool {
    let locks = signals.markers.get(&Marker::Lock).map(Vec::as_slice).unwrap_or_default();
    locks.iter().any(|entry| entry.kind.is_file() && entry.size.is_none_or(|size| size == 0))
}

/// What else is there, in words; it explains a decision but did not make it alone.
fn supporting(signals: &Signals) -> Vec<Evidence> {
    let words = |marker: Marker, entry_kind: EntryKind| match marker {
        Marker::Config => Some("is the settings file of a virtual environment"),
        Marker::Activation => Some("is an activation script"),
        Marker::ActivateThis => Some("is virtualenv's activation module"),
        Marker::Interpreter if entry_kind == EntryKind::Link => Some("is a link to an interpreter"),
        Marker::Interpreter => Some("is an interpreter"),
        Marker::PipScript => Some("is a script of an installed package"),
        Marker::SitePackages => Some("is an installed package"),
        Marker::SeededPip => Some("is an installed pip"),
        Marker::CondaHistory | Marker::CondaRecord => Some("is a record of conda"),
        Marker::ManualPage | Marker::JupyterData => Some("is a file that a package installed"),
        Marker::CacheTag => Some("is a cache tag of an environment"),
        Marker::Lock => Some("is uv's lock of an environment"),
        Marker::Lib64Link => Some("is a link that venv makes"),
        _ => None,
    };
    let markers = signals.markers.iter().filter_map(|(marker, entries)| Some((marker, entries.first()?)));
    markers
        .filter_map(|(marker, entry)| {
            let fact = words(*marker, entry.kind)?.to_owned();
            Some(Evidence { path: entry.path.clone(), fact })
        })
        .collect()
}
