//! What a lock of uv asks an environment to contain: the graph is walked from the project.

use crate::message::Message;
use std::collections::{BTreeMap, BTreeSet};

use super::super::lock_input::{LockInput, LockSelection};
use super::super::locked::{Applies, Wish, Wishes};
use super::read::read;
use super::targets::{InstallTargets, groups};
use crate::formats::uv_lock::{LockedSource, UvDependency, UvLock, UvPackage};
use crate::model::{PackageSource, RequestedPackages};
use crate::python::{ActiveNames, Specifiers, Version, normalised};

pub(super) fn requested(
    input: &LockInput<'_>,
    selection: &LockSelection<'_>,
) -> Result<RequestedPackages, Message> {
    let lock = read(input)?;
    expect_python(&lock, selection)?;
    let targets = InstallTargets::of(input, &lock)?;
    let mut walk = LockWalk { lock: &lock, selection, reached: BTreeMap::new() };
    let extras: Vec<String> = selection.extras.iter().map(|extra| normalised(extra)).collect();
    let groups = groups(input, &targets, selection)?;
    let is_wanted = |name: &str| {
        groups.as_ref().is_none_or(|groups: &BTreeSet<String>| groups.contains(&normalised(name)))
    };
    for &target in &targets.packages {
        let Some(package) = lock.packages.get(target) else { continue };
        // A member need not have the extras of others.
        let has = |extra: &&String| {
            package.optional_dependencies.iter().any(|(name, _)| normalised(name) == **extra)
        };
        let own: Vec<String> = extras.iter().filter(has).cloned().collect();
        walk.visit(target, &own, &Applies::Here)?;
        for (_, edges) in package.dev_dependencies.iter().filter(|(name, _)| is_wanted(name)) {
            walk.follow(edges, &Applies::Here)?;
        }
    }
    for (_, edges) in targets.groups.iter().filter(|(name, _)| is_wanted(name)) {
        walk.follow(edges, &Applies::Here)?;
    }
    let mut wishes = Wishes::new(input, selection, "uv");
    for (index, reached) in walk.reached {
        let Some(package) = lock.packages.get(index) else { continue };
        if package.source.kind != "virtual" {
            wishes.add(wish(package, reached.extras), reached.applies);
        }
    }
    Ok(wishes.finish(targets.own_name, ActiveNames::default()))
}

/// Fails for a Python that the lock is not for.
fn expect_python(lock: &UvLock, selection: &LockSelection<'_>) -> Result<(), Message> {
    let wanted = Specifiers::parse(&lock.requires_python)?;
    let environment = selection.environment;
    let known = environment.python_full_version.as_ref().or(environment.python_version.as_ref());
    let Some(version) = known.and_then(|version| Version::parse(version)) else { return Ok(()) };
    let is_accepted = match version.release().len() {
        3.. => wanted.accept_interpreter(&version),
        _ => wanted.accept_some(version.release()),
    };
    if is_accepted {
        Ok(())
    } else {
        Err(format!("the lock is for Python {}, not {version}", lock.requires_python).into())
    }
}

/// A package that is needed.
struct Reached {
    extras: BTreeSet<String>,
    applies: Applies,
}

struct LockWalk<'w> {
    lock: &'w UvLock,
    selection: &'w LockSelection<'w>,
    /// By index of the package.
    reached: BTreeMap<usize, Reached>,
}

impl LockWalk<'_> {
    /// Walks to a package with extras, on a path that applies.
    fn visit(&mut self, start: usize, extras: &[String], applies: &Applies) -> Result<(), Message> {
        // The packages to visit, each with an extra or without.
        let mut pending: Vec<(usize, Option<String>, Applies)> = vec![(start, None, applies.clone())];
        pending.extend(extras.iter().map(|extra| (start, Some(extra.clone()), applies.clone())));
        let mut done: BTreeMap<(usize, Option<String>), Applies> = BTreeMap::new();
        while let Some((index, extra, applies)) = pending.pop() {
            let key = (index, extra.clone());
            // What is certain is walked once more than what is not.
            match done.get(&key) {
                Some(Applies::Here) => continue,
                Some(_) if applies != Applies::Here => continue,
                _ => drop(done.insert(key, applies.clone())),
            }
            let Some(package) = self.lock.packages.get(index) else { continue };
            self.reach(index, extra.as_deref(), &applies);
            let edges: &[UvDependency] = match &extra {
                None => &package.dependencies,
                Some(extra) => {
                    let found =
                        package.optional_dependencies.iter().find(|(name, _)| normalised(name) == *extra);
                    found.map_or(&[], |(_, edges)| edges)
                }
            };
            for edge in edges {
                pending.extend(self.next(edge, &applies)?);
            }
        }
        Ok(())
    }

    /// Walks along edges of a project.
    fn follow(&mut self, edges: &[UvDependency], applies: &Applies) -> Result<(), Message> {
        for edge in edges {
            for (index, extra, applies) in self.next(edge, applies)? {
                let extras: Vec<String> = extra.into_iter().collect();
                self.visit(index, &extras, &applies)?;
            }
        }
        Ok(())
    }

    fn reach(&mut self, index: usize, extra: Option<&str>, applies: &Applies) {
        let reached = self
            .reached
            .entry(index)
            .or_insert_with(|| Reached { extras: BTreeSet::new(), applies: Applies::Nowhere });
        reached.applies = reached.applies.clone().or(applies.clone());
        reached.extras.extend(extra.map(str::to_owned));
    }

    /// Where an edge leads: a package, without and with each of its extras.
    fn next(
        &self,
        edge: &UvDependency,
        applies: &Applies,
    ) -> Result<Vec<(usize, Option<String>, Applies)>, Message> {
        let own = Applies::with(edge.marker.as_deref(), self.selection.environment, &ActiveNames::default())?;
        let applies = applies.clone().and(own);
        if applies == Applies::Nowhere {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for (index, package) in self.lock.packages.iter().enumerate() {
            let is_it = package.name == edge.name
                && edge.version.as_ref().is_none_or(|version| package.version.as_ref() == Some(version))
                && edge.source.as_ref().is_none_or(|source| *source == package.source);
            if !is_it {
                continue;
            }
            let applies = applies.clone().and(self.fork(package)?);
            if applies != Applies::Nowhere {
                let extras = edge.extras.iter().map(|extra| Some(normalised(extra)));
                found
                    .extend(std::iter::once(None).chain(extras).map(|extra| (index, extra, applies.clone())));
            }
        }
        Ok(found)
    }

    /// Whether a package is in a fork of the resolution that applies; it matters where several are locked.
    fn fork(&self, package: &UvPackage) -> Result<Applies, Message> {
        let is_one_of_several =
            self.lock.packages.iter().filter(|other| other.name == package.name).count() > 1;
        if !is_one_of_several || package.resolution_markers.is_empty() {
            return Ok(Applies::Here);
        }
        let mut applies = Applies::Nowhere;
        for marker in &package.resolution_markers {
            let one = Applies::with(Some(marker), self.selection.environment, &ActiveNames::default())?;
            applies = applies.or(one);
        }
        Ok(applies)
    }
}

fn wish(package: &UvPackage, extras: BTreeSet<String>) -> Wish {
    let LockedSource { kind, location, subdirectory } = &package.source;
    let subdirectory = subdirectory.clone();
    let source = match kind.as_str() {
        "directory" | "editable" => {
            Some(PackageSource::Directory { path: location.into(), is_editable: kind == "editable" })
        }
        "url" | "path" => {
            Some(PackageSource::Archive { url: location.clone(), subdirectory, hashes: Vec::new() })
        }
        "git" => Some(repository(location)),
        _ => None,
    };
    Wish {
        line: package.line,
        name: package.name.clone(),
        extras: extras.into_iter().collect(),
        version: package.version.clone(),
        source,
        group: None,
    }
}

/// A repository as uv records it: `https://…?subdirectory=…&rev=…#COMMIT`.
fn repository(location: &str) -> PackageSource {
    let (rest, commit) =
        location.split_once('#').map_or((location, None), |(rest, commit)| (rest, Some(commit)));
    let (url, query) = rest.split_once('?').unwrap_or((rest, ""));
    let subdirectory = query.split('&').find_map(|pair| pair.strip_prefix("subdirectory="));
    PackageSource::Repository {
        vcs: "git".to_owned(),
        url: url.to_owned(),
        revision: commit.map(str::to_owned),
        subdirectory: subdirectory.map(str::to_owned),
        is_editable: false,
    }
}
