//! The JSON of `restore`.

use std::io::{self, Write};

use serde::Serialize;

use super::envelope::{Envelope, RepositoryJson, SkippedJson};
use super::paths::{disk_path, repository_path};
use crate::message::Message;
use crate::model::{Outcome, RestorableEnvironment, RestorableList, Restoration};
use crate::render::command_result::WriteJson;

/// The section of `restore`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct RestoreSection {
    /// Of `restore`: what can be brought back, or what was.
    #[serde(skip_serializing_if = "Option::is_none")]
    restore: Option<RestoreJson>,
}

/// What can be brought back, or what was.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "RestoreSection"))]
struct RestoreJson {
    /// What can be brought back, newest first; null unless it was asked for.
    restorable: Option<Vec<RestorableJson>>,
    /// What was brought back, or would be; null for a list.
    restored: Option<RestoredJson>,
}

/// An environment that was removed.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Restorable"))]
struct RestorableJson {
    /// The id of its snapshot.
    id: String,
    /// When it was removed, RFC 3339 in UTC.
    time: String,
    /// Where it was: relative to the working directory where it lies in the work tree, else absolute.
    path: String,
    /// The kind of environment.
    kind: String,
    /// Its Python version; null if it is not known.
    python: Option<String>,
    /// How many packages were installed in it.
    packages: u64,
    /// How many files and links it had.
    files: u64,
    /// Their size.
    bytes: u64,
    /// How many of its paths no tool could write again.
    foreign: u64,
    /// What its archive holds: `all`, `foreign` (only what no tool could write again), `none`, or `missing` where the
    /// snapshot names one that does not exist.
    archive: &'static str,
    /// Something is in its place.
    occupied: bool,
}

/// What was brought back.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Restored"))]
struct RestoredJson {
    /// What was removed.
    environment: RestorableJson,
    /// Where it is now, or would be: as the path of the environment.
    path: String,
    /// `archive`, `snapshot` or `snapshot-and-archive`.
    source: &'static str,
    /// It was a dry run.
    dry_run: bool,
    /// The paths in it that were asked for; empty for all of it.
    only: Vec<String>,
    /// The version of the Python that it was made with again; null for an archive.
    python: Option<String>,
    /// The interpreter of that Python, absolute.
    interpreter: Option<String>,
    /// How many files and links came from the archive.
    files: u64,
    /// The size of these files.
    bytes: u64,
    /// The packages that were installed again, or would be.
    packages: Vec<RestoredPackageJson>,
    /// The packages that could not be had.
    unavailable: Vec<UnavailableJson>,
    /// Files that may have been changed since a tool made them, of which the copies were brought back.
    copies: Vec<String>,
    /// Files in which the old place was replaced by the new one.
    repaired: Vec<String>,
    /// The commands that installed, or would, each as its words.
    commands: Vec<Vec<String>>,
    /// What else there is to know.
    notes: Vec<String>,
}

/// A package.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "RestoredPackage"))]
struct RestoredPackageJson {
    /// Its name as recorded.
    name: String,
    /// Its version as recorded; null if there was none.
    version: Option<String>,
}

/// A package that could not be had.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "UnavailablePackage"))]
struct UnavailableJson {
    /// Its name as recorded.
    name: String,
    /// Its version as recorded; null if there was none.
    version: Option<String>,
    /// Why.
    reason: String,
}

impl RestorableJson {
    fn of(environment: &RestorableEnvironment) -> Self {
        let RestorableEnvironment { id, time, kind, python, packages, files, bytes, foreign, .. } =
            environment.clone();
        Self {
            id,
            time,
            path: disk_path(&environment.shown),
            kind,
            python,
            packages,
            files,
            bytes,
            foreign,
            archive: environment.archive.name(),
            occupied: environment.is_occupied,
        }
    }
}

impl WriteJson for RestorableList {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let restorable = Some(self.environments.iter().map(RestorableJson::of).collect());
        let restore = Some(RestoreJson { restorable, restored: None });
        let skipped = self.unread.iter();
        let skipped = skipped.map(|unread| SkippedJson {
            path: disk_path(&unread.path),
            reason: unread.reason.seen_from_root(),
        });
        Envelope {
            repository: self.repository.as_ref().map(RepositoryJson::of),
            skipped: skipped.collect(),
            ..Envelope::new("restore", Outcome::Clean, RestoreSection { restore })
        }
        .write(out)
    }
}

impl WriteJson for Restoration {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let paths = |paths: &[crate::path::RepoPath]| paths.iter().map(repository_path).collect();
        let packages = self.packages.iter().cloned();
        let unavailable = self.unavailable.iter().cloned();
        let (python, interpreter) = self.python.clone().unzip();
        let restored = RestoredJson {
            environment: RestorableJson::of(&self.environment),
            path: disk_path(&self.shown),
            source: self.source.name(),
            dry_run: self.is_dry_run,
            only: paths(&self.only),
            python,
            interpreter: interpreter.as_deref().map(disk_path),
            files: self.entries,
            bytes: self.bytes,
            packages: packages
                .map(|package| RestoredPackageJson { name: package.name, version: package.version })
                .collect(),
            unavailable: unavailable
                .map(|missing| UnavailableJson {
                    name: missing.package.name,
                    version: missing.package.version,
                    reason: missing.reason,
                })
                .collect(),
            copies: paths(&self.copies),
            repaired: paths(&self.repaired),
            commands: self.commands.clone(),
            notes: self.notes.iter().map(Message::seen_from_root).collect(),
        };
        let restore = Some(RestoreJson { restorable: None, restored: Some(restored) });
        let envelope = Envelope {
            repository: self.repository.as_ref().map(RepositoryJson::of),
            ..Envelope::new("restore", Outcome::Clean, RestoreSection { restore })
        };
        match self.failure() {
            Some(error) => envelope.failed(&error).write(out),
            None => envelope.with_plan_id(self.is_dry_run, &self.basis).write(out),
        }
    }
}
