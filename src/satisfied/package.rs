//! One package: its version, its source, its extras, and where it leads to.

use super::dependencies::has_extra;
use super::lines::RequestLine;
use super::lookup::InstalledPackage;
use super::package_judge::{PackageJudge, certain};
use super::source::{self, SourceComparison};
use super::walk::Visit;
use crate::model::{PackageSource, Problem, ProblemKind, RequestedBy};
use crate::path::printable;
use crate::python::{Version, normalised};

impl<'j, 'p> PackageJudge<'j, 'p> {
    /// Judges a package that is installed exactly once.
    pub(super) fn package(
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
                SourceComparison::Unknown(reason) => {
                    self.undecided(&[*line], reason);
                    if matches!(line.source(), Some(PackageSource::Archive { .. })) && !line.is_doubtful {
                        let place = line.requested.place.clone();
                        self.verdict.perhaps_changed.push((package.distribution.name.clone(), place));
                    }
                }
                SourceComparison::Different => {
                    let (found, wanted) = match line.source() {
                        Some(wanted) => {
                            source::difference(&line.shown().text, wanted, package.distribution, installed)
                        }
                        None => (source::description(package.distribution), "a package index".to_owned()),
                    };
                    let what = format!("it was installed from {found}");
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
}
