//! Links that point to an environment: a link such as `.venv`, and the `.venv` file of PEP 832
//! (<https://peps.python.org/pep-0832/>).

use std::collections::{BTreeSet, HashMap};

use super::signals::SignalReader;
use crate::error::Result;
use crate::formats::pyvenv_cfg::is_absolute;
use crate::model::{Environment, EnvironmentLink};
use crate::path::{self, RepoPath, printable, split_name};
use crate::tree::{Entry, EntryKind, OwnedEntry, PATH_LIMIT, PlaceSet, Tree, Visitor};

/// Directories where tools keep environments outside of projects.
const MANAGER_DIRECTORIES: [&str; 10] = [
    "/virtualenvs/",
    "/.virtualenvs/",
    "/environments-v2/",
    "/hatch/env/",
    "/.pyenv/versions/",
    "/conda/envs/",
    "/anaconda3/envs/",
    "/miniconda3/envs/",
    "/miniforge3/envs/",
    "/.venvs/",
];

/// Picks the links that point to an environment.
///
/// # Errors
/// Undecided if the tree cannot be listed again.
pub(super) fn environment_links(
    tree: &dyn Tree,
    reader: &mut SignalReader<'_>,
    links: Vec<OwnedEntry>,
    environments: &[Environment],
) -> Result<Vec<EnvironmentLink>> {
    let owned: PlaceSet = environments.iter().flat_map(Environment::pieces).collect();
    let roots: PlaceSet = environments.iter().map(|environment| &environment.root).collect();
    let mut suspects = Vec::new();
    for entry in links.into_iter().filter(|entry| !owned.contains(entry.path.as_bytes())) {
        let Some(text) = reader.text(&entry) else {
            continue;
        };
        let target = target(&text);
        if let Some(reason) = suspicion(&entry, &target, &roots) {
            suspects.push((entry, target, reason));
        }
    }
    let present = present_targets(tree, &suspects)?;
    let kept = suspects.into_iter().filter(|(entry, target, reason)| {
        *reason == Reason::PointsToEnvironment
            || resolve(&entry.path, target).is_none_or(|path| !present.contains(&path))
    });
    let shown = kept.map(|(entry, target, reason)| EnvironmentLink {
        target: printable(target.as_bytes()),
        reason: reason.words(entry.kind),
        entry,
    });
    Ok(shown.collect())
}

/// Why a link counts as one to an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    PointsToEnvironment,
    KeptByTool,
    NamedLikeOne,
}

impl Reason {
    fn words(self, kind: EntryKind) -> &'static str {
        match (self, kind) {
            (Self::PointsToEnvironment, _) => "its target is an environment of this repository",
            (Self::KeptByTool, _) => "its target is in a directory where a tool keeps environments",
            (Self::NamedLikeOne, EntryKind::Link) => {
                "its name is typical of an environment and its target is not tracked"
            }
            (Self::NamedLikeOne, _) => "it redirects to an environment (PEP 832)",
        }
    }
}

/// The first reason that applies to a link.
fn suspicion(entry: &OwnedEntry, target: &str, environments: &PlaceSet) -> Option<Reason> {
    if entry.kind.is_file() {
        let single = !target.contains('\n') && (target.len() as u64) < PATH_LIMIT;
        return (single && is_absolute(target)).then_some(Reason::NamedLikeOne);
    }
    let resolved = resolve(&entry.path, target);
    if resolved.is_some_and(|path| environments.has(path.as_bytes())) {
        return Some(Reason::PointsToEnvironment);
    }
    let slashed = format!("{}/", target.trim_end_matches('/').replace('\\', "/"));
    let is_below = |directory: &str| {
        slashed.find(directory).is_some_and(|at| depth(&slashed[at + directory.len()..]) <= 4)
    };
    if MANAGER_DIRECTORIES.iter().copied().any(is_below)
        && !slashed.contains("/bin/")
        && !slashed.contains("/lib/")
    {
        return Some(Reason::KeptByTool);
    }
    let last = slashed.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let named = is_environment_name(entry.path.name()) || is_environment_name(last.as_bytes());
    named.then_some(Reason::NamedLikeOne)
}

/// Returns whether a link of this name and with this content is nothing in a tree without environments.
pub fn is_harmless_link(name: &[u8], content: &[u8]) -> bool {
    let Ok(path) = RepoPath::new(name) else { return false };
    let entry = OwnedEntry { path, kind: EntryKind::Link, id: None, size: None, is_unmerged: false };
    is_harmless(&entry, &target(content))
}

/// Returns whether a link or `.venv` file with this target is nothing unless the target is an environment of the tree.
pub(super) fn is_harmless(entry: &OwnedEntry, target: &str) -> bool {
    suspicion(entry, target, &PlaceSet::default()).is_none()
}

/// The number of components of a path.
fn depth(rest: &str) -> usize {
    rest.split('/').filter(|part| !part.is_empty()).count()
}

/// Returns whether a name is typical of a virtual environment. Such a name alone is no finding: it only counts for a
/// link to a path that the tree does not contain.
fn is_environment_name(name: &[u8]) -> bool {
    let lower = String::from_utf8_lossy(name).to_ascii_lowercase();
    let bare = lower.trim_start_matches(['.', '_']);
    let starts = ["venv", "virtualenv"].iter().any(|word| {
        bare.strip_prefix(word)
            .is_some_and(|rest| !rest.contains('.') || rest.starts_with(|c: char| !c.is_alphabetic()))
            && !bare.ends_with(".py")
    });
    let ends = ["-venv", "_venv", ".venv", "-virtualenv"].iter().any(|word| lower.ends_with(word));
    starts || ends
}

/// The target in the content of a link or `.venv` file.
pub(super) fn target(content: &[u8]) -> String {
    String::from_utf8_lossy(content).trim_end_matches(['\n', '\r']).to_owned()
}

/// Resolves a relative target inside the tree; `None` if it is outside.
pub(super) fn resolve(link: &RepoPath, target: &str) -> Option<RepoPath> {
    if is_absolute(target) {
        return None;
    }
    path::resolve(split_name(link.as_bytes()).0, target.as_bytes())
}

/// The targets that the tree contains, or contains a path below.
fn present_targets(tree: &dyn Tree, suspects: &[(OwnedEntry, String, Reason)]) -> Result<BTreeSet<RepoPath>> {
    let resolved = suspects
        .iter()
        .filter_map(|(entry, target, _)| Some((resolve(&entry.path, target)?, entry.path.clone())));
    let mut links: HashMap<RepoPath, Vec<RepoPath>> = HashMap::new();
    for (target, link) in resolved {
        links.entry(target).or_default().push(link);
    }
    if links.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut seeker = Seeker { targets: links.keys().collect(), links, found: BTreeSet::new() };
    tree.visit(&mut seeker)?;
    Ok(seeker.found)
}

/// Looks for the targets of links. The time per path does not depend on how many there are.
struct Seeker {
    /// The links by their target.
    links: HashMap<RepoPath, Vec<RepoPath>>,
    targets: PlaceSet,
    found: BTreeSet<RepoPath>,
}

impl Visitor for Seeker {
    fn enter(&mut self, directory: &[u8]) -> bool {
        self.targets.concerns(directory)
    }

    fn restart(&mut self) {
        self.found.clear();
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        for length in self.targets.places_above(entry.path) {
            // A link is not a path below its own target.
            let is_other = |links: &Vec<RepoPath>| links.iter().any(|link| link.as_bytes() != entry.path);
            let target = RepoPath::new(&entry.path[..length])
                .ok()
                .filter(|target| self.links.get(target).is_some_and(is_other));
            self.found.extend(target);
        }
    }
}
