//! `Pipfile.lock` of pipenv (<https://pipenv.pypa.io/en/latest/pipfile.html>).

use super::LockFormat;
use super::declared::{changed, contradiction, of_table};
use super::lock_input::{LockInput, LockSelection};
use super::locked::{Applies, Wish, Wishes};
use super::pdm::is_archive;
use crate::formats::pipfile_lock::{self, PipfileLock, PipfilePackage};
use crate::formats::python_json::{Separators, dumps, table};
use crate::formats::{Value, digest};
use crate::message::{Message, message};
use crate::model::{Freshness, PackageSource, RequestedPackages};
use crate::python::{ActiveNames, MarkerEnvironment, Specifiers, Version, normalised};

/// Written by pipenv, which keeps environments elsewhere unless a setting of the user says otherwise.
pub(super) static LOCK_FORMAT: LockFormat = LockFormat {
    file_name: "Pipfile.lock",
    manifest: MANIFEST,
    update: &["pipenv", "lock"],
    reads_members: false,
    tool: "pipenv",
    environment_in_project: false,
    freshness,
    requested,
};

const MANIFEST: &str = "Pipfile";

/// The sections of a `Pipfile` that are no packages, or are hashed under another name.
const OTHER_SECTIONS: [&str; 9] =
    ["source", "packages", "dev-packages", "requires", "scripts", "pipfile", "pipenv", "default", "develop"];

/// Whether names of packages are hashed as written, as old versions did, or normalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NameGeneration {
    AsWritten,
    Normalised,
}

fn freshness(input: &LockInput<'_>) -> Freshness {
    decide(input).unwrap_or_else(|other| other)
}

fn decide(input: &LockInput<'_>) -> Result<Freshness, Freshness> {
    let lock = read(input).map_err(Freshness::Unreadable)?;
    let manifest = input.manifest(MANIFEST)?;
    let Some(recorded) = &lock.content_hash else {
        return Ok(Freshness::Stale("the lock has no hash".into()));
    };
    if manifest.at(&["source"]).is_none() {
        let reason = "the `Pipfile` has no `[[source]]`, and pipenv hashes the one that it puts in";
        return Err(Freshness::Unknown(reason.into()));
    }
    for names in [NameGeneration::Normalised, NameGeneration::AsWritten] {
        let current = content_hash(&manifest, names).map_err(|reason| {
            Freshness::Unknown(format!("what pipenv hashes is not known: {reason}").into())
        })?;
        if current == *recorded {
            return Ok(Freshness::Fresh);
        }
    }
    let declared: Vec<_> = sections(&manifest)
        .into_iter()
        .flat_map(|(_, section)| of_table(Some(&section), Specifiers::parse))
        .collect();
    let locked = lock.sections.iter().flat_map(|(_, packages)| packages);
    let locked = locked.map(|package| (package.name.as_str(), version_of(package)));
    Ok(Freshness::Stale(changed(MANIFEST, "pipenv wrote the lock", contradiction(&declared, locked)).into()))
}

/// Reads a lock of the one version of the format that there is.
fn read(input: &LockInput<'_>) -> Result<PipfileLock, Message> {
    let lock = pipfile_lock::parse(input.lock).map_err(|error| input.unreadable_lock(&error))?;
    match lock.specification.as_deref() {
        None | Some("6") => Ok(lock),
        Some(other) => Err(message!("`{}` has the version {}, which is not known", input.place(None), other)),
    }
}

/// The sections with packages, as the lock names them.
fn sections(manifest: &Value) -> Vec<(String, Value)> {
    let section = |name: &str| manifest.at(&[name]).cloned().unwrap_or_else(|| table([]));
    let mut found =
        vec![("default".to_owned(), section("packages")), ("develop".to_owned(), section("dev-packages"))];
    if let Value::Table(members) = manifest {
        let others = members.iter().filter(|member| !OTHER_SECTIONS.contains(&member.key.as_str()));
        found.extend(others.map(|member| (member.key.clone(), member.value.value.clone())));
    }
    found
}

fn content_hash(manifest: &Value, names: NameGeneration) -> Result<String, String> {
    let sources = manifest.at(&["source"]).cloned().unwrap_or_else(|| table([]));
    let requires = manifest.at(&["requires"]).cloned().unwrap_or_else(|| table([]));
    let meta = table([("sources", sources), ("requires", requires)]);
    let mut sections = sections(manifest);
    if names == NameGeneration::Normalised {
        for (_, section) in &mut sections {
            normalise_keys(section);
        }
    }
    let content = [("_meta", meta)].into_iter();
    let content = content.chain(sections.iter().map(|(name, section)| (name.as_str(), section.clone())));
    dumps(&table(content), Separators::Compact).map(|text| digest::hexadecimal(text.as_bytes()))
}

/// Normalises the keys of a table; of two that become the same the last one stays, as in Python.
fn normalise_keys(section: &mut Value) {
    let Value::Table(members) = section else { return };
    let mut normal = Vec::with_capacity(members.len());
    for mut member in std::mem::take(members) {
        member.key = normalised(&member.key);
        normal.retain(|known: &crate::formats::Member| known.key != member.key);
        normal.push(member);
    }
    *members = normal;
}

fn requested(input: &LockInput<'_>, selection: &LockSelection<'_>) -> Result<RequestedPackages, Message> {
    let lock = read(input)?;
    let active = ActiveNames::default();
    let mut wishes = Wishes::new(input, selection, "pipenv");
    // `pipenv install` alone installs no development packages, `pipenv sync --dev` does, and both call it their own.
    let is_wanted = |section: &str| match (section, selection.groups) {
        ("default", _) => true,
        (section, Some(groups)) => groups.iter().any(|group| section_of(group) == section),
        (section, None) => section == "develop",
    };
    // `pipenv clean` removes what no section names, whatever is wanted here.
    lock.sections.iter().flat_map(|(_, packages)| packages).for_each(|package| wishes.keep(&package.name));
    for (section, packages) in lock.sections.iter().filter(|(section, _)| is_wanted(section)) {
        for package in packages {
            let applies = Applies::with(package.marker.as_deref(), selection.environment, &active)?;
            let group = (section != "default").then(|| section.clone());
            wishes.add(wish(package, group), applies);
        }
    }
    if let Some(reason) = other_python(&lock, selection.environment) {
        wishes.undecided(input.place(None), reason);
    }
    Ok(wishes.finish(None, active))
}

/// How the Python of the environment is not the one of the lock. Pipenv warns of it, and fails with `--deploy`.
fn other_python(lock: &PipfileLock, environment: &MarkerEnvironment) -> Option<String> {
    let wanted = lock.python.as_deref()?;
    let known = environment.python_full_version.as_ref().or(environment.python_version.as_ref())?;
    let numbers = |text: &str| Version::parse(text).map(|version| version.release().to_vec());
    let (asked, has) = (numbers(wanted)?, numbers(known)?);
    let is_it = asked.iter().zip(&has).all(|(asked, has)| asked == has);
    (!is_it).then(|| format!("the lock is for Python {wanted}, and the environment has {known}"))
}

/// The section of the lock that a section of the `Pipfile` becomes.
fn section_of(group: &str) -> &str {
    match group {
        "packages" => "default",
        "dev-packages" | "dev" => "develop",
        other => other,
    }
}

/// The version that a package is locked to.
fn version_of(package: &PipfilePackage) -> Option<&str> {
    package.version.as_deref().and_then(|version| version.strip_prefix("==")).map(str::trim)
}

fn wish(package: &PipfilePackage, group: Option<String>) -> Wish {
    let subdirectory = package.subdirectory.clone();
    let local = package.path.as_ref().or(package.file.as_ref());
    let source = match (&package.repository, local) {
        (Some((vcs, url)), _) => Some(PackageSource::Repository {
            vcs: (*vcs).to_owned(),
            url: url.clone(),
            revision: package.revision.clone(),
            subdirectory,
            is_editable: package.is_editable,
        }),
        (None, Some(place)) if is_archive(place) || place.contains("://") => {
            Some(PackageSource::Archive { url: place.clone(), subdirectory, hashes: Vec::new() })
        }
        (None, Some(place)) => {
            Some(PackageSource::Directory { path: place.into(), is_editable: package.is_editable })
        }
        (None, None) => None,
    };
    Wish {
        line: package.line,
        name: package.name.clone(),
        extras: package.extras.clone(),
        version: version_of(package).map(str::to_owned),
        source,
        group,
    }
}

#[cfg(test)]
mod tests;
