//! The lines that ask for something, by the package that they ask for.

use std::collections::BTreeMap;

use super::interfaces::PackageSet;
use super::source::{self, SourceComparison};
use super::verdict::SyncVerdict;
use crate::model::{
    Distribution, PackageSource, Problem, ProblemKind, Requested, RequestedLine, RequestedPackages,
    UnreadableRequirement, What,
};
use crate::path::printable;
use crate::python::{ActiveNames, Answer, MarkerEnvironment, Requirement, Specifiers, Wanted, normalised};

/// A line that applies, or of which that is not known.
#[derive(Debug, Clone, Copy)]
pub(super) struct RequestLine<'r> {
    pub(super) requested: &'r Requested,
    /// It is not known whether it applies.
    pub(super) is_doubtful: bool,
}

impl<'r> RequestLine<'r> {
    pub(super) fn specifiers(&self) -> Option<&'r Specifiers> {
        match &self.requested.what {
            What::Package { specifiers, .. } => Some(specifiers),
            _ => None,
        }
    }

    pub(super) fn source(&self) -> Option<&'r PackageSource> {
        match &self.requested.what {
            What::Source { source, .. } => Some(source),
            _ => None,
        }
    }

    pub(super) fn extras(&self) -> &'r [String] {
        match &self.requested.what {
            What::Package { extras, .. } | What::Source { extras, .. } => extras,
            What::CondaPackage { .. } => &[],
        }
    }

    /// Whether a distribution is what the line asks for.
    pub(super) fn compare(
        &self,
        distribution: &Distribution,
        installed: &dyn PackageSet,
    ) -> SourceComparison {
        let version = distribution.version.as_deref().unwrap_or_default();
        let of_version = self.specifiers().is_none_or(|wanted| wanted.accept_installed(version));
        let of_source = self.source().map(|wanted| source::compare(wanted, distribution, installed));
        SourceComparison::of(of_version).and(of_source.unwrap_or(SourceComparison::Same))
    }

    pub(super) fn shown(&self) -> RequestedLine {
        shown(self.requested)
    }
}

/// A line as findings show it.
pub(super) fn shown(requested: &Requested) -> RequestedLine {
    RequestedLine { place: requested.place.clone(), text: printable(requested.text.as_bytes()) }
}

/// Everything that is asked for, sorted out.
#[derive(Debug, Default)]
pub(super) struct RequestLines<'r> {
    /// The lines of each package that is asked for, by normalised name.
    pub(super) requested: BTreeMap<String, Vec<RequestLine<'r>>>,
    /// Lines for a source that nothing tells the name of.
    pub(super) unnamed: Vec<RequestLine<'r>>,
    /// The constraints on each name.
    constraints: BTreeMap<String, Vec<RequestLine<'r>>>,
    /// What replaces the requirements of each name; empty if nobody requires it then.
    overrides: BTreeMap<String, Vec<RequestLine<'r>>>,
}

impl<'r> RequestLines<'r> {
    /// Sorts what is asked for, and says what is wrong with the lines themselves.
    pub(super) fn sort(
        all: &'r RequestedPackages,
        installed: &dyn PackageSet,
        environment: &MarkerEnvironment,
        verdict: &mut SyncVerdict,
    ) -> Self {
        let sorter = Sorter { environment, active: &all.active };
        let mut lines = Self::default();
        for unreadable in &all.unreadable {
            say_unreadable(unreadable, verdict);
        }
        for constraint in &all.constraints {
            match (refusal(constraint), name_of(constraint)) {
                (Some(reason), _) => verdict.problems.push(unreadable(constraint, reason)),
                (None, Some(name)) => {
                    lines.constraints.entry(name).or_default().extend(sorter.line(constraint));
                }
                (None, None) => {}
            }
        }
        for replacement in &all.overrides {
            if let Some(name) = name_of(replacement) {
                lines.overrides.entry(name).or_default().extend(sorter.line(replacement));
            }
        }
        for line in all.requested.iter().filter_map(|requested| sorter.line(requested)) {
            match name_of(line.requested).or_else(|| name_by_source(&line, installed)) {
                Some(name) => lines.requested.entry(name).or_default().push(line),
                None if line.source().is_some() => lines.unnamed.push(line),
                None => {}
            }
        }
        for (name, replacements) in &lines.overrides {
            if let Some(own) = lines.requested.get_mut(name) {
                own.clone_from(replacements);
            }
        }
        lines.requested.retain(|_, own| !own.is_empty());
        lines
    }

    /// The constraints on a normalised name.
    pub(super) fn constraints(&self, name: &str) -> &[RequestLine<'r>] {
        self.constraints.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// What replaces every requirement of a normalised name; `None` if nothing does.
    pub(super) fn overrides(&self, name: &str) -> Option<&[RequestLine<'r>]> {
        self.overrides.get(name).map(Vec::as_slice)
    }

    /// Says whether a distribution is what a requirement asks for, or what replaces the requirement.
    pub(super) fn fit(
        &self,
        requirement: &Requirement,
        name: &str,
        distribution: &Distribution,
        installed: &dyn PackageSet,
    ) -> SourceComparison {
        let version = distribution.version.as_deref().unwrap_or_default();
        if let Some(lines) = self.overrides(name) {
            let compare = |line: &RequestLine<'_>| match line.compare(distribution, installed) {
                SourceComparison::Different if line.is_doubtful => {
                    SourceComparison::Unknown(format!("whether `{}` applies is not known", line.shown().text))
                }
                compared => compared,
            };
            return lines.iter().map(compare).fold(SourceComparison::Same, SourceComparison::and);
        }
        match &requirement.wanted {
            Wanted::Version(specifiers) => SourceComparison::of(specifiers.accept_installed(version)),
            Wanted::Source(text) => match source::of_requirement(text) {
                Some(wanted) => source::compare(&wanted, distribution, installed),
                None => SourceComparison::Unknown(format!("`{}` is no URL", printable(text.as_bytes()))),
            },
        }
    }

    /// Says whether every line accepts one version only, as in what tools write.
    pub(super) fn are_pinned(&self) -> bool {
        let is_pinned = |line: &RequestLine<'_>| line.specifiers().is_none_or(Specifiers::is_pinned);
        self.requested.values().flatten().all(is_pinned)
    }

    /// A line asks for this name and certainly applies.
    pub(super) fn has_certain(&self, name: &str) -> bool {
        self.requested.get(name).is_some_and(|lines| lines.iter().any(|line| !line.is_doubtful))
    }
}

struct Sorter<'e> {
    environment: &'e MarkerEnvironment,
    active: &'e ActiveNames,
}

impl Sorter<'_> {
    /// The line, unless it does not apply.
    fn line<'r>(&self, requested: &'r Requested) -> Option<RequestLine<'r>> {
        let answer = requested.marker.as_ref().map(|marker| marker.evaluate(self.environment, self.active));
        match answer {
            None | Some(Answer::Yes) => Some(RequestLine { requested, is_doubtful: false }),
            Some(Answer::No) => None,
            Some(Answer::Unknown(_)) => Some(RequestLine { requested, is_doubtful: true }),
        }
    }
}

/// Why it is not known whether a line applies.
pub(super) fn doubt(
    requested: &Requested,
    environment: &MarkerEnvironment,
    active: &ActiveNames,
) -> Option<String> {
    match requested.marker.as_ref()?.evaluate(environment, active) {
        Answer::Unknown(reason) => Some(reason),
        _ => None,
    }
}

fn say_unreadable(found: &UnreadableRequirement, verdict: &mut SyncVerdict) {
    if !found.is_error {
        verdict.undecided.push((found.place.clone(), found.reason.escaped()));
        return;
    }
    let line = RequestedLine { place: found.place.clone(), text: String::new() };
    verdict.problems.push(Problem {
        package: String::new(),
        lines: vec![line],
        kind: ProblemKind::Unreadable { reason: found.reason.clone() },
    });
}

/// Why pip refuses a constraint, whatever is required.
fn refusal(constraint: &Requested) -> Option<&'static str> {
    match &constraint.what {
        What::Source { source: PackageSource::Directory { is_editable: true, .. }, .. }
        | What::Source { source: PackageSource::Repository { is_editable: true, .. }, .. } => {
            Some("a constraint cannot be editable")
        }
        What::Source { name: None, .. } => Some("a constraint needs the name of a package"),
        What::Package { extras, .. } | What::Source { extras, .. } if !extras.is_empty() => {
            Some("a constraint cannot have extras")
        }
        _ => None,
    }
}

fn unreadable(requested: &Requested, reason: &str) -> Problem {
    Problem {
        package: printable(requested.text.as_bytes()),
        lines: vec![shown(requested)],
        kind: ProblemKind::Unreadable { reason: reason.into() },
    }
}

/// The normalised name that a line states.
pub(super) fn name_of(requested: &Requested) -> Option<String> {
    match &requested.what {
        What::Package { name, .. } | What::Source { name: Some(name), .. } => Some(normalised(name)),
        What::Source { name: None, .. } | What::CondaPackage { .. } => None,
    }
}

/// The normalised name of what a line without a name asks for: as the project certainly has it; else of the distribution that
/// was installed from there; else as the project or the URL states it.
fn name_by_source(line: &RequestLine<'_>, installed: &dyn PackageSet) -> Option<String> {
    let (stated, is_certain) = match line.source()? {
        PackageSource::Directory { path, .. } => match installed.local_project(path, None) {
            Some(project) => (project.name.as_deref().map(normalised), project.is_name_certain),
            None => (None, false),
        },
        PackageSource::Archive { url, .. } => (source::name_in_url(url), false),
        PackageSource::Repository { .. } => (None, false),
    };
    match stated {
        Some(name) if is_certain => Some(name),
        stated => recorded_name(line, installed).or(stated),
    }
}

/// The normalised name of the distribution that was installed from where a line says.
pub(super) fn recorded_name(line: &RequestLine<'_>, installed: &dyn PackageSet) -> Option<String> {
    let wanted = line.source()?;
    let comes_from_there = |name: &String| {
        let mut all = installed.named(name).into_iter();
        all.any(|distribution| source::is_from(wanted, distribution, installed))
    };
    installed.names().into_iter().find(comes_from_there)
}
