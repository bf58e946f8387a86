//! A requirements file that was exported from a lock.

use std::collections::BTreeMap;

use super::pins::{expect_readable, named, pinned_version};
use crate::formats::requirements_file::RequirementsFile;
use crate::formats::{ParseError, pdm_lock, pipfile_lock, uv_lock};
use crate::model::Freshness;
use crate::project::locks::LockInput;
use crate::python::{Version, normalised};

/// The lock that a tool exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SourceLock {
    Uv,
    Pdm,
    Pipenv,
}

impl SourceLock {
    /// The name of its file.
    pub(super) fn file_name(self) -> &'static str {
        match self {
            Self::Uv => "uv.lock",
            Self::Pdm => "pdm.lock",
            Self::Pipenv => "Pipfile.lock",
        }
    }

    /// The locked versions by normalised name.
    fn versions(self, bytes: &[u8]) -> Result<BTreeMap<String, Vec<String>>, ParseError> {
        let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut add = |name: &str, version: Option<&str>| {
            versions.entry(normalised(name)).or_default().extend(version.map(str::to_owned));
        };
        match self {
            Self::Uv => {
                let lock = uv_lock::parse(bytes)?;
                lock.packages.iter().for_each(|package| add(&package.name, package.version.as_deref()));
            }
            Self::Pdm => {
                let lock = pdm_lock::parse(bytes)?;
                lock.packages.iter().for_each(|package| add(&package.name, package.version.as_deref()));
            }
            Self::Pipenv => {
                let lock = pipfile_lock::parse(bytes)?;
                let packages = lock.sections.iter().flat_map(|(_, packages)| packages);
                packages.for_each(|package| {
                    let version = package.version.as_deref().filter(|version| *version != "*");
                    add(&package.name, version.map(|version| version.trim_start_matches('=')));
                });
            }
        }
        Ok(versions)
    }
}

/// Compares the pins with the lock.
///
/// # Errors
/// [`Freshness::Unknown`] or [`Freshness::Unreadable`] if that is not possible.
pub(super) fn compare(
    input: &LockInput<'_>,
    file: &RequirementsFile,
    source: SourceLock,
) -> Result<Freshness, Freshness> {
    expect_readable(file, &input.file.to_string())?;
    let name = source.file_name();
    let unknown = |reason: String| Freshness::Unreadable(format!("`{name}` cannot be read: {reason}"));
    let bytes = input.files.read(name).map_err(unknown)?;
    let bytes = bytes.ok_or_else(|| Freshness::Unknown(format!("there is no `{name}` beside it")))?;
    let versions = source.versions(&bytes).map_err(|error| unknown(error.to_string()))?;
    for line in &file.lines {
        let Some(requirement) = named(line) else { continue };
        let Some(locked) = versions.get(&normalised(&requirement.name)) else {
            return Ok(Freshness::Stale(format!(
                "line {} has `{}`, which is not in `{name}`",
                line.line, requirement.name
            )));
        };
        let Some(pinned) = pinned_version(requirement) else { continue };
        let is_locked = locked.is_empty() || locked.iter().any(|version| Version::are_same(version, &pinned));
        if !is_locked {
            return Ok(Freshness::Stale(format!(
                "line {} has `{}`, and `{name}` has {}",
                line.line,
                line.text,
                locked.join(" and ")
            )));
        }
    }
    Ok(Freshness::Fresh)
}
