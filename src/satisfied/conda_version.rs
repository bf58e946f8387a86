//! Versions as conda orders them
//! (<https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html#version-ordering>).

use std::cmp::Ordering;

/// The characters of a version in lower case, beside letters and digits.
const PUNCTUATION: &str = ".+!_*";

/// A version of conda.
#[derive(Debug, Clone)]
pub(super) struct CondaVersion {
    /// In lower case.
    text: String,
    /// The first is the epoch.
    parts: Vec<Vec<VersionRun>>,
    /// What follows `+`.
    local: Vec<Vec<VersionRun>>,
}

/// Digits, stars, or other characters in a part of a version: `1rc2` has three. The order is that of conda.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum VersionRun {
    /// So many `*`, which are no wildcard here.
    Stars(usize),
    /// `dev`.
    Development,
    Text(String),
    Number(Number),
    /// `post`.
    Post,
}

/// A number of any length.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Number {
    /// How many digits it has without the zeros at its start.
    length: usize,
    digits: String,
}

/// What is missing counts as 0: 1.1 is 1.1.0.
static MISSING: VersionRun = VersionRun::Number(Number { length: 0, digits: String::new() });

impl CondaVersion {
    /// Parses a version; `None` if conda would refuse it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut text = text.trim().to_lowercase();
        if !text.contains('_') {
            text = text.replace('-', "_");
        }
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || PUNCTUATION.contains(c);
        if !text.chars().all(is_allowed) {
            return None;
        }
        let (epoch, rest) = text.split_once('!').unwrap_or(("0", &text));
        let (main, local) = rest.split_once('+').map_or((rest, None), |(main, local)| (main, Some(local)));
        let is_number = !epoch.is_empty() && epoch.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number || main.is_empty() || rest.contains('!') || local.is_some_and(|text| text.contains('+'))
        {
            return None;
        }
        // A `_` at the end belongs to the part before it, so that 1.0.1_ is before 1.0.1a.
        let (split, end) = main.strip_suffix('_').map_or((main, ""), |split| (split, "_"));
        let mut names: Vec<String> = split.split(['.', '_']).map(str::to_owned).collect();
        names.iter_mut().last()?.push_str(end);
        let parts = std::iter::once(epoch).chain(names.iter().map(String::as_str)).map(runs);
        let parts = parts.collect::<Option<_>>()?;
        let local = local.into_iter().flat_map(|local| local.split(['.', '_'])).map(runs);
        let local = local.collect::<Option<_>>()?;
        Some(Self { parts, local, text })
    }

    /// Compares two versions. Different texts may be the same version.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        compare(&self.parts, &other.parts).then_with(|| compare(&self.local, &other.local))
    }

    /// Returns whether it starts with another one: 1.26.4 and 1.26rc1 start with 1.26, and 1.260 does not.
    pub(super) fn starts_with(&self, other: &Self) -> bool {
        let (own, start) = match other.local.is_empty() {
            true => (&self.parts, &other.parts),
            false if compare(&self.parts, &other.parts).is_ne() => return false,
            false => (&self.local, &other.local),
        };
        let Some((last, before)) = start.split_last() else { return true };
        let own_before = own.get(..before.len()).unwrap_or(own);
        let own_last = part(own, before.len());
        let Some((last_run, runs_before)) = last.split_last() else { return true };
        let own_runs_before = own_last.get(..runs_before.len()).unwrap_or(own_last);
        compare(own_before, before).is_eq()
            && compare_runs(own_runs_before, runs_before).is_eq()
            && match (run(own_last, runs_before.len()), last_run) {
                (VersionRun::Text(own), VersionRun::Text(start)) => own.starts_with(start.as_str()),
                (VersionRun::Stars(own), VersionRun::Stars(start)) => own >= start,
                (own, start) => own == start,
            }
    }

    /// The version without what follows its last `.`; `None` if there is no `.`.
    pub(super) fn without_last(&self) -> Option<Self> {
        Self::parse(self.text.rsplit_once('.')?.0)
    }
}

/// The runs of a part; `None` if it is empty. One that does not start with digits starts with 0, so that 1.1.a1 is 1.1.0a1.
fn runs(part: &str) -> Option<Vec<VersionRun>> {
    let mut runs = Vec::new();
    if !part.starts_with(|c: char| c.is_ascii_digit()) {
        runs.push(MISSING.clone());
    }
    let mut rest = Some(part).filter(|part| !part.is_empty())?;
    let class = |c: char| (c.is_ascii_digit(), c == '*');
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c: char| class(c) != class(first)).unwrap_or(rest.len());
        let (run, more) = rest.split_at(end);
        runs.push(match (run, class(first)) {
            ("dev", _) => VersionRun::Development,
            ("post", _) => VersionRun::Post,
            (digits, (true, _)) => {
                let digits = digits.trim_start_matches('0').to_owned();
                VersionRun::Number(Number { length: digits.len(), digits })
            }
            (stars, (_, true)) => VersionRun::Stars(stars.len()),
            (text, _) => VersionRun::Text(text.to_owned()),
        });
        rest = more;
    }
    Some(runs)
}

fn compare(one: &[Vec<VersionRun>], other: &[Vec<VersionRun>]) -> Ordering {
    let all = (0..one.len().max(other.len())).map(|index| compare_runs(part(one, index), part(other, index)));
    all.fold(Ordering::Equal, Ordering::then)
}

fn compare_runs(one: &[VersionRun], other: &[VersionRun]) -> Ordering {
    let all = (0..one.len().max(other.len())).map(|index| run(one, index).cmp(run(other, index)));
    all.fold(Ordering::Equal, Ordering::then)
}

fn part(parts: &[Vec<VersionRun>], index: usize) -> &[VersionRun] {
    parts.get(index).map(Vec::as_slice).unwrap_or_default()
}

fn run(runs: &[VersionRun], index: usize) -> &VersionRun {
    runs.get(index).unwrap_or(&MISSING)
}
