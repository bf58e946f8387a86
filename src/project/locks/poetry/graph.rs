//! What a lock of poetry before 2.0 asks for. It does not say which groups need a package, so that its requirements are
//! walked from those of the project.

use crate::message::Message;
use std::collections::{BTreeMap, BTreeSet};

use super::super::lock_input::{LockInput, LockSelection, PYPROJECT};
use super::super::locked::{Applies, Wishes};
use super::wish::{MAIN, own_name, wish};
use crate::formats::Value;
use crate::formats::poetry_lock::{PoetryDependency, PoetryLock, PoetryPackage, dependencies};
use crate::model::{Freshness, RequestedPackages};
use crate::python::{ActiveNames, Specifiers, Version, normalised};

/// What poetry 1 left out of some locks.
const NOT_LOCKED: [&str; 4] = ["distribute", "pip", "setuptools", "wheel"];

pub(super) fn requested(
    input: &LockInput<'_>,
    selection: &LockSelection<'_>,
    lock: &PoetryLock,
) -> Result<RequestedPackages, Message> {
    let manifest = input.manifest(PYPROJECT).map_err(|other| match other {
        Freshness::Unknown(reason) | Freshness::Unreadable(reason) => reason,
        Freshness::Stale(_) | Freshness::Fresh => String::new().into(),
    })?;
    if manifest.at(&["project", "dependencies"]).is_some() {
        let reason = "a lock of poetry before 2.0 does not say which groups need a package";
        return Err(format!("{reason}, and was not made from `project.dependencies`").into());
    }
    let mut walk = OldLockWalk { lock, selection, reached: BTreeMap::new(), done: BTreeMap::new() };
    let extras = extras(&manifest, selection);
    for (group, requirements) in groups(&manifest, selection) {
        for (name, value) in requirements.filter(|(name, _)| *name != "python") {
            let alternatives = dependencies(value).map_err(|error| input.unreadable(PYPROJECT, &error))?;
            for one in
                alternatives.iter().filter(|one| !one.is_optional || extras.contains(&normalised(name)))
            {
                walk.follow(name, one, &Applies::Here, &ActiveNames::default(), &group)?;
            }
        }
    }
    let mut wishes = Wishes::new(input, selection, "poetry");
    for (index, (applies, group)) in walk.reached {
        if let Some(package) = lock.packages.get(index) {
            wishes.add(wish(package, Some(group).filter(|group| group != MAIN)), applies);
        }
    }
    Ok(wishes.finish(own_name(input), ActiveNames::default()))
}

/// The packages of the extras that are chosen.
fn extras(manifest: &Value, selection: &LockSelection<'_>) -> BTreeSet<String> {
    let Some(Value::Table(extras)) = manifest.at(&["tool", "poetry", "extras"]) else {
        return BTreeSet::new();
    };
    let is_chosen = |name: &str| selection.extras.iter().any(|extra| normalised(extra) == normalised(name));
    let lists = extras.iter().filter(|extra| is_chosen(&extra.key)).map(|extra| &extra.value.value);
    let mut found = BTreeSet::new();
    for list in lists {
        if let Value::List(items) = list {
            found.extend(items.iter().filter_map(|item| match &item.value {
                Value::Text(name) => Some(normalised(name)),
                _ => None,
            }));
        }
    }
    found
}

/// The requirements of a group, by name.
type GroupRequirements<'m> = Box<dyn Iterator<Item = (&'m str, &'m crate::formats::Located)> + 'm>;

/// The groups to install: the project's own, and the chosen ones or all that are not optional.
fn groups<'m>(manifest: &'m Value, selection: &LockSelection<'_>) -> Vec<(String, GroupRequirements<'m>)> {
    let requirements = |table: Option<&'m Value>| -> GroupRequirements<'m> {
        let members = table.map(Value::members).unwrap_or_default();
        Box::new(members.iter().map(|member| (member.key.as_str(), &member.value)))
    };
    let is_wanted = |name: &str, is_optional: bool| match selection.groups {
        Some(named) => named.iter().any(|group| normalised(group) == name),
        None => !is_optional,
    };
    let mut found = vec![(MAIN.to_owned(), requirements(manifest.at(&["tool", "poetry", "dependencies"])))];
    if is_wanted("dev", false) {
        found.push(("dev".to_owned(), requirements(manifest.at(&["tool", "poetry", "dev-dependencies"]))));
    }
    for group in manifest.at(&["tool", "poetry", "group"]).map(Value::members).unwrap_or_default() {
        let (name, table) = (normalised(&group.key), &group.value.value);
        if is_wanted(&name, table.at(&["optional"]) == Some(&Value::Boolean(true))) {
            found.push((name, requirements(table.at(&["dependencies"]))));
        }
    }
    found
}

struct OldLockWalk<'w> {
    lock: &'w PoetryLock,
    selection: &'w LockSelection<'w>,
    /// By index of the package: where it applies, and the first group that needs it.
    reached: BTreeMap<usize, (Applies, String)>,
    /// The packages, with an extra or without, whose requirements were followed, and where they applied.
    done: BTreeMap<(usize, Option<String>), Applies>,
}

impl OldLockWalk<'_> {
    /// Follows a requirement, and those of what it leads to.
    fn follow(
        &mut self,
        name: &str,
        requirement: &PoetryDependency,
        applies: &Applies,
        active: &ActiveNames,
        group: &str,
    ) -> Result<(), Message> {
        let mut pending = self.next(name, requirement, applies, active)?;
        while let Some((index, extra, applies)) = pending.pop() {
            let reached = self.reached.entry(index).or_insert((Applies::Nowhere, group.to_owned()));
            reached.0 = reached.0.clone().or(applies.clone());
            // What is certain is followed once more than what is not.
            match self.done.get(&(index, extra.clone())) {
                Some(Applies::Here) => continue,
                Some(_) if applies != Applies::Here => continue,
                _ => drop(self.done.insert((index, extra.clone()), applies.clone())),
            }
            let Some(package) = self.lock.packages.get(index) else { continue };
            let active = ActiveNames { extras: extra.into_iter().collect(), groups: None };
            for (name, alternatives) in &package.dependencies {
                for requirement in alternatives {
                    pending.extend(self.next(name, requirement, &applies, &active)?);
                }
            }
        }
        Ok(())
    }

    /// Where a requirement leads: to a package, without and with each of the extras.
    fn next(
        &self,
        name: &str,
        requirement: &PoetryDependency,
        applies: &Applies,
        active: &ActiveNames,
    ) -> Result<Vec<(usize, Option<String>, Applies)>, Message> {
        let environment = self.selection.environment;
        let platform = requirement.platform.as_ref().map(|name| format!("sys_platform == \"{name}\""));
        let own = Applies::with(requirement.marker.as_deref(), environment, active)?;
        let on = Applies::with(platform.as_deref(), environment, active)?;
        let applies = applies.clone().and(own).and(on);
        if applies == Applies::Nowhere || !self.is_for_python(requirement)? {
            return Ok(Vec::new());
        }
        let found = self.locked(name, requirement)?;
        let extras = requirement.extras.iter().map(|extra| Some(normalised(extra)));
        let ways = std::iter::once(None).chain(extras);
        Ok(found.map_or_else(Vec::new, |index| ways.map(|extra| (index, extra, applies.clone())).collect()))
    }

    /// The package that a requirement leads to.
    fn locked(&self, name: &str, requirement: &PoetryDependency) -> Result<Option<usize>, Message> {
        let name = normalised(name);
        let packages = self.lock.packages.iter().enumerate();
        let mut found: Vec<(usize, &PoetryPackage)> =
            packages.filter(|(_, package)| normalised(&package.name) == name).collect();
        if let ([_, _, ..], Some(version)) = (found.as_slice(), &requirement.version) {
            let specifiers = Specifiers::parse_poetry(version)?;
            found.retain(|(_, package)| specifiers.accept_installed(&package.version));
        }
        match found.as_slice() {
            [(index, _)] => Ok(Some(*index)),
            [] if NOT_LOCKED.contains(&name.as_str()) => Ok(None),
            [] => Err(format!("`{name}` is required, and is not in the lock").into()),
            _ => Err(format!("several versions of `{name}` are locked, and it is not known which is needed")
                .into()),
        }
    }

    /// Whether a requirement is for the Python of the environment.
    fn is_for_python(&self, requirement: &PoetryDependency) -> Result<bool, Message> {
        let Some(python) = &requirement.python else { return Ok(true) };
        let specifiers = Specifiers::parse_poetry(python)?;
        let environment = self.selection.environment;
        let full = environment.python_full_version.as_deref().and_then(Version::parse);
        let full = full.ok_or_else(|| format!("whether the Python is `{python}` is not known"))?;
        Ok(specifiers.accept_interpreter(&full))
    }
}
