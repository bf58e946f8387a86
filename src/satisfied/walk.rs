//! From what is asked for to everything that it requires.

use std::collections::{BTreeSet, HashSet, VecDeque};

use super::dependencies::{self, Dependency, dependencies};
use super::lines::{RequestLine, RequestLines};
use super::lookup::{FoundPackages, InstalledPackage, Lookup, described};
use super::source::{self, SourceComparison};
use super::verdict::SyncVerdict;
use crate::model::{BrokenDependency, Distribution, Problem, ProblemKind, RequestedLine};
use crate::path::printable;
use crate::python::{MarkerEnvironment, Requirement, Specifiers, Wanted, normalised};

/// A package that is required, of itself or with one of its extras.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    /// Normalised.
    pub(super) name: String,
    pub(super) extra: Option<String>,
    /// The packages from the line to this one.
    pub(super) chain: Vec<String>,
    /// The line that leads here.
    pub(super) line: RequestedLine,
    /// Why it is not known whether it is required.
    pub(super) doubt: Option<String>,
}

/// Follows the requirements of installed packages.
pub(super) struct RequirementWalk<'w, 'p> {
    pub(super) lookup: &'w Lookup<'p>,
    pub(super) lines: &'w RequestLines<'w>,
    pub(super) environment: &'w MarkerEnvironment,
    pub(super) verdict: &'w mut SyncVerdict,
    /// What is not as it is asked for will be replaced, with other requirements.
    pub(super) replaced: HashSet<String>,
    /// What is required, perhaps in doubt.
    pub(super) reached: BTreeSet<String>,
    visited: HashSet<(String, Option<String>)>,
    /// What has been said once.
    said: HashSet<(String, String)>,
}

impl<'w, 'p> RequirementWalk<'w, 'p> {
    pub(super) fn new(
        lookup: &'w Lookup<'p>,
        lines: &'w RequestLines<'w>,
        environment: &'w MarkerEnvironment,
        verdict: &'w mut SyncVerdict,
    ) -> Self {
        Self {
            lookup,
            lines,
            environment,
            verdict,
            replaced: HashSet::new(),
            reached: BTreeSet::new(),
            visited: HashSet::new(),
            said: HashSet::new(),
        }
    }

    /// Follows everything from these packages: first what is certainly required, so that a doubt about the same package does
    /// not matter.
    pub(super) fn follow_all(&mut self, starts: Vec<Visit>) {
        let (mut doubtful, mut certain): (VecDeque<Visit>, VecDeque<Visit>) =
            starts.into_iter().partition(|visit| visit.doubt.is_some());
        while let Some(visit) = certain.pop_front().or_else(|| doubtful.pop_front()) {
            for next in self.visit(&visit) {
                if next.doubt.is_some() { doubtful.push_back(next) } else { certain.push_back(next) }
            }
        }
    }

    /// Looks at what a package requires, and returns where that leads to.
    fn visit(&mut self, visit: &Visit) -> Vec<Visit> {
        if !self.visited.insert((visit.name.clone(), visit.extra.clone())) {
            return Vec::new();
        }
        self.reached.insert(visit.name.clone());
        let FoundPackages::One(package) = self.lookup.find(&visit.name) else { return Vec::new() };
        if self.replaced.contains(&visit.name) {
            return Vec::new();
        }
        let required = dependencies(&package, visit.extra.as_deref(), self.environment);
        for reason in &required.undecided {
            let sentence = format!("{}: {}", package.described(), printable(reason.as_bytes()));
            self.undecided(&visit.line, sentence);
        }
        let known = required.known.iter();
        known.flat_map(|dependency| self.follow(visit, &package, *dependency)).collect()
    }

    /// Compares a requirement of a package with what is installed.
    fn follow(
        &mut self,
        visit: &Visit,
        dependent: &InstalledPackage<'_>,
        dependency: Dependency<'_>,
    ) -> Vec<Visit> {
        let requirement = dependency.requirement;
        let name = normalised(&requirement.name);
        if self.lines.overrides(&name).is_some_and(<[_]>::is_empty) {
            return Vec::new();
        }
        let doubt = visit.doubt.clone().or_else(|| self.doubt(visit, dependent, dependency));
        let edge = Edge { visit, dependent, requirement, doubt };
        self.reached.insert(name.clone());
        match self.lookup.find(&name) {
            FoundPackages::One(package) => {
                match self.lines.fit(requirement, &name, package.distribution, self.lookup.installed) {
                    SourceComparison::Same => {
                        self.constrain(&edge, &name, &package);
                        edge.further(&name, &package)
                    }
                    SourceComparison::Unknown(reason) => {
                        self.undecided(&edge.visit.line, format!("{}: {reason}", package.described()));
                        edge.further(&name, &package)
                    }
                    SourceComparison::Different => {
                        self.broken(&edge, &name, Some(self.shown(requirement, package.distribution)));
                        Vec::new()
                    }
                }
            }
            found => {
                self.unusable(&edge, &name, found);
                Vec::new()
            }
        }
    }

    /// Why it is not known whether a requirement applies.
    fn doubt(
        &self,
        visit: &Visit,
        dependent: &InstalledPackage<'_>,
        dependency: Dependency<'_>,
    ) -> Option<String> {
        let requirement = dependency.requirement;
        let reason = dependency
            .is_doubtful
            .then(|| dependencies::doubt(requirement, visit.extra.as_deref(), self.environment))??;
        let (text, dependent) = (printable(requirement.text.as_bytes()), dependent.described());
        Some(format!("whether {dependent} requires `{text}` is not known ({reason})"))
    }

    /// The installed package as a finding about a requirement shows it.
    fn shown(&self, requirement: &Requirement, distribution: &Distribution) -> String {
        match &requirement.wanted {
            Wanted::Source(_) => {
                format!("{} from {}", described(distribution), source::description(distribution))
            }
            Wanted::Version(_) => described(distribution),
        }
    }

    /// Applies the constraints to a package that no line asks for itself.
    fn constrain(&mut self, edge: &Edge<'_>, name: &str, package: &InstalledPackage<'_>) {
        if self.lines.requested.contains_key(name) {
            return;
        }
        let installed = self.lookup.installed;
        let refuses = |line: &&RequestLine<'_>| {
            line.compare(package.distribution, installed) == SourceComparison::Different
        };
        let refusing: Vec<_> = self.lines.constraints(name).iter().filter(refuses).collect();
        let certain = refusing.iter().any(|line| !line.is_doubtful);
        let doubt = (!certain).then(|| "whether a constraint applies is not known".to_owned());
        if refusing.is_empty() || !self.say(name, "constraints") {
            return;
        }
        let mut lines: Vec<RequestedLine> = refusing.iter().map(|line| line.shown()).collect();
        match edge.doubt.clone().or(doubt) {
            Some(doubt) => {
                let sentence = format!("{doubt}, and `{}` refuses {}", lines[0].text, package.described());
                self.verdict.undecided.push((lines[0].place.clone(), sentence.into()));
            }
            None => {
                lines.push(edge.visit.line.clone());
                let kind = ProblemKind::WrongVersion { found: package.version.to_owned() };
                self.problem(&package.distribution.name, lines, kind);
            }
        }
    }

    /// A required package is not installed, or not usable.
    fn unusable(&mut self, edge: &Edge<'_>, name: &str, found: FoundPackages<'_>) {
        if self.lines.has_certain(name) {
            return;
        }
        let line = &edge.visit.line;
        let (what, kind) = match found {
            FoundPackages::Nothing | FoundPackages::One(_) => return self.broken(edge, name, None),
            FoundPackages::Unsure(reason) => {
                let sentence = format!("whether `{name}` is installed is not known: {reason}");
                return self.undecided(line, sentence);
            }
            FoundPackages::Unread(distribution, reason) => {
                return self.undecided(line, format!("{}: {reason}", described(distribution)));
            }
            FoundPackages::Several(all) => (
                format!("`{name}` is installed more than once"),
                ProblemKind::Ambiguous { records: all.iter().map(|one| one.metadata.clone()).collect() },
            ),
            FoundPackages::Broken(distribution, reason) => (
                format!("the metadata of `{name}` cannot be used"),
                ProblemKind::Broken { record: distribution.metadata.clone(), reason },
            ),
        };
        match &edge.doubt {
            Some(doubt) => self.undecided(line, format!("{doubt}, and {what}")),
            None if self.say(name, "unusable") => {
                self.problem(&edge.requirement.name, vec![line.clone()], kind);
            }
            None => {}
        }
    }

    /// A requirement of a package is not met.
    fn broken(&mut self, edge: &Edge<'_>, name: &str, found: Option<String>) {
        let requirement = match self.lines.overrides(name) {
            Some([first, ..]) => first.shown().text,
            _ => printable(edge.requirement.text.as_bytes()),
        };
        let dependent = edge.dependent.described();
        if let Some(doubt) = &edge.doubt {
            let what = found.as_ref().map_or_else(
                || format!("`{name}` is not installed"),
                |found| format!("{found} is installed"),
            );
            return self.undecided(&edge.visit.line, format!("{doubt}, and {what}"));
        }
        if !self.say(&dependent, &requirement) {
            return;
        }
        let is_contradicted = self.is_contradicted(edge.requirement, name);
        let kind = ProblemKind::Dependency(BrokenDependency {
            is_contradicted,
            dependent,
            record: edge.dependent.distribution.metadata.clone(),
            requirement,
            found,
            chain: edge.visit.chain.clone(),
        });
        self.problem(&edge.requirement.name, vec![edge.visit.line.clone()], kind);
    }

    /// No version is what both the requirement and the lines for the same package ask for.
    fn is_contradicted(&self, requirement: &Requirement, name: &str) -> bool {
        let Wanted::Version(wanted) = &requirement.wanted else { return false };
        if self.lines.overrides(name).is_some() {
            return false;
        }
        let own = self.lines.requested.get(name).into_iter().flatten();
        let lines = own.chain(self.lines.constraints(name)).filter(|line| !line.is_doubtful);
        let all: Vec<&Specifiers> = lines.filter_map(RequestLine::specifiers).chain([wanted]).collect();
        Specifiers::exclude_each_other(&all)
    }

    fn problem(&mut self, name: &str, lines: Vec<RequestedLine>, kind: ProblemKind) {
        self.verdict.problems.push(Problem { package: printable(name.as_bytes()), lines, kind });
    }

    fn undecided(&mut self, line: &RequestedLine, sentence: String) {
        if self.say(&line.place.seen_from_root(), &sentence) {
            self.verdict.undecided.push((line.place.clone(), sentence.into()));
        }
    }

    /// Says whether this has not been said yet.
    fn say(&mut self, about: &str, what: &str) -> bool {
        self.said.insert((about.to_owned(), what.to_owned()))
    }

    /// The requirements of an installed package that are certainly not met, whatever asks for it.
    pub(super) fn check_alone(&mut self, name: &str) {
        let FoundPackages::One(package) = self.lookup.find(name) else { return };
        let required = dependencies(&package, None, self.environment);
        for dependency in required.known.iter().filter(|dependency| !dependency.is_doubtful) {
            let target = normalised(&dependency.requirement.name);
            if self.replaced.contains(&target) || self.lines.overrides(&target).is_some() {
                continue;
            }
            let found = match self.lookup.find(&target) {
                FoundPackages::Nothing => None,
                FoundPackages::One(other) => {
                    match self.lines.fit(
                        dependency.requirement,
                        &target,
                        other.distribution,
                        self.lookup.installed,
                    ) {
                        SourceComparison::Different
                            if matches!(dependency.requirement.wanted, Wanted::Version(_)) =>
                        {
                            Some(other.described())
                        }
                        _ => continue,
                    }
                }
                _ => continue,
            };
            let requirement = printable(dependency.requirement.text.as_bytes());
            let dependent = package.described();
            if !self.say(&dependent, &requirement) {
                continue;
            }
            let kind = ProblemKind::Dependency(BrokenDependency {
                is_contradicted: false,
                chain: vec![dependent.clone()],
                dependent,
                record: package.distribution.metadata.clone(),
                requirement,
                found,
            });
            self.problem(&dependency.requirement.name, Vec::new(), kind);
        }
    }
}

/// A requirement of a package that was reached.
struct Edge<'e> {
    visit: &'e Visit,
    dependent: &'e InstalledPackage<'e>,
    requirement: &'e Requirement,
    doubt: Option<String>,
}

impl Edge<'_> {
    /// Where a met requirement leads to: the package itself, and each extra that it has.
    fn further(&self, name: &str, package: &InstalledPackage<'_>) -> Vec<Visit> {
        let extras = self.requirement.extras.iter().filter(|extra| dependencies::has_extra(package, extra));
        let visit = |extra: Option<String>| Visit {
            name: name.to_owned(),
            extra,
            chain: self.visit.chain.iter().cloned().chain([package.described()]).collect(),
            line: self.visit.line.clone(),
            doubt: self.doubt.clone(),
        };
        std::iter::once(None).chain(extras.cloned().map(Some)).map(visit).collect()
    }
}
