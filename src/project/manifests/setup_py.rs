//! `setup.py` of setuptools. It is a program and is not run.

use super::Manifest;
use crate::formats::project_metadata::ProjectMetadata;

/// Names the project, where the name is a literal.
pub static MANIFEST: Manifest = Manifest {
    project_name: Some(|bytes| ProjectMetadata::of_setup_py(bytes).name),
    ..Manifest::named("setup.py")
};
