//! `pyproject.toml` (<https://packaging.python.org/en/latest/specifications/pyproject-toml/>).

use super::{Manifest, ProjectMark};
use crate::formats::project_tables::ProjectTables;
use crate::formats::pyproject::Pyproject;

/// Names the project, its requirements and the Python that it supports.
pub static MANIFEST: Manifest = Manifest {
    mark: |bytes, _| match ProjectTables::of_pyproject(bytes).is_project {
        true => ProjectMark::Project,
        false => ProjectMark::None,
    },
    project_name: Some(|bytes| Pyproject::parse(bytes).ok()?.name),
    declares: Some(|bytes| {
        let declares = Pyproject::parse(bytes).ok()?.declares();
        declares.map(|declares| format!("declares `{declares}`"))
    }),
    ..Manifest::named("pyproject.toml")
};
