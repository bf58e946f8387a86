//! The index as a [`Tree`]: the file is mapped and scanned in place, git is asked where that cannot be done.
//!
//! A million paths make an index of more than 100 MB; mapped read-only it costs no private memory.

use std::io::ErrorKind;
use std::path::Path;

use memmap2::Mmap;

use super::Repository;
use super::entries::{entry_sizes, read_entry};
use super::index_scan::Scan;
use crate::error::{Error, Result};
use crate::path::{path_to_bytes, quote};
use crate::tree::{Content, OwnedEntry, Tree, Visitor};

/// An index file that can be scanned.
#[derive(Debug)]
pub(super) enum IndexFile {
    /// There is no index file: nothing was ever added.
    Absent,
    /// The mapped file and its structure.
    Mapped(Mmap, Scan),
}

impl IndexFile {
    /// Maps an index file and checks its structure; `None` if only git can read it.
    ///
    /// # Errors
    /// Undecided if the file cannot be read or is damaged.
    pub(super) fn open(path: &Path, id_length: usize) -> Result<Option<Self>> {
        let Some(map) = map(path)? else {
            return Ok(Some(Self::Absent));
        };
        let scan =
            Scan::examine(&map, id_length).map_err(|error| error.cause(quote(&path_to_bytes(path))))?;
        Ok(scan.map(|scan| Self::Mapped(map, scan)))
    }

    /// Shows every entry.
    pub(super) fn visit(&self, visitor: &mut dyn Visitor) -> Result<()> {
        match self {
            Self::Absent => Ok(()),
            Self::Mapped(map, scan) => scan.visit(map, visitor),
        }
    }
}

/// Maps a file for reading; `None` if there is none.
#[expect(clippy::disallowed_methods, reason = "a mapping needs the file itself, and `fs` is not below `git`")]
fn map(path: &Path) -> Result<Option<Mmap>> {
    let failed = |error: std::io::Error| {
        Error::undecided(format!("failed to read the index `{}`", quote(&path_to_bytes(path)))).cause(error)
    };
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(failed(ErrorKind::InvalidInput.into()));
    }
    // SAFETY: the mapping is read-only and every access to it is bounds-checked. Git never changes an index
    // file in place, it renames a new one over it (https://git-scm.com/docs/api-lockfile), and the mapping
    // keeps the old one alive.
    #[expect(unsafe_code, reason = "mapping a file is unsafe because others could truncate it")]
    let map = unsafe { Mmap::map(&file) };
    map.map(Some).map_err(failed)
}

/// What the index holds, as it was when this was made where it can be scanned.
pub(super) struct IndexTree<'a> {
    /// Answers for objects, and for an index that cannot be scanned.
    pub(super) repository: &'a Repository<'a>,
    /// `None` if git has to be asked.
    pub(super) file: Option<IndexFile>,
}

impl Tree for IndexTree<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) -> Result<()> {
        match &self.file {
            Some(file) => file.visit(visitor),
            None => self.repository.visit_unscannable_index(visitor),
        }
    }

    fn read(&self, entry: &OwnedEntry, limit: u64) -> Result<Content> {
        read_entry(self.repository, entry, limit)
    }

    fn sizes(&self, entries: &[OwnedEntry]) -> Vec<Option<u64>> {
        entry_sizes(self.repository, entries)
    }
}
