//! Visiting the directories below one, several at a time.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::Scope;

use super::directory::{DirectoryEntry, DirectoryHandle, FileKind};
use super::threads;
use crate::order::Arrange as _;
use crate::path::RepoPath;

/// A directory that could not be listed, and why.
pub type UnvisitedDirectory = (RepoPath, String);

/// Receives directories, in no order, several at a time.
pub trait DirectoryVisitor: Sync {
    /// Receives a directory with what is in it, and says whether its subdirectories are visited too.
    fn visit(&self, path: &RepoPath, entries: &[DirectoryEntry]) -> bool;

    /// Says whether a subdirectory of this name is visited.
    fn enters(&self, name: &[u8]) -> bool;
}

/// Visits a directory and those below it. No link is followed and no mount crossed. Returns what could not be listed, by
/// path.
#[must_use]
pub fn visit_directories(top: &Path, visitor: &dyn DirectoryVisitor) -> Vec<UnvisitedDirectory> {
    let walk = Walk { visitor, unvisited: Mutex::default() };
    match DirectoryHandle::open(top) {
        Ok(directory) => threads::scope(|scope| enter(scope, &walk, Arc::new(directory), RepoPath::root())),
        Err(error) => walk.note(RepoPath::root(), &error),
    }
    let mut unvisited = walk.unvisited.into_inner().unwrap_or_else(PoisonError::into_inner);
    unvisited.arrange();
    unvisited
}

/// What all threads share.
struct Walk<'w> {
    visitor: &'w dyn DirectoryVisitor,
    unvisited: Mutex<Vec<UnvisitedDirectory>>,
}

impl Walk<'_> {
    fn note(&self, path: RepoPath, error: &std::io::Error) {
        // One that is gone by now holds nothing.
        if error.kind() != std::io::ErrorKind::NotFound {
            self.unvisited.lock().unwrap_or_else(PoisonError::into_inner).push((path, error.to_string()));
        }
    }
}

fn enter<'s>(scope: &Scope<'s>, walk: &'s Walk<'_>, directory: Arc<DirectoryHandle>, path: RepoPath) {
    let entries = match directory.list_shared() {
        Ok(entries) => entries,
        Err(error) => return walk.note(path, &error),
    };
    if !walk.visitor.visit(&path, &entries) {
        return;
    }
    for DirectoryEntry { name, kind } in entries {
        if kind != FileKind::Directory || !walk.visitor.enters(&name) {
            continue;
        }
        let Ok(below) = path.join(&name) else { continue };
        let parent = Arc::clone(&directory);
        scope.spawn(move |scope| match parent.open_child(&name) {
            Ok(child) if parent.is_mounted(&child).unwrap_or(true) => {}
            Ok(child) => enter(scope, walk, Arc::new(child), below),
            Err(error) => walk.note(below, &error),
        });
    }
}
