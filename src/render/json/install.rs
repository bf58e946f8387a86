//! The JSON of `install`.

use std::io::{self, Write};

use serde::Serialize;

use super::ci::CacheInputJson;
use super::envelope::{Envelope, RepositoryJson};
use super::paths::{disk_path, repository_path};
use crate::message::Message;
use crate::model::{InstallStep, Installation, PackageChange};
use crate::path::RepoPath;
use crate::render::command_result::WriteJson;

/// The section of `install`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct InstallSection {
    /// Of `install`.
    install: InstallationJson,
}

/// What `install` did with an environment.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Install"))]
pub(super) struct InstallationJson {
    /// The environment's name in the settings, if it has one.
    environment: Option<String>,
    /// Its directory: relative to the top of the work tree, absolute outside of it.
    directory: String,
    /// The program that installed or would: `uv`, `pip`, `poetry`, `pdm`, `pipenv` or `conda`; null if nothing was started.
    backend: Option<&'static str>,
    /// Everything was there, and nothing was started.
    up_to_date: bool,
    /// It was a dry run.
    dry_run: bool,
    /// The commands that were run or would be, each as its words.
    commands: Vec<Vec<String>>,
    /// The files that say what is asked for.
    files: Vec<String>,
    /// The packages that are not as they were, by name; with `--dry-run`, what is known of them.
    changes: Vec<PackageChangeJson>,
    /// Of a dry run, the files that decide on what is installed, by path.
    inputs: Vec<CacheInputJson>,
    /// What is still not as it is asked for.
    remaining: Vec<String>,
    /// Notes for the user.
    notes: Vec<String>,
}

/// A package that is not as it was.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PackageChange"))]
struct PackageChangeJson {
    /// Its name as recorded.
    name: String,
    /// `added`, `removed` or `changed`; with the same `from` and `to`, it was installed again from an archive of which no
    /// hash is recorded.
    action: &'static str,
    /// The version before, followed by where it came from unless from an index; null if it was not there.
    from: Option<String>,
    /// The same after.
    to: Option<String>,
}

impl WriteJson for Installation {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let section = InstallSection { install: InstallationJson::of(self) };
        let envelope = Envelope {
            repository: Some(RepositoryJson::of(&self.repository)),
            ..Envelope::new("install", self.outcome(), section)
        };
        envelope.with_plan_id(self.step == InstallStep::WouldInstall, &self.basis).write(out)
    }
}

impl InstallationJson {
    pub(super) fn of(installation: &Installation) -> Self {
        let selection = &installation.selection;
        let outside = || disk_path(&selection.directory);
        Self {
            environment: selection.name.clone(),
            directory: selection.path.as_ref().map_or_else(outside, repository_path),
            backend: installation.backend.as_ref().map(|(name, _)| *name),
            up_to_date: installation.step == InstallStep::UpToDate,
            dry_run: installation.step == InstallStep::WouldInstall,
            commands: installation.commands.clone(),
            files: installation.files.iter().map(RepoPath::seen_from_root).collect(),
            changes: installation.changes.iter().map(PackageChangeJson::of).collect(),
            inputs: {
                let outside = installation.outside_inputs.iter();
                let outside = outside.map(|(place, digest)| CacheInputJson::outside(place, digest));
                installation.inputs.iter().map(CacheInputJson::of).chain(outside).collect()
            },
            remaining: installation.remaining.iter().map(Message::seen_from_root).collect(),
            notes: installation.notes.iter().map(Message::seen_from_root).collect(),
        }
    }
}

impl PackageChangeJson {
    fn of(change: &PackageChange) -> Self {
        Self {
            name: change.name.clone(),
            action: change.action.name(),
            from: change.from.clone(),
            to: change.to.clone(),
        }
    }
}
