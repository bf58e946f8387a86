//! Whether a lock of uv is fresh: it records what it was resolved from, and uv compares that with the manifests.

use std::collections::{BTreeMap, BTreeSet};

use super::super::lists::texts;
use super::super::lock_input::{LockInput, PYPROJECT};
use super::compare::{LockDifference, compare};
use super::conflicts::{ConflictOwner, compare_conflicts};
use super::declaration::{Declaration, MemberSources, Requirer, joined};
use super::groups::{ComparedGroup, groups, python_marker};
use super::read::read;
use super::settings::{
    compare_constraints, compare_environments, compare_indexes, compare_options, indexes, recorded_list,
};
use super::targets::{DEFAULT_GROUPS, is_local};
use super::workspace::{LockedMember, default_groups, members, required_members, sources};
use crate::formats::Value;
use crate::formats::uv_lock::{self, UvGroups, UvLock, UvMetadata, UvPackage};
use crate::message::{Message, message};
use crate::model::Freshness;
use crate::order::Arrange as _;
use crate::python::{Specifiers, Version, normalised};

/// The revision of the format since which a lock has `default-groups`, and the one since which it has the names of
/// extras.
pub(super) const WITH_DEFAULT_GROUPS: u64 = 5;
const WITH_EXTRAS: u64 = 1;

/// The revision since which uv is known to install members without a build system that others need.
const WITH_REQUIRED_MEMBERS: u64 = 2;

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
fn settings(input: &LockInput<'_>, root: &Value) -> Result<Value, Message> {
    let own = input.other_manifest("uv.toml")?;
    let table = || root.at(&["tool", "uv"]).cloned().unwrap_or_else(|| Value::Table(Vec::new()));
    Ok(own.unwrap_or_else(table))
}

pub(super) fn certain(reason: impl Into<Message>) -> Result<(), LockDifference> {
    Err(LockDifference::Certain(reason.into()))
}

/// A lock with what it is compared with.
pub(super) struct LockComparison<'c> {
    pub(super) input: &'c LockInput<'c>,
    pub(super) lock: &'c UvLock,
    pub(super) root: &'c Value,
    pub(super) settings: &'c Value,
    pub(super) members: &'c [LockedMember],
}

impl LockComparison<'_> {
    fn all(&self) -> Vec<Result<(), LockDifference>> {
        let pythons = match Specifiers::parse(&self.lock.requires_python) {
            Ok(pythons) => pythons,
            Err(reason) => {
                return vec![Err(LockDifference::Unknown(
                    format!("`requires-python` of the lock: {reason}").into(),
                ))];
            }
        };
        let empty = Value::Table(Vec::new());
        let tool = self.root.at(&["tool", "uv"]).unwrap_or(&empty);
        let owners = self.conflict_owners();
        let indexes = indexes(self.settings);
        let directories = self.directories();
        let ignored = self.ignored_sources();
        let shared = MemberSources {
            own: (sources(self.root), "."),
            inherited: sources(self.root),
            ignored: &ignored,
            base: self.base(),
            indexes: &indexes,
            members: &directories,
        };
        let mut results = vec![
            self.member_names(),
            self.pythons(&pythons),
            compare_options(self.lock, self.settings),
            compare_environments(self.lock, tool, &pythons),
            compare_conflicts(self.lock, &owners),
            compare_constraints(self.lock, self.settings, tool, &shared, &pythons),
            self.root_groups(&shared, &pythons),
            compare_indexes(self.lock, self.settings),
        ];
        let required = required_members(self.root, self.members);
        for member in self.members {
            let own = MemberSources { own: (member.sources(), &member.directory), ..shared };
            let alone = MemberSources { inherited: &[], members: &[], ..own };
            let compared = match self.is_nested(member) {
                Ok(false) => self.member(member, &required, &own, &pythons),
                Ok(true) => self.member(member, &required, &alone, &pythons),
                Err(reason) => Err(LockDifference::Unknown(reason)),
            };
            results.push(compared.map_err(|difference| self.located(difference, &member.directory)));
        }
        results.extend(self.local_packages().map(|package| {
            let compared = self.local_package(package, &shared, &pythons);
            compared.map_err(|difference| self.located(difference, &joined("", &package.source.location)))
        }));
        results
    }

    /// A difference with the manifest that it is in, unless that is the one beside the lock.
    fn located(&self, difference: LockDifference, directory: &str) -> LockDifference {
        match difference {
            LockDifference::Certain(reason) if directory != "." => {
                let manifest = self.input.beside(&format!("{directory}/{PYPROJECT}"), None);
                LockDifference::Certain(message!("in `{}`, {}", manifest, reason))
            }
            other => other,
        }
    }

    /// The root and the members, as those who say which extras and groups exclude each other.
    fn conflict_owners(&self) -> Vec<ConflictOwner<'_>> {
        let members = self.members.iter();
        let mut owners: Vec<ConflictOwner<'_>> = members
            .map(|member| ConflictOwner { name: Some(&member.name), manifest: &member.manifest })
            .collect();
        if !self.members.iter().any(|member| member.directory == ".") {
            owners.push(ConflictOwner { name: None, manifest: self.root });
        }
        owners
    }

    /// The names of packages for which no source counts.
    fn ignored_sources(&self) -> BTreeSet<String> {
        let one_by_one = texts(self.settings.at(&["no-sources-package"]), "no-sources-package");
        let mut names: BTreeSet<String> =
            one_by_one.unwrap_or_default().iter().map(|name| normalised(name)).collect();
        if self.settings.at(&["no-sources"]) == Some(&Value::Boolean(true)) {
            let sources = self.members.iter().flat_map(LockedMember::sources).chain(sources(self.root));
            names.extend(sources.map(|source| normalised(&source.key)));
        }
        names
    }

    /// Whether there is a manifest between a member and the root: uv reads what the member requires as if it were in no
    /// workspace, because it searches for one up to the next manifest only.
    fn is_nested(&self, member: &LockedMember) -> Result<bool, Message> {
        let between = member.directory.match_indices('/').filter_map(|(end, _)| member.directory.get(..end));
        for directory in between.filter(|directory| !directory.ends_with("..")) {
            if self.input.other_manifest(&format!("{directory}/{PYPROJECT}"))?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The directory of the lock in the repository, if that is known.
    pub(super) fn base(&self) -> &str {
        let path = std::str::from_utf8(self.input.file.as_bytes()).unwrap_or("");
        path.rsplit_once('/').map_or("", |(directory, _)| directory)
    }

    fn directories(&self) -> Vec<(String, String)> {
        self.members.iter().map(|member| (member.name.clone(), member.directory.clone())).collect()
    }

    fn member_names(&self) -> Result<(), LockDifference> {
        let mut declared: Vec<&str> = self.members.iter().map(|member| member.name.as_str()).collect();
        declared.arrange();
        let mut recorded: Vec<&str> = self.lock.members.iter().map(String::as_str).collect();
        recorded.arrange();
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

    /// The groups of a root that is no project.
    fn root_groups(&self, sources: &MemberSources<'_>, pythons: &Specifiers) -> Result<(), LockDifference> {
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
                let groups = groups(self.root).map_err(LockDifference::Unknown)?;
                let pythons = match self.lock.manifest_value("group-requires-python") {
                    Some(Value::Table(members)) => members
                        .iter()
                        .filter_map(|member| Some((member.key.clone(), member.value.value.text_at(&[])?)))
                        .collect(),
                    _ => Vec::new(),
                };
                self.group_pythons(&groups, &pythons)?;
                groups
            }
        };
        compare_groups(&declared, &recorded, sources, pythons)
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
        let is_old = self.lock.revision < WITH_REQUIRED_MEMBERS && package.source.kind == "virtual";
        if is_old && !member.is_package(false) && expected != "virtual" {
            let reason = format!("an earlier uv may have locked `{name}` as virtual");
            return Err(LockDifference::Unknown(reason.into()));
        }
        if package.source.kind != expected {
            return certain(format!("`{name}` was locked as {}, and is {expected} now", package.source.kind));
        }
        self.version(member, package)?;
        let recorded = package.default_groups.clone();
        let recorded = recorded.map_or_else(|| default_groups(None), Ok).map_err(LockDifference::Unknown)?;
        self.default_groups(&member.manifest, &recorded, &format!("`{name}`"))?;
        let declared = self.declared(member, sources)?;
        let Some(metadata) = metadata_of(package, &declared) else {
            return Err(LockDifference::Unknown(
                format!("the lock does not record what `{name}` requires").into(),
            ));
        };
        self.metadata(member, &declared, &metadata, pythons)?;
        let groups = member.groups().map_err(LockDifference::Unknown)?;
        self.group_pythons(&groups, &package.group_pythons)?;
        compare_groups(&groups, &recorded_groups(&metadata)?, sources, pythons)
    }

    pub(super) fn version(&self, member: &LockedMember, package: &UvPackage) -> Result<(), LockDifference> {
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
            (None, Some(_)) => Err(LockDifference::Unknown(format!("`{name}` has no version").into())),
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
    pub(super) fn declared(
        &self,
        member: &LockedMember,
        sources: &MemberSources<'_>,
    ) -> Result<Vec<Declaration>, LockDifference> {
        for key in ["dependencies", "optional-dependencies", "requires-python"] {
            if member.is_dynamic(key) {
                return Err(LockDifference::Unknown(
                    format!("`{key}` of `{}` is dynamic", member.name).into(),
                ));
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

    pub(super) fn metadata(
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
}

/// The recorded metadata. A package that needs nothing has none; `None` if it was left out.
pub(super) fn metadata_of(package: &UvPackage, declared: &[Declaration]) -> Option<UvMetadata> {
    let needs_nothing = package.dependencies.is_empty()
        && package.optional_dependencies.is_empty()
        && package.dev_dependencies.is_empty();
    match &package.metadata {
        Some(metadata) => Some(metadata.clone()),
        None if needs_nothing || declared.is_empty() => Some(UvMetadata::default()),
        None => None,
    }
}

/// The groups that were recorded.
pub(super) fn recorded_groups(
    metadata: &UvMetadata,
) -> Result<Vec<(String, Vec<Declaration>)>, LockDifference> {
    metadata.requires_dev.iter().map(|(name, all)| Ok((name.clone(), of_lock(all)?))).collect()
}

fn of_lock(recorded: &[uv_lock::UvRequirement]) -> Result<Vec<Declaration>, LockDifference> {
    recorded.iter().map(Declaration::of_lock).collect::<Result<_, _>>().map_err(LockDifference::Unknown)
}

/// Compares groups; an empty one counts as every other.
pub(super) fn compare_groups(
    declared: &[ComparedGroup],
    recorded: &[(String, Vec<Declaration>)],
    sources: &MemberSources<'_>,
    pythons: &Specifiers,
) -> Result<(), LockDifference> {
    for (name, _) in recorded {
        if !declared.iter().any(|group| group.name == *name) {
            return certain(format!("the group `{name}` is no longer there"));
        }
    }
    for group in declared {
        let Some((name, recorded)) = recorded.iter().find(|(known, _)| *known == group.name) else {
            return certain(format!("the group `{}` was not there when it was locked", group.name));
        };
        let items: Result<Vec<_>, Message> = group
            .items
            .iter()
            .map(|item| {
                let pythons =
                    item.pythons.iter().map(|text| python_marker(text)).collect::<Result<Vec<_>, _>>()?;
                let condition = (!pythons.is_empty()).then(|| pythons.join(" and "));
                Declaration::under(condition.as_deref(), &item.text, Requirer::Group(name), sources)
            })
            .collect();
        compare(&items.map_err(LockDifference::Unknown)?.concat(), recorded, pythons)?;
    }
    Ok(())
}
