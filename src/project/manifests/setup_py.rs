//! `setup.py` of setuptools. It is a program and is not run.

use super::{Manifest, ProjectMark};
use crate::formats::setup_py;
use crate::fs::exists;

/// Names the project, where the name is a literal.
pub static MANIFEST: Manifest = Manifest {
    // A module of that name, as packages with extension modules have one in each directory, is part of the project around it.
    mark: |_, directory| match exists(&directory.join("__init__.py")) {
        true => ProjectMark::None,
        false => ProjectMark::Plain,
    },
    project_name: Some(setup_py::name),
    ..Manifest::named("setup.py")
};
