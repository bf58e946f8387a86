//! Counts files and bytes with as many threads as the machine has processors.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use rayon::Scope;

use super::directory::{DirectoryEntry, DirectoryHandle, FileKind, FileSize, time_of};
use super::hard_links::{self, SharedFile};
use super::threads;
use crate::model::{Measure, Skip};
use crate::order::Arrange as _;
use crate::path::{RepoPath, bytes_to_path, split_name};
use crate::ports::Progress;

/// What to count: everything at and below some paths in a directory.
#[derive(Debug, Clone)]
pub struct MeasuringJob {
    /// The directory.
    pub top: PathBuf,
    /// Paths in it; a path that does not exist counts nothing.
    pub paths: Vec<RepoPath>,
}

/// The result of one job.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirectorySize {
    /// The sum.
    pub measure: Measure,
    /// The bytes of files that have no name elsewhere: so much is free once all that was counted is deleted.
    pub freed_bytes: u64,
    /// When the content of a file was changed last; `None` if there is no file.
    pub modified: Option<SystemTime>,
    /// What could not be counted, sorted by path.
    pub skipped: Vec<Skip>,
}

/// Counts each job separately. Links are counted, never followed; nothing outside of the paths is read, and no access
/// time of a file changes.
///
/// Files are counted by name. Bytes are those of the content, not the blocks on the disk and not the directories
/// themselves; a file with several names in the same job counts once, as in `du`.
#[must_use]
pub fn measure(jobs: &[MeasuringJob], progress: &dyn Progress) -> Vec<DirectorySize> {
    let accumulators: Vec<Accumulator<'_>> = jobs.iter().map(|_| Accumulator::new(progress)).collect();
    threads::scope(|scope| {
        for (job, accumulator) in jobs.iter().zip(&accumulators) {
            job.paths.iter().for_each(|path| start(scope, &job.top, path, accumulator));
        }
    });
    accumulators.into_iter().map(Accumulator::finish).collect()
}

/// Counts one path, or starts on it if it is a directory.
fn start<'s>(scope: &Scope<'s>, top: &Path, path: &RepoPath, accumulator: &'s Accumulator<'s>) {
    let (parent, name) = split_name(path.as_bytes());
    let opened = DirectoryHandle::open(&top.join(bytes_to_path(parent)));
    let sized = opened.and_then(|directory| Ok((directory.size_of(name)?, directory)));
    match sized {
        Ok((size, directory)) if size.kind == FileKind::Directory => {
            let parent = Arc::new(MeasuredDirectory { directory, path: parent.to_vec() });
            walk(scope, &parent, name, accumulator);
        }
        Ok((size, _)) => accumulator.add(&[size]),
        Err(error) => accumulator.skip(path.as_bytes(), &error),
    }
}

/// An open directory with its path relative to the top.
struct MeasuredDirectory {
    directory: DirectoryHandle,
    path: Vec<u8>,
}

impl MeasuredDirectory {
    fn path_of(&self, name: &[u8]) -> Vec<u8> {
        if self.path.is_empty() { name.to_vec() } else { [&self.path, b"/".as_slice(), name].concat() }
    }
}

/// Counts the files of a directory and leaves its subdirectories to any free thread. A subdirectory is opened
/// when a thread starts on it, so that only directories being read and their parents are open at the same time.
fn walk<'s>(scope: &Scope<'s>, parent: &MeasuredDirectory, name: &[u8], accumulator: &'s Accumulator<'s>) {
    let path = parent.path_of(name);
    let listed =
        parent.directory.open_child(name).and_then(|mut directory| Ok((directory.list()?, directory)));
    let (entries, directory) = match listed {
        Ok(listed) => listed,
        Err(error) => return accumulator.skip(&path, &error),
    };
    let here = Arc::new(MeasuredDirectory { directory, path });
    let mut sizes = Vec::with_capacity(entries.len());
    for DirectoryEntry { name, kind } in entries {
        if kind == FileKind::Directory {
            let parent = Arc::clone(&here);
            scope.spawn(move |scope| walk(scope, &parent, &name, accumulator));
            continue;
        }
        match here.directory.size_of(&name) {
            Ok(size) => sizes.push(size),
            Err(error) => accumulator.skip(&here.path_of(&name), &error),
        }
    }
    accumulator.add(&sizes);
}

/// The growing sum of one job.
struct Accumulator<'p> {
    progress: &'p dyn Progress,
    files: AtomicU64,
    bytes: AtomicU64,
    /// Seconds since 1970; the lowest number before the first file.
    modified: AtomicI64,
    /// Repeated ones are removed at the end.
    shared: Mutex<Vec<SharedFile>>,
    skipped: Mutex<Vec<Skip>>,
}

impl<'p> Accumulator<'p> {
    fn new(progress: &'p dyn Progress) -> Self {
        Self {
            progress,
            files: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            modified: AtomicI64::new(i64::MIN),
            shared: Mutex::default(),
            skipped: Mutex::default(),
        }
    }

    fn add(&self, sizes: &[FileSize]) {
        let unshared = sizes.iter().filter(|size| size.shared.is_none());
        let bytes = unshared.map(|size| size.bytes).sum();
        self.files.fetch_add(sizes.len() as u64, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let files = sizes.iter().filter(|size| size.kind == FileKind::File);
        let modified = files.map(|size| size.modified).max().unwrap_or(i64::MIN);
        self.modified.fetch_max(modified, Ordering::Relaxed);
        let mut shared =
            sizes.iter().filter_map(|size| Some((size.shared?, size.links, size.bytes))).peekable();
        if shared.peek().is_some() {
            self.shared.lock().unwrap_or_else(PoisonError::into_inner).extend(shared);
        }
        self.progress.advance(sizes.len() as u64, bytes);
    }

    /// Records what could not be counted, unless it was deleted in the meantime.
    fn skip(&self, path: &[u8], error: &io::Error) {
        if error.kind() == io::ErrorKind::NotFound {
            return;
        }
        if let Ok(path) = RepoPath::new(path) {
            let skip = Skip { path, reason: error.to_string().into(), blob: None };
            self.skipped.lock().unwrap_or_else(PoisonError::into_inner).push(skip);
        }
    }

    fn finish(self) -> DirectorySize {
        let shared = self.shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        let ((shared, freed), single) = (hard_links::sizes(shared), self.bytes.into_inner());
        let (bytes, freed_bytes) = (single + shared, single + freed);
        let mut skipped = self.skipped.into_inner().unwrap_or_else(PoisonError::into_inner);
        skipped.arrange();
        let measure = Measure { files: self.files.into_inner(), bytes };
        let modified = self.modified.into_inner();
        let modified = (modified != i64::MIN).then(|| time_of(modified));
        DirectorySize { measure, freed_bytes, modified, skipped }
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "it makes what is measured")]

    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::ports::NoProgress;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text.as_bytes()).expect("a path")
    }

    fn job(top: &Path, paths: &[&str]) -> MeasuringJob {
        MeasuringJob { top: top.to_path_buf(), paths: paths.iter().map(|text| path(text)).collect() }
    }

    #[test]
    fn counts_names_and_bytes_and_follows_nothing() {
        let directory = tempfile::tempdir().expect("a directory");
        let top = directory.path();
        fs::create_dir_all(top.join("a/deep/er")).expect("directories");
        fs::create_dir_all(top.join("other")).expect("a directory");
        fs::write(top.join("a/one"), [0; 10]).expect("a file");
        fs::write(top.join("a/deep/er/two"), [0; 5]).expect("a file");
        fs::write(top.join("other/large"), [0; 1000]).expect("a file");
        fs::hard_link(top.join("a/one"), top.join("a/deep/again")).expect("a second name");
        symlink("../other", top.join("a/link")).expect("a link");
        symlink("a", top.join("linked")).expect("a link");
        let jobs = [job(top, &["a"]), job(top, &["a/one", "a/deep"]), job(top, &["linked", "gone"])];
        let measured: Vec<Measure> = measure(&jobs, &NoProgress).into_iter().map(|m| m.measure).collect();
        // A link counts the length of its target's path.
        let expected = [(4, 10 + 5 + 8), (3, 10 + 5), (1, 1)];
        assert_eq!(measured, expected.map(|(files, bytes)| Measure { files, bytes }));
    }

    #[test]
    fn what_has_a_name_elsewhere_frees_nothing() {
        let directory = tempfile::tempdir().expect("a directory");
        let top = directory.path();
        fs::create_dir_all(top.join("a")).expect("a directory");
        fs::create_dir_all(top.join("b")).expect("a directory");
        fs::write(top.join("a/own"), [0; 1]).expect("a file");
        fs::write(top.join("a/twice"), [0; 10]).expect("a file");
        fs::hard_link(top.join("a/twice"), top.join("a/again")).expect("a second name");
        fs::write(top.join("a/shared"), [0; 100]).expect("a file");
        fs::hard_link(top.join("a/shared"), top.join("b/shared")).expect("a second name");
        let newest = UNIX_EPOCH + Duration::from_secs(4_000_000_000);
        fs::File::open(top.join("a/own")).and_then(|file| file.set_modified(newest)).expect("a time");
        let measured = measure(&[job(top, &["a"]), job(top, &["a", "b"])], &NoProgress);
        let freed: Vec<(u64, u64)> =
            measured.iter().map(|found| (found.measure.bytes, found.freed_bytes)).collect();
        assert_eq!(freed, [(111, 11), (111, 111)]);
        assert_eq!(measured[0].modified, Some(newest));
        assert_eq!(measure(&[job(top, &["gone"])], &NoProgress)[0].modified, None);
    }

    #[test]
    fn says_what_it_cannot_read() {
        let directory = tempfile::tempdir().expect("a directory");
        let closed = directory.path().join("a/closed");
        fs::create_dir_all(&closed).expect("directories");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("permissions");
        let open_all_the_same = fs::read_dir(&closed).is_ok();
        let [measured] =
            measure(&[job(directory.path(), &["a"])], &NoProgress).try_into().expect("one answer");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("permissions");
        let skipped: Vec<RepoPath> = measured.skipped.into_iter().map(|skip| skip.path).collect();
        // The superuser can read everything.
        let expected = if open_all_the_same { Vec::new() } else { vec![path("a/closed")] };
        assert_eq!(skipped, expected);
    }
}
