//! What uv installs by default: the project beside the lock or, where there is none, all members of the workspace.

use crate::message::Message;
use std::collections::BTreeSet;

use super::super::lock_input::{LockInput, LockSelection, PYPROJECT};
use super::declaration::joined;
use super::workspace::default_groups;
use crate::formats::uv_lock::{self, UvDependency, UvGroups, UvLock, UvPackage, UvRequirement};
use crate::formats::{ParseError, Value};
use crate::python::normalised;

/// Where the walk through the graph begins.
pub(super) struct InstallTargets {
    /// The projects, as indices of packages.
    pub(super) packages: Vec<usize>,
    /// The groups of a root that is no project, by name.
    pub(super) groups: Vec<(String, Vec<UvDependency>)>,
    /// The default groups that the lock has recorded.
    default_groups: Option<UvGroups>,
    /// The name of the project beside the lock.
    pub(super) own_name: Option<String>,
}

impl InstallTargets {
    /// Those of a lock.
    ///
    /// # Errors
    /// Why they are not known, as a lower-case fragment.
    pub(super) fn of(input: &LockInput<'_>, lock: &UvLock) -> Result<Self, Message> {
        if let Some((index, root)) = lock.packages.iter().enumerate().find(|(_, package)| is_root(package)) {
            return Ok(Self {
                packages: vec![index],
                groups: Vec::new(),
                default_groups: root.default_groups.clone(),
                own_name: Some(root.name.clone()),
            });
        }
        if input.manifest(PYPROJECT).is_ok_and(|manifest| manifest.at(&["project"]).is_some()) {
            return Err("the project beside the lock is not in it".into());
        }
        let index = |name: &String| {
            let is_it = |package: &UvPackage| package.name == *name && is_local(package);
            let found = lock.packages.iter().position(is_it);
            found.ok_or_else(|| format!("the member `{name}` of the workspace is not in the lock"))
        };
        Ok(Self {
            packages: lock.members.iter().map(index).collect::<Result<_, _>>()?,
            groups: root_groups(lock).map_err(|error| input.unreadable_lock(&error))?,
            default_groups: recorded_groups(lock)?,
            own_name: None,
        })
    }
}

/// The groups of a root that is no project.
///
/// # Errors
/// [`ParseError`] if they are not what uv writes.
pub(super) fn root_groups(lock: &UvLock) -> Result<Vec<(String, Vec<UvDependency>)>, ParseError> {
    let Some(Value::Table(tables)) = lock.manifest_value("dependency-groups") else { return Ok(Vec::new()) };
    let edge = |one: UvRequirement| UvDependency {
        line: one.line,
        name: one.name,
        version: None,
        source: None,
        extras: one.extras,
        marker: one.marker,
    };
    let group = |table: &crate::formats::Member| {
        let requirements = uv_lock::requirements(&table.value.value)?;
        Ok((table.key.clone(), requirements.into_iter().map(edge).collect()))
    };
    tables.iter().map(group).collect()
}

/// The default groups of a root that is no project, as recorded since revision 5.
fn recorded_groups(lock: &UvLock) -> Result<Option<UvGroups>, Message> {
    match lock.manifest_value("default-groups") {
        None => Ok(None),
        value => default_groups(value).map(Some),
    }
}

/// Whether a package is a project in a directory.
pub(super) fn is_local(package: &UvPackage) -> bool {
    matches!(package.source.kind.as_str(), "virtual" | "editable" | "directory")
}

/// Whether a lock has a package of a normalised name.
pub(super) fn is_locked(lock: &UvLock, name: &str) -> bool {
    lock.packages.iter().any(|package| normalised(&package.name) == name)
}

/// Whether a package is the project beside the lock.
fn is_root(package: &UvPackage) -> bool {
    is_local(package) && joined("", &package.source.location) == "."
}

/// The groups to install; `None` for all.
pub(super) fn groups(
    input: &LockInput<'_>,
    targets: &InstallTargets,
    selection: &LockSelection<'_>,
) -> Result<Option<BTreeSet<String>>, Message> {
    let normal = |names: &[String]| Some(names.iter().map(|name| normalised(name)).collect());
    if let Some(groups) = selection.groups {
        return Ok(normal(groups));
    }
    let groups = match &targets.default_groups {
        Some(recorded) => recorded.clone(),
        // Before revision 5 only the manifest says so.
        None => {
            let manifest = input.manifest(PYPROJECT).ok();
            default_groups(manifest.as_ref().and_then(|manifest| manifest.at(&DEFAULT_GROUPS)))?
        }
    };
    match groups {
        UvGroups::All => Ok(None),
        UvGroups::Named(names) => Ok(normal(&names)),
    }
}

/// Where a manifest has its default groups.
pub(super) const DEFAULT_GROUPS: [&str; 3] = ["tool", "uv", "default-groups"];
