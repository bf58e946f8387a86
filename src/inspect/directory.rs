//! The directory of an environment while it is inspected, and reading its small files.

use std::path::Path;

use crate::error::Error;
use crate::formats::pyvenv_cfg::PyvenvCfg;
use crate::fs::read_optional;
use crate::model::{Environment, Skip, WritesPyvenvCfg};
use crate::path::RepoPath;
use crate::tree::DECIDING_FILE_LIMIT;

/// An environment on the disk that is looked at.
pub(super) struct EnvironmentDirectory<'s> {
    /// Where it is.
    pub(super) directory: &'s Path,
    /// What detection says of it.
    pub(super) environment: &'s Environment,
    /// Its settings file, if it has one.
    pub(super) config: Option<PyvenvCfg>,
}

impl EnvironmentDirectory<'_> {
    /// A path of the environment, as findings name it.
    pub(super) fn place(&self, below: &str) -> RepoPath {
        self.environment.root.join(below).unwrap_or_else(|_| self.environment.root.clone())
    }

    /// Says whether the creator is one of those that write a `pyvenv.cfg`.
    pub(super) fn is_virtual(&self) -> bool {
        self.config.is_some() || self.environment.kind.writes_pyvenv_cfg != WritesPyvenvCfg::Never
    }
}

/// What could not be looked at, gathered on the way.
pub(super) type Skips = Vec<Skip>;

/// Reads a small file; what fails is noted, and so is one that is too large.
pub(super) fn read(path: &Path, place: &RepoPath, unreadable: &mut Skips) -> Option<Vec<u8>> {
    read_optional(path, DECIDING_FILE_LIMIT).unwrap_or_else(|error| {
        note(&error, place, unreadable);
        None
    })
}

pub(super) fn note(error: &Error, place: &RepoPath, unreadable: &mut Skips) {
    unreadable.push(Skip { path: place.clone(), reason: error.summary(), blob: None });
}
