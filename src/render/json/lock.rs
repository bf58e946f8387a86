//! The JSON of `lock`.

use std::io::{self, Write};

use serde::Serialize;

use super::ci::CacheInputJson;
use super::envelope::{Envelope, RepositoryJson};
use super::paths::repository_path;
use crate::message::Message;
use crate::model::{Freshness, LockStep, LockedFile, Locking};
use crate::render::command_result::WriteJson;

/// The section of `lock`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct LockSection {
    /// Of `lock`.
    lock: LockingJson,
}

/// What `lock` did with the locks of a project.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Locking"))]
struct LockingJson {
    /// The directory of the project, relative to the top of the work tree.
    project: String,
    /// It was a dry run.
    dry_run: bool,
    /// The locks were only checked.
    check: bool,
    /// The locks and compiled requirements, by path.
    files: Vec<LockedFileJson>,
    /// Of a dry run, the files that decide on the locks, by path.
    inputs: Vec<CacheInputJson>,
    /// Notes for the user.
    notes: Vec<String>,
}

/// A lock, or compiled requirements.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "LockedFile"))]
struct LockedFileJson {
    /// The file, relative to the top of the work tree.
    path: String,
    /// The program that writes it; null if it is not known which one does.
    tool: Option<&'static str>,
    /// What it was before: `fresh`, `stale`, `unknown`, `unreadable` or `missing`.
    before: &'static str,
    /// What it is now, in the same words.
    after: &'static str,
    /// Why it was not fresh, or why that is not known; else null.
    reason: Option<String>,
    /// Its content is another one than before.
    changed: bool,
    /// The command that was run, or would be, as its words; empty if none is needed.
    command: Vec<String>,
    /// Why its command is left to the user; else null.
    refused: Option<String>,
}

impl WriteJson for Locking {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let lock = LockingJson {
            project: repository_path(&self.project),
            dry_run: self.step == LockStep::WouldLock,
            check: self.step == LockStep::Checked,
            files: self.files.iter().map(LockedFileJson::of).collect(),
            inputs: self.inputs.iter().map(CacheInputJson::of).collect(),
            notes: self.notes.iter().map(Message::seen_from_root).collect(),
        };
        let envelope = Envelope {
            repository: Some(RepositoryJson::of(&self.repository)),
            ..Envelope::new("lock", self.outcome(), LockSection { lock })
        };
        let has_work = self.files.iter().any(|file| !file.command.is_empty());
        envelope.with_plan_id(self.step == LockStep::WouldLock && has_work, &self.basis).write(out)
    }
}

impl LockedFileJson {
    fn of(file: &LockedFile) -> Self {
        let (before, reason) = described(file.before.as_ref());
        Self {
            path: file.path.seen_from_root(),
            tool: file.tool,
            before,
            after: described(file.after.as_ref()).0,
            reason,
            changed: file.is_changed,
            command: file.command.clone(),
            refused: file.refusal.as_ref().map(|reason| format!("its command {reason}")),
        }
    }
}

fn described(freshness: Option<&Freshness>) -> (&'static str, Option<String>) {
    match freshness {
        None => ("missing", None),
        Some(Freshness::Fresh) => ("fresh", None),
        Some(Freshness::Stale(reason)) => ("stale", Some(reason.seen_from_root())),
        Some(Freshness::Unknown(reason)) => ("unknown", Some(reason.seen_from_root())),
        Some(Freshness::Unreadable(reason)) => ("unreadable", Some(reason.seen_from_root())),
    }
}
