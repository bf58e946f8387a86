//! A requirements file that was exported from a lock.

use std::collections::{BTreeMap, BTreeSet};

use super::additions;
use super::pins::{expect_readable, named, names, pinned_version};
use super::place::seen;
use crate::formats::compiled::CompiledHeader;
use crate::formats::requirements_file::RequirementsFile;
use crate::formats::{ParseError, pdm_lock, pipfile_lock, uv_lock};
use crate::message::{Message, message};
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

    /// Reads the lock. Of the file that was exported with this command, `exported` are the names; `None` if they are not
    /// all in it.
    fn read(
        self,
        bytes: &[u8],
        header: &CompiledHeader,
        exported: Option<&BTreeSet<String>>,
    ) -> Result<Locked, ParseError> {
        let mut locked = Locked::default();
        match self {
            Self::Uv => {
                let lock = uv_lock::parse(bytes)?;
                let packages = lock.packages.iter();
                packages.for_each(|package| locked.add(&package.name, package.version.as_deref()));
                locked.expected = exported.map(|exported| additions::of_uv(&lock, header, exported));
            }
            Self::Pdm => {
                let lock = pdm_lock::parse(bytes)?;
                let packages = lock.packages.iter();
                packages.for_each(|package| locked.add(&package.name, package.version.as_deref()));
                locked.expected = exported.map(|exported| additions::of_pdm(&lock, exported));
            }
            Self::Pipenv => {
                let lock = pipfile_lock::parse(bytes)?;
                let packages = lock.sections.iter().flat_map(|(_, packages)| packages);
                packages.for_each(|package| {
                    let version = package.version.as_deref().filter(|version| *version != "*");
                    locked.add(&package.name, version.map(|version| version.trim_start_matches('=')));
                });
                locked.expected = exported.map(|exported| additions::of_pipenv(&lock, header, exported));
            }
        }
        Ok(locked)
    }
}

/// What matters of a lock. Names are normalised.
#[derive(Default)]
struct Locked {
    versions: BTreeMap<String, Vec<String>>,
    /// What the exported file certainly has to have.
    expected: Option<BTreeSet<String>>,
}

impl Locked {
    fn add(&mut self, name: &str, version: Option<&str>) {
        self.versions.entry(normalised(name)).or_default().extend(version.map(str::to_owned));
    }
}

/// Compares the pins with the lock.
///
/// # Errors
/// [`Freshness::Unknown`] or [`Freshness::Unreadable`] if that is not possible.
pub(super) fn compare(
    input: &LockInput<'_>,
    file: &RequirementsFile,
    header: &CompiledHeader,
    (source, place): (SourceLock, &str),
) -> Result<Freshness, Freshness> {
    expect_readable(file, &Message::of(input.file))?;
    let name = seen(input, place);
    let unknown = |reason: String| Freshness::Unreadable(message!("`{}` cannot be read: {}", name, reason));
    let bytes = input.files.read(place).map_err(unknown)?;
    let bytes = bytes
        .ok_or_else(|| Freshness::Unknown(message!("there is no `{}` beside it", source.file_name())))?;
    let exported = names(file);
    let locked = source.read(&bytes, header, exported.as_ref());
    let Locked { versions, expected } = locked.map_err(|error| unknown(error.to_string()))?;
    for line in &file.lines {
        let Some(requirement) = named(line) else { continue };
        let Some(locked) = versions.get(&normalised(&requirement.name)) else {
            return Ok(Freshness::Stale(message!(
                "line {} has `{}`, which is not in `{}`",
                line.line,
                requirement.name,
                name
            )));
        };
        let Some(pinned) = pinned_version(requirement) else { continue };
        let is_locked = locked.is_empty() || locked.iter().any(|version| Version::are_same(version, &pinned));
        if !is_locked {
            return Ok(Freshness::Stale(message!(
                "line {} has `{}`, and `{}` has {}",
                line.line,
                line.text,
                name,
                locked.join(" and ")
            )));
        }
    }
    let exported = exported.unwrap_or_default();
    let mut lacking = expected.iter().flatten().filter(|name| !exported.contains(*name));
    Ok(match lacking.next() {
        Some(lacking) => Freshness::Stale(message!("`{}` has `{}`, which it does not have", name, lacking)),
        None => Freshness::Fresh,
    })
}
