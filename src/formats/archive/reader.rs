//! Reading an archive.

use std::collections::HashSet;
use std::io::{self, Read};

use super::decompressed::Decompressed;
use super::header::{
    self, ArchiveMember, ArchiveSize, BLOCK, ExtendedFields, MemberKind, ReadHeader, invalid,
};
use crate::path::RepoPath;

/// The most bytes of zeros at the end, as other programs pad archives.
const END_LIMIT: usize = 20 * BLOCK;

/// Reads a compressed archive.
pub type ArchiveReader = TarReader<Decompressed>;

/// Begins to read an archive that holds at most so much. Another thread decompresses it.
///
/// # Errors
/// That of the decompression, or of the system if it refuses a thread.
pub fn open(input: impl Read + Send + 'static, announced: ArchiveSize) -> io::Result<ArchiveReader> {
    Ok(TarReader::new(Decompressed::open(input)?, announced))
}

impl ArchiveReader {
    /// The SHA-256 of the compressed archive, in lower-case hexadecimal, and its size in bytes. It is called when all
    /// members were read.
    ///
    /// # Errors
    /// Other if not all were read; else that of reading.
    pub fn finish(self) -> io::Result<(String, u64)> {
        self.input.finish()
    }
}

/// Reads an archive that is not compressed. Members come in their order, and the content of the last one is what the reader
/// itself reads, as [`Read`].
///
/// What was read is proven to be an archive only when [`TarReader::next_member`] has returned `None`.
pub struct TarReader<R> {
    input: R,
    /// What has not been read yet of what may come.
    left: ArchiveSize,
    /// The bytes that are left of the content of the last member, and of what follows it up to the next header.
    content: u64,
    padding: u64,
    last: Option<RepoPath>,
    /// The directories of which more may come: those whose path the last one begins with, shortest first.
    directories: Vec<RepoPath>,
    files: HashSet<RepoPath>,
    has_ended: bool,
}

impl<R: Read> TarReader<R> {
    /// Begins to read an archive that holds at most so much.
    pub fn new(input: R, announced: ArchiveSize) -> Self {
        Self {
            input,
            left: announced,
            content: 0,
            padding: 0,
            last: None,
            directories: Vec::new(),
            files: HashSet::new(),
            has_ended: false,
        }
    }

    /// The next member; `None` at the end. What was not read of the content of the one before is skipped.
    ///
    /// # Errors
    /// Invalid data or unexpected end if the archive is not what [`super::ArchiveWriter`] writes; else that of reading.
    pub fn next_member(&mut self) -> io::Result<Option<ArchiveMember>> {
        if self.has_ended {
            return Ok(None);
        }
        self.skip()?;
        match self.read_header(None)? {
            ReadHeader::End => self.end().map(|()| None),
            ReadHeader::Member(member) => self.admit(member).map(Some),
            ReadHeader::Extended(size) => {
                let fields = self.read_extended(size)?;
                match self.read_header(Some(fields))? {
                    ReadHeader::Member(member) => self.admit(member).map(Some),
                    ReadHeader::Extended(_) | ReadHeader::End => {
                        Err(invalid("an extended header has no member"))
                    }
                }
            }
        }
    }

    fn read_header(&mut self, extended: Option<ExtendedFields>) -> io::Result<ReadHeader> {
        let mut block = [0; BLOCK];
        self.input.read_exact(&mut block)?;
        header::read(&block, extended)
    }

    fn read_extended(&mut self, size: u64) -> io::Result<ExtendedFields> {
        let padded = usize::try_from(size.next_multiple_of(BLOCK as u64)).unwrap_or(0);
        let mut bytes = vec![0; padded];
        self.input.read_exact(&mut bytes)?;
        let size = usize::try_from(size).unwrap_or(0);
        header::read_extended(bytes.get(..size).unwrap_or_default())
    }

    /// Checks that a member may follow what came before.
    fn admit(&mut self, member: ArchiveMember) -> io::Result<ArchiveMember> {
        let ArchiveMember { path, kind, .. } = &member;
        match &self.last {
            None if !path.is_root() || *kind != MemberKind::Directory => {
                return Err(invalid("the first member is not the environment itself"));
            }
            Some(last) if path <= last => {
                return Err(invalid(format!("`{}` is repeated, or not in its place", path.seen_from_root())));
            }
            _ => {}
        }
        // Paths that begin alike stand together.
        let begins = |above: &RepoPath| path.as_bytes().starts_with(above.as_bytes());
        while self.directories.pop_if(|above| !begins(above)).is_some() {}
        if path.parent().is_some_and(|parent| !self.directories.contains(&parent)) {
            return Err(invalid(format!("`{}` is in no directory of the archive", path.seen_from_root())));
        }
        let more = || invalid("it holds more than it is recorded to");
        self.left.members = self.left.members.checked_sub(1).ok_or_else(more)?;
        self.left.bytes = self.left.bytes.checked_sub(member.size()).ok_or_else(more)?;
        match kind {
            MemberKind::Directory => self.directories.push(path.clone()),
            MemberKind::File { .. } => drop(self.files.insert(path.clone())),
            MemberKind::HardLink { target } if !self.files.contains(target) => {
                return Err(invalid(format!(
                    "`{}` is another name of `{}`, which is no earlier file",
                    path.seen_from_root(),
                    target.seen_from_root()
                )));
            }
            MemberKind::HardLink { .. } | MemberKind::Link { .. } => {}
        }
        self.content = member.size();
        self.padding = self.content.checked_next_multiple_of(BLOCK as u64).ok_or_else(more)? - self.content;
        self.last = Some(path.clone());
        Ok(member)
    }

    /// Reads over the rest of a content, and what fills its last block, which has to be zeros.
    fn skip(&mut self) -> io::Result<()> {
        let left = self.content;
        if io::copy(&mut Read::take(&mut *self, left), &mut io::sink())? < left {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut block = [0; BLOCK];
        let padding = block.get_mut(..usize::try_from(self.padding).unwrap_or(0)).unwrap_or_default();
        self.input.read_exact(padding)?;
        self.padding = 0;
        match padding.iter().all(|byte| *byte == 0) {
            true => Ok(()),
            false => Err(invalid("something is between two members")),
        }
    }

    /// Checks that after the first block of zeros there is one more, and then nothing but zeros.
    fn end(&mut self) -> io::Result<()> {
        let mut zeros = [0; BLOCK];
        self.input.read_exact(&mut zeros)?;
        let mut length = 2 * BLOCK;
        let mut read = BLOCK;
        loop {
            let part = zeros.get(..read).unwrap_or_default();
            if length > END_LIMIT || part.iter().any(|byte| *byte != 0) {
                return Err(invalid("something is behind its end"));
            }
            read = self.input.read(&mut zeros)?;
            length = length.saturating_add(read);
            if read == 0 {
                break;
            }
        }
        if self.last.is_none() {
            return Err(invalid("it is empty"));
        }
        self.has_ended = true;
        Ok(())
    }
}

/// Reads the content of the last member.
impl<R: Read> Read for TarReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = usize::try_from(self.content).unwrap_or(usize::MAX).min(into.len());
        let Some(into) = into.get_mut(..length).filter(|into| !into.is_empty()) else { return Ok(0) };
        let read = self.input.read(into)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.content = self.content.saturating_sub(read as u64);
        Ok(read)
    }
}
