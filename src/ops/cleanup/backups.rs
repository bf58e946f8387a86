//! Which archives go, and why the others stay.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::named;
use super::plan::{Planned, Work};
use super::request::CleanupRequest;
use crate::config::{Allowed, BackupLimitSettings};
use crate::error::{Error, ErrorKind, Result};
use crate::formats::snapshot::Snapshot;
use crate::journal::KeptArchive;
use crate::model::{PlannedRemoval, RemovalTarget, StayingBackup};
use crate::path::{RepoPath, display};
use crate::session::Session;

/// Which archives are to go.
pub(super) struct BackupSelection<'r> {
    request: &'r CleanupRequest,
    limits: &'r BackupLimitSettings,
    kept: Allowed,
    top: PathBuf,
    /// What was named, as it was typed and as a path.
    named: Vec<(String, PathBuf)>,
    now: SystemTime,
}

/// The reason of an archive that the settings let stay.
const WITHIN_LIMITS: &str = "the settings keep it";

impl<'r> BackupSelection<'r> {
    /// What a request and the settings mean.
    ///
    /// # Errors
    /// Usage for a pattern that is none, and for options that are about something else.
    pub(super) fn new(
        session: &Session<'_>,
        request: &'r CleanupRequest,
        limits: &'r BackupLimitSettings,
        now: SystemTime,
    ) -> Result<Self> {
        if request.only_broken {
            return Err(Error::usage("`--only-broken` selects environments, and an archive is none"));
        }
        let kept =
            Allowed::by_option("--keep", &request.keep).map_err(|error| error.of_kind(ErrorKind::Usage))?;
        let discarded = request.discard.iter().map(|path| path.to_string_lossy().into_owned());
        let place = |typed: String| {
            let path = named::discarded(session, Path::new(&typed))?;
            Ok((typed, path))
        };
        let named = request.names.iter().cloned().chain(discarded).map(place).collect::<Result<_>>()?;
        Ok(Self { request, limits, kept, top: session.top()?, named, now })
    }

    /// Divides archives, oldest first, into those that go and those that stay.
    ///
    /// # Errors
    /// Usage if something was named that is no archive.
    pub(super) fn divide(&self, archives: Vec<KeptArchive>) -> Result<(Vec<Planned>, Vec<StayingBackup>)> {
        for (typed, path) in &self.named {
            if !archives.iter().any(|archive| is_named(archive, typed, path)) {
                let error = Error::usage(format!("there is no archive `{}`", display(Path::new(typed))));
                let command = "git pyenv cleanup --target backups --dry-run";
                return Err(error.suggest("see which ones there are with", command));
            }
        }
        let judged = self.judge(&archives);
        let mut going = Vec::new();
        let mut staying = Vec::new();
        for (archive, reason) in archives.into_iter().zip(judged) {
            match reason {
                None => going.push(planned(archive)),
                Some(reason) => staying.push(StayingBackup {
                    environment: archive.snapshot.as_ref().map(|snapshot| snapshot.path.to_path()),
                    id: archive.id,
                    path: archive.path,
                    bytes: archive.bytes,
                    made: archive.made,
                    reason: reason.to_owned(),
                }),
            }
        }
        Ok((going, staying))
    }

    /// Why each archive stays; `None` for those that go.
    fn judge(&self, archives: &[KeptArchive]) -> Vec<Option<&'static str>> {
        if !self.named.is_empty() {
            let is_meant =
                |archive: &KeptArchive| self.named.iter().any(|(typed, path)| is_named(archive, typed, path));
            return archives.iter().map(|one| (!is_meant(one)).then_some("it is not named")).collect();
        }
        let mut newer: BTreeMap<PathBuf, usize> = BTreeMap::new();
        let mut reasons: Vec<Option<&'static str>> = Vec::with_capacity(archives.len());
        for archive in archives.iter().rev() {
            let environment = archive.snapshot.as_ref().map(|snapshot| snapshot.path.to_path());
            let newer = newer.entry(environment.unwrap_or_default()).or_default();
            reasons.push(self.protection(archive, *newer).or_else(|| self.within_limits(archive, *newer)));
            *newer += 1;
        }
        reasons.reverse();
        self.apply_size(archives, &mut reasons);
        reasons
    }

    /// Why an archive goes only if it is named.
    fn protection(&self, archive: &KeptArchive, newer: usize) -> Option<&'static str> {
        let Some(snapshot) = &archive.snapshot else { return Some("nothing says what it is of") };
        if newer == 0 {
            return Some("the newest of its environment");
        }
        if !snapshot.foreign.is_empty() {
            return Some("it holds files that no tool could write again");
        }
        self.keeps(snapshot).then_some("`--keep` names its environment")
    }

    /// Why an archive does not go now.
    fn within_limits(&self, archive: &KeptArchive, newer: usize) -> Option<&'static str> {
        let age = self.now.duration_since(archive.made).unwrap_or(Duration::ZERO);
        if self.has_filter() {
            let is_old = self.request.older_than.is_none_or(|limit| age >= limit);
            let is_large = self.request.min_bytes.is_none_or(|limit| archive.bytes >= limit);
            return (!is_old || !is_large).then_some("it is newer or smaller than what is selected");
        }
        let goes = self.limits.keep().is_some_and(|keep| newer >= keep)
            || self.limits.max_age().is_some_and(|limit| age > limit);
        (!goes).then_some(WITHIN_LIMITS)
    }

    /// Lets the oldest archives go that may, as long as all that stay are too large together.
    fn apply_size(&self, archives: &[KeptArchive], reasons: &mut [Option<&'static str>]) {
        let Some(limit) = self.limits.max_bytes().filter(|_| !self.has_filter()) else { return };
        let staying = archives.iter().zip(reasons.iter()).filter(|(_, reason)| reason.is_some());
        let mut bytes: u64 = staying.map(|(archive, _)| archive.bytes).sum();
        for (archive, reason) in archives.iter().zip(reasons) {
            if bytes > limit && *reason == Some(WITHIN_LIMITS) {
                *reason = None;
                bytes = bytes.saturating_sub(archive.bytes);
            }
        }
    }

    fn has_filter(&self) -> bool {
        self.request.older_than.is_some() || self.request.min_bytes.is_some()
    }

    fn keeps(&self, snapshot: &Snapshot) -> bool {
        let place = snapshot.path.to_path();
        let below = place.strip_prefix(&self.top).ok().and_then(|path| RepoPath::from_relative(path).ok());
        below.is_some_and(|path| self.kept.find(&path).is_some())
    }
}

fn is_named(archive: &KeptArchive, typed: &str, path: &Path) -> bool {
    archive.id == typed || archive.path == path
}

fn planned(archive: KeptArchive) -> Planned {
    let snapshot = archive.snapshot.as_ref();
    let item = PlannedRemoval {
        path: archive.path.clone(),
        work_tree: snapshot.and_then(|snapshot| Some(snapshot.work_tree.as_ref()?.to_path())),
        backup_of: snapshot.map(|snapshot| snapshot.path.to_path()),
        kind: snapshot.map_or_else(|| "unknown".to_owned(), |snapshot| snapshot.kind.clone()),
        target: RemovalTarget::Backup,
        files: 1,
        bytes: archive.bytes,
        freed_bytes: archive.bytes,
        used: Some(archive.made),
        used_by: Vec::new(),
        foreign: Vec::new(),
        backup: None,
        tracked_files: 0,
        missing_sources: Vec::new(),
    };
    Planned::whole(item, Work::Archive(Box::new(archive)))
}
