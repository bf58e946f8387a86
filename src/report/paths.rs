//! The paths that a command is limited to.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::fs::{exists, normalise_path, real_directory_path};
use crate::message::message;
use crate::path::{RepoPath, bytes_to_path, display, path_to_bytes};
use crate::scan::Scanned;
use crate::session::Session;

/// Says whether a finding's place is at, below or above one of the requested paths.
pub fn concerns(paths: &[RepoPath], place: &RepoPath) -> bool {
    paths.is_empty() || paths.iter().any(|path| place.is_within(path) || path.is_within(place))
}

/// Makes paths of the command line relative to the repository; `:/PATH` is relative to its top, as for git.
///
/// # Errors
/// Usage for one outside of the repository.
pub fn repository_paths(directory: &Path, session: &Session<'_>, paths: &[PathBuf]) -> Result<Vec<RepoPath>> {
    let layout = session.repository.layout();
    let Some(top) = layout.work_tree.as_ref() else {
        return paths
            .iter()
            .map(|path| RepoPath::from_relative(path).map_err(|_| outside(path, Path::new("."))))
            .collect();
    };
    let inside = |path: &PathBuf| {
        if let Some(from_top) = path_to_bytes(path).strip_prefix(b":/") {
            return RepoPath::from_relative(&bytes_to_path(from_top)).map_err(|_| outside(path, top));
        }
        let spelled = layout.prefix.to_path(top).join(path);
        let spelled = if path.is_absolute() { path.clone() } else { spelled };
        let plain = normalise_path(&spelled);
        let real = || real_directory_path(&directory.join(path));
        let relative = plain.strip_prefix(top).map(Path::to_path_buf).ok().or_else(|| {
            real().and_then(|real| real.strip_prefix(real_directory_path(top)?).map(Path::to_path_buf).ok())
        });
        relative
            .and_then(|relative| RepoPath::from_relative(&relative).ok())
            .ok_or_else(|| outside(path, top))
    };
    paths.iter().map(inside).collect()
}

fn outside(path: &Path, top: &Path) -> Error {
    Error::usage(format!("`{}` is outside of the repository", display(path)))
        .cause(format!("the repository is at `{}`", display(top)))
}

/// A path that names nothing is more likely a typing error than a clean place.
pub fn require_known(paths: &[RepoPath], scanned: &Scanned, session: &Session<'_>) -> Result<()> {
    let known = |path: &&RepoPath| {
        let on_disk = session.repository.layout().work_tree.as_ref().map(|top| path.to_path(top));
        let tracked =
            scanned.facts.tracked.iter().any(|t| concerns(std::slice::from_ref(*path), &t.environment.root));
        path.is_root() || tracked || on_disk.is_some_and(|place| exists(&place))
    };
    match paths.iter().find(|path| !known(path)) {
        None => Ok(()),
        Some(path) if !session.repository.tracked_below(std::slice::from_ref(path))?.is_empty() => Ok(()),
        Some(path) => Err(Error::usage(message!("path `{}` did not match any files", path))),
    }
}
