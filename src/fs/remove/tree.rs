//! The entry point of a deletion on every system.

use std::path::Path;

use super::outcome::RemovedTree;
use super::place::DirectoryPlace;
#[cfg(not(unix))]
use super::portable as system;
#[cfg(unix)]
use super::unix as system;
use crate::error::Result;
use crate::fs::listed_tree::TreeListing;
use crate::fs::metadata::Identity;
use crate::order::Arrange as _;
use crate::ports::Progress;

impl DirectoryPlace {
    /// Deletes the directory with everything in it, if it is the one that is expected: what is asked about is the
    /// directory that is open and will be deleted, not what a path leads to.
    ///
    /// No link is followed, not even one that replaces a directory during the deletion; mount points below are kept.
    /// Read-only directories are made writable. What cannot be deleted is reported, and everything else is deleted all
    /// the same. `progress` counts every deleted file and directory.
    ///
    /// # Errors
    /// Action if it is no directory, another one, or cannot be opened; nothing was deleted then.
    pub fn remove_tree(
        &self,
        is_expected: &dyn Fn(Option<Identity>) -> bool,
        progress: &dyn Progress,
    ) -> Result<RemovedTree> {
        let mut outcome = system::remove(self, None, is_expected, progress)?;
        outcome.kept.arrange();
        Ok(outcome)
    }

    /// As [`DirectoryPlace::remove_tree`], of a directory of which it was listed what is in it: a directory below is listed
    /// again only if something is left in it when all that was listed is gone.
    ///
    /// # Errors
    /// As [`DirectoryPlace::remove_tree`].
    pub fn remove_listed(
        &self,
        listing: &TreeListing,
        is_expected: &dyn Fn(Option<Identity>) -> bool,
        progress: &dyn Progress,
    ) -> Result<RemovedTree> {
        let mut outcome = system::remove(self, Some(listing), is_expected, progress)?;
        outcome.kept.arrange();
        Ok(outcome)
    }
}

/// Deletes the directory at a path, whichever it is, as [`DirectoryPlace::remove_tree`] does.
///
/// # Errors
/// Action if `root` is not a directory or cannot be opened; nothing was deleted then.
pub fn remove_tree(root: &Path, progress: &dyn Progress) -> Result<RemovedTree> {
    DirectoryPlace::at(root)?.remove_tree(&|_| true, progress)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "it makes and looks at what is deleted")]

    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::fs::list_tree;
    use crate::ports::NoProgress;

    #[test]
    fn what_came_after_the_listing_goes_too() {
        let directory = tempfile::tempdir().expect("a directory");
        let (top, outside) = (directory.path().join("top"), directory.path().join("outside"));
        let write = |name: &str| {
            let path = top.join(name);
            fs::create_dir_all(path.parent().expect("a directory")).expect("directories");
            fs::write(path, "").expect("a file");
        };
        ["a/one", "a/two", "b/three", "c/four", "d/e/five", "pyvenv.cfg"].iter().for_each(|name| write(name));
        fs::create_dir_all(top.join("empty")).expect("a directory");
        fs::create_dir(&outside).expect("a directory");
        fs::write(outside.join("four"), "mine").expect("a file");
        let listing = list_tree(&top).expect("a listing");
        fs::remove_file(top.join("a/one")).expect("a file less");
        fs::remove_file(top.join("a/two")).expect("a file less");
        write("a/two/in the place of a file");
        fs::remove_dir_all(top.join("c")).expect("a directory less");
        symlink(&outside, top.join("c")).expect("a link in the place of a directory");
        fs::remove_dir_all(top.join("b")).expect("a directory less");
        write("b");
        write("d/e/new/six");
        write("empty/seven");
        write("new/eight");
        let place = DirectoryPlace::at(&top).expect("a place");
        let outcome = place.remove_listed(&listing, &|_| true, &NoProgress).expect("a deletion");
        assert_eq!(outcome.kept, []);
        assert!(!top.exists(), "{:?}", list_tree(&top));
        assert_eq!(fs::read(outside.join("four")).expect("it stays"), b"mine");
        // Files and links: a/two/…, b, c, five, six, seven, eight, pyvenv.cfg; directories: a, a/two, d, e, e/new, empty,
        // new and the top.
        assert_eq!(outcome.removed, 8 + 8);
    }
}
