//! Temporary files for other programs to read.

use std::io::Write;
use std::path::Path;

use crate::error::{Error, Result};

/// A file in the system's directory for temporary files. Dropping it deletes the file.
#[derive(Debug)]
pub struct ScratchFile(tempfile::NamedTempFile);

impl ScratchFile {
    /// Creates a file with this content that other users cannot read.
    ///
    /// # Errors
    /// Undecided if it cannot be written.
    pub fn new(bytes: &[u8]) -> Result<Self> {
        let created =
            tempfile::NamedTempFile::new().and_then(|mut file| file.write_all(bytes).map(|()| file));
        created.map(Self).map_err(|error| Error::undecided("failed to write a temporary file").cause(error))
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}
