//! Lines that nothing satisfies together.

use super::lines::RequestLine;
use super::package_judge::{PackageJudge, certain, written_name};
use super::source;
use crate::model::{Problem, ProblemKind, RequestedLine};
use crate::order::Arrange as _;
use crate::python::Specifiers;

impl<'j> PackageJudge<'j, '_> {
    /// No version, or no source, satisfies the lines together.
    pub(super) fn conflict(&mut self, name: &str, own: &[RequestLine<'j>]) -> bool {
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
        shown.arrange();
        let package = written_name(&certain[0]).unwrap_or_else(|| name.to_owned());
        self.verdict.problems.push(Problem { package, lines: shown, kind: ProblemKind::Conflict });
        true
    }
}
