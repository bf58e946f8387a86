//! The index file, mapped and scanned in place.
//!
//! A million paths make an index of more than 100 MB; mapped read-only it costs no private memory.

use std::io::ErrorKind;
use std::path::Path;

use memmap2::{Mmap, MmapOptions};

use super::index_scan::{self, Reading};
use crate::error::{Error, Result};
use crate::path::display;
use crate::tree::Visitor;

/// An index file, mapped as it was when it was opened.
pub(super) struct IndexFile {
    /// `None` if the file does not exist, because nothing was ever added.
    map: Option<Mmap>,
}

impl IndexFile {
    /// Maps an index file.
    ///
    /// # Errors
    /// Undecided if the file exists and cannot be read.
    #[expect(
        clippy::disallowed_methods,
        reason = "a mapping needs the file itself, and `fs` is not below `git`"
    )]
    pub(super) fn open(path: &Path) -> Result<Self> {
        let failed = |error: std::io::Error| {
            Error::undecided(format!("failed to read the index `{}`", display(path))).cause(error)
        };
        let file = match std::fs::File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self { map: None }),
            Err(error) => return Err(failed(error)),
        };
        if !file.metadata().map_err(failed)?.is_file() {
            return Err(failed(ErrorKind::InvalidInput.into()));
        }
        // SAFETY: the mapping is read-only and every access to it is bounds-checked. Git never changes an index file
        // in place: it renames a new one over it (https://git-scm.com/docs/api-lockfile), and the mapping keeps the
        // old one alive.
        #[expect(unsafe_code, reason = "mapping a file is unsafe because others could truncate it")]
        let map = unsafe { MmapOptions::new().populate().map(&file) };
        Ok(Self { map: Some(map.map_err(failed)?) })
    }

    /// Shows the entries of the index to a visitor.
    ///
    /// # Errors
    /// Undecided if the index is damaged; the visitor must then discard what it was shown.
    pub(super) fn visit(&self, object_id_length: usize, visitor: &mut dyn Visitor) -> Result<Reading> {
        match &self.map {
            None => Ok(Reading::Complete),
            Some(map) => index_scan::visit(map, object_id_length, visitor),
        }
    }
}
