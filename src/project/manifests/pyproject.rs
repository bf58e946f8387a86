//! `pyproject.toml` (<https://packaging.python.org/en/latest/specifications/pyproject-toml/>).

use super::Manifest;
use crate::formats::project_metadata::ProjectMetadata;

/// Names the project, its requirements and the Python that it supports.
pub static MANIFEST: Manifest = Manifest {
    marks_project: true,
    project_name: Some(|bytes| ProjectMetadata::of_pyproject(bytes).name),
    declares: Some(|bytes| {
        let declares = ProjectMetadata::of_pyproject(bytes).declares;
        declares.map(|declares| format!("declares `{declares}`"))
    }),
    ..Manifest::named("pyproject.toml")
};
