//! Caches that tools make again by themselves: which directories are ones, by what is in them, and deleting them.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::env::stop_point;
use crate::error::{Error, Result};
use crate::formats::audit_log::{AuditAction, AuditEvent, AuditRecord, KEPT_LIMIT, KeptFile};
use crate::fs::{
    self, AsideDirectory, DirectoryEntry, DirectoryPlace, DirectoryVisitor, FileKind, Identity, KeptEntry,
    UnvisitedDirectory, is_staging_name, visit_directories,
};
use crate::journal::{StateDirectory, operation_id};
use crate::model::Measure;
use crate::order::Arrange as _;
use crate::path::RepoPath;
use crate::ports::{Progress, SignalGuard};

/// A kind of cache.
#[derive(Debug, Clone, Copy)]
pub struct CacheKind {
    /// Its name in output.
    pub name: &'static str,
    is_named: fn(&[u8]) -> bool,
    /// Says whether it is one by what is in it, given what lies beside it.
    is_one: fn(&[DirectoryEntry], &[DirectoryEntry]) -> bool,
}

/// The kinds of caches. A name alone makes no cache: what is in it must be what its tool writes.
static KINDS: [CacheKind; 9] = [
    CacheKind {
        name: "bytecode",
        is_named: |name| name == b"__pycache__",
        is_one: |inside, _| inside.iter().all(is_bytecode),
    },
    CacheKind { name: "pytest", is_named: |name| name == b".pytest_cache", is_one: has_cache_tag },
    CacheKind { name: "mypy", is_named: |name| name == b".mypy_cache", is_one: has_cache_tag },
    CacheKind { name: "ruff", is_named: |name| name == b".ruff_cache", is_one: has_cache_tag },
    CacheKind { name: "tox", is_named: |name| name == b".tox", is_one: |_, _| true },
    CacheKind { name: "nox", is_named: |name| name == b".nox", is_one: |_, _| true },
    CacheKind {
        name: "egg-info",
        is_named: |name| name.ends_with(b".egg-info"),
        is_one: |inside, _| inside.is_empty() || (has(inside, b"PKG-INFO") && has(inside, b"SOURCES.txt")),
    },
    CacheKind {
        name: "build",
        is_named: |name| name == b"build",
        is_one: |inside, beside| {
            is_project(beside) && !inside.is_empty() && inside.iter().all(is_build_output)
        },
    },
    CacheKind {
        name: "dist",
        is_named: |name| name == b"dist",
        is_one: |inside, beside| is_project(beside) && is_distribution_output(inside),
    },
];

/// Directories that are never entered: they hold no caches of the project.
const NEVER_ENTERED: [&[u8]; 3] = [b".git", b"node_modules", b"__pypackages__"];

/// A cache in a work tree.
#[derive(Debug, Clone)]
pub struct Cache {
    /// Its directory.
    pub path: RepoPath,
    /// Which one it is.
    pub kind: CacheKind,
    identity: Option<Identity>,
}

/// What was found on a walk through a work tree.
#[derive(Debug, Default)]
pub struct FoundCaches {
    /// The caches, by path, none of them in another.
    pub caches: Vec<Cache>,
    /// Directories with the name of a staging directory, by path.
    pub staging: Vec<RepoPath>,
    /// What could not be looked at, by path.
    pub unvisited: Vec<UnvisitedDirectory>,
}

/// Finds the caches below a directory that are in no environment, no other repository and nothing that a link or mount
/// leads to.
#[must_use]
pub fn find_caches(top: &Path) -> FoundCaches {
    let finder = CacheFinder { top, found: Mutex::default() };
    let unvisited = visit_directories(top, &finder);
    let mut found = finder.found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.caches.arrange_by(|one, other| one.path.cmp(&other.path));
    found.caches.dedup_by(|next, cache| next.path.is_within(&cache.path));
    found.staging.arrange();
    FoundCaches { unvisited, ..found }
}

/// Collects caches on a walk.
struct CacheFinder<'f> {
    top: &'f Path,
    found: Mutex<FoundCaches>,
}

impl CacheFinder<'_> {
    /// Looks at a directory that lies beside these.
    fn look(&self, path: RepoPath, beside: &[DirectoryEntry]) {
        if is_staging_name(path.name()) {
            self.found.lock().unwrap_or_else(PoisonError::into_inner).staging.push(path);
            return;
        }
        let Some(kind) = kind_of(path.name()) else { return };
        let place = path.to_path(self.top);
        let inside = fs::list_directory(&place).ok().flatten().unwrap_or_default();
        if (kind.is_one)(&inside, beside) {
            let cache = Cache { path, kind: *kind, identity: fs::identity(&place) };
            self.found.lock().unwrap_or_else(PoisonError::into_inner).caches.push(cache);
        }
    }
}

impl DirectoryVisitor for CacheFinder<'_> {
    fn visit(&self, path: &RepoPath, entries: &[DirectoryEntry]) -> bool {
        // Those of another repository or of an environment belong to that.
        let holders: [&[u8]; 3] = [b"pyvenv.cfg", b"conda-meta", b".git"];
        let is_holder = !path.is_root() && holders.iter().any(|name| has(entries, name));
        let directories = entries.iter().filter(|entry| entry.kind == FileKind::Directory);
        directories
            // What a run left that deletes only parts of an environment lies in it.
            .filter(|entry| !is_holder || (is_staging_name(&entry.name) && !has(entries, b".git")))
            .filter_map(|entry| path.join(&entry.name).ok())
            .for_each(|below| self.look(below, entries));
        !is_holder
    }

    fn enters(&self, name: &[u8]) -> bool {
        // A directory called `build` or `dist` may be a package.
        let is_cache = name == b"__pycache__" || (name.starts_with(b".") && kind_of(name).is_some());
        !NEVER_ENTERED.contains(&name) && !is_staging_name(name) && !is_cache
    }
}

fn kind_of(name: &[u8]) -> Option<&'static CacheKind> {
    KINDS.iter().find(|kind| (kind.is_named)(name))
}

fn has(entries: &[DirectoryEntry], name: &[u8]) -> bool {
    entries.iter().any(|entry| entry.name == name)
}

/// The compiled files of Python and numba, also those that were just being written.
fn is_bytecode(entry: &DirectoryEntry) -> bool {
    let endings: [&[u8]; 5] = [b".pyc", b".pyo", b".nbc", b".nbi", b".pyi"];
    let name = entry.name.as_slice();
    let stem = name.iter().rposition(|&byte| byte == b'.').map_or(name, |dot| &name[..dot]);
    let is_temporary = name[stem.len()..].iter().skip(1).all(u8::is_ascii_digit);
    let ends = |name: &[u8]| endings.iter().any(|ending| name.ends_with(ending));
    entry.kind == FileKind::File && (ends(name) || (is_temporary && ends(stem)))
}

/// All of these tools write the file of <https://bford.info/cachedir/>. Without it only what is left of a deletion that was
/// cut short is one, which has nothing in it that anybody made.
fn has_cache_tag(inside: &[DirectoryEntry], _: &[DirectoryEntry]) -> bool {
    has(inside, b"CACHEDIR.TAG") || inside.iter().all(|entry| entry.name == b".gitignore")
}

fn is_project(beside: &[DirectoryEntry]) -> bool {
    [b"pyproject.toml".as_slice(), b"setup.py", b"setup.cfg"].iter().any(|name| has(beside, name))
}

/// What setuptools makes in `build`.
fn is_build_output(entry: &DirectoryEntry) -> bool {
    let name = entry.name.as_slice();
    let starts = [b"lib.".as_slice(), b"bdist.", b"temp.", b"scripts-"];
    entry.kind == FileKind::Directory
        && (name == b"lib" || name == b"__editable__" || starts.iter().any(|start| name.starts_with(start)))
}

/// Packages, and the `.gitignore` with which uv hides them.
fn is_distribution_output(inside: &[DirectoryEntry]) -> bool {
    let endings = [b".whl".as_slice(), b".tar.gz", b".zip", b".egg"];
    let is_package = |entry: &DirectoryEntry| {
        entry.kind == FileKind::File && endings.iter().any(|ending| entry.name.ends_with(ending))
    };
    inside.iter().any(is_package)
        && inside.iter().all(|entry| is_package(entry) || entry.name == b".gitignore")
}

/// Deletes caches in their places, in one operation of the audit log, and returns what could not be deleted of each, with
/// the number of the cache; `logged` is what the log says of the command. A pending signal ends it between two caches.
///
/// # Errors
/// Action if the intent or the result cannot be recorded; without an intent nothing is deleted.
pub fn delete_caches(
    state: &StateDirectory,
    top: &Path,
    (caches, size, logged): (&[Cache], Measure, (AuditAction, &str)),
    progress: &dyn Progress,
    signals: &dyn SignalGuard,
) -> Result<Vec<(usize, Vec<KeptEntry>)>> {
    let Some(first) = caches.first() else { return Ok(Vec::new()) };
    let started = Instant::now();
    // Locked as long as this run is at it.
    let at_work = AsideDirectory::beside(&first.path.to_path(top))?;
    let intent =
        AuditRecord { aside: Some(at_work.path().as_path().into()), ..intent(top, "caches", size, logged) };
    let room = state.begin(intent.clone())?;
    stop_point("caches-recorded");
    progress.phase("deleting caches", Some(size.files));
    let mut kept = Vec::new();
    for (number, cache) in caches.iter().enumerate() {
        if signals.is_pending() {
            let reason = "interrupted".to_owned();
            kept.push((number, vec![KeptEntry { path: Vec::new(), reason }]));
            continue;
        }
        let left = delete(top, (number, cache), &at_work, progress);
        stop_point("cache-deleted");
        if !left.is_empty() {
            kept.push((number, left));
        }
    }
    let told = |(number, left): &(usize, Vec<KeptEntry>)| -> Vec<KeptFile> {
        let Some(cache) = caches.get(*number) else { return Vec::new() };
        let path = |left: &KeptEntry| cache.path.join(&left.path).unwrap_or_else(|_| cache.path.clone());
        let file =
            |left: &KeptEntry| KeptFile { path: path(left).as_bytes().into(), reason: left.reason.clone() };
        left.iter().map(file).collect()
    };
    let told: Vec<KeptFile> = kept.iter().flat_map(told).collect();
    drop(room);
    state.append(AuditRecord {
        event: if told.is_empty() { AuditEvent::Done } else { AuditEvent::Failed },
        bytes_after: told.is_empty().then_some(0),
        freed_bytes: told.is_empty().then_some(size.bytes),
        milliseconds: Some(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)),
        kept_count: told.len() as u64,
        kept: told.into_iter().take(KEPT_LIMIT).collect(),
        ..intent
    })?;
    drop(at_work);
    Ok(kept)
}

/// Deletes a cache, which is first moved aside: what would be left of one after a kill would often be known as none.
fn delete(
    top: &Path,
    (number, cache): (usize, &Cache),
    aside: &AsideDirectory,
    progress: &dyn Progress,
) -> Vec<KeptEntry> {
    let place = cache.path.to_path(top);
    if !fs::exists(&place) {
        return Vec::new();
    }
    let is_expected = |found: Option<Identity>| found == cache.identity;
    let place = DirectoryPlace::at(&place).map(|place| aside.condemn_other(place, number, cache.identity));
    match place.and_then(|place| place.remove_tree(&is_expected, progress)) {
        Ok(tree) => tree.kept,
        Err(error) => vec![KeptEntry { path: Vec::new(), reason: error_text(&error) }],
    }
}

/// The first cause of an error, else its message.
fn error_text(error: &Error) -> String {
    error.reason().seen_from_root()
}

/// The intent to delete something of which no snapshot is taken.
pub(super) fn intent(top: &Path, kind: &str, size: Measure, logged: (AuditAction, &str)) -> AuditRecord {
    AuditRecord {
        inode: fs::identity(top).map(Identity::number),
        files: size.files,
        bytes: size.bytes,
        ..AuditRecord::intent(operation_id(top, kind), logged, top.into(), kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(names: &[&str]) -> Vec<DirectoryEntry> {
        let entry = |name: &&str| match name.strip_suffix('/') {
            Some(name) => DirectoryEntry { name: name.into(), kind: FileKind::Directory },
            None => DirectoryEntry { name: (*name).into(), kind: FileKind::File },
        };
        names.iter().map(entry).collect()
    }

    #[test]
    fn a_cache_is_one_by_what_is_in_it() {
        let project = entries(&["pyproject.toml"]);
        let nothing: &[&str] = &[];
        let cases: [(&str, &[&str], bool); 18] = [
            ("__pycache__", &["a.cpython-312.pyc", "b.cpython-312.pyc.140298"], true),
            ("__pycache__", nothing, true),
            ("__pycache__", &["a.cpython-312.pyc", "notes.txt"], false),
            ("__pycache__", &["kept/"], false),
            (".mypy_cache", &["CACHEDIR.TAG", "3.12/"], true),
            (".mypy_cache", &["mine.txt"], false),
            (".mypy_cache", &[".gitignore"], true),
            (".ruff_cache", nothing, true),
            (".pytest_cache", &["CACHEDIR.TAG", "README.md", "v/"], true),
            ("mine.egg-info", &["PKG-INFO", "SOURCES.txt"], true),
            ("mine.egg-info", &["PKG-INFO"], false),
            ("build", &["lib/", "bdist.linux-x86_64/"], true),
            ("build", &["lib/", "Makefile"], false),
            ("build", nothing, false),
            ("dist", &["a-1.whl", "a-1.tar.gz", ".gitignore"], true),
            ("dist", &["a-1.whl", "index.html"], false),
            ("dist", nothing, false),
            ("source", &["a.pyc"], false),
        ];
        for (name, inside, expected) in cases {
            let kind = kind_of(name.as_bytes());
            let is_one = kind.is_some_and(|kind| (kind.is_one)(&entries(inside), &project));
            assert_eq!(is_one, expected, "{name} {inside:?}");
        }
        let build = KINDS.iter().find(|kind| kind.name == "build").expect("a kind");
        assert!(!(build.is_one)(&entries(&["lib/"]), &entries(&["Makefile"])));
    }
}
