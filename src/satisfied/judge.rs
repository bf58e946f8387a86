//! The verdict: what is asked for, compared with what is installed.

use std::collections::BTreeSet;

use super::dependencies::has_extra;
use super::interfaces::{CondaAnswer, PackageSet};
use super::lines::{self, RequestLine, RequestLines};
use super::lookup::{FoundPackages, InstalledPackage, Lookup, described};
use super::source::{self, SourceComparison};
use super::verdict::SyncVerdict;
use super::walk::{RequirementWalk, Visit};
use crate::model::{
    PackageSource, Problem, ProblemKind, RequestedBy, RequestedLine, RequestedPackages, What,
};
use crate::path::printable;
use crate::python::{MarkerEnvironment, Specifiers, Version, normalised};

/// What installers bring along, which is in an environment without being asked for.
const BROUGHT_ALONG: [&str; 5] = ["pip", "setuptools", "wheel", "distribute", "pkg-resources"];

/// Judges what is installed by what is asked for, for the Python that these values of markers are of.
#[must_use]
pub fn judge(
    requested: &RequestedPackages,
    installed: &dyn PackageSet,
    environment: &MarkerEnvironment,
) -> SyncVerdict {
    let mut verdict = SyncVerdict::default();
    let lines = RequestLines::sort(requested, installed, environment, &mut verdict);
    let lookup = Lookup::new(installed);
    let mut judge =
        PackageJudge { requested, environment, lines: &lines, lookup: &lookup, verdict: &mut verdict };
    let starts = judge.lines();
    judge.unnamed();
    judge.conda_packages();
    judge.unpinned();
    judge.dependencies(starts);
    verdict.problems.sort_by(|one, other| place(one).cmp(&place(other)));
    verdict.undecided.sort();
    verdict.undecided.dedup();
    verdict
}

/// The first line of a problem; those without one come last, by name.
fn place(problem: &Problem) -> (bool, Option<&RequestedLine>, &str) {
    (problem.lines.is_empty(), problem.lines.first(), &problem.package)
}

struct PackageJudge<'j, 'p> {
    requested: &'j RequestedPackages,
    environment: &'j MarkerEnvironment,
    lines: &'j RequestLines<'j>,
    lookup: &'j Lookup<'p>,
    verdict: &'j mut SyncVerdict,
}

/// What the lines for a name lead to.
struct Starts {
    visits: Vec<Visit>,
    /// The names that are not as they are asked for.
    replaced: Vec<String>,
}

impl<'j, 'p> PackageJudge<'j, 'p> {
    /// Judges every name that a line asks for.
    fn lines(&mut self) -> Starts {
        let mut starts = Starts { visits: Vec::new(), replaced: Vec::new() };
        let lines = self.lines;
        for (name, own) in &lines.requested {
            match self.name(name, own) {
                Some(visits) => starts.visits.extend(visits),
                None => starts.replaced.push(name.clone()),
            }
        }
        starts
    }

    /// Judges the lines for one name; `None` if what is installed is not what they ask for.
    fn name(&mut self, name: &str, own: &[RequestLine<'j>]) -> Option<Vec<Visit>> {
        if self.conflict(name, own) {
            return None;
        }
        match self.lookup.find(name) {
            FoundPackages::One(package) => self.package(name, own, &package),
            FoundPackages::Unsure(reason) => {
                let sentence = format!("whether `{name}` is installed is not known: {reason}");
                self.undecided(own, sentence);
                None
            }
            FoundPackages::Unread(distribution, reason) => {
                self.undecided(own, format!("{}: {reason}", described(distribution)));
                None
            }
            FoundPackages::Nothing => {
                self.wrong(own, name, "it is not installed", ProblemKind::Missing);
                None
            }
            FoundPackages::Several(all) => {
                let records = all.iter().map(|one| one.metadata.clone()).collect();
                self.wrong(own, name, "it is installed more than once", ProblemKind::Ambiguous { records });
                None
            }
            FoundPackages::Broken(distribution, reason) => {
                let record = distribution.metadata.clone();
                let kind = ProblemKind::Broken { record, reason };
                self.wrong(own, name, "its metadata cannot be used", kind);
                None
            }
        }
    }

    /// Judges a package that is installed exactly once.
    fn package(
        &mut self,
        name: &str,
        own: &[RequestLine<'j>],
        package: &InstalledPackage<'p>,
    ) -> Option<Vec<Visit>> {
        let lines = self.lines;
        let constraints = lines.constraints(name);
        let all = || own.iter().chain(constraints);
        let refuses = |line: &&RequestLine<'j>| {
            line.specifiers().is_some_and(|specifiers| !specifiers.accept_installed(package.version))
        };
        let refusing: Vec<RequestLine<'j>> = all().filter(refuses).copied().collect();
        let is_doubtful = own.iter().all(|line| line.is_doubtful);
        let mut is_wrong = false;
        if !refusing.is_empty() {
            let found = package.version.to_owned();
            let what = format!("{} is installed", package.described());
            let others = all().filter(|line| line.specifiers().is_some_and(|wanted| !wanted.is_any()));
            is_wrong |= self.wrong_lines(
                &refusing,
                others.copied().collect(),
                is_doubtful,
                name,
                &what,
                ProblemKind::WrongVersion { found },
            );
        }
        is_wrong |= self.sources(name, own, constraints, package);
        is_wrong |= self.stale(own, is_doubtful, package);
        if is_wrong {
            return None;
        }
        self.unknown_extras(own, package);
        Some(own.iter().flat_map(|line| self.visits(name, line, package)).collect())
    }

    /// Compares where a package came from with where lines say that it is to come from.
    fn sources(
        &mut self,
        name: &str,
        own: &[RequestLine<'j>],
        constraints: &[RequestLine<'j>],
        package: &InstalledPackage<'p>,
    ) -> bool {
        let installed = self.lookup.installed;
        let mut is_wrong = false;
        let has_source = own.iter().chain(constraints).any(|line| line.source().is_some());
        for line in own.iter().chain(constraints) {
            let comparison = match line.source() {
                Some(wanted) => source::compare(wanted, package.distribution, installed),
                None if !has_source && self.is_index_meant() && package.distribution.source.is_some() => {
                    SourceComparison::Different
                }
                None => continue,
            };
            match comparison {
                SourceComparison::Same => {}
                SourceComparison::Unknown(reason) => self.undecided(&[*line], reason),
                SourceComparison::Different => {
                    let found = source::description(package.distribution);
                    let what = format!("it was installed from {found}");
                    let wanted = match line.source() {
                        Some(source) => source::wanted(&line.shown().text, source),
                        None => "a package index".to_owned(),
                    };
                    let kind = ProblemKind::WrongSource { found, wanted };
                    is_wrong |= self.wrong(&[*line], name, &what, kind);
                }
            }
        }
        is_wrong
    }

    /// Some tools replace a package of a locked version that does not come from an index as the lock says.
    fn is_index_meant(&self) -> bool {
        matches!(&self.requested.source, RequestedBy::Lock(tool) if tool == "uv" || tool == "poetry")
    }

    /// A package that is used from where it is developed has another version there now.
    fn stale(&mut self, own: &[RequestLine<'j>], is_doubtful: bool, package: &InstalledPackage<'p>) -> bool {
        let Some(project) = &package.project else { return false };
        let Some(now) = &project.version else { return false };
        if Version::are_same(now, package.version) {
            return false;
        }
        let kind = ProblemKind::StaleVersion {
            found: package.version.to_owned(),
            now: now.clone(),
            manifest: project.manifest.clone(),
        };
        let what = format!("{} is installed, and `{}` says {now}", package.described(), project.manifest);
        let lines = if is_doubtful { own.to_vec() } else { certain(own) };
        self.wrong(&lines, &package.distribution.name, &what, kind)
    }

    /// No version, or no source, satisfies the lines together.
    fn conflict(&mut self, name: &str, own: &[RequestLine<'j>]) -> bool {
        let lines = self.lines;
        let certain = certain(own);
        if certain.is_empty() {
            return false;
        }
        let all = || certain.iter().chain(lines.constraints(name).iter().filter(|line| !line.is_doubtful));
        let limiting: Vec<&RequestLine<'j>> =
            all().filter(|line| line.specifiers().is_some_and(|wanted| !wanted.is_any())).collect();
        let specifiers: Vec<&Specifiers> = limiting.iter().filter_map(|line| line.specifiers()).collect();
        let by_version = !specifiers.is_empty() && Specifiers::exclude_each_other(&specifiers);
        let sources: Vec<&RequestLine<'j>> = all().filter(|line| line.source().is_some()).collect();
        let differ = |(position, one): (usize, &&RequestLine<'j>)| {
            let mut others = sources[position + 1..].iter().filter_map(|other| other.source());
            one.source().is_some_and(|one| {
                others.any(|other| source::exclude_each_other(one, other, self.lookup.installed))
            })
        };
        let shown = match by_version {
            true => limiting,
            false if sources.iter().enumerate().any(differ) => sources,
            false => return false,
        };
        let mut shown: Vec<RequestedLine> = shown.into_iter().map(RequestLine::shown).collect();
        shown.sort();
        let package = written_name(&certain[0]).unwrap_or_else(|| name.to_owned());
        self.verdict.problems.push(Problem { package, lines: shown, kind: ProblemKind::Conflict });
        true
    }

    fn unknown_extras(&mut self, own: &[RequestLine<'j>], package: &InstalledPackage<'p>) {
        for line in own.iter().filter(|line| !line.is_doubtful) {
            for extra in line.extras().iter().map(|extra| normalised(extra)) {
                if !has_extra(package, &extra) {
                    let version = package.version.to_owned();
                    let kind = ProblemKind::UnknownExtra { extra, version };
                    let package = printable(package.distribution.name.as_bytes());
                    self.verdict.problems.push(Problem { package, lines: vec![line.shown()], kind });
                }
            }
        }
    }

    /// Where a line that is met leads to: the package itself, and each extra that it has.
    fn visits(&self, name: &str, line: &RequestLine<'j>, package: &InstalledPackage<'p>) -> Vec<Visit> {
        let extras = line.extras().iter().map(|extra| normalised(extra));
        let extras = extras.filter(|extra| has_extra(package, extra));
        let doubt = line.is_doubtful.then(|| self.doubt(line));
        let visit = |extra| Visit {
            name: name.to_owned(),
            extra,
            chain: vec![package.described()],
            line: line.shown(),
            doubt: doubt.clone(),
        };
        std::iter::once(None).chain(extras.map(Some)).map(visit).collect()
    }

    /// Lines for a source that is not recorded of anything, and that does not tell its name.
    fn unnamed(&mut self) {
        let lines = self.lines;
        for line in &lines.unnamed {
            let text = line.shown().text;
            match self.lookup.installed.unread() {
                Some(reason) => {
                    self.undecided(&[*line], format!("whether `{text}` is installed is not known: {reason}"));
                }
                None => {
                    self.wrong(&[*line], &text, "it is not installed", ProblemKind::Missing);
                }
            }
        }
    }

    fn conda_packages(&mut self) {
        for line in &self.requested.requested {
            let What::CondaPackage { name, specification } = &line.what else { continue };
            let shown = lines::shown(line);
            match self.lookup.installed.conda_package(name) {
                CondaAnswer::Missing => self.verdict.problems.push(Problem {
                    package: printable(name.as_bytes()),
                    lines: vec![shown],
                    kind: ProblemKind::Missing,
                }),
                CondaAnswer::Installed { .. } if specification.is_empty() => {}
                CondaAnswer::Installed { version, build } => {
                    let exact = [format!("=={version}"), format!("={version}={build}")];
                    if !exact.contains(specification) {
                        let what = format!("whether {name} {version} is `{}` is not known", shown.text);
                        self.verdict.undecided.push((shown.place, what));
                    }
                }
                CondaAnswer::Unknown => {
                    let what = format!("whether conda has installed `{}` is not known", shown.text);
                    self.verdict.undecided.push((shown.place, what));
                }
            }
        }
    }

    /// Lines of requirements files that accept more than one version.
    fn unpinned(&mut self) {
        if self.requested.source != RequestedBy::Requirements {
            return;
        }
        let lines = self.lines;
        for (name, own) in &lines.requested {
            let is_pinned = |line: &RequestLine<'j>| match line.source() {
                Some(PackageSource::Repository { revision, .. }) => {
                    revision.as_deref().is_some_and(|revision| revision.len() >= 40)
                }
                Some(_) => true,
                None => line.specifiers().is_some_and(Specifiers::is_pinned),
            };
            if own.iter().chain(lines.constraints(name)).any(is_pinned) {
                continue;
            }
            let Some(first) = own.first() else { continue };
            let package = written_name(first).unwrap_or_else(|| name.clone());
            let kind = ProblemKind::Unpinned;
            self.verdict.problems.push(Problem { package, lines: vec![first.shown()], kind });
        }
    }

    /// Follows what is required. A lock names everything itself, and may do so against what packages require.
    fn dependencies(&mut self, starts: Starts) {
        let is_lock = matches!(self.requested.source, RequestedBy::Lock(_));
        let mut walk = RequirementWalk::new(self.lookup, self.lines, self.environment, self.verdict);
        walk.replaced = starts.replaced.into_iter().collect();
        if !is_lock {
            walk.follow_all(starts.visits);
        }
        let reached = std::mem::take(&mut walk.reached);
        for name in self.lookup.installed.names() {
            let is_judged = reached.contains(&name) || walk.replaced.contains(&name);
            if !is_judged {
                walk.check_alone(&name);
            }
        }
        if self.requested.is_exact {
            self.extra_packages(&reached);
        }
    }

    /// What is installed and not asked for, directly or through these others.
    fn extra_packages(&mut self, reached: &BTreeSet<String>) {
        for name in self.lookup.installed.names() {
            let is_own = self.requested.own_names.contains(&name) || BROUGHT_ALONG.contains(&name.as_str());
            if is_own || reached.contains(&name) {
                continue;
            }
            if self.lines.requested.contains_key(&name) {
                self.perhaps_extra(&name);
                continue;
            }
            let Some(distribution) = self.lookup.installed.named(&name).first().copied() else { continue };
            // conda installs what its own files ask for.
            if self.lookup.installed.is_of_conda(distribution) {
                continue;
            }
            self.verdict.problems.push(Problem {
                package: printable(distribution.name.as_bytes()),
                lines: Vec::new(),
                kind: ProblemKind::Extra {
                    version: distribution.version.clone(),
                    record: distribution.metadata.clone(),
                },
            });
        }
    }

    /// Only lines that perhaps do not apply ask for an installed package.
    fn perhaps_extra(&mut self, name: &str) {
        let lines = self.lines;
        let own = lines.requested.get(name).map(Vec::as_slice).unwrap_or_default();
        if !lines.has_certain(name) {
            self.undecided(own, format!("whether `{name}` may be installed is not known"));
        }
    }

    /// Why it is not known whether a line applies, as the beginning of a sentence.
    fn doubt(&self, line: &RequestLine<'_>) -> String {
        let reason = lines::doubt(line.requested, self.environment, &self.requested.active);
        let text = line.shown().text;
        format!("whether `{text}` applies is not known ({})", reason.unwrap_or_default())
    }

    /// Says that something could not be decided, about the first line.
    fn undecided(&mut self, own: &[RequestLine<'_>], sentence: String) {
        if let Some(line) = own.first() {
            self.verdict.undecided.push((line.requested.place.clone(), sentence));
        }
    }

    /// Adds a problem that all lines have; returns whether it is certain.
    fn wrong(&mut self, own: &[RequestLine<'j>], name: &str, what: &str, kind: ProblemKind) -> bool {
        let is_doubtful = own.iter().all(|line| line.is_doubtful);
        self.wrong_lines(own, own.to_vec(), is_doubtful, name, what, kind)
    }

    /// Adds a problem that some lines show, with all lines that it is about. If none of the lines that show it, or none that
    /// ask for the package, is known to apply, then it is not known whether that is one. Returns whether it is certain.
    fn wrong_lines(
        &mut self,
        showing: &[RequestLine<'j>],
        about: Vec<RequestLine<'j>>,
        is_doubtful: bool,
        name: &str,
        what: &str,
        kind: ProblemKind,
    ) -> bool {
        let certainly = certain(showing);
        let (Some(first), false) = (certainly.first(), is_doubtful) else {
            if let Some(line) = showing.iter().find(|line| line.is_doubtful).or(showing.first()) {
                let sentence = format!("{}, and {what}", self.doubt(line));
                self.verdict.undecided.push((line.requested.place.clone(), sentence));
            }
            return false;
        };
        let mut lines: Vec<RequestedLine> = vec![first.shown()];
        for line in certain(&about).iter().map(RequestLine::shown) {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines[1..].sort();
        let package = showing.iter().chain(&about).find_map(written_name).unwrap_or_else(|| name.to_owned());
        self.verdict.problems.push(Problem { package, lines, kind });
        true
    }
}

/// The lines that certainly apply.
fn certain<'j>(lines: &[RequestLine<'j>]) -> Vec<RequestLine<'j>> {
    lines.iter().filter(|line| !line.is_doubtful).copied().collect()
}

/// The name as a line writes it.
fn written_name(line: &RequestLine<'_>) -> Option<String> {
    match &line.requested.what {
        What::Package { name, .. } | What::Source { name: Some(name), .. } => {
            Some(printable(name.as_bytes()))
        }
        _ => None,
    }
}
