//! `pyproject.toml` (<https://packaging.python.org/en/latest/specifications/pyproject-toml/>).

use super::{Manifest, ProjectMark};
use crate::formats::project_metadata::ProjectMetadata;
use crate::formats::project_tables::ProjectTables;

/// Names the project, its requirements and the Python that it supports.
pub static MANIFEST: Manifest = Manifest {
    mark: |bytes, _| match ProjectTables::of_pyproject(bytes).is_project {
        true => ProjectMark::Project,
        false => ProjectMark::None,
    },
    project_name: Some(|bytes| ProjectMetadata::of_pyproject(bytes).name),
    declares: Some(|bytes| {
        let declares = ProjectMetadata::of_pyproject(bytes).declares;
        declares.map(|declares| format!("declares `{declares}`"))
    }),
    ..Manifest::named("pyproject.toml")
};
