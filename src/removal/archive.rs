//! The archive of an environment: written, read back from the disk and compared with the environment, before anything of
//! that is deleted.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::{self, Read};

use super::files_ahead::{FileSource, FilesAhead, unread_file};
use crate::env::stop_point;
use crate::error::{Error, Result};
use crate::formats::archive::{
    self, ArchiveMember, ArchiveReader, ArchiveSize, ArchiveWriter, MemberKind, MemberTime,
};
use crate::formats::snapshot::{ArchiveCoverage, ArchiveReference};
use crate::fs::{FileKind, OpenDirectory, TreeMember, UnfinishedFile};
use crate::path::RepoPath;
use crate::ports::{Progress, SignalGuard};

/// So much is compared at a time.
const PART: usize = 128 * 1024;

/// What is archived.
pub(super) struct ArchiveJob<'j> {
    /// The environment.
    pub(super) opened: &'j OpenDirectory,
    pub(super) covers: ArchiveCoverage,
    /// What of it, with everything below; all if there is none.
    pub(super) chosen: Option<Vec<RepoPath>>,
    /// What need not be in the archive if it cannot be.
    pub(super) may_miss: &'j (dyn Fn(&RepoPath) -> bool + Sync),
    pub(super) progress: &'j dyn Progress,
    pub(super) signals: &'j dyn SignalGuard,
}

/// An archive that holds what the disk holds, and has no name yet.
#[derive(Debug)]
pub(super) struct VerifiedArchive {
    pub(super) file: UnfinishedFile,
    pub(super) reference: ArchiveReference,
}

impl ArchiveJob<'_> {
    /// Fills a file with the archive, waits until it is on the disk, and reads it back.
    ///
    /// # Errors
    /// Action if something cannot be read or written, a signal is pending, or the archive is not what is on the disk.
    pub(super) fn carry_out(&self, file: UnfinishedFile) -> Result<VerifiedArchive> {
        stop_point("archive-begun");
        let members = self.members()?;
        self.progress.phase("archiving", Some(members.len() as u64));
        let size =
            FilesAhead::with(self.source(), &members, |contents| self.write(&members, contents, &file))?;
        drop(members);
        stop_point("archive-written");
        self.progress.phase("verifying the archive", Some(size.members));
        let reference = self.verify(size, &file)?;
        stop_point("archive-verified");
        Ok(VerifiedArchive { file, reference })
    }

    fn source(&self) -> FileSource<'_> {
        FileSource { opened: self.opened, progress: self.progress, signals: self.signals }
    }

    /// The members, as the disk has them now.
    fn members(&self) -> Result<Vec<ArchiveMember>> {
        let mut first_names: HashMap<(u64, u64), RepoPath> = HashMap::new();
        let listed = self.opened.members(self.chosen.as_deref(), self.may_miss)?;
        let member = |TreeMember { path, kind, size, mode, modified, shared }| -> Result<ArchiveMember> {
            let kind = match (kind, shared.map(|file| first_names.entry(file))) {
                (FileKind::Directory, _) => MemberKind::Directory,
                (FileKind::Link, _) => MemberKind::Link {
                    target: self.opened.read_link(&path).map_err(|error| unread_file(&path, error))?,
                },
                (_, Some(Entry::Occupied(first))) => MemberKind::HardLink { target: first.get().clone() },
                (_, Some(Entry::Vacant(first))) => {
                    first.insert(path.clone());
                    MemberKind::File { size }
                }
                (_, None) => MemberKind::File { size },
            };
            let modified = MemberTime { seconds: modified.0, nanoseconds: modified.1 };
            Ok(ArchiveMember { path, kind, mode, modified })
        };
        listed.into_iter().map(member).collect()
    }

    fn write(
        &self,
        members: &[ArchiveMember],
        contents: &mut FilesAhead<'_>,
        file: &UnfinishedFile,
    ) -> Result<ArchiveSize> {
        let unwritten = |error: io::Error| Error::action("failed to write the archive").cause(error);
        let mut writer = ArchiveWriter::new(file).map_err(unwritten)?;
        for member in members {
            let written = match member.kind {
                MemberKind::File { .. } => writer.add(member, &mut contents.next(&member.path)?),
                _ => writer.add(member, &mut io::empty()),
            };
            self.signals.check()?;
            written.map_err(|error| {
                Error::action(format!("failed to archive `{}`", member.path.seen_from_root())).cause(error)
            })?;
            self.progress.advance(1, 0);
        }
        stop_point("archive-filled");
        let (_, size) = writer.finish().map_err(unwritten)?;
        file.sync().map_err(unwritten)?;
        Ok(size)
    }

    /// Reads the archive back, and compares it with what is on the disk now.
    fn verify(&self, size: ArchiveSize, file: &UnfinishedFile) -> Result<ArchiveReference> {
        let mut reader = archive::open(file.read_again().map_err(unread)?, size).map_err(unread)?;
        let expected = self.members()?;
        FilesAhead::with(self.source(), &expected, |contents| {
            self.compare(&mut reader, &expected, contents)
        })?;
        let (sha256, bytes) = reader.finish().map_err(unread)?;
        let ArchiveSize { members, bytes: content_bytes } = size;
        Ok(ArchiveReference { covers: self.covers, sha256, bytes, members, content_bytes })
    }

    fn compare(
        &self,
        reader: &mut ArchiveReader,
        expected: &[ArchiveMember],
        contents: &mut FilesAhead<'_>,
    ) -> Result<()> {
        let mut expected = expected.iter();
        let mut buffers = (vec![0; PART], vec![0; PART]);
        loop {
            let (member, on_disk) = (reader.next_member().map_err(unread)?, expected.next());
            if member.as_ref() != on_disk {
                return Err(differs(
                    &member.as_ref().or(on_disk).map(|member| member.path.clone()).unwrap_or_default(),
                ));
            }
            let Some(member) = member else { return Ok(()) };
            if matches!(member.kind, MemberKind::File { .. }) {
                let is_same = is_same(reader, &mut contents.next(&member.path)?, &mut buffers);
                self.signals.check()?;
                if !is_same.map_err(unread)? {
                    return Err(differs(&member.path));
                }
            }
            self.progress.advance(1, 0);
        }
    }
}

/// Whether two contents are the same up to their ends. The buffers are of one size.
fn is_same(
    one: &mut dyn Read,
    other: &mut dyn Read,
    (part, other_part): &mut (Vec<u8>, Vec<u8>),
) -> io::Result<bool> {
    loop {
        let length = fill(one, part)?;
        if length != fill(other, other_part)? || part.get(..length) != other_part.get(..length) {
            return Ok(false);
        }
        if length < PART {
            return Ok(true);
        }
    }
}

/// Reads until a buffer is full or nothing more comes; returns how much came.
fn fill(from: &mut dyn Read, part: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while let Some(rest) = part.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(read) => length = length.saturating_add(read),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

fn unread(error: io::Error) -> Error {
    Error::action("failed to read the archive back").cause(error)
}

fn differs(path: &RepoPath) -> Error {
    Error::action(format!("`{}` was changed while it was being archived", path.seen_from_root()))
        .hint("stop what is working in the environment, then try again")
}
