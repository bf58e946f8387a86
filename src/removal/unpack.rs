//! Archives of environments: proving that one is whole, and unpacking it.
//!
//! An archive is read twice: once from its beginning to its end before anything is written, and once more to write it.
//! Both times its digest has to be the one that the snapshot has.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::error::{Error, Result};
use crate::formats::archive::{self, ArchiveMember, ArchiveSize, MemberKind, MemberTime};
use crate::formats::snapshot::ArchiveReference;
use crate::fs::{ModificationTime, NewTree, OpenDirectory, OpenedFile};
use crate::path::{RepoPath, printable};
use crate::ports::{Progress, SignalGuard};

/// How many members lie between two looks at whether the run is interrupted.
const STRIDE: u64 = 64;

/// An archive that was read to its end, and is what its snapshot says.
#[derive(Debug)]
pub struct ProvenArchive {
    file: OpenedFile,
    reference: ArchiveReference,
    /// The members, in their order.
    pub members: Vec<ArchiveMember>,
}

/// What was unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unpacked {
    /// How many files and links.
    pub entries: u64,
    /// The size of the files in bytes; one with several names counts once.
    pub bytes: u64,
}

impl ProvenArchive {
    /// Reads an archive to its end.
    ///
    /// # Errors
    /// Action if it is not what the snapshot says; the first of the causes says why.
    pub fn of(file: OpenedFile, reference: ArchiveReference, progress: &dyn Progress) -> Result<Self> {
        progress.phase("reading the archive", Some(reference.members));
        let mut members = Vec::new();
        let mut keep = |member: ArchiveMember, _: &mut dyn io::Read| {
            members.push(member);
            progress.advance(1, 0);
            Ok(())
        };
        let read = read(&file, &reference, &mut keep);
        progress.finish();
        match read {
            Ok(()) => Ok(Self { file, reference, members }),
            Err(error) => Err(damaged(&error)),
        }
    }

    /// Says whether a path is in it.
    #[must_use]
    pub fn has(&self, path: &RepoPath) -> bool {
        self.members.binary_search_by(|member| member.path.cmp(path)).is_ok()
    }

    /// Unpacks the wanted members, and the directories above them, into an empty directory. `target` says what a link is to
    /// say. The directories get their permissions and times from [`ProvenArchive::finish_directories`].
    ///
    /// # Errors
    /// Action if something cannot be written, the archive was changed meanwhile, or the run is interrupted.
    pub fn unpack(
        &self,
        root: &OpenDirectory,
        is_wanted: &dyn Fn(&RepoPath) -> bool,
        target: &dyn Fn(&[u8]) -> Option<Vec<u8>>,
        (progress, signals): (&dyn Progress, &dyn SignalGuard),
    ) -> Result<Unpacked> {
        let wanted = WantedMembers::of(&self.members, is_wanted);
        progress.phase("unpacking", Some(self.reference.members));
        let (mut tree, mut unpacked, mut count) = (NewTree::new(root), Unpacked::default(), 0_u64);
        let mut write = |member: ArchiveMember, content: &mut dyn io::Read| {
            count += 1;
            if count.is_multiple_of(STRIDE) && signals.is_pending() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            progress.advance(1, member.size());
            let written = wanted.write(&member, content, &mut tree, target);
            let is_written = written.map_err(|error| named(&member.path, &error))?;
            if is_written && member.kind != MemberKind::Directory {
                unpacked.entries += 1;
                unpacked.bytes += member.size();
            }
            Ok(())
        };
        let read = read(&self.file, &self.reference, &mut write);
        progress.finish();
        signals.check()?;
        read.map_err(|error| {
            Error::action("failed to unpack the archive").cause(printable(error.to_string().as_bytes()))
        })?;
        Ok(unpacked)
    }

    /// Gives directories that were unpacked their permissions and times, those in others first; the root too if it is
    /// among the wanted ones.
    ///
    /// # Errors
    /// Action if that fails.
    pub fn finish_directories(
        &self,
        root: &OpenDirectory,
        is_wanted: &dyn Fn(&RepoPath) -> bool,
    ) -> Result<()> {
        let tree = NewTree::new(root);
        let directories = self.members.iter().rev().filter(|member| member.kind == MemberKind::Directory);
        for member in directories.filter(|member| is_wanted(&member.path)) {
            let finished = tree.finish_directory(&member.path, member.mode, time(member.modified));
            finished.map_err(|error| {
                Error::action(format!("failed to set the permissions of `{}`", member.path.seen_from_root()))
                    .cause(error)
            })?;
        }
        Ok(())
    }
}

/// Which members are written, and where.
struct WantedMembers {
    directories: BTreeSet<RepoPath>,
    /// Where each file or link is written, by its path; a file of which only another name is wanted gets that.
    places: BTreeMap<RepoPath, RepoPath>,
}

impl WantedMembers {
    fn of(members: &[ArchiveMember], is_wanted: &dyn Fn(&RepoPath) -> bool) -> Self {
        let mut wanted = Self { directories: BTreeSet::new(), places: BTreeMap::new() };
        for member in members.iter().filter(|member| is_wanted(&member.path)) {
            wanted.directories.extend(member.path.ancestors().skip(1));
            match &member.kind {
                MemberKind::Directory => drop(wanted.directories.insert(member.path.clone())),
                MemberKind::HardLink { target } if !wanted.places.contains_key(target) => {
                    wanted.places.insert(target.clone(), member.path.clone());
                }
                _ => drop(wanted.places.insert(member.path.clone(), member.path.clone())),
            }
        }
        wanted.directories.remove(&RepoPath::root());
        wanted
    }

    /// Writes a member if it is wanted, and says whether it is.
    fn write(
        &self,
        member: &ArchiveMember,
        content: &mut dyn io::Read,
        tree: &mut NewTree<'_>,
        target: &dyn Fn(&[u8]) -> Option<Vec<u8>>,
    ) -> io::Result<bool> {
        let (path, modified) = (&member.path, time(member.modified));
        if member.kind == MemberKind::Directory {
            let is_new = self.directories.contains(path) && !tree.has_directory(path)?;
            return if is_new { tree.directory(path).map(|()| true) } else { Ok(false) };
        }
        let Some(place) = self.places.get(path) else { return Ok(false) };
        if place != path {
            // It comes before the directories of its other name.
            let above: Vec<RepoPath> = place.ancestors().skip(1).filter(|above| !above.is_root()).collect();
            for directory in above.iter().rev() {
                if !tree.has_directory(directory)? {
                    tree.directory(directory)?;
                }
            }
        }
        match &member.kind {
            MemberKind::File { size } => tree.file(place, (content, *size), member.mode, modified)?,
            MemberKind::Link { target: own } => {
                tree.link(place, target(own).as_deref().unwrap_or(own), modified)?;
            }
            MemberKind::HardLink { target: own } => {
                let first = self.places.get(own).ok_or(io::ErrorKind::NotFound)?;
                tree.hard_link(place, first)?;
            }
            MemberKind::Directory => {}
        }
        Ok(true)
    }
}

/// Reads all members of an archive, and checks its size and its digest.
fn read(
    file: &OpenedFile,
    reference: &ArchiveReference,
    each: &mut dyn FnMut(ArchiveMember, &mut dyn io::Read) -> io::Result<()>,
) -> io::Result<()> {
    let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    if file.size()? != reference.bytes {
        return Err(wrong("its size is not the one that the snapshot has"));
    }
    let announced = ArchiveSize { members: reference.members, bytes: reference.content_bytes };
    let (mut count, mut bytes) = (0_u64, 0_u64);
    let mut reader = archive::open(file.from_start()?, announced)?;
    while let Some(member) = reader.next_member()? {
        (count, bytes) = (count + 1, bytes.saturating_add(member.size()));
        each(member, &mut reader)?;
    }
    let (digest, size) = reader.finish()?;
    if digest != reference.sha256 || size != reference.bytes {
        return Err(wrong("its SHA-256 is not the one that the snapshot has"));
    }
    if (count, bytes) != (reference.members, reference.content_bytes) {
        return Err(wrong("it holds less than the snapshot says"));
    }
    Ok(())
}

fn time(time: MemberTime) -> ModificationTime {
    (time.seconds, time.nanoseconds)
}

fn named(path: &RepoPath, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("`{}`: {error}", path.seen_from_root()))
}

fn damaged(error: &io::Error) -> Error {
    Error::action("the archive is damaged, and nothing was restored")
        .cause(printable(error.to_string().as_bytes()))
}
