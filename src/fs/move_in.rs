//! Moving what was made in a staging directory into a directory that exists.

use std::io::{self, ErrorKind};

use super::directory::FileKind;
use super::open_directory::OpenDirectory;
use super::place::open_below;
use crate::path::RepoPath;

/// What became of an entry that was to be moved into a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MovedIn {
    /// It is there, with everything in it.
    Moved,
    /// Both are directories: what is in it is still to be moved.
    Merged,
    /// Something else is in its place, and stays.
    Taken,
}

impl OpenDirectory {
    /// Moves an entry of another directory into the same place of this one. A file or link of this one is replaced by one
    /// of the other if it may be, and nothing else is.
    ///
    /// # Errors
    /// That of the system, also if a directory above the place does not exist or is a link.
    pub fn take_in(&self, from: &Self, path: &RepoPath, replaces: bool) -> io::Result<MovedIn> {
        let above = path.parent().unwrap_or_default();
        let (to, from) = (open_below(&self.handle, &above)?, open_below(&from.handle, &above)?);
        let name = path.name();
        let Some(new) = from.status_of(name)? else { return Err(ErrorKind::NotFound.into()) };
        match from.rename_to_free(name, &to, name) {
            Err(error) if is_taken(&error) => {}
            renamed => return renamed.map(|()| MovedIn::Moved),
        }
        let Some(old) = to.status_of(name)? else { return Err(ErrorKind::AlreadyExists.into()) };
        let is_entry = |kind: FileKind| matches!(kind, FileKind::File | FileKind::Link);
        match (new.kind, old.kind) {
            (FileKind::Directory, FileKind::Directory) => Ok(MovedIn::Merged),
            (new, old) if replaces && is_entry(new) && is_entry(old) => {
                from.rename_entry(name, &to, name).map(|()| MovedIn::Moved)
            }
            _ => Ok(MovedIn::Taken),
        }
    }

    /// What is at a path below it; `None` if nothing is.
    ///
    /// # Errors
    /// That of the system, also if a directory above it is a link.
    pub fn found_at(&self, path: &RepoPath) -> io::Result<Option<FileKind>> {
        match self.status_of(path) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound) => Ok(None),
            status => Ok(status?.map(|status| status.kind)),
        }
    }
}

fn is_taken(error: &io::Error) -> bool {
    let kinds = [ErrorKind::AlreadyExists, ErrorKind::DirectoryNotEmpty, ErrorKind::NotADirectory];
    kinds.contains(&error.kind()) || error.kind() == ErrorKind::IsADirectory
}

#[cfg(all(test, unix))]
#[expect(clippy::disallowed_methods, reason = "a test looks at the disk")]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_files_and_links_are_replaced_and_only_where_they_may_be() {
        let directory = tempfile::tempdir().expect("a directory");
        let place = |name: &str| directory.path().join(name);
        for made in ["from/d/e", "from/n", "to/d", "to/x"] {
            fs::create_dir_all(place(made)).expect("a directory");
        }
        for (name, text) in [("from/d/f", "new"), ("from/x", "new"), ("from/n/g", "new"), ("to/d/f", "old")] {
            fs::write(place(name), text).expect("a file");
        }
        let open = |name: &str| OpenDirectory::open(&place(name)).expect("a directory");
        let (from, to) = (open("from"), open("to"));
        let take = |path: &str, replaces: bool| {
            to.take_in(&from, &RepoPath::new(path.as_bytes()).expect("a path"), replaces).expect("an answer")
        };
        assert_eq!(take("d", true), MovedIn::Merged);
        assert_eq!(take("d/e", false), MovedIn::Moved);
        assert_eq!(take("d/f", false), MovedIn::Taken);
        assert_eq!(fs::read(place("to/d/f")).expect("a file"), b"old");
        assert_eq!(take("d/f", true), MovedIn::Moved);
        assert_eq!(fs::read(place("to/d/f")).expect("a file"), b"new");
        assert_eq!(take("x", true), MovedIn::Taken, "a directory is no file");
        assert_eq!(take("n", false), MovedIn::Moved);
        assert!(place("to/n/g").exists() && place("to/d/e").is_dir());
    }
}
