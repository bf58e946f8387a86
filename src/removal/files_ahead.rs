//! The contents of files that follow each other, small ones read ahead by other threads: opening a file takes longer than
//! what is then done with few bytes, so that one thread cannot keep up.

use std::io::{self, Cursor, Read};
use std::sync::mpsc::{Receiver, sync_channel};
use std::{thread, vec};

use crate::error::{Error, Result};
use crate::formats::archive::{ArchiveMember, MemberKind};
use crate::fs::{FilesIn, OpenDirectory, in_parallel};
use crate::path::RepoPath;
use crate::ports::{Progress, SignalGuard};

/// A file with no more bytes is small.
const SMALL: u64 = 64 * 1024;
/// So many files with so many bytes are read together at most. Three such lots are in memory.
const LOT: (usize, u64) = (512, 1024 * 1024);
/// How many files, which mostly are in one directory, a thread reads before it takes the next ones.
const SHARE: usize = 32;

/// What was read ahead of the files of a lot: nothing of those that are not small.
type Lot = Vec<Result<Option<Vec<u8>>>>;

/// Where files are read, and who is told.
#[derive(Clone, Copy)]
pub(super) struct FileSource<'j> {
    pub(super) opened: &'j OpenDirectory,
    pub(super) progress: &'j dyn Progress,
    pub(super) signals: &'j dyn SignalGuard,
}

/// The contents of files, in their order.
pub(super) struct FilesAhead<'c> {
    /// `None` where the system refuses a thread.
    lots: Option<Receiver<Lot>>,
    lot: vec::IntoIter<Result<Option<Vec<u8>>>>,
    others: OpenedFiles<'c>,
}

/// What a file holds, from its start.
pub(super) enum ContentAhead<'c> {
    /// All of it, and a byte more if the file became longer.
    Read(Cursor<Vec<u8>>),
    /// The open file.
    Open(Box<dyn Read + 'c>),
}

impl FilesAhead<'_> {
    /// Does some work with the contents of all files among the members.
    ///
    /// # Errors
    /// Those of the work.
    pub(super) fn with<T>(
        source: FileSource<'_>,
        members: &[ArchiveMember],
        work: impl FnOnce(&mut FilesAhead<'_>) -> Result<T>,
    ) -> Result<T> {
        let files: Vec<&ArchiveMember> =
            members.iter().filter(|member| matches!(member.kind, MemberKind::File { .. })).collect();
        thread::scope(|scope| {
            let (sender, lots) = sync_channel(1);
            // If the work fails, the receiver is dropped, sending fails, and this thread ends too.
            let read = || lots_of(&files).try_for_each(move |lot| sender.send(read_lot(source, lot)));
            let is_ahead = thread::Builder::new().spawn_scoped(scope, read).is_ok();
            let lot = Vec::new().into_iter();
            work(&mut FilesAhead { lots: is_ahead.then_some(lots), lot, others: OpenedFiles::of(source) })
        })
    }

    /// The content of the next file, which has this path.
    ///
    /// # Errors
    /// Action if it cannot be read, or a signal is pending.
    pub(super) fn next(&mut self, path: &RepoPath) -> Result<ContentAhead<'_>> {
        if self.lot.len() == 0
            && let Some(lot) = self.lots.as_ref().and_then(|lots| lots.recv().ok())
        {
            self.lot = lot.into_iter();
        }
        match self.lot.next().transpose()?.flatten() {
            Some(bytes) => Ok(ContentAhead::Read(Cursor::new(bytes))),
            None => Ok(ContentAhead::Open(Box::new(self.others.open(path)?))),
        }
    }
}

impl Read for ContentAhead<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Read(bytes) => bytes.read(into),
            Self::Open(file) => file.read(into),
        }
    }
}

/// Divides files into lots.
fn lots_of<'f>(files: &'f [&'f ArchiveMember]) -> impl Iterator<Item = &'f [&'f ArchiveMember]> {
    let mut left = files;
    std::iter::from_fn(move || {
        let mut bytes = 0_u64;
        let fits = |file: &&&ArchiveMember| {
            bytes = bytes.saturating_add(if is_small(file) { file.size() } else { 0 });
            bytes <= LOT.1
        };
        let length = left.iter().take(LOT.0).take_while(fits).count();
        let (lot, rest) = left.split_at_checked(length).filter(|(lot, _)| !lot.is_empty())?;
        left = rest;
        Some(lot)
    })
}

fn is_small(file: &ArchiveMember) -> bool {
    file.size() <= SMALL
}

fn read_lot(source: FileSource<'_>, lot: &[&ArchiveMember]) -> Lot {
    let shares: Vec<&[&ArchiveMember]> = lot.chunks(SHARE).collect();
    let read = in_parallel(&shares, |share| {
        let mut contents = OpenedFiles::of(source);
        share.iter().map(|file| contents.read_small(file)).collect::<Lot>()
    });
    read.into_iter().flatten().collect()
}

/// The contents of files, those of one directory through the same handle.
struct OpenedFiles<'c> {
    source: FileSource<'c>,
    files: FilesIn<'c>,
    directory: RepoPath,
}

impl<'c> OpenedFiles<'c> {
    fn of(source: FileSource<'c>) -> Self {
        Self { source, files: source.opened.files_in(RepoPath::root()), directory: RepoPath::root() }
    }

    fn open(&mut self, path: &RepoPath) -> Result<impl Read + use<'c>> {
        let directory = path.parent().unwrap_or_default();
        if directory != self.directory {
            self.files = self.source.opened.files_in(directory.clone());
            self.directory = directory;
        }
        let file = self.files.open(path.name()).map_err(|error| unread_file(path, error))?;
        Ok(Watched { file, source: self.source })
    }

    fn read_small(&mut self, file: &ArchiveMember) -> Result<Option<Vec<u8>>> {
        if !is_small(file) {
            return Ok(None);
        }
        let length = file.size().saturating_add(1);
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        let read = self.open(&file.path)?.take(length).read_to_end(&mut bytes);
        read.map_err(|error| unread_file(&file.path, error))?;
        Ok(Some(bytes))
    }
}

/// A file of which is told what is read, and that is read no further once a signal has come.
struct Watched<'w, R> {
    file: R,
    source: FileSource<'w>,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.source.signals.check().map_err(|stop| io::Error::other(stop.to_string()))?;
        let read = self.file.read(into)?;
        self.source.progress.advance(0, read as u64);
        Ok(read)
    }
}

pub(super) fn unread_file(path: &RepoPath, cause: io::Error) -> Error {
    Error::action(format!("failed to read `{}`", path.seen_from_root())).cause(cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::archive::MemberTime;

    fn file(size: u64) -> ArchiveMember {
        let modified = MemberTime { seconds: 0, nanoseconds: 0 };
        ArchiveMember { path: RepoPath::root(), kind: MemberKind::File { size }, mode: 0o600, modified }
    }

    #[test]
    fn lots_hold_all_files_in_order_and_stay_small() {
        let sizes = (0..3000).map(|number: u64| number * 97 % (2 * SMALL)).chain([u64::MAX, 0, SMALL]);
        let files: Vec<ArchiveMember> = sizes.map(file).collect();
        let files: Vec<&ArchiveMember> = files.iter().collect();
        let lots: Vec<_> = lots_of(&files).collect();
        assert_eq!(lots.concat(), files);
        for lot in &lots {
            let read: u64 = lot.iter().filter(|file| is_small(file)).map(|file| file.size()).sum();
            assert!(lot.len() <= LOT.0 && read <= LOT.1, "{} files, {read} bytes", lot.len());
        }
        assert!(lots.len() < 100, "{} lots", lots.len());
    }
}
