//! The files in which projects describe themselves, one per file; [`MANIFESTS`] is the table.
//!
//! To add a manifest: one file with a `MANIFEST`, one `mod` line and one row.

pub mod environment_yaml;
pub mod environment_yml;
mod manifest;
pub mod pipfile;
pub mod pyproject;
pub mod python_version;
pub mod requirements;
pub mod setup_cfg;
pub mod setup_py;

pub use manifest::{Manifest, MarkOf, ProjectMark, ReadWord};

/// Every manifest, in the order in which people would name them.
pub static MANIFESTS: &[&Manifest] = &[
    &requirements::MANIFEST,
    &pyproject::MANIFEST,
    &setup_cfg::MANIFEST,
    &setup_py::MANIFEST,
    &pipfile::MANIFEST,
    &environment_yml::MANIFEST,
    &environment_yaml::MANIFEST,
    &python_version::MANIFEST,
];
