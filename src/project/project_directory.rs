//! A directory that may be a project: what lies in it that says so.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::manifests::{MANIFESTS, Manifest, ProjectMark, pipfile, pyproject};
use crate::formats::project_tables::ProjectTables;
use crate::fs::{exists, is_directory, read_optional, real_path};
use crate::path::RepoPath;

/// The most bytes read of a manifest.
pub(super) const MANIFEST_LIMIT: u64 = 16 * 1024 * 1024;

/// A directory that tools take for a project.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// The directory in the work tree.
    pub path: RepoPath,
    /// The directory, absolute, without links.
    pub directory: PathBuf,
    /// The file names of its manifests.
    manifests: BTreeSet<&'static str>,
    /// Whether these make it a project.
    pub(super) mark: ProjectMark,
    /// The tables of its `pyproject.toml`.
    pub(super) tables: ProjectTables,
}

impl Project {
    /// Says whether it has any manifest.
    pub(super) fn has_manifest(&self) -> bool {
        !self.manifests.is_empty()
    }

    /// The file names of its manifests.
    pub(super) fn manifests(&self) -> Vec<&'static str> {
        self.manifests.iter().copied().collect()
    }

    /// What a directory of the work tree at `top` is, by the manifests on the disk; `None` if the directory does not exist.
    #[must_use]
    pub fn at(top: &Path, path: &RepoPath) -> Option<Self> {
        let directory = real_path(&path.to_path(top)).filter(|directory| is_directory(directory))?;
        let mut project = Self { path: path.clone(), directory, ..Self::default() };
        let found = MANIFESTS.iter().filter(|manifest| project.has_file(manifest.file_name));
        let found: Vec<&Manifest> = found.copied().collect();
        for manifest in found {
            let _ = project.manifests.insert(manifest.file_name);
            project.mark = project.read(manifest).max(project.mark);
        }
        Some(project)
    }

    /// Reads a manifest. One that cannot be read is a manifest all the same.
    fn read(&mut self, manifest: &Manifest) -> ProjectMark {
        let file = self.directory.join(manifest.file_name);
        let Ok(bytes) = read_optional(&file, MANIFEST_LIMIT) else { return ProjectMark::Plain };
        let bytes = bytes.unwrap_or_default();
        if manifest.file_name == pyproject::MANIFEST.file_name {
            self.tables = ProjectTables::of_pyproject(&bytes);
        }
        (manifest.mark)(&bytes, &self.directory)
    }

    /// The path of a manifest, if the project has it.
    #[must_use]
    pub fn file(&self, manifest: &Manifest) -> Option<PathBuf> {
        self.manifests.contains(manifest.file_name).then(|| self.directory.join(manifest.file_name))
    }

    /// Says whether a file of this name lies in the directory.
    #[must_use]
    pub fn has_file(&self, name: &str) -> bool {
        let place = self.directory.join(name);
        exists(&place) && !is_directory(&place)
    }

    /// Says whether its `pyproject.toml` has a table of this tool.
    pub(super) fn has_table_of(&self, tool: &str) -> bool {
        self.tables.tools.contains(&tool)
    }

    /// Says whether its manifests belong to a tool that locks.
    #[must_use]
    pub fn locks_with(&self, tool: &str) -> bool {
        self.has_table_of(tool) || (tool == "pipenv" && self.has_file(pipfile::MANIFEST.file_name))
    }

    /// Says whether its `pyproject.toml` has a table `project`.
    #[must_use]
    pub fn has_metadata(&self) -> bool {
        self.tables.has_metadata
    }

    /// The path of a file or directory in it, as the repository names it.
    pub(super) fn path_of(&self, name: &str) -> Option<RepoPath> {
        self.path.join(name).ok()
    }
}
