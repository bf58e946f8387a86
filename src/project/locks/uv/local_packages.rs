//! Projects in directories that are no members of the workspace, of which a lock records the metadata too.

use std::collections::BTreeSet;

use super::super::lock_input::PYPROJECT;
use super::compare::LockDifference;
use super::declaration::{MemberSources, joined};
use super::freshness::{LockComparison, certain, compare_groups, metadata_of, recorded_groups};
use super::targets::is_local;
use super::workspace::{LockedMember, each_source, sources};
use crate::formats::Value;
use crate::formats::uv_lock::UvPackage;
use crate::order::set_of;
use crate::python::{Specifiers, normalised};

/// The revision since which uv is known to record their groups.
const WITH_LOCAL_GROUPS: u64 = 3;

impl LockComparison<'_> {
    /// Packages in directories that are no members, of which the metadata is recorded too.
    pub(super) fn local_packages(&self) -> impl Iterator<Item = &UvPackage> {
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

    pub(super) fn local_package(
        &self,
        package: &UvPackage,
        shared: &MemberSources<'_>,
        pythons: &Specifiers,
    ) -> Result<(), LockDifference> {
        let directory = joined("", &package.source.location);
        if directory.starts_with('/') {
            let reason = format!("what `{}` requires is not known: it is in `{directory}`", package.name);
            return Err(LockDifference::Unknown(reason.into()));
        }
        let path = format!("{directory}/{PYPROJECT}");
        let manifest = self.input.other_manifest(&path).map_err(LockDifference::Unknown)?;
        let unknown = |what: &str| {
            LockDifference::Unknown(format!("what `{}` requires is not known: {what}", package.name).into())
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
        self.local_kind(&member, package)?;
        let own =
            MemberSources { own: (member.sources(), &directory), inherited: &[], members: &[], ..*shared };
        self.version(&member, package)?;
        let declared = self.declared(&member, &own)?;
        let metadata = metadata_of(package, &declared).unwrap_or_default();
        self.metadata(&member, &declared, &metadata, pythons)?;
        let groups = member.groups().map_err(LockDifference::Unknown)?;
        if metadata.requires_dev.is_empty() && !groups.is_empty() && self.lock.revision < WITH_LOCAL_GROUPS {
            return Err(unknown("an earlier uv may have left out its groups"));
        }
        compare_groups(&groups, &recorded_groups(&metadata)?, &own, pythons)
    }

    /// Compares whether a project in a directory is a package: a source says so, else its manifest.
    fn local_kind(&self, member: &LockedMember, package: &UvPackage) -> Result<(), LockDifference> {
        let manifests = self.members.iter().map(|member| &member.manifest).chain([self.root]);
        let said: BTreeSet<bool> = set_of(
            manifests
                .flat_map(|manifest| sources(manifest).iter().flat_map(each_source))
                .filter(|(name, _)| *name == member.name)
                .filter_map(|(_, source)| Some(*source.at(&["package"])? == Value::Boolean(true))),
        );
        let is_virtual = package.source.kind == "virtual";
        let is_package = match said.first() {
            Some(said) => *said,
            None => member.manifest.at(&["tool", "uv", "package"]) != Some(&Value::Boolean(false)),
        };
        if said.len() < 2 && package.source.kind != "editable" && is_package == is_virtual {
            let now = if is_package { "a package" } else { "virtual" };
            return certain(format!(
                "`{}` was locked as {}, and is {now} now",
                package.name, package.source.kind
            ));
        }
        Ok(())
    }
}
