//! Where a path of the command line leads.

use std::path::{Component, Path, PathBuf};

use super::projects::project_here;
use crate::fs::{exists, normalise_path};
use crate::session::Session;

/// A directory as it was typed: seen from the working directory. A plain name, as `venv` but not `./venv`, may also be that of
/// something in the project or at the top, if only that is there.
pub fn resolve_typed_path(session: &Session<'_>, top: &Path, name: &str) -> PathBuf {
    let here = session.working_directory(top).join(name);
    let is_explicit =
        Path::new(name).components().next().is_some_and(|first| !matches!(first, Component::Normal(_)));
    if is_explicit || exists(&here) {
        return normalise_path(&here);
    }
    let project = project_here(session).map(|project| project.path.to_path(top).join(name)).ok();
    let others = project.into_iter().chain([top.join(name)]);
    normalise_path(&others.into_iter().find(|place| exists(place)).unwrap_or(here))
}
