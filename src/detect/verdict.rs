//! Weighs a candidate's marks: an environment, a remnant, or nothing.
//!
//! A *proof* is a fact that only environments show (a `home` key, a script with a literal path). A *trait*
//! is one independent side of an environment's layout, proved or not. A proof and a second trait make an
//! environment; a proof alone makes a remnant; without a proof, several traits that no other kind of
//! directory combines make an environment. The name of the directory has no weight.

use std::collections::BTreeSet;

use super::clues::Clues;
use super::mark::Mark;
use crate::formats::activation_script::VirtualEnvAssignment;
use crate::formats::cachedir_tag::TagWriter;
use crate::model::{Evidence, Shape};
use crate::path::{RepoPath, printable};
use crate::tree::EntryKind;

/// What a candidate is, and what shows it, most telling first.
pub(super) type Judgement = (Shape, Vec<Evidence>);

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
pub(super) fn of(clues: &Clues) -> Option<Judgement> {
    let proofs = proofs(clues);
    let traits = traits(clues);
    let shape = match (proofs.len(), traits.len()) {
        (0, _) => without_proof(clues, &traits)?,
        (_, 1) => remnant(clues, &proofs)?,
        _ if is_system(clues) && proofs.iter().all(|(_, evidence)| is_link(clues, &evidence.path)) => {
            return None;
        }
        _ => Shape::Environment,
    };
    let mut evidence: Vec<Evidence> = proofs.into_iter().map(|(_, evidence)| evidence).collect();
    let told: BTreeSet<RepoPath> = evidence.iter().map(|proof| proof.path.clone()).collect();
    evidence.extend(supporting(clues).into_iter().filter(|fact| !told.contains(&fact.path)));
    Some((shape, evidence))
}

/// A lone proof, unless it lies where test input lies. Scripts for several shells are more than a left-over.
fn remnant(clues: &Clues, proofs: &[(Trait, Evidence)]) -> Option<Shape> {
    let (proved, _) = proofs.first()?;
    let other_links = *proved == Trait::Interpreter && (is_system(clues) || has_several_pythons(clues));
    let excused = other_links
        || (is_test_input(clues) && matches!(proved, Trait::Config | Trait::Cache | Trait::Ignore));
    let whole = *proved == Trait::Activation && clues.activation_scripts() >= SHELLS;
    (!excused).then_some(if whole { Shape::Environment } else { Shape::Remnant })
}

/// Says whether a candidate lies where test input lies.
pub(super) fn is_test_input(clues: &Clues) -> bool {
    clues.root.components().any(|part| FIXTURE_DIRECTORIES.contains(&part))
}

/// Parts of a system's root directory, in which links to interpreters are nothing special.
fn is_system(clues: &Clues) -> bool {
    matches!(clues.root.name(), b"usr" | b"local" | b".local")
}

/// Says whether a mark is borne by a link of this path.
fn is_link(clues: &Clues, path: &RepoPath) -> bool {
    clues.absolute_links.values().any(|(link, _)| link == path)
}

/// An environment has one Python; a person's `bin` may have links to several.
fn has_several_pythons(clues: &Clues) -> bool {
    let names = clues.marks.get(&Mark::Interpreter).into_iter().flatten().map(|entry| entry.path.name());
    let versions: BTreeSet<&[u8]> = names.filter(|name| name.contains(&b'.')).collect();
    versions.len() > 1
}

/// Files that are a proof by their name and place alone.
const PROVING_MARKS: [(Mark, Trait, &str); 6] = [
    (Mark::LegacyPrefix, Trait::Legacy, "is a file that virtualenv before 20 writes"),
    (Mark::FrameworkLink, Trait::Interpreter, "is virtualenv's link to the Python framework"),
    (Mark::StandardLibraryLink, Trait::Legacy, "is a link to the standard library"),
    (Mark::SelfCheck, Trait::Pip, "is a file that pip before 19 writes"),
    (Mark::OwnIgnore, Trait::Ignore, "is the ignore file that creators write"),
    (Mark::SiteHeader, Trait::Headers, "is a header where pip puts them in environments"),
];

/// The facts that only environments show.
fn proofs(clues: &Clues) -> Vec<(Trait, Evidence)> {
    let mut found = Vec::new();
    let mut add = |part: Trait, path: Option<&RepoPath>, fact: String| {
        found.extend(path.map(|path| (part, Evidence { path: path.clone(), fact })));
    };
    if let Some(home) = clues.config.as_ref().and_then(|config| config.home()) {
        add(Trait::Config, clues.path_of(Mark::Config), format!("home = {}", printable(home.as_bytes())));
    }
    if let Some((path, VirtualEnvAssignment::Literal(place))) = &clues.activation {
        add(Trait::Activation, Some(path), format!("sets VIRTUAL_ENV to {}", printable(place.as_bytes())));
    }
    for (mark, part) in [(Mark::Interpreter, Trait::Interpreter), (Mark::IncludeLink, Trait::Headers)] {
        if let Some((path, target)) = clues.absolute_links.get(&mark) {
            add(part, Some(path), format!("is a link to {target}"));
        }
    }
    for (mark, part, fact) in PROVING_MARKS {
        add(part, clues.path_of(mark), fact.to_owned());
    }
    if clues.cache_tag == Some(TagWriter::Virtualenv) {
        add(Trait::Cache, clues.path_of(Mark::CacheTag), "says that virtualenv created it".to_owned());
    }
    found
}

/// The sides of the layout that are there, proved or not.
fn traits(clues: &Clues) -> BTreeSet<Trait> {
    let void_scripts = matches!(
        &clues.activation,
        Some((_, VirtualEnvAssignment::Template | VirtualEnvAssignment::Unrelated))
    );
    let present = |mark: Mark| match mark {
        Mark::Config => Some(Trait::Config),
        Mark::Activation | Mark::ActivateThis if !void_scripts => Some(Trait::Activation),
        Mark::Interpreter | Mark::FrameworkLink => Some(Trait::Interpreter),
        Mark::PipScript | Mark::SelfCheck => Some(Trait::Pip),
        Mark::SitePackages => Some(Trait::Packages),
        Mark::LegacyPrefix | Mark::StandardLibraryLink => Some(Trait::Legacy),
        Mark::IncludeLink | Mark::SiteHeader => Some(Trait::Headers),
        Mark::ManualPage | Mark::JupyterData => Some(Trait::Data),
        Mark::OwnIgnore => Some(Trait::Ignore),
        Mark::CacheTag if clues.cache_tag.is_none_or(|writer| writer != TagWriter::Other) => {
            Some(Trait::Cache)
        }
        _ => None,
    };
    clues.marks.keys().filter_map(|mark| present(*mark)).collect()
}

/// Combinations of unproved traits that nothing but an environment has.
fn without_proof(clues: &Clues, traits: &BTreeSet<Trait>) -> Option<Shape> {
    let has = |part: Trait| traits.contains(&part);
    let shells = if has(Trait::Activation) { clues.activation_scripts() } else { 0 };
    let scripts = shells >= 2 || (shells >= 1 && clues.has(Mark::ActivateThis));
    let whole_python = clues.has(Mark::StandardLibraryFile) || clues.has(Mark::RootInterpreter);
    let windows_interpreter =
        clues.path_of(Mark::Interpreter).is_some_and(|path| path.name().ends_with(b".exe"));
    let environment = (has(Trait::Config) && traits.len() >= 3)
        || (scripts && [Trait::Interpreter, Trait::Packages, Trait::Pip].into_iter().any(has))
        || (windows_interpreter && traits.len() >= 2)
        || (has(Trait::Interpreter) && has(Trait::Pip) && has(Trait::Packages) && !whole_python);
    let linked = clues.has(Mark::Lib64Link);
    let packages = clues.has(Mark::SeededPip) && clues.has(Mark::SitePackages) && !whole_python;
    if environment || shells >= SHELLS || (packages && (linked || has(Trait::Data))) {
        return Some(Shape::Environment);
    }
    let left_by_uv = clues.cache_tag == Some(TagWriter::Bare) && (has_empty_lock(clues) || linked);
    let left_data = clues.has(Mark::ManualPage) && !is_system(clues) && !whole_python;
    let left_programs = has_windows_pip(clues) && !whole_python;
    (left_by_uv || packages || left_data || left_programs).then_some(Shape::Remnant)
}

/// `pip.exe`, `pip3.exe` and `pip3.12.exe` are always made together.
fn has_windows_pip(clues: &Clues) -> bool {
    let scripts = clues.marks.get(&Mark::PipScript).into_iter().flatten();
    scripts.filter(|entry| entry.path.name().to_ascii_lowercase().ends_with(b".exe")).count() >= 3
}

/// uv's interpreter lock is an empty file.
fn has_empty_lock(clues: &Clues) -> bool {
    let locks = clues.marks.get(&Mark::Lock).map(Vec::as_slice).unwrap_or_default();
    locks.iter().any(|entry| entry.kind.is_file() && entry.size.is_none_or(|size| size == 0))
}

/// What else is there, in words; it explains a decision but did not make it alone.
fn supporting(clues: &Clues) -> Vec<Evidence> {
    let words = |mark: Mark, entry_kind: EntryKind| match mark {
        Mark::Config => Some("is the settings file of a virtual environment"),
        Mark::Activation => Some("is an activation script"),
        Mark::ActivateThis => Some("is virtualenv's activation module"),
        Mark::Interpreter if entry_kind == EntryKind::Link => Some("is a link to an interpreter"),
        Mark::Interpreter => Some("is an interpreter"),
        Mark::PipScript => Some("is a script of an installed package"),
        Mark::SitePackages => Some("is an installed package"),
        Mark::SeededPip => Some("is an installed pip"),
        Mark::CondaHistory | Mark::CondaRecord => Some("is a record of conda"),
        Mark::ManualPage | Mark::JupyterData => Some("is a file that a package installed"),
        Mark::CacheTag => Some("is a cache tag of an environment"),
        Mark::Lock => Some("is uv's lock of an environment"),
        Mark::Lib64Link => Some("is a link that venv makes"),
        _ => None,
    };
    let marks = clues.marks.iter().filter_map(|(mark, entries)| Some((mark, entries.first()?)));
    marks
        .filter_map(|(mark, entry)| {
            let fact = words(*mark, entry.kind)?.to_owned();
            Some(Evidence { path: entry.path.clone(), fact })
        })
        .collect()
}
