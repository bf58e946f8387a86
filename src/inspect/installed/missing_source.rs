//! Editable installs whose directory is gone.

use std::path::{Path, PathBuf};

use crate::formats::{path_configuration, record};
use crate::fs::{Resolution, read_start, resolve_links};
use crate::model::{Distribution, MetadataForm};
use crate::path::bytes_to_path;
use crate::tree::SMALL_FILE_LIMIT;

/// The directory that the editable install `found` of the environment at `root` uses, if it is certain that nothing is
/// there: the project, or the directory that its `.pth` file adds to the path
/// (<https://docs.python.org/3/library/site.html>).
#[must_use]
pub fn missing_source(root: &Path, found: &Distribution) -> Option<PathBuf> {
    let project = found.source.as_ref()?.local.as_ref()?;
    if is_missing(project) {
        return Some(project.clone());
    }
    if found.form != MetadataForm::DistInfo {
        return None;
    }
    let metadata = found.metadata.to_path(root);
    let rows = record::read(&read_small(&metadata.join("RECORD"))?);
    let site = metadata.parent()?;
    let path_files = rows.iter().filter(|row| row.path.ends_with(b".pth") && !row.path.contains(&b'/'));
    let added: Vec<PathBuf> = path_files
        .filter_map(|row| read_small(&site.join(bytes_to_path(&row.path))))
        .flat_map(|text| path_configuration::read(&text))
        .filter(|line| line.is_absolute())
        .collect();
    let first = added.first()?.clone();
    added.iter().all(|directory| is_missing(directory)).then_some(first)
}

pub(super) fn read_small(file: &Path) -> Option<Vec<u8>> {
    read_start(file, SMALL_FILE_LIMIT).ok().flatten()
}

fn is_missing(path: &Path) -> bool {
    path.is_absolute() && matches!(resolve_links(path), Resolution::Missing(_))
}
