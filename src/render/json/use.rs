//! The JSON of `use`.

use std::io::{self, Write};

use serde::Serialize;

use super::envelope::{Envelope, RepositoryJson};
use super::paths::{disk_path, repository_path};
use crate::message::Message;
use crate::model::{Outcome, PlanBasis, UseReport};
use crate::render::command_result::WriteJson;

/// The section of `use`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct UseSection {
    /// Of `use`.
    r#use: UseJson,
}

/// The default environment.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Use"))]
struct UseJson {
    /// Its name in the settings, if it has one.
    environment: Option<String>,
    /// Its directory: relative to the top of the work tree, absolute outside of it.
    directory: String,
    /// The project, by its directory relative to the top of the work tree.
    project: String,
    /// The directory exists.
    exists: bool,
    /// Why it is the default.
    because: String,
    /// The selection was changed, or would be.
    changed: bool,
    /// It was a dry run.
    dry_run: bool,
    /// Notes for the user.
    notes: Vec<String>,
}

impl WriteJson for UseReport {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let envelope = Envelope {
            repository: Some(RepositoryJson::of(&self.repository)),
            ..Envelope::new("use", Outcome::Clean, UseSection { r#use: UseJson::of(self) })
        };
        envelope.with_plan_id(self.is_dry_run && self.changed, &PlanBasis::default()).write(out)
    }
}

impl UseJson {
    fn of(report: &UseReport) -> Self {
        let selection = &report.selection;
        let outside = || disk_path(&selection.directory);
        Self {
            environment: selection.name.clone(),
            directory: selection.path.as_ref().map_or_else(outside, repository_path),
            project: repository_path(&report.project),
            exists: report.exists,
            because: Message::of(&selection.reason).seen_from_root(),
            changed: report.changed,
            dry_run: report.is_dry_run,
            notes: report.notes.iter().map(Message::seen_from_root).collect(),
        }
    }
}
