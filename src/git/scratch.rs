//! Temporary work trees and repositories in which git answers questions about ignore rules.
//!
//! Git looks at the disk to find out whether a path is a directory. So in the user's work tree it cannot say what a rule
//! does to a *link* named `.venv` while `.venv` is a directory, or what a `.gitignore` would do before it is written.
//! A temporary work tree contains nothing but copies of the `.gitignore` files. Nothing is written into the user's
//! repository.
//!
//! A temporary index stands for one that git would not only read.
#![expect(
    clippy::disallowed_methods,
    reason = "`.gitignore` files are copied into a temporary directory, and `fs` is not below `git`"
)]

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempDir};

use super::command::Git;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::path::RepoPath;

/// The name of the files with rules in a work tree.
const GITIGNORE: &str = ".gitignore";

/// The largest file that git reads rules from (`PATTERN_MAX_FILE_SIZE` in its `dir.c`).
const IGNORE_FILE_LIMIT: u64 = 100 * 1024 * 1024;

/// The directory and the text of a `.gitignore`.
pub(super) type ScratchIgnoreFile = (RepoPath, Vec<u8>);

/// Reads the `.gitignore` files in the directories above some paths. As for git, a file that cannot be read has no
/// rules, and neither has a link.
pub(super) fn ignore_files_above(paths: &[&RepoPath], work_tree: &Path) -> Vec<ScratchIgnoreFile> {
    let directories: BTreeSet<RepoPath> = paths.iter().flat_map(|path| path.ancestors().skip(1)).collect();
    let read = |directory: RepoPath| {
        let file = directory.to_path(work_tree).join(GITIGNORE);
        let found = std::fs::symlink_metadata(&file).ok()?;
        let is_read = found.is_file() && found.len() <= IGNORE_FILE_LIMIT;
        Some((directory, is_read.then(|| std::fs::read(&file).ok())??))
    };
    directories.into_iter().filter_map(read).collect()
}

/// Makes a temporary directory with these files and nothing else. It exists until the result is dropped.
///
/// # Errors
/// Undecided if the files cannot be written.
pub(super) fn work_tree_with(files: &[ScratchIgnoreFile]) -> Result<TempDir> {
    let work_tree = temporary_directory()?;
    for (directory, text) in files {
        let directory = directory.to_path(work_tree.path());
        let written = std::fs::create_dir_all(&directory);
        written.and_then(|()| std::fs::write(directory.join(GITIGNORE), text)).map_err(failed)?;
    }
    Ok(work_tree)
}

/// An empty repository in a temporary directory, which is removed when this is dropped.
pub(super) struct ScratchRepository {
    directory: TempDir,
}

impl ScratchRepository {
    /// Makes the repository with the git that is called, without templates and hooks of the user.
    ///
    /// # Errors
    /// Undecided if it cannot be made.
    pub(super) fn create(git: &Git<'_>, env: &Env) -> Result<Self> {
        let scratch = Self { directory: temporary_directory()? };
        let git = git.in_repository(env, &scratch.git_directory(), scratch.directory.path());
        git.output(&["init", "--quiet", "--template="], Vec::new())?;
        Ok(scratch)
    }

    /// The git directory.
    pub(super) fn git_directory(&self) -> PathBuf {
        self.directory.path().join(".git")
    }
}

/// Writes an index for git to read, which exists until the result is dropped.
///
/// # Errors
/// Undecided if it cannot be written.
pub(super) fn index_with(bytes: &[u8]) -> Result<NamedTempFile> {
    let failed = |error| {
        Error::undecided("failed to write an index to a temporary file")
            .cause(error)
            .hint("set `TMPDIR` to a writable directory")
    };
    let mut file = tempfile::Builder::new().prefix("git-pyenv-").tempfile().map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    Ok(file)
}

fn temporary_directory() -> Result<TempDir> {
    tempfile::Builder::new().prefix("git-pyenv-").tempdir().map_err(failed)
}

fn failed(error: io::Error) -> Error {
    Error::undecided("failed to write ignore rules to a temporary directory")
        .cause(error)
        .hint("set `TMPDIR` to a writable directory")
}
