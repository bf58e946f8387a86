//! What an install changed: the packages before and after.

use std::collections::BTreeMap;
use std::path::Path;

use crate::inspect::installed::distributions;
use crate::model::{Distribution, PackageAction, PackageChange};
use crate::order::Arrange as _;
use crate::python::normalised;

/// The packages of an environment, by normalised name: the name as recorded, and the version with where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct PackageList(BTreeMap<String, (String, Option<String>)>);

impl PackageList {
    /// Reads what is installed in the environment at `root`.
    pub(super) fn read(root: &Path) -> Self {
        Self::of(&distributions(root).distributions)
    }

    fn of(distributions: &[Distribution]) -> Self {
        let mut packages = BTreeMap::new();
        for found in distributions {
            // Of one that is there twice the first counts.
            packages.entry(normalised(&found.name)).or_insert_with(|| (found.name.clone(), described(found)));
        }
        Self(packages)
    }

    /// What is not as it was in `before`, by name.
    pub(super) fn changes_since(&self, before: &Self) -> Vec<PackageChange> {
        let names = before.0.keys().chain(self.0.keys().filter(|name| !before.0.contains_key(*name)));
        let mut names: Vec<&String> = names.collect();
        names.arrange();
        let change = |name: &String| match (before.0.get(name), self.0.get(name)) {
            (Some((name, from)), None) => Some(changed(name, PackageAction::Removed, from.clone(), None)),
            (None, Some((name, to))) => Some(changed(name, PackageAction::Added, None, to.clone())),
            (Some((_, from)), Some((name, to))) if from != to => {
                Some(changed(name, PackageAction::Changed, from.clone(), to.clone()))
            }
            _ => None,
        };
        names.into_iter().filter_map(change).collect()
    }
}

fn changed(name: &str, action: PackageAction, from: Option<String>, to: Option<String>) -> PackageChange {
    PackageChange { name: name.to_owned(), action, from, to }
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
