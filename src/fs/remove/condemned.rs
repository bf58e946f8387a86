//! Directories that are deleted in their place: the mark that says so, by which another run goes on after a kill.

use std::io::{self, ErrorKind};
use std::path::Path;

use super::place::DirectoryPlace;
use crate::error::{Error, Result};
use crate::fs::directory::DirectoryHandle;
use crate::fs::listed_tree::TreeListing;
use crate::fs::metadata::exists;
use crate::fs::own_names::CONDEMNED_MARK;
use crate::fs::tree_listing::list_open;
use crate::path::{RepoPath, bytes_to_path, display};

/// How far the deletion of a directory in its place has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CondemnedState {
    /// It has not begun.
    Whole,
    /// It has begun, and nothing was changed there since.
    Begun,
    /// It has begun, and these files came or were changed since.
    Changed(Vec<RepoPath>),
    /// All is gone but the directory.
    Empty,
}

impl DirectoryPlace {
    /// Marks the directory as one whose deletion in its place begins, by this operation. The mark is a link, for which a
    /// full disk has room.
    ///
    /// # Errors
    /// Action; nothing has begun then.
    pub fn condemn(&self, operation: &str) -> Result<()> {
        let mark = |directory: &DirectoryHandle| directory.make_link(CONDEMNED_MARK, operation.as_bytes());
        let marked = self.parent.open_child(&self.name).and_then(|directory| match mark(&directory) {
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                directory.make_writable().and_then(|()| mark(&directory))
            }
            marked => marked,
        });
        marked.map_err(|error| {
            let failed =
                format!("failed to mark `{}`, which has to be deleted in its place", display(&self.path));
            Error::action(failed).cause(error)
        })
    }

    /// How far this operation has come with it.
    #[must_use]
    pub fn condemned_state(&self, operation: &str) -> CondemnedState {
        let state = || -> io::Result<CondemnedState> {
            let directory = self.parent.open_child(&self.name)?;
            if directory.list_shared()?.is_empty() {
                return Ok(CondemnedState::Empty);
            }
            let mark = directory.status_of(CONDEMNED_MARK)?;
            let Some(mark) = mark.filter(|_| says(&directory, operation)) else {
                return Ok(CondemnedState::Whole);
            };
            let changed = changed_since(&list_open(&directory, None), mark.stamp.changed);
            Ok(if changed.is_empty() { CondemnedState::Begun } else { CondemnedState::Changed(changed) })
        };
        state().unwrap_or(CondemnedState::Whole)
    }

    /// Takes the mark away: what is left stays.
    pub fn spare(&self) {
        let _ =
            self.parent.open_child(&self.name).and_then(|directory| directory.remove_entry(CONDEMNED_MARK));
    }
}

fn says(directory: &DirectoryHandle, operation: &str) -> bool {
    directory.read_link(CONDEMNED_MARK).is_ok_and(|said| said == operation.as_bytes())
}

/// Says whether a directory is marked as one whose deletion in its place has begun.
#[must_use]
pub fn is_condemned(directory: &Path) -> bool {
    exists(&directory.join(bytes_to_path(CONDEMNED_MARK)))
}

/// Says whether a name in a directory is that of the mark.
#[must_use]
pub fn is_condemned_mark(name: &[u8]) -> bool {
    name == CONDEMNED_MARK
}

/// The files that came or were changed after a time of change, which programs cannot set. What Python compiled does not
/// count.
pub(in crate::fs) fn changed_since(listing: &TreeListing, time: (i64, i64)) -> Vec<RepoPath> {
    let later = listing.entries().filter(|entry| {
        let is_later = entry.stamp.is_some_and(|stamp| stamp.changed > time);
        is_later && !entry.name.ends_with(b".pyc")
    });
    later.map(|entry| entry.path()).collect()
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "it makes and looks at what is deleted")]

    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::ports::NoProgress;

    #[test]
    fn only_the_operation_that_has_begun_goes_on() {
        let top = tempfile::tempdir().expect("a directory");
        let root = top.path().join("env");
        fs::create_dir_all(root.join("lib")).expect("a directory");
        fs::write(root.join("lib/a.py"), "x").expect("a file");
        fs::set_permissions(&root, fs::Permissions::from_mode(0o555)).expect("a mode");
        let place = || DirectoryPlace::at(&root).expect("a place").in_place();
        assert_eq!(place().condemned_state("one"), CondemnedState::Whole);
        place().condemn("one").expect("a mark");
        assert_eq!(place().condemned_state("one"), CondemnedState::Begun);
        assert_eq!(place().condemned_state("other"), CondemnedState::Whole);
        let mark = fs::symlink_metadata(root.join(".git-pyenv-condemned")).expect("a mark");
        let changed = |mark: &fs::Metadata, path: &std::path::Path| {
            use std::os::unix::fs::MetadataExt;
            let found = fs::metadata(path).expect("a file");
            (found.ctime(), found.ctime_nsec()) > (mark.ctime(), mark.ctime_nsec())
        };
        // The clock of a file system moves in steps.
        while {
            fs::write(root.join("lib/mine.py"), "mine").expect("a file");
            !changed(&mark, &root.join("lib/mine.py"))
        } {}
        let mine = RepoPath::new(b"lib/mine.py".as_slice()).expect("a path");
        assert_eq!(place().condemned_state("one"), CondemnedState::Changed(vec![mine]));
        place().spare();
        assert_eq!(place().condemned_state("one"), CondemnedState::Whole);
        place().condemn("two").expect("a mark");
        let removed = place().remove_tree(&|_| true, &NoProgress).expect("a deletion");
        assert_eq!((removed.kept, removed.is_mounted), (Vec::new(), false));
        assert!(!root.exists());
        fs::create_dir(&root).expect("a directory");
        assert_eq!(place().condemned_state("two"), CondemnedState::Empty);
    }
}
