//! The files by which a project declares requirements.

use std::path::Path;

use super::locks::LOCK_FORMATS;
use super::manifests::{MANIFESTS, Manifest};
use super::project_directory::{MANIFEST_LIMIT, Project};
use crate::config::Settings;
use crate::fs::{exists, is_directory, read_optional};
use crate::model::{Evidence, Skip};
use crate::path::RepoPath;

/// The files that declare requirements for a project of the work tree at `top`: manifests, then locks. What cannot be read is
/// added to `skipped`.
pub(super) fn declared(
    top: &Path,
    project: &Project,
    settings: &Settings,
    skipped: &mut Vec<Skip>,
) -> Vec<Evidence> {
    let by_manifest =
        MANIFESTS.iter().filter_map(|manifest| by_manifest(top, project, manifest, settings, skipped));
    let mut found: Vec<Evidence> = by_manifest.collect();
    for lock in LOCK_FORMATS.iter().filter(|lock| exists(&project.directory.join(lock.file_name))) {
        let path = project.path_of(lock.file_name);
        found.extend(
            path.map(|path| Evidence { path, fact: format!("is the lock file of {}", lock.tool).into() }),
        );
    }
    found
}

fn by_manifest(
    top: &Path,
    project: &Project,
    manifest: &Manifest,
    settings: &Settings,
    skipped: &mut Vec<Skip>,
) -> Option<Evidence> {
    let declares = manifest.declares?;
    let below = RepoPath::from_relative(Path::new(manifest.name_in(settings))).ok()?;
    let path = project.path.join(below.as_bytes()).ok()?;
    let file = path.to_path(top);
    if is_directory(&file) {
        return None;
    }
    let bytes = match read_optional(&file, MANIFEST_LIMIT) {
        Ok(bytes) => bytes?,
        Err(error) => {
            skipped.push(Skip { path, reason: error.summary(), blob: None });
            return None;
        }
    };
    Some(Evidence { fact: declares(&bytes)?.into(), path })
}

/// The name of the project in a directory, from the first manifest that states it.
pub(super) fn project_name(directory: &Path) -> Option<String> {
    let read = |manifest: &Manifest| {
        read_optional(&directory.join(manifest.file_name), MANIFEST_LIMIT).ok().flatten()
    };
    MANIFESTS.iter().find_map(|manifest| (manifest.project_name?)(&read(manifest)?))
}
