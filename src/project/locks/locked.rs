//! From locked packages to what an environment is asked to contain.

use crate::message::Message;
use std::path::Path;

use super::lock_input::{LockInput, LockSelection};
use crate::formats::direct_url::file_url;
use crate::formats::source_reference::fragment_hashes;
use crate::fs::normalise_path;
use crate::model::{
    PackageSource, Place, Requested, RequestedBy, RequestedPackages, UnreadableRequirement, What,
};
use crate::python::{ActiveNames, Answer, Marker, MarkerEnvironment, Specifiers, normalised};

/// A locked package that an environment may have to contain.
pub(super) struct Wish {
    /// Its line in the lock.
    pub(super) line: usize,
    /// Its name.
    pub(super) name: String,
    /// The extras that are asked for.
    pub(super) extras: Vec<String>,
    /// Its version; `None` where it was not known.
    pub(super) version: Option<String>,
    /// Where it comes from, with paths as the lock has them; `None` for an index.
    pub(super) source: Option<PackageSource>,
    /// The group that needs it, if the project itself does not.
    pub(super) group: Option<String>,
}

/// What is collected of a lock.
pub(super) struct Wishes<'w> {
    input: &'w LockInput<'w>,
    directory: &'w Path,
    found: RequestedPackages,
}

impl<'w> Wishes<'w> {
    /// Nothing yet, of the lock of a tool.
    pub(super) fn new(input: &'w LockInput<'w>, selection: &'w LockSelection<'w>, tool: &str) -> Self {
        let found = RequestedPackages {
            files: vec![input.file.clone()],
            is_exact: true,
            source: RequestedBy::Lock(tool.to_owned()),
            ..RequestedPackages::default()
        };
        Self { input, directory: selection.directory, found }
    }

    /// Adds a package where it applies. With a marker that cannot be evaluated it is asked for under that marker: it is
    /// undecided, and not taken for one too many.
    pub(super) fn add(&mut self, wish: Wish, applies: Applies) {
        let place = self.input.place(Some(wish.line));
        let specifiers = match exactly(wish.version.as_deref()) {
            Ok(specifiers) => specifiers,
            Err(reason) => return self.undecided(place, reason),
        };
        let marker = match applies {
            Applies::Nowhere => return,
            Applies::Here => None,
            Applies::Perhaps(marker) => Some(marker),
        };
        let text = match &wish.version {
            Some(version) => format!("{} {version}", wish.name),
            None => wish.name.clone(),
        };
        let what = match wish.source {
            None => What::Package { name: wish.name, extras: wish.extras, specifiers },
            Some(source) => {
                What::Source { name: Some(wish.name), extras: wish.extras, source: self.resolved(source) }
            }
        };
        self.found.requested.push(Requested { place, text, what, marker, group: wish.group });
    }

    /// A package with this name may stay where it is installed, whether or not it is asked for.
    pub(super) fn keep(&mut self, name: &str) {
        self.found.kept_names.push(normalised(name));
    }

    /// Adds something that is not known.
    pub(super) fn undecided(&mut self, place: Place, reason: String) {
        self.found.unreadable.push(UnreadableRequirement { place, reason: reason.into(), is_error: false });
    }

    /// What was collected, with the name of the project itself and what markers were evaluated with.
    pub(super) fn finish(mut self, own_name: Option<String>, active: ActiveNames) -> RequestedPackages {
        self.found.own_names.extend(own_name.map(|name| normalised(&name)));
        self.found.active = active;
        self.found
    }

    /// A source with absolute paths.
    fn resolved(&self, source: PackageSource) -> PackageSource {
        let absolute = |path: &Path| normalise_path(&self.directory.join(path));
        match source {
            PackageSource::Directory { path, is_editable } => {
                PackageSource::Directory { path: absolute(&path), is_editable }
            }
            PackageSource::Archive { url, subdirectory, .. } => {
                let hashes = fragment_hashes(&url);
                let url = if url.contains("://") { url } else { file_url(&absolute(Path::new(&url))) };
                PackageSource::Archive { url: without_fragment(&url), subdirectory, hashes }
            }
            repository => repository,
        }
    }
}

fn without_fragment(url: &str) -> String {
    url.split('#').next().unwrap_or(url).to_owned()
}

/// Specifiers that accept one version; any where it is not known.
fn exactly(version: Option<&str>) -> Result<Specifiers, String> {
    let Some(version) = version else { return Specifiers::parse("") };
    let plain = version.trim_start_matches('=').trim();
    Specifiers::parse(&format!("=={plain}")).or_else(|_| Specifiers::parse(&format!("==={plain}")))
}

/// Whether a package applies to an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Applies {
    /// It does not.
    Nowhere,
    /// It does.
    Here,
    /// It cannot be known whether this marker holds.
    Perhaps(Marker),
}

impl Applies {
    /// Whether a marker holds; without one it does.
    ///
    /// # Errors
    /// What is wrong with it, as a lower-case fragment.
    pub(super) fn with(
        marker: Option<&str>,
        environment: &MarkerEnvironment,
        active: &ActiveNames,
    ) -> Result<Self, Message> {
        let Some(text) = marker.filter(|text| !text.trim().is_empty() && *text != "*") else {
            return Ok(Self::Here);
        };
        let marker =
            Marker::parse(text).map_err(|reason| format!("the marker `{text}` cannot be read: {reason}"))?;
        Ok(match marker.evaluate(environment, active) {
            Answer::Yes => Self::Here,
            Answer::No => Self::Nowhere,
            Answer::Unknown(_) => Self::Perhaps(marker),
        })
    }

    /// Whether one of two applies.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Here, _) | (_, Self::Here) => Self::Here,
            (Self::Nowhere, other) => other,
            (perhaps, _) => perhaps,
        }
    }

    /// Whether both apply.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nowhere, _) | (_, Self::Nowhere) => Self::Nowhere,
            (Self::Here, other) => other,
            (perhaps, _) => perhaps,
        }
    }
}
