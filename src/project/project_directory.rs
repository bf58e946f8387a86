//! The projects of a repository: directories with manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::manifests::{MANIFESTS, Manifest};
use crate::error::Result;
use crate::fs::{exists, real_path};
use crate::path::{RepoPath, split_name};
use crate::session::Session;
use crate::tree::{Entry, EntryKind, PathFilter, Visitor};

/// A directory that tools take for a project.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// The directory, absolute, without links.
    pub directory: PathBuf,
    /// The file names of its manifests.
    manifests: BTreeSet<&'static str>,
}

impl Project {
    /// The project in a directory, by the manifests on the disk; `None` if the directory does not exist.
    #[must_use]
    pub fn at(directory: &Path) -> Option<Self> {
        let manifests = present(directory).map(|manifest| manifest.file_name).collect();
        Some(Self { directory: real_path(directory)?, manifests })
    }

    /// The projects of a work tree: its top, and every directory of which git tracks a manifest.
    ///
    /// # Errors
    /// Undecided if the index cannot be read.
    pub fn all(session: &Session<'_>, top: &Path) -> Result<Vec<Self>> {
        let mut finder = ManifestFinder::default();
        session.repository.index_tree()?.visit(&mut finder)?;
        let untracked = present(top).map(|manifest| manifest.file_name);
        finder.found.entry(RepoPath::root()).or_default().extend(untracked);
        let project = |(place, manifests): (RepoPath, BTreeSet<&'static str>)| {
            Some(Self { directory: real_path(&place.to_path(top))?, manifests })
        };
        Ok(finder.found.into_iter().filter_map(project).collect())
    }

    /// The path of a manifest, if the project has it.
    #[must_use]
    pub fn file(&self, manifest: &Manifest) -> Option<PathBuf> {
        self.manifests.contains(manifest.file_name).then(|| self.directory.join(manifest.file_name))
    }
}

/// The manifests that make a directory a project.
fn marking() -> impl Iterator<Item = &'static Manifest> {
    MANIFESTS.iter().copied().filter(|manifest| manifest.marks_project)
}

/// Those of them that exist in a directory.
fn present(directory: &Path) -> impl Iterator<Item = &'static Manifest> {
    marking().filter(move |manifest| exists(&directory.join(manifest.file_name)))
}

/// The marking manifest with a file name.
fn by_name(name: &[u8]) -> Option<&'static Manifest> {
    marking().find(|manifest| manifest.file_name.as_bytes() == name)
}

/// The bytes that the file names begin with: most paths of an index can be passed over without a look at the table.
static FIRST_BYTES: LazyLock<Vec<u8>> =
    LazyLock::new(|| marking().filter_map(|manifest| manifest.file_name.bytes().next()).collect());

/// Picks manifests out of a tree.
#[derive(Debug, Default)]
struct ManifestFinder {
    found: BTreeMap<RepoPath, BTreeSet<&'static str>>,
}

impl Visitor for ManifestFinder {
    fn filters(&self) -> Option<Vec<PathFilter>> {
        let name = |name: &[u8], _: EntryKind| by_name(name).is_some();
        Some(vec![PathFilter { directory: |_| false, name, first_bytes: &FIRST_BYTES }])
    }

    fn restart(&mut self) {
        self.found.clear();
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        let (directory, name) = split_name(entry.path);
        if let (Some(manifest), Ok(directory)) = (by_name(name), RepoPath::new(directory)) {
            self.found.entry(directory).or_default().insert(manifest.file_name);
        }
    }
}
