//! What the deletion of each thing would take away, and what stops it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::ground::Ground;
use super::request::CleanupRequest;
use super::search::FoundEnvironment;
use crate::error::{Error, Result};
use crate::formats::snapshot::ArchiveCoverage;
use crate::fs::{
    MeasuringJob, ProcessUse, UseKind, exists, is_same_file, measure, processes_using, real_path,
};
use crate::journal::KeptArchive;
use crate::message::{Message, message};
use crate::model::{
    BackupScope, Extent, ForeignPath, Measure, PlannedBackup, PlannedRemoval, RemovalTarget, Shape,
};
use crate::path::{RepoPath, printable};
use crate::ports::NoProgress;
use crate::removal::{Cache, ForeignReason, Removal, RemovalPolicy, RemovalSubject};
use crate::session::active_environments;
use crate::text::counted;

/// How many foreign paths a hint names.
const NAMED: usize = 3;

/// Something to delete, and how.
pub(super) struct Planned {
    pub(super) item: PlannedRemoval,
    pub(super) work: Work,
    /// The process that uses it, in words.
    pub(super) in_use: Option<String>,
    /// What goes, absolute: its directory, or its pieces where that stays.
    pub(super) places: Vec<PathBuf>,
}

impl Planned {
    /// Something of which the whole directory goes.
    pub(super) fn whole(item: PlannedRemoval, work: Work) -> Self {
        Self { places: vec![item.path.clone()], item, work, in_use: None }
    }

    /// Why it stays whatever is answered; `None` if it goes.
    pub(super) fn stays(&self) -> Option<Message> {
        let in_use = self.in_use.as_ref().map(|user| message!("it is used by {}", user));
        in_use.or_else(|| match &self.work {
            Work::Refused(reason, _) => Some(reason.clone()),
            Work::Environment(_) | Work::LeftOver | Work::Cache(_) | Work::Archive(_) => None,
        })
    }
}

/// How something is deleted.
pub(super) enum Work {
    /// As an environment: recorded, moved aside, deleted.
    Environment(Box<Removal>),
    /// What a killed run left in a staging directory: this run begins with it.
    LeftOver,
    /// As a cache.
    Cache(Cache),
    /// As an archive.
    Archive(Box<KeptArchive>),
    /// Not at all, for this reason; with what to do about it.
    Refused(Message, Vec<Message>),
}

/// Looks at environments of a work tree, or elsewhere.
pub(super) fn environments(
    ground: &Ground<'_>,
    found: Vec<FoundEnvironment>,
    request: &CleanupRequest,
    discarded: &[PathBuf],
    backup: Option<BackupScope>,
) -> Result<Vec<Planned>> {
    let places: Vec<PathBuf> =
        found.iter().map(|found| real_path(&found.place()).unwrap_or_else(|| found.place())).collect();
    let uses = processes_using(&places);
    let active = active_environments(ground.env());
    let looked_at = found
        .iter()
        .map(|found| look(ground, found, request, (discarded, backup)))
        .collect::<Result<Vec<_>>>()?;
    let subjects: Vec<_> = looked_at.iter().filter_map(|(_, subject)| subject.clone()).collect();
    let mut removals = ground.removals(&subjects)?.into_iter();
    let planned = looked_at.into_iter().enumerate().map(|(at, (item, subject))| {
        let pieces = subject.as_ref().and_then(|(_, subject)| pieces(subject));
        let removal = subject.and_then(|_| removals.next());
        let mut planned = match removal {
            Some(Ok(removal)) => examined(ground, item, removal, backup),
            Some(Err(error)) => refused(item, &error),
            None => Planned::whole(item, Work::LeftOver),
        };
        if let Some(pieces) = pieces {
            planned.places = pieces;
        }
        let used = uses.iter().filter(|found| found.directory == at).map(words);
        let is_active = places
            .get(at)
            .is_some_and(|place| active.iter().any(|active| is_same_file(&active.directory, place)));
        let own = is_active.then(|| "the shell in which this command was run".to_owned());
        let used: Vec<String> = used.chain(own).collect();
        planned.in_use = used.first().filter(|_| !request.include_in_use).cloned();
        planned.item.used_by.extend(used.into_iter().map(Message::from));
        planned
    });
    Ok(planned.collect())
}

/// A process in words.
fn words(found: &ProcessUse) -> String {
    let how = match found.kind {
        UseKind::Program | UseKind::Name => "runs it",
        UseKind::WorkingDirectory => "works in it",
        UseKind::Activated => "has it activated",
        UseKind::Mapped => "has loaded files of it",
    };
    format!("{} (process {}), which {how}", printable(found.name.as_bytes()), found.process)
}

/// What is known of an environment before it is looked into, and what is to be looked at; `None` for what a killed run left.
fn look(
    ground: &Ground<'_>,
    found: &FoundEnvironment,
    request: &CleanupRequest,
    (discarded, backup): (&[PathBuf], Option<BackupScope>),
) -> Result<(PlannedRemoval, Option<(RemovalPolicy, RemovalSubject)>)> {
    let place = found.place();
    let is_inside = ground.top() == Some(&found.top);
    let root = is_inside.then(|| found.environment.root.clone());
    let mut tracked = ground.tracked(root.as_slice())?;
    let is_shared = is_shared(found, &tracked);
    tracked.retain(|path| request.untracked.binary_search(path).is_err());
    if is_shared {
        tracked.retain(|path| found.environment.owns(path));
    }
    let is_remnant = found.environment.shape == Shape::Remnant || found.staging().is_some();
    let item = PlannedRemoval {
        path: place.clone(),
        backup_of: None,
        work_tree: ground.top().cloned(),
        kind: found.environment.kind.label.to_owned(),
        target: if is_remnant { RemovalTarget::Remnant } else { RemovalTarget::Environment },
        files: 0,
        bytes: 0,
        freed_bytes: 0,
        used: None,
        used_by: found.used_by.clone(),
        foreign: Vec::new(),
        backup: None,
        tracked_files: tracked.len() as u64,
        missing_sources: Vec::new(),
    };
    if found.staging().is_some() {
        return Ok((item, None));
    }
    let below_root = |path: &RepoPath| RepoPath::new(path.below(&found.environment.root)?).ok();
    let policy = RemovalPolicy {
        keeps_edits: true,
        trusts_times: true,
        keeps_others: true,
        tracked: tracked.iter().filter_map(below_root).collect(),
        discarded: discarded.iter().filter_map(|path| below(&place, path)).collect(),
        backup: backup.map(|scope| match scope {
            BackupScope::All => ArchiveCoverage::All,
            BackupScope::Foreign => ArchiveCoverage::Foreign,
        }),
    };
    let subject = match is_shared {
        false => RemovalSubject::Directory(place),
        true => {
            RemovalSubject::Parts { top: found.top.clone(), environment: Box::new(found.environment.clone()) }
        }
    };
    Ok((item, Some((policy, subject))))
}

/// What goes of an environment that is only parts of a directory.
fn pieces(subject: &RemovalSubject) -> Option<Vec<PathBuf>> {
    let RemovalSubject::Parts { top, environment } = subject else { return None };
    Some(environment.pieces().iter().map(|piece| piece.to_path(top)).collect())
}

/// Whether the directory of an environment is not its alone: it is that of a repository, the project has files there, or
/// only pieces of an environment are. What does not belong to the environment stays then.
fn is_shared(found: &FoundEnvironment, tracked: &[RepoPath]) -> bool {
    let environment = &found.environment;
    if environment.extent == Extent::Whole {
        return false;
    }
    environment.shape == Shape::Remnant
        || environment.root.is_root()
        || exists(&found.place().join(".git"))
        || tracked.iter().any(|path| !environment.owns(path))
}

/// Where a path is in an environment; the root for a path above it.
fn below(place: &Path, path: &Path) -> Option<RepoPath> {
    if place.starts_with(path) {
        return Some(RepoPath::root());
    }
    RepoPath::from_relative(path.strip_prefix(place).ok()?).ok()
}

fn refused(item: PlannedRemoval, error: &Error) -> Planned {
    let work = Work::Refused(error.summary(), error.hints().to_vec());
    Planned::whole(item, work)
}

fn examined(
    ground: &Ground<'_>,
    item: PlannedRemoval,
    removal: Removal,
    backup: Option<BackupScope>,
) -> Planned {
    let unread = |path: &RepoPath| removal.unreadable().iter().find(|skip| skip.path.is_within(path));
    let foreign = removal.plan().foreign.iter().map(|file| ForeignPath {
        path: file.path.clone(),
        is_tracked: file.reason == ForeignReason::Tracked,
        is_archived: backup.is_some() && file.reason.can_be_archived(),
        reason: match (file.reason, unread(&file.path)) {
            (ForeignReason::Unread, Some(skip)) => skip.reason.seen_from_root(),
            (reason, _) => reason.to_string(),
        },
    });
    let item = PlannedRemoval {
        files: removal.files(),
        bytes: removal.bytes(),
        freed_bytes: removal.freed_bytes(),
        used: removal.modified(),
        foreign: foreign.collect(),
        backup: backup.zip(removal.archived()).map(|(scope, size)| PlannedBackup { scope, size }),
        missing_sources: removal.missing_sources(),
        ..item
    };
    let can_be_archived = removal.plan().foreign.iter().all(|file| file.reason.can_be_archived());
    let work = match item.is_stopped() {
        false => Work::Environment(Box::new(removal)),
        true => Work::Refused(foreign_words(&item), foreign_hints(ground, &item, can_be_archived)),
    };
    Planned::whole(item, work)
}

/// What cannot be recreated, by reason.
fn foreign_words(item: &PlannedRemoval) -> Message {
    let mut by_reason: BTreeMap<&str, Vec<&RepoPath>> = BTreeMap::new();
    let stopping: Vec<&ForeignPath> = item.foreign.iter().filter(|foreign| !foreign.is_archived).collect();
    for foreign in &stopping {
        by_reason.entry(&foreign.reason).or_default().push(&foreign.path);
    }
    let words = by_reason.into_iter().map(|(reason, paths)| {
        let named: Vec<String> =
            paths.iter().take(NAMED).map(|path| format!("`{}`", path.seen_from_root())).collect();
        let more = if paths.len() > NAMED { ", …" } else { "" };
        format!("{reason}: {}{more}", named.join(", "))
    });
    let count = counted(stopping.len() as u64, "path");
    let cannot = if item.backup.is_some() { "archived" } else { "recreated" };
    format!("it contains {count} that cannot be {cannot}; {}", words.collect::<Vec<_>>().join("; ")).into()
}

/// How to save what cannot be recreated, and how to let it go.
fn foreign_hints(ground: &Ground<'_>, item: &PlannedRemoval, can_be_archived: bool) -> Vec<Message> {
    let (command, word) = ground.cleanup_of(&item.path);
    let stopping: Vec<&ForeignPath> = item.foreign.iter().filter(|foreign| !foreign.is_archived).collect();
    let is_few = stopping.len() <= NAMED;
    let paths = stopping.iter().take(if is_few { NAMED } else { 0 });
    let discards = paths.map(|foreign| format!(" --discard {}", word(&foreign.path.to_path(&item.path))));
    let discards: String = discards.collect();
    let discards = if is_few { discards } else { format!(" --discard {}", word(&item.path)) };
    let untrack = (item.tracked_files > 0)
        .then(|| format!("take it out of git first with `{} fix {}`", ground.program(), word(&item.path)));
    let is_archived = item.backup.is_some();
    let backup = (!is_archived && can_be_archived)
        .then(|| format!("archive it and delete it with `{command} --backup`"));
    let save = backup.unwrap_or_else(|| "move what you need out of it".to_owned());
    let option = item.backup.map_or("", |backup| match backup.scope {
        BackupScope::All => " --backup",
        BackupScope::Foreign => " --backup-foreign",
    });
    let let_go = format!("{command}{option}{discards}");
    let discard = format!("or let {} go with `{let_go}`", if is_archived { "these" } else { "all of it" });
    untrack.into_iter().chain([save, discard]).map(Message::from).collect()
}

/// Looks at caches below a directory.
pub(super) fn caches(ground: &Ground<'_>, top: &Path, caches: Vec<Cache>) -> Result<Vec<Planned>> {
    let paths: Vec<RepoPath> = caches.iter().map(|cache| cache.path.clone()).collect();
    let tracked = ground.tracked(&paths)?;
    let job = |path: &RepoPath| MeasuringJob { top: top.to_path_buf(), paths: vec![path.clone()] };
    let jobs: Vec<MeasuringJob> = paths.iter().map(job).collect();
    let planned = caches.into_iter().zip(measure(&jobs, &NoProgress)).map(|(cache, size)| {
        let Measure { files, bytes } = size.measure;
        let tracked_files = tracked.iter().filter(|path| path.is_within(&cache.path)).count() as u64;
        let item = PlannedRemoval {
            path: cache.path.to_path(top),
            backup_of: None,
            work_tree: ground.top().cloned(),
            kind: cache.kind.name.to_owned(),
            target: RemovalTarget::Cache,
            files,
            bytes,
            freed_bytes: size.freed_bytes,
            used: size.modified,
            used_by: Vec::new(),
            foreign: Vec::new(),
            backup: None,
            tracked_files,
            missing_sources: Vec::new(),
        };
        let work = match (tracked_files, size.skipped.first()) {
            (1.., _) => Work::Refused(
                format!("git tracks {} in it", counted(tracked_files, "file")).into(),
                vec!["take them out of git first with `git rm --cached -r`".into()],
            ),
            (0, Some(skip)) => {
                Work::Refused(message!("`{}`: {}", skip.path.seen_from_root(), skip.reason), Vec::new())
            }
            (0, None) => Work::Cache(cache),
        };
        Planned::whole(item, work)
    });
    Ok(planned.collect())
}
