//! The text of `cleanup`: the plan, or what was deleted and what stays.

use std::io::{self, Write};
use std::path::Path;
use std::time::SystemTime;

use super::restore::write_restore_line;
use crate::message::Message;
use crate::model::{
    BackupScope, Cleanup, CleanupStep, ForeignPath, KeptItem, PlannedRemoval, RemovalTarget, RemovedItem,
    StayingBackup,
};
use crate::path::{display, path_to_bytes, printable};
use crate::render::command_result::WriteText;
use crate::render::detail::Detail;
use crate::render::role::Role;
use crate::render::style::Style;
use crate::text::{ago, counted, grouped, shell_quote, size};

/// How many foreign paths of a planned deletion are named.
const SHOWN: usize = 5;

impl WriteText for Cleanup {
    fn write_text(&self, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        write_items(self, style, out)?;
        self.backups.iter().try_for_each(|backup| write_staying(self, backup, style, out))?;
        for unread in &self.unread {
            let head = style.paint.paint(Role::Warning, "could not read");
            let reason = style.said(&unread.reason.escaped());
            writeln!(out, "{head} `{}`: {reason}", style.said(&self.named(&unread.path)))?;
        }
        match style.detail {
            Detail::Quiet => Ok(()),
            _ => write_summary(self, style, out),
        }
    }
}

/// Writes what is planned, or what was deleted and what stays.
pub(super) fn write_items(cleanup: &Cleanup, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    if cleanup.step == CleanupStep::Done {
        cleanup.removed.iter().try_for_each(|removed| write_removed(cleanup, removed, style, out))?;
        return cleanup.kept.iter().try_for_each(|kept| write_kept(cleanup, kept, style, out));
    }
    write_plan(cleanup, style, out)
}

/// Formats `2 items deleted, 1.0 MiB freed`.
pub(super) fn done(cleanup: &Cleanup) -> String {
    let removed = counted(cleanup.removed.len() as u64, "item");
    format!("{removed} deleted, {} freed", size(cleanup.freed_bytes()))
}

/// The plan; below a directory under what each thing belongs to.
fn write_plan(cleanup: &Cleanup, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut last = None;
    for item in &cleanup.plan {
        let is_below = cleanup.repository.is_none() && item.target != RemovalTarget::Store;
        if is_below && last != Some(&item.work_tree) {
            match &item.work_tree {
                Some(top) => writeln!(out, "in the work tree `{}`:", display(top))?,
                None => writeln!(out, "in no repository:")?,
            }
            last = Some(&item.work_tree);
        }
        write_planned(cleanup, item, style, out)?;
    }
    Ok(())
}

fn write_summary(cleanup: &Cleanup, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    match cleanup.step {
        CleanupStep::DryRun if cleanup.plan_file.is_some() => write_plan_file(cleanup, style, out),
        _ if cleanup.plan.is_empty() => writeln!(out, "nothing to clean up"),
        CleanupStep::Planned => Ok(()),
        CleanupStep::DryRun => writeln!(out, "dry run: nothing was changed"),
        CleanupStep::Unconfirmed => {
            writeln!(out, "nothing was deleted; to delete without a question, use `--force`")
        }
        CleanupStep::Done => writeln!(out, "{}", done(cleanup)),
    }
}

/// Writes where the plan is, and the command that applies it.
fn write_plan_file(cleanup: &Cleanup, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Some(file) = &cleanup.plan_file else { return Ok(()) };
    let word = cleanup.repository.as_ref().map(|repository| repository.word(&file.path)).unwrap_or_default();
    let command = format!("git pyenv cleanup --apply {word}{}", file.options);
    writeln!(out, "dry run: nothing was deleted; the plan is in `{}`", shown(cleanup, &file.path, style))?;
    writeln!(out, "apply it with `{}`", style.paint.paint(Role::Command, &command))
}

fn write_planned(
    cleanup: &Cleanup,
    item: &PlannedRemoval,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let stays = item.is_stopped();
    let head = style.paint.paint(Role::Heading, if stays { "keeps" } else { "deletes" });
    if item.target == RemovalTarget::Backup {
        let of = archive_of(cleanup, item.backup_of.as_deref(), style);
        let about = about_archive(item.bytes, item.used, cleanup.now);
        return writeln!(out, "{head} `{}` ({of}, {about})", archive_name(&item.path));
    }
    writeln!(out, "{head} `{}` ({})", shown(cleanup, &item.path, style), described(item, cleanup.now))?;
    let mut lines = Vec::new();
    if item.freed_bytes < item.bytes {
        lines.push(format!("frees {}: the rest has names elsewhere", size(item.freed_bytes)));
    }
    let users = || style.said(&Message::joined(item.used_by.iter().cloned(), ", "));
    lines.extend((!item.used_by.is_empty()).then(|| format!("used by {}", users())));
    if item.tracked_files > 0 {
        lines.push(format!("git tracks {} in it", counted(item.tracked_files, "file")));
    }
    lines.extend(item.missing_sources.iter().map(|missing| format!("cannot be made again: {missing}")));
    lines.extend(item.backup.map(|backup| {
        let what = match backup.scope {
            BackupScope::All => "all of it",
            BackupScope::Foreign => "what no tool could write again",
        };
        let (files, bytes) = (counted(backup.size.files, "file"), size(backup.size.bytes));
        format!("archives {what} first ({files}, {bytes})")
    }));
    // What git tracks is counted already.
    let foreign = item.foreign.iter().filter(|foreign| foreign.is_archived || !foreign.is_tracked);
    let foreign: Vec<_> = foreign.collect();
    let line = |foreign: &&ForeignPath| {
        let reason = printable(foreign.reason.as_bytes());
        let saved = if foreign.is_archived { ", saved by the archive" } else { "" };
        format!("{reason}{saved}: `{}`", foreign.path.seen_from_root())
    };
    let most = if style.detail == Detail::Verbose { foreign.len() } else { SHOWN };
    lines.extend(foreign.iter().take(most).map(line));
    let more = foreign.len().saturating_sub(most);
    if more > 0 {
        let command = style.paint.paint(Role::Command, &see_all_command(cleanup, item));
        lines.push(format!("and {} more; see them all with: {command}", grouped(more as u64)));
    }
    lines.iter().try_for_each(|line| writeln!(out, "  {line}"))
}

/// The command that shows everything that is planned for an item.
fn see_all_command(cleanup: &Cleanup, item: &PlannedRemoval) -> String {
    let absolute = || shell_quote(&path_to_bytes(&item.path));
    match (&cleanup.repository, &item.work_tree) {
        (Some(repository), _) => format!("git pyenv cleanup --dry-run -v {}", repository.word(&item.path)),
        (None, Some(top)) => {
            let top = shell_quote(&path_to_bytes(top));
            format!("git -C {top} pyenv cleanup --dry-run -v {}", absolute())
        }
        (None, None) => format!("git pyenv cleanup --dry-run -v --directory {}", absolute()),
    }
}

/// Formats `venv, 1,204 files, 38.0 MiB, changed 3 days ago`.
fn described(item: &PlannedRemoval, now: SystemTime) -> String {
    let target = match item.target {
        RemovalTarget::Environment => item.kind.clone(),
        RemovalTarget::Remnant => format!("what is left of an environment, {}", item.kind),
        RemovalTarget::Cache => format!("cache of {}", item.kind),
        RemovalTarget::Backup => item.kind.clone(),
        RemovalTarget::Store => "link cache of `create`, what no environment has of it".to_owned(),
    };
    let age =
        item.used.map(|used| format!(", changed {}", ago(now.duration_since(used).unwrap_or_default())));
    format!("{target}, {}, {}{}", counted(item.files, "file"), size(item.bytes), age.unwrap_or_default())
}

fn write_removed(
    cleanup: &Cleanup,
    removed: &RemovedItem,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if style.detail == Detail::Quiet {
        return Ok(());
    }
    let head = style.paint.paint(Role::Heading, "deleted");
    let path = shown(cleanup, &removed.path, style);
    if cleanup.is_backup(&removed.path) {
        return writeln!(out, "{head} `{path}` ({} freed)", size(removed.freed_bytes));
    }
    let files = counted(removed.files, "file");
    writeln!(out, "{head} `{path}` ({files}, {} freed)", size(removed.freed_bytes))?;
    if removed.mount_point_stays {
        writeln!(out, "  the directory is a mount point: it stays, with nothing in it")?;
    }
    write_record(cleanup, removed, style, out)
}

/// Writes what there is to bring back what was deleted.
fn write_record(
    cleanup: &Cleanup,
    removed: &RemovedItem,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let planned = cleanup.plan.iter().find(|item| item.path == removed.path);
    let scope = planned.and_then(|item| item.backup).map(|backup| backup.scope);
    if let Some(archive) = &removed.archive {
        let what = match scope {
            Some(BackupScope::Foreign) => "what no tool could write again",
            Some(BackupScope::All) | None => "it",
        };
        writeln!(out, "  {what} is archived in `{}`", shown(cleanup, archive, style))?;
    }
    removed.snapshot.as_ref().map_or(Ok(()), |snapshot| write_restore_line(snapshot, None, style, out))
}

/// Writes an archive that is not selected.
fn write_staying(
    cleanup: &Cleanup,
    backup: &StayingBackup,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if style.detail == Detail::Quiet {
        return Ok(());
    }
    let head = style.paint.paint(Role::Heading, "leaves");
    let of = archive_of(cleanup, backup.environment.as_deref(), style);
    let about = about_archive(backup.bytes, Some(backup.made), cleanup.now);
    let id = printable(backup.id.as_bytes());
    writeln!(out, "{head} `{id}` ({of}, {about}): {}", printable(backup.reason.as_bytes()))
}

/// The id of an archive, which is the beginning of its name.
fn archive_name(path: &Path) -> String {
    let name = path.file_name().map(Path::new).unwrap_or(path);
    display(name).trim_end_matches(".tar.zst").to_owned()
}

/// Formats `archive of `venv``.
fn archive_of(cleanup: &Cleanup, environment: Option<&Path>, style: &Style<'_>) -> String {
    environment
        .map_or_else(|| "archive".to_owned(), |path| format!("archive of `{}`", shown(cleanup, path, style)))
}

/// Formats `38.0 MiB, made 3 days ago`.
fn about_archive(bytes: u64, made: Option<SystemTime>, now: SystemTime) -> String {
    let age = made.map(|made| format!(", made {}", ago(now.duration_since(made).unwrap_or_default())));
    format!("{}{}", size(bytes), age.unwrap_or_default())
}

fn write_kept(cleanup: &Cleanup, kept: &KeptItem, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let role = if kept.has_failed { Role::Error } else { Role::Warning };
    let head = style.paint.paint(role, "kept");
    writeln!(out, "{head} `{}`: {}", shown(cleanup, &kept.path, style), style.said(&kept.reason.escaped()))?;
    kept.hints.iter().try_for_each(|hint| writeln!(out, "  hint: {}", style.said(hint)))
}

fn shown(cleanup: &Cleanup, path: &Path, style: &Style<'_>) -> String {
    style.said(&cleanup.named(path))
}
