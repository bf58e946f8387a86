//! The index file, scanned in pieces, and together with its shared part if it is split.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::entries::IndexEntries;
use super::index_scan::{self, Reading};
use super::layout::RepositoryLayout;
use super::split_index::{link, merge};
use crate::error::{Error, Result};
use crate::path::display;
use crate::tree::Visitor;

/// An index file as it was when it was opened: git never changes one in place, it renames a new one over it
/// (<https://git-scm.com/docs/api-lockfile>).
pub(super) struct IndexFile {
    path: PathBuf,
    /// `None` if the file does not exist, because nothing was ever added.
    file: Option<File>,
}

impl IndexFile {
    /// Opens an index file.
    ///
    /// # Errors
    /// Undecided if the file exists and cannot be read.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = match open(path) {
            Ok(file) => Some(file),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(failed(path)(error)),
        };
        Ok(Self { path: path.to_path_buf(), file })
    }

    /// Shows the entries of the index to a visitor.
    ///
    /// # Errors
    /// Undecided if the index is damaged; the visitor must then discard what it was shown.
    pub(super) fn visit(
        &self,
        layout: &RepositoryLayout,
        entries: IndexEntries,
        visitor: &mut dyn Visitor,
    ) -> Result<Reading> {
        if self.scan(layout, entries, visitor)? == Reading::Complete {
            return Ok(Reading::Complete);
        }
        let Some(merged) = self.merged(layout)? else { return Ok(Reading::OnlyGit) };
        visitor.restart();
        let size = merged.len() as u64;
        index_scan::visit(&mut merged.as_slice(), size, layout.object_id_length, entries, visitor)
    }

    /// As [`IndexFile::visit`], but only if the file is all there is to read.
    ///
    /// # Errors
    /// As there.
    pub(super) fn scan(
        &self,
        layout: &RepositoryLayout,
        entries: IndexEntries,
        visitor: &mut dyn Visitor,
    ) -> Result<Reading> {
        let Some(mut file) = self.file.as_ref() else { return Ok(Reading::Complete) };
        let size = file.seek(SeekFrom::End(0)).and_then(|size| file.rewind().map(|()| size));
        let size = size.map_err(failed(&self.path))?;
        index_scan::visit(&mut file, size, layout.object_id_length, entries, visitor)
    }

    /// The index together with its shared part; `None` if it is not split.
    fn merged(&self, layout: &RepositoryLayout) -> Result<Option<Vec<u8>>> {
        let Some(file) = &self.file else { return Ok(None) };
        let own = read_all(file).map_err(failed(&self.path))?;
        let Some(link) = link(&own, layout.object_id_length)? else { return Ok(None) };
        let path = layout.git_directory.join(format!("sharedindex.{}", link.shared));
        let shared = open(&path).and_then(|file| read_all(&file)).map_err(failed(&path))?;
        merge(&own, &link, &shared, layout.object_id_length).map(Some)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "git's index is read where it is scanned, and `fs` is not below `git`"
)]
fn open(path: &Path) -> std::io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(ErrorKind::InvalidInput.into()) }
}

fn read_all(mut file: &File) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> Error {
    move |error| Error::undecided(format!("failed to read the index `{}`", display(path))).cause(error)
}
