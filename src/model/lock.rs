//! Files that a tool derives from others: locks, and compiled or exported requirements.

use super::FixStep;
use crate::message::Message;
use crate::path::RepoPath;

/// Whether a derived file agrees with what it was derived from. A reason is a lower-case fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Freshness {
    /// It does, as far as this can be known without an index of packages.
    Fresh,
    /// It does not: the tool would change it.
    Stale(Message),
    /// This cannot be known from the files, for this reason.
    Unknown(Message),
    /// One of the files cannot be read for what it is, for this reason.
    Unreadable(Message),
}

/// Which kind of derived file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derivation {
    /// A lock, which the tool itself installs from.
    Lock,
    /// Requirements that were compiled or exported for others to install.
    Export,
}

/// A lock, or compiled or exported requirements, in the scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedFile {
    /// The file.
    pub path: RepoPath,
    /// What it is.
    pub derivation: Derivation,
    /// The files it is derived from, the one that people edit first.
    pub sources: Vec<RepoPath>,
    /// Whether it agrees with them.
    pub freshness: Freshness,
    /// What the commit changes; `None` where the scope is not a commit that is being made.
    pub change: Option<DerivationChange>,
    /// The command that derives it again, where it is known.
    pub update: Option<FixStep>,
}

/// What a commit changes of a derived file and its sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DerivationChange {
    /// The derived file.
    pub file: bool,
    /// One of its sources.
    pub sources: bool,
}
