//! A range of commits: `A..B`, or what a push or a server hook hands over.

use crate::error::{Error, Result};
use crate::path::display_bytes;
use crate::tree::ObjectId;

/// The commits reachable from some commits but not from others, as `git rev-list` understands it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommitRange {
    /// The last commits of the history to look at.
    pub include: Vec<ObjectId>,
    /// Commits that are left out, together with their history. All of them must exist here.
    pub exclude: Vec<ObjectId>,
}

impl CommitRange {
    /// Reads `A..B`, `A..`, `..B` (a missing side is `HEAD`) or one revision for all of its history.
    ///
    /// # Errors
    /// Usage for `A...B` and for a revision that `resolve` does not find; any error of `resolve`.
    pub fn parse(text: &str, resolve: &mut dyn FnMut(&str) -> Result<Option<ObjectId>>) -> Result<Self> {
        let mut commit = |revision: &str| {
            let revision = if revision.is_empty() { "HEAD" } else { revision };
            let unknown = || Error::usage(format!("bad revision `{}`", display_bytes(revision.as_bytes())));
            let hint = "if this is a shallow clone, fetch more history with `git fetch --unshallow`";
            resolve(revision)?.ok_or_else(|| unknown().hint(hint))
        };
        if text.contains("...") {
            let message = format!("`{}` is not a range", display_bytes(text.as_bytes()));
            return Err(Error::usage(message).hint("use `A..B`, or one revision for its whole history"));
        }
        match text.split_once("..") {
            Some((from, to)) => Ok(Self { include: vec![commit(to)?], exclude: vec![commit(from)?] }),
            None => Ok(Self { include: vec![commit(text)?], exclude: Vec::new() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn id(byte: u8) -> ObjectId {
        ObjectId::new(&[byte; 20]).expect("20 bytes")
    }

    fn parse(text: &str) -> Result<CommitRange> {
        CommitRange::parse(text, &mut |revision| {
            Ok(match revision {
                "HEAD" => Some(id(1)),
                "A" => Some(id(2)),
                _ => None,
            })
        })
    }

    #[test]
    fn a_missing_side_is_head() {
        assert_eq!(
            parse("A..").expect("a range"),
            CommitRange { include: vec![id(1)], exclude: vec![id(2)] }
        );
        assert_eq!(
            parse("..A").expect("a range"),
            CommitRange { include: vec![id(2)], exclude: vec![id(1)] }
        );
        assert_eq!(parse("A").expect("a range"), CommitRange { include: vec![id(2)], exclude: vec![] });
    }

    #[test]
    fn an_invalid_range_is_wrong_usage() {
        for text in ["A...HEAD", "A..nowhere", "nowhere", "A..HEAD..A"] {
            assert_eq!(parse(text).expect_err(text).kind(), ErrorKind::Usage, "{text}");
        }
    }
}
