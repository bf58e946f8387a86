//! Counts files and bytes, with as many threads as the machine has processors.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::Scope;

use super::directory::{Directory, NameKind, Named, Weight};
use crate::model::{Measure, Skip};
use crate::path::{RepoPath, bytes_to_path, split_name};
use crate::ports::Progress;

/// What to count: everything at and below some paths of a directory.
#[derive(Debug, Clone)]
pub struct Load {
    /// The directory.
    pub top: PathBuf,
    /// The paths below it; a path that is not there counts nothing.
    pub paths: Vec<RepoPath>,
}

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measured {
    /// The sum.
    pub measure: Measure,
    /// What could not be counted, by path.
    pub skipped: Vec<Skip>,
}

/// Counts each load by itself. Links are counted and never followed, nothing outside of the paths is looked at, no
/// access time of a file changes.
///
/// Files are counted by name; bytes are those of the content (not the blocks of the disk, not the directories), where
/// a file with several names in the same load counts once, as for `du`.
#[must_use]
pub fn measure(loads: &[Load], progress: &dyn Progress) -> Vec<Measured> {
    let tallies: Vec<Tally<'_>> = loads.iter().map(|_| Tally::new(progress)).collect();
    rayon::scope(|scope| {
        for (load, tally) in loads.iter().zip(&tallies) {
            load.paths.iter().for_each(|path| start(scope, &load.top, path, tally));
        }
    });
    tallies.into_iter().map(Tally::sum).collect()
}

/// Counts one path, or starts on the directory that it names.
fn start<'s>(scope: &Scope<'s>, top: &Path, path: &RepoPath, tally: &'s Tally<'s>) {
    let (holder, name) = split_name(path.as_bytes());
    let opened = Directory::open(&top.join(bytes_to_path(holder)));
    let weighed = opened.and_then(|directory| Ok((directory.weigh(name)?, directory)));
    match weighed {
        Ok((weight, directory)) if weight.kind == NameKind::Directory => {
            let holder = Arc::new(Open { directory, path: holder.to_vec() });
            walk(scope, &holder, name, tally);
        }
        Ok((weight, _)) => tally.add(&[weight]),
        Err(error) => tally.skip(path.as_bytes(), &error),
    }
}

/// An open directory, with its path from the top.
struct Open {
    directory: Directory,
    path: Vec<u8>,
}

impl Open {
    fn path_of(&self, name: &[u8]) -> Vec<u8> {
        if self.path.is_empty() { name.to_vec() } else { [&self.path, b"/".as_slice(), name].concat() }
    }
}

/// Counts what is directly in a directory and leaves the directories there to whichever thread is free. Each is
/// opened when its turn comes, so that no more are open at once than lie above those being read.
fn walk<'s>(scope: &Scope<'s>, holder: &Open, name: &[u8], tally: &'s Tally<'s>) {
    let path = holder.path_of(name);
    let listed = holder.directory.enter(name).and_then(|mut directory| Ok((directory.list()?, directory)));
    let (names, directory) = match listed {
        Ok(listed) => listed,
        Err(error) => return tally.skip(&path, &error),
    };
    let here = Arc::new(Open { directory, path });
    let mut weights = Vec::with_capacity(names.len());
    for Named { name, kind } in names {
        if kind == NameKind::Directory {
            let holder = Arc::clone(&here);
            scope.spawn(move |scope| walk(scope, &holder, &name, tally));
            continue;
        }
        match here.directory.weigh(&name) {
            Ok(weight) => weights.push(weight),
            Err(error) => tally.skip(&here.path_of(&name), &error),
        }
    }
    tally.add(&weights);
}

/// The sum of one load, as it grows.
struct Tally<'p> {
    progress: &'p dyn Progress,
    files: AtomicU64,
    bytes: AtomicU64,
    /// Files with more than one name: which, and how many bytes. They are told apart at the end.
    shared: Mutex<Vec<((u64, u64), u64)>>,
    skipped: Mutex<Vec<Skip>>,
}

impl<'p> Tally<'p> {
    fn new(progress: &'p dyn Progress) -> Self {
        let (files, bytes) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { progress, files, bytes, shared: Mutex::default(), skipped: Mutex::default() }
    }

    fn add(&self, weights: &[Weight]) {
        let own = weights.iter().filter(|weight| weight.shared.is_none());
        let bytes = own.map(|weight| weight.bytes).sum();
        self.files.fetch_add(weights.len() as u64, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let mut shared = weights.iter().filter_map(|weight| Some((weight.shared?, weight.bytes))).peekable();
        if shared.peek().is_some() {
            self.shared.lock().unwrap_or_else(PoisonError::into_inner).extend(shared);
        }
        self.progress.advance(weights.len() as u64, bytes);
    }

    /// Notes what could not be counted; what has gone away meanwhile has no size any more.
    fn skip(&self, path: &[u8], error: &io::Error) {
        if error.kind() == io::ErrorKind::NotFound {
            return;
        }
        if let Ok(path) = RepoPath::new(path) {
            let skip = Skip { path, reason: error.to_string(), blob: None };
            self.skipped.lock().unwrap_or_else(PoisonError::into_inner).push(skip);
        }
    }

    fn sum(self) -> Measured {
        let mut shared = self.shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        shared.sort_unstable();
        shared.dedup_by_key(|(file, _)| *file);
        let mut skipped = self.skipped.into_inner().unwrap_or_else(PoisonError::into_inner);
        skipped.sort();
        let bytes = self.bytes.into_inner() + shared.iter().map(|(_, bytes)| bytes).sum::<u64>();
        Measured { measure: Measure { files: self.files.into_inner(), bytes }, skipped }
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "it makes what is measured")]

    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::ports::NoProgress;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text.as_bytes()).expect("a path")
    }

    fn load(top: &Path, paths: &[&str]) -> Load {
        Load { top: top.to_path_buf(), paths: paths.iter().map(|text| path(text)).collect() }
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
        let loads = [load(top, &["a"]), load(top, &["a/one", "a/deep"]), load(top, &["linked", "gone"])];
        let measured: Vec<Measure> = measure(&loads, &NoProgress).into_iter().map(|m| m.measure).collect();
        // A link counts as long as its target's path is.
        let expected = [(4, 10 + 5 + 8), (3, 10 + 5), (1, 1)];
        assert_eq!(measured, expected.map(|(files, bytes)| Measure { files, bytes }));
    }

    #[test]
    fn says_what_it_cannot_read() {
        let directory = tempfile::tempdir().expect("a directory");
        let closed = directory.path().join("a/closed");
        fs::create_dir_all(&closed).expect("directories");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("permissions");
        let open_all_the_same = fs::read_dir(&closed).is_ok();
        let [measured] =
            measure(&[load(directory.path(), &["a"])], &NoProgress).try_into().expect("one answer");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("permissions");
        let skipped: Vec<RepoPath> = measured.skipped.into_iter().map(|skip| skip.path).collect();
        // The superuser may read everything.
        let expected = if open_all_the_same { Vec::new() } else { vec![path("a/closed")] };
        assert_eq!(skipped, expected);
    }
}
