//! Finds repositories below a directory.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::Scope;

use super::directory::{DirectoryEntry, DirectoryHandle, FileKind};
use super::read::read_start;
use crate::path::bytes_to_path;

/// Directories that hold no repositories of people, only files of tools.
const NEVER_ENTERED: [&[u8]; 3] = [b".git", b"node_modules", b"__pycache__"];

/// How a `.git` file begins (<https://git-scm.com/docs/gitrepository-layout>).
const GIT_FILE: &[u8] = b"gitdir: ";

/// What was found below a directory.
#[derive(Debug, Default)]
pub struct FoundRepositories {
    /// The tops of work trees: directories with a `.git`, by path.
    pub tops: Vec<PathBuf>,
    /// What could not be listed, and why, by path.
    pub unread: Vec<(PathBuf, String)>,
}

/// Finds the work trees at and below a directory, also those inside of others. It stays out of environments and of what
/// looks like a bare repository, and follows no link.
#[must_use]
pub fn find_repositories(directory: &Path) -> FoundRepositories {
    let found = Mutex::default();
    rayon::scope(|scope| look(scope, directory.to_path_buf(), DirectoryHandle::open(directory), &found));
    let mut found: FoundRepositories = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.tops.sort();
    found.unread.sort();
    found
}

/// Says whether a `.git` is one for git: a directory with a `HEAD`, or a file that leads to one. Caches have other files
/// of that name. What cannot be read may be one.
fn is_repository(path: &Path, directory: &DirectoryHandle, kind: FileKind) -> bool {
    match kind {
        FileKind::Directory => {
            let names = directory.open_child(b".git").and_then(|mut inner| inner.list());
            names.is_err() || names.is_ok_and(|names| names.iter().any(|named| named.name == b"HEAD"))
        }
        _ => {
            let start = read_start(&path.join(".git"), GIT_FILE.len() as u64);
            start.is_err() || start.is_ok_and(|start| start.is_none_or(|start| start == GIT_FILE))
        }
    }
}

/// Looks into one directory, and leaves those in it to whichever thread is free.
fn look<'s>(
    scope: &Scope<'s>,
    path: PathBuf,
    opened: std::io::Result<DirectoryHandle>,
    found: &'s Mutex<FoundRepositories>,
) {
    let note =
        |add: &dyn Fn(&mut FoundRepositories)| add(&mut found.lock().unwrap_or_else(PoisonError::into_inner));
    let listed = opened.and_then(|mut directory| Ok((directory.list()?, directory)));
    let (names, directory) = match listed {
        Ok((names, directory)) => (names, std::sync::Arc::new(directory)),
        // It went away meanwhile.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && path.parent().is_some() => return,
        Err(error) => return note(&|found| found.unread.push((path.clone(), error.to_string()))),
    };
    let has = |wanted: &[u8]| names.iter().any(|named| named.name == wanted);
    let is_environment = has(b"pyvenv.cfg") || has(b"conda-meta");
    let is_bare = has(b"HEAD") && has(b"objects") && has(b"refs");
    if names.iter().any(|named| named.name == b".git" && is_repository(&path, &directory, named.kind)) {
        note(&|found| found.tops.push(path.clone()));
    } else if is_environment || is_bare {
        return;
    }
    let inner = |named: &DirectoryEntry| {
        named.kind == FileKind::Directory && !NEVER_ENTERED.contains(&named.name.as_slice())
    };
    for DirectoryEntry { name, .. } in names.into_iter().filter(inner) {
        let (path, directory) = (path.join(bytes_to_path(&name)), std::sync::Arc::clone(&directory));
        scope.spawn(move |scope| look(scope, path, directory.open_child(&name), found));
    }
}
