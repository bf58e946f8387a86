//! `pylock.toml` (<https://packaging.python.org/en/latest/specifications/pylock-toml/>).

use crate::message::{Message, message};
use std::collections::BTreeMap;

use super::LockFormat;
use super::lock_input::{LockInput, LockSelection, PYPROJECT};
use super::locked::{Applies, Wish, Wishes};
use super::pdm::why_changed;
use super::pdm_hash::content_hashes;
use crate::formats::pylock::{self, Pylock, PylockPackage, PylockSource};
use crate::model::{Freshness, PackageSource, RequestedPackages};
use crate::python::{ActiveNames, MarkerEnvironment, Specifiers, Version, normalised};

/// Written by pip, uv and pdm.
pub(super) static LOCK_FORMAT: LockFormat = LockFormat {
    file_name: "pylock.toml",
    manifest: PYPROJECT,
    update: &[],
    reads_members: false,
    tool: "pip",
    environment_in_project: false,
    freshness,
    requested,
};

fn freshness(input: &LockInput<'_>) -> Freshness {
    decide(input).unwrap_or_else(|other| other)
}

fn decide(input: &LockInput<'_>) -> Result<Freshness, Freshness> {
    let lock = read(input).map_err(Freshness::Unreadable)?;
    let Some(recorded) = &lock.pdm_hash else {
        let reason = format!("{} does not record what a `pylock.toml` was made from", lock.created_by);
        return Err(Freshness::Unknown(reason.into()));
    };
    let manifest = input.manifest(PYPROJECT)?;
    let hashes = content_hashes(input, &manifest).map_err(Freshness::Unknown)?;
    if hashes.iter().any(|hash| hash == recorded) {
        return Ok(Freshness::Fresh);
    }
    let groups: Vec<String> = lock.extras.iter().chain(&lock.dependency_groups).cloned().collect();
    let locked = lock.packages.iter().map(|package| (package.name.as_str(), package.version.as_deref()));
    Ok(Freshness::Stale(why_changed(&manifest, &groups, locked).into()))
}

/// Reads a lock of a version that is known.
fn read(input: &LockInput<'_>) -> Result<Pylock, Message> {
    let lock = pylock::parse(input.lock).map_err(|error| input.unreadable_lock(&error))?;
    let version = Version::parse(&lock.lock_version);
    match version.as_ref().map(Version::release) {
        Some([1, ..]) => Ok(lock),
        _ => Err(message!(
            "`{}` has the lock version {}, which is not known",
            input.place(None),
            lock.lock_version
        )),
    }
}

fn requested(input: &LockInput<'_>, selection: &LockSelection<'_>) -> Result<RequestedPackages, Message> {
    let lock = read(input)?;
    let environment = selection.environment;
    expect_python(lock.requires_python.as_deref(), environment, &message!("`{}`", input.place(None)))?;
    let groups = selection.groups.map_or_else(|| lock.default_groups.clone(), <[String]>::to_vec);
    let active = ActiveNames { extras: selection.extras.to_vec(), groups: Some(groups) };
    expect_environment(&lock, environment, &active)?;
    let mut wishes = Wishes::new(input, selection, &lock.created_by);
    let mut selected: BTreeMap<String, usize> = BTreeMap::new();
    for package in &lock.packages {
        let applies = Applies::with(package.marker.as_deref(), environment, &active)?;
        if applies == Applies::Here {
            let place = input.place(Some(package.line));
            expect_python(
                package.requires_python.as_deref(),
                environment,
                &message!("`{}` at {}", package.name, place),
            )?;
            if let Some(line) = selected.insert(normalised(&package.name), package.line) {
                let name = &package.name;
                return Err(format!(
                    "`{name}` is locked twice for this environment, in lines {line} and {}",
                    package.line
                )
                .into());
            }
        }
        wishes.add(wish(package), applies);
    }
    Ok(wishes.finish(None, active))
}

/// Fails for a Python that a lock or package is not for.
fn expect_python(
    wanted: Option<&str>,
    environment: &MarkerEnvironment,
    what: &Message,
) -> Result<(), Message> {
    let Some(text) = wanted else { return Ok(()) };
    let wanted = Specifiers::parse(text)
        .map_err(|reason| message!("{} has an invalid `requires-python`: {}", what, reason))?;
    let version = environment.python_full_version.as_ref().or(environment.python_version.as_ref());
    let version = version.and_then(|version| Version::parse(version));
    let Some(version) = version else {
        return Err(message!("{} is for Python {}, and that of the environment is not known", what, text));
    };
    let is_accepted = match version.release().len() {
        3.. => wanted.accept_interpreter(&version),
        _ => wanted.accept_some(version.release()),
    };
    if is_accepted {
        Ok(())
    } else {
        Err(message!("{} is for Python {}, not {}", what, text, version.to_string()))
    }
}

/// Fails where none of the environments that a lock is for is this one.
fn expect_environment(
    lock: &Pylock,
    environment: &MarkerEnvironment,
    active: &ActiveNames,
) -> Result<(), Message> {
    let mut applies = if lock.environments.is_empty() { Applies::Here } else { Applies::Nowhere };
    for marker in &lock.environments {
        applies = applies.or(Applies::with(Some(marker), environment, active)?);
    }
    match applies {
        Applies::Here => Ok(()),
        Applies::Nowhere => {
            Err(format!("the lock is for other environments: `{}`", lock.environments.join("`, `")).into())
        }
        Applies::Perhaps(marker) => {
            Err(format!("it is not known whether the lock is for this environment: `{}`", marker.text())
                .into())
        }
    }
}

fn wish(package: &PylockPackage) -> Wish {
    let source = package.source.clone().map(|source| match source {
        PylockSource::Directory { path, is_editable, subdirectory } => PackageSource::Directory {
            path: subdirectory.iter().fold(path.into(), |path: std::path::PathBuf, below| path.join(below)),
            is_editable,
        },
        PylockSource::Archive { location, subdirectory } => {
            PackageSource::Archive { url: location, subdirectory, hashes: Vec::new() }
        }
        PylockSource::Repository { vcs, location, commit, subdirectory } => PackageSource::Repository {
            vcs,
            url: location,
            revision: Some(commit),
            subdirectory,
            is_editable: false,
        },
    });
    Wish {
        line: package.line,
        name: package.name.clone(),
        extras: Vec::new(),
        version: package.version.clone(),
        source,
        group: None,
    }
}

#[cfg(test)]
mod tests;
