//! The allow list: paths where environments are committed on purpose, each with a reason.

use std::fmt;

use globset::{Candidate, Glob, GlobBuilder, GlobSet};

use super::setting_location::{SettingLocation, in_backticks};
use crate::error::Result;
use crate::path::RepoPath;
use crate::setting::Origin;

/// The longest pattern in bytes. Parsing recurses into braces, so this limit bounds the stack.
const LONGEST_PATTERN: usize = 1024;

/// One allowed pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowEntry {
    /// The pattern as written.
    pub pattern: String,
    /// Why these paths are allowed.
    pub reason: String,
    /// Where it is set.
    pub origin: Origin,
    glob: Glob,
}

impl AllowEntry {
    /// Parses a pattern as `.gitignore` has them (<https://git-scm.com/docs/gitignore#_pattern_format>): one with a
    /// `/` before its end is relative to the root, any other matches at any depth.
    pub(super) fn new(pattern: &str, reason: &str, location: &SettingLocation) -> Result<Self> {
        let (pattern, reason) = (pattern.trim(), reason.trim());
        let refuse =
            |why: &str| location.error(format!("has an invalid pattern {}: {why}", in_backticks(pattern)));
        if reason.is_empty() {
            let complaint = format!("allows {} without a reason", in_backticks(pattern));
            return Err(location
                .error(complaint)
                .hint("add the reason why this environment is committed on purpose"));
        }
        if pattern.len() > LONGEST_PATTERN {
            return Err(location.error(format!("has a pattern of more than {LONGEST_PATTERN} bytes")));
        }
        if pattern.starts_with('!') {
            return Err(refuse("negated patterns are not supported"));
        }
        if pattern.chars().chain(reason.chars()).any(char::is_control) {
            return Err(refuse("control characters are not allowed in patterns and reasons"));
        }
        let body = pattern.strip_prefix("./").unwrap_or(pattern).trim_end_matches('/');
        if body.is_empty() {
            return Err(refuse("it matches nothing; `**` matches everything"));
        }
        let anchored = body.contains('/');
        let rooted = body.trim_start_matches('/');
        let glob = if anchored { rooted.to_owned() } else { format!("**/{rooted}") };
        let glob = GlobBuilder::new(&glob).literal_separator(true).backslash_escape(true).build();
        let glob = glob.map_err(|error| {
            location
                .error(format!("has an invalid pattern {}", in_backticks(pattern)))
                .cause(error.kind().to_string())
        })?;
        Ok(Self {
            pattern: pattern.to_owned(),
            reason: reason.to_owned(),
            origin: location.origin.clone(),
            glob,
        })
    }
}

impl fmt::Display for AllowEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.pattern, self.reason)
    }
}

/// The compiled allow list.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    entries: Vec<AllowEntry>,
    globs: GlobSet,
}

impl Allowed {
    pub(super) fn compile(entries: Vec<AllowEntry>, location: &SettingLocation) -> Result<Self> {
        let globs = GlobSet::new(entries.iter().map(|entry| &entry.glob));
        let globs =
            globs.map_err(|error| location.error("has invalid patterns").cause(error.kind().to_string()))?;
        Ok(Self { entries, globs })
    }

    /// The patterns that an option of the command line has, which needs no reasons.
    ///
    /// # Errors
    /// Settings for a pattern that is none.
    pub fn by_option(option: &str, patterns: &[String]) -> Result<Self> {
        let location = SettingLocation { name: option.to_owned(), origin: Origin::Flag(option.to_owned()) };
        let entries = patterns.iter().map(|pattern| AllowEntry::new(pattern, option, &location));
        Self::compile(entries.collect::<Result<_>>()?, &location)
    }

    /// The entries in the order of their source.
    #[must_use]
    pub fn entries(&self) -> &[AllowEntry] {
        &self.entries
    }

    /// Returns the first entry whose pattern matches this path or a directory above it.
    #[must_use]
    pub fn find(&self, path: &RepoPath) -> Option<&AllowEntry> {
        if self.entries.is_empty() {
            return None;
        }
        let bytes = path.as_bytes();
        let ends = memchr::memchr_iter(b'/', bytes).chain([bytes.len()]);
        let matches =
            ends.flat_map(|end| self.globs.matches_candidate(&Candidate::from_bytes(&bytes[..end])));
        matches.min().and_then(|index| self.entries.get(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location() -> SettingLocation {
        SettingLocation {
            name: "allow".to_owned(),
            origin: Origin::File {
                path: RepoPath::new("pyproject.toml".as_bytes()).expect("a path"),
                line: Some(9),
            },
        }
    }

    fn allowed(patterns: &[&str]) -> Allowed {
        let entries = patterns
            .iter()
            .map(|pattern| AllowEntry::new(pattern, "a fixture", &location()).unwrap())
            .collect();
        Allowed::compile(entries, &location()).unwrap()
    }

    #[test]
    fn patterns_match_as_in_gitignore() {
        let cases: [(&str, &[u8], bool); 25] = [
            ("venv", b"venv", true),
            ("venv", b"a/b/venv", true),
            ("venv", b"a/venv/bin/python", true),
            ("venv", b"venv2", false),
            ("venv/", b"a/venv/bin", true),
            ("/venv", b"venv/bin", true),
            ("/venv", b"a/venv", false),
            ("./tests", b"tests/x", true),
            ("tests/data", b"tests/data/venv", true),
            ("tests/data", b"a/tests/data", false),
            ("tests/*", b"tests/a/b", true),
            ("tests/*/venv", b"tests/a/venv", true),
            ("tests/*/venv", b"tests/a/b/venv", false),
            ("tests/**/venv", b"tests/a/b/venv/x", true),
            ("tests/**/venv", b"tests/venv", true),
            ("tests/**", b"tests/a/b/c", true),
            ("**", b"anything/at/all", true),
            ("*.venv", b"a/my.venv/bin", true),
            ("v?nv", b"v/nv", false),
            ("[a-c]x", b"q/bx", true),
            ("{a,b}/venv", b"b/venv", true),
            ("venv", b"\xff\xfe/venv", true),
            ("v*", b"v\xff\n", true),
            ("venv", b"", false),
            ("Venv", b"venv", false),
        ];
        for (pattern, path, expected) in cases {
            let path = RepoPath::new(path).unwrap();
            assert_eq!(allowed(&[pattern]).find(&path).is_some(), expected, "{pattern} {path:?}");
        }
    }

    #[test]
    fn the_first_entry_is_the_answer() {
        let allowed = allowed(&["other", "a/b/c", "a"]);
        let path = RepoPath::new(*b"a/b/c/d").unwrap();
        assert_eq!(allowed.find(&path).map(|entry| entry.pattern.as_str()), Some("a/b/c"));
        assert_eq!(Allowed::default().find(&path), None);
    }

    #[test]
    fn refuses_what_cannot_be_a_pattern() {
        let long = "x".repeat(2000);
        let cases = [
            ("[", "r", "has an invalid pattern `[`: unclosed character class"),
            ("{a", "r", "has an invalid pattern `{a`: unclosed alternate group"),
            ("!x", "r", "has an invalid pattern `!x`: negated patterns are not supported"),
            ("/", "r", "has an invalid pattern `/`: it matches nothing"),
            ("x", " ", "allows `x` without a reason"),
            ("x", "a\u{1b}[2J", "has an invalid pattern `x`: control characters"),
            (&long, "r", "has a pattern of more than 1024 bytes"),
        ];
        for (pattern, reason, expected) in cases {
            let message = AllowEntry::new(pattern, reason, &location()).unwrap_err().to_string();
            let expected = format!("`allow` in pyproject.toml:9 {expected}");
            assert!(message.starts_with(&expected), "{message}");
        }
    }

    #[test]
    fn nested_braces_do_not_exhaust_the_stack() {
        let nested = format!("{}x{}", "{".repeat(500), "}".repeat(500));
        let entry = AllowEntry::new(&nested, "r", &location());
        assert!(entry.is_ok_and(|entry| Allowed::compile(vec![entry], &location()).is_err()));
    }
}
