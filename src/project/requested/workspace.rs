//! Workspaces of uv: projects that share sources and take each other from where they are
//! (<https://docs.astral.sh/uv/concepts/projects/workspaces/>).

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::collection::Collection;
use crate::formats::declared_requirement::{
    DeclaredRequirement, DeclaredSource, RequirementContent, RequirementFault,
};
use crate::formats::pyproject::{Pyproject, UvSource, UvWorkspace};
use crate::path::{RepoPath, path_to_bytes};
use crate::project::locks::{DiskFiles, matching};
use crate::python::normalised;

/// What a project has of its workspace; without one, only its own sources.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    /// The sources of the project, and those of the root for names of which the project has none.
    pub(super) sources: Vec<UvSource>,
    /// The members, by normalised name.
    members: BTreeMap<String, LocalMember>,
    /// Why not all members are known.
    unknown: Option<String>,
}

#[derive(Debug)]
struct LocalMember {
    directory: PathBuf,
    /// It is built and installed itself.
    is_package: bool,
}

impl Workspace {
    /// The workspace around the project of a `pyproject.toml`: that of the nearest root at or above it.
    pub(super) fn around(collection: &Collection<'_>, file: &RepoPath, pyproject: &Pyproject) -> Self {
        let own = pyproject.uv.as_ref().map(|uv| uv.sources.clone()).unwrap_or_default();
        let mut workspace = Self { sources: own, ..Self::default() };
        let directory = file.parent().unwrap_or_default();
        let is_root = |found: &Pyproject| found.uv.as_ref().is_some_and(|uv| uv.workspace.is_some());
        let root = directory.ancestors().find_map(|directory| {
            let found = collection.pyproject(&directory)?;
            is_root(&found).then_some((directory, found))
        });
        let Some((root, found)) = root else { return workspace };
        let Some(uv) = &found.uv else { return workspace };
        let directories = match members(collection, &root, uv.workspace.as_ref()) {
            Ok(directories) => directories,
            Err(reason) => {
                workspace.unknown = Some(reason);
                return workspace;
            }
        };
        if root != directory {
            if !directories.contains(&directory) {
                return workspace;
            }
            workspace.inherit(&uv.sources, &path_text(&root.to_path(collection.top)));
        }
        for directory in directories.iter().chain([&root]) {
            workspace.add(collection, directory);
        }
        workspace
    }

    /// Takes the sources of the root over for names of which the project has none.
    fn inherit(&mut self, sources: &[UvSource], root: &str) {
        let own: Vec<String> = self.sources.iter().map(|source| source.name.clone()).collect();
        let inherited = sources.iter().filter(|source| !own.contains(&source.name));
        self.sources.extend(inherited.map(|source| source.of_root(root)));
    }

    fn add(&mut self, collection: &Collection<'_>, directory: &RepoPath) {
        let Some(found) = collection.pyproject(directory) else { return };
        let is_package = found.uv.as_ref().and_then(|uv| uv.package) != Some(false);
        let Some(name) = found.name else { return };
        let member = LocalMember { directory: directory.to_path(collection.top), is_package };
        self.members.insert(normalised(&name), member);
    }
}

/// The manifests of the members of a workspace, without the root's; none where they are not known.
pub(super) fn member_manifests(
    collection: &Collection<'_>,
    root: &RepoPath,
    pyproject: &Pyproject,
) -> Vec<Pyproject> {
    let workspace = pyproject.uv.as_ref().and_then(|uv| uv.workspace.as_ref());
    let directories = members(collection, root, workspace).unwrap_or_default();
    directories.iter().filter_map(|directory| collection.pyproject(directory)).collect()
}

fn path_text(path: &std::path::Path) -> String {
    String::from_utf8_lossy(&path_to_bytes(path)).into_owned()
}

/// The directories of the members, without the root.
fn members(
    collection: &Collection<'_>,
    root: &RepoPath,
    workspace: Option<&UvWorkspace>,
) -> Result<Vec<RepoPath>, String> {
    let Some(workspace) = workspace else { return Ok(Vec::new()) };
    let files = DiskFiles { directory: root.to_path(collection.top) };
    let found = |patterns: &[String]| {
        if let Some(pattern) = patterns.iter().find(|pattern| pattern.split('/').any(|part| part == "..")) {
            return Err(format!("the pattern `{pattern}` leads out of the workspace"));
        }
        matching(&files, patterns)
    };
    let excluded = found(&workspace.exclude)?;
    let included = found(&workspace.members)?.into_iter().filter(|directory| !excluded.contains(directory));
    Ok(included.filter_map(|directory| root.join(directory).ok()).collect())
}

/// A requirement of a member of the workspace becomes one of its directory.
pub(super) fn with_members(requirement: DeclaredRequirement, workspace: &Workspace) -> DeclaredRequirement {
    let Ok(content) = &requirement.content else { return requirement };
    let DeclaredSource::Member { is_editable } = content.source else { return requirement };
    let name = content.name.as_deref().map(normalised).unwrap_or_default();
    let source = match workspace.members.get(&name) {
        Some(member) if member.is_package => {
            Ok(DeclaredSource::direct(path_text(&member.directory), is_editable))
        }
        Some(_) => {
            Err(format!("only the requirements of `{name}` are installed, because of `package = false`"))
        }
        None => Err(match &workspace.unknown {
            Some(reason) => reason.clone(),
            None => format!("no member of the workspace has the name `{name}`"),
        }),
    };
    let content = match source {
        Ok(source) => Ok(RequirementContent { source, ..content.clone() }),
        Err(reason) => Err(RequirementFault::Undecided(reason)),
    };
    DeclaredRequirement { content, ..requirement }
}
