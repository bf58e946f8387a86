//! Links that stand for an environment: a `.venv` that points to one elsewhere, and the `.venv` file of
//! PEP 832 (<https://peps.python.org/pep-0832/>).

use std::collections::BTreeSet;

use super::signals::SignalReader;
use crate::error::Result;
use crate::formats::pyvenv_cfg::is_absolute;
use crate::model::{Environment, EnvironmentLink};
use crate::path::{RepoPath, below, printable};
use crate::tree::{Entry, EntryKind, OwnedEntry, PATH_LIMIT, Tree, Visitor};

/// Directories in which tools keep environments outside of projects.
const KEEPERS: [&str; 10] = [
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

/// Picks the links that stand for an environment.
///
/// # Errors
/// Undecided if the tree cannot be listed again.
pub(super) fn environment_links(
    tree: &dyn Tree,
    reader: &mut SignalReader<'_>,
    links: Vec<OwnedEntry>,
    environments: &[Environment],
) -> Result<Vec<EnvironmentLink>> {
    let mut suspects = Vec::new();
    for entry in links.into_iter().filter(|entry| !environments.iter().any(|e| e.owns(&entry.path))) {
        let Some(text) = reader.text(&entry) else {
            continue;
        };
        let target = String::from_utf8_lossy(&text).trim_end_matches(['\n', '\r']).to_owned();
        if let Some(reason) = suspicion(&entry, &target, environments) {
            suspects.push((entry, target, reason));
        }
    }
    let present = present_targets(tree, &suspects)?;
    let kept = suspects.into_iter().filter(|(entry, target, reason)| {
        *reason == Reason::PointsToEnvironment
            || resolve(&entry.path, target).is_none_or(|place| !present.contains(&place))
    });
    let shown = kept.map(|(entry, target, reason)| EnvironmentLink {
        target: printable(target.as_bytes()),
        reason: reason.words(entry.kind),
        entry,
    });
    Ok(shown.collect())
}

/// Why a link is taken for one to an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    PointsToEnvironment,
    KeptByTool,
    NamedLikeOne,
}

impl Reason {
    fn words(self, kind: EntryKind) -> &'static str {
        match (self, kind) {
            (Self::PointsToEnvironment, _) => "it points to an environment of this repository",
            (Self::KeptByTool, _) => "it points to where a tool keeps environments",
            (Self::NamedLikeOne, EntryKind::Link) => {
                "it is named like an environment and nothing that git has is there"
            }
            (Self::NamedLikeOne, _) => "it redirects to an environment (PEP 832)",
        }
    }
}

/// The first reason to take a link for one to an environment.
fn suspicion(entry: &OwnedEntry, target: &str, environments: &[Environment]) -> Option<Reason> {
    if entry.kind.is_file() {
        let single = !target.contains('\n') && (target.len() as u64) < PATH_LIMIT;
        return (single && is_absolute(target)).then_some(Reason::NamedLikeOne);
    }
    let place = resolve(&entry.path, target);
    if place.is_some_and(|place| environments.iter().any(|environment| environment.root == place)) {
        return Some(Reason::PointsToEnvironment);
    }
    let slashed = format!("{}/", target.trim_end_matches('/').replace('\\', "/"));
    let deep =
        |keeper: &str| slashed.find(keeper).is_some_and(|at| depth(&slashed[at + keeper.len()..]) <= 4);
    if KEEPERS.iter().copied().any(deep) && !slashed.contains("/bin/") && !slashed.contains("/lib/") {
        return Some(Reason::KeptByTool);
    }
    let last = slashed.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let named = is_environment_name(entry.path.name()) || is_environment_name(last.as_bytes());
    named.then_some(Reason::NamedLikeOne)
}

fn depth(rest: &str) -> usize {
    rest.split('/').filter(|part| !part.is_empty()).count()
}

/// Names that people give to virtual environments. By itself such a name is no finding: it only makes a link
/// that leads out of the repository suspicious.
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

/// Where a relative target leads inside the tree; `None` outside of it.
fn resolve(link: &RepoPath, target: &str) -> Option<RepoPath> {
    if is_absolute(target) {
        return None;
    }
    let parent = link.parent().unwrap_or_default();
    let mut parts: Vec<&[u8]> =
        parent.as_bytes().split(|&b| b == b'/').filter(|part| !part.is_empty()).collect();
    for part in target.as_bytes().split(|&b| b == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    RepoPath::new(parts.join(&b'/')).ok()
}

/// The targets at or below which the tree has a path of its own.
fn present_targets(tree: &dyn Tree, suspects: &[(OwnedEntry, String, Reason)]) -> Result<BTreeSet<RepoPath>> {
    struct Seeker<'s> {
        wanted: Vec<(RepoPath, &'s RepoPath)>,
        found: BTreeSet<RepoPath>,
    }
    impl Visitor for Seeker<'_> {
        fn enter(&mut self, directory: &[u8]) -> bool {
            let related =
                |place: &[u8]| below(place, directory).is_some() || below(directory, place).is_some();
            self.wanted.iter().any(|(place, _)| related(place.as_bytes()))
        }

        fn restart(&mut self) {
            self.found.clear();
        }

        fn entry(&mut self, entry: &Entry<'_>) {
            let hit = |(place, link): &&(RepoPath, &RepoPath)| {
                below(entry.path, place.as_bytes()).is_some() && entry.path != link.as_bytes()
            };
            let found: Vec<RepoPath> =
                self.wanted.iter().filter(hit).map(|(place, _)| place.clone()).collect();
            self.found.extend(found);
        }
    }
    let wanted: Vec<_> = suspects
        .iter()
        .filter_map(|(entry, target, _)| Some((resolve(&entry.path, target)?, &entry.path)))
        .collect();
    if wanted.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut seeker = Seeker { wanted, found: BTreeSet::new() };
    tree.visit(&mut seeker)?;
    Ok(seeker.found)
}
