//! A path that `git pyenv fix` puts in order, and what git's own commands can do in its place.

use crate::path::RepoPath;

/// A path that `git pyenv fix` puts in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceToFix {
    /// The path.
    pub place: RepoPath,
    /// What git is to track no more.
    pub(super) untracked: Vec<RepoPath>,
    /// What a new rule is to ignore.
    pub(super) ignored: Vec<RepoPath>,
}

impl PlaceToFix {
    /// One that needs what only `git pyenv fix` does.
    #[must_use]
    pub fn new(place: &RepoPath) -> Self {
        Self { place: place.clone(), untracked: Vec::new(), ignored: Vec::new() }
    }

    /// Git is to track these pieces of it no more.
    #[must_use]
    pub fn untracking(mut self, pieces: &[RepoPath]) -> Self {
        self.untracked = pieces.iter().filter(|piece| !piece.is_root()).cloned().collect();
        self
    }

    /// Rules are to ignore these pieces of it.
    #[must_use]
    pub fn ignoring(mut self, pieces: &[RepoPath]) -> Self {
        self.ignored = pieces.iter().filter(|piece| !piece.is_root()).cloned().collect();
        self
    }

    /// Whether git's own commands can do it.
    pub(super) fn is_for_git(&self) -> bool {
        !self.untracked.is_empty() || !self.ignored.is_empty()
    }
}
