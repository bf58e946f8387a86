//! Versions of git.

use std::fmt;

use crate::error::{Error, Result};

/// The oldest git that is supported. It is the first one whose `worktree list` marks prunable work trees; `rev-parse
/// --end-of-options` came with 2.30. Newer options have a fallback: `ls-files --sparse` (2.35), `worktree list -z`
/// (2.36).
pub const MINIMUM_GIT: GitVersion = GitVersion { major: 2, minor: 31, patch: 0 };

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

    /// Returns the version if it is supported.
    ///
    /// # Errors
    /// Undecided if it is older than [`MINIMUM_GIT`].
    pub fn supported(self) -> Result<Self> {
        if self >= MINIMUM_GIT {
            return Ok(self);
        }
        let GitVersion { major, minor, .. } = MINIMUM_GIT;
        Err(Error::undecided(format!("git {self} is too old"))
            .cause(format!("git-pyenv needs git {major}.{minor} or later"))
            .hint("install a newer git, or put it first on `PATH`"))
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

    #[test]
    fn versions_are_compared_by_number() {
        let version = |text: &str| GitVersion::parse(&format!("git version {text}")).expect("a version");
        for old in ["1.9.5", "2.9.0", "2.30.9"] {
            assert!(version(old).supported().is_err(), "{old}");
        }
        for new in ["2.31.0", "2.100.0", "3.0.0"] {
            assert!(version(new).supported().is_ok(), "{new}");
        }
    }
}
