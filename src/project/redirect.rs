//! A `.venv` file: its one line is the path of an environment (<https://peps.python.org/pep-0832/>).

use std::path::{Path, PathBuf};

use crate::formats::pyvenv_cfg::is_absolute;
use crate::fs::{normalise_path, read_optional};
use crate::model::REDIRECT_FILE_NAME;
use crate::tree::PATH_LIMIT;

/// The directory that a path leads to: itself, or where a `.venv` file leads.
pub fn target(place: &Path) -> PathBuf {
    redirected(place).unwrap_or_else(|| place.to_path_buf())
}

/// Where a `.venv` file leads: its one line is the path of an environment (<https://peps.python.org/pep-0832/>).
pub(super) fn redirected(place: &Path) -> Option<PathBuf> {
    if place.file_name()? != REDIRECT_FILE_NAME {
        return None;
    }
    let text = String::from_utf8(read_optional(place, PATH_LIMIT).ok().flatten()?).ok()?;
    let target = text.trim_end_matches(['\n', '\r']);
    let parent = place.parent()?;
    let single = !target.is_empty() && !target.contains('\n');
    single.then(|| {
        if is_absolute(target) { PathBuf::from(target) } else { normalise_path(&parent.join(target)) }
    })
}
