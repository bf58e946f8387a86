//! The projects of a repository: the directories for which tools keep environments.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::super::session::Session;
use crate::error::Result;
use crate::fs::{exists, real_path};
use crate::path::{RepoPath, split_name};
use crate::tree::{Entry, EntryKind, PathFilter, Visitor};

/// Files by which tools know a project.
const MANIFESTS: [&str; 5] =
    ["Pipfile", "pyproject.toml", ".python-version", "environment.yml", "environment.yaml"];
/// The bytes that their names begin with.
const FIRST_BYTES: &[u8] = b"Pp.e";

/// A directory with manifests.
#[derive(Debug, Clone, Default)]
pub(super) struct Project {
    /// The directory, absolute, without links.
    pub(super) directory: PathBuf,
    manifests: BTreeSet<&'static str>,
}

impl Project {
    /// Where a manifest is, if the project has it.
    pub(super) fn manifest(&self, name: &str) -> Option<PathBuf> {
        self.manifests.contains(name).then(|| self.directory.join(name))
    }
}

/// The projects of a work tree: its top, and every directory of which git tracks a manifest.
///
/// # Errors
/// Undecided if the index cannot be read.
pub(super) fn all(session: &Session<'_>, top: &Path) -> Result<Vec<Project>> {
    let mut finder = ManifestFinder::default();
    session.repository.index_tree()?.visit(&mut finder)?;
    let untracked = MANIFESTS.iter().filter(|name| exists(&top.join(name)));
    finder.found.entry(RepoPath::root()).or_default().extend(untracked);
    let project = |(place, manifests): (RepoPath, BTreeSet<&'static str>)| {
        Some(Project { directory: real_path(&place.to_path(top))?, manifests })
    };
    Ok(finder.found.into_iter().filter_map(project).collect())
}

/// The project in a directory, by the manifests that are there.
pub(super) fn at(directory: &Path) -> Option<Project> {
    let manifests = MANIFESTS.into_iter().filter(|name| exists(&directory.join(name))).collect();
    Some(Project { directory: real_path(directory)?, manifests })
}

/// Picks manifests out of a tree.
#[derive(Debug, Default)]
struct ManifestFinder {
    found: BTreeMap<RepoPath, BTreeSet<&'static str>>,
}

fn manifest(name: &[u8]) -> Option<&'static str> {
    MANIFESTS.into_iter().find(|manifest| manifest.as_bytes() == name)
}

impl Visitor for ManifestFinder {
    fn filter(&self) -> Option<PathFilter> {
        let name = |name: &[u8], _: EntryKind| manifest(name).is_some();
        Some(PathFilter { directory: |_| false, name, first_bytes: FIRST_BYTES })
    }

    fn restart(&mut self) {
        self.found.clear();
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        let (directory, name) = split_name(entry.path);
        if let (Some(manifest), Ok(directory)) = (manifest(name), RepoPath::new(directory)) {
            self.found.entry(directory).or_default().insert(manifest);
        }
    }
}
