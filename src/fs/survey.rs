//! Looks at everything below a directory, hidden, ignored, nested repositories and all, without following a link:
//! several directories at a time, each opened in the one that holds it.

use std::path::Path;

use rayon::prelude::*;

use super::directory::{Directory, NameKind, Named};
use crate::error::{Error, Result};
use crate::model::Skip;
use crate::path::{RepoPath, display};
use crate::tree::{EntryKind, OwnedEntry};

/// Deeper directories count as unreadable: every level costs each thread a descriptor.
const DEEPEST: usize = 64;

/// What is below a directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// Files (and whatever else is no directory) and links with their sizes, by path.
    pub entries: Vec<OwnedEntry>,
    /// Directories that could not be looked into, by path.
    pub unreadable: Vec<Skip>,
}

impl Survey {
    /// The size of all entries in bytes, as far as it is known.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.entries.iter().filter_map(|entry| entry.size).sum()
    }

    fn unreadable(place: &RepoPath, reason: String) -> Self {
        let skip = Skip { path: place.clone(), reason, blob: None };
        Self { entries: Vec::new(), unreadable: vec![skip] }
    }
}

/// Looks at everything below `root`.
///
/// # Errors
/// Undecided if `root` is no directory or cannot be opened.
pub fn survey(root: &Path) -> Result<Survey> {
    let failed = |error| Error::undecided(format!("failed to read `{}`", display(root))).cause(error);
    let mut found = look(Directory::open_itself(root).map_err(failed)?, &RepoPath::root(), 0);
    found.entries.sort_by(|a, b| a.path.cmp(&b.path));
    found.unreadable.sort();
    Ok(found)
}

fn look(mut directory: Directory, place: &RepoPath, depth: usize) -> Survey {
    let mut found = Survey::default();
    let listed = match directory.list() {
        Ok(listed) => listed,
        Err(error) => return Survey::unreadable(place, error.to_string()),
    };
    let mut directories = Vec::new();
    for Named { name, kind } in listed {
        // A name of a directory's own listing is one component.
        let Ok(path) = place.join(&name) else { continue };
        let kind = match kind {
            NameKind::Directory => {
                directories.push((name, path));
                continue;
            }
            NameKind::Link => EntryKind::Link,
            NameKind::File | NameKind::Other => EntryKind::File,
        };
        let size = directory.weigh(&name).ok().map(|weight| weight.bytes);
        found.entries.push(OwnedEntry { path, kind, id: None, size });
    }
    let below = directories.par_iter().map(|(name, path)| match enter(&directory, name, depth) {
        Ok(child) => look(child, path, depth + 1),
        Err(reason) => Survey::unreadable(path, reason),
    });
    below.collect::<Vec<_>>().into_iter().for_each(|below| {
        found.entries.extend(below.entries);
        found.unreadable.extend(below.unreadable);
    });
    found
}

/// Opens a directory in another, or says why it is not looked into.
fn enter(directory: &Directory, name: &[u8], depth: usize) -> std::result::Result<Directory, String> {
    let failed = |error: std::io::Error| error.to_string();
    let child = directory.enter(name).map_err(failed)?;
    match directory.is_mounted(&child).map_err(failed)? {
        true => Err("something is mounted here".to_owned()),
        false if depth >= DEEPEST => Err("directories are nested too deeply".to_owned()),
        false => Ok(child),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "it makes what is looked at")]

    use std::fs::{self, File, FileTimes};
    use std::os::unix::fs::symlink;
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn everything_is_seen_and_no_link_followed() {
        let directory = tempfile::tempdir().expect("a directory");
        let top = directory.path().join("top");
        fs::create_dir_all(top.join("a/.hidden")).expect("directories");
        fs::write(top.join("a/.hidden/file"), [0; 10]).expect("a file");
        symlink("a", top.join("link")).expect("a link");
        symlink("top", directory.path().join("itself")).expect("a link");
        let found = survey(&top).expect("a survey");
        let paths: Vec<String> = found.entries.iter().map(|entry| entry.path.to_string()).collect();
        assert_eq!((paths, found.bytes()), (vec!["a/.hidden/file".to_owned(), "link".to_owned()], 11));
        survey(&directory.path().join("itself")).expect_err("a link in the place of the directory");
    }

    #[test]
    fn directories_that_are_nested_too_deeply_are_told() {
        let directory = tempfile::tempdir().expect("a directory");
        fs::create_dir_all(directory.path().join("d/".repeat(DEEPEST + 2))).expect("directories");
        let told = survey(directory.path()).expect("a survey").unreadable;
        let depths = told.iter().map(|skip| skip.path.as_bytes().split(|&byte| byte == b'/').count());
        assert_eq!(depths.collect::<Vec<_>>(), [DEEPEST + 1]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn access_times_stay() {
        let directory = tempfile::tempdir().expect("a directory");
        fs::write(directory.path().join("file"), "").expect("a file");
        let long_ago = FileTimes::new().set_accessed(SystemTime::UNIX_EPOCH);
        File::open(directory.path()).and_then(|top| top.set_times(long_ago)).expect("a time");
        survey(directory.path()).expect("a survey");
        let accessed = fs::metadata(directory.path()).and_then(|metadata| metadata.accessed());
        assert_eq!(accessed.expect("a time"), SystemTime::UNIX_EPOCH);
    }
}
