//! Whether a lock of uv is fresh: it records what it was resolved from, and uv compares that with the manifests.

use std::collections::{BTreeMap, BTreeSet};

use super::super::lock_input::{LockInput, PYPROJECT};
use super::compare::{LockDifference, compare};
use super::declaration::{Declaration, MemberSources, Requirer, joined};
use super::read::read;
use super::settings::{
    compare_conflicts, compare_constraints, compare_environments, compare_indexes, compare_options, indexes,
    recorded_list,
};
use super::targets::{DEFAULT_GROUPS, is_local};
use super::workspace::{LockedMember, default_groups, groups, members, sources};
use crate::formats::uv_lock::{self, UvGroups, UvLock, UvMetadata, UvPackage};
use crate::formats::{Member, Value};
use crate::model::Freshness;
use crate::python::{Specifiers, Version, normalised};

/// The revision of the format since which a lock has `default-groups`, and the one since which it has the names of
/// extras.
const WITH_DEFAULT_GROUPS: u64 = 5;
const WITH_EXTRAS: u64 = 1;

pub(super) fn freshness(input: &LockInput<'_>) -> Freshness {
    decide(input).unwrap_or_else(|other| other)
}

fn decide(input: &LockInput<'_>) -> Result<Freshness, Freshness> {
    let lock = read(input).map_err(Freshness::Unreadable)?;
    let root = input.manifest(PYPROJECT)?;
    let settings = settings(input, &root).map_err(Freshness::Unknown)?;
    let members = members(input, &root).map_err(Freshness::Unknown)?;
    let comparison =
        LockComparison { input, lock: &lock, root: &root, settings: &settings, members: &members };
    let differences: Vec<LockDifference> = comparison.all().into_iter().filter_map(Result::err).collect();
    let certain = differences.iter().find_map(|difference| match difference {
        LockDifference::Certain(reason) => Some(Freshness::Stale(reason.clone())),
        LockDifference::Unknown(_) => None,
    });
    let unknown = differences.iter().find_map(|difference| match difference {
        LockDifference::Unknown(reason) => Some(Freshness::Unknown(reason.clone())),
        LockDifference::Certain(_) => None,
    });
    Ok(certain.or(unknown).unwrap_or(Freshness::Fresh))
}

/// The settings of uv: `uv.toml` beside the manifest, else the table `tool.uv`.
fn settings(input: &LockInput<'_>, root: &Value) -> Result<Value, String> {
    let own = input.other_manifest("uv.toml")?;
    let table = || root.at(&["tool", "uv"]).cloned().unwrap_or_else(|| Value::Table(Vec::new()));
    Ok(own.unwrap_or_else(table))
}

fn certain(reason: String) -> Result<(), LockDifference> {
    Err(LockDifference::Certain(reason))
}

struct LockComparison<'c> {
    input: &'c LockInput<'c>,
    lock: &'c UvLock,
    root: &'c Value,
    settings: &'c Value,
    members: &'c [LockedMember],
}

impl LockComparison<'_> {
    fn all(&self) -> Vec<Result<(), LockDifference>> {
        let pythons = match Specifiers::parse(&self.lock.requires_python) {
            Ok(pythons) => pythons,
            Err(reason) => {
                return vec![Err(LockDifference::Unknown(format!(
                    "`requires-python` of the lock: {reason}"
                )))];
            }
        };
        let empty = Value::Table(Vec::new());
        let tool = self.root.at(&["tool", "uv"]).unwrap_or(&empty);
        let name = self.root.text_at(&["project", "name"]);
        let indexes = indexes(self.settings);
        let directories = self.directories();
        let root_sources = self.sources(sources(self.root), ".", &indexes, &directories);
        let mut results = vec![
            self.member_names(),
            self.pythons(&pythons),
            compare_options(self.lock, self.settings),
            compare_environments(self.lock, tool, &pythons),
            compare_conflicts(self.lock, tool, name.as_deref()),
            compare_constraints(self.lock, self.settings, tool, &root_sources, &pythons),
            self.root_groups(&root_sources, &pythons),
            compare_indexes(self.lock, self.settings),
        ];
        let required = match self.required() {
            Ok(required) => required,
            Err(reason) => return vec![Err(LockDifference::Unknown(reason))],
        };
        for member in self.members {
            let own = self.sources(member.sources(), &member.directory, &indexes, &directories);
            results.push(match self.is_nested(member) {
                Ok(false) => self.member(member, &required, &own, &pythons),
                Ok(true) => {
                    let alone = MemberSources { inherited: &[], members: &[], ..own };
                    self.member(member, &required, &alone, &pythons)
                }
                Err(reason) => Err(LockDifference::Unknown(reason)),
            });
        }
        results.extend(self.local_packages().map(|package| self.local_package(package, &indexes, &pythons)));
        results
    }

    /// Whether there is a manifest between a member and the root: uv reads what the member requires as if it were in no
    /// workspace, because it searches for one up to the next manifest only.
    fn is_nested(&self, member: &LockedMember) -> Result<bool, String> {
        let between = member.directory.match_indices('/').filter_map(|(end, _)| member.directory.get(..end));
        for directory in between.filter(|directory| !directory.ends_with("..")) {
            if self.input.other_manifest(&format!("{directory}/{PYPROJECT}"))?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The directory of the lock in the repository, if that is known.
    fn base(&self) -> &str {
        let path = std::str::from_utf8(self.input.file.as_bytes()).unwrap_or("");
        path.rsplit_once('/').map_or("", |(directory, _)| directory)
    }

    fn directories(&self) -> Vec<(String, String)> {
        self.members.iter().map(|member| (member.name.clone(), member.directory.clone())).collect()
    }

    fn sources<'s>(
        &'s self,
        own: &'s [Member],
        directory: &'s str,
        indexes: &'s [(String, String)],
        members: &'s [(String, String)],
    ) -> MemberSources<'s> {
        let ignored = self.settings.at(&["no-sources"]) == Some(&Value::Boolean(true));
        let (own, inherited) = if ignored { (&[][..], &[][..]) } else { (own, sources(self.root)) };
        MemberSources { own: (own, directory), inherited, base: self.base(), indexes, members }
    }

    fn member_names(&self) -> Result<(), LockDifference> {
        let mut declared: Vec<&str> = self.members.iter().map(|member| member.name.as_str()).collect();
        declared.sort_unstable();
        let mut recorded: Vec<&str> = self.lock.members.iter().map(String::as_str).collect();
        recorded.sort_unstable();
        // A project alone is not recorded.
        if declared == recorded || recorded.is_empty() && declared.len() < 2 {
            return Ok(());
        }
        let said = |names: &[&str]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        certain(format!(
            "the members of the workspace are {}, and were {} when it was locked",
            said(&declared),
            said(&recorded)
        ))
    }

    fn pythons(&self, recorded: &Specifiers) -> Result<(), LockDifference> {
        let mut texts: Vec<String> = self
            .members
            .iter()
            .filter_map(|member| member.manifest.text_at(&["project", "requires-python"]))
            .collect();
        if self.members.is_empty() {
            texts.extend(self.root.text_at(&["project", "requires-python"]));
        }
        if texts.is_empty() {
            let reason =
                "no project says `requires-python`, so that the lock depends on the Python that uv finds";
            return Err(LockDifference::Unknown(reason.to_owned()));
        }
        let parsed = texts.iter().map(|text| Specifiers::parse(text)).collect::<Result<Vec<_>, _>>();
        let parsed =
            parsed.map_err(|reason| LockDifference::Unknown(format!("`requires-python`: {reason}")))?;
        let all: Vec<&Specifiers> = parsed.iter().collect();
        // What is left out between the bounds does not count for uv.
        if Specifiers::have_same_bounds(&all, &[recorded]) {
            return Ok(());
        }
        certain(format!(
            "`requires-python` is `{}`, and was `{recorded}` when it was locked",
            texts.join("`, `")
        ))
    }

    /// The groups of a root that is no project.
    fn root_groups(&self, sources: &MemberSources<'_>, pythons: &Specifiers) -> Result<(), LockDifference> {
        if self.root.at(&["tool", "uv", "dependency-groups"]).is_some() {
            let reason = "`tool.uv.dependency-groups` sets a Python for groups, which is not compared";
            return Err(LockDifference::Unknown(reason.to_owned()));
        }
        let recorded: Vec<(String, Vec<Declaration>)> = match self.lock.manifest_value("dependency-groups") {
            Some(Value::Table(members)) => members
                .iter()
                .map(|member| {
                    Ok((member.key.clone(), recorded_list(Some(&member.value.value), &member.key)?))
                })
                .collect::<Result<_, LockDifference>>()?,
            _ => Vec::new(),
        };
        let declared = match self.root.at(&["project"]) {
            Some(_) => Vec::new(),
            None => {
                let recorded = self.lock.manifest_value("default-groups");
                let recorded = default_groups(recorded).map_err(LockDifference::Unknown)?;
                self.default_groups(self.root, &recorded, "the workspace")?;
                groups(self.root).map_err(LockDifference::Unknown)?
            }
        };
        compare_groups(&declared, &recorded, sources, pythons)
    }

    /// The members that others need through a source `{workspace = true}`, and whether as editable.
    fn required(&self) -> Result<BTreeMap<String, Option<bool>>, String> {
        let mut required = BTreeMap::new();
        for member in self.members {
            let inherited = if self.is_nested(member)? { &[] } else { sources(self.root) };
            required.extend(member.required_members(inherited)?);
        }
        Ok(required)
    }

    fn member(
        &self,
        member: &LockedMember,
        required: &BTreeMap<String, Option<bool>>,
        sources: &MemberSources<'_>,
        pythons: &Specifiers,
    ) -> Result<(), LockDifference> {
        let name = &member.name;
        let is_it = |package: &&UvPackage| normalised(&package.name) == *name && is_local(package);
        let Some(package) = self.lock.packages.iter().find(is_it) else {
            return certain(format!("`{name}` is not locked"));
        };
        let place = joined("", &package.source.location);
        if place != member.directory {
            return certain(format!("`{name}` was locked in `{place}`, not `{}`", member.directory));
        }
        let is_package = member.is_package(required.contains_key(name));
        let is_editable = required.get(name).copied().flatten() != Some(false);
        let expected = match (is_package, is_editable) {
            (false, _) => "virtual",
            (true, true) => "editable",
            (true, false) => "directory",
        };
        if package.source.kind != expected {
            return certain(format!("`{name}` was locked as {}, and is {expected} now", package.source.kind));
        }
        self.version(member, package)?;
        let recorded = package.default_groups.clone();
        let recorded = recorded.map_or_else(|| default_groups(None), Ok).map_err(LockDifference::Unknown)?;
        self.default_groups(&member.manifest, &recorded, &format!("`{name}`"))?;
        let declared = self.declared(member, sources)?;
        let Some(metadata) = metadata_of(package, &declared) else {
            return Err(LockDifference::Unknown(format!("the lock does not record what `{name}` requires")));
        };
        self.metadata(member, &declared, &metadata, pythons)?;
        let groups = member.groups().map_err(LockDifference::Unknown)?;
        let recorded = metadata.requires_dev.iter().map(|(name, all)| Ok((name.clone(), of_lock(all)?)));
        let recorded = recorded.collect::<Result<Vec<_>, LockDifference>>()?;
        compare_groups(&groups, &recorded, sources, pythons)
    }

    fn version(&self, member: &LockedMember, package: &UvPackage) -> Result<(), LockDifference> {
        let version = member.manifest.text_at(&["project", "version"]);
        let name = &member.name;
        match (&version, &package.version) {
            (Some(version), Some(locked)) if Version::are_same(version, locked) => Ok(()),
            (None, None) => Ok(()),
            (Some(version), locked) => certain(format!(
                "`{name}` is {version}, and was {} when it was locked",
                locked.as_deref().unwrap_or("of a dynamic version")
            )),
            (None, Some(locked)) if member.is_dynamic("version") => {
                certain(format!("the version of `{name}` is dynamic, and was {locked} when it was locked"))
            }
            (None, Some(_)) => Err(LockDifference::Unknown(format!("`{name}` has no version"))),
        }
    }

    fn default_groups(
        &self,
        manifest: &Value,
        recorded: &UvGroups,
        whose: &str,
    ) -> Result<(), LockDifference> {
        if self.lock.revision < WITH_DEFAULT_GROUPS {
            return Ok(());
        }
        let set = default_groups(manifest.at(&DEFAULT_GROUPS)).map_err(LockDifference::Unknown)?;
        let plain = |groups: &UvGroups| match groups {
            UvGroups::All => None,
            UvGroups::Named(names) => {
                Some(names.iter().map(|name| normalised(name)).collect::<BTreeSet<_>>())
            }
        };
        match plain(&set) == plain(recorded) {
            true => Ok(()),
            false => certain(format!("`default-groups` of {whose} has changed")),
        }
    }

    /// The requirements of a project, with those of its extras.
    fn declared(
        &self,
        member: &LockedMember,
        sources: &MemberSources<'_>,
    ) -> Result<Vec<Declaration>, LockDifference> {
        for key in ["dependencies", "optional-dependencies", "requires-python"] {
            if member.is_dynamic(key) {
                return Err(LockDifference::Unknown(format!("`{key}` of `{}` is dynamic", member.name)));
            }
        }
        let requirements = member.requirements().map_err(LockDifference::Unknown)?;
        let declared = requirements.iter().map(|(text, extra)| {
            let requirer = extra.as_deref().map_or(Requirer::Project, Requirer::Extra);
            Declaration::of_manifest(text, requirer, sources)
        });
        let declared: Vec<_> = declared.collect::<Result<_, _>>().map_err(LockDifference::Unknown)?;
        Ok(declared.concat())
    }

    fn metadata(
        &self,
        member: &LockedMember,
        declared: &[Declaration],
        metadata: &UvMetadata,
        pythons: &Specifiers,
    ) -> Result<(), LockDifference> {
        let extras = member.extras();
        let recorded: BTreeSet<String> =
            metadata.provides_extras.iter().map(|extra| normalised(extra)).collect();
        if extras != recorded && self.lock.revision >= WITH_EXTRAS {
            let changed = extras.symmetric_difference(&recorded).next().cloned().unwrap_or_default();
            return certain(format!("the extra `{changed}` of `{}` was added or removed", member.name));
        }
        compare(declared, &of_lock(&metadata.requires_dist)?, pythons)
    }

    /// Packages in directories that are no members, of which the metadata is recorded too.
    fn local_packages(&self) -> impl Iterator<Item = &UvPackage> {
        let is_member = |package: &&UvPackage| {
            let name = normalised(&package.name);
            self.members.iter().any(|member| member.name == name)
        };
        self.lock
            .packages
            .iter()
            .filter(|package| is_local(package))
            .filter(move |package| !is_member(package))
    }

    fn local_package(
        &self,
        package: &UvPackage,
        indexes: &[(String, String)],
        pythons: &Specifiers,
    ) -> Result<(), LockDifference> {
        let directory = joined("", &package.source.location);
        if directory.starts_with('/') {
            let reason = format!("what `{}` requires is not known: it is in `{directory}`", package.name);
            return Err(LockDifference::Unknown(reason));
        }
        let path = format!("{directory}/{PYPROJECT}");
        let manifest = self.input.other_manifest(&path).map_err(LockDifference::Unknown)?;
        let unknown = |what: &str| {
            LockDifference::Unknown(format!("what `{}` requires is not known: {what}", package.name))
        };
        let manifest = manifest.ok_or_else(|| unknown(&format!("there is no `{path}`")))?;
        let name = manifest.text_at(&["project", "name"]).ok_or_else(|| unknown("it is not static"))?;
        let member = LockedMember { name: normalised(&name), directory: directory.clone(), manifest };
        let is_nested = member.manifest.at(&["tool", "uv", "workspace"]).is_some();
        if is_nested || member.sources().iter().any(|source| source.value.value.at(&["workspace"]).is_some())
        {
            return Err(unknown("it has a workspace of its own"));
        }
        if member.name != normalised(&package.name) {
            return certain(format!("`{}` is called `{name}` now", package.name));
        }
        let own = MemberSources {
            own: (member.sources(), &directory),
            inherited: &[],
            base: self.base(),
            indexes,
            members: &[],
        };
        self.version(&member, package)?;
        let declared = self.declared(&member, &own)?;
        let metadata = metadata_of(package, &declared);
        self.metadata(&member, &declared, &metadata.unwrap_or_default(), pythons)
    }
}

/// The recorded metadata. A package that needs nothing has none; `None` if it was left out.
fn metadata_of(package: &UvPackage, declared: &[Declaration]) -> Option<UvMetadata> {
    let needs_nothing = package.dependencies.is_empty()
        && package.optional_dependencies.is_empty()
        && package.dev_dependencies.is_empty();
    match &package.metadata {
        Some(metadata) => Some(metadata.clone()),
        None if needs_nothing || declared.is_empty() => Some(UvMetadata::default()),
        None => None,
    }
}

fn of_lock(recorded: &[uv_lock::UvRequirement]) -> Result<Vec<Declaration>, LockDifference> {
    recorded.iter().map(Declaration::of_lock).collect::<Result<_, _>>().map_err(LockDifference::Unknown)
}

/// Compares groups; an empty one counts as every other.
fn compare_groups(
    declared: &[(String, Vec<String>)],
    recorded: &[(String, Vec<Declaration>)],
    sources: &MemberSources<'_>,
    pythons: &Specifiers,
) -> Result<(), LockDifference> {
    for (name, _) in recorded {
        if !declared.iter().any(|(known, _)| known == name) {
            return certain(format!("the group `{name}` is no longer there"));
        }
    }
    for (name, items) in declared {
        let Some((_, recorded)) = recorded.iter().find(|(known, _)| known == name) else {
            return certain(format!("the group `{name}` was not there when it was locked"));
        };
        let requirer = Requirer::Group(name);
        let items: Result<Vec<_>, _> =
            items.iter().map(|text| Declaration::of_manifest(text, requirer, sources)).collect();
        compare(&items.map_err(LockDifference::Unknown)?.concat(), recorded, pythons)?;
    }
    Ok(())
}
