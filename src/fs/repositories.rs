//! Finding repositories below a directory.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::Scope;

use super::directory::{DirectoryEntry, DirectoryHandle, FileKind};
use super::read::read_start;
use super::threads;
use crate::order::Arrange as _;
use crate::path::bytes_to_path;

/// Directories that contain only files of tools, no repositories that a user works in.
const NEVER_ENTERED: [&[u8]; 3] = [b".git", b"node_modules", b"__pycache__"];

/// How a `.git` file begins (<https://git-scm.com/docs/gitrepository-layout>).
const GIT_FILE: &[u8] = b"gitdir: ";

/// The repositories below a directory.
#[derive(Debug, Default)]
pub struct FoundRepositories {
    /// The top directories of work trees, those with a `.git`, sorted by path.
    pub tops: Vec<PathBuf>,
    /// Directories that could not be listed, each with the reason, sorted by path.
    pub unread: Vec<(PathBuf, String)>,
}

/// Finds the work trees at and below a directory, also nested ones. Environments and directories that look like bare
/// repositories are skipped, and no link is followed.
#[must_use]
pub fn find_repositories(directory: &Path) -> FoundRepositories {
    search_all(directory, None)
}

/// As [`find_repositories`], and skips directories below it for which `is_passed_over` returns true, and other file systems,
/// which are noted as unread.
#[must_use]
pub fn find_repositories_but(
    directory: &Path,
    is_passed_over: &(dyn Fn(&Path) -> bool + Sync),
) -> FoundRepositories {
    search_all(directory, Some(is_passed_over))
}

/// Why a directory below which only one file system is looked at is not entered.
pub(super) const OTHER_FILE_SYSTEM: &str = "it is on another file system, which has to be named by itself";

/// Which directories are passed over, if any: and with them other file systems.
type PassedOver<'p> = Option<&'p (dyn Fn(&Path) -> bool + Sync)>;

fn search_all(directory: &Path, passed_over: PassedOver<'_>) -> FoundRepositories {
    let search = RepositorySearch { passed_over, found: Mutex::default() };
    threads::scope(|scope| search.look(scope, directory.to_path_buf(), DirectoryHandle::open(directory)));
    let mut found = search.found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.tops.arrange();
    found.unread.arrange();
    found
}

/// Whether a `.git` belongs to a repository: it is a directory with a `HEAD`, or a file that points to one. Caches have
/// other files of that name. One that cannot be read counts as a repository.
fn is_repository(path: &Path, directory: &DirectoryHandle, kind: FileKind) -> bool {
    match kind {
        FileKind::Directory => {
            let entries = directory.open_child(b".git").and_then(|mut inner| inner.list());
            entries.is_err() || entries.is_ok_and(|entries| entries.iter().any(|entry| entry.name == b"HEAD"))
        }
        _ => {
            let start = read_start(&path.join(".git"), GIT_FILE.len() as u64);
            start.is_err() || start.is_ok_and(|start| start.is_none_or(|start| start == GIT_FILE))
        }
    }
}

/// What all threads share.
struct RepositorySearch<'p> {
    passed_over: PassedOver<'p>,
    found: Mutex<FoundRepositories>,
}

impl RepositorySearch<'_> {
    /// Searches one directory, and leaves its subdirectories to any free thread.
    fn look<'s>(&'s self, scope: &Scope<'s>, path: PathBuf, opened: std::io::Result<DirectoryHandle>) {
        let note = |add: &dyn Fn(&mut FoundRepositories)| {
            add(&mut self.found.lock().unwrap_or_else(PoisonError::into_inner));
        };
        let listed = opened.and_then(|mut directory| Ok((directory.list()?, directory)));
        let (entries, directory) = match listed {
            Ok((entries, directory)) => (entries, Arc::new(directory)),
            // Deleted in the meantime.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && path.parent().is_some() => return,
            Err(error) => return note(&|found| found.unread.push((path.clone(), error.to_string()))),
        };
        let has = |wanted: &[u8]| entries.iter().any(|entry| entry.name == wanted);
        let is_environment = has(b"pyvenv.cfg") || has(b"conda-meta");
        let is_bare = has(b"HEAD") && has(b"objects") && has(b"refs");
        if entries.iter().any(|entry| entry.name == b".git" && is_repository(&path, &directory, entry.kind)) {
            note(&|found| found.tops.push(path.clone()));
        } else if is_environment || is_bare {
            return;
        }
        let inner = |entry: &DirectoryEntry| {
            entry.kind == FileKind::Directory && !NEVER_ENTERED.contains(&entry.name.as_slice())
        };
        for DirectoryEntry { name, .. } in entries.into_iter().filter(inner) {
            let (path, directory) = (path.join(bytes_to_path(&name)), Arc::clone(&directory));
            if self.passed_over.is_some_and(|is_over| is_over(&path)) {
                continue;
            }
            scope.spawn(move |scope| self.look(scope, path, self.enter(&directory, &name)));
        }
    }

    fn enter(&self, directory: &DirectoryHandle, name: &[u8]) -> std::io::Result<DirectoryHandle> {
        let child = directory.open_child(name)?;
        match self.passed_over.is_some() && directory.is_mounted(&child)? {
            true => Err(std::io::Error::other(OTHER_FILE_SYSTEM)),
            false => Ok(child),
        }
    }
}
