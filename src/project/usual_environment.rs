//! The environment of a usual name in a directory.

use std::path::{Path, PathBuf};

use super::redirect::target;
use crate::fs::list_directory;
use crate::inspect::is_environment;
use crate::model::USUAL_ENVIRONMENT_NAMES;

/// The environment of a usual name in a directory. One that cannot be looked into is taken for one, so that no other is
/// taken in its place.
pub(super) fn usual_in(directory: &Path) -> Option<PathBuf> {
    let is_one = |place: &PathBuf| is_environment(&target(place)) || list_directory(place).is_err();
    USUAL_ENVIRONMENT_NAMES.iter().map(|name| directory.join(name)).find(is_one)
}
