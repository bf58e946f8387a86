//! `environment.yml` of conda
//! (<https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html>).

use super::Manifest;

/// Names the environment that conda makes for the project.
pub static MANIFEST: Manifest = Manifest { marks_project: true, ..Manifest::named("environment.yml") };
