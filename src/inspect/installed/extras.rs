//! Which extras of installed packages are there. No installer records which were asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::packages::InstalledPackages;
use crate::python::{ActiveNames, Answer, MarkerEnvironment, Requirement, normalised};
use crate::satisfied::{PackageMetadata, PackageSet};

/// The extras of each package of the environment at `root` of which everything is installed that only they ask for, by the
/// normalised name of the package. An extra that asks for nothing more, as far as is known, is left out.
#[must_use]
pub fn extras(root: &Path) -> BTreeMap<String, Vec<String>> {
    let packages = InstalledPackages::read(root, None);
    let names: BTreeSet<String> = packages.names().into_iter().collect();
    let present = names.iter().filter_map(|name| {
        let metadata = packages.metadata(packages.named(name).first()?).ok()?;
        let extras = metadata.extras.iter().filter(|extra| is_present(&metadata, extra, &names));
        let extras: Vec<String> = extras.cloned().collect();
        (!extras.is_empty()).then(|| (name.clone(), extras))
    });
    present.collect()
}

/// Whether everything is installed that only this extra asks for, and that it asks for something.
fn is_present(metadata: &PackageMetadata, extra: &str, names: &BTreeSet<String>) -> bool {
    let is_installed = |requirement: &Requirement| names.contains(&normalised(&requirement.name));
    let asked: Vec<(&Requirement, Answer)> = metadata
        .requires
        .iter()
        .flatten()
        .filter(|requirement| matches!(applies(requirement, None), Answer::No))
        .map(|requirement| (requirement, applies(requirement, Some(extra))))
        .filter(|(_, answer)| !matches!(answer, Answer::No))
        .collect();
    // Of what another Python or system needs it is not known whether it would be there.
    let is_missing = |(requirement, answer): &(&Requirement, Answer)| {
        matches!(answer, Answer::Yes) && !is_installed(requirement)
    };
    asked.iter().any(|(requirement, _)| is_installed(requirement)) && !asked.iter().any(is_missing)
}

fn applies(requirement: &Requirement, extra: Option<&str>) -> Answer {
    let active = ActiveNames { extras: extra.map(str::to_owned).into_iter().collect(), groups: None };
    let marker = requirement.marker.as_ref();
    marker.map_or(Answer::Yes, |marker| marker.evaluate(&MarkerEnvironment::default(), &active))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extra_is_there_if_all_that_only_it_asks_for_is() {
        let requires = [
            "always",
            "one; extra == 'a'",
            "two; extra == 'a'",
            "one; extra == 'b'",
            "old; extra == 'b' and python_version < '3'",
            "always; extra == 'c' or extra == 'b'",
            "gone; extra == 'd'",
        ];
        let metadata = PackageMetadata {
            name: None,
            requires: requires.iter().map(|text| Ok(Requirement::parse(text).expect("one"))).collect(),
            extras: ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec(),
        };
        let names: BTreeSet<String> = ["always", "one"].map(str::to_owned).into();
        let present: Vec<&String> =
            metadata.extras.iter().filter(|extra| is_present(&metadata, extra, &names)).collect();
        assert_eq!(present, ["b", "c"]);
    }
}
