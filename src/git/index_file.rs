//! The index as a [`Tree`]: the file is mapped and scanned in place, git is asked where that cannot be done.
//!
//! A million paths make an index of more than 100 MB; mapped read-only it costs no private memory.

use std::io::ErrorKind;
use std::path::Path;

use memmap2::{Mmap, MmapOptions};

use super::Repository;
use super::entries::{entry_sizes, read_entry};
use super::index_scan::{self, Reading};
use crate::error::{Error, Result};
use crate::path::display;
use crate::tree::{Content, OwnedEntry, Tree, Visitor};

/// Maps a file for reading; `None` if there is none.
#[expect(clippy::disallowed_methods, reason = "a mapping needs the file itself, and `fs` is not below `git`")]
fn map(path: &Path) -> Result<Option<Mmap>> {
    let failed = |error: std::io::Error| {
        Error::undecided(format!("failed to read the index `{}`", display(path))).cause(error)
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
    let map = unsafe { MmapOptions::new().populate().map(&file) };
    map.map(Some).map_err(failed)
}

/// What the index held when this was made, where it can be scanned.
pub(super) struct IndexTree<'a> {
    /// Answers for objects, and for an index that cannot be scanned.
    repository: &'a Repository<'a>,
    /// The mapped file; `None` if there is none, because nothing was ever added.
    map: Option<Mmap>,
}

impl<'a> IndexTree<'a> {
    /// Maps the index that git names for this run.
    ///
    /// # Errors
    /// Undecided if it is there and cannot be read.
    pub(super) fn open(repository: &'a Repository<'a>) -> Result<Self> {
        Ok(Self { repository, map: map(&repository.layout.index_file)? })
    }
}

impl Tree for IndexTree<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) -> Result<()> {
        let Some(map) = &self.map else { return Ok(()) };
        let layout = &self.repository.layout;
        let named = |error: Error| error.cause(display(&layout.index_file));
        match index_scan::visit(map, layout.object_id_length, visitor).map_err(named)? {
            Reading::Complete => Ok(()),
            Reading::OnlyGit => {
                visitor.restart();
                self.repository.visit_unscannable_index(visitor)
            }
        }
    }

    fn read(&self, entry: &OwnedEntry, limit: u64) -> Result<Content> {
        read_entry(self.repository, entry, limit)
    }

    fn expect(&self, entries: &[&OwnedEntry], limit: u64) {
        self.repository.expect(entries, limit);
    }

    fn sizes(&self, entries: &[OwnedEntry]) -> Vec<Option<u64>> {
        entry_sizes(self.repository, entries)
    }
}
