//! Removal by descriptors, several directories at a time.
//!
//! Every directory is a [`Node`] that holds the descriptor of what was opened, and every name is removed relative to
//! one. A node goes away when the last of what it holds has; nothing waits, so that the threads of rayon are free for
//! other directories.

use std::ffi::{CStr, CString};
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use rayon::Scope;
use rustix::fs::{AtFlags, renameat, unlinkat};
use rustix::io::Errno;

use super::{KeptEntry, LAST, RemovedTree};
use crate::error::{Error, Result};
use crate::fs::NameKind;
use crate::fs::held::HeldDirectory;
use crate::path::{display, path_to_bytes};
use crate::ports::Progress;

/// How deep directories are held open. A deeper one is moved up to the top first, because every level costs each
/// thread a descriptor, and there may be thousands of levels and few descriptors.
const DEEPEST: usize = 24;
/// Nobody can use longer paths than this many bytes (`PATH_MAX`), and keeping them costs the square of the depth.
const LONGEST: usize = 4096;
/// More threads than this wait for each other in the file system.
const MOST_THREADS: usize = 8;
/// How often a directory is listed again into which somebody else writes meanwhile.
const MOST_LISTINGS: usize = 4;

/// See [`super::remove_tree`].
pub(super) fn remove(root: &Path, progress: &dyn Progress) -> Result<RemovedTree> {
    let failed = |error: Errno| Error::action(format!("failed to remove `{}`", display(root))).cause(error);
    let name = root.file_name().and_then(|name| CString::new(path_to_bytes(Path::new(name))).ok());
    let name = name.ok_or_else(|| failed(Errno::INVAL))?;
    let parent = HeldDirectory::open_parent(root).map_err(failed)?;
    let opened = parent.open_child(&name).or_else(|error| match error {
        // Its own mode may be changed, that of the directory above may not.
        Errno::ACCESS => parent.make_child_readable(&name).and_then(|()| parent.open_child(&name)),
        error => Err(error),
    });
    let directory = opened.map_err(|error| match error {
        Errno::NOTDIR | Errno::LOOP => {
            Error::action(format!("`{}` is no directory, so it is left alone", display(root)))
        }
        Errno::XDEV => Error::action(format!("`{}` is a mount point, so it is left alone", display(root))),
        error => failed(error),
    })?;
    let run = Run { progress, removed: AtomicU64::new(0), kept: Mutex::default(), moved: AtomicU64::new(0) };
    let top = Arc::new(Node::new(directory, None, name, Vec::new()));
    for _ in 0..MOST_LISTINGS {
        top.pending.store(1, Ordering::Relaxed);
        in_threads(|scope| empty(scope, &run, Arc::clone(&top)));
        let last_only = |listed: Vec<(CString, _)>| listed.iter().all(|(name, _)| name.as_bytes() == LAST);
        if top.stuck.load(Ordering::Relaxed) || top.directory.list().is_ok_and(last_only) {
            break;
        }
    }
    run.finish(&parent, &top);
    Ok(RemovedTree { removed: run.removed.into_inner(), kept: run.kept.into_inner().unwrap_or_default() })
}

/// Runs work that spawns more work, and waits for all of it.
fn in_threads<'s>(work: impl FnOnce(&Scope<'s>) + Send) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    match rayon::ThreadPoolBuilder::new().num_threads(cores.min(MOST_THREADS)).build() {
        Ok(pool) => pool.scope(work),
        Err(_) => rayon::scope(work),
    }
}

/// A directory that is being emptied.
struct Node {
    directory: HeldDirectory,
    /// The directory that holds it; none for the top.
    parent: Option<Arc<Node>>,
    /// Its name in `parent`.
    name: CString,
    /// Where it was found, relative to the top.
    shown: Vec<u8>,
    depth: usize,
    /// Directories in it that are still there, and one for the listing of itself.
    pending: AtomicUsize,
    /// How often it was listed.
    listings: AtomicUsize,
    /// Something in it stays, which was told.
    stuck: AtomicBool,
}

impl Node {
    fn new(directory: HeldDirectory, parent: Option<Arc<Self>>, name: CString, shown: Vec<u8>) -> Self {
        let depth = parent.as_ref().map_or(0, |parent| parent.depth + 1);
        let (pending, listings) = (AtomicUsize::new(1), AtomicUsize::new(0));
        Self { directory, parent, name, shown, depth, pending, listings, stuck: AtomicBool::new(false) }
    }

    /// Where something in it was found; below [`LONGEST`], the directory of that length.
    fn show(&self, name: &CStr) -> Vec<u8> {
        if self.shown.len() > LONGEST {
            return self.shown.clone();
        }
        let separator: &[u8] = if self.shown.is_empty() { b"" } else { b"/" };
        [&self.shown, separator, name.to_bytes()].concat()
    }

    /// The name stays where it is, for now or for ever.
    fn is_last(&self, name: &CStr, kind: NameKind) -> bool {
        self.parent.is_none() && kind != NameKind::Directory && name.to_bytes() == LAST
    }

    fn top(self: &Arc<Self>) -> &Arc<Self> {
        self.parent.as_ref().map_or(self, |parent| parent.top())
    }
}

/// A directory in another that is not open yet.
struct Found {
    parent: Arc<Node>,
    name: CString,
    shown: Vec<u8>,
}

/// What all threads share.
struct Run<'r> {
    progress: &'r dyn Progress,
    removed: AtomicU64,
    kept: Mutex<Vec<KeptEntry>>,
    /// How many directories were moved to the top; gives them names.
    moved: AtomicU64,
}

impl Run<'_> {
    fn keep(&self, node: &Node, path: Vec<u8>, reason: Errno) {
        node.stuck.store(true, Ordering::Relaxed);
        let reason = match reason {
            Errno::XDEV => "something is mounted here".to_owned(),
            error => std::io::Error::from(error).to_string(),
        };
        if let Ok(mut kept) = self.kept.lock() {
            kept.push(KeptEntry { path, reason });
        }
    }

    fn gone(&self, count: u64) {
        self.removed.fetch_add(count, Ordering::Relaxed);
        self.progress.advance(count, 0);
    }

    /// Removes a name that is no directory, as far as is known.
    fn take(&self, node: &Node, name: &CStr) -> Taken {
        match unlink(&node.directory, name, AtFlags::empty()) {
            Ok(()) => Taken::Gone,
            Err(Errno::NOENT) => Taken::Absent,
            // What unlink says of a directory: Linux the one, POSIX the other.
            Err(Errno::ISDIR | Errno::PERM) if node.directory.open_child(name).is_ok() => Taken::Directory,
            Err(error) => {
                self.keep(node, node.show(name), error);
                Taken::Kept
            }
        }
    }

    /// Removes what is left at the end: the file that tells what this was, and the directory.
    fn finish(&self, parent: &HeldDirectory, top: &Node) {
        if top.stuck.load(Ordering::Relaxed) {
            return;
        }
        let last = CString::new(LAST).map(|last| self.take(top, &last));
        self.gone(u64::from(last == Ok(Taken::Gone)));
        match unlinkat(parent, &top.name, AtFlags::REMOVEDIR) {
            Ok(()) => self.gone(1),
            Err(Errno::NOENT) => {}
            Err(error) => self.keep(top, Vec::new(), error),
        }
    }
}

/// What became of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    Gone,
    Absent,
    Directory,
    Kept,
}

/// Removes what a directory holds; the directories in it become tasks of their own.
fn empty<'s>(scope: &Scope<'s>, run: &'s Run<'_>, node: Arc<Node>) {
    node.listings.fetch_add(1, Ordering::Relaxed);
    let listed = node.directory.list().or_else(|error| match error {
        Errno::ACCESS => node.directory.make_writable().and_then(|()| node.directory.list()),
        error => Err(error),
    });
    let listed = listed.unwrap_or_else(|error| {
        run.keep(&node, node.shown.clone(), error);
        Vec::new()
    });
    let mut gone = 0;
    let mut found = Vec::new();
    for (name, kind) in listed.into_iter().filter(|(name, kind)| !node.is_last(name, *kind)) {
        let taken = if kind == NameKind::Directory { Taken::Directory } else { run.take(&node, &name) };
        gone += u64::from(taken == Taken::Gone);
        found.extend((taken == Taken::Directory).then_some(name));
    }
    run.gone(gone);
    node.pending.fetch_add(found.len(), Ordering::AcqRel);
    for name in found {
        let found = Found { shown: node.show(&name), parent: Arc::clone(&node), name };
        scope.spawn(move |scope| descend(scope, run, found));
    }
    settle(scope, run, node);
}

/// Opens a directory that was found and empties it.
fn descend<'s>(scope: &Scope<'s>, run: &'s Run<'_>, found: Found) {
    if found.parent.depth >= DEEPEST {
        return move_up(scope, run, found);
    }
    match open_for_removal(&found.parent.directory, &found.name) {
        Ok(directory) => {
            let node = Node::new(directory, Some(found.parent), found.name, found.shown);
            return empty(scope, run, Arc::new(node));
        }
        Err(Errno::NOENT) => {}
        // Something else has taken its place: a link is removed as the link that it is.
        Err(Errno::NOTDIR | Errno::LOOP | Errno::MLINK) => {
            run.gone(u64::from(run.take(&found.parent, &found.name) == Taken::Gone));
        }
        Err(error) => run.keep(&found.parent, found.shown, error),
    }
    settle(scope, run, found.parent);
}

/// Moves a directory to the top, where its levels count anew.
fn move_up<'s>(scope: &Scope<'s>, run: &'s Run<'_>, found: Found) {
    let top = Arc::clone(found.parent.top());
    let number = run.moved.fetch_add(1, Ordering::Relaxed);
    let renamed = CString::new(format!(".git-pyenv-{number}")).map_err(|_| Errno::INVAL).and_then(|name| {
        let rename = || renameat(&found.parent.directory, &found.name, &top.directory, &name);
        match rename() {
            // To move a directory is to write into it: its `..` changes.
            Err(Errno::ACCESS) => {
                let unlocked = found.parent.directory.make_child_readable(&found.name);
                unlocked.and_then(|()| found.parent.directory.make_writable()).and_then(|()| rename())
            }
            renamed => renamed,
        }?;
        Ok(name)
    });
    match renamed {
        Ok(name) => {
            top.pending.fetch_add(1, Ordering::AcqRel);
            let moved = Found { parent: top, name, shown: found.shown };
            scope.spawn(move |scope| descend(scope, run, moved));
        }
        Err(Errno::NOENT) => {}
        Err(error) => run.keep(&found.parent, found.shown, error),
    }
    settle(scope, run, found.parent);
}

/// One thing less to wait for in a directory; the last one takes the directory with it, and so on upwards.
fn settle<'s>(scope: &Scope<'s>, run: &'s Run<'_>, node: Arc<Node>) {
    let mut node = node;
    while node.pending.fetch_sub(1, Ordering::AcqRel) == 1 {
        let Some(parent) = node.parent.clone() else { return };
        if node.stuck.load(Ordering::Relaxed) {
            parent.stuck.store(true, Ordering::Relaxed);
        } else {
            match unlink(&parent.directory, &node.name, AtFlags::REMOVEDIR) {
                Ok(()) => run.gone(1),
                Err(Errno::NOENT) => {}
                Err(Errno::NOTEMPTY | Errno::EXIST)
                    if node.listings.load(Ordering::Relaxed) < MOST_LISTINGS =>
                {
                    node.pending.store(1, Ordering::Release);
                    return empty(scope, run, node);
                }
                Err(Errno::NOTDIR) => run.gone(u64::from(run.take(&parent, &node.name) == Taken::Gone)),
                Err(error) => run.keep(&parent, node.shown.clone(), error),
            }
        }
        node = parent;
    }
}

/// Opens a directory, which may forbid its owner to.
fn open_for_removal(parent: &HeldDirectory, name: &CStr) -> Result<HeldDirectory, Errno> {
    match parent.open_child(name) {
        Err(Errno::ACCESS) => {
            // Either of the two may be what forbids.
            let unlocked = parent.make_child_readable(name);
            unlocked.or_else(|_| parent.make_writable().and_then(|()| parent.make_child_readable(name)))?;
            parent.open_child(name)
        }
        opened => opened,
    }
}

/// Removes a name from a directory, which may be read-only.
fn unlink(directory: &HeldDirectory, name: &CStr, flags: AtFlags) -> Result<(), Errno> {
    match unlinkat(directory, name, flags) {
        Err(Errno::ACCESS) => {
            directory.make_writable()?;
            unlinkat(directory, name, flags)
        }
        unlinked => unlinked,
    }
}
