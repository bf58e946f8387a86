//! The link cache of `create`: its files that no environment has.

use std::path::PathBuf;

use super::carry_out::forbidden;
use super::planned::PlannedCleanup;
use super::request::CleanupRequest;
use crate::error::{Error, ErrorKind, Result};
use crate::fs::{UnlinkedFiles, link_cache_directory, unlinked_files};
use crate::journal::StateDirectory;
use crate::model::{Cleanup, CleanupStep, KeptItem, Measure, PlannedRemoval, RemovalTarget, RemovedItem};
use crate::removal::delete_unlinked;
use crate::session::{Ports, Session};
use crate::setting::Setting;

/// A cleanup of the link cache, planned and not begun.
pub struct PreparedStore<'p> {
    ports: Ports<'p>,
    directory: PathBuf,
    cleanup: Cleanup,
    auto_cleanup: Option<Setting<bool>>,
}

/// Finds the files of the link cache that no environment has.
///
/// # Errors
/// Usage if the request is about anything else too; settings if those of the repository have an error.
pub fn prepare_store<'p>(ports: Ports<'p>, request: &CleanupRequest) -> Result<PreparedStore<'p>> {
    let says_more = !request.names.is_empty()
        || !request.keep.is_empty()
        || !request.discard.is_empty()
        || request.only_broken
        || request.is_replaced
        || request.backup.is_some()
        || request.all_worktrees
        || request.older_than.is_some();
    if says_more {
        return Err(Error::usage("`--target store` is about the whole store")
            .hint("leave out what says which environments are meant"));
    }
    let auto_cleanup = match Session::open(ports, Vec::new()) {
        Ok(session) => Some(session.work_tree_settings()?.auto_cleanup),
        Err(error) if error.kind() == ErrorKind::Usage => None,
        Err(error) => return Err(error),
    };
    let directory = ports.env.cache_directory().map(|cache| link_cache_directory(&cache)).unwrap_or_default();
    let UnlinkedFiles { files, bytes } = unlinked_files(&directory);
    let item = PlannedRemoval {
        path: directory.clone(),
        work_tree: None,
        backup_of: None,
        backup: None,
        kind: "links".to_owned(),
        target: RemovalTarget::Store,
        files,
        bytes,
        freed_bytes: bytes,
        used: None,
        used_by: Vec::new(),
        foreign: Vec::new(),
        tracked_files: 0,
        missing_sources: Vec::new(),
    };
    let is_planned = files > 0 && request.min_bytes.is_none_or(|limit| bytes >= limit);
    let plan = if is_planned { vec![item] } else { Vec::new() };
    Ok(PreparedStore { ports, directory, cleanup: Cleanup { plan, ..Cleanup::planned(None) }, auto_cleanup })
}

impl PlannedCleanup for PreparedStore<'_> {
    fn plan(&self) -> &Cleanup {
        &self.cleanup
    }

    fn has_work(&self) -> bool {
        !self.cleanup.plan.is_empty()
    }

    fn forbidden(&self) -> Option<Error> {
        self.auto_cleanup.as_ref().and_then(forbidden)
    }

    fn ended(self, step: CleanupStep) -> Cleanup {
        Cleanup { step, ..self.cleanup }
    }

    fn carry_out(self, is_chosen: &dyn Fn(usize) -> bool) -> Result<Cleanup> {
        let Self { ports, directory, cleanup, .. } = self;
        let mut done = Cleanup { step: CleanupStep::Done, ..cleanup };
        let Some(item) = done.plan.first().filter(|_| is_chosen(0)) else { return Ok(done) };
        let state = StateDirectory::of_user(ports.env)?;
        let told = || ports.progress.waiting("waiting for another process of git-pyenv");
        let _lock = state.lock(told)?;
        let size = Measure { files: item.files, bytes: item.bytes };
        ports.signals.defer();
        let deleted = delete_unlinked(&state, &directory, size, ports.progress);
        ports.progress.finish();
        ports.signals.deliver();
        let (removed, kept) = deleted?;
        match kept.first() {
            Some(first) => done.kept.push(KeptItem {
                path: directory.join(crate::path::bytes_to_path(&first.path)),
                reason: first.reason.clone().into(),
                hints: Vec::new(),
                has_failed: true,
            }),
            None => done.removed.push(RemovedItem {
                path: directory,
                snapshot: None,
                archive: None,
                files: removed.files,
                freed_bytes: removed.bytes,
                mount_point_stays: false,
            }),
        }
        Ok(done)
    }
}
