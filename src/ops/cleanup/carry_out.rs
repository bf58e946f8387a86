//! Deleting what is planned.

use std::path::{Path, PathBuf};

use super::ground::Ground;
use super::plan::{Planned, Work};
use super::planned::PlannedCleanup;
use super::prepare::{Group, PreparedCleanup};
use crate::error::{Error, Result};
use crate::formats::audit_log::AuditAction;
use crate::fs::{self, EnvironmentLock, StagingDirectory};
use crate::git::elsewhere;
use crate::journal::KeptArchive;
use crate::message::{Message, message};
use crate::model::{Cleanup, CleanupStep, KeptItem, Measure, PlannedRemoval, RemovedItem};
use crate::path::{display, display_bytes, path_to_bytes};
use crate::removal::{Cache, Removal, Removed, delete_caches};
use crate::session::{Ports, Session};
use crate::setting::Setting;

impl PlannedCleanup for PreparedCleanup<'_> {
    fn plan(&self) -> &Cleanup {
        &self.cleanup
    }

    fn has_work(&self) -> bool {
        self.groups.iter().flat_map(|group| &group.planned).any(|planned| planned.stays().is_none())
    }

    fn forbidden(&self) -> Option<Error> {
        forbidden(&self.auto_cleanup)
    }

    fn ended(self, step: CleanupStep) -> Cleanup {
        Cleanup { step, ..self.cleanup }
    }

    fn carry_out(self, is_chosen: &dyn Fn(usize) -> bool) -> Result<Cleanup> {
        let Self { ports, ground, groups, mut cleanup, command, .. } = self;
        let logged = command.logged();
        let mut number = 0;
        for Group { top, planned, staging } in groups {
            let chosen: Vec<Planned> = planned
                .into_iter()
                .filter(|_| {
                    number += 1;
                    is_chosen(number - 1)
                })
                .collect();
            if chosen.is_empty() && staging.is_empty() {
                continue;
            }
            if ground.top().is_none_or(|own| top == *own) {
                Deletion { ports, ground: &ground, top, logged, cleanup: &mut cleanup }
                    .run(chosen, &staging)?;
                continue;
            }
            let env = elsewhere(ports.env, &top);
            let session = Session::open(Ports { env: &env, ..ports }, Vec::new())?;
            let ground = Ground::WorkTree { session: Box::new(session), is_elsewhere: true };
            Deletion { ports, ground: &ground, top, logged, cleanup: &mut cleanup }.run(chosen, &staging)?;
        }
        ports.progress.finish();
        Ok(Cleanup { step: CleanupStep::Done, ..cleanup })
    }
}

/// Why a setting forbids to delete anything without `--force`; `None` if it does not.
pub(super) fn forbidden(auto_cleanup: &Setting<bool>) -> Option<Error> {
    (!auto_cleanup.value).then(|| {
        Error::settings("`autoCleanup` is `false`: nothing is deleted without `--force`")
            .cause(message!("it is set in {}", auto_cleanup.origin))
    })
}

/// The deletion in one work tree.
struct Deletion<'d, 'p> {
    ports: Ports<'d>,
    ground: &'d Ground<'p>,
    top: PathBuf,
    /// What the audit log says of the command.
    logged: (AuditAction, &'static str),
    cleanup: &'d mut Cleanup,
}

impl Deletion<'_, '_> {
    fn run(&mut self, planned: Vec<Planned>, staging: &[PathBuf]) -> Result<()> {
        let lock = self.ground.lock(self.ports.progress)?;
        self.ground.recover(None, self.ports.progress);
        for directory in staging {
            // One in which nothing is yet goes with any target beside it.
            let target =
                StagingDirectory::target_of(directory).unwrap_or_else(|| directory.with_file_name("venv"));
            self.ground.recover(Some(&target), self.ports.progress);
        }
        let mut caches = Vec::new();
        for Planned { item, work, in_use, .. } in planned {
            // Another run was faster.
            if !fs::exists(&item.path) && !matches!(work, Work::LeftOver) {
                continue;
            }
            if let Some(user) = in_use {
                let hint = "end that process, or delete it all the same with `--include-in-use`";
                self.keep(&item.path, format!("it is used by {user}").into(), vec![hint.into()], false);
                continue;
            }
            match work {
                Work::Refused(reason, hints) => self.keep(&item.path, reason, hints, false),
                Work::LeftOver => self.left_over(&item),
                Work::Environment(removal) => self.environment(&item, *removal),
                Work::Cache(cache) => caches.push((item, cache)),
                Work::Archive(archive) => self.archive(&item, *archive),
            }
        }
        self.caches(caches);
        drop(lock);
        Ok(())
    }

    fn keep(&mut self, path: &Path, reason: Message, hints: Vec<Message>, has_failed: bool) {
        self.cleanup.kept.push(KeptItem { path: path.to_path_buf(), reason, hints, has_failed });
    }

    fn failed(&mut self, path: &Path, error: &Error) {
        self.keep(path, error.summary(), error.hints().to_vec(), true);
    }

    /// What a killed run left is gone by now, or back in its place.
    fn left_over(&mut self, item: &PlannedRemoval) {
        match fs::exists(&item.path) {
            true => self.keep(&item.path, "it could not be cleared away".into(), Vec::new(), true),
            false => self.cleanup.removed.push(RemovedItem {
                path: item.path.clone(),
                snapshot: None,
                archive: None,
                files: item.files,
                freed_bytes: item.freed_bytes,
                mount_point_stays: false,
            }),
        }
    }

    fn archive(&mut self, item: &PlannedRemoval, archive: KeptArchive) {
        let Ports { signals, .. } = self.ports;
        signals.defer();
        let deleted = self
            .ground
            .state()
            .and_then(|state| crate::removal::delete_archive(&state, &archive, self.logged.1));
        signals.deliver();
        match deleted {
            Ok(()) => self.cleanup.removed.push(RemovedItem {
                path: item.path.clone(),
                snapshot: Some(archive.id),
                archive: None,
                files: item.files,
                freed_bytes: item.freed_bytes,
                mount_point_stays: false,
            }),
            Err(error) => self.failed(&item.path, &error),
        }
    }

    fn environment(&mut self, item: &PlannedRemoval, removal: Removal) {
        let Ports { progress, signals, .. } = self.ports;
        let told = || progress.waiting("waiting for an install into this environment");
        let installs_kept_out = match EnvironmentLock::wait_if_used(&item.path, &told) {
            Ok(lock) => lock,
            Err(error) => return self.failed(&item.path, &error),
        };
        // A signal waits until the environment is gone, or back in its place.
        signals.defer();
        let removed = removal.carry_out(self.logged.0, self.logged.1, progress, signals);
        drop(installs_kept_out);
        progress.finish();
        signals.deliver();
        match removed {
            Ok(removed) => self.removed(item, removed),
            Err(error) => self.failed(&item.path, &error),
        }
    }

    fn removed(&mut self, item: &PlannedRemoval, removed: Removed) {
        let Some(first) = removed.kept.first() else {
            return self.cleanup.removed.push(RemovedItem {
                path: item.path.clone(),
                snapshot: removed.snapshot,
                archive: removed.archive,
                files: removed.files,
                freed_bytes: removed.freed_bytes.unwrap_or(item.freed_bytes),
                mount_point_stays: removed.mount_point_stays,
            });
        };
        let place = removed.kept_in.as_deref().map(display);
        let place = place.map(|place| format!("; what is left is in `{place}`")).unwrap_or_default();
        let reason =
            format!("`{}` could not be deleted: {}{place}", display_bytes(&first.path), first.reason);
        self.keep(&item.path, reason.into(), Vec::new(), true);
    }

    /// Deletes the caches in which no environment stays.
    fn caches(&mut self, planned: Vec<(PlannedRemoval, Cache)>) {
        let (planned, held): (Vec<_>, Vec<_>) = planned
            .into_iter()
            .partition(|(item, _)| !self.cleanup.kept.iter().any(|kept| kept.path.starts_with(&item.path)));
        for (item, _) in held {
            self.keep(&item.path, "it holds an environment that stays".into(), Vec::new(), false);
        }
        let (items, caches): (Vec<PlannedRemoval>, Vec<Cache>) = planned.into_iter().unzip();
        let size = Measure {
            files: items.iter().map(|item| item.files).sum(),
            bytes: items.iter().map(|item| item.freed_bytes).sum(),
        };
        let Ports { progress, signals, .. } = self.ports;
        signals.defer();
        let left = self.ground.state().and_then(|state| {
            delete_caches(&state, &self.top, (&caches, size, self.logged), progress, signals)
        });
        progress.finish();
        signals.deliver();
        let left = match left {
            Ok(left) => left,
            Err(error) => return items.iter().for_each(|item| self.failed(&item.path, &error)),
        };
        for (number, item) in items.iter().enumerate() {
            let Some((_, left)) = left.iter().find(|(left, _)| *left == number) else {
                self.cleanup.removed.push(RemovedItem {
                    path: item.path.clone(),
                    snapshot: None,
                    archive: None,
                    files: item.files,
                    freed_bytes: item.freed_bytes,
                    mount_point_stays: false,
                });
                continue;
            };
            let Some(first) = left.first() else { continue };
            let path = path_to_bytes(&item.path.join(crate::path::bytes_to_path(&first.path)));
            let reason = format!("`{}` could not be deleted: {}", display_bytes(&path), first.reason);
            self.keep(&item.path, reason.into(), Vec::new(), true);
        }
    }
}
