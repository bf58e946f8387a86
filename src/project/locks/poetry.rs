//! `poetry.lock` (<https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock>).

mod graph;
mod wish;

use super::LockFormat;
use super::declared::{changed, contradiction, of_list, of_lists, of_table};
use super::lock_input::{LockInput, LockSelection, PYPROJECT};
use super::locked::{Applies, Wishes};
use crate::formats::poetry_lock::{self, PoetryLock, PoetryPackage};
use crate::formats::python_json::{Separators, dumps, table};
use crate::formats::{Value, digest};
use crate::message::{Message, message};
use crate::model::{Freshness, RequestedPackages};
use crate::order::Arrange as _;
use crate::python::{ActiveNames, Specifiers, Version, normalised};
use wish::{MAIN, own_name, wish};

/// Written by poetry.
pub(super) static LOCK_FORMAT: LockFormat = LockFormat {
    file_name: "poetry.lock",
    manifest: PYPROJECT,
    update: &["poetry", "lock"],
    reads_members: false,
    tool: "poetry",
    environment_in_project: true,
    freshness,
    requested,
};

/// What poetry 1 hashed of its table, present or not.
const LEGACY_KEYS: [&str; 4] = ["dependencies", "source", "extras", "dev-dependencies"];

/// What poetry hashes of the table `project`.
const PROJECT_KEYS: [&str; 3] = ["requires-python", "dependencies", "optional-dependencies"];

/// What was hashed depends on the version of poetry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hashed {
    /// Up to 1.8: only its own table.
    OwnTable,
    /// 2.0 to 2.2: and `project`.
    WithProject,
    /// Since 2.3: and `dependency-groups`.
    WithGroups,
}

fn freshness(input: &LockInput<'_>) -> Freshness {
    decide(input).unwrap_or_else(|other| other)
}

fn decide(input: &LockInput<'_>) -> Result<Freshness, Freshness> {
    let lock = read(input).map_err(Freshness::Unreadable)?;
    let manifest = input.manifest(PYPROJECT)?;
    let Some(recorded) = &lock.content_hash else {
        return Ok(Freshness::Stale("the lock has no `content-hash`".into()));
    };
    for hashed in candidates(&lock) {
        let current = content_hash(&manifest, hashed).map_err(|reason| {
            Freshness::Unknown(format!("what poetry hashes is not known: {reason}").into())
        })?;
        if current == *recorded {
            return Ok(Freshness::Fresh);
        }
    }
    let writer =
        lock.written_by.as_deref().map_or("poetry".to_owned(), |version| format!("poetry {version}"));
    let poetry = |path: &[&str]| of_table(manifest.at(path), Specifiers::parse_poetry);
    let mut declared = of_list(manifest.at(&["project", "dependencies"]));
    declared.extend(of_lists(manifest.at(&["project", "optional-dependencies"])));
    declared.extend(poetry(&["tool", "poetry", "dependencies"]));
    declared.extend(poetry(&["tool", "poetry", "dev-dependencies"]));
    if let Some(Value::Table(groups)) = manifest.at(&["tool", "poetry", "group"]) {
        let tables = groups.iter().map(|group| group.value.value.at(&["dependencies"]));
        declared.extend(tables.flat_map(|table| of_table(table, Specifiers::parse_poetry)));
    }
    let locked = lock.packages.iter().map(|package| (package.name.as_str(), Some(package.version.as_str())));
    Ok(Freshness::Stale(
        changed(PYPROJECT, &format!("{writer} wrote the lock"), contradiction(&declared, locked)).into(),
    ))
}

/// Reads a lock of a version that is known.
fn read(input: &LockInput<'_>) -> Result<PoetryLock, Message> {
    let lock = poetry_lock::parse(input.lock).map_err(|error| input.unreadable_lock(&error))?;
    let version = lock.lock_version.as_deref().unwrap_or("1.0");
    let major = Version::parse(version).and_then(|version| version.release().first().copied());
    match major {
        Some(1 | 2) => Ok(lock),
        _ => Err(message!("`{}` has the lock version {}, which is not known", input.place(None), version)),
    }
}

/// What the poetry that wrote a lock may have hashed, and what later ones accept.
fn candidates(lock: &PoetryLock) -> Vec<Hashed> {
    use Hashed::{OwnTable, WithGroups, WithProject};
    let release = lock.written_by.as_deref().and_then(Version::parse);
    let is_before = |limit: &[u64]| Some(release.as_ref()? < &Version::of_release(limit)?);
    let lock_version = lock.lock_version.as_deref().and_then(Version::parse);
    let is_of_poetry_1 = lock_version.is_none_or(|version| Some(version) < Version::of_release(&[2, 1]));
    match (is_before(&[2]), is_before(&[2, 3])) {
        (Some(true), _) => vec![OwnTable, WithGroups, WithProject],
        (_, Some(true)) => vec![WithGroups, WithProject],
        (_, Some(false)) => vec![WithGroups],
        _ if is_of_poetry_1 => vec![OwnTable, WithGroups, WithProject],
        _ => vec![WithGroups, WithProject],
    }
}

/// The hash of a manifest.
///
/// # Errors
/// What has no hash, as a lower-case fragment.
fn content_hash(manifest: &Value, hashed: Hashed) -> Result<String, String> {
    dumps(&hashed_content(manifest, hashed), Separators::Spaced)
        .map(|text| digest::hexadecimal(text.as_bytes()))
}

fn hashed_content(manifest: &Value, hashed: Hashed) -> Value {
    let pick = |path: &[&str], keys: &[&'static str]| -> Vec<(&'static str, Value)> {
        let table = manifest.at(path);
        keys.iter().filter_map(|key| Some((*key, table?.at(&[key])?.clone()))).collect()
    };
    let project = match hashed {
        Hashed::OwnTable => Vec::new(),
        _ => pick(&["project"], &PROJECT_KEYS),
    };
    let groups = match (hashed, manifest.at(&["dependency-groups"])) {
        (Hashed::WithGroups, Some(groups)) if *groups != Value::Table(Vec::new()) => Some(groups.clone()),
        _ => None,
    };
    let mut own = pick(&["tool", "poetry"], &LEGACY_KEYS);
    if project.is_empty() && groups.is_none() {
        let missing = LEGACY_KEYS.iter().filter(|key| !own.iter().any(|(found, _)| found == *key));
        let missing: Vec<_> = missing.map(|key| (*key, Value::Null)).collect();
        own.extend(missing);
        own.extend(pick(&["tool", "poetry"], &["group"]));
        return table(own);
    }
    own.extend(pick(&["tool", "poetry"], &["group"]));
    let mut content = vec![("tool", table([("poetry", table(own))]))];
    content.extend((!project.is_empty()).then(|| ("project", table(project))));
    content.extend(groups.map(|groups| ("dependency-groups", groups)));
    table(content)
}

fn requested(input: &LockInput<'_>, selection: &LockSelection<'_>) -> Result<RequestedPackages, Message> {
    let lock = read(input)?;
    if lock.packages.iter().any(|package| package.groups.is_none()) {
        return graph::requested(input, selection, &lock);
    }
    let groups = match selection.groups {
        Some(groups) => groups.iter().map(|group| normalised(group)).chain([MAIN.to_owned()]).collect(),
        None => default_groups(input, &lock)?,
    };
    let mut wishes = Wishes::new(input, selection, "poetry");
    let active = ActiveNames { extras: selection.extras.to_vec(), groups: None };
    for package in &lock.packages {
        let wanted_by = package.groups.iter().flatten();
        let wanted_by: Vec<String> = wanted_by.map(|group| normalised(group)).collect();
        let mut applies = Applies::Nowhere;
        for group in wanted_by.iter().filter(|group| groups.contains(group)) {
            let marker = marker_of(package, group);
            applies = applies.or(Applies::with(marker, selection.environment, &active)?);
        }
        let group = wanted_by.iter().find(|group| groups.contains(group) && *group != MAIN);
        let group = group.filter(|_| !wanted_by.iter().any(|group| group == MAIN)).cloned();
        wishes.add(wish(package, group), applies);
    }
    Ok(wishes.finish(own_name(input), active))
}

/// The marker under which a group needs a package.
fn marker_of<'p>(package: &'p PoetryPackage, group: &str) -> Option<&'p str> {
    let of_group = |named: &Option<String>| named.as_ref().is_none_or(|named| normalised(named) == group);
    package.markers.iter().find(|(named, _)| of_group(named)).map(|(_, marker)| marker.as_str())
}

/// All groups of the lock that the manifest does not call optional.
fn default_groups(input: &LockInput<'_>, lock: &PoetryLock) -> Result<Vec<String>, Message> {
    let manifest = input.manifest(PYPROJECT).map_err(|unknown| match unknown {
        Freshness::Unknown(reason) | Freshness::Unreadable(reason) => reason,
        Freshness::Stale(_) | Freshness::Fresh => String::new().into(),
    })?;
    let groups = match manifest.at(&["tool", "poetry", "group"]) {
        Some(Value::Table(groups)) => groups.as_slice(),
        _ => &[],
    };
    let is_optional = |name: &str| {
        let group = groups.iter().find(|group| normalised(&group.key) == name);
        group.is_some_and(|group| group.value.value.at(&["optional"]) == Some(&Value::Boolean(true)))
    };
    let named = lock.packages.iter().filter_map(|package| package.groups.as_ref()).flatten();
    let mut found: Vec<String> =
        named.map(|group| normalised(group)).filter(|group| !is_optional(group)).collect();
    found.push(MAIN.to_owned());
    found.arrange();
    found.dedup();
    Ok(found)
}

#[cfg(test)]
mod graph_tests;
#[cfg(test)]
mod tests;
