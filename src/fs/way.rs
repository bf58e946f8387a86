//! Where paths lead: by their text alone, and when links are followed.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::read::is_absence;

/// More links in a row than this are a loop, as for Linux (`path_resolution(7)`).
const MOST_LINKS: usize = 40;

/// Where a path leads when every link is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lead {
    /// To this place, which is there and has no link in its path.
    To(PathBuf),
    /// To this place, where nothing is.
    Nowhere(PathBuf),
    /// Around in a circle.
    Loop,
    /// It cannot be told, for this reason.
    Unknown(String),
}

/// Takes `.` and `..` out of a path by its text alone.
#[must_use]
pub fn plain_path(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

/// Resolves the links in a path's directories, but not a link that the path itself names: git tracks the
/// link, not what it leads to. `None` if a directory is missing.
#[must_use]
pub fn real_directory_path(path: &Path) -> Option<PathBuf> {
    let plain = plain_path(path);
    match (plain.parent(), plain.file_name()) {
        (Some(parent), Some(name)) => Some(fs::canonicalize(parent).ok()?.join(name)),
        _ => fs::canonicalize(&plain).ok(),
    }
}

/// Follows every link of a path.
#[must_use]
pub fn follow(path: &Path) -> Lead {
    let error = match fs::canonicalize(path) {
        Ok(real) => return Lead::To(real),
        Err(error) => error,
    };
    let mut place = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&place) {
            Ok(target) => place = place.parent().unwrap_or(Path::new("")).join(target),
            Err(_) if is_absence(&error) => return Lead::Nowhere(plain_path(&place)),
            Err(_) => return Lead::Unknown(error.to_string()),
        }
    }
    Lead::Loop
}

/// A path without links; `None` where it cannot be told.
#[must_use]
pub fn real_path(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok()
}

/// Everything that is passed on the way to what a path names: each link, where it really lies, and the goal. A circle
/// ends after as many links as the system follows.
#[must_use]
pub fn way_to(path: &Path) -> Vec<PathBuf> {
    let mut way = Vec::new();
    let mut here = PathBuf::new();
    let mut ahead: Vec<OsString> = parts_reversed(path);
    while let Some(part) = ahead.pop() {
        if part == ".." {
            here.pop();
            continue;
        }
        let next = here.join(part);
        match fs::read_link(&next) {
            Ok(target) if way.len() < MOST_LINKS => {
                way.push(next);
                if target.is_absolute() {
                    here = PathBuf::new();
                }
                ahead.extend(parts_reversed(&target));
            }
            _ => here = next,
        }
    }
    way.push(here);
    way
}

/// The parts of a path, the last one first; without `.`, which means nothing.
fn parts_reversed(path: &Path) -> Vec<OsString> {
    let parts = path.components().filter(|part| *part != Component::CurDir);
    let mut parts: Vec<OsString> = parts.map(|part| part.as_os_str().to_owned()).collect();
    parts.reverse();
    parts
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn every_link_on_the_way_is_named() {
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
            let way = way_to(&top.join(path));
            way.iter()
                .map(|step| step.strip_prefix(&top).unwrap_or(step).display().to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(named("first"), ["first", "real/second", "directory", "real/bin/file"]);
        assert_eq!(named("directory/./bin/../missing"), ["directory", "real/missing"]);
        assert_eq!(named("circle").len(), 41);
    }
}
