//! The archive of an environment: written, read back from the disk and compared with the environment, before anything of
//! that is deleted.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::{self, Read};

use crate::env::stop_point;
use crate::error::{Error, Result};
use crate::formats::archive::{self, ArchiveMember, ArchiveSize, ArchiveWriter, MemberKind, MemberTime};
use crate::formats::digest::DigestingReader;
use crate::formats::snapshot::{ArchiveCoverage, ArchiveReference};
use crate::fs::{FileKind, FilesIn, OpenDirectory, TreeMember, UnfinishedFile};
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
    pub(super) may_miss: &'j dyn Fn(&RepoPath) -> bool,
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
        let size = self.write(members, &file)?;
        stop_point("archive-written");
        self.progress.phase("verifying the archive", Some(size.members));
        let reference = self.verify(size, &file)?;
        stop_point("archive-verified");
        Ok(VerifiedArchive { file, reference })
    }

    /// The members, as the disk has them now.
    fn members(&self) -> Result<Vec<ArchiveMember>> {
        let mut first_names: HashMap<(u64, u64), RepoPath> = HashMap::new();
        let listed = self.opened.members(self.chosen.as_deref(), self.may_miss)?;
        let member = |TreeMember { path, kind, size, mode, modified, shared }| -> Result<ArchiveMember> {
            let kind = match (kind, shared.map(|file| first_names.entry(file))) {
                (FileKind::Directory, _) => MemberKind::Directory,
                (FileKind::Link, _) => MemberKind::Link {
                    target: self.opened.read_link(&path).map_err(|error| failed("read", &path, error))?,
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

    fn write(&self, members: Vec<ArchiveMember>, file: &UnfinishedFile) -> Result<ArchiveSize> {
        let unwritten = |error: io::Error| Error::action("failed to write the archive").cause(error);
        let mut contents = FileContents::of(self);
        let mut writer = ArchiveWriter::new(file).map_err(unwritten)?;
        for member in members {
            let written = match member.kind {
                MemberKind::File { .. } => {
                    let mut content = contents.open(&member.path)?;
                    writer.add(&member, &mut content)
                }
                _ => writer.add(&member, &mut io::empty()),
            };
            self.signals.check()?;
            written.map_err(|error| failed("archive", &member.path, error))?;
            self.progress.advance(1, 0);
        }
        stop_point("archive-filled");
        let (_, size) = writer.finish().map_err(unwritten)?;
        file.sync().map_err(unwritten)?;
        Ok(size)
    }

    /// Reads the archive back, and compares it with what is on the disk now.
    fn verify(&self, size: ArchiveSize, file: &UnfinishedFile) -> Result<ArchiveReference> {
        let unread = |error: io::Error| Error::action("failed to read the archive back").cause(error);
        let mut file = DigestingReader::new(file.read_again().map_err(unread)?);
        let mut reader = archive::open(&mut file, size).map_err(unread)?;
        let mut contents = FileContents::of(self);
        let mut expected = self.members()?.into_iter();
        let mut buffers = (vec![0; PART], vec![0; PART]);
        loop {
            let member = reader.next_member().map_err(unread)?;
            let on_disk = expected.next();
            if member != on_disk {
                let path = member.or(on_disk).map(|member| member.path).unwrap_or_default();
                return Err(differs(&path));
            }
            let Some(member) = member else { break };
            if matches!(member.kind, MemberKind::File { .. }) {
                let is_same = is_same(&mut reader, &mut contents.open(&member.path)?, &mut buffers);
                self.signals.check()?;
                if !is_same.map_err(unread)? {
                    return Err(differs(&member.path));
                }
            }
            self.progress.advance(1, 0);
        }
        drop(reader);
        let (sha256, bytes) = file.finish();
        let ArchiveSize { members, bytes: content_bytes } = size;
        Ok(ArchiveReference { covers: self.covers, sha256, bytes, members, content_bytes })
    }
}

/// The contents of files, those of one directory through the same handle.
struct FileContents<'c> {
    job: &'c ArchiveJob<'c>,
    files: FilesIn<'c>,
    directory: RepoPath,
}

impl<'c> FileContents<'c> {
    fn of(job: &'c ArchiveJob<'c>) -> Self {
        Self { job, files: job.opened.files_in(RepoPath::root()), directory: RepoPath::root() }
    }

    fn open(&mut self, path: &RepoPath) -> Result<impl Read + use<'c>> {
        let directory = path.parent().unwrap_or_default();
        if directory != self.directory {
            self.files = self.job.opened.files_in(directory.clone());
            self.directory = directory;
        }
        let file = self.files.open(path.name()).map_err(|error| failed("read", path, error))?;
        Ok(Watched { file, progress: self.job.progress, signals: self.job.signals })
    }
}

/// A file of which is told what is read, and that is read no further once a signal has come.
struct Watched<'w, R> {
    file: R,
    progress: &'w dyn Progress,
    signals: &'w dyn SignalGuard,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.signals.check().map_err(io::Error::other)?;
        let read = self.file.read(into)?;
        self.progress.advance(0, read as u64);
        Ok(read)
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

fn failed(what: &str, path: &RepoPath, cause: io::Error) -> Error {
    Error::action(format!("failed to {what} `{path}`")).cause(cause)
}

fn differs(path: &RepoPath) -> Error {
    Error::action(format!("`{path}` was changed while it was being archived"))
        .hint("stop what is working in the environment, then try again")
}
