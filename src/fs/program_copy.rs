//! A copy of a program that nobody else can change, to run exactly the bytes that were looked at.
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::metadata::is_on_noexec_mount;
use crate::error::{Error, Result};
use crate::path::display;

/// A program in a temporary directory of the user, which is removed with it when this is dropped.
#[derive(Debug)]
pub struct ProgramCopy {
    directory: TempDir,
    program: PathBuf,
}

impl ProgramCopy {
    /// Writes a program of this name.
    ///
    /// # Errors
    /// Action if it cannot be written, or nothing may be run there.
    pub fn create(name: &str, bytes: &[u8]) -> Result<Self> {
        let failed = |error: io::Error| {
            Error::action("failed to copy a program to a temporary directory")
                .cause(error)
                .hint("set `TMPDIR` to a writable directory")
        };
        let directory = tempfile::Builder::new().prefix("git-pyenv-").tempdir().map_err(failed)?;
        if is_on_noexec_mount(directory.path()) {
            return Err(Error::action(format!("no program can be run in `{}`", display(directory.path())))
                .cause("it is on a file system that is mounted with `noexec`")
                .hint("set `TMPDIR` to another directory"));
        }
        let program = directory.path().join(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o700);
        options.open(&program).and_then(|mut file| file.write_all(bytes)).map_err(failed)?;
        Ok(Self { directory, program })
    }

    /// The directory, in which there is nothing else.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }
}
