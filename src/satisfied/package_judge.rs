//! What every part of the judgement needs: what is asked for and installed, and how a problem is added.

use super::lines::{self, RequestLine, RequestLines};
use super::lookup::Lookup;
use super::verdict::SyncVerdict;
use crate::model::{Problem, ProblemKind, RequestedLine, RequestedPackages, What};
use crate::order::Arrange as _;
use crate::path::printable;
use crate::python::MarkerEnvironment;

/// Judges one environment.
pub(super) struct PackageJudge<'j, 'p> {
    pub(super) requested: &'j RequestedPackages,
    pub(super) environment: &'j MarkerEnvironment,
    pub(super) lines: &'j RequestLines<'j>,
    pub(super) lookup: &'j Lookup<'p>,
    pub(super) verdict: &'j mut SyncVerdict,
}

impl<'j> PackageJudge<'j, '_> {
    /// Why it is not known whether a line applies, as the beginning of a sentence.
    pub(super) fn doubt(&self, line: &RequestLine<'_>) -> String {
        let reason = lines::doubt(line.requested, self.environment, &self.requested.active);
        let text = line.shown().text;
        format!("whether `{text}` applies is not known ({})", reason.unwrap_or_default())
    }

    /// Says that something could not be decided, about the first line.
    pub(super) fn undecided(&mut self, own: &[RequestLine<'_>], sentence: String) {
        if let Some(line) = own.first() {
            self.verdict.undecided.push((line.requested.place.clone(), sentence.into()));
        }
    }

    /// Adds a problem that all lines have; returns whether it is certain.
    pub(super) fn wrong(
        &mut self,
        own: &[RequestLine<'j>],
        name: &str,
        what: &str,
        kind: ProblemKind,
    ) -> bool {
        let is_doubtful = own.iter().all(|line| line.is_doubtful);
        self.wrong_lines(own, own.to_vec(), is_doubtful, name, what, kind)
    }

    /// Adds a problem that some lines show, with all lines that it is about. If none of the lines that show it, or none that
    /// ask for the package, is known to apply, then it is not known whether that is one. Returns whether it is certain.
    pub(super) fn wrong_lines(
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
                self.verdict.undecided.push((line.requested.place.clone(), sentence.into()));
            }
            return false;
        };
        let mut lines: Vec<RequestedLine> = vec![first.shown()];
        for line in certain(&about).iter().map(RequestLine::shown) {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines[1..].arrange();
        let package = showing.iter().chain(&about).find_map(written_name).unwrap_or_else(|| name.to_owned());
        self.verdict.problems.push(Problem { package, lines, kind });
        true
    }
}

/// The lines that certainly apply.
pub(super) fn certain<'j>(lines: &[RequestLine<'j>]) -> Vec<RequestLine<'j>> {
    lines.iter().filter(|line| !line.is_doubtful).copied().collect()
}

/// The name as a line writes it.
pub(super) fn written_name(line: &RequestLine<'_>) -> Option<String> {
    match &line.requested.what {
        What::Package { name, .. } | What::Source { name: Some(name), .. } => {
            Some(printable(name.as_bytes()))
        }
        _ => None,
    }
}
