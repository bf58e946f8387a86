//! Versions of git.

use std::fmt;

/// A version of git.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GitVersion {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
    /// The third number; 0 if it is missing.
    pub patch: u32,
}

impl GitVersion {
    /// Parses what `git version` prints, including what vendors add to it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.strip_prefix("git version ")?.split(['.', ' ', '-', '\n']).map(str::parse);
        let (major, minor) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
        Some(Self { major, minor, patch: numbers.next().and_then(Result::ok).unwrap_or_default() })
    }

    /// Says whether this git runs hooks from its configuration (since 2.54).
    #[must_use]
    pub fn has_config_hooks(self) -> bool {
        (self.major, self.minor) >= (2, 54)
    }
}

impl fmt::Display for GitVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_the_versions_that_vendors_print() {
        let version = |major, minor, patch| Some(GitVersion { major, minor, patch });
        let cases = [
            ("git version 2.47.3\n", version(2, 47, 3)),
            ("git version 2.39.5 (Apple Git-154)\n", version(2, 39, 5)),
            ("git version 2.45.1.windows.1\n", version(2, 45, 1)),
            ("git version 2.56.0.rc1.12.gabcdef\n", version(2, 56, 0)),
            ("git version 3.0-rc0\n", version(3, 0, 0)),
            ("hub version 2.14\n", None),
        ];
        for (text, expected) in cases {
            assert_eq!(GitVersion::parse(text), expected, "{text}");
        }
    }
}
