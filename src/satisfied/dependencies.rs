//! What an installed package requires.

use super::lookup::InstalledPackage;
use crate::python::{ActiveNames, Answer, Marker, MarkerEnvironment, Requirement};

/// A requirement of an installed package that applies, or of which that is not known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dependency<'p> {
    pub(super) requirement: &'p Requirement,
    /// It is not known whether it applies.
    pub(super) is_doubtful: bool,
}

/// What a package requires, all in all.
#[derive(Debug, Default)]
pub(super) struct Dependencies<'p> {
    /// What applies or may apply.
    pub(super) known: Vec<Dependency<'p>>,
    /// Why there may be more, as fragments.
    pub(super) undecided: Vec<String>,
}

/// What a package requires of itself (`extra` is `None`), or for one of its extras. As pip does, an extra is asked for
/// alone: a marker sees no other.
pub(super) fn dependencies<'p>(
    package: &'p InstalledPackage<'_>,
    extra: Option<&str>,
    environment: &MarkerEnvironment,
) -> Dependencies<'p> {
    let active = ActiveNames { extras: extra.map(str::to_owned).into_iter().collect(), groups: None };
    let mut found = Dependencies::default();
    // Many requirements in a row have the same marker.
    let mut last: Option<(&Marker, Answer)> = None;
    let mut add = |requirement: &'p Requirement, found: &mut Dependencies<'p>| {
        if let Some(marker) = &requirement.marker
            && last.as_ref().is_none_or(|(before, _)| *before != marker)
        {
            last = Some((marker, marker.evaluate(environment, &active)));
        }
        let answer = requirement.marker.as_ref().and(last.as_ref());
        let is_doubtful = match answer {
            None | Some((_, Answer::Yes)) => false,
            Some((_, Answer::No)) => return,
            Some((_, Answer::Unknown(_))) => true,
        };
        found.known.push(Dependency { requirement, is_doubtful });
    };
    let project = package.project.as_deref();
    if !project.is_some_and(|project| project.is_complete) {
        for required in &package.metadata.requires {
            match required {
                Ok(requirement) => add(requirement, &mut found),
                Err((text, reason)) => found.undecided.push(format!("`{text}` is no requirement: {reason}")),
            }
        }
    }
    let Some(project) = project else { return found };
    for stated in &project.requires {
        if stated.extra.is_none() || stated.extra.as_deref() == extra {
            add(&stated.requirement, &mut found);
        }
    }
    found.undecided.extend(project.may_require_more.clone());
    found
}

/// Why it is not known whether a requirement applies.
pub(super) fn doubt(
    requirement: &Requirement,
    extra: Option<&str>,
    environment: &MarkerEnvironment,
) -> Option<String> {
    let active = ActiveNames { extras: extra.map(str::to_owned).into_iter().collect(), groups: None };
    match requirement.marker.as_ref()?.evaluate(environment, &active) {
        Answer::Unknown(reason) => Some(reason),
        _ => None,
    }
}

/// The extras that a package has, normalised.
pub(super) fn has_extra(package: &InstalledPackage<'_>, extra: &str) -> bool {
    let stated = || package.project.iter().flat_map(|project| &project.requires);
    package.metadata.extras.iter().any(|own| own == extra)
        || stated().any(|required| required.extra.as_deref() == Some(extra))
}
