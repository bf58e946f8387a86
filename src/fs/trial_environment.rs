//! A directory with the two entries that make a Python take it for its environment: its link to an interpreter, and
//! `pyvenv.cfg`.
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::entry::make_link;
use crate::error::{Error, Result};

/// An environment in a temporary directory, which is removed when this is dropped.
#[derive(Debug)]
pub struct TrialEnvironment {
    directory: TempDir,
}

impl TrialEnvironment {
    /// Makes one of the interpreter at an absolute path: `bin/python` is a link to it, and `pyvenv.cfg` has this content.
    ///
    /// # Errors
    /// Undecided if it cannot be made.
    pub fn create(interpreter: &Path, settings: &str) -> Result<Self> {
        let made = || -> io::Result<Self> {
            let directory = tempfile::Builder::new().prefix("git-pyenv-").tempdir()?;
            fs::write(directory.path().join("pyvenv.cfg"), settings)?;
            fs::create_dir(directory.path().join("bin"))?;
            make_link(interpreter, &directory.path().join("bin/python"))?;
            Ok(Self { directory })
        };
        made().map_err(|error| {
            Error::action("failed to make an environment in a temporary directory")
                .cause(error)
                .hint("set `TMPDIR` to a writable directory")
        })
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Its interpreter.
    #[must_use]
    pub fn python(&self) -> PathBuf {
        self.directory().join("bin/python")
    }
}
