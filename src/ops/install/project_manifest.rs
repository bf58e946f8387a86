//! What a backend can do with a manifest.

use std::path::Path;

use crate::formats::pyproject::Pyproject;
use crate::fs::{exists, read_optional};
use crate::tree::SETTINGS_LIMIT;

/// Says whether the project of a manifest can be built, so that it is installed itself and not only what it requires.
pub(super) fn is_package(manifest: &Path) -> bool {
    let is_named = |name: &str| manifest.file_name().is_some_and(|file| file == name);
    match is_named("pyproject.toml") {
        true => read(manifest).is_some_and(|project| project.has_build_system && !is_virtual(&project)),
        false => {
            is_named("setup.py") || (is_named("setup.cfg") && exists(&manifest.with_file_name("setup.py")))
        }
    }
}

/// Says whether a backend that reads manifests reads this one without building anything.
pub(super) fn is_standard(manifest: &Path) -> bool {
    read(manifest).is_some_and(|project| project.standard.is_some())
}

/// A tool is told not to install the project itself.
fn is_virtual(project: &Pyproject) -> bool {
    project.uv.as_ref().is_some_and(|uv| uv.package == Some(false))
}

fn read(manifest: &Path) -> Option<Pyproject> {
    Pyproject::parse(&read_optional(manifest, SETTINGS_LIMIT).ok()??).ok()
}
