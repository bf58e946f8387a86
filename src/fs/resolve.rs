//! Resolving paths: `.` and `..` by their text alone, symbolic links, and which paths name the same file.
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::metadata::{Identity, identity_of, is_absence};

/// The number of links in one path after which Linux reports a loop (`path_resolution(7)`).
const MAX_LINKS: usize = 40;

/// The result of following every link of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// The path without links; something exists there.
    Found(PathBuf),
    /// The path that the last link points to; nothing exists there.
    Missing(PathBuf),
    /// The links form a loop.
    Loop,
    /// The path could not be resolved, for this reason.
    Unknown(String),
}

/// Removes `.` and `..` from a path by its text alone.
#[must_use]
pub fn normalise_path(path: &Path) -> PathBuf {
    let mut normalised = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normalised.pop();
            }
            other => normalised.push(other),
        }
    }
    normalised
}

/// Resolves the links in a path's parent directories, but not the path itself if that is a link: git tracks the link,
/// not its target. Returns `None` if a directory is missing.
#[must_use]
pub fn real_directory_path(path: &Path) -> Option<PathBuf> {
    let normalised = normalise_path(path);
    match (normalised.parent(), normalised.file_name()) {
        (Some(parent), Some(name)) => Some(fs::canonicalize(parent).ok()?.join(name)),
        _ => fs::canonicalize(&normalised).ok(),
    }
}

/// Follows every link of a path.
#[must_use]
pub fn resolve_links(path: &Path) -> Resolution {
    fs::canonicalize(path).map_or_else(|error| unresolved(path, &error), Resolution::Found)
}

/// What is equal for all names of one file or directory: through links, or in another case on a file system that ignores
/// case. Takes one call to the system, where [`resolve_links`] takes one for each directory of the path.
///
/// # Errors
/// Why the links lead to nothing.
pub fn file_key(path: &Path) -> Result<FileKey, Resolution> {
    let metadata = fs::metadata(path).map_err(|error| unresolved(path, &error))?;
    if let Some(identity) = identity_of(&metadata) {
        return Ok(FileKey::Identity(identity));
    }
    match resolve_links(path) {
        Resolution::Found(real) => Ok(FileKey::Path(real)),
        other => Err(other),
    }
}

/// See [`file_key`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileKey {
    /// What the system calls it.
    Identity(Identity),
    /// Its path without links, where the system has no such number.
    Path(PathBuf),
}

/// Whether two paths name the same file or directory, as [`file_key`] compares them.
#[must_use]
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    file_key(one).is_ok_and(|one| file_key(other).is_ok_and(|other| one == other))
}

/// What an error means that following the links of a path ended with.
fn unresolved(path: &Path, error: &io::Error) -> Resolution {
    let mut target = path.to_path_buf();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&target) {
            Ok(next) => target = target.parent().unwrap_or(Path::new("")).join(next),
            Err(_) if is_absence(error) => return Resolution::Missing(normalise_path(&target)),
            Err(_) => return Resolution::Unknown(error.to_string()),
        }
    }
    Resolution::Loop
}

/// A path without links; `None` if it cannot be resolved.
#[must_use]
pub fn real_path(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok()
}

/// Every link that is followed to resolve a path, by its real path, and last the resolved path itself. A loop ends
/// after as many links as the system follows.
#[must_use]
pub fn path_through_links(path: &Path) -> Vec<PathBuf> {
    let mut passed = Vec::new();
    let mut current = PathBuf::new();
    let mut remaining: Vec<OsString> = components_reversed(path);
    while let Some(component) = remaining.pop() {
        if component == ".." {
            current.pop();
            continue;
        }
        let next = current.join(component);
        match fs::read_link(&next) {
            Ok(target) if passed.len() < MAX_LINKS => {
                passed.push(next);
                if target.is_absolute() {
                    current = PathBuf::new();
                }
                remaining.extend(components_reversed(&target));
            }
            _ => current = next,
        }
    }
    passed.push(current);
    passed
}

/// The components of a path except `.`, the last one first.
fn components_reversed(path: &Path) -> Vec<OsString> {
    let components = path.components().filter(|component| *component != Component::CurDir);
    let mut components: Vec<OsString> =
        components.map(|component| component.as_os_str().to_owned()).collect();
    components.reverse();
    components
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn every_link_is_listed() {
        let directory = tempfile::tempdir().expect("a directory");
        let top = fs::canonicalize(directory.path()).expect("its path");
        fs::create_dir_all(top.join("real/bin")).expect("a directory");
        fs::write(top.join("real/bin/file"), "").expect("a file");
        let link =
            |target: &str, name: &str| std::os::unix::fs::symlink(target, top.join(name)).expect("a link");
        link("real", "directory");
        link("../directory/bin/file", "real/second");
        link(&top.join("real/second").to_string_lossy(), "first");
        link("circle", "circle");
        let named = |path: &str| {
            let passed = path_through_links(&top.join(path));
            passed
                .iter()
                .map(|step| step.strip_prefix(&top).unwrap_or(step).display().to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(named("first"), ["first", "real/second", "directory", "real/bin/file"]);
        assert_eq!(named("directory/./bin/../missing"), ["directory", "real/missing"]);
        assert_eq!(named("circle").len(), 41);
    }
}
