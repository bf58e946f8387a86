//! Deletion through paths, for systems where no descriptor of a directory can be used.
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::fs;
use std::path::Path;

use super::outcome::{KeptEntry, LAST, RemovedTree};
use super::place::DirectoryPlace;
use crate::error::{Error, Result};
use crate::fs::listed_tree::TreeListing;
use crate::fs::metadata::Identity;
use crate::path::{display, path_to_bytes};
use crate::ports::Progress;

/// Deletes a directory; the contract is that of `DirectoryPlace::remove_tree`. No directory has an identity here.
pub(super) fn remove(
    place: &DirectoryPlace,
    _: Option<&TreeListing>,
    is_expected: &dyn Fn(Option<Identity>) -> bool,
    progress: &dyn Progress,
) -> Result<RemovedTree> {
    if !is_expected(None) {
        return Err(place.replaced());
    }
    let root = place.parent.path_of(&place.name);
    let root = root.as_path();
    let failed = |error| Error::action(format!("failed to remove `{}`", display(root))).cause(error);
    let kind = fs::symlink_metadata(root).map_err(failed)?;
    if !kind.is_dir() {
        return Err(Error::action(format!("refusing to delete `{}`: it is not a directory", display(root))));
    }
    let mut run = Run { root, progress, outcome: RemovedTree::default() };
    run.empty(root, &LAST);
    if run.outcome.kept.is_empty() {
        for name in LAST {
            let last = root.join(crate::path::bytes_to_path(name));
            if fs::symlink_metadata(&last).is_ok() {
                run.remove_entry(&last, 1, |path| fs::remove_file(path));
            }
        }
        run.remove_entry(root, 0, |path| fs::remove_dir(path));
    }
    Ok(run.outcome)
}

/// A running deletion.
struct Run<'r> {
    root: &'r Path,
    progress: &'r dyn Progress,
    outcome: RemovedTree,
}

impl Run<'_> {
    fn empty(&mut self, directory: &Path, last: &[&[u8]]) {
        let entries = match fs::read_dir(directory) {
            Ok(entries) => entries,
            Err(error) => return self.keep(directory, &error),
        };
        for entry in entries.filter_map(|entry| entry.ok()) {
            let path = entry.path();
            let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_directory {
                self.empty(&path, &[]);
                self.remove_entry(&path, 0, |path| fs::remove_dir(path));
            } else if !last.contains(&path_to_bytes(Path::new(&entry.file_name())).as_slice()) {
                self.remove_entry(&path, 1, |path| make_writable(path).and_then(|()| fs::remove_file(path)));
            }
        }
    }

    /// Deletes an entry; the progress is that of files, of which a directory is none.
    fn remove_entry(&mut self, path: &Path, files: u64, remove: impl Fn(&Path) -> std::io::Result<()>) {
        match remove(path) {
            Ok(()) => {
                self.outcome.removed += 1;
                self.progress.advance(files, 0);
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => self.keep(path, &error),
        }
    }

    fn keep(&mut self, path: &Path, error: &std::io::Error) {
        let relative = path.strip_prefix(self.root).unwrap_or(path);
        self.outcome.kept.push(KeptEntry { path: path_to_bytes(relative), reason: error.to_string() });
    }
}

/// Removes the read-only attribute, which prevents deletion on Windows; links are left as they are.
fn make_writable(path: &Path) -> std::io::Result<()> {
    let metadata = fs::symlink_metadata(path)?;
    let mut permissions = metadata.permissions();
    if metadata.is_symlink() || !permissions.readonly() {
        return Ok(());
    }
    permissions.set_readonly(false);
    fs::set_permissions(path, permissions)
}
