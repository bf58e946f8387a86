//! Walking through everything below a directory without following links: also hidden and ignored files and nested
//! repositories. Several directories are read at a time, each opened through its parent and read once.

use std::sync::Arc;

use rayon::Scope;

use super::directory::{DirectoryHandle, EntryStatus, FileKind};
use super::threads;
use crate::path::RepoPath;

/// Directories below this depth count as unreadable: every level costs each thread a descriptor.
pub(super) const MAX_DEPTH: usize = 64;

/// Receives what is below a directory: directories in no order, several at a time.
pub(super) trait TreeVisitor: Sync {
    /// What is kept of a directory while it is read.
    type Directory;

    /// Begins with a directory, which may be one of another user.
    fn begin(&self, path: &RepoPath, is_of_other_user: bool) -> Self::Directory;

    /// Receives an entry that is no directory, in the order of the system; without a status if it is gone.
    fn entry(
        &self,
        directory: &mut Self::Directory,
        name: &[u8],
        kind: FileKind,
        status: Option<EntryStatus>,
    );

    /// Ends with a directory.
    fn end(&self, path: RepoPath, directory: Self::Directory);

    /// Receives a directory that could not be read, of which nothing counts, and the reason.
    fn unreadable(&self, path: RepoPath, reason: String);
}

/// Walks through everything below an open directory, or only through some paths in it and what is below these.
pub(super) fn walk_tree<V: TreeVisitor>(top: &DirectoryHandle, parts: Option<&[RepoPath]>, visitor: &V) {
    let walk = TreeWalk { parts, visitor };
    match top.duplicate() {
        Ok(top) => threads::scope(|scope| read(scope, &walk, Arc::new(top), RepoPath::root(), 0)),
        Err(error) => visitor.unreadable(RepoPath::root(), error.to_string()),
    }
}

/// What all threads share.
struct TreeWalk<'w, V> {
    /// If there are any, only those entries count that are at or below one.
    parts: Option<&'w [RepoPath]>,
    visitor: &'w V,
}

impl<V> TreeWalk<'_, V> {
    /// Says whether an entry of a directory counts; of directories also one above a part.
    fn counts(&self, directory: &RepoPath, name: &[u8], is_directory: bool) -> bool {
        let Some(parts) = self.parts else { return true };
        // Never fails: a listed name is a single component.
        let Ok(path) = directory.join(name) else { return false };
        parts.iter().any(|part| path.is_within(part) || (is_directory && part.is_within(&path)))
    }
}

/// Reads a directory and leaves its subdirectories to any free thread.
fn read<'s, V: TreeVisitor>(
    scope: &Scope<'s>,
    walk: &'s TreeWalk<'_, V>,
    directory: Arc<DirectoryHandle>,
    path: RepoPath,
    depth: usize,
) {
    let mut found = walk.visitor.begin(&path, directory.is_of_other_user());
    let mut below: Vec<RepoPath> = Vec::new();
    let counts = |name: &[u8], kind: FileKind| {
        kind != FileKind::Directory && (walk.parts.is_none() || walk.counts(&path, name, false))
    };
    let done = directory.read_once(counts, |name, kind, status| {
        if kind == FileKind::Directory {
            below.extend(path.join(name).ok().filter(|_| walk.counts(&path, name, true)));
        } else if walk.counts(&path, name, false) {
            walk.visitor.entry(&mut found, name, kind, status);
        }
    });
    match done {
        Ok(()) => walk.visitor.end(path, found),
        Err(error) => return walk.visitor.unreadable(path, error.to_string()),
    }
    for path in below {
        let parent = Arc::clone(&directory);
        scope.spawn(move |scope| match enter(&parent, path.name(), depth) {
            Ok(child) => {
                drop(parent);
                read(scope, walk, Arc::new(child), path, depth + 1);
            }
            Err(reason) => walk.visitor.unreadable(path, reason),
        });
    }
}

/// Opens a subdirectory, or returns the reason why it is not read.
pub(super) fn enter(
    directory: &DirectoryHandle,
    name: &[u8],
    depth: usize,
) -> Result<DirectoryHandle, String> {
    let failed = |error: std::io::Error| error.to_string();
    let child = directory.open_child(name).map_err(failed)?;
    match directory.is_mounted(&child).map_err(failed)? {
        true => Err("it is a mount point".to_owned()),
        false if depth >= MAX_DEPTH => Err("directories are nested too deeply".to_owned()),
        false => Ok(child),
    }
}
