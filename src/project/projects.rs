//! The projects of a work tree: to which one a directory belongs, and which ones there are.
//!
//! The project of a directory is the nearest one at or above it, as for uv, poetry and npm; a member of a workspace of uv
//! belongs to the project at the workspace's root. Files that say little of a project, such as `requirements.txt`, make one
//! only where nothing above does.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;
use std::sync::LazyLock;

use globset::GlobBuilder;

use super::manifests::{
    MANIFESTS, Manifest, ProjectMark, environment_yaml, environment_yml, pipfile, pyproject, python_version,
};
use super::project_directory::Project;
use super::usual_environment::usual_in;
use crate::error::Result;
use crate::formats::project_tables::WorkspaceMembers;
use crate::fs::{exists, is_directory, is_link};
use crate::inspect::{environments_in, is_environment};
use crate::order::map_of;
use crate::path::{RepoPath, split_name};
use crate::session::Session;
use crate::tree::{Entry, EntryKind, PathFilter, Visitor};

/// Directories of dependencies: nothing in them is a project of the repository.
const DEPENDENCIES: [&str; 8] = [
    "node_modules",
    "site-packages",
    "dist-packages",
    "vendor",
    "vendored",
    "_vendor",
    "third_party",
    "third-party",
];

/// Directories of data for tests, of examples and of templates. A manifest in them is a project for whoever works there, and
/// for nobody else.
const ASIDE: [&str; 20] = [
    "test",
    "tests",
    "__tests__",
    "testing",
    "testdata",
    "test_data",
    "test-data",
    "testcases",
    "fixture",
    "fixtures",
    "__fixtures__",
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "demos",
    "template",
    "templates",
    "benchmarks",
];

/// The project that the working directory belongs to.
///
/// # Errors
/// Usage in a bare repository.
pub fn project_here(session: &Session<'_>) -> Result<Project> {
    Ok(ProjectFinder::new(&session.top()?).of(&session.repository.layout().prefix))
}

/// The projects of the work tree, by path: that of the working directory, the top, and those of which git tracks a manifest.
/// Dependencies, data for tests, examples and templates that git tracks are left out.
///
/// # Errors
/// Usage in a bare repository; undecided if the index cannot be read.
pub fn projects(session: &Session<'_>) -> Result<Vec<Project>> {
    projects_and(session, &[])
}

/// The same, and those that these directories belong to: whoever names a directory means the project that is there, as if
/// it were the working directory. Other paths count for nothing.
///
/// # Errors
/// As [`projects`].
pub fn projects_and(session: &Session<'_>, named: &[RepoPath]) -> Result<Vec<Project>> {
    let top = session.top()?;
    let finder = ProjectFinder::new(&top);
    let tracked = tracked_manifests(session)?;
    let places = tracked.into_keys().filter(|place| !place.components().any(is_aside));
    let named = named.iter().filter(|place| is_own_directory(&top, place)).cloned();
    let places = places.chain([RepoPath::root(), session.repository.layout().prefix.clone()]).chain(named);
    let found: BTreeMap<RepoPath, Project> =
        map_of(places.map(|place| finder.of(&place)).map(|project| (project.path.clone(), project)));
    Ok(found.into_values().collect())
}

/// Says whether a path is a directory of this work tree: not one that a link leads to, nor of another repository in it.
fn is_own_directory(top: &Path, place: &RepoPath) -> bool {
    let is_other = |above: RepoPath| {
        let path = above.to_path(top);
        above.name() == b".git" || is_link(&path) || exists(&path.join(".git"))
    };
    is_directory(&place.to_path(top)) && !place.ancestors().filter(|above| !above.is_root()).any(is_other)
}

/// The directories for which a tool may keep an environment: these projects, and what only a tool takes for one.
///
/// # Errors
/// As [`projects`].
pub(super) fn directories_of_tools(session: &Session<'_>, projects: &[Project]) -> Result<Vec<Project>> {
    let top = session.top()?;
    let read_by_tools: [&Manifest; 5] = [
        &pyproject::MANIFEST,
        &pipfile::MANIFEST,
        &environment_yml::MANIFEST,
        &environment_yaml::MANIFEST,
        &python_version::MANIFEST,
    ];
    let is_read = |names: &BTreeSet<&'static str>| {
        read_by_tools.iter().any(|manifest| names.contains(manifest.file_name))
    };
    let tracked = tracked_manifests(session)?.into_iter().filter(|(_, names)| is_read(names));
    let found = projects.iter().map(|project| (project.path.clone(), project.clone()));
    let mut found: BTreeMap<RepoPath, Project> = map_of(found);
    for (place, _) in tracked {
        if !found.contains_key(&place) {
            found.extend(Project::at(&top, &place).map(|project| (place, project)));
        }
    }
    Ok(found.into_values().collect())
}

/// Says whether a directory of this name holds dependencies, data for tests, examples or templates: nothing in it is a
/// project of the repository.
pub(super) fn is_aside(name: &[u8]) -> bool {
    // `{{cookiecutter.name}}` is a template.
    let is_one_of = |names: &[&str]| names.iter().any(|known| known.as_bytes() == name);
    is_one_of(&DEPENDENCIES) || is_one_of(&ASIDE) || name.starts_with(b"{{")
}

/// Finds the projects of directories, each looked at once.
pub(super) struct ProjectFinder<'t> {
    top: &'t Path,
    known: RefCell<BTreeMap<RepoPath, Option<Rc<Project>>>>,
}

impl<'t> ProjectFinder<'t> {
    /// For the work tree at `top`.
    pub(super) fn new(top: &'t Path) -> Self {
        Self { top, known: RefCell::default() }
    }

    /// What a directory is by itself; `None` if there is none.
    fn look(&self, path: &RepoPath) -> Option<Rc<Project>> {
        if let Some(known) = self.known.borrow().get(path) {
            return known.clone();
        }
        let found = Project::at(self.top, path).map(Rc::new);
        let _ = self.known.borrow_mut().insert(path.clone(), found.clone());
        found
    }

    /// Says whether a directory is a project, by its own manifests.
    pub(super) fn is_project(&self, path: &RepoPath) -> bool {
        self.look(path).is_some_and(|project| project.mark != ProjectMark::None)
    }

    /// Says whether a directory is a project that belongs to the workspace of another.
    pub(super) fn is_member(&self, path: &RepoPath) -> bool {
        let found = self.look(path).filter(|project| project.mark == ProjectMark::Project);
        found.is_some_and(|project| self.root_of_workspace(project).path != *path)
    }

    /// The project that a directory belongs to: the top of the work tree, unless there is a nearer one.
    pub(super) fn of(&self, place: &RepoPath) -> Project {
        let found = self.nearest(place).or_else(|| self.look(&RepoPath::root()));
        found.map(|project| (*project).clone()).unwrap_or_default()
    }

    fn nearest(&self, place: &RepoPath) -> Option<Rc<Project>> {
        let places: Vec<RepoPath> = place.ancestors().collect();
        let is_inside = |place: &RepoPath| {
            DEPENDENCIES.iter().any(|name| name.as_bytes() == place.name())
                || (!place.is_root() && is_environment(&place.to_path(self.top)))
        };
        let first = places.iter().rposition(is_inside).map_or(0, |outermost| outermost + 1);
        let mut plain = None;
        let mut is_served_from_above = false;
        for place in places.get(first..)? {
            let Some(project) = self.look(place) else { continue };
            match project.mark {
                ProjectMark::Project => return Some(self.root_of_workspace(project)),
                ProjectMark::Plain if !environments_in(&place.to_path(self.top)).is_empty() => {
                    return Some(project);
                }
                ProjectMark::Plain => plain = Some(project),
                ProjectMark::None => {
                    is_served_from_above |= plain.is_some() && usual_in(&place.to_path(self.top)).is_some();
                }
            }
        }
        plain.filter(|_| !is_served_from_above)
    }

    /// The project at the root of the workspace of uv that a project is a member of, or itself. As for uv, the nearest
    /// `pyproject.toml` above decides.
    fn root_of_workspace(&self, project: Rc<Project>) -> Rc<Project> {
        if project.tables.workspace.is_some() || !project.tables.has_metadata {
            return project;
        }
        let above = project.path.ancestors().skip(1).filter_map(|place| self.look(&place));
        let root = above.into_iter().find(|above| above.file(&pyproject::MANIFEST).is_some());
        let is_member = |root: &Rc<Project>| {
            let members = root.tables.workspace.as_ref();
            members.is_some_and(|members| has_member(members, &root.path, &project.path))
        };
        root.filter(is_member).unwrap_or(project)
    }
}

/// Says whether a directory is a member of the workspace with this root.
pub(super) fn has_member(workspace: &WorkspaceMembers, root: &RepoPath, member: &RepoPath) -> bool {
    let Some(path) = member.below(root).and_then(|below| std::str::from_utf8(below).ok()) else {
        return false;
    };
    let path = path.trim_start_matches('/');
    let fits = |pattern: &String| {
        let pattern = pattern.strip_prefix("./").unwrap_or(pattern).trim_end_matches('/');
        // The limit bounds the recursion into braces.
        let glob = (pattern.len() <= 1024)
            .then(|| GlobBuilder::new(pattern).literal_separator(true).build().ok())
            .flatten();
        glob.is_some_and(|glob| glob.compile_matcher().is_match(path))
    };
    workspace.members.iter().any(fits) && !workspace.exclude.iter().any(fits)
}

/// The directories of which git tracks manifests, with their names.
fn tracked_manifests(session: &Session<'_>) -> Result<BTreeMap<RepoPath, BTreeSet<&'static str>>> {
    let mut finder = ManifestFinder::default();
    session.repository.index_tree()?.visit(&mut finder)?;
    Ok(finder.found)
}

/// The manifest with a file name.
fn by_name(name: &[u8]) -> Option<&'static Manifest> {
    MANIFESTS.iter().copied().find(|manifest| manifest.file_name.as_bytes() == name)
}

/// The bytes that the file names begin with: most paths of an index can be passed over without a look at the table.
static FIRST_BYTES: LazyLock<Vec<u8>> =
    LazyLock::new(|| MANIFESTS.iter().filter_map(|manifest| manifest.file_name.bytes().next()).collect());

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
            let _ = self.found.entry(directory).or_default().insert(manifest.file_name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_a_workspace_fit_its_patterns() {
        let workspace = WorkspaceMembers {
            members: ["./packages/*", "apps/**/", "tool", "[bad"].map(str::to_owned).to_vec(),
            exclude: vec!["packages/old".to_owned()],
        };
        let path = |text: &str| RepoPath::new(text.as_bytes()).expect("a path");
        let is_member = |member: &str| has_member(&workspace, &path("root"), &path(member));
        for member in ["root/packages/a", "root/apps/x/y", "root/tool"] {
            assert!(is_member(member), "{member}");
        }
        for other in ["root/packages/old", "root/packages/a/b", "packages/a", "root", "root/toolbox"] {
            assert!(!is_member(other), "{other}");
        }
    }
}
