//! What a hook's run says: the report, and what it is that the hook lets through or stops.

use super::Report;
use crate::path::RepoPath;

/// The answer of a hook.
#[derive(Debug, Clone)]
pub struct Gate {
    /// What was found.
    pub report: Report,
    /// What was about to happen.
    pub occasion: Occasion,
}

/// What is about to happen, or was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occasion {
    /// A commit.
    Commit,
    /// A merge that git commits by itself.
    Merge,
    /// A push; how to get what it would publish out of its commits.
    Push(Option<Rewrite>),
    /// Commits that somebody asked about.
    Range(Option<Rewrite>),
    /// Nothing: somebody asked about all that git has.
    Everything,
}

/// How to take environments out of commits that nobody else has yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rewrite {
    /// The commit that is checked out brings all of it in.
    Amend {
        /// What to take out.
        places: Vec<RepoPath>,
    },
    /// An earlier commit, or one that is not checked out, brings some of it in.
    Rebase {
        /// The first such commit, abbreviated.
        first: String,
        /// That commit has no parent.
        is_root: bool,
        /// The branch that holds it, where it is not the one that is checked out.
        branch: Option<String>,
        /// What to take out.
        places: Vec<RepoPath>,
    },
}
