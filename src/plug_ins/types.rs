//! The types that the user trusts plug-ins for, from the records alone: nothing is run, and no plug-in is read.

use std::path::Path;

use super::markers::markers_of;
use super::plug_in::{PlugIn, START};
use crate::config::is_type_name;
use crate::env::Env;
use crate::error::Result;
use crate::formats::trust_record::{TrustRecord, TrustedKind};
use crate::fs::exists;
use crate::git::RepositoryLayout;
use crate::model::{Contents, Environment, EnvironmentKind, Extent, Platform, Shape};
use crate::path::RepoPath;
use crate::session::UserPrograms;
use crate::trust::TrustStore;

/// The kind of all environments that plug-ins make.
const KIND: EnvironmentKind = EnvironmentKind::named("plug-in", "plug-in");

/// What is known of types.
pub struct PlugInTypes(Vec<TrustRecord>);

impl PlugInTypes {
    /// Those that the user trusts.
    ///
    /// # Errors
    /// Action if the records cannot be read.
    pub fn of_user(env: &Env) -> Result<Self> {
        let mut records = TrustStore::of_user(env)?.all()?.0;
        records.retain(|record| record.subject.kind == TrustedKind::EnvironmentType);
        Ok(Self(records))
    }

    /// Says whether a plug-in for a type is trusted.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|record| record.subject.name == name)
    }

    /// Says whether a directory is an environment of a type; `None` if nothing is known of the type.
    ///
    /// # Errors
    /// Action if a record is damaged.
    pub fn recognises(&self, name: &str, directory: &Path) -> Result<Option<bool>> {
        let mut is_known = None;
        for record in self.0.iter().filter(|record| record.subject.name == name) {
            let markers = markers_of(record)?;
            let has_all = markers.iter().all(|marker| exists(&marker.to_path(directory)));
            is_known = Some(is_known.unwrap_or_default() || has_all);
        }
        Ok(is_known)
    }
}

/// An environment that a plug-in makes: its place and its creator are all that is known of it without starting anything.
#[must_use]
pub fn environment_of_type(root: RepoPath, creator: String) -> Environment {
    Environment {
        root,
        kind: KIND,
        creator: Some(creator),
        python: None,
        platform: Platform::Posix,
        shape: Shape::Environment,
        is_for_image: false,
        evidence: Vec::new(),
        extent: Extent::Whole,
        contents: Contents::default(),
    }
}

/// The plug-ins that the user has, by name, as they are now; or why one cannot be read.
#[must_use]
pub fn all(env: &Env, layout: Option<&RepositoryLayout>) -> Vec<(String, Result<PlugIn>)> {
    let found = UserPrograms::new(env, layout).starting_with(START);
    let found = found.into_iter().filter(|(name, _)| is_type_name(name));
    found.map(|(name, program)| (name.clone(), PlugIn::read(&name, program))).collect()
}

/// Trusts no plug-in for a type any longer, whatever its content; returns whether there was one.
///
/// # Errors
/// Action if a record cannot be deleted.
pub fn forget(env: &Env, name: &str) -> Result<bool> {
    let forgotten = TrustStore::of_user(env)?
        .forget(|subject| subject.kind == TrustedKind::EnvironmentType && subject.name == name)?;
    Ok(!forgotten.is_empty())
}
