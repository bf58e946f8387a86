//! `setup.cfg` of setuptools (<https://setuptools.pypa.io/en/latest/userguide/declarative_config.html>).

use super::Manifest;
use crate::formats::project_metadata::ProjectMetadata;

/// Names the project.
pub static MANIFEST: Manifest = Manifest {
    project_name: Some(|bytes| ProjectMetadata::of_setup_cfg(bytes).name),
    ..Manifest::named("setup.cfg")
};
