//! What an install changed: the packages before and after.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use crate::fs::times;
use crate::inspect::InstalledPackages;
use crate::model::{Distribution, PackageAction, PackageChange, SourceForm};
use crate::order::Arrange as _;
use crate::python::normalised;

/// The packages of an environment, by normalised name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct PackageList(BTreeMap<String, ListedPackage>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct ListedPackage {
    /// The name as recorded.
    name: String,
    /// The version with where it came from.
    version: Option<String>,
    /// When it was installed, where nothing else shows that this was done again: from an archive without a recorded hash.
    installed: Option<SystemTime>,
}

impl PackageList {
    /// Reads what is installed in the environment at `root`.
    pub(super) fn read(root: &Path) -> Self {
        Self::of(root, &InstalledPackages::read(root, None))
    }

    /// Lists these packages of the environment at `root`.
    pub(super) fn of(root: &Path, packages: &InstalledPackages<'_>) -> Self {
        let mut listed = BTreeMap::new();
        for (name, found) in packages.own() {
            // Of one that is there twice the first counts.
            listed.entry(normalised(&name)).or_insert_with(|| ListedPackage {
                name,
                version: described(found),
                installed: installed(root, found),
            });
        }
        Self(listed)
    }

    /// What is not as it was in `before`, by name.
    pub(super) fn changes_since(&self, before: &Self) -> Vec<PackageChange> {
        let names = before.0.keys().chain(self.0.keys().filter(|name| !before.0.contains_key(*name)));
        let mut names: Vec<&String> = names.collect();
        names.arrange();
        let change = |name: &String| match (before.0.get(name), self.0.get(name)) {
            (Some(old), None) => Some(old.changed(PackageAction::Removed, old.version.clone(), None)),
            (None, Some(new)) => Some(new.changed(PackageAction::Added, None, new.version.clone())),
            (Some(old), Some(new)) if (&old.version, old.installed) != (&new.version, new.installed) => {
                Some(new.changed(PackageAction::Changed, old.version.clone(), new.version.clone()))
            }
            _ => None,
        };
        names.into_iter().filter_map(change).collect()
    }
}

impl ListedPackage {
    fn changed(&self, action: PackageAction, from: Option<String>, to: Option<String>) -> PackageChange {
        PackageChange { name: self.name.clone(), action, from, to }
    }
}

fn installed(root: &Path, found: &Distribution) -> Option<SystemTime> {
    let source = found.source.as_ref()?;
    let is_unmarked = source.form == Some(SourceForm::Archive) && source.hashes.is_empty();
    is_unmarked.then(|| times(&found.metadata_path(root).join("direct_url.json")).modified)?
}

/// `1.0`, `1.0 (editable file:///x)`, `1.0 (https://example.org/x.git 3f2a…)`, `1.0 (file:///x.whl sha256=3f2a…)`.
fn described(found: &Distribution) -> Option<String> {
    let version = found.version.clone()?;
    let Some(source) = &found.source else { return Some(version) };
    let editable = if source.editable { "editable " } else { "" };
    let commit = source.commit.as_ref().map(|commit| format!(" {commit}")).unwrap_or_default();
    let hash = source.hashes.first().map(|hash| format!(" {hash}")).unwrap_or_default();
    Some(format!("{version} ({editable}{}{commit}{hash})", source.url))
}
