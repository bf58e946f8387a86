//! Where a required package comes from, with its path or URL resolved.

use std::path::{Path, PathBuf};

use crate::formats::declared_requirement::DeclaredSource;
use crate::formats::direct_url::file_url;
use crate::formats::source_reference::{SourceReference, fragment_hashes};
use crate::fs::{exists, is_directory, normalise_path};
use crate::model::PackageSource;
use crate::path::{display, path_to_bytes};

/// The endings of archives that pip installs from.
const ARCHIVES: [&str; 13] = [
    ".whl",
    ".zip",
    ".tar",
    ".tar.gz",
    ".tgz",
    ".tar.bz2",
    ".tbz",
    ".tar.xz",
    ".txz",
    ".tar.lz",
    ".tlz",
    ".tar.lzma",
    ".tar.zst",
];

/// Says whether a file is an archive that pip installs from, by its name.
pub(in crate::project) fn is_archive(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    ARCHIVES.iter().any(|ending| name.ends_with(ending.as_bytes()))
}

/// The files that make a directory one that can be installed.
const BUILT_BY: [&str; 2] = ["pyproject.toml", "setup.py"];

/// Why a source cannot be used.
pub(super) struct SourceFault {
    /// A lower-case fragment.
    pub(super) reason: String,
    /// The tools would refuse it.
    pub(super) is_error: bool,
}

/// The source of a package, of which relative paths start from this directory. Directories of the work tree are looked at,
/// others not.
pub(super) fn package_source(
    source: &DeclaredSource,
    base: &Path,
    real_top: &Path,
    top: &Path,
) -> Result<PackageSource, SourceFault> {
    let refused = |reason| SourceFault { reason, is_error: true };
    match source {
        DeclaredSource::Direct { source, subdirectory: beside_it, is_editable, hashes } => {
            let text = with_project_directory(source, base);
            let beside = hashes.iter().map(|hash| hash.replacen(':', "=", 1).to_ascii_lowercase());
            let hashes: Vec<String> = fragment_hashes(&text).into_iter().chain(beside).collect();
            match SourceReference::parse(&text).map_err(refused)? {
                SourceReference::Local { path, subdirectory } => {
                    let subdirectory = subdirectory.or_else(|| beside_it.clone());
                    let path = normalise_path(&base.join(path));
                    local(
                        LocalSource { path, subdirectory, is_editable: *is_editable, hashes },
                        [real_top, top],
                    )
                }
                SourceReference::Remote { url, subdirectory } => {
                    let subdirectory = subdirectory.or_else(|| beside_it.clone());
                    Ok(PackageSource::Archive { url, subdirectory, hashes })
                }
                SourceReference::Repository { vcs, url, revision, subdirectory } => {
                    Ok(PackageSource::Repository {
                        vcs,
                        url,
                        revision,
                        subdirectory,
                        is_editable: *is_editable,
                    })
                }
            }
        }
        DeclaredSource::Repository { vcs, url, revision, subdirectory, is_editable } => {
            let url = url.strip_prefix(&format!("{vcs}+")).unwrap_or(url).to_owned();
            Ok(PackageSource::Repository {
                vcs: (*vcs).to_owned(),
                url,
                revision: revision.clone(),
                subdirectory: subdirectory.clone(),
                is_editable: *is_editable,
            })
        }
        DeclaredSource::Index(_) | DeclaredSource::Member { .. } => {
            let reason = "where the package comes from is not known".to_owned();
            Err(SourceFault { reason, is_error: false })
        }
    }
}

/// The text with what pdm and hatch write for the directory of the project
/// (<https://hatch.pypa.io/latest/config/context/>).
fn with_project_directory(text: &str, directory: &Path) -> String {
    if !text.contains(['{', '$']) {
        return text.to_owned();
    }
    let url = file_url(directory);
    let path = url.strip_prefix("file://").unwrap_or(&url);
    text.replace("${PROJECT_ROOT}", path.trim_start_matches('/'))
        .replace("{root:uri}", &url)
        .replace("{root}", path)
}

/// What a line says of something local.
struct LocalSource {
    /// Absolute.
    path: PathBuf,
    subdirectory: Option<String>,
    is_editable: bool,
    hashes: Vec<String>,
}

fn local(source: LocalSource, tops: [&Path; 2]) -> Result<PackageSource, SourceFault> {
    let LocalSource { path, subdirectory, is_editable, hashes } = source;
    let refused = |reason| Err(SourceFault { reason, is_error: true });
    let is_inside = tops.iter().any(|top| path.starts_with(top));
    let has_name = path.file_name().is_some_and(|name| is_archive(&path_to_bytes(name.as_ref())));
    if !is_editable && has_name && !(is_inside && is_directory(&path)) {
        if is_inside && !exists(&path) {
            return refused(format!("`{}` does not exist", display(&path)));
        }
        return Ok(PackageSource::Archive { url: file_url(&path), subdirectory, hashes });
    }
    let path = match subdirectory {
        Some(below) => normalise_path(&path.join(below)),
        None => path,
    };
    if is_inside {
        if !exists(&path) {
            return refused(format!("`{}` does not exist", display(&path)));
        }
        if !is_directory(&path) {
            return refused(format!("`{}` is neither a directory nor an archive", display(&path)));
        }
        if !BUILT_BY.iter().any(|file| exists(&path.join(file))) {
            let place = display(&path);
            return refused(format!("`{place}` has neither `pyproject.toml` nor `setup.py`"));
        }
    }
    Ok(PackageSource::Directory { path, is_editable })
}
