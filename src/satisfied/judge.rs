//! The verdict: what is asked for, compared with what is installed.

use super::interfaces::PackageSet;
use super::lines::{RequestLine, RequestLines};
use super::lookup::{FoundPackages, Lookup, described};
use super::package_judge::{PackageJudge, written_name};
use super::verdict::SyncVerdict;
use super::walk::{RequirementWalk, Visit};
use crate::model::{PackageSource, Problem, ProblemKind, RequestedBy, RequestedLine, RequestedPackages};
use crate::order::Arrange as _;
use crate::python::{MarkerEnvironment, Specifiers};

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
    verdict.problems.arrange_by(|one, other| place(one).cmp(&place(other)));
    verdict.undecided.arrange();
    verdict.undecided.dedup();
    verdict
}

/// The first line of a problem; those without one come last, by name.
fn place(problem: &Problem) -> (bool, Option<&RequestedLine>, &str) {
    (problem.lines.is_empty(), problem.lines.first(), &problem.package)
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
        if self.is_refused(name, own) || self.conflict(name, own) {
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
                let renamed = own.iter().find_map(|line| self.renamed(line));
                let kind = renamed.unwrap_or(ProblemKind::Missing);
                self.wrong(own, name, "it is not installed", kind);
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
        if self.requested.is_exact
            && self.requested.unreadable.is_empty()
            && (is_lock || self.verdict.unusable().next().is_none())
        {
            self.extra_packages(&reached);
        }
    }
}
