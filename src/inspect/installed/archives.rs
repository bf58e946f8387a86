//! Whether the archive that a package was installed from is still the same file.

use std::path::Path;

use crate::formats::content_hash::ContentHash;
use crate::fs::{exists, last_changed, open_stream, times};
use crate::model::Distribution;
use crate::path::display;
use crate::satisfied::ArchiveState;

/// The most bytes of an archive that are read: as many as the largest wheels have.
const LIMIT: u64 = 4 * 1024 * 1024 * 1024;

/// Compares an archive with what was recorded when this distribution of the environment at `root` was installed from it; see
/// [`crate::satisfied::PackageSet::archive`]. An archive that nobody has touched since is not read, unless nothing but its
/// content tells whether it has one of the hashes that are asked for.
pub(super) fn state(
    root: &Path,
    archive: &Path,
    installed: &Distribution,
    wanted: &[String],
) -> ArchiveState {
    let shown = display(archive);
    if !exists(archive) {
        return ArchiveState::Unknown(format!("`{shown}` does not exist"));
    }
    let recorded = installed.source.as_ref().map_or(&[][..], |source| source.hashes.as_slice());
    let is_untouched = is_untouched(archive, &installed.metadata_path(root).join("direct_url.json"));
    if is_untouched && (!recorded.is_empty() || wanted.is_empty()) {
        return ArchiveState::Same;
    }
    let hashes = if recorded.is_empty() { wanted } else { recorded };
    let known = hashes.iter().filter_map(|hash| ContentHash::parse_named_hexadecimal(hash));
    let known: Vec<ContentHash> = known.collect();
    match has_one(archive, &known) {
        Err(reason) => ArchiveState::Unknown(reason),
        Ok(Some(false)) => ArchiveState::Changed,
        Ok(None | Some(true)) if is_untouched => ArchiveState::Same,
        Ok(Some(true)) if !recorded.is_empty() => ArchiveState::Same,
        Ok(None | Some(true)) => {
            let reason =
                "was changed after the installation, which recorded no hash of it that can be compared";
            ArchiveState::Unknown(format!("`{shown}` {reason}"))
        }
    }
}

/// Says whether nobody has changed or replaced an archive since the record of its installation was written. Of the record,
/// only the time counts that a copy of the environment keeps.
fn is_untouched(archive: &Path, record: &Path) -> bool {
    let times = last_changed(archive).zip(times(record).modified);
    times.is_some_and(|(archive, record)| archive < record)
}

/// Says whether a file has one of these hashes; `None` if there are none.
fn has_one(archive: &Path, hashes: &[ContentHash]) -> Result<Option<bool>, String> {
    if hashes.is_empty() {
        return Ok(None);
    }
    for hash in hashes {
        let file = open_stream(archive, LIMIT).map_err(|error| error.to_string())?;
        let file = file.ok_or_else(|| format!("`{}` does not exist", display(archive)))?;
        let failed = |error| format!("failed to read `{}`: {error}", display(archive));
        if hash.is_of(file).map_err(failed)? {
            return Ok(Some(true));
        }
    }
    Ok(Some(false))
}
