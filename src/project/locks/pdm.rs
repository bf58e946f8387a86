//! `pdm.lock` (<https://pdm-project.org/latest/usage/lockfile/>).

use super::LockFormat;
use super::declared::{changed, contradiction, of_list, of_lists};
use super::lock_input::{LockInput, LockSelection, PYPROJECT};
use super::locked::{Applies, Wish, Wishes};
use super::pdm_hash::content_hashes;
use crate::formats::Value;
use crate::formats::pdm_lock::{self, PdmLock, PdmPackage};
use crate::message::{Message, message};
use crate::model::{Freshness, PackageSource, RequestedPackages};
use crate::python::{ActiveNames, Version, normalised};

/// Written by pdm.
pub(super) static LOCK_FORMAT: LockFormat = LockFormat {
    file_name: "pdm.lock",
    manifest: PYPROJECT,
    update: &["pdm", "lock"],
    reads_members: true,
    tool: "pdm",
    environment_in_project: true,
    freshness,
    requested,
};

/// The group of the project's own requirements.
const DEFAULT: &str = "default";

fn freshness(input: &LockInput<'_>) -> Freshness {
    decide(input).unwrap_or_else(|other| other)
}

fn decide(input: &LockInput<'_>) -> Result<Freshness, Freshness> {
    let lock = read(input).map_err(Freshness::Unreadable)?;
    let manifest = input.manifest(PYPROJECT)?;
    let wants_inputs =
        manifest.at(&["tool", "pdm", "resolution", "lock_inputs"]) == Some(&Value::Boolean(true));
    if lock.has_inputs {
        let reason = "the lock records what it was made from (`lock_inputs`), which only pdm compares";
        return Err(Freshness::Unknown(reason.into()));
    }
    if wants_inputs {
        let reason = format!("`{PYPROJECT}` wants `lock_inputs`, which the lock does not have");
        return Ok(Freshness::Stale(reason.into()));
    }
    let Some(recorded) = &lock.content_hash else {
        return Ok(Freshness::Stale("the lock has no `content_hash`".into()));
    };
    let Some(recorded) = recorded.strip_prefix("sha256:") else {
        return Err(Freshness::Unknown(format!("the hash `{recorded}` is not a SHA-256").into()));
    };
    let hashes = content_hashes(input, &manifest).map_err(Freshness::Unknown)?;
    if hashes.iter().any(|hash| hash == recorded) {
        return Ok(Freshness::Fresh);
    }
    let locked = lock.packages.iter().map(|package| (package.name.as_str(), package.version.as_deref()));
    Ok(Freshness::Stale(why_changed(&manifest, &lock.groups, locked).into()))
}

/// Why the hash of a manifest is another one.
pub(super) fn why_changed<'l>(
    manifest: &Value,
    groups: &[String],
    locked: impl IntoIterator<Item = (&'l str, Option<&'l str>)>,
) -> String {
    let mut declared = of_list(manifest.at(&["project", "dependencies"]));
    // Only some groups may be locked on purpose.
    for path in [
        ["project", "optional-dependencies"].as_slice(),
        &["dependency-groups"],
        &["tool", "pdm", "dev-dependencies"],
    ] {
        let Some(Value::Table(members)) = manifest.at(path) else { continue };
        let is_locked = |name: &str| groups.iter().any(|group| normalised(group) == normalised(name));
        let lists = members.iter().filter(|member| is_locked(&member.key)).cloned().collect();
        declared.extend(of_lists(Some(&Value::Table(lists))));
    }
    changed(PYPROJECT, "pdm wrote the lock", contradiction(&declared, locked))
}

/// Reads a lock of a version that is known.
fn read(input: &LockInput<'_>) -> Result<PdmLock, Message> {
    let lock = pdm_lock::parse(input.lock).map_err(|error| input.unreadable_lock(&error))?;
    let version = lock.lock_version.as_deref().unwrap_or_default();
    let major = Version::parse(version).and_then(|version| version.release().first().copied());
    match major {
        Some(3 | 4) => Ok(lock),
        _ => Err(message!("`{}` has the lock version `{}`, which is not known", input.place(None), version)),
    }
}

fn requested(input: &LockInput<'_>, selection: &LockSelection<'_>) -> Result<RequestedPackages, Message> {
    let lock = read(input)?;
    if !lock.inherits_metadata {
        return Err("the lock does not say which groups need a package (strategy `inherit_metadata`)"
            .to_owned()
            .into());
    }
    let manifest = input.manifest(PYPROJECT).ok();
    let groups = active_groups(&lock, manifest.as_ref(), selection);
    let mut wishes = Wishes::new(input, selection, "pdm");
    let active = ActiveNames::default();
    for package in &lock.packages {
        let wanted_by: Vec<String> = package.groups.iter().map(|group| normalised(group)).collect();
        if !wanted_by.iter().any(|group| groups.contains(group)) {
            continue;
        }
        let group = wanted_by.iter().find(|group| groups.contains(group) && *group != DEFAULT);
        let group = group.filter(|_| !wanted_by.iter().any(|group| group == DEFAULT)).cloned();
        let applies = Applies::with(package.marker.as_deref(), selection.environment, &active)?;
        wishes.add(wish(package, group), applies);
    }
    let own_name = manifest.and_then(|manifest| manifest.text_at(&["project", "name"]));
    Ok(wishes.finish(own_name, active))
}

/// The groups that are installed: the project's own, the extras that are asked for, and the given groups or else those of
/// development.
fn active_groups(lock: &PdmLock, manifest: Option<&Value>, selection: &LockSelection<'_>) -> Vec<String> {
    let mut groups = vec![DEFAULT.to_owned()];
    groups.extend(selection.extras.iter().map(|extra| normalised(extra)));
    match selection.groups {
        Some(named) => groups.extend(named.iter().map(|group| normalised(group))),
        None => {
            let extras = manifest.and_then(|manifest| manifest.at(&["project", "optional-dependencies"]));
            let is_extra = |name: &str| match extras {
                Some(Value::Table(extras)) => extras.iter().any(|extra| normalised(&extra.key) == name),
                _ => false,
            };
            groups.extend(lock.groups.iter().map(|group| normalised(group)).filter(|group| !is_extra(group)));
        }
    }
    groups
}

fn wish(package: &PdmPackage, group: Option<String>) -> Wish {
    let subdirectory = package.subdirectory.clone();
    let source = match (&package.repository, &package.path, &package.url) {
        (Some((vcs, url)), ..) => Some(PackageSource::Repository {
            vcs: (*vcs).to_owned(),
            url: url.clone(),
            revision: package.revision.clone(),
            subdirectory,
            is_editable: package.is_editable,
        }),
        (None, Some(path), _) if is_archive(path) => {
            Some(PackageSource::Archive { url: path.clone(), subdirectory, hashes: Vec::new() })
        }
        (None, Some(path), _) => {
            Some(PackageSource::Directory { path: path.into(), is_editable: package.is_editable })
        }
        (None, None, Some(url)) => {
            Some(PackageSource::Archive { url: url.clone(), subdirectory, hashes: Vec::new() })
        }
        (None, None, None) => None,
    };
    Wish {
        line: package.line,
        name: package.name.clone(),
        extras: package.extras.clone(),
        version: package.version.clone(),
        source,
        group,
    }
}

/// Whether a path is that of a wheel or an archive of sources.
pub(super) fn is_archive(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar"]
        .iter()
        .any(|ending| path.ends_with(ending))
}

#[cfg(test)]
mod tests;
