//! Versions as PEP 440 defines them, a thin layer over `pep440_rs`
//! (<https://packaging.python.org/en/latest/specifications/version-specifiers/>).

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::lexer::stripped;

/// More minor or patch releases than Python has ever had.
pub(super) const NO_SUCH_RELEASE: u64 = 100;

/// A version of Python or of a package. Versions that differ in trailing zeros only are equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pep440_rs::Version);

impl Version {
    /// Parses a version; `None` if it is not valid in PEP 440.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        pep440_rs::Version::from_str(stripped(text)).ok().map(Self)
    }

    /// The final release with these numbers; `None` if there are none.
    #[must_use]
    pub fn of_release(numbers: &[u64]) -> Option<Self> {
        (!numbers.is_empty()).then(|| Self(pep440_rs::Version::new(numbers)))
    }

    /// Returns whether two texts are the same version, as `1.0` and `v1.0.0` are. What is not valid in PEP 440 is the same
    /// only as itself.
    #[must_use]
    pub fn are_same(one: &str, other: &str) -> bool {
        match (Self::parse(one), Self::parse(other)) {
            (Some(one), Some(other)) => one == other,
            (None, None) => stripped(one) == stripped(other),
            _ => false,
        }
    }

    /// The numbers of the release: 3, 12 and 1 for `3.12.1rc1`.
    #[must_use]
    pub fn release(&self) -> &[u64] {
        self.0.release()
    }

    /// The first two numbers, which are in the name of a Python's package directory; a missing one is 0.
    #[must_use]
    pub fn feature(&self) -> (u64, u64) {
        let number = |index: usize| self.release().get(index).copied().unwrap_or(0);
        (number(0), number(1))
    }

    /// Returns whether it is an alpha, beta, candidate or development release.
    #[must_use]
    pub fn is_prerelease(&self) -> bool {
        self.0.any_prerelease()
    }

    /// Its release alone: 3.12.1 for `3.12.1rc1`.
    pub(super) fn only_release(&self) -> Self {
        Self(self.0.only_release())
    }

    /// Returns whether it is a development or a post-release.
    pub(super) fn is_development_or_post(&self) -> bool {
        self.0.is_dev() || self.0.is_post()
    }

    /// Returns whether it has a local part, as `1.0+cu118`.
    pub(super) fn is_local(&self) -> bool {
        self.0.is_local()
    }

    /// Compares without the local part of this one.
    pub(super) fn compare_public(&self, other: &Self) -> Ordering {
        if self.is_local() { self.0.clone().without_local().cmp(&other.0) } else { self.0.cmp(&other.0) }
    }

    /// The first of its pre-releases: `1.0.dev0` for `1.0`.
    pub(super) fn first_development(&self) -> Self {
        Self(self.0.clone().without_local().with_dev(Some(0)))
    }

    /// Returns whether its release starts with the numbers of another of the same epoch; missing ones are 0.
    pub(super) fn starts_with(&self, release: &[u64], epoch: u64) -> bool {
        let own = self.release().iter().chain(std::iter::repeat(&0));
        self.epoch() == epoch && release.iter().zip(own).all(|(asked, own)| asked == own)
    }

    /// Its epoch, which is 0 unless it is written: `1!2.0`.
    pub(super) fn epoch(&self) -> u64 {
        self.0.epoch()
    }

    /// Returns whether it is another, a local or a post-release of that, or something before those of the same release.
    pub(super) fn is_of_family(&self, other: &Self) -> bool {
        let length = self.release().len().max(other.release().len());
        let padded = |version: &Self| {
            version.release().iter().copied().chain(std::iter::repeat(0)).take(length).collect::<Vec<u64>>()
        };
        self.epoch() == other.epoch() && self.0.pre() == other.0.pre() && padded(self) == padded(other)
    }

    /// The least version above this one and all of its local versions and, unless it is a post-release itself, all of
    /// its post-releases. There is none for a final release; then one that is below every other of at most `length`
    /// numbers. `None` if its number would be too large.
    pub(super) fn next(&self, above_posts: bool, length: usize) -> Option<Self> {
        let public = self.0.clone().without_local();
        let up = |number: u64| number.checked_add(1);
        Some(Self(match (public.dev(), public.post(), public.pre()) {
            (Some(dev), ..) => public.with_dev(Some(up(dev)?)),
            (None, Some(post), _) => public.with_post(Some(up(post)?)).with_dev(Some(0)),
            (None, None, _) if !above_posts => public.with_post(Some(0)).with_dev(Some(0)),
            (None, None, Some(mut pre)) => {
                pre.number = up(pre.number)?;
                public.with_pre(Some(pre)).with_dev(Some(0))
            }
            (None, None, None) => {
                let mut release = public.release().to_vec();
                release.resize(release.len().max(length), 0);
                release.push(1);
                public.with_release(release).with_dev(Some(0))
            }
        }))
    }

    /// The first pre-release after all versions whose release starts with this one: `1.3.dev0` for `1.2`.
    pub(super) fn after_prefix(&self) -> Option<Self> {
        let mut release = self.release().to_vec();
        let last = release.last_mut()?;
        *last = last.checked_add(1)?;
        Some(Self(pep440_rs::Version::new(release).with_epoch(self.epoch()).with_dev(Some(0))))
    }

    /// The same with another release.
    pub(super) fn with_release(&self, release: &[u64]) -> Option<Self> {
        (!release.is_empty()).then(|| Self(pep440_rs::Version::new(release).with_epoch(self.epoch())))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_parts() {
        let version = Version::parse("3.12.1rc1").expect("a version");
        assert_eq!((version.release(), version.feature()), ([3, 12, 1].as_slice(), (3, 12)));
        assert!(version.is_prerelease() && version < Version::parse("3.12.1").expect("a version"));
        assert_eq!(Version::parse("three"), None);
    }

    #[test]
    fn texts_are_the_same_version() {
        let cases = [
            ("1.0", "1.0.0", true),
            ("1.0", "v1", true),
            ("1.0-RC1", "1.0rc1", true),
            ("1.0-1", "1.0.post1", true),
            ("1.0+LOCAL-1", "1.0+local.1", true),
            ("1.0", "1.0+local", false),
            ("1.0", "1.0.post0", false),
            ("1!1.0", "1.0", false),
            ("2004d", "2004d", true),
            ("2004d", "2004", false),
        ];
        for (one, other, same) in cases {
            assert_eq!(Version::are_same(one, other), same, "{one} {other}");
            assert_eq!(Version::are_same(other, one), same, "{other} {one}");
        }
    }
}
