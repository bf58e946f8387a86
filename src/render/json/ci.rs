//! The JSON of `ci`.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::check::report_envelope;
use super::envelope::{Envelope, RepositoryJson};
use super::paths::{disk_path, repository_path};
use crate::message::Message;
use crate::model::{CacheInput, CacheKey, CacheVerification, Outcome, Selection};
use crate::render::command_result::WriteJson;

/// The section of `ci`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct CiSection {
    /// Of `ci`.
    ci: CiJson,
}

/// What CI needs to know of an environment.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Ci"))]
struct CiJson {
    /// The environment's name in the settings, if it has one.
    environment: Option<String>,
    /// Its directory: relative to the top of the work tree, absolute outside of it.
    directory: String,
    /// Of `ci key`: the key; else null.
    key: Option<CacheKeyJson>,
    /// Of `ci verify`: whether the environment can be used; null if that could not be determined, and for `ci key`.
    usable: Option<bool>,
}

/// A cache key and what it is made of.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CacheKey"))]
struct CacheKeyJson {
    /// The key.
    key: String,
    /// What all keys for the same platform and Python begin with.
    restore_prefix: String,
    /// The system and the machine.
    platform: String,
    /// The implementation and version of the Python; null if not known without running it.
    python: Option<String>,
    /// The Python that is requested, as written.
    requested_python: Vec<String>,
    /// The files and directories that decide on the content of the environment, by path.
    inputs: Vec<CacheInputJson>,
    /// Notes for the user.
    notes: Vec<String>,
}

/// A file, or a directory of archives, that decides on the content of the environment.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CacheInput"))]
pub(super) struct CacheInputJson {
    /// The file or directory, relative to the top of the work tree.
    path: String,
    /// The SHA-256 of the content, of a text with line breaks of Unix; of a directory, over the names and digests of the
    /// archives in it.
    sha256: String,
}

impl CacheInputJson {
    pub(super) fn of(input: &CacheInput) -> Self {
        Self { path: input.path.seen_from_root(), sha256: input.digest.clone() }
    }

    /// Of a file outside of the work tree.
    pub(super) fn outside(place: &Path, digest: &str) -> Self {
        Self { path: disk_path(place), sha256: digest.to_owned() }
    }
}

impl CiSection {
    fn of(selection: &Selection, key: Option<CacheKeyJson>, usable: Option<bool>) -> Self {
        let outside = || disk_path(&selection.directory);
        let directory = selection.path.as_ref().map_or_else(outside, repository_path);
        Self { ci: CiJson { environment: selection.name.clone(), directory, key, usable } }
    }
}

impl WriteJson for CacheKey {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let inputs = self.inputs.iter();
        let key = CacheKeyJson {
            key: self.key.clone(),
            restore_prefix: self.restore_prefix.clone(),
            platform: self.platform.clone(),
            python: self.python.clone(),
            requested_python: self.requested_python.clone(),
            inputs: inputs.map(CacheInputJson::of).collect(),
            notes: self.notes.iter().map(Message::seen_from_root).collect(),
        };
        let envelope = Envelope {
            repository: Some(RepositoryJson::of(&self.repository)),
            ..Envelope::new("ci", Outcome::Clean, CiSection::of(&self.selection, Some(key), None))
        };
        envelope.write(out)
    }
}

impl WriteJson for CacheVerification {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let usable = match self.outcome() {
            Outcome::Clean => Some(true),
            Outcome::Findings => Some(false),
            Outcome::Undecided => None,
        };
        let section = CiSection::of(&self.selection, None, usable);
        let checked = report_envelope("ci", &self.report);
        let envelope = Envelope {
            repository: checked.repository,
            scope: checked.scope,
            inspected: checked.inspected,
            findings: checked.findings,
            environments: checked.environments,
            skipped: checked.skipped,
            suppressed: checked.suppressed,
            ..Envelope::new("ci", self.outcome(), section)
        };
        envelope.write(out)
    }
}
