//! Where a finding is shown, and what identifies it, in formats of services that annotate files.

use std::collections::BTreeMap;

use crate::model::{Finding, Skip};
use crate::path::RepoPath;

/// A place in the repository that a service can show.
pub(super) struct AnnotatedPlace {
    /// A file where one is known: services do not show directories.
    pub(super) path: RepoPath,
    /// The line in it, counted from 1.
    pub(super) line: Option<usize>,
}

impl AnnotatedPlace {
    /// That of a finding. One about a directory is shown at the strongest evidence in it.
    pub(super) fn of(finding: &Finding) -> Self {
        let inside = |path: &&RepoPath| **path != finding.path && path.is_within(&finding.path);
        let evidence = finding.evidence.iter().map(|evidence| &evidence.path).find(inside);
        let path = evidence.filter(|_| finding.line.is_none()).unwrap_or(&finding.path);
        Self { path: path.clone(), line: finding.line }
    }

    /// That of what could not be read.
    pub(super) fn of_skip(skip: &Skip) -> Self {
        Self { path: skip.path.clone(), line: None }
    }

    /// The top of the work tree, for what is about the whole.
    pub(super) fn top() -> Self {
        Self { path: RepoPath::root(), line: None }
    }

    /// The path as text, relative to the top of the work tree; bytes that are not UTF-8 are replaced.
    pub(super) fn text(&self) -> String {
        if self.path.is_root() {
            return ".".to_owned();
        }
        String::from_utf8_lossy(self.path.as_bytes()).into_owned()
    }

    /// The path as a relative reference, every byte of it kept (<https://www.rfc-editor.org/rfc/rfc3986#section-4.2>).
    pub(super) fn uri(&self) -> String {
        if self.path.is_root() {
            return ".".to_owned();
        }
        let byte = |byte: &u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                char::from(*byte).to_string()
            }
            other => format!("%{other:02X}"),
        };
        self.path.as_bytes().iter().map(byte).collect()
    }
}

/// What is wrong and, on a line of its own, the command that fixes it.
pub(super) fn message(finding: &Finding) -> String {
    let message = finding.message.escaped().seen_from_root();
    match &finding.fix {
        Some(fix) => format!("{message}\nfix: {}", fix.command),
        None => message,
    }
}

/// Fingerprints, each another one: of several that are the same the later ones are numbered.
pub(super) fn unique(fingerprints: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let numbered = |fingerprint: String| {
        let count = seen.entry(fingerprint.clone()).or_default();
        *count += 1;
        if *count == 1 { fingerprint } else { format!("{fingerprint}-{count}") }
    };
    fingerprints.map(numbered).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_unique_and_the_first_stays() {
        let given = ["a", "b", "a", "a"].map(str::to_owned);
        assert_eq!(unique(given.into_iter()), ["a", "b", "a-2", "a-3"]);
    }

    #[test]
    fn a_uri_has_every_byte() {
        let cases: [(&[u8], &str); 4] = [
            (b"", "."),
            (b"a b/c.py", "a%20b/c.py"),
            (b"x:y%41?#", "x%3Ay%2541%3F%23"),
            (b"\xff\n\xc3\xa9", "%FF%0A%C3%A9"),
        ];
        for (path, expected) in cases {
            let path = RepoPath::new(path).expect("a path");
            assert_eq!(AnnotatedPlace { path, line: None }.uri(), expected);
        }
    }
}
