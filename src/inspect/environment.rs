//! What the disk says of a directory at first sight.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::installed;
use crate::fs::{Resolution, exists, is_directory, list_paths, resolve_links, times};

/// Says whether a directory is an environment, by what every creator writes.
#[must_use]
pub fn is_environment(directory: &Path) -> bool {
    exists(&directory.join("pyvenv.cfg")) || is_directory(&directory.join("conda-meta"))
}

/// Says whether a directory is an environment, or cannot be looked at.
#[must_use]
pub fn may_be_environment(directory: &Path) -> bool {
    match resolve_links(directory) {
        Resolution::Found(_) => {
            let marker = resolve_links(&directory.join("pyvenv.cfg"));
            is_environment(directory) || matches!(marker, Resolution::Unknown(_))
        }
        Resolution::Unknown(_) => true,
        Resolution::Missing(_) | Resolution::Loop => false,
    }
}

/// The environments directly in a directory, by name.
#[must_use]
pub fn environments_in(directory: &Path) -> Vec<PathBuf> {
    list_paths(directory).into_iter().filter(|entry| is_environment(entry)).collect()
}

/// When an environment was made, and used last: every start of its Python reads `pyvenv.cfg`, every installation writes
/// into `site-packages`.
#[must_use]
pub fn ages(place: &Path) -> (Option<SystemTime>, Option<SystemTime>) {
    let settings = ["pyvenv.cfg", "conda-meta/history"].map(|name| times(&place.join(name)));
    let made = settings.into_iter().find(|times| times.modified.is_some()).unwrap_or_default();
    let sites = installed::site_packages(place).sites.into_iter();
    let installed = sites.filter_map(|site| times(&site.directory).modified);
    (made.created.or(made.modified), made.accessed.into_iter().chain(installed).max())
}
