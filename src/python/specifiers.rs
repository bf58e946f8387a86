//! Conditions on a version, joined by commas
//! (<https://packaging.python.org/en/latest/specifications/version-specifiers/>).

use std::collections::BTreeSet;
use std::fmt;

use super::answer::Answer;
use super::clause::{Clause, Compared};
use super::lexer::stripped;
use super::version::{NO_SUCH_RELEASE, Version};

/// Each condition is compared with each other, so that a file with very many must not be a reason to wait.
const MOST_COMPARED: usize = 500;

/// Conditions on a version: `>=3.11,<4`. Those of Poetry may be alternatives: `>=1,<2 || >=3`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Specifiers {
    /// Of these, all of one have to be met. There is at least one.
    alternatives: Vec<Vec<Clause>>,
}

impl Specifiers {
    /// Parses specifiers as `packaging`, and so pip, does; empty text accepts everything, a comma at the end is allowed.
    ///
    /// # Errors
    /// What is wrong, as a lower-case fragment.
    pub fn parse(text: &str) -> Result<Self, String> {
        let clauses = text.split(',').map(stripped).filter(|clause| !clause.is_empty()).map(Clause::parse);
        Ok(Self::of(vec![clauses.collect::<Result<_, _>>()?]))
    }

    pub(super) fn of(alternatives: Vec<Vec<Clause>>) -> Self {
        Self { alternatives }
    }

    /// Returns whether an installed version matches: pre-releases count as every other version, since they are
    /// there. `version` is the text that was recorded when it was installed; what is not valid in PEP 440 matches
    /// `===` with the same text, and what accepts everything.
    #[must_use]
    pub fn accept_installed(&self, version: &str) -> bool {
        self.accept(&Compared::installed(version))
    }

    /// Returns whether every version matches, because there is no condition.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.alternatives.iter().any(Vec::is_empty)
    }

    /// Returns whether they are one condition that names one version: `==1.0` or `===1.0`, not `==1.*`.
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        matches!(self.alternatives.as_slice(), [clauses] if matches!(clauses.as_slice(), [clause] if clause.is_pinned()))
    }

    /// Returns whether it is certain that no version, pre-releases included, matches all of these. It never is of
    /// hundreds of conditions.
    #[must_use]
    pub fn exclude_each_other(all: &[&Self]) -> bool {
        if matches!(all, [one] if one.is_pinned()) {
            return false;
        }
        let clauses = || all.iter().flat_map(|specifiers| specifiers.clauses());
        let length =
            clauses().filter_map(Clause::version).map(|version| version.release().len()).max().unwrap_or(1);
        if clauses().count().max(length) > MOST_COMPARED {
            return false;
        }
        let mut candidates = vec![Compared::installed("0.dev0")];
        for clause in clauses() {
            match clause.beginnings(length) {
                Some(subjects) => candidates.extend(subjects),
                None => return false,
            }
        }
        !candidates.iter().any(|subject| all.iter().all(|specifiers| specifiers.accept(subject)))
    }

    /// Returns whether an interpreter of this version matches. Only the numbers of the release count, so that 3.14.0rc1
    /// matches `>=3.14`, as in uv (<https://docs.astral.sh/uv/pip/compatibility/#python-version-specifiers>).
    #[must_use]
    pub fn accept_interpreter(&self, version: &Version) -> bool {
        self.accept(&Compared::of(&version.only_release()))
    }

    /// Returns whether an interpreter of this version may be selected: a pre-release only if the specifiers name one. A
    /// version with fewer than three numbers stands for all that start with them.
    #[must_use]
    pub fn accept_candidate(&self, version: &Version) -> bool {
        if version.release().len() < 3 {
            return self.accept_some(version.release());
        }
        let named = self.clauses().filter_map(Clause::version).any(Version::is_prerelease);
        self.accept(&Compared::of(version)) && (named || !version.is_prerelease())
    }

    /// Returns whether any version that starts with these numbers matches.
    #[must_use]
    pub fn accept_some(&self, numbers: &[u64]) -> bool {
        match numbers {
            [] | [_] => (0..NO_SUCH_RELEASE)
                .any(|next| self.accept_some(&[numbers.first().copied().unwrap_or(3), next])),
            [major, minor] => self
                .decisive_patches(*major, *minor)
                .into_iter()
                .any(|patch| self.accept_release(&[*major, *minor, patch])),
            _ => self.accept_release(numbers),
        }
    }

    /// Returns whether the oldest and the newest interpreters that all of one list accept are those of another list.
    #[must_use]
    pub fn have_same_bounds(some: &[&Self], others: &[&Self]) -> bool {
        let named = some.iter().chain(others).flat_map(|specifiers| specifiers.releases()).collect();
        let versions = Self::around(&named);
        let bounds = |all: &[&Self]| {
            let accept = |numbers: &&Vec<u64>| {
                let version = Version::of_release(numbers);
                version.is_some_and(|version| all.iter().all(|one| one.accept_interpreter(&version)))
            };
            (versions.iter().find(accept), versions.iter().rfind(accept))
        };
        bounds(some) == bounds(others)
    }

    /// Whether all of one list accept the same versions as all of another. It is not always known where they name
    /// pre-releases, post-releases or local versions.
    #[must_use]
    pub fn accept_same(some: &[&Self], others: &[&Self]) -> Answer {
        let clauses = || some.iter().chain(others).flat_map(|specifiers| specifiers.clauses());
        if clauses().count() > MOST_COMPARED {
            return Answer::Unknown("there are too many conditions".to_owned());
        }
        let accept = |all: &[&Self], version: &Compared| all.iter().all(|one| one.accept(version));
        let mut tried = clauses().flat_map(Clause::surroundings).chain([Compared::installed("0.dev0")]);
        if tried.any(|version| accept(some, &version) != accept(others, &version)) {
            return Answer::No;
        }
        let set = |all: &[&Self]| {
            let clauses = all.iter().flat_map(|specifiers| specifiers.clauses());
            clauses.map(ToString::to_string).collect::<BTreeSet<_>>()
        };
        match set(some) == set(others) || clauses().all(Clause::is_of_release) {
            true => Answer::Yes,
            false => Answer::Unknown("they may differ in pre-releases or post-releases".to_owned()),
        }
    }

    /// The numbers of the releases that they name.
    pub(super) fn releases(&self) -> BTreeSet<Vec<u64>> {
        self.clauses().filter_map(Clause::version).map(|version| version.release().to_vec()).collect()
    }

    /// Releases of three numbers among which there is one for each answer that comparisons with `named` can have: those
    /// themselves, and before and after each the nearest ones.
    pub(super) fn around(named: &BTreeSet<Vec<u64>>) -> BTreeSet<Vec<u64>> {
        let mut around = BTreeSet::from([vec![0, 0, 0], vec![NO_SUCH_RELEASE, 0, 0]]);
        for release in named {
            let number = |index: usize| release.get(index).copied().unwrap_or(0);
            let (major, minor, patch) = (number(0), number(1), number(2));
            let before = match (major, minor, patch) {
                (_, _, 1..) => [major, minor, patch - 1],
                (_, 1.., 0) => [major, minor - 1, NO_SUCH_RELEASE],
                _ => [major.saturating_sub(1), NO_SUCH_RELEASE, 0],
            };
            let after = [
                [major, minor, patch.saturating_add(1)],
                [major, minor.saturating_add(1), 0],
                [major.saturating_add(1), 0, 0],
            ];
            around.extend([before, [major, minor, patch]].into_iter().chain(after).map(Vec::from));
        }
        around
    }

    fn accept_release(&self, numbers: &[u64]) -> bool {
        Version::of_release(numbers).is_some_and(|version| self.accept(&Compared::of(&version)))
    }

    fn accept(&self, subject: &Compared) -> bool {
        self.alternatives.iter().any(|clauses| clauses.iter().all(|clause| clause.accepts(subject)))
    }

    fn clauses(&self) -> impl Iterator<Item = &Clause> {
        self.alternatives.iter().flatten()
    }

    /// The patch releases at which the answer for a feature release can change, and those next to them.
    fn decisive_patches(&self, major: u64, minor: u64) -> BTreeSet<u64> {
        let named =
            self.clauses().filter_map(Clause::version).filter_map(|version| match version.release() {
                [first, second, patch, ..] if (*first, *second) == (major, minor) => Some(*patch),
                _ => None,
            });
        let around = named.flat_map(|patch| [patch.saturating_sub(1), patch, patch.saturating_add(1)]);
        around.chain([0, NO_SUCH_RELEASE]).collect()
    }
}

impl fmt::Display for Specifiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, clauses) in self.alternatives.iter().enumerate() {
            if position > 0 {
                f.write_str(" || ")?;
            }
            for (position, clause) in clauses.iter().enumerate() {
                if position > 0 {
                    f.write_str(",")?;
                }
                write!(f, "{clause}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
