//! Questions about ignore rules, and the rules that answer them.

use std::path::Path;

use crate::path::RepoPath;

/// A path to ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreQuestion {
    /// The path, relative to the root of the work tree.
    pub path: RepoPath,
    /// It is a directory, or would be one if it existed. A directory on the disk counts as one either way.
    pub directory: bool,
}

/// Why git finds no rules in an ignore file with this content, as a predicate: it reads bytes, so that UTF-8 has to be what
/// they are, with a byte order mark or without (`skip_utf8_bom` in its `dir.c`). `None` for all that it can read.
#[must_use]
pub fn ignore_file_fault(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("is UTF-16, which git does not read"),
        // Half of the bytes of ASCII are zeros in UTF-16, three of four in UTF-32. For git a single one ends a line.
        bytes if memchr::memchr_iter(0, bytes).count() * 3 > bytes.len() => {
            Some("looks like UTF-16 or UTF-32, which git does not read")
        }
        _ => None,
    }
}

/// The ignore rule that covers a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreRule {
    /// The file with the rule, as git names it (relative to the work tree, or absolute).
    pub source: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The pattern as written.
    pub pattern: String,
    /// The path is a directory, and the rule (`venv/*`, or `*` in the directory's own `.gitignore`) matches what is
    /// inside but not the directory itself, so that other rules may re-include some of it.
    pub of_contents: bool,
}

impl IgnoreRule {
    /// Says whether the pattern matches an empty name, which is what git sees at the end of `venv/`.
    pub(super) fn matches_empty_name(&self) -> bool {
        let pattern = self.pattern.trim_end_matches('/');
        pattern.is_empty() || pattern.ends_with('*')
    }

    /// Says whether the rule is in a `.gitignore` of the work tree, so that every clone has it once it is committed.
    /// Rules in `info/exclude` and `core.excludesFile` protect one person only.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        let relative = Path::new(&self.source).is_relative() && !self.source.starts_with("~/");
        relative && (self.source == ".gitignore" || self.source.ends_with("/.gitignore"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_reads_bytes() {
        let readable: [&[u8]; 4] = [b"", b"venv\n", b"\xef\xbb\xbfvenv\r\n", b"\xe9\n"];
        assert!(readable.into_iter().all(|bytes| ignore_file_fault(bytes).is_none()));
        let others: [&[u8]; 4] = [b"\xff\xfev\0", b"\xfe\xff\0v", b"v\0e\0", b"\0\0\0v"];
        assert!(others.into_iter().all(|bytes| ignore_file_fault(bytes).is_some()));
    }
}
