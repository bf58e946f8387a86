//! What an environment has of a name.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::interfaces::{LocalProject, MetadataError, PackageMetadata, PackageSet};
use crate::model::{Distribution, SourceForm};
use crate::path::printable;
use crate::python::Version;

/// What is there of a name.
#[derive(Debug, Clone)]
pub(super) enum FoundPackages<'p> {
    /// Nothing.
    Nothing,
    /// Nothing that was seen, but not everything was.
    Unsure(String),
    /// More than one.
    Several(Vec<&'p Distribution>),
    /// One whose metadata is missing or damaged.
    Broken(&'p Distribution, String),
    /// One whose metadata could not be looked at.
    Unread(&'p Distribution, String),
    /// Exactly one.
    One(InstalledPackage<'p>),
}

/// An installed package.
#[derive(Debug, Clone)]
pub(super) struct InstalledPackage<'p> {
    pub(super) distribution: &'p Distribution,
    pub(super) version: &'p str,
    pub(super) metadata: Arc<PackageMetadata>,
    /// The project, if it is used or was installed from a local directory.
    pub(super) project: Option<Arc<LocalProject>>,
}

impl InstalledPackage<'_> {
    /// `six 1.16.0`.
    pub(super) fn described(&self) -> String {
        described(self.distribution)
    }
}

/// `six 1.16.0`.
pub(super) fn described(distribution: &Distribution) -> String {
    let name = printable(distribution.name.as_bytes());
    match &distribution.version {
        Some(version) => format!("{name} {}", printable(version.as_bytes())),
        None => name,
    }
}

/// Looks names up, each once.
pub(super) struct Lookup<'p> {
    pub(super) installed: &'p dyn PackageSet,
    known: RefCell<HashMap<String, FoundPackages<'p>>>,
}

impl<'p> Lookup<'p> {
    pub(super) fn new(installed: &'p dyn PackageSet) -> Self {
        Self { installed, known: RefCell::default() }
    }

    /// What is there of a normalised name.
    pub(super) fn find(&self, name: &str) -> FoundPackages<'p> {
        if let Some(found) = self.known.borrow().get(name) {
            return found.clone();
        }
        let found = self.look(name);
        self.known.borrow_mut().insert(name.to_owned(), found.clone());
        found
    }

    fn look(&self, name: &str) -> FoundPackages<'p> {
        let all = self.installed.named(name);
        let distribution = match all.as_slice() {
            [] => return self.installed.unread().map_or(FoundPackages::Nothing, FoundPackages::Unsure),
            [one] => *one,
            _ => return FoundPackages::Several(all),
        };
        let metadata = match self.installed.metadata(distribution) {
            Ok(metadata) => metadata,
            Err(MetadataError::Broken(reason)) => return FoundPackages::Broken(distribution, reason),
            Err(MetadataError::Unread(reason)) => return FoundPackages::Unread(distribution, reason),
        };
        let Some(version) = distribution.version.as_deref() else {
            return FoundPackages::Broken(distribution, "its metadata states no version".to_owned());
        };
        if !is_version(version) {
            let reason = format!("`{}` is no version of PEP 440", printable(version.as_bytes()));
            return FoundPackages::Broken(distribution, reason);
        }
        let local = distribution
            .source
            .as_ref()
            .filter(|source| source.editable || source.form == Some(SourceForm::Directory));
        let local = local.and_then(|source| source.local.as_deref());
        let project = local.and_then(|directory| self.installed.local_project(directory, Some(distribution)));
        FoundPackages::One(InstalledPackage { distribution, version, metadata, project })
    }
}

/// Says whether installers can use a package of this version: pip refuses others, and uv passes them over. Old tools wrote
/// `1.0-1` with `_` in names of directories.
fn is_version(text: &str) -> bool {
    Version::parse(text).is_some() || Version::parse(&text.replace('_', "-")).is_some()
}
