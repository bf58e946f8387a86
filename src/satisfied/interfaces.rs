//! What is installed, as far as the question needs it.

use std::path::Path;
use std::sync::Arc;

use crate::model::Distribution;
use crate::python::{Requirement, Specifiers};

/// The packages of one environment. Whoever implements it may read them when they are asked for.
pub trait PackageSet {
    /// The distributions of a normalised name that count: those in the first directory on the path of the environment
    /// that has any. Several are ambiguous. One whose metadata cannot be used counts all the same.
    fn named(&self, name: &str) -> Vec<&Distribution>;

    /// The normalised names of what is installed in the environment itself, sorted, each once; without what it sees of
    /// another Python's packages.
    fn names(&self) -> Vec<String>;

    /// The metadata of a distribution that [`PackageSet::named`] returned.
    ///
    /// # Errors
    /// Why it cannot be used.
    fn metadata(&self, distribution: &Distribution) -> Result<Arc<PackageMetadata>, MetadataError>;

    /// The project in a directory on the disk, and, if it is installed as this distribution, how it has changed since;
    /// `None` if no manifest says anything.
    fn local_project(&self, directory: &Path, installed: Option<&Distribution>) -> Option<Arc<LocalProject>>;

    /// Whether a local archive is still the one that this distribution was installed from. Where the installer recorded no
    /// hash of it, it has to have one of these, as `sha256=…`, if there are any.
    fn archive(&self, archive: &Path, installed: &Distribution, hashes: &[String]) -> ArchiveState;

    /// What git has checked out in a directory; `None` if that is not known.
    fn checkout(&self, directory: &Path) -> Option<Checkout> {
        let _ = directory;
        None
    }

    /// Returns whether conda has installed a distribution that [`PackageSet::named`] returned.
    fn is_of_conda(&self, distribution: &Distribution) -> bool {
        distribution.installer.as_deref() == Some("conda")
    }

    /// What conda has installed under a name in lower case.
    fn conda_package(&self, name: &str) -> CondaAnswer {
        let _ = name;
        CondaAnswer::Unknown("nothing was looked at".to_owned())
    }

    /// Returns whether two paths lead to one file or directory.
    fn is_same_place(&self, one: &Path, other: &Path) -> bool;

    /// Why a package that was not found may be there all the same, as a lower-case fragment; `None` if everything could
    /// be looked at.
    fn unread(&self) -> Option<String>;
}

/// What a distribution says of its requirements
/// (<https://packaging.python.org/en/latest/specifications/core-metadata/>).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackageMetadata {
    /// Its name as it is written there.
    pub name: Option<String>,
    /// Each requirement, or its text and why it is none, as a lower-case fragment.
    pub requires: Vec<Result<Requirement, (String, String)>>,
    /// The extras that it has, normalised.
    pub extras: Vec<String>,
}

/// Why metadata cannot be used, as a lower-case fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetadataError {
    /// It is missing or damaged.
    Broken(String),
    /// It could not be looked at.
    Unread(String),
}

/// A project that is used or installed from where it is developed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LocalProject {
    /// The manifest, for people.
    pub manifest: String,
    /// Its name, if the manifest states it.
    pub name: Option<String>,
    /// Nothing overrules the name that the manifest states.
    pub is_name_certain: bool,
    /// The versions of Python that it supports, if the manifest states them and nothing overrules that.
    pub requires_python: Option<Specifiers>,
    /// Its version, if the manifest states it.
    pub version: Option<String>,
    /// The requirements that the manifest states.
    pub requires: Vec<LocalRequirement>,
    /// These are all requirements, so that those of the installed metadata do not matter.
    pub is_complete: bool,
    /// Why there may be more requirements than the installed metadata and the manifest state, as a lower-case fragment:
    /// they are computed, and what computes them has changed since the installation.
    pub may_require_more: Option<String>,
}

/// A requirement that a manifest states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalRequirement {
    /// The requirement.
    pub requirement: Requirement,
    /// The extra that brings it in, normalised; `None` if it is always required.
    pub extra: Option<String>,
}

/// Whether an archive is the one that was installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArchiveState {
    /// It is.
    Same,
    /// It has other content.
    Changed,
    /// Not known, because of this: a lower-case fragment.
    Unknown(String),
}

/// What git has checked out in a directory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checkout {
    /// The URL of the remote repository that it was cloned from.
    pub origin: Option<String>,
    /// The commit, in hexadecimal.
    pub commit: Option<String>,
    /// The branches and tags that name this commit.
    pub references: Vec<String>,
    /// Tags of which it is not known whether they name this commit: they may be objects of their own.
    pub unresolved: Vec<String>,
}

/// What the records of conda say of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CondaAnswer {
    /// It is installed.
    Installed {
        /// Its version.
        version: String,
        /// Its build.
        build: String,
        /// The URL of the directory in a channel that it is from, if that is recorded.
        channel: Option<String>,
    },
    /// It is not installed.
    Missing,
    /// Not known, because of this: a lower-case fragment.
    Unknown(String),
}
