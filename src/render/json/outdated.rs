//! The JSON of `outdated`.

use std::io::{self, Write};

use serde::Serialize;

use super::envelope::{Envelope, RepositoryJson};
use super::paths::{disk_path, repository_path};
use crate::message::Message;
use crate::model::{OutdatedList, OutdatedPackage};
use crate::render::command_result::WriteJson;

/// The section of `outdated`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct OutdatedSection {
    /// Of `outdated`.
    outdated: OutdatedJson,
}

/// The packages of an environment that have newer versions.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Outdated"))]
struct OutdatedJson {
    /// The environment's name in the settings, if it has one.
    environment: Option<String>,
    /// Its directory: relative to the top of the work tree, absolute outside of it.
    directory: String,
    /// The program that was asked: `uv` or `pip`.
    tool: &'static str,
    /// The packages, by name.
    packages: Vec<OutdatedPackageJson>,
    /// Notes for the user.
    notes: Vec<String>,
}

/// A package that has a newer version.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "OutdatedPackage"))]
struct OutdatedPackageJson {
    /// Its name.
    name: String,
    /// The installed version.
    version: String,
    /// The newest version.
    latest: String,
    /// What the project asks for, such as `>=2`, empty for any version; null if it does not ask for it itself.
    required: Option<String>,
    /// Whether the project accepts the newest version; null if it does not ask for it itself, or if that is not known.
    accepted: Option<bool>,
}

impl WriteJson for OutdatedList {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let selection = &self.selection;
        let outside = || disk_path(&selection.directory);
        let package = |package: &OutdatedPackage| OutdatedPackageJson {
            name: package.name.clone(),
            version: package.version.clone(),
            latest: package.latest.clone(),
            required: package.required.clone(),
            accepted: package.is_accepted,
        };
        let outdated = OutdatedJson {
            environment: selection.name.clone(),
            directory: selection.path.as_ref().map_or_else(outside, repository_path),
            tool: self.tool,
            packages: self.packages.iter().map(package).collect(),
            notes: self.notes.iter().map(Message::seen_from_root).collect(),
        };
        let envelope = Envelope {
            repository: Some(RepositoryJson::of(&self.repository)),
            ..Envelope::new("outdated", self.outcome(), OutdatedSection { outdated })
        };
        envelope.write(out)
    }
}
