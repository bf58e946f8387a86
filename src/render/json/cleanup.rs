//! The JSON of `cleanup`.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::envelope::{Envelope, RepositoryJson, SkippedJson};
use super::paths::disk_path;
use super::plan;
use super::timestamp::timestamp;
use crate::message::Message;
use crate::model::{
    Cleanup, CleanupStep, KeptItem, PlannedBackup, PlannedRemoval, RemovedItem, StayingBackup,
};
use crate::render::command_result::WriteJson;

/// The section of `cleanup`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct CleanupSection {
    /// Of `cleanup`: what it deleted and what it kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    cleanup: Option<CleanupJson>,
}

/// What `cleanup` deleted and kept.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CleanupSection"))]
struct CleanupJson {
    /// What was selected, by path.
    plan: Vec<PlannedJson>,
    /// What is gone.
    removed: Vec<RemovedJson>,
    /// What stays.
    kept: Vec<KeptItemJson>,
    /// The archives that are not selected, oldest first, where archives are deleted.
    backups: Vec<StayingBackupJson>,
    /// How many bytes are free now.
    freed_bytes: u64,
    /// It was a dry run.
    dry_run: bool,
    /// Nothing was deleted, because nobody could be asked, or said no.
    needs_confirmation: bool,
    /// The file that the plan was written to; null without `--plan`.
    plan_file: Option<String>,
}

/// Something that is to be deleted.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PlannedRemoval"))]
struct PlannedJson {
    /// Its directory, or the file of an archive, relative to the top of the work tree, absolute outside of it.
    path: String,
    /// The environment that an archive is of; null for anything else.
    backup_of: Option<String>,
    /// The top of the work tree that it belongs to; null if it is in no repository.
    work_tree: Option<String>,
    /// The kind of environment or cache.
    kind: String,
    /// `venv`, `remnant`, `cache`, `backup` or `store`.
    target: &'static str,
    /// How many files and links it has.
    files: u64,
    /// Their size; one with several names counts once.
    bytes: u64,
    /// The bytes of files that have no name elsewhere.
    freed_bytes: u64,
    /// When one of its files was changed last, in UTC; null if it has none.
    used_at: Option<String>,
    /// The projects and processes that use it.
    used_by: Vec<String>,
    /// What no tool could write again; paths as `path`.
    foreign: Vec<String>,
    /// Why it stops the deletion of each of these, or would if it were not archived.
    foreign_reasons: Vec<String>,
    /// Which of these are archived and so do not stop it.
    foreign_archived: Vec<bool>,
    /// The archive that is made of it first; null if there is to be none.
    backup: Option<PlannedBackupJson>,
    /// Git tracks files in it.
    tracked: bool,
    /// It can be made again, as far as is known: its Python and the sources of its packages are there.
    recreatable: bool,
    /// What is missing to make it again.
    missing_sources: Vec<String>,
    /// The id of its snapshot; null as long as it is not deleted, and for caches.
    snapshot: Option<String>,
}

/// An archive that is to be made.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PlannedBackup"))]
struct PlannedBackupJson {
    /// `all`, or `foreign`: only what no tool could write again.
    covers: &'static str,
    /// How many files and links go into it.
    files: u64,
    /// Their size, before they are compressed.
    bytes: u64,
}

/// Something that was deleted.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "RemovedItem"))]
struct RemovedJson {
    /// Where it was.
    path: String,
    /// The id of its snapshot; null for a cache.
    snapshot: Option<String>,
    /// Where its archive is, absolute; null if there is none.
    archive: Option<String>,
    /// How many files and links it had.
    files: u64,
    /// How many bytes are free now.
    freed_bytes: u64,
    /// Its directory is a mount point, which stays, with nothing in it.
    mount_point_stays: bool,
}

/// An archive that stays.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "StayingBackup"))]
struct StayingBackupJson {
    /// The id of its snapshot.
    id: String,
    /// Where it is, absolute.
    archive: String,
    /// The environment that it is of; null if nothing says so.
    path: Option<String>,
    /// Its size.
    bytes: u64,
    /// When it was made, in UTC.
    made_at: Option<String>,
    /// Why it stays.
    reason: String,
}

/// Something that stays.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "KeptItem"))]
struct KeptItemJson {
    /// Where it is.
    path: String,
    /// Why it stays.
    reason: String,
    /// What to do about it.
    hints: Vec<String>,
    /// The deletion was tried and failed.
    failed: bool,
}

impl WriteJson for Cleanup {
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let envelope = envelope(self);
        if let Some(error) = self.failure() {
            return envelope.failed(&error).write(out);
        }
        let basis = self.basis.as_ref().filter(|_| self.is_plan());
        let plan_id = basis.and_then(|basis| plan::id_of(&self::envelope(&self.without_users()), basis));
        Envelope { plan_id, ..envelope }.write(out)
    }
}

fn envelope(cleanup: &Cleanup) -> Envelope<CleanupSection> {
    Envelope {
        repository: cleanup.repository.as_ref().map(RepositoryJson::of),
        skipped: skipped(cleanup),
        ..Envelope::new("cleanup", cleanup.outcome(), CleanupSection::of(cleanup))
    }
}

/// What a cleanup could not read.
pub(super) fn skipped(cleanup: &Cleanup) -> Vec<SkippedJson> {
    let skipped = cleanup.unread.iter().map(|unread| SkippedJson {
        path: disk_path(cleanup.shown(&unread.path)),
        reason: unread.reason.seen_from_root(),
    });
    skipped.collect()
}

impl CleanupSection {
    pub(super) fn of(cleanup: &Cleanup) -> Self {
        Self { cleanup: Some(CleanupJson::of(cleanup)) }
    }
}

impl CleanupJson {
    fn of(cleanup: &Cleanup) -> Self {
        let shown = |path: &Path| disk_path(cleanup.shown(path));
        let removed = |item: &RemovedItem| RemovedJson {
            path: shown(&item.path),
            snapshot: item.snapshot.clone(),
            archive: item.archive.as_deref().map(disk_path),
            files: item.files,
            freed_bytes: item.freed_bytes,
            mount_point_stays: item.mount_point_stays,
        };
        let kept = |item: &KeptItem| KeptItemJson {
            path: shown(&item.path),
            reason: item.reason.seen_from_root(),
            hints: item.hints.iter().map(Message::seen_from_root).collect(),
            failed: item.has_failed,
        };
        Self {
            plan: cleanup.plan.iter().map(|item| planned(cleanup, item)).collect(),
            removed: cleanup.removed.iter().map(removed).collect(),
            kept: cleanup.kept.iter().map(kept).collect(),
            backups: cleanup.backups.iter().map(|backup| staying(cleanup, backup)).collect(),
            freed_bytes: cleanup.freed_bytes(),
            dry_run: cleanup.step == CleanupStep::DryRun,
            needs_confirmation: cleanup.step == CleanupStep::Unconfirmed,
            plan_file: cleanup.plan_file.as_ref().map(|file| disk_path(&file.path)),
        }
    }
}

fn planned(cleanup: &Cleanup, item: &PlannedRemoval) -> PlannedJson {
    let shown = |path: &Path| disk_path(cleanup.shown(path));
    PlannedJson {
        path: shown(&item.path),
        backup_of: item.backup_of.as_deref().map(shown),
        work_tree: item.work_tree.as_deref().map(disk_path),
        kind: item.kind.clone(),
        target: item.target.name(),
        files: item.files,
        bytes: item.bytes,
        freed_bytes: item.freed_bytes,
        used_at: item.used.and_then(timestamp),
        used_by: item.used_by.iter().map(Message::seen_from_root).collect(),
        foreign: item.foreign.iter().map(|foreign| shown(&foreign.path.to_path(&item.path))).collect(),
        foreign_reasons: item.foreign.iter().map(|foreign| foreign.reason.clone()).collect(),
        foreign_archived: item.foreign.iter().map(|foreign| foreign.is_archived).collect(),
        backup: item.backup.map(|PlannedBackup { scope, size }| PlannedBackupJson {
            covers: scope.name(),
            files: size.files,
            bytes: size.bytes,
        }),
        tracked: item.tracked_files > 0,
        recreatable: item.missing_sources.is_empty(),
        missing_sources: item.missing_sources.clone(),
        snapshot: cleanup
            .removed
            .iter()
            .find(|removed| removed.path == item.path)
            .and_then(|removed| removed.snapshot.clone()),
    }
}

fn staying(cleanup: &Cleanup, backup: &StayingBackup) -> StayingBackupJson {
    StayingBackupJson {
        id: backup.id.clone(),
        archive: disk_path(&backup.path),
        path: backup.environment.as_deref().map(|path| disk_path(cleanup.shown(path))),
        bytes: backup.bytes,
        made_at: timestamp(backup.made),
        reason: backup.reason.clone(),
    }
}
