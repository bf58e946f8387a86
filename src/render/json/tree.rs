//! The JSON of `tree`.

use std::io::{self, Write};

use serde::Serialize;

use super::envelope::{Envelope, RepositoryJson};
use super::paths::{disk_path, repository_path};
use crate::message::Message;
use crate::model::{DependencyTree, EdgeState, GraphEdge, GraphPackage, PackageState, RequestedLine};
use crate::path::RepoPath;
use crate::render::command_result::WriteJson;

/// The section of `tree`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct TreeSection {
    /// Of `tree`.
    tree: TreeJson,
}

/// The dependencies of an environment.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Tree"))]
struct TreeJson {
    /// The environment's name in the settings, if it has one.
    environment: Option<String>,
    /// Its directory: relative to the top of the work tree, absolute outside of it.
    directory: String,
    /// The files that say what the project asks for.
    files: Vec<String>,
    /// The package whose dependents these are, by its normalised name; null if these are the dependencies.
    inverted: Option<String>,
    /// The packages that are installed or required, by name.
    packages: Vec<TreePackageJson>,
    /// Which of them requires which.
    edges: Vec<TreeEdgeJson>,
    /// What could not be determined.
    undecided: Vec<String>,
    /// Notes for the user.
    notes: Vec<String>,
}

/// A package that is installed or required.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "TreePackage"))]
struct TreePackageJson {
    /// Its normalised name, by which edges name it.
    name: String,
    /// Its name as recorded, or as required if it is not installed.
    written_name: String,
    /// Its version as recorded; null if it is not installed.
    version: Option<String>,
    /// `installed`, `missing`, `unusable` or `unknown`.
    state: &'static str,
    /// Why it is unusable or unknown; else null.
    reason: Option<String>,
    /// The URL that it came from; null if from an index.
    source: Option<String>,
    /// Its files are used where they are developed.
    editable: bool,
    /// The project asks for it, perhaps through others.
    requested: bool,
    /// The constraints of the project that refuse its version.
    refused_by: Vec<TreeLineJson>,
}

/// That a package, or the project, requires another one.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "TreeEdge"))]
struct TreeEdgeJson {
    /// The package that requires; null for the project.
    from: Option<String>,
    /// The package that is required.
    to: String,
    /// What is asked for, behind the name, such as `[async]>=2`; empty for any version.
    required: String,
    /// The extras of `from` without which it would not be required.
    extras: Vec<String>,
    /// `met`, `missing`, `wrong-version`, `wrong-source` or `unknown`.
    state: &'static str,
    /// Why it is unknown; else null.
    reason: Option<String>,
    /// The lines of the project that ask for it.
    lines: Vec<TreeLineJson>,
}

/// A line of a file of the project.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "TreeLine"))]
struct TreeLineJson {
    /// The file, relative to the top of the work tree.
    path: String,
    /// The number of the line, from 1; null for the whole file.
    line: Option<usize>,
    /// The text.
    text: String,
}

impl WriteJson for DependencyTree {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let selection = &self.selection;
        let outside = || disk_path(&selection.directory);
        let (packages, edges) = self.shown();
        let package = |position: &usize| self.graph.packages.get(*position);
        let name = |position: usize| package(&position).map(|package| package.key.clone());
        let edges = edges.iter().filter_map(|edge| self.graph.edges.get(*edge));
        let tree = TreeJson {
            environment: selection.name.clone(),
            directory: selection.path.as_ref().map_or_else(outside, repository_path),
            files: self.files.iter().map(RepoPath::seen_from_root).collect(),
            inverted: self.inverted.and_then(name),
            packages: packages.iter().filter_map(package).map(TreePackageJson::of).collect(),
            edges: edges.filter_map(|edge| TreeEdgeJson::of(edge, &name)).collect(),
            undecided: self.undecided.iter().map(Message::seen_from_root).collect(),
            notes: self.notes.iter().map(Message::seen_from_root).collect(),
        };
        let envelope = Envelope {
            repository: Some(RepositoryJson::of(&self.repository)),
            ..Envelope::new("tree", self.outcome(), TreeSection { tree })
        };
        envelope.write(out)
    }
}

impl TreePackageJson {
    fn of(package: &GraphPackage) -> Self {
        let (state, reason) = match &package.state {
            PackageState::Installed => ("installed", None),
            PackageState::Missing => ("missing", None),
            PackageState::Unusable(reason) => ("unusable", Some(reason.clone())),
            PackageState::Unknown(reason) => ("unknown", Some(reason.clone())),
        };
        Self {
            name: package.key.clone(),
            written_name: package.name.clone(),
            version: package.version.clone(),
            state,
            reason,
            source: package.source.clone(),
            editable: package.is_editable,
            requested: package.is_requested,
            refused_by: package.refused_by.iter().map(TreeLineJson::of).collect(),
        }
    }
}

impl TreeEdgeJson {
    fn of(edge: &GraphEdge, name: &impl Fn(usize) -> Option<String>) -> Option<Self> {
        let (state, reason) = match &edge.state {
            EdgeState::Met => ("met", None),
            EdgeState::Missing => ("missing", None),
            EdgeState::WrongVersion => ("wrong-version", None),
            EdgeState::WrongSource => ("wrong-source", None),
            EdgeState::Unknown(reason) => ("unknown", Some(reason.clone())),
        };
        Some(Self {
            from: edge.from.and_then(name),
            to: name(edge.to)?,
            required: edge.wanted.clone(),
            extras: edge.extras.clone(),
            state,
            reason,
            lines: edge.lines.iter().map(TreeLineJson::of).collect(),
        })
    }
}

impl TreeLineJson {
    fn of(line: &RequestedLine) -> Self {
        Self { path: line.place.file.seen_from_root(), line: line.place.line, text: line.text.clone() }
    }
}
