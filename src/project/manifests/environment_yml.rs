//! `environment.yml` of conda
//! (<https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html>).

use super::{Manifest, ProjectMark};

/// Names the environment that conda makes for the project.
pub static MANIFEST: Manifest =
    Manifest { mark: |_, _| ProjectMark::Plain, ..Manifest::named("environment.yml") };
