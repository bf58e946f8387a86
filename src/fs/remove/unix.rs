//! Deletion through directory handles, several directories at a time.
//!
//! Every open directory is a [`Node`], and every entry is deleted relative to one. A directory is deleted after the
//! last of its entries. No thread waits for another directory, so that all threads of rayon have work.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use rayon::Scope;
use rustix::fs::{AtFlags, unlinkat};
use rustix::io::Errno;

use super::access::{self, EntryNames};
use super::outcome::{KeptEntry, LAST, RemovedTree};
use super::place::DirectoryPlace;
use crate::env::before_change;
use crate::error::{Error, Result};
use crate::fs::directory::{DirectoryEntry, DirectoryHandle, FileKind};
use crate::fs::listed_tree::TreeListing;
use crate::fs::metadata::Identity;
use crate::fs::own_names::{CONDEMNED_MARK, STAGING_PREFIX};
use crate::fs::threads;
use crate::path::display;
use crate::ports::Progress;

/// How deep directories are kept open. A deeper one is moved to the top first, because every level costs each thread a
/// descriptor, and there may be thousands of levels and few descriptors.
const MAX_DEPTH: usize = 24;
/// No system call accepts a longer path (`PATH_MAX`), and keeping longer ones costs the square of the depth.
const MAX_PATH_LENGTH: usize = 4096;
/// More threads would only wait for each other in the file system.
const MAX_THREADS: usize = 8;
/// How often a directory is listed if another process keeps creating files in it.
const MAX_LISTINGS: usize = 4;

/// Deletes a directory; the contract is that of `DirectoryPlace::remove_tree`.
pub(super) fn remove(
    place: &DirectoryPlace,
    listing: Option<&TreeListing>,
    is_expected: &dyn Fn(Option<Identity>) -> bool,
    progress: &dyn Progress,
) -> Result<RemovedTree> {
    let DirectoryPlace { parent, name, path, is_in_place } = place;
    let root = display(path);
    // Its own mode may be changed, the mode of its parent may not.
    let directory = access::open_readable(parent, name, *is_in_place).map_err(|error| match error {
        Errno::NOTDIR | Errno::LOOP | Errno::MLINK => {
            Error::action(format!("refusing to delete `{root}`: it is not a directory"))
        }
        Errno::XDEV => Error::action(format!("refusing to delete `{root}`: it is a mount point")),
        error => Error::action(format!("failed to remove `{root}`")).cause(error.to_string()),
    })?;
    if !is_expected(directory.identity().ok().flatten()) {
        return Err(place.replaced());
    }
    let name = name.clone();
    let is_mounted = parent.is_mounted(&directory).unwrap_or(false);
    let (removed, moved) = (AtomicU64::new(0), AtomicU64::new(0));
    let run = Run { progress, listing, removed, kept: Mutex::default(), moved };
    let top = Arc::new(Node::new(directory, None, name, Vec::new()));
    for _ in 0..MAX_LISTINGS {
        top.pending.store(1, Ordering::Relaxed);
        in_threads(|scope| empty(scope, &run, Arc::clone(&top)));
        let last_only =
            |entries: Vec<DirectoryEntry>| entries.iter().all(|entry| top.is_last(&entry.name, entry.kind));
        if top.stuck.load(Ordering::Relaxed) || top.directory.list_shared().is_ok_and(last_only) {
            break;
        }
    }
    run.finish(&top, if is_mounted { None } else { Some(parent) });
    let kept = run.kept.into_inner().unwrap_or_default();
    Ok(RemovedTree { removed: run.removed.into_inner(), is_mounted: is_mounted && kept.is_empty(), kept })
}

/// Runs work that spawns more work, and waits for all of it.
fn in_threads<'s>(work: impl FnOnce(&Scope<'s>) + Send) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if cores <= MAX_THREADS {
        return threads::scope(work);
    }
    match rayon::ThreadPoolBuilder::new().num_threads(MAX_THREADS).build() {
        Ok(pool) => pool.scope(work),
        Err(_) => threads::scope(work),
    }
}

/// A directory that is being emptied.
struct Node {
    directory: DirectoryHandle,
    /// `None` for the top.
    parent: Option<Arc<Node>>,
    /// Its name in `parent`.
    name: Vec<u8>,
    /// Its original path relative to the top.
    path: Vec<u8>,
    depth: usize,
    /// The number of subdirectories that still exist, plus one while it is being listed.
    pending: AtomicUsize,
    /// How often it was listed.
    listings: AtomicUsize,
    /// Whether something in it could not be deleted, which was reported.
    stuck: AtomicBool,
}

impl Node {
    fn new(directory: DirectoryHandle, parent: Option<Arc<Self>>, name: Vec<u8>, path: Vec<u8>) -> Self {
        let depth = parent.as_ref().map_or(0, |parent| parent.depth + 1);
        let (pending, listings) = (AtomicUsize::new(1), AtomicUsize::new(0));
        Self { directory, parent, name, path, depth, pending, listings, stuck: AtomicBool::new(false) }
    }

    /// The original path of an entry; from [`MAX_PATH_LENGTH`] on, that of the directory.
    fn path_of(&self, name: &[u8]) -> Vec<u8> {
        if self.path.len() > MAX_PATH_LENGTH {
            return self.path.clone();
        }
        let separator: &[u8] = if self.path.is_empty() { b"" } else { b"/" };
        [&self.path, separator, name].concat()
    }

    /// Whether an entry is the file that is deleted last.
    fn is_last(&self, name: &[u8], kind: FileKind) -> bool {
        self.parent.is_none() && kind != FileKind::Directory && LAST.contains(&name)
    }

    fn top(self: &Arc<Self>) -> &Arc<Self> {
        self.parent.as_ref().map_or(self, |parent| parent.top())
    }
}

/// A subdirectory that is not open yet.
struct Subdirectory {
    parent: Arc<Node>,
    name: Vec<u8>,
    /// Its original path relative to the top.
    path: Vec<u8>,
}

/// What all threads share.
struct Run<'r> {
    progress: &'r dyn Progress,
    /// What there was when somebody looked at it, by the original paths.
    listing: Option<&'r TreeListing>,
    removed: AtomicU64,
    kept: Mutex<Vec<KeptEntry>>,
    /// How many directories were moved to the top; makes their new names unique.
    moved: AtomicU64,
}

impl Run<'_> {
    /// Reports what cannot be deleted.
    fn keep(&self, node: &Node, path: Vec<u8>, reason: Errno) {
        node.stuck.store(true, Ordering::Relaxed);
        let reason = match reason {
            Errno::XDEV => "it is a mount point".to_owned(),
            error => std::io::Error::from(error).to_string(),
        };
        if let Ok(mut kept) = self.kept.lock() {
            kept.push(KeptEntry { path, reason });
        }
    }

    /// What is in a directory, as far as was seen before, so that it need not be listed.
    fn known_names(&self, node: &Node) -> Option<EntryNames> {
        let listing = self.listing.filter(|_| node.path.len() <= MAX_PATH_LENGTH)?;
        let directory = listing.directory(&node.path)?;
        let mut names = EntryNames::default();
        directory.entries().for_each(|entry| names.push(entry.name, FileKind::File));
        let below = listing.directories_in(directory.path());
        below.for_each(|below| names.push(below.path().name(), FileKind::Directory));
        Some(names)
    }

    /// Counts files and links that are gone.
    fn count(&self, removed: u64) {
        self.removed.fetch_add(removed, Ordering::Relaxed);
        self.progress.advance(removed, 0);
    }

    /// Counts a directory that is gone; the progress is that of files.
    fn count_directory(&self) {
        self.removed.fetch_add(1, Ordering::Relaxed);
    }

    /// Deletes an entry that is not known to be a directory.
    fn remove_entry(&self, node: &Node, name: &[u8]) -> EntryState {
        match access::unlink(&node.directory, name, AtFlags::empty()) {
            Ok(()) => EntryState::Removed,
            Err(Errno::NOENT) => EntryState::Missing,
            // The error for a directory is the first on Linux, the second in POSIX.
            Err(Errno::ISDIR | Errno::PERM) if access::open_child(&node.directory, name).is_ok() => {
                EntryState::Directory
            }
            Err(error) => {
                self.keep(node, node.path_of(name), error);
                EntryState::Kept
            }
        }
    }

    /// Deletes an entry that is no longer a directory.
    fn remove_replaced(&self, node: &Node, name: &[u8]) {
        self.count(u64::from(self.remove_entry(node, name) == EntryState::Removed));
    }

    /// Deletes what is left at the end: the files that are deleted last, and the top in its parent; a mount point stays.
    fn finish(&self, top: &Node, parent: Option<&DirectoryHandle>) {
        for name in LAST {
            if !top.stuck.load(Ordering::Relaxed) {
                self.count(u64::from(self.remove_entry(top, name) == EntryState::Removed));
            }
        }
        if top.stuck.load(Ordering::Relaxed) {
            // What stays is an environment like any other.
            let _ = access::unlink(&top.directory, CONDEMNED_MARK, AtFlags::empty());
            return;
        }
        let Some(parent) = parent else { return };
        before_change();
        match parent.descriptor().and_then(|parent| unlinkat(parent, top.name.as_slice(), AtFlags::REMOVEDIR))
        {
            Ok(()) => self.count_directory(),
            Err(Errno::NOENT) => {}
            Err(error) => self.keep(top, Vec::new(), error),
        }
    }
}

/// What is known of an entry after the attempt to delete it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EntryState {
    /// It was deleted.
    Removed,
    /// It did not exist any more.
    Missing,
    /// It is a directory.
    Directory,
    /// It could not be deleted, which was reported.
    Kept,
}

/// Deletes the files of a directory; its subdirectories become tasks.
fn empty<'s>(scope: &Scope<'s>, run: &'s Run<'_>, node: Arc<Node>) {
    let listed = match node.listings.fetch_add(1, Ordering::Relaxed) {
        0 => run.known_names(&node).map_or_else(|| access::list(&node.directory), Ok),
        _ => access::list_again(&node.directory),
    };
    let names = listed.unwrap_or_else(|error| {
        run.keep(&node, node.path.clone(), error);
        EntryNames::default()
    });
    let mut removed = 0;
    let mut subdirectories = Vec::new();
    for (name, kind) in names.iter().filter(|(name, kind)| !node.is_last(name, *kind)) {
        let state = match kind {
            FileKind::Directory => EntryState::Directory,
            _ => run.remove_entry(&node, name),
        };
        removed += u64::from(state == EntryState::Removed);
        subdirectories.extend((state == EntryState::Directory).then(|| name.to_vec()));
    }
    run.count(removed);
    node.pending.fetch_add(subdirectories.len(), Ordering::AcqRel);
    for name in subdirectories {
        let subdirectory = Subdirectory { path: node.path_of(&name), parent: Arc::clone(&node), name };
        scope.spawn(move |scope| descend(scope, run, subdirectory));
    }
    complete(scope, run, node);
}

/// Opens a subdirectory, or moves it to where it can be opened, and empties it.
fn descend<'s>(scope: &Scope<'s>, run: &'s Run<'_>, subdirectory: Subdirectory) {
    match subdirectory.parent.depth {
        MAX_DEPTH.. => move_up(scope, run, subdirectory),
        _ => open(scope, run, subdirectory),
    }
}

/// Opens a subdirectory and empties it.
fn open<'s>(scope: &Scope<'s>, run: &'s Run<'_>, subdirectory: Subdirectory) {
    let Subdirectory { parent, name, path } = subdirectory;
    match access::open_for_removal(&parent.directory, &name) {
        Ok(directory) => {
            return empty(scope, run, Arc::new(Node::new(directory, Some(parent), name, path)));
        }
        Err(Errno::NOENT) => {}
        // Something else replaced it; a link is deleted as a link.
        Err(Errno::NOTDIR | Errno::LOOP | Errno::MLINK) => run.remove_replaced(&parent, &name),
        Err(error) => run.keep(&parent, path, error),
    }
    complete(scope, run, parent);
}

/// Moves a subdirectory to the top, where its depth counts from zero.
fn move_up<'s>(scope: &Scope<'s>, run: &'s Run<'_>, subdirectory: Subdirectory) {
    let Subdirectory { parent, name, path } = subdirectory;
    let top = Arc::clone(parent.top());
    let number = run.moved.fetch_add(1, Ordering::Relaxed);
    let new_name = format!("{STAGING_PREFIX}{number}").into_bytes();
    match access::move_child(&parent.directory, &name, &top.directory, &new_name) {
        Ok(()) => {
            top.pending.fetch_add(1, Ordering::AcqRel);
            let moved = Subdirectory { parent: top, name: new_name, path };
            scope.spawn(move |scope| descend(scope, run, moved));
        }
        Err(Errno::NOENT) => {}
        // It lies in a layer of an image and cannot be moved. There are no thousands of levels in such layers.
        Err(Errno::XDEV) => return open(scope, run, Subdirectory { parent, name, path }),
        Err(error) => run.keep(&parent, path, error),
    }
    complete(scope, run, parent);
}

/// Notes that a subdirectory or the listing of a directory is complete. The last one deletes the directory and does the
/// same for its parent, and so on upwards.
fn complete<'s>(scope: &Scope<'s>, run: &'s Run<'_>, node: Arc<Node>) {
    let mut node = node;
    while node.pending.fetch_sub(1, Ordering::AcqRel) == 1 {
        let Some(parent) = node.parent.clone() else { return };
        if node.stuck.load(Ordering::Relaxed) {
            parent.stuck.store(true, Ordering::Relaxed);
        } else {
            match access::unlink(&parent.directory, &node.name, AtFlags::REMOVEDIR) {
                Ok(()) => run.count_directory(),
                Err(Errno::NOENT) => {}
                Err(Errno::NOTEMPTY | Errno::EXIST)
                    if node.listings.load(Ordering::Relaxed) < MAX_LISTINGS =>
                {
                    node.pending.store(1, Ordering::Release);
                    return empty(scope, run, node);
                }
                Err(Errno::NOTDIR) => run.remove_replaced(&parent, &node.name),
                Err(error) => run.keep(&parent, node.path.clone(), error),
            }
        }
        node = parent;
    }
}
