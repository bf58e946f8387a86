//! A restoration from an archive: the whole environment, or some paths of it.

use std::path::{Path, PathBuf};

use super::operation::RestoreOperation;
use super::place::RestorePlace;
use super::relocate::relocate;
use crate::env::stop_point;
use crate::error::{Error, Result};
use crate::formats::archive::{ArchiveMember, MemberKind};
use crate::formats::snapshot::Snapshot;
use crate::fs::{self, EnvironmentLock, FileKind, MovedIn, OpenDirectory};
use crate::journal::StateDirectory;
use crate::layout::Relocation;
use crate::message::Message;
use crate::model::Restoration;
use crate::path::{RepoPath, display, path_to_bytes};
use crate::removal::{self, ProvenArchive};
use crate::session::{Ports, Session};

/// How many paths an error names.
const SHOWN: usize = 3;

/// A restoration from an archive that was read to its end.
pub struct ArchiveRestore<'p> {
    pub(super) ports: Ports<'p>,
    pub(super) session: Option<Session<'p>>,
    pub(super) state: StateDirectory,
    pub(super) snapshot: Snapshot,
    pub(super) place: RestorePlace,
    pub(super) archive: ProvenArchive,
    pub(super) restoration: Restoration,
    /// How the texts change; `None` where it was.
    pub(super) relocation: Option<Relocation>,
}

/// The change of the texts of an environment that is moved.
///
/// # Errors
/// Usage if they cannot be changed.
pub(super) fn relocation(
    place: &RestorePlace,
    snapshot: &Snapshot,
    archive: &ProvenArchive,
    is_whole: bool,
) -> Result<Option<Relocation>> {
    if !place.is_moved {
        return Ok(None);
    }
    let refused = |reason: String| {
        Error::usage(format!("it cannot be moved to `{}`", display(&place.directory))).cause(reason)
    };
    let is_virtual = RepoPath::new(b"pyvenv.cfg".as_slice()).is_ok_and(|path| archive.has(&path));
    // Single files need not work there.
    if !is_virtual && !is_whole {
        return Ok(None);
    }
    if !is_virtual {
        let kind = &snapshot.kind;
        return Err(refused(format!("an environment of the kind {kind} works only where it was made"))
            .hint("restore it without `--to`"));
    }
    let relocation =
        Relocation::new(&path_to_bytes(&snapshot.path.to_path()), &path_to_bytes(&place.directory));
    relocation.map(Some).map_err(|reason| refused(reason).hint("choose another directory"))
}

impl ArchiveRestore<'_> {
    /// The result where nothing is to be changed.
    ///
    /// # Errors
    /// As [`ArchiveRestore::carry_out`], as far as it can be told before.
    pub fn as_dry_run(mut self) -> Result<Restoration> {
        self.require_room()?;
        let wanted = self.archive.members.iter().filter(|member| self.is_wanted(&member.path));
        let wanted = wanted.filter(|member| member.kind != MemberKind::Directory);
        let (entries, bytes) =
            wanted.fold((0, 0), |(count, bytes), member| (count + 1, bytes + member.size()));
        (self.restoration.entries, self.restoration.bytes) = (entries, bytes);
        self.restoration.notes.extend(self.dead_interpreter().map(Message::from));
        Ok(self.restoration)
    }

    /// Brings the environment back, or the paths in it that were asked for.
    ///
    /// # Errors
    /// Usage if something is in the place; action if something cannot be written or recorded. Nothing is left then.
    pub fn carry_out(mut self) -> Result<Restoration> {
        let lock = self.session.as_ref().map(Session::lock).transpose()?;
        let directory = self.place.directory.clone();
        match &self.session {
            Some(session) => {
                removal::recover(&session.repository, Some(&directory), self.ports.progress);
            }
            None => {
                removal::recover_outside(Some(&self.state), Some(&directory), self.ports.progress);
            }
        }
        self.require_room()?;
        self.ports.signals.defer();
        let restored = self.restore();
        drop(lock);
        self.ports.progress.finish();
        self.ports.signals.deliver();
        restored?;
        self.restoration.notes.extend(self.dead_interpreter().map(Message::from));
        Ok(self.restoration)
    }

    /// Says that the environment is what it was, and does not work.
    fn dead_interpreter(&self) -> Option<String> {
        let recorded = self.snapshot.interpreter.as_deref().map(Path::new)?;
        let is_gone = self.restoration.only.is_empty() && recorded.is_absolute() && !fs::exists(recorded);
        is_gone.then(|| format!("its Python `{}` is gone, so it does not work", display(recorded)))
    }

    fn restore(&mut self) -> Result<()> {
        let mut operation = RestoreOperation::begin(&self.state, &self.snapshot, &self.place.directory)?;
        match self.fill(&mut operation) {
            Ok(()) => operation.done(),
            Err(error) => Err(operation.failed(error)),
        }
    }

    /// Unpacks beside the place, and moves what was unpacked there.
    fn fill(&mut self, operation: &mut RestoreOperation) -> Result<()> {
        let ports = self.ports;
        let (root, path) = operation.staging()?;
        let is_wanted = |path: &RepoPath| self.is_wanted(path);
        let target = |target: &[u8]| self.relocation.as_ref()?.link(target);
        let unpacked = self.archive.unpack(root, &is_wanted, &target, (ports.progress, ports.signals))?;
        if let Some(relocation) = &self.relocation {
            let wanted = self.archive.members.iter().filter(|member| self.is_wanted(&member.path));
            let wanted: Vec<ArchiveMember> = wanted.cloned().collect();
            self.restoration.repaired = relocate(&path, &wanted, relocation)?;
        }
        stop_point("restore-unpacked");
        ports.signals.check()?;
        let is_there = fs::exists(&self.place.directory) && !fs::is_empty_directory(&self.place.directory);
        if is_there && !self.restoration.only.is_empty() {
            self.merge(root)?;
        } else {
            // Before the root may lose the right to be written, which moving it needs.
            self.archive.finish_directories(root, &|path| !path.is_root() && self.is_restored(path))?;
            let made = root.identity();
            operation.commit()?;
            stop_point("restore-moved");
            let root = OpenDirectory::open(&self.place.directory)?;
            if root.identity() == made {
                self.archive.finish_directories(&root, &RepoPath::is_root)?;
            }
        }
        (self.restoration.entries, self.restoration.bytes) = (unpacked.entries, unpacked.bytes);
        Ok(())
    }

    /// Moves what was unpacked into the environment that exists; nothing in it is replaced.
    fn merge(&self, from: &OpenDirectory) -> Result<()> {
        let directory = &self.place.directory;
        let told = || self.ports.progress.waiting("waiting for an install into this environment");
        let _installs_kept_out = EnvironmentLock::wait_if_used(directory, &told)?;
        let to = OpenDirectory::open(directory)?;
        let wanted = |path: &RepoPath| self.is_restored(path);
        let taken = move_in(&self.archive, from, &to, &wanted, false)?;
        match taken.first() {
            None => Ok(()),
            Some(first) => Err(Error::created_meanwhile(first.seen_from_root())),
        }
    }

    /// Says whether a path is asked for.
    fn is_wanted(&self, path: &RepoPath) -> bool {
        let only = &self.restoration.only;
        only.is_empty() || only.iter().any(|wanted| path.is_within(wanted))
    }

    /// As [`Self::is_wanted`], also for the directories above what is asked for.
    fn is_restored(&self, path: &RepoPath) -> bool {
        self.is_wanted(path) || self.restoration.only.iter().any(|wanted| wanted.is_within(path))
    }

    /// Refuses a place in which something is. Paths that are asked for may be put into an environment that exists, where
    /// none of them is.
    fn require_room(&self) -> Result<()> {
        let directory = &self.place.directory;
        let is_there = fs::is_directory(directory) && !fs::is_link(directory);
        if self.restoration.only.is_empty() || !is_there {
            return self.place.require_free(&self.snapshot);
        }
        let to = OpenDirectory::open(directory)?;
        let mut taken = Vec::new();
        for member in self.archive.members.iter().filter(|member| self.is_restored(&member.path)) {
            if member.path.is_root() {
                continue;
            }
            let found = to.found_at(&member.path).map_err(|error| {
                Error::action(format!(
                    "failed to look at `{}` in `{}`",
                    member.path.seen_from_root(),
                    display(directory)
                ))
                .cause(error)
            })?;
            let is_directory = found == Some(FileKind::Directory) && member.kind == MemberKind::Directory;
            if found.is_some() && !is_directory {
                taken.push(&member.path);
            }
        }
        let Some(first) = taken.first() else { return Ok(()) };
        let names: Vec<String> =
            taken.iter().take(SHOWN).map(|path| format!("`{}`", path.seen_from_root())).collect();
        let more = if taken.len() > SHOWN { ", …" } else { "" };
        let place = display(directory);
        Err(Error::usage(format!("`{}` already exists in `{place}`", first.seen_from_root()))
            .cause(format!("nothing is overwritten: {}{more}", names.join(", ")))
            .hint("move it away, or restore to another directory with `--to DIR`"))
    }
}

/// Moves what was unpacked of an archive into a directory that exists, and returns the paths in whose places something
/// else is, which stays.
///
/// # Errors
/// Action if something cannot be moved.
pub(super) fn move_in(
    archive: &ProvenArchive,
    from: &OpenDirectory,
    to: &OpenDirectory,
    is_wanted: &dyn Fn(&RepoPath) -> bool,
    replaces: bool,
) -> Result<Vec<RepoPath>> {
    let mut moved: Vec<&RepoPath> = Vec::new();
    let mut taken: Vec<RepoPath> = Vec::new();
    for member in archive.members.iter().filter(|member| is_wanted(&member.path) && !member.path.is_root()) {
        let path = &member.path;
        let is_done = |above: &RepoPath| path.is_within(above);
        // Whatever is below a directory that was moved, or that could not be, follows it in the order of the members.
        if moved.iter().rev().any(|above| is_done(above)) || taken.iter().any(is_done) {
            continue;
        }
        let result = to.take_in(from, path, replaces).map_err(|error| {
            Error::action(format!("failed to put `{}` in its place", path.seen_from_root())).cause(error)
        })?;
        match result {
            MovedIn::Moved if member.kind == MemberKind::Directory => moved.push(path),
            MovedIn::Moved | MovedIn::Merged => {}
            MovedIn::Taken => taken.push(path.clone()),
        }
    }
    let is_new = |path: &RepoPath| is_wanted(path) && moved.iter().any(|above| path.is_within(above));
    archive.finish_directories(to, &is_new)?;
    Ok(taken)
}

/// The paths that are asked for, as they are in the archive: relative to the environment, or seen from the working
/// directory.
///
/// # Errors
/// Usage for one that the archive does not have.
pub(super) fn asked_for(
    typed: &[PathBuf],
    archive: &ProvenArchive,
    (place, old): (&Path, &Path),
    directory: &Path,
) -> Result<Vec<RepoPath>> {
    let find = |typed: &PathBuf| {
        let seen = fs::normalise_path(&directory.join(typed));
        let below = [place, old].into_iter().filter_map(|root| seen.strip_prefix(root).ok());
        let below = below.map(Path::to_path_buf).chain([typed.clone()]);
        let mut paths = below.filter_map(|path| RepoPath::from_relative(&path).ok());
        paths.find(|path| archive.has(path)).ok_or_else(|| {
            Error::usage(format!("the archive has no `{}`", display(typed)))
                .hint("name a path in the environment, as it was when the environment was deleted")
        })
    };
    typed.iter().map(find).collect()
}
