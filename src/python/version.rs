//! Versions and specifiers as PEP 440 defines them, a thin layer over `pep440_rs`
//! (<https://packaging.python.org/en/latest/specifications/version-specifiers/>).

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// More minor or patch releases than Python has ever had.
const NO_SUCH_RELEASE: u64 = 100;

/// A version of Python or of a package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pep440_rs::Version);

impl Version {
    /// Parses a version; `None` if it is not valid in PEP 440.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        pep440_rs::Version::from_str(text.trim()).ok().map(Self)
    }

    /// The final release with these numbers; `None` if there are none.
    #[must_use]
    pub fn of_release(numbers: &[u64]) -> Option<Self> {
        (!numbers.is_empty()).then(|| Self(pep440_rs::Version::new(numbers)))
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
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Conditions on a version, joined by commas: `>=3.11,<4`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Specifiers(pep440_rs::VersionSpecifiers);

impl Specifiers {
    /// Parses specifiers; empty text accepts everything.
    ///
    /// # Errors
    /// What is wrong, as a lower-case fragment.
    pub fn parse(text: &str) -> Result<Self, String> {
        pep440_rs::VersionSpecifiers::from_str(text.trim())
            .map(Self)
            .map_err(|error| reason(&error.to_string()))
    }

    /// Returns whether an interpreter of this version matches. Only the numbers of the release count, so that 3.14.0rc1
    /// matches `>=3.14`, as in uv (<https://docs.astral.sh/uv/pip/compatibility/#python-version-specifiers>).
    #[must_use]
    pub fn accept_interpreter(&self, version: &Version) -> bool {
        self.0.contains(&version.0.only_release())
    }

    /// Returns whether an interpreter of this version may be selected: a pre-release only if the specifiers name one. A
    /// version with fewer than three numbers stands for all that start with them.
    #[must_use]
    pub fn accept_candidate(&self, version: &Version) -> bool {
        if version.release().len() < 3 {
            return self.accept_some(version.release());
        }
        let named = self.0.iter().any(|specifier| specifier.version().any_prerelease());
        self.0.contains(&version.0) && (named || !version.is_prerelease())
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
                .any(|patch| self.0.contains(&pep440_rs::Version::new([*major, *minor, patch]))),
            _ => self.0.contains(&pep440_rs::Version::new(numbers)),
        }
    }

    /// The patch releases at which the answer for a feature release can change, and those next to them.
    fn decisive_patches(&self, major: u64, minor: u64) -> BTreeSet<u64> {
        let named = self.0.iter().filter_map(|specifier| match specifier.version().release() {
            [first, second, patch, ..] if (*first, *second) == (major, minor) => Some(*patch),
            _ => None,
        });
        let around = named.flat_map(|patch| [patch.saturating_sub(1), patch, patch.saturating_add(1)]);
        around.chain([0, NO_SUCH_RELEASE]).collect()
    }
}

/// The first line of the parser's message, in lower case; the other lines repeat the text with markers below it.
fn reason(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default().trim_end_matches(':');
    let plain = first.strip_prefix("Failed to parse version: ").unwrap_or(first);
    let mut letters = plain.chars();
    letters.next().map(|letter| letter.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

impl fmt::Display for Specifiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpreters_match_by_their_release() {
        let cases = [
            (">=3.11", "3.12.1", true),
            (">=3.11,<3.12", "3.12.0", false),
            ("==3.12.*", "3.12.7", true),
            ("~=3.8", "3.13.0", true),
            ("~=3.8.1", "3.9.0", false),
            (">=3.14", "3.14.0rc1", true),
            ("!=3.12.1", "3.12.1", false),
            ("", "2.7.18", true),
        ];
        for (specifiers, version, accepted) in cases {
            let read = Specifiers::parse(specifiers).expect("specifiers");
            let version = Version::parse(version).expect("a version");
            assert_eq!(read.accept_interpreter(&version), accepted, "{specifiers} {version}");
        }
        let wrong = "unexpected end of version specifier, expected operator";
        assert_eq!(Specifiers::parse("3.11+").expect_err("no specifiers"), wrong);
    }

    #[test]
    fn feature_releases_match_as_a_whole() {
        let cases: [(&str, &[u64], bool); 9] = [
            (">=3.12.4", &[3, 12], true),
            ("<3.12", &[3, 12], false),
            ("==3.12.5", &[3, 12], true),
            ("!=3.12.*", &[3, 12], false),
            (">3.12.2,<3.12.4", &[3, 12], true),
            (">=3.12", &[2], false),
            (">=3.12", &[3], true),
            (">=3.12", &[], true),
            (">=3.12", &[3, 11, 9], false),
        ];
        for (specifiers, numbers, accepted) in cases {
            let read = Specifiers::parse(specifiers).expect("specifiers");
            assert_eq!(read.accept_some(numbers), accepted, "{specifiers} {numbers:?}");
        }
    }

    #[test]
    fn versions_have_parts() {
        let version = Version::parse("3.12.1rc1").expect("a version");
        assert_eq!((version.release(), version.feature()), ([3, 12, 1].as_slice(), (3, 12)));
        assert!(version.is_prerelease() && version < Version::parse("3.12.1").expect("a version"));
        assert_eq!(Version::parse("three"), None);
    }
}
